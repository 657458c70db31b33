"""Indicators. Measure and unit cannot change under figures that are already published."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Indicator

# Said in the admin alone: where the measure is chosen.
MEASURES = _(
    "Running total: all since the start, as in 12,000 people trained so far. Per period: what each period adds, as in "
    "800 enrolments in 2025. Level: how things stand on a day, as in 240 places open. Ratio: a part of a whole, as in "
    "73 per cent of graduates employed."
)


@admin.register(Indicator)
class IndicatorAdmin(TranslatedAdmin):
    code_from = "name"
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

    def formfield_for_choice_field(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "measure":
            options["help_text"] = MEASURES
        return super().formfield_for_choice_field(db_field, request, **options)
