"""Organisations."""

from django.contrib import admin

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.admin.forms.mixins import EnteredByMixin
from programmes.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(EnteredByMixin, TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "acronym", "kind", "territory", "languages", "is_public")
    list_filter = ("kind", "is_public")
    list_select_related = ("territory",)
    search_fields = search_in("code", "acronym", "*name", "other_spellings")
    autocomplete_fields = ("territory",)
    fieldsets = (
        (None, {"fields": ("name", "acronym", "other_spellings", "kind", "territory", "website")}),
        (None, {"fields": ("code", "is_public")}),
    )
