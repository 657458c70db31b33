"""Sources of figures, promises and statements, and the evidence beside them."""

from django.contrib import admin

from programmes.admin.base import TrackerHistoryAdmin
from programmes.admin.forms.inlines import PartsStack
from programmes.admin.forms.mixins import EnteredByMixin
from programmes.admin.transfer.attachments import AttachmentScreen
from programmes.models import Evidence, Source


class EvidenceInline(PartsStack):
    model = Evidence
    fields = ("title", "language", "url", "file")


@admin.register(Source)
class SourceAdmin(AttachmentScreen, EnteredByMixin, TrackerHistoryAdmin):
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
    inlines = (EvidenceInline,)


@admin.register(Evidence)
class EvidenceAdmin(AttachmentScreen, TrackerHistoryAdmin):
    list_display = ("title", "source", "language")
    list_select_related = ("source",)
    search_fields = ("title", "url", "source__code", "source__title")
    autocomplete_fields = ("source",)
    fields = ("source", "title", "language", "url", "file")

    def file_stem(self, row: Evidence) -> str:
        return f"{row.source.code}-{row.pk}"
