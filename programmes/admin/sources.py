"""Sources of figures, promises and statements."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from programmes.admin.base import KeptAdmin
from programmes.models import Source


@admin.register(Source)
class SourceAdmin(KeptAdmin):
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

    def write(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.entered_by = request.user
        super().write(request, obj, form, change)
