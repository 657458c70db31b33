"""What the screens of records and the lists inside them share: scope of choices, boxes, languages."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import NestedObjects
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, router
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField

from programmes import languages
from programmes.admin.forms.fields import AmountFormField, DayFormField
from programmes.admin.forms.labels import RELATED, label_of
from programmes.admin.forms.panels import change_url
from programmes.admin.forms.record_forms import (
    LabelledChoiceField,
    LabelledMultipleChoiceField,
    TrackerForm,
)
from programmes.admin.forms.screen_parts import FieldsPart, ScreenPart, TrackerPart
from programmes.admin.forms.widgets import MultipleAutocomplete, PrefilledAutocomplete
from programmes.admin.scope import rows_of
from programmes.models.columns import QuantityField
from programmes.models.named import own_first

MISSING = _("missing: another language is shown")


class ReadOnlyAdmin(ScreenPart):
    """Records that the tracker writes itself: staff see them, and change none by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EnteredByMixin(TrackerPart):
    """A table that remembers who added a record: they may change it later."""

    def write(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if not change:
            obj.entered_by = request.user
        super().write(request, obj, form, change)


class ScopedFields(FieldsPart):
    """Boxes of a form: every choice is scoped, numbers and days are read as people type them."""

    form: type[forms.ModelForm[Any]] = TrackerForm
    formfield_overrides = {
        QuantityField: {"form_class": AmountFormField},
        models.DateField: {"form_class": DayFormField},
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 60})},
    }

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        model = db_field.remote_field.model
        options.setdefault("form_class", LabelledChoiceField)
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", PrefilledAutocomplete(db_field, self.admin_site))
        options.setdefault(
            "queryset", rows_of(request, model).select_related(*RELATED.get(model, ()))
        )
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        options.setdefault("form_class", LabelledMultipleChoiceField)
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", MultipleAutocomplete(db_field, self.admin_site))
        model = db_field.remote_field.model
        options.setdefault(
            "queryset", rows_of(request, model).select_related(*RELATED.get(model, ()))
        )
        return super().formfield_for_manytomany(db_field, request, **options)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        box = super().formfield_for_dbfield(db_field, request, **options)
        if box is not None and isinstance(box.widget, RelatedFieldWidgetWrapper):
            # another record is changed on its own screen, not from beside a box
            box.widget.can_change_related = box.widget.can_delete_related = False
        if box is not None and isinstance(db_field, TranslationField):
            name_the_language(box, db_field)
        return box


def name_the_language(box: forms.Field, column: Any) -> None:
    """The language of a translated box, in its `lang` and `dir`, and as it calls itself for its tab."""
    # which of them is filled in, the model says: any one will do
    box.required = False
    language = column.language
    box.widget.attrs |= {
        "lang": language,
        "dir": languages.direction(language),
        "data-translates": column.translated_field.name,
        "data-language": languages.own_name(language),
    }
    if language != own_first()[0]:
        box.widget.attrs["placeholder"] = MISSING
    elif column.translated_field.name in getattr(column.model, "named", ()):
        box.widget.attrs["data-asked"] = ""


@dataclass(frozen=True)
class PrintedRecord:
    """A record for a page of Django's own, which prints it as a text: by its name."""

    pk: Any
    name: str

    def __str__(self) -> str:
        return self.name


class DeletedRecords(ScreenPart):
    """The page that asks before a record is removed: names it and what goes with it, but for rows that only join two
    records."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """As Django's own, of which nothing says how a record is called."""
        if not objs:
            return [], {}, set(), []
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        for row, parts in list(collector.edges.items()):
            collector.edges[row] = [one for one in parts if not one._meta.auto_created]
        missing = set()

        def line(row: models.Model) -> str:
            kind = row._meta.verbose_name
            if not self.admin_site.is_registered(type(row)):
                return f"{capfirst(kind)}{_(': ')}{label_of(row)}"
            if not self.admin_site.get_model_admin(type(row)).has_delete_permission(request, row):
                missing.add(kind)
            return format_html(
                '{}{}<a href="{}">{}</a>', capfirst(kind), _(": "), change_url(row), label_of(row)
            )

        found = collector.nested(line)
        collected: dict[Any, Any] = collector.model_objs  # by table
        counts = {
            model._meta.verbose_name_plural: len(rows)
            for model, rows in collected.items()
            if not model._meta.auto_created
        }
        return found, counts, missing, [line(row) for row in collector.protected]

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        row = context["object"]
        return super().render_delete_form(
            request, context | {"object": PrintedRecord(row.pk, label_of(row))}
        )
