"""Territories."""

from django.contrib import admin

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Territory


@admin.register(Territory)
class TerritoryAdmin(TranslatedAdmin):
    list_display = ("name", "kind", "parent", "population", "languages")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = search_in("code", "hcp_code", "*name", "other_spellings")
    autocomplete_fields = ("parent",)
    fieldsets = (
        (None, {"fields": ("name", "other_spellings", "kind", "parent")}),
        (None, {"fields": ("code", "hcp_code", "population", "population_year", "is_public")}),
    )
