"""Import and export from the lists of the admin: send a file, look at what it would do, apply it; take a list out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import access
from programmes.models import FrozenRowError, ImportJob
from programmes.spreadsheets.applying import ChangedSinceError, apply, require_import, send
from programmes.spreadsheets.exporting import FORMATS, export_file
from programmes.spreadsheets.reading import UnreadableFileError
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.tables import TABLES

ROWS_A_PAGE = 100
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileForm(forms.Form):
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
            sent = form.cleaned_data["file"]
            try:
                job = send(self.table.name, sent.read(), sent.name, by=request.user)
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                return redirect(self._address("import_job", job.pk))
        table = self.table()
        context = self._context(request, _("Import: %(table)s")) | {
            "form": form,
            "columns": [column for column in table.columns if not column.readonly],
        }
        return TemplateResponse(request, "admin/programmes/files/send.html", context)

    def job_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Shows what a file would do, or did; on POST applies it."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        jobs = access.visible(ImportJob.objects.filter(table=self.table.name), request.user)
        job = jobs.filter(pk=job_id).defer("content").first()
        if job is None:
            raise Http404(_("There is no such import."))
        if request.method == "POST":
            return self._apply(request, job)
        table = self.table()
        labels = {column.code: column.label for column in table.columns}
        rows = Paginator(job.report["rows"], ROWS_A_PAGE).get_page(request.GET.get("p"))
        errors = Paginator(job.report["errors"], ROWS_A_PAGE).get_page(request.GET.get("e"))
        context = self._context(request, _("Import: %(table)s")) | {
            "job": job,
            "counts": job.report["counts"],
            "ignored": job.report["ignored"],
            "rows": rows,
            "errors": errors,
            "labels": labels,
            "applied": job.state == ImportJob.State.APPLIED,
            "refused": job.state == ImportJob.State.REFUSED,
            "nothing_to_do": not job.report["rows"],
            "send_address": self._address("import"),
        }
        return TemplateResponse(request, "admin/programmes/files/job.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Sends the list, as filtered, as a file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        query = request.GET.copy()
        kind = query.pop("format", ["xlsx"])[-1]
        headings = query.pop("headings", ["labels"])[-1]
        if kind not in FORMATS or headings not in ("labels", "codes"):
            raise Http404(_("Accepted formats: csv, xlsx."))
        request.GET = query
        chosen = self.get_changelist_instance(request).queryset.order_by().values("pk")
        table = self.table()
        rows = table.queryset(request.user).filter(pk__in=chosen)
        response = HttpResponse(
            export_file(table, rows, kind=kind, headings=headings), content_type=CONTENT_TYPES[kind]
        )
        response["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
        return response

    def _apply(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        try:
            apply(job, by=request.user)
        except (ChangedSinceError, FrozenRowError) as error:
            self.message_user(request, str(error), messages.ERROR)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, _("The import is applied."), messages.SUCCESS)
        return redirect(self._address("import_job", job.pk))

    def _address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": title % {"table": self.opts.verbose_name_plural},
        }
