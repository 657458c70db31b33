"""Sources of figures, promises and statements."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from programmes.admin.base import KeptAdmin
from programmes.admin.mixins import EnteredBy
from programmes.models import Source
from programmes.models.attachment import KINDS

# what a browser may do with a file that somebody sent: nothing
POLICY = "sandbox; default-src 'none'"


@admin.register(Source)
class SourceAdmin(EnteredBy, KeptAdmin):
    code_from = "title"
    list_display = ("title", "publisher", "date", "kind", "language", "is_public")
    list_filter = ("kind", "language", "is_public")
    list_select_related = ("organisation",)
    search_fields = ("code", "title", "publisher", "url")
    autocomplete_fields = ("organisation",)
    fieldsets = (
        (None, {"fields": ("kind", "title", "publisher", "organisation", "date", "language")}),
        (None, {"fields": ("url", "archived_url", "read_on", "file", "code", "is_public")}),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [
            path("<int:object_id>/file/", view, name="programmes_source_file"),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The file of a source as a download, for whoever may see the source."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source = self.get_queryset(request).filter(pk=object_id).exclude(file="").first()
        if source is None or source.file.kind not in KINDS:
            raise Http404(_("There is no such file."))
        try:
            content = source.file.open("rb")
        except FileNotFoundError:
            raise Http404(_("There is no such file.")) from None
        kind = source.file.kind
        response = FileResponse(
            content,
            as_attachment=True,
            filename=f"{source.code}.{kind}",
            content_type=KINDS[kind],
        )
        response["Content-Security-Policy"] = POLICY
        response["X-Content-Type-Options"] = "nosniff"
        return response
