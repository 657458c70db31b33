"""Which languages a record still lacks, in lists: said in words and marked by shape."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.translator import translator

from programmes import access, languages
from programmes.admin.forms.screen_parts import FieldsPart
from programmes.models.named import own_first
from programmes.selectors.desk.untranslated import main_column, untranslated
from programmes.type_names import staff_request


def translation_marks(row: Any) -> SafeString:
    """A mark for each language of a record's name. Reads no more than the row."""
    name = main_column(type(row))
    return format_html_join(" ", "{}", ((_mark(row, name, code),) for code in languages.CODES))


def _mark(row: Any, name: str, code: str) -> SafeString:
    if getattr(row, f"{name}_{code}"):
        return format_html('<span class="language is-present">{}</span>', languages.own_name(code))
    return format_html(
        '<span class="language is-missing">{} {}</span>', languages.own_name(code), _("missing")
    )


class OwnLanguageFirst(FieldsPart):
    """A form whose texts stand in the reader's own language before the others."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        return [
            (title, {**options, "fields": _own_before_others(options["fields"], self.model)})
            for title, options in super().get_fieldsets(request, obj)
        ]


def _own_before_others(fields: Iterable[Any], model: type[models.Model]) -> list[Any]:
    """The boxes of a form, the languages of each text in the reader's order, where they stood in another."""
    options: Any = translator.get_options_for_model(model)  # its types know no fields
    texts = set(options.fields)
    found: list[Any] = []
    for field in fields:
        stem, _sign, language = field.rpartition("_") if isinstance(field, str) else ("", "", "")
        if stem not in texts or language not in languages.CODES:
            found.append(field)
        elif f"{stem}_{own_first()[0]}" not in found:
            found += [f"{stem}_{code}" for code in own_first() if f"{stem}_{code}" in fields]
    return found


class MissingTranslationFilter(admin.SimpleListFilter):
    title = gettext_lazy("missing translation")
    parameter_name = "missing"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [
            *((code, languages.label(code)) for code in languages.CODES),
            ("own", _("any, in my own scope")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "own":
            return access.changeable(
                queryset.filter(untranslated(queryset.model)), staff_request(request).user
            )
        if self.value() not in languages.CODES:
            return queryset
        return queryset.filter(untranslated(queryset.model, (str(self.value()),)))
