"""Lists inside a record's form: its parts, kept with it."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from programmes.admin.labels import RELATED
from programmes.admin.mixins import ScopedFields


class OwnedFormSet(BaseInlineFormSet):
    """Tells each form of a part which record it belongs to."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"owner": self.instance}


class PartsMixin(ScopedFields):
    """Parts of a record. Whoever may change the record may change its parts, with the permission for them."""

    formset = OwnedFormSet
    extra = 0
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        related = [
            field.name
            for field in self.opts.fields
            if isinstance(field, models.ForeignKey) and field.name in self.autocomplete_fields
        ]
        related += [
            f"{name}__{path}"
            for name in related
            for path in RELATED.get(self.opts.get_field(name).related_model, ())
        ]
        rows = super().get_queryset(request)
        return rows.select_related(*related) if related else rows

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> type:
        formset = super().get_formset(request, obj, **options)
        formset.form.request = request
        return formset


class PartsInline(PartsMixin, admin.TabularInline):
    """Parts as the lines of a table."""


class TranslatedPartsInline(PartsMixin, TranslationTabularInline):
    """Parts as the lines of a table, their texts in three languages."""


class TranslatedPartsStack(PartsMixin, TranslationStackedInline):
    """Parts one under another, their texts in three languages."""
