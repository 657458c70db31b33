"""Dimensions of a breakdown, their categories, and the shares of measurements in them."""

from typing import Any

from django.contrib import admin

from programmes.admin.base import TrackerAdmin, TranslatedAdmin, search_in
from programmes.admin.forms.inlines import TranslatedPartsInline
from programmes.admin.forms.labels import RELATED
from programmes.admin.review.reviewed_parts import ReviewedPartAdmin
from programmes.models import Category, Dimension, Measurement, MeasurementShare


class CategoryInline(TranslatedPartsInline):
    model = Category
    fields = ("position", "code", "name")


@admin.register(Dimension)
class DimensionAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "languages", "is_public")
    search_fields = search_in("code", "*name")
    fieldsets = ((None, {"fields": ("name", "code", "is_public")}),)
    inlines = (CategoryInline,)


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "dimension", "position", "languages")
    list_filter = ("dimension",)
    list_select_related = ("dimension",)
    search_fields = search_in("code", "*name", "dimension__*name")
    autocomplete_fields = ("dimension",)
    fieldsets = ((None, {"fields": ("dimension", "name", "position", "code")}),)


@admin.register(MeasurementShare)
class MeasurementShareAdmin(ReviewedPartAdmin, TrackerAdmin):
    owner = "measurement"
    list_display = ("measurement_shown", "category", "value")
    list_select_related = (
        "category__dimension",
        *(f"measurement__{path}" for path in RELATED[Measurement]),
    )
    search_fields = search_in("measurement__ref", "category__*name")
    autocomplete_fields = ("measurement", "category")
    fields = ("measurement", "category", "value")

    @admin.display(description=MeasurementShare._meta.get_field("measurement").verbose_name)
    def measurement_shown(self, obj: Any) -> str:
        return self.owner_label(obj)
