"""Replies of the responsible bodies."""

from django.contrib import admin

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Reply


@admin.register(Reply)
class ReplyAdmin(TranslatedAdmin):
    list_display = ("organisation", "date", "about", "languages", "is_public")
    list_filter = ("is_public",)
    list_select_related = ("organisation", "target__series__indicator", "milestone")
    search_fields = search_in(
        "code", "*text", "organisation__*name", "target__code", "milestone__code"
    )
    autocomplete_fields = ("target", "milestone", "organisation", "source")
    fieldsets = (
        (None, {"fields": ("target", "milestone", "organisation", "date", "text", "source")}),
        (None, {"fields": ("code", "is_public")}),
    )

    @admin.display(description=Reply._meta.get_field("target").verbose_name)
    def about(self, obj: Reply) -> str:
        return str(obj.target or obj.milestone)
