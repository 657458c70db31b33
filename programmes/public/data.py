"""Open data: what can be taken, and the files themselves."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from programmes.models import Measurement
from programmes.public.asked import Asked, RefusedError, read_languages
from programmes.public.pages import NotFoundError, found, public_page, render_page
from programmes.selectors.targets import promise_of
from programmes.spreadsheets.exporting import FORMATS
from programmes.spreadsheets.hints import data_note
from programmes.spreadsheets.published import public_columns, public_file, public_tables
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.tables import TABLES
from programmes.spreadsheets.xlsx import DoesNotFitError


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of a file: its code and header, what stands in it, whether it says which record a row is."""

    code: str
    label: str
    note: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table and its columns."""

    name: str
    label: str
    columns: tuple[ColumnLine, ...]


@public_page
def data(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """What can be taken, with the dictionary of every table."""
    context = {"tables": [_table_line(one) for one in public_tables()], "formats": tuple(FORMATS)}
    return render_page(request, "public/data.html", asked, context)


def _table_line(table: TableResource) -> TableLine:
    return TableLine(
        name=table.name,
        label=str(table.model._meta.verbose_name_plural),
        columns=tuple(
            ColumnLine(one.code, str(one.label), data_note(one), one.code in table.keys)
            for one in public_columns(table)
        ),
    )


@public_page
def table_file(request: HttpRequest, asked: Asked, name: str, kind: str) -> HttpResponseBase:
    """One table as a file."""
    if name not in TABLES or kind not in FORMATS:
        raise NotFoundError
    return _sent(request, asked, TABLES[name](), kind, name)


@public_page
def target_file(request: HttpRequest, asked: Asked, code: str, kind: str) -> HttpResponseBase:
    """The figures of a target's series, and of its parts where it is measured from them, as a file."""
    if kind not in FORMATS:
        raise NotFoundError
    line = found(promise_of(code, asked.on))
    own = Q(series__targets__code=line.code)
    parts = Q(series__targets__part_of__code=line.code)
    deeper = Q(series__targets__part_of__part_of__code=line.code)
    chosen = Measurement.objects.filter(own | parts | deeper).values("pk")
    table = TABLES["measurements"]()
    return _sent(request, asked, table, kind, line.code, only=Q(pk__in=chosen))


def _sent(
    request: HttpRequest,
    asked: Asked,
    table: TableResource,
    kind: str,
    name: str,
    only: Q | None = None,
) -> HttpResponseBase:
    languages = read_languages(request)
    try:
        pieces = public_file(table, asked.on, kind=kind, languages=languages, only=only)
    except DoesNotFitError:
        raise RefusedError(_("This table is too large for XLSX. Take it as CSV.")) from None
    response = StreamingHttpResponse(pieces, content_type=FORMATS[kind])
    stem = f"{name}-{asked.on.isoformat()}-{languages or 'all'}"
    response["Content-Disposition"] = f'attachment; filename="{stem}.{kind}"'
    response["Content-Language"] = languages or "fr, ar, en"
    return response
