"""The quality list: what could be better in the records of one's own territories, by kind and place, and as a file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.admin.forms.fields import undisguised
from programmes.admin.forms.labels import (
    RELATED,
    label_of,
    measured_words,
    plain_figure,
    written,
)
from programmes.admin.forms.panels import change_url
from programmes.admin.scope import has_scope, rows_of
from programmes.languages import CODES, own_name
from programmes.models import Measurement, Target, Territory
from programmes.selectors.desk.quality import CHECKS, KINDS, QualityCheck, counts, share_differences
from programmes.selectors.desk.untranslated import main_column
from programmes.selectors.wording.formats import language as language_now
from programmes.selectors.wording.formats import number
from programmes.spreadsheets.columns.values import guarded

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check with how many rows it finds."""

    key: str
    kind: str
    table: str
    count: str
    is_clean: bool


@dataclass(frozen=True, slots=True)
class FaultyRecord:
    """One row at fault: its page, its name, and what there is to say of it."""

    url: str
    label: str
    detail: str


def quality_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The checks with their counts; of the chosen one, its rows."""
    user, today = _reader(request), timezone.localdate()
    place, check = _chosen_place(request), _chosen_check(request)
    page = None
    if check is not None:
        rows = _with_names(check, check.rows(user, today, place.pk if place else None))
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        page.object_list = list(_faulty_records(check, list(page.object_list), today))
    return TemplateResponse(
        request,
        "admin/programmes/quality.html",
        {
            **context,
            "title": _("Quality of the records"),
            "check": check,
            "kind": KINDS[check.kind] if check else "",
            "table": _table(check) if check else "",
            "lines": [] if check else list(_lines(user, today, place)),
            "page": page,
            "place": place,
            "places": _places(request),
        },
    )


def quality_file(request: HttpRequest) -> StreamingHttpResponse:
    """The rows of the chosen check, or of all, as CSV for a spreadsheet."""
    user, today = _reader(request), timezone.localdate()
    place, check = _chosen_place(request), _chosen_check(request)
    checks = [check] if check else list(CHECKS.values())
    within = place.pk if place else None
    language = language_now()
    pieces = _csv_lines(request, checks, user, today, within, language)
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="quality-{today.isoformat()}.csv"'
    return response


def _reader(request: HttpRequest) -> Any:
    if not has_scope(request):
        raise PermissionDenied
    return request.user


def _chosen_check(request: HttpRequest) -> QualityCheck | None:
    key = request.GET.get("check", "")
    if key and key not in CHECKS:
        raise Http404(_("There is no such check."))
    return CHECKS.get(key)


def _chosen_place(request: HttpRequest) -> Territory | None:
    code = request.GET.get("territory", "")
    if not code:
        return None
    place = rows_of(request, Territory).filter(code=code).first()
    if place is None:
        raise Http404(_("There is no such territory."))
    return place


def _places(request: HttpRequest) -> list[Territory]:
    """Regions, each followed by its parts."""
    rows = list(rows_of(request, Territory).order_by("hcp_code", "code"))
    regions = [row for row in rows if row.level == 1]
    return [
        one
        for region in regions
        for one in (region, *(row for row in rows if row.parent_id == region.pk))
    ]


def _table(check: QualityCheck) -> str:
    return capfirst(str(check.model._meta.verbose_name_plural))


def _lines(user: User, on: date, place: Territory | None) -> Iterator[CheckLine]:
    within = place.pk if place else None
    checks = [check for check in CHECKS.values() if place is None or check.places]
    found = counts(checks, user, on, within)
    for check in checks:
        count = found[check.key]
        yield CheckLine(check.key, str(KINDS[check.kind]), _table(check), number(count), not count)


def _with_names(check: QualityCheck, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows.select_related(*RELATED.get(check.model, ()))


def _faulty_records(check: QualityCheck, rows: list[Any], on: date) -> Iterator[FaultyRecord]:
    """The rows of one page, or of one chunk of a file."""
    sums = share_differences(rows, on) if check.kind == "sum" else {}
    for row in rows:
        yield FaultyRecord(change_url(row), _label(row), _detail(check, row, sums))


def _label(row: Any) -> str:
    return label_of(row.series if isinstance(row, Measurement) else row)


def _detail(check: QualityCheck, row: Any, sums: dict[int, str]) -> str:
    if check.model is Measurement:
        return _("%(figure)s on %(day)s; the figure before it: %(before)s") % {
            "figure": measured_words(row),
            "day": written(row.as_of),
            "before": plain_figure(row.series, row.before),
        }
    if isinstance(row, Target):
        return sums.get(row.pk, "")
    if check.kind == "translation":
        name = main_column(type(row))
        return ", ".join(own_name(code) for code in CODES if not getattr(row, f"{name}_{code}"))
    return ""


def _csv_lines(
    request: HttpRequest,
    checks: list[QualityCheck],
    user: User,
    on: date,
    within: int | None,
    language: str,
) -> Iterator[bytes]:
    """A mark that tells Excel of UTF-8, the headings, then the rows as they are read."""
    yield b"\xef\xbb\xbf"
    with translation.override(language):
        yield _csv_line([_("Check"), _("Table"), _("Record"), _("Code"), _("Detail"), _("Address")])
        for check in checks:
            if within is not None and not check.places:
                continue
            rows = _with_names(check, check.rows(user, on, within))
            for chunk in _chunks(rows):
                for row, found in zip(chunk, _faulty_records(check, chunk, on), strict=True):
                    code = getattr(row, "code", "") or getattr(row, "ref", "")
                    address = request.build_absolute_uri(found.url)
                    named = (str(KINDS[check.kind]), _table(check), undisguised(found.label))
                    yield _csv_line([*named, code, found.detail, address])


def _chunks(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=ROWS_A_CHUNK):
        chunk.append(row)
        if len(chunk) == ROWS_A_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow([guarded(cell) for cell in cells])
    return line.getvalue().encode()
