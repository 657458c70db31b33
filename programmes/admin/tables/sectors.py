"""Sectors."""

from django.contrib import admin

from programmes.admin.base import TranslatedAdmin, search_in
from programmes.models import Sector


@admin.register(Sector)
class SectorAdmin(TranslatedAdmin):
    code_from = "name"
    list_display = ("name", "languages", "is_public")
    list_filter = ("is_public",)
    search_fields = search_in("code", "*name")
    fieldsets = ((None, {"fields": ("name", "code", "is_public")}),)
