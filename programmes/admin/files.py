"""Import and export from the lists of the admin: send a file, look at what it would do, apply it; take a list out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, ImportChunk, ImportJob
from programmes.spreadsheets import jobs, tasks
from programmes.spreadsheets.exporting import FORMATS, export_stream
from programmes.spreadsheets.jobs import CannotUndoError, UnreadableFileError, require_import
from programmes.spreadsheets.marked import mark_errors
from programmes.spreadsheets.numbers import NUMBER_FORMATS
from programmes.spreadsheets.outcomes import CHANGED, NEW, REFUSED
from programmes.spreadsheets.progress import rows_written
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.tables import TABLES
from programmes.spreadsheets.workbook import make_workbook

ROWS_A_PAGE = 100
# a file that can be checked while its sender waits; larger ones go to a worker
WAITED_FOR_BYTES = 200_000
WAITED_FOR_ROWS = 500
State = ImportJob.State
RUNNING = (State.WAITING, State.CHECKING, State.APPLYING, State.UNDOING)


class OptionsForm(forms.Form):
    """How a file is to be read, where what was detected is wrong."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("encoding"),
        required=False,
        choices=[
            ("", gettext_lazy("as detected")),
            ("utf-8", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("cp1252", "Windows-1252"),
            ("cp1256", "Windows-1256"),
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
    sheet = forms.CharField(label=gettext_lazy("sheet"), required=False, max_length=100)


class FileForm(OptionsForm):
    """One spreadsheet."""

    file = forms.FileField(label=gettext_lazy("file"), allow_empty_file=True)


class FilesAdmin(admin.ModelAdmin):
    """Adds import and export to a table that files may fill. Must come first among the bases."""

    change_list_template = "admin/programmes/files/change_list.html"

    @property
    def table(self) -> type[TableResource] | None:
        """The columns of this model, None where no file may fill it."""
        return next((table for table in TABLES.values() if table.model is self.model), None)

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
            path("workbook/", wrap(self.workbook_view), name=f"{name}_workbook"),
            path("export/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether the user may send a file for this table."""
        if self.table is None:
            return False
        try:
            require_import(request.user, self.table.name)
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
                    self.table.name,
                    sent.read(),
                    sent.name,
                    by=request.user,
                    options=options,
                    at_once=sent.size <= WAITED_FOR_BYTES,
                )
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                check_sent(job, sent.size)
                return redirect(self._address("import_job", job.pk))
        context = self._context(request, _("Import: %(table)s")) | {
            "form": form,
            "columns": [column for column in self.table().columns if not column.readonly],
            "workbook_address": self._address("workbook"),
            "workbooks_address": reverse("admin:workbooks"),
        }
        return TemplateResponse(request, "admin/programmes/files/send.html", context)

    def job_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Shows what a file would do, or did; on POST applies it, checks it anew, sets it aside, or takes it back."""
        job = self._job(request, job_id)
        if request.method == "POST":
            return self._act(request, job)
        table = self.table()
        columns = [table.fields[code] for code in job.columns]
        context = self._context(request, _("Import: %(table)s")) | {
            "job": job,
            "running": job.state in RUNNING,
            "progress": progress_of(job),
            "labels": {column.code: column.label for column in table.columns},
            "changed": self._rows(request, job, CHANGED, columns),
            "new": self._rows(request, job, NEW, columns),
            "refused": self._rows(request, job, REFUSED, columns),
            "nothing_to_do": not (job.counts.get(NEW) or job.counts.get(CHANGED)),
            "detected": [
                (label, job.detected[name])
                for name, label in (
                    ("sheet", _("sheet")),
                    ("encoding", _("encoding")),
                    ("delimiter", _("delimiter")),
                    ("number_format", _("numbers")),
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
        """The file back, with its errors marked in the cells."""
        job = self._job(request, job_id)
        errors = [
            {"row": row, "column": column, "value": value, "message": message}
            for chunk in job.chunks.filter(kind=REFUSED)
            for row, cells in chunk.rows
            for column, value, message in cells
        ]
        if not errors:
            raise Http404(_("No row of this file is refused."))
        content, name = mark_errors(
            jobs.content_of(job),
            job.file_name,
            errors,
            table=self.table(),
            language=get_language() or "fr",
            options=jobs.options_of(job),
        )
        return download(content, name)

    def workbook_view(self, request: HttpRequest) -> HttpResponse:
        """A workbook to fill in and send back, with the rows that the user keeps."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        content = make_workbook([self.table.name], by=request.user, language=get_language() or "fr")
        return download(content, f"{self.table.name}-{timezone.localdate().isoformat()}.xlsx")

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Sends the list, as filtered, as a file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        query = request.GET.copy()
        kind = query.pop("format", ["xlsx"])[-1]
        headings = query.pop("headings", ["labels"])[-1]
        language = query.pop("language", [""])[-1]
        if (
            kind not in FORMATS
            or headings not in ("labels", "codes")
            or language not in ("", "fr", "ar", "en")
        ):
            raise Http404(_("Accepted formats: csv, xlsx, json."))
        request.GET = query
        chosen = self.get_changelist_instance(request).queryset.order_by().values("pk")
        table = self.table()
        rows = table.queryset(request.user).filter(pk__in=chosen)
        pieces = export_stream(
            table, rows, kind=kind, headings=headings, languages=language or None
        )
        response = StreamingHttpResponse(pieces, content_type=FORMATS[kind])
        response["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
        return response

    def _act(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        asked = request.POST.get("do")
        try:
            if asked == "apply":
                self._apply(request, job)
            elif asked == "check":
                form = OptionsForm(request.POST)
                if form.is_valid():
                    chosen = {name: text for name, text in form.cleaned_data.items() if text}
                    job.options = chosen | {"left_out": job.options.get("left_out", [])}
                    job.save(update_fields=["options"])
                check_sent(job, len(jobs.content_of(job)))
            elif asked == "leave_out" and job.state == State.CONFLICT:
                jobs.leave_out_conflicts(job)
            elif asked == "undo":
                self._undo(request, job)
            elif asked == "set_aside":
                jobs.set_aside(job)
                self.message_user(request, _("The import is set aside."), messages.SUCCESS)
                return redirect("admin:index")
        except (FrozenRowError, CannotUndoError) as error:
            self.message_user(request, str(error), messages.ERROR)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        return redirect(self._address("import_job", job.pk))

    def _apply(self, request: HttpRequest, job: ImportJob) -> None:
        if _written(job) <= WAITED_FOR_ROWS:
            if jobs.apply(job, by=request.user).state == State.APPLIED:
                self.message_user(request, _("The import is applied."), messages.SUCCESS)
            return
        ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
            state=State.APPLYING, started_at=timezone.now(), rows_done=0
        )
        tasks.apply_job.enqueue(job.pk, request.user.pk)

    def _undo(self, request: HttpRequest, job: ImportJob) -> None:
        if _written(job) <= WAITED_FOR_ROWS:
            jobs.undo(job, by=request.user)
            self.message_user(request, _("The import is undone."), messages.SUCCESS)
            return
        ImportJob.objects.filter(pk=job.pk, state=State.APPLIED).update(
            state=State.UNDOING, started_at=timezone.now(), rows_done=0
        )
        tasks.undo_job.enqueue(job.pk, request.user.pk)

    def _rows(
        self, request: HttpRequest, job: ImportJob, kind: str, columns: list[Any]
    ) -> Page | None:
        """One page of the rows of a kind, read from the one chunk that holds them."""
        count = job.counts.get(kind, 0)
        if not count or job.state in RUNNING:
            return None
        page = Paginator(range(count), ROWS_A_PAGE).get_page(request.GET.get(kind))
        first = page.object_list[0]
        chunk = ImportChunk.objects.get(job=job, kind=kind, number=first // jobs.CHUNK)
        rows = chunk.rows[first % jobs.CHUNK :][:ROWS_A_PAGE]
        page.object_list = rows if kind == REFUSED else [_shown(row, columns) for row in rows]
        return page

    def _job(self, request: HttpRequest, job_id: int) -> ImportJob:
        if not self.has_import_permission(request):
            raise PermissionDenied
        found = access.visible(ImportJob.objects.filter(table=self.table.name), request.user)
        job = found.filter(pk=job_id).first()
        if job is None:
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
    if size <= WAITED_FOR_BYTES:
        jobs.check(job)
    else:
        tasks.check_job.enqueue(job.pk)


def _written(job: ImportJob) -> int:
    """How many rows a job writes."""
    return job.counts.get(NEW, 0) + job.counts.get(CHANGED, 0)


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
        "seconds_left": max(0, round((total - done) / rate)) if total and rate else None,
    }


def _shown(staged: list[Any], columns: list[Any]) -> dict[str, Any]:
    """A kept row as the page shows it: only the columns that change."""
    row, key, _pk, before, after = staged
    return {
        "row": row,
        "key": key,
        "changes": [
            {"label": column.label, "before": old or "", "after": new}
            for column, old, new in zip(columns, before, after, strict=True)
            if new is not None
        ],
    }


def download(content: bytes, name: str) -> HttpResponse:
    """A workbook as an attachment."""
    response = HttpResponse(content, content_type=FORMATS["xlsx"])
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in name
    )
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response
