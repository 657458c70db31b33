"""What every form of the staff's screens does: dates with their precision, codes, refusals, what others own."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import capfirst

from programmes.admin.forms.fields import PreciseDateFormField, undisguised
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import label_of
from programmes.admin.forms.screen_parts import RecordForm
from programmes.admin.forms.widgets import PrefilledAutocomplete
from programmes.languages import CODES
from programmes.models.columns import DATE_PARTS, precise_dates
from programmes.models.named import own_first
from programmes.services.promises import free_code
from programmes.type_names import certain


class WriteRefusedError(Exception):
    """A write that a service or the scope refuses; nothing of it stays. `error` is shown on the form."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__(str(error))
        self.error = error


class LabelledChoiceField(forms.ModelChoiceField[Any]):
    """Offers rows under a name that a person recognises."""

    def label_from_instance(self, obj: models.Model) -> str:
        return label_of(obj)


class LabelledMultipleChoiceField(forms.ModelMultipleChoiceField[Any]):
    def clean(self, value: Any) -> Any:
        """Refuses what cannot be a key as any other wrong choice: a database would fail on it."""
        if wrong := next((one for one in value or () if not can_be_key(one)), None):
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": wrong})
        return super().clean(value)

    def label_from_instance(self, obj: Any) -> str:
        return label_of(obj)


class TrackerForm(RecordForm):
    """The form of a record. `request` and `code_from` are set on the class made for each request.

    code_from: the column of which a new record's code is made where none was typed.
    owner: the record that a part belongs to.
    """

    request: HttpRequest | None = None
    code_from: str = ""
    precise_names: tuple[str, ...] = ()

    def __init__(self, *args: Any, owner: models.Model | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.owner = owner
        for name in self.precise_names:
            if name in self.fields and name not in self.initial and _is_filled(self.instance, name):
                self.initial[name] = getattr(self.instance, name)
        if self.code_from and "code" in self.fields and self.instance._state.adding:
            self.fields["code"].required = False
        self._keep_what_others_own()

    def _keep_what_others_own(self) -> None:
        """A row may point at one that the person cannot see: saving the form must not lose it."""
        if self.instance.pk is None:
            return
        for name, field in self.fields.items():
            if type(field) is LabelledChoiceField and (
                current := getattr(self.instance, f"{name}_id", None)
            ):
                offered = certain(field.queryset)
                field.queryset = offered.model._default_manager.filter(
                    Q(pk__in=offered.order_by().values("pk")) | Q(pk=current)
                )
                _remember_label(field, self.instance, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            cleaned[name] = undisguised(value)
        can_make = self.code_from and "code" in self.fields and "code" not in self.errors
        if can_make and not cleaned.get("code"):
            cleaned["code"] = free_code(self._name_of(cleaned), self._meta.model)
        return cleaned

    def _name_of(self, cleaned: dict[str, Any]) -> str:
        """The text of which a code is made: where it stands in several languages, in the first that has it."""
        names = (self.code_from, *(f"{self.code_from}_{code}" for code in CODES))
        return next((cleaned[name] for name in names if cleaned.get(name)), "")

    def _post_clean(self) -> None:
        for name in self.precise_names:
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        super()._post_clean()
        refusal = getattr(self.request, "refusal", None)
        if refusal is not None:
            self._update_errors(refusal)

    def _get_validation_exclusions(self) -> set[str]:
        """The three columns of a date that was typed are checked with the rest of the row."""
        typed = {
            f"{name}_{column}"
            for name in self.precise_names
            if name in self.fields and name not in self._errors
            for column in DATE_PARTS
        }
        return super()._get_validation_exclusions() - typed

    def _update_errors(self, errors: ValidationError) -> None:
        super()._update_errors(self._at_their_boxes(errors))

    def _at_their_boxes(self, errors: ValidationError) -> ValidationError:
        """Errors of columns that have no box of their own, moved to the one that has."""
        if not hasattr(errors, "error_dict"):
            return errors
        moved: dict[str, list[ValidationError]] = {}
        for name, found in errors.error_dict.items():
            stem = name.rpartition("_")[0]
            if name in self.fields:
                box = name
            elif isinstance(self.fields.get(stem), PreciseDateFormField):
                box = stem
            else:
                # a text in several languages has a box each: it is said at the reader's own
                own = f"{name}_{own_first()[0]}"
                box = own if own in self.fields else NON_FIELD_ERRORS
            moved.setdefault(box, []).extend(found)
        return ValidationError(moved)

    def _save_m2m(self) -> None:
        for field in self._meta.model._meta.many_to_many:
            box = self.fields.get(field.name)
            if isinstance(box, LabelledMultipleChoiceField) and field.name in self.cleaned_data:
                unseen = (
                    getattr(self.instance, field.name)
                    .all()
                    .exclude(pk__in=certain(box.queryset).order_by().values("pk"))
                )
                self.cleaned_data[field.name] = [*self.cleaned_data[field.name], *unseen]
        super()._save_m2m()


def precise_form(base: type[TrackerForm], model: type[models.Model]) -> type[TrackerForm]:
    """The form of a table with one box for each of its precise dates, which may then be named among its fields."""
    dates = precise_dates(model)
    boxes = {
        name: PreciseDateFormField(label=capfirst(label), required=_is_always_dated(model, name))
        for name, label in dates.items()
    }
    return type(base.__name__, (base,), {**boxes, "precise_names": tuple(dates)})


def _is_always_dated(model: type[models.Model], name: str) -> bool:
    """Whether a rule of the table alone forbids that a date is unknown: its box then says so beforehand."""
    rule = Q(**{f"{name}_on__isnull": False})
    return any(getattr(one, "condition", None) == rule for one in model._meta.constraints)


def _is_filled(row: models.Model, name: str) -> bool:
    return getattr(row, f"{name}_on") is not None


def _remember_label(field: forms.ModelChoiceField[Any], row: models.Model, name: str) -> None:
    """The label of the chosen row, where it was read with the record: spares a query for each box."""
    chosen = row._state.fields_cache.get(name)
    widget = getattr(field.widget, "widget", field.widget)
    if chosen is not None and isinstance(widget, PrefilledAutocomplete):
        widget.labels = {str(chosen.pk): label_of(chosen)}
