"""Import and export from the lists of the admin: send a file, look at what it would do, apply it; take a list out."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import languages
from programmes.admin.transfer.column_meanings import columns_view
from programmes.admin.transfer.exports import WAITED_FOR_ROWS as EXPORTED_AT_ONCE
from programmes.admin.transfer.exports import ask_for_export, export_page
from programmes.admin.transfer.import_cells import (
    ask_marking,
    cell_counts,
    cells_by_handling,
    doubtful_rows,
    marked_content,
    refused_cells,
    refuses_decimals,
    rows_left_out,
    typed_cells,
    typed_in,
)
from programmes.models import FrozenRowError, ImportChunk, ImportJob
from programmes.selectors.wording.formats import language as language_now
from programmes.selectors.wording.formats import number
from programmes.spreadsheets.columns.doubts import Cause
from programmes.spreadsheets.columns.numbers import NUMBER_FORMATS
from programmes.spreadsheets.columns.permissions import require_import
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs, tasks
from programmes.spreadsheets.importing.job_scope import jobs_in_sight, may_see_file
from programmes.spreadsheets.importing.jobs import CannotUndoError, UnreadableFileError
from programmes.spreadsheets.importing.repairs import repair
from programmes.spreadsheets.importing.writing.outcomes import (
    CHANGED,
    DOUBTFUL,
    NEW,
    PROPOSED,
    REFUSED,
)
from programmes.spreadsheets.importing.writing.progress import rows_written
from programmes.spreadsheets.reading.encodings import ENCODINGS
from programmes.spreadsheets.reading.headers import MOST_LISTED
from programmes.spreadsheets.reading.listed_cells import CellHandling
from programmes.spreadsheets.reading.sent_files import OTHER_OPTIONS, addresses_of, sent_content
from programmes.spreadsheets.reading.sheets import ROUNDINGS
from programmes.spreadsheets.sending.error_markup import marked_name
from programmes.spreadsheets.sending.exporting import FORMATS, export_stream
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from programmes.spreadsheets.sending.xlsx import DoesNotFitError
from programmes.type_names import StaffRequest, certain, staff_request

ROWS_A_PAGE = 100
CONFLICTS_SHOWN = 200
# a file that can be checked while its sender waits, a second or two; larger ones go to a worker
WAITED_FOR_BYTES = 200_000
WAITED_FOR_ROWS = 500
State = ImportJob.State
RUNNING = (State.WAITING, State.CHECKING, State.APPLYING, State.UNDOING)


# asked again for each reader: a lazy text with a number put into it would stay in the language of the first
_rounded_to = lazy(lambda places: _("rounded to %s") % places, str)


class OptionsForm(forms.Form):
    """How a file is to be read, where what was detected is wrong."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("encoding"),
        required=False,
        choices=[
            ("", gettext_lazy("as detected")),
            *ENCODINGS.items(),
        ],
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("delimiter"),
        required=False,
        choices=[
            ("", gettext_lazy("as detected")),
            (",", ","),
            (";", ";"),
            ("tab", gettext_lazy("tab")),
        ],
    )
    number_format = forms.ChoiceField(
        label=gettext_lazy("numbers"),
        required=False,
        choices=[("", gettext_lazy("as typed; what can be read two ways is refused"))]
        + [(name, name) for name in NUMBER_FORMATS],
    )
    rounding = forms.ChoiceField(
        label=gettext_lazy("decimals"),
        required=False,
        choices=[("", gettext_lazy("as typed; a number with more than are kept is refused"))]
        + [(number, _rounded_to(number)) for number in ROUNDINGS],
    )
    sheet = forms.CharField(label=gettext_lazy("sheet"), required=False, max_length=100)


class FileForm(OptionsForm):
    """One spreadsheet."""

    file = forms.FileField(label=gettext_lazy("file"), allow_empty_file=True)


class FilesAdmin(admin.ModelAdmin[Any]):
    """Adds import and export to a table that files may fill. Must come first among the bases."""

    change_list_template = "admin/programmes/files/change_list.html"

    @property
    def table(self) -> type[TableResource] | None:
        """The columns of this model, None where no file may fill it."""
        return next((table for table in TABLES.values() if table.model is self.model), None)

    @property
    def certain_table(self) -> type[TableResource]:
        """The same, for the pages that only a table has which files may fill."""
        return certain(self.table)

    def get_urls(self) -> list[URLPattern]:
        if self.table is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name=f"{name}_import"),
            path("import/<int:job_id>/", wrap(self.job_view), name=f"{name}_import_job"),
            path(
                "import/<int:job_id>/progress/",
                wrap(self.progress_view),
                name=f"{name}_import_progress",
            ),
            path(
                "import/<int:job_id>/marked/", wrap(self.marked_view), name=f"{name}_import_marked"
            ),
            path(
                "import/<int:job_id>/columns/",
                wrap(self.columns_view),
                name=f"{name}_import_columns",
            ),
            path("import/<int:job_id>/cells/", wrap(self.cells_view), name=f"{name}_import_cells"),
            path("workbook/", wrap(self.workbook_view), name=f"{name}_workbook"),
            path("export/", wrap(self.export_view), name=f"{name}_export"),
            path("export/<int:key>/", wrap(self.export_file_view), name=f"{name}_export_file"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether the user may send a file for this table."""
        if self.table is None:
            return False
        try:
            require_import(staff_request(request).user, self.table.name)
        except PermissionDenied:
            return False
        return True

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the user may take this list out."""
        return self.table is not None and request.user.has_perm(
            f"{self.opts.app_label}.export_{self.opts.model_name}"
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {
            "may_import": self.has_import_permission(request),
            "may_export": self.has_export_permission(request),
            "export_formats": list(FORMATS),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Takes a file and turns it into a job."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            sent = form.cleaned_data.pop("file")
            options = {name: text for name, text in form.cleaned_data.items() if text}
            try:
                job = jobs.send(
                    self.certain_table.name,
                    sent.read(),
                    sent.name,
                    by=staff_request(request).user,
                    options=options,
                    to_map=True,
                    later=sent.size > WAITED_FOR_BYTES,
                )
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                if job.state == State.REFUSED:
                    return redirect(self._address("import_columns", job.pk))
                check_sent(job, sent.size)
                return redirect(self._address("import_job", job.pk))
        context = self._context(request, _("Import: %(table)s")) | {
            "form": form,
            "columns": [column for column in self.certain_table().columns if not column.readonly],
            "workbook_address": self._address("workbook"),
            "workbooks_address": reverse("admin:workbooks"),
        }
        return TemplateResponse(request, "admin/programmes/files/send.html", context)

    def job_view(self, request: StaffRequest, job_id: int) -> HttpResponse:
        """Shows what a file would do, or did; on POST applies it, checks it anew, sets it aside, or takes it back."""
        job = self._job(request, job_id)
        if request.method == "POST":
            return self._act(request, job)
        table = self.certain_table()
        columns = [table.fields[code] for code in job.columns]
        sees_file = may_see_file(request.user, job)
        is_decided = bool(job.options.get("confirmed") or job.options.get("repairs"))
        context = self._context(request, _("Import: %(table)s")) | {
            "job": job,
            "running": job.state in RUNNING,
            "progress": progress_of(job),
            "labels": {column.code: column.label for column in table.columns},
            "is_mapped": "mapping" in job.options,
            "columns_address": self._address("import_columns", job.pk) if sees_file else "",
            "cells": cell_counts(job),
            # a file may hold cells of places that another person does not keep
            "cells_address": self._address("import_cells", job.pk)
            if job.owner_id == request.user.pk
            else "",
            "conflicts": [
                one | {"row": addresses_of(job).told(one["row"])}
                for one in job.conflicts[:CONFLICTS_SHOWN]
            ],
            "typed": typed_in(job),
            "changed": self._rows(request, job, CHANGED, columns),
            "proposed": self._rows(request, job, PROPOSED, columns),
            "new": self._rows(request, job, NEW, columns),
            "refused": self._rows(request, job, REFUSED, columns),
            "rounds": refuses_decimals(job),
            "marking": job.detected.get("marking", ""),
            "may_mark": sees_file and bool(job.counts.get(REFUSED) or is_decided),
            "doubtful": self._rows(request, job, DOUBTFUL, columns),
            "may_confirm": job.state in (State.CHECKED, State.REFUSED),
            "causes": [
                (cause, Cause(cause).label, rows)
                for cause, rows in job.detected.get("causes", {}).items()
            ],
            "nothing_to_do": not _written(job),
            "left_to_review": [column.label for column in columns if column.decided]
            if job.counts.get(NEW)
            else [],
            "detected": [
                (label, job.detected[name])
                for name, label in (
                    ("sheet", _("sheet")),
                    ("encoding", _("encoding")),
                    ("delimiter", _("delimiter")),
                    ("number_format", _("numbers")),
                    ("rounding", _("decimals")),
                )
                if job.detected.get(name)
            ],
            "options": OptionsForm(initial=job.options),
            "send_address": self._address("import"),
            "marked_address": self._address("import_marked", job.pk),
            "progress_address": self._address("import_progress", job.pk),
        }
        return TemplateResponse(request, "admin/programmes/files/job.html", context)

    def progress_view(self, request: HttpRequest, job_id: int) -> JsonResponse:
        """How far a running job is, for the page to ask while it is open."""
        job = self._job(request, job_id)
        return JsonResponse({"running": job.state in RUNNING, **progress_of(job)})

    def marked_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """The file back, with its errors marked in the cells, once a worker has made it."""
        job = self._job_with_file(request, job_id)
        content = marked_content(job)
        if content is None:
            raise Http404(_("No marked file has been made."))
        return workbook_answer(content, marked_name(job.file_name))

    def columns_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """What the columns of a file mean, for its sender to say."""
        job = self._job_with_file(request, job_id)
        address = self._address("import_job", job.pk)
        context = self._context(request, _("Columns of the file: %(table)s"))
        is_small = len(sent_content(job)) <= WAITED_FOR_BYTES
        return columns_view(request, job, self.certain_table(), context, address, is_small=is_small)

    def cells_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """The cells of a file that were not simply read, one by one, for whoever sent it."""
        job = self._job(request, job_id)
        cells = cell_counts(job)
        if cells is None or job.state in RUNNING or job.owner_id != request.user.pk:
            raise Http404(_("There is no such import."))
        went = request.GET.get("went", "")
        listed = cells_by_handling(job, went if went in CellHandling.values else "")
        context = self._context(request, _("Cells of the file: %(table)s")) | {
            "job": job,
            "cells": cells,
            "page": Paginator(listed, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "went": went,
            "ways": CellHandling.choices,
            "most": MOST_LISTED,
            "is_cut": max(cells["left"], cells["refused"] + cells["doubtful"]) > MOST_LISTED,
            "job_address": self._address("import_job", job.pk),
        }
        return TemplateResponse(request, "admin/programmes/files/cells.html", context)

    def workbook_view(self, request: HttpRequest) -> HttpResponse:
        """A workbook to fill in and send back, with the rows that the user keeps."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        content = make_workbook(
            [self.certain_table.name], by=staff_request(request).user, language=language_now()
        )
        return workbook_answer(
            content, f"{self.certain_table.name}-{timezone.localdate().isoformat()}.xlsx"
        )

    def export_view(self, request: StaffRequest) -> HttpResponse:
        """Sends the list, as filtered, as a file; a long one is made by a worker."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        query = request.GET.copy()
        kind = query.pop("format", ["xlsx"])[-1]
        headings = query.pop("headings", ["labels"])[-1]
        language = query.pop("language", [""])[-1]
        if (
            kind not in FORMATS
            or headings not in ("labels", "codes")
            or language not in ("", *languages.CODES)
        ):
            raise Http404(_("Accepted formats: csv, xlsx, json."))
        request.GET = query  # type: ignore[assignment]  # its stubs know none but what a browser sent
        try:
            rows = self.export_rows(request)
        except IncorrectLookupParameters:
            refusal = _(
                "The list cannot be taken out: its address asks for a filter that it does not have."
            )
            self.message_user(request, refusal, messages.ERROR)
            return redirect(self._address("changelist"))
        asked = {
            "table": self.certain_table.name,
            "kind": kind,
            "headings": headings,
            "language": language,
        }
        if len(rows.order_by().values_list("pk")[: EXPORTED_AT_ONCE + 1]) > EXPORTED_AT_ONCE:
            file = ask_for_export(request, certain(self.opts.model_name), asked)
            return redirect(self._address("export_file", file.pk))
        try:
            content = b"".join(self.export_pieces(rows, asked))
        except DoesNotFitError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(self._address("changelist"))
        response = HttpResponse(content, content_type=FORMATS[kind])
        response["Content-Disposition"] = f'attachment; filename="{self.certain_table.name}.{kind}"'
        return response

    def export_rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows of the list as it is filtered, of those that the user may see."""
        chosen = self.get_changelist_instance(request).queryset.order_by().values("pk")
        return self.certain_table().queryset(staff_request(request).user).filter(pk__in=chosen)

    def export_pieces(self, rows: models.QuerySet[Any], asked: dict[str, str]) -> Iterator[bytes]:
        """The rows as a file: kind, headings and language as the form of the list gives them."""
        return export_stream(
            self.certain_table(),
            rows,
            kind=asked["kind"],
            headings=asked["headings"],
            languages=asked["language"] or None,
        )

    def export_file_view(self, request: StaffRequest, key: int) -> HttpResponseBase:
        """A list that a worker takes out, or the page that waits for it."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        context = self._context(request, _("Export: %(table)s"))
        return export_page(request, key, context=context, back=self._address("changelist"))

    def _act(self, request: StaffRequest, job: ImportJob) -> HttpResponse:
        asked = request.POST.get("do", "repair")
        try:
            if asked == "apply":
                self._apply(request, job)
            elif asked == "check":
                jobs.start_again(job, options=_chosen(request, job), by=request.user)
                check_sent(job, len(sent_content(job)))
            elif asked == "confirm":
                repair(job, typed_cells(request.POST), by=request.user)
                jobs.confirm(job, request.POST.getlist("confirmed"), by=request.user)
                check_sent(job, len(sent_content(job)))
            elif asked == "take_in":
                jobs.start_again(job, options={**job.options, "left_out": []}, by=request.user)
                check_sent(job, len(sent_content(job)))
            elif asked == "repair":
                out = rows_left_out(request.POST)
                repair(job, typed_cells(request.POST), by=request.user, left_out=out)
                check_sent(job, len(sent_content(job)))
            elif asked == "forget":
                as_sent = {k: v for k, v in job.options.items() if k != "repairs"}
                jobs.start_again(job, options=as_sent, by=request.user)
                check_sent(job, len(sent_content(job)))
            elif asked == "round":
                jobs.start_again(job, options={**job.options, "rounding": "2"}, by=request.user)
                check_sent(job, len(sent_content(job)))
            elif asked == "mark" and may_see_file(request.user, job):
                ask_marking(job, language_now())
            elif asked == "leave_out" and job.state == State.CONFLICT:
                jobs.leave_out_conflicts(job)
                check_sent(job, len(sent_content(job)))
            elif asked == "undo":
                self._undo(request, job)
            elif asked == "set_aside":
                jobs.set_job_aside(job)
                self.message_user(request, _("The import is set aside."), messages.SUCCESS)
                return redirect("admin:index")
        except (FrozenRowError, CannotUndoError, PermissionDenied) as error:
            self.message_user(request, str(error), messages.ERROR)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        return redirect(self._address("import_job", job.pk))

    def _apply(self, request: StaffRequest, job: ImportJob) -> None:
        jobs.give_reason(job, request.POST.get("reason", ""), by=request.user)
        if _written(job) <= WAITED_FOR_ROWS:
            if jobs.apply(job, by=request.user).state == State.APPLIED:
                self.message_user(request, _applied(job), messages.SUCCESS)
            return
        ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
            state=State.APPLYING, started_at=timezone.now(), rows_done=0
        )
        tasks.apply_job.enqueue(job.pk, request.user.pk)

    def _undo(self, request: StaffRequest, job: ImportJob) -> None:
        if _written(job) <= WAITED_FOR_ROWS:
            if jobs.undo(job, by=request.user).state == State.UNDONE:
                self.message_user(request, _("The import is undone."), messages.SUCCESS)
            return
        ImportJob.objects.filter(pk=job.pk, state=State.APPLIED).update(
            state=State.UNDOING, started_at=timezone.now(), rows_done=0
        )
        tasks.undo_job.enqueue(job.pk, request.user.pk)

    def _rows(
        self, request: HttpRequest, job: ImportJob, kind: str, columns: list[Any]
    ) -> Page[Any] | None:
        """One page of the rows of a kind, read from the one chunk that holds them."""
        count = job.counts.get(kind, 0)
        if not count or job.state in RUNNING:
            return None
        # of places, until the rows that stand there are read
        page: Page[Any] = Paginator(range(count), ROWS_A_PAGE).get_page(request.GET.get(kind))
        first = page.object_list[0]
        chunk = ImportChunk.objects.get(job=job, kind=kind, number=first // jobs.CHUNK)
        rows = chunk.rows[first % jobs.CHUNK :][:ROWS_A_PAGE]
        if kind == REFUSED:
            page.object_list = refused_cells(job, rows)
            return page
        if kind == DOUBTFUL:
            page.object_list = doubtful_rows(job, rows)
            return page
        page.object_list = [_shown(job, row, columns) for row in rows]
        return page

    def _job(self, request: HttpRequest, job_id: int) -> ImportJob:
        if not self.has_import_permission(request):
            raise PermissionDenied
        asked = ImportJob.objects.filter(table=self.certain_table.name, pk=job_id)
        job = jobs_in_sight(asked, staff_request(request).user).first()
        if job is None:
            raise Http404(_("There is no such import."))
        return job

    def _job_with_file(self, request: HttpRequest, job_id: int) -> ImportJob:
        """An import of which the person may see the file itself. Raises Http404 for another."""
        job = self._job(request, job_id)
        if not may_see_file(staff_request(request).user, job):
            raise Http404(_("There is no such import."))
        return job

    def _address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": title % {"table": self.opts.verbose_name_plural},
        }


def check_sent(job: ImportJob, size: int) -> None:
    """Checks a file of so many bytes: at once where its sender can wait for it, else by a worker."""
    opened = job.__dict__.get("opened")
    rows = opened[0].height if opened else job.rows_total
    if size <= WAITED_FOR_BYTES and rows <= WAITED_FOR_ROWS:
        jobs.check(job)
    else:
        tasks.check_job.enqueue(job.pk)


def _applied(job: ImportJob) -> str:
    """What is said of an import that was applied at once."""
    said = _("The import is applied.")
    if job.counts.get(PROPOSED):
        said = _(
            "The import is applied. What it proposes waits as drafts of amendments: submit them."
        )
    if unticked := job.counts.get(DOUBTFUL):
        said += " " + _("Rows that were not confirmed, and were not applied: %(count)s.") % {
            "count": number(unticked)
        }
    return said


def _chosen(request: HttpRequest, job: ImportJob) -> dict[str, Any] | None:
    """How the file is to be read, where the form that says so was sent; what else was decided of it stays so."""
    form = OptionsForm(request.POST)
    if not (form.fields.keys() & request.POST.keys() and form.is_valid()):
        return None
    chosen = {name: text for name, text in form.cleaned_data.items() if text}
    return chosen | {name: job.options[name] for name in OTHER_OPTIONS if name in job.options}


def _written(job: ImportJob) -> int:
    """How many rows a job writes."""
    return sum(job.counts.get(kind, 0) for kind in (NEW, CHANGED, PROPOSED))


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far a job is: rows done and in all, rows a second, seconds left; None for what is not known (yet)."""
    writing = job.state in (State.APPLYING, State.UNDOING)
    done = rows_written(job.pk) if writing else job.rows_done
    total = _written(job) if writing else job.rows_total
    seconds = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0
    rate = done / seconds if done and seconds > 0 else None
    return {
        "done": done,
        "total": total or None,
        "rate": None if rate is None else round(rate),
        "seconds_left": max(0, round((total - done) / rate)) if total and done and rate else None,
    }


def _shown(job: ImportJob, staged: list[Any], columns: list[Any]) -> dict[str, Any]:
    """A kept row as the page shows it: only the columns that change."""
    row, key, _pk, before, after = staged
    return {
        "row": addresses_of(job).told(row),
        "key": key,
        "changes": [
            {"label": column.label, "before": old or "", "after": new}
            for column, old, new in zip(columns, before, after, strict=True)
            if new is not None
        ],
    }


def workbook_answer(content: bytes, name: str) -> HttpResponse:
    """A workbook as an attachment."""
    response = HttpResponse(content, content_type=FORMATS["xlsx"])
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in name
    )
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response
