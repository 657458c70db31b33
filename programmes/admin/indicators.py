"""Indicators. Measure and unit cannot change under figures that are already published."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Indicator
from programmes.services.indicators import is_locked

LANGUAGES = ("fr", "ar", "en")


@admin.register(Indicator)
class IndicatorAdmin(TranslatedAdmin):
    code_from = "name_fr"
    list_display = ("name", "measure", "unit", "languages", "is_public")
    list_filter = ("measure", "is_public")
    search_fields = search_in("code", "*name")
    fieldsets = (
        (None, {"fields": ("name", "definition")}),
        (
            _("What is counted, and how"),
            {
                "fields": ("unit", "measure", "decimals"),
                "description": _(
                    "The measure and the unit can no longer be changed once a published figure or target uses them."
                ),
            },
        ),
        (None, {"fields": ("code", "is_public")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        if obj is not None and is_locked(obj):
            # a language that is still missing may be added
            units = [f"unit_{code}" for code in LANGUAGES if getattr(obj, f"unit_{code}")]
            fields = [*fields, "measure", *units]
        return fields
