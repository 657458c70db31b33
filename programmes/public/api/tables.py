"""The API, version 1: every public table, read only. What a table has and may be asked follows from its columns."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI, Query, Schema
from pydantic import Field, WithJsonSchema, create_model

from programmes.public.api import problems
from programmes.public.api.questions import (
    COUNTS,
    DEFAULT,
    LONGEST,
    MOST,
    PAGING,
    cursor_after,
    filters_of,
    narrowed,
    read_cursor,
    read_limit,
    refuse_unknown,
)
from programmes.public.page_request import CLOCKS, PageRequest, RefusedError, read_asked
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    RowsCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.column_notes import data_note
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.exporting import file_pieces
from programmes.spreadsheets.sending.public_files.promises import StandingResource
from programmes.spreadsheets.sending.public_files.published import (
    public_cells,
    public_columns,
    public_files,
    rows_as_known,
)

ROOT = f"{settings.FORCE_SCRIPT_NAME}/api/v1/"
REFUSALS = {
    str(status): {
        "description": words,
        "content": {problems.CONTENT_TYPE: {"schema": problems.SCHEMA}},
    }
    for status, words in (
        (400, "The question cannot be answered"),
        (429, "Too many requests from one address"),
    )
}
_CLOCK_WORDS = {
    "on": "The day the answer speaks of, as 2024-12-31; by default today in the country of the site.",
    "known": "The moment of what was known, as 2025-03-01 or 2025-03-01T14:30Z; by default now.",
}
_PAGE_WORDS = {
    "limit": f"Rows a page, from 1 to {MOST}; by default {DEFAULT}.",
    "cursor": "Where the page begins: take it from `next` of the page before.",
}

api = NinjaAPI(
    title="Public data",
    version="1.0",
    description="Read only. Values of ratios are in %. Dates are as exact as they were stated. "
    "Unknown parameters are refused. Nothing reported is null, never zero.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def openapi() -> dict[str, Any]:
    """The description of the API, in English, for programs."""
    with translation.override("en"):
        return api.get_openapi_schema(path_prefix=ROOT)


def table_page(request: HttpRequest, table: TableResource) -> HttpResponse:
    """One page of a table.

    Raises:
        ProblemError: a parameter cannot be read or asked for.
    """
    filters = filters_of(table)
    refuse_unknown(request, {*CLOCKS, *PAGING, *filters})
    limit, after = read_limit(request), read_cursor(request)
    try:
        asked = read_asked(request)
    except RefusedError as refusal:
        raise problems.ProblemError(400, str(refusal), refusal.parameter) from None
    rows = rows_as_known(table, asked.on, asked.known)
    if isinstance(table, StandingResource) and request.GET.get("on"):
        rows = rows.filter(until_day__gte=asked.on)
    rows = narrowed(rows, filters, request)
    keys = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: limit + 1])
    columns, last = public_columns(table), keys[limit - 1] if len(keys) > limit else None
    chosen = table.complete(table.model._default_manager.filter(pk__in=keys[:limit]))
    found = public_cells(table, chosen.order_by("pk"), columns, asked.on, asked.known)
    items = b"".join(file_pieces(table, columns, found, kind="json"))
    return _sent(request, asked, items, cursor_after(request, last) if last else "")


def _sent(request: HttpRequest, asked: PageRequest, items: bytes, cursor: str) -> HttpResponse:
    """The rows as the JSON files write them, with the address of the next page."""
    following = ""
    if cursor:
        question = {name: value for name, value in request.GET.items() if name != "cursor"}
        following = f"{settings.SITE_URL}{request.path}?{urlencode({**question, 'cursor': cursor})}"
    known = asked.known.isoformat() if asked.known else None
    head = {"on": asked.on.isoformat(), "known": known, "next": following or None}
    text = ", ".join(f'"{name}": {_json(value)}' for name, value in head.items())
    body = b'{%s, "items": %s}\n' % (text.encode(), items.strip())
    response = HttpResponse(body, content_type="application/json")
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _json(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _kind(column: Column) -> Any:
    """What a program reads in a column."""
    widget = column.widget
    if isinstance(widget, NumberCell):
        return float | None
    if isinstance(widget, IntegerCell):
        return int | None
    if isinstance(widget, YesNoCell):
        return bool | None
    if isinstance(widget, DayCell):
        return date | None
    if isinstance(widget, RowsCell) or getattr(widget, "lines", False):
        return list[str]
    return str | None


def _schemas(table: TableResource) -> tuple[type[Schema], type[Schema]]:
    """The shape of a page of a table, and that of its questions."""
    name = table.name.title().replace("-", "")
    row: Any = create_model(  # type: ignore[call-overload]  # its types know no columns but those of one kind
        f"{name}Row",
        __base__=Schema,
        **{
            column.code: (
                _kind(column),
                Field(title=str(column.label), description=data_note(column)),
            )
            for column in public_columns(table)
        },
    )
    page = create_model(
        f"{name}Page",
        __base__=Schema,
        on=(date, ...),
        known=(str | None, ...),
        next=(str | None, ...),
        items=(list[row], ...),
    )
    said = {**_CLOCK_WORDS, **_PAGE_WORDS}
    question: dict[str, Any] = {
        code: (
            Annotated[str | None, WithJsonSchema(_asked_as(code, filters_of(table).get(code)))],
            Field(
                None,
                max_length=LONGEST,
                description=said.get(code) or data_note(filters_of(table)[code]),
            ),
        )
        for code in (*said, *filters_of(table))
    }
    return page, create_model(f"{name}Question", __base__=Schema, **question)


def _asked_as(code: str, column: Column | None) -> dict[str, Any]:
    """What a program writes in a parameter. All are read as text: what is refused says why in a sentence of its own."""
    if code == "limit":
        return {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
    if code in COUNTS:
        return {"type": "integer", "minimum": 0}
    if column is not None and isinstance(column.widget, YesNoCell):
        return {"type": "boolean"}
    if column is not None and isinstance(column.widget, ChoiceCell):
        return {"type": "string", "enum": list(column.widget.choices.values)}
    return {"type": "string", "maxLength": LONGEST}


def _endpoint(table: TableResource, question: type[Schema]) -> Callable[..., HttpResponse]:
    def endpoint(request: HttpRequest, asked: Query[question]) -> HttpResponse:  # type: ignore[valid-type]  # made so
        return table_page(request, table)

    return endpoint


def _add_endpoints() -> None:
    with translation.override("en"):
        for table in public_files():
            page, question = _schemas(table)
            api.get(
                f"/{table.name}",
                response=page,
                operation_id=table.name,
                summary=table.label[:1].upper() + table.label[1:],
                openapi_extra={"responses": REFUSALS},
            )(_endpoint(table, question))


_add_endpoints()
