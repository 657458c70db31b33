"""Which languages a record still lacks, in lists: said in words and marked by shape."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import access
from programmes.selectors.untranslated import main_column, untranslated

OPTIONAL = ("ar", "en")


def translation_marks(row: Any) -> SafeString:
    """A mark for each language of a record's name. Reads no more than the row."""
    name = main_column(type(row))
    return format_html_join(" ", "{}", ((_mark(row, name, code),) for code in ("fr", "ar", "en")))


def _mark(row: Any, name: str, code: str) -> SafeString:
    if getattr(row, f"{name}_{code}"):
        return format_html('<span class="language is-present">{}</span>', code)
    return format_html('<span class="language is-missing">{} {}</span>', code, _("missing"))


class TranslationMissing(admin.SimpleListFilter):
    title = gettext_lazy("missing translation")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("ar", _("Arabic")), ("en", _("English")), ("own", _("any, in my own scope"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "own":
            return access.changeable(
                queryset.filter(untranslated(queryset.model, OPTIONAL)), request.user
            )
        if self.value() not in OPTIONAL:
            return queryset
        return queryset.filter(untranslated(queryset.model, (self.value(),)))
