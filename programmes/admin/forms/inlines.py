"""Lists inside a record's form: its parts, kept with it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from programmes.admin.forms.labels import RELATED
from programmes.admin.forms.mixins import ScopedFields
from programmes.admin.forms.record_forms import TrackerForm
from programmes.admin.forms.screen_parts import InlinePart, RecordFormSet
from programmes.admin.review.proposals import is_proposing
from programmes.admin.review.sealing import sealed_boxes
from programmes.admin.review.translations import OwnLanguageFirst
from programmes.models.sealed import SealedPart
from programmes.type_names import certain


class OwnedFormSet(RecordFormSet):
    """Tells each form of a part which record it belongs to. What the public relies on of a part has a closed box."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        for name in sealed_boxes(form.instance):
            if name in form.fields:
                form.fields[name].disabled = True
        return form

    def clean(self) -> None:
        """Django holds the lines against each other, not against what is stored: somebody else may have added one."""
        super().clean()
        if any(map(self._should_delete_form, self.forms)):
            return  # what is removed may stand again in a new line
        for form in self.forms:
            if form.has_changed() and not form.errors:
                try:
                    form.instance.validate_constraints()
                except ValidationError as error:
                    form.add_error(None, error)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"owner": self.instance}


class PartsMixin(ScopedFields, InlinePart):
    """Parts of a record. Whoever may change the record may change its parts, with the permission for them."""

    formset = OwnedFormSet
    extra = 0
    show_change_link = False

    # Child rows of a record that the public relies on are changed by a proposal, which has boxes for them

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request, obj, super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request, obj, super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request, obj, super().has_delete_permission(request, obj))

    def _is_open(self, request: HttpRequest, obj: Any, allowed: bool) -> bool:
        if is_proposing(request) or not issubclass(self.model, SealedPart) or obj is None:
            return allowed or is_proposing(request)
        return allowed and (obj.sealed_at is None or getattr(request, "is_unsealed", False))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        related = [
            field.name
            for field in self.opts.fields
            if isinstance(field, models.ForeignKey) and field.name in self.autocomplete_fields
        ]
        related += [
            f"{name}__{path}"
            for name in related
            for path in RELATED.get(certain(self.opts.get_field(name).related_model), ())
        ]
        rows = super().get_queryset(request)
        return rows.select_related(*related) if related else rows

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **options: Any
    ) -> type[BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]]:
        formset = super().get_formset(request, obj, **options)
        assert issubclass(formset.form, TrackerForm)
        formset.form.request = request
        return formset


class PartsInline(PartsMixin, admin.TabularInline[Any, Any]):
    """Parts as the lines of a table."""


class PartsStack(PartsMixin, admin.StackedInline[Any, Any]):
    """Parts one under another: their boxes would not fit into a line."""

    template = "admin/programmes/parts_stack.html"


class TranslatedPartsInline(OwnLanguageFirst, PartsMixin, TranslationTabularInline[Any, Any]):
    """Parts as the lines of a table, their texts in three languages."""


class TranslatedPartsStack(OwnLanguageFirst, PartsMixin, TranslationStackedInline[Any, Any]):
    """Parts one under another, their texts in three languages."""

    template = "admin/programmes/parts_stack.html"
