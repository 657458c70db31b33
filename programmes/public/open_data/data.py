"""Open data: what can be taken, and the files themselves."""

import csv
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.file_answers import file_answer
from programmes.languages import CODES
from programmes.models import DataFile
from programmes.models.data_version import recent_state
from programmes.public.api.limits import MOST as OFTEN
from programmes.public.api.questions import MOST, filters_of
from programmes.public.api.tables import ROOT
from programmes.public.links import Links, links_for
from programmes.public.open_data.any_origin import any_origin
from programmes.public.open_data.structured import about_data
from programmes.public.page_request import PageRequest, RefusedError, read_languages
from programmes.public.pages import (
    NotFoundError,
    found,
    public_page,
    render_page,
    unavailable_page,
)
from programmes.selectors.lines.ledger_entries import entries_by
from programmes.selectors.lines.series_lines import figures_behind
from programmes.selectors.pages.targets import promise_of
from programmes.selectors.promises.counts import QuarterCount, counts_by_quarter
from programmes.selectors.wording.formats import language
from programmes.services.ledger import last_entry, ledger_length, ledger_lines
from programmes.spreadsheets.columns.column_notes import data_note
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending import tasks
from programmes.spreadsheets.sending.exporting import FORMATS
from programmes.spreadsheets.sending.public_files.data_files import (
    CONTENT_TYPES,
    LEDGER,
    MADE_AT_ONCE,
    PACKAGE,
    TooManyAskedError,
    asked_file,
    file_name,
    files_of_every_day,
    is_large,
    question,
    state_of_files,
)
from programmes.spreadsheets.sending.public_files.package import package
from programmes.spreadsheets.sending.public_files.published import (
    public_columns,
    public_file,
    public_files,
    public_tables,
)
from programmes.spreadsheets.sending.public_files.target_columns import target_cells
from programmes.spreadsheets.sending.xlsx import DoesNotFitError
from programmes.type_names import certain


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
def api_page(request: HttpRequest, asked: PageRequest) -> HttpResponseBase:
    """How programs ask for the data: what there is, and what may be asked of it."""
    tables = [(one.name, one.label, tuple(filters_of(one))) for one in public_files()]
    context = {"tables": tables, "root": f"{settings.SITE_URL}{ROOT}", "most": MOST, "often": OFTEN}
    return render_page(request, "public/api.html", asked, context)


@any_origin
@public_page
def package_file(request: HttpRequest, asked: PageRequest) -> HttpResponseBase:
    """Everything in one ZIP: the kept one, or made at once where little is in it, or by a worker."""
    is_large_one = any(is_large(one, asked.on, asked.known) for one in public_files())
    if not asked.clocks:
        if (kept := _kept(request, PACKAGE, "package", None)) is not None:
            return kept
        if is_large_one:
            return _kept_before(request, PACKAGE, "package", None)
    elif is_large_one:
        return _asked_for(request, asked, "package", "zip", None)
    content = b"".join(package(asked.on, asked.known, asked.query))
    response = HttpResponse(content, content_type=CONTENT_TYPES["zip"])
    response["Content-Disposition"] = f'attachment; filename="{_stem("package", asked)}.zip"'
    return response


@public_page
def data(request: HttpRequest, asked: PageRequest) -> HttpResponseBase:
    """What can be taken, with the dictionary of every table."""
    context = {
        "tables": [_table_line(one) for one in public_files()],
        "formats": tuple(FORMATS),
        "structured": about_data(links_for(asked.query), asked),
    }
    return render_page(request, "public/data.html", asked, context)


def _table_line(table: TableResource) -> TableLine:
    return TableLine(
        name=table.name,
        label=table.label,
        columns=tuple(
            ColumnLine(one.code, str(one.label), data_note(one), one.code in table.keys)
            for one in public_columns(table)
        ),
    )


@any_origin
@public_page
def table_file(request: HttpRequest, asked: PageRequest, name: str, kind: str) -> HttpResponseBase:
    """One table as a file: a kept one, or made at once where it is small, or by a worker where it is large.

    Where a day is asked for, today's too, it is what the database holds: whoever checks the ledger asks in this way.
    """
    table = next((one for one in public_files() if one.name == name), None)
    if table is None or kind not in FORMATS:
        raise NotFoundError
    languages = read_languages(request)
    if not asked.clocks:
        if (kept := _kept(request, file_name(name, kind, languages), name, languages)) is not None:
            return kept
        if is_large(table, asked.on, None):
            return _kept_before(request, file_name(name, kind, languages), name, languages)
    elif is_large(table, asked.on, asked.known):
        return _asked_for(request, asked, name, kind, languages)
    return _as_held(_sent(request, asked, table, kind, name), asked)


def _as_held(response: HttpResponseBase, asked: PageRequest) -> HttpResponseBase:
    """The answer about today to one who asked what the database holds: nobody keeps it, whatever the data's version."""
    if asked.clocks and not asked.is_past:
        response["Cache-Control"] = "no-store"
    return response


def _kept(
    request: HttpRequest, key: str, name: str, languages: str | None, *, current: bool = True
) -> HttpResponseBase | None:
    """The kept file of that key: of the data as it is now, or (current: False) the last one, named by its moment."""
    kind = key.rpartition(".")[2]
    row = DataFile.objects.filter(name=key).exclude(stored="").first()
    if row is None:
        return None
    if row.made_from == state_of_files(recent_state()):
        stem = f"{name}-{timezone.localdate().isoformat()}"
    elif current:
        return None
    else:
        stem = f"{name}-{timezone.localtime(row.made_at):%Y-%m-%dT%H%M}"
    # the command that the page of the ledger prints names it
    name = LEDGER if key == LEDGER else f"{stem}{_tail(kind, languages)}"
    try:
        response = file_answer(request, row, name=name, content_type=CONTENT_TYPES[kind])
    except FileNotFoundError:
        return None
    response["Content-Language"] = languages or ", ".join(CODES)
    return response


def _kept_before(
    request: HttpRequest, key: str, name: str, languages: str | None
) -> HttpResponseBase:
    """The last whole file, with its date; where there is none yet, when to ask again."""
    if DataFile.objects.filter(name=key).exclude(refused="").exists():
        raise RefusedError(_("This table is too large for XLSX. Take it as CSV."))
    kept = _kept(request, key, name, languages, current=False)
    return kept or unavailable_page(
        _(
            "This file is large and is being made for the first time. It will be here in a few minutes."
        ),
        seconds=60,
    )


def _asked_for(
    request: HttpRequest, asked: PageRequest, name: str, kind: str, languages: str | None
) -> HttpResponseBase:
    """A large file of another day or moment, which a worker makes: the file, or the page that waits for it."""
    try:
        row = asked_file(
            question(name, kind, languages, asked.on, asked.known), tasks.make_asked.enqueue
        )
    except TooManyAskedError:
        return unavailable_page(
            _(
                "Many files of past days are being made at the moment. Please try again in a few minutes."
            ),
            seconds=120,
        )
    if row.refused:
        raise RefusedError(row.refused)
    if not row.stored:
        return unavailable_page(
            _(
                "Files of past days that are large are made when somebody asks for them. It takes a minute or two."
            ),
            seconds=5,
            status=202,
        )
    response = file_answer(
        request,
        row,
        name=f"{_stem(name, asked)}{_tail(kind, languages)}",
        content_type=CONTENT_TYPES[kind],
    )
    response["Content-Language"] = languages or ", ".join(CODES)
    return _as_held(response, asked)


@any_origin
@public_page
def ledger_file(request: HttpRequest, asked: PageRequest) -> HttpResponseBase:
    """The ledger, a line an entry: the whole, or to the day and the moment asked for, as the database holds it."""
    if asked.clocks:
        entries = entries_by(asked.on, asked.known).order_by("-number")
        count = entries.values_list("number", flat=True).first() or 0
        response: HttpResponseBase = StreamingHttpResponse(
            ledger_lines(count), content_type=CONTENT_TYPES["jsonl"]
        )
        response["Content-Length"] = str(ledger_length(count))
        response["Content-Disposition"] = f'attachment; filename="{LEDGER}"'
        return _as_held(response, asked)
    if (kept := _kept(request, LEDGER, "ledger", None)) is not None:
        return kept
    count, _digest = last_entry()
    if count > MADE_AT_ONCE:
        return _kept_before(request, LEDGER, "ledger", None)
    response = HttpResponse(b"".join(ledger_lines(count)), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="{LEDGER}"'
    return response


@any_origin
@public_page
def manifest(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """The kept files: for each its address, length, digest, rows, moment, and whether it is of the data as it is."""
    state = state_of_files(recent_state())
    response = JsonResponse({"files": [_manifest_line(one, state) for one in files_of_every_day()]})
    # files are made after the data have their version: what was said a moment ago may not be true of them any more
    response["Cache-Control"] = "no-store"
    return response


def _manifest_line(file: DataFile, state: str) -> dict[str, Any]:
    if file.name == LEDGER:
        address = links_for().to("ledger_file")
    elif file.name == PACKAGE:
        address = links_for().to("package")
    else:
        table, languages, kind = file.name.split(".")
        links = Links(language() if languages == "all" else languages)
        address = links.to("table_file", table, kind)
        address += "?languages=all" if languages == "all" else ""
    return {
        "name": file.name,
        "address": settings.SITE_URL + address,
        "bytes": file.size,
        "sha256": file.digest,
        "rows": file.rows,
        "made_at": certain(file.made_at).isoformat(),
        "version": blake2b(file.made_from.encode(), digest_size=8).hexdigest(),
        "is_current": file.made_from == state,
    }


@any_origin
@public_page
def status_history(request: HttpRequest, asked: PageRequest, kind: str) -> HttpResponse:
    """How many promises had which status at the end of each quarter, by programme and region, as CSV or JSON."""
    if kind not in ("csv", "json"):
        raise NotFoundError
    rows = counts_by_quarter(asked.on, asked.known)
    if kind == "json":
        return JsonResponse({"rows": [one._asdict() for one in rows]})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(QuarterCount._fields)
    writer.writerows(rows)
    return response


@any_origin
@public_page
def target_file(request: HttpRequest, asked: PageRequest, code: str, kind: str) -> HttpResponseBase:
    """The figures of a target's series, and of the parts where it is a sum, as a file that says what is withdrawn.

    Of a series counted from openings, what was said of these.
    """
    if kind not in FORMATS:
        raise NotFoundError
    line = found(promise_of(code, asked.on, known=asked.known)).line
    chosen = figures_behind(line.code, known=asked.known)
    table = next(one for one in public_tables() if one.model is chosen.model)
    only, beside = Q(pk__in=chosen.values("pk")), target_cells(line)
    return _sent(request, asked, table, kind, line.code, only=only, beside=beside)


def _sent(
    request: HttpRequest,
    asked: PageRequest,
    table: TableResource,
    kind: str,
    name: str,
    **narrowed: Any,
) -> HttpResponseBase:
    languages = read_languages(request)
    try:
        pieces = public_file(
            table, asked.on, known=asked.known, kind=kind, languages=languages, **narrowed
        )
        response = HttpResponse(b"".join(pieces), content_type=FORMATS[kind])
    except DoesNotFitError:
        raise RefusedError(_("This table is too large for XLSX. Take it as CSV.")) from None
    response["Content-Disposition"] = (
        f'attachment; filename="{_stem(name, asked)}-{languages or "all"}.{kind}"'
    )
    response["Content-Language"] = languages or ", ".join(CODES)
    return response


def _tail(kind: str, languages: str | None) -> str:
    """How the name of a file ends: in which language a table is, and the format."""
    return f".{kind}" if kind == "zip" else f"-{languages or 'all'}.{kind}"


def _stem(name: str, asked: PageRequest) -> str:
    """The name of a file: what it is, of which day, and as known when."""
    parts = [name, asked.on.isoformat()]
    if asked.known is not None:
        parts.append(f"known-{timezone.localtime(asked.known):%Y-%m-%dT%H%M}")
    return "-".join(parts)
