"""The forms of the steps: those of the tables' own screens, with fewer boxes, and lists that need no script."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import QueryDict

from programmes.admin.base import refusals
from programmes.admin.entry.sources import usual_sources
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.record_forms import WriteRefusedError
from programmes.admin.scope import forget
from programmes.admin.setup.steps import BESIDE_BOXES, columns_of_boxes
from programmes.models import Source
from programmes.type_names import StaffRequest, certain

Given = dict[str, list[Any]]


class StepForm:
    """One record in a step: its screen's form. row: the stored record, None for a new one.

    boxes: those that are shown. given: boxes that are filled without being asked. narrowed: choices that are fewer.
    start: what stands in the boxes of a new one. prefix: what its boxes are called by beside another form.
    """

    def __init__(
        self,
        request: StaffRequest,
        model: type[models.Model],
        boxes: tuple[str, ...],
        *,
        row: models.Model | None = None,
        given: Callable[[Callable[[str], str]], Given] = lambda _typed: {},
        narrowed: dict[str, models.QuerySet[Any]] | None = None,
        start: dict[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        self.request, self.row, self.given, self.prefix = request, row, given, prefix
        self.typed = request.POST.copy()
        self.screen: Any = admin.site.get_model_admin(model)
        self.names = columns_of_boxes(model, boxes)
        self.narrowed, self.start = narrowed or {}, start or {}
        self.form = self._make()
        self.shown = [name for name in self.names if name in self.form.fields]

    def may_save(self) -> bool:
        """Whether the person may add such a record, or change this one."""
        if self.row is None:
            return bool(self.screen.has_add_permission(self.request))
        return bool(self.screen.has_change_permission(self.request, self.row))

    def is_untouched(self) -> bool:
        """Whether nothing was typed or chosen."""
        form = self._make(self._data())
        return not set(form.changed_data) & set(self.shown)

    def save(self, then: Callable[[Any], None] = lambda _row: None) -> Any:
        """Saves what was typed, as the screen of the table does. None: it was refused, and the form says why.

        then: what is done with the row in the same transaction.
        """
        if not self.may_save():
            raise PermissionDenied
        request, screen = self.request, self.screen
        change, data = self.row is not None, self._data()
        self.form = self._make(data)
        if not self.form.is_valid():
            return None
        try:
            with transaction.atomic():
                row = screen.save_form(request, self.form, change)
                screen.save_model(request, row, self.form, change)
                screen.save_related(request, self.form, [], change)
                said = screen.construct_change_message(request, self.form, [], not change)
                (screen.log_change if change else screen.log_addition)(request, row, said)
                with refusals():
                    then(row)
        except WriteRefusedError as refused:
            # all of it was undone: the same form once more, with the reason and what was typed
            request.refusal = refused.error
            forget(request)
            self.form = self._make(data)
            self.form.is_valid()
            # another form of the page is not refused for it
            request.refusal = None
            return None
        return row

    def choose(self, record: models.Model, *, over: bool) -> None:
        """Chooses a record that was just added in the list of its table, if there is one. over: in place of another."""
        for name in self.shown:
            box = self.form.fields[name]
            if isinstance(box, forms.ModelChoiceField) and certain(box.queryset).model is type(
                record
            ):
                if over or not self.typed.get(name):
                    self.typed[name] = record.pk
                return

    def keep_typed(self) -> None:
        """Puts what was typed into the boxes again, unchecked."""
        for name in self.shown:
            is_set = isinstance(self.form.fields[name], forms.ModelMultipleChoiceField)
            self.start[name] = self.typed.getlist(name) if is_set else self.typed.get(name, "")
        self.form = self._make()

    def admin_form(self) -> helpers.AdminForm:
        """The form as the admin's templates print it."""
        return helpers.AdminForm(
            self.form, [(None, {"fields": self.shown})], {}, (), model_admin=self.screen
        )

    def _data(self) -> QueryDict:
        """What was sent, with what is given, and the first value of each box that is not shown."""
        data, form = self.typed.copy(), self._make()
        given = self.given(lambda name: data.get(name, "") if name in form.fields else "")
        for name in form.fields:
            if name in given:
                data.setlist(form.add_prefix(name), given[name])
            elif name not in self.shown:
                value = form[name].value()
                values = value if isinstance(value, list) else [value]
                keys: list[Any] = [
                    getattr(one, "pk", one) for one in values if one not in (None, "", False)
                ]
                data.setlist(form.add_prefix(name), keys)
        return data

    def _make(self, data: QueryDict | None = None) -> Any:
        request, row, fields = self.request, self.row, [*self.names, *self.given(lambda _name: "")]
        if row is None and any(one.name == "code" for one in self.screen.opts.fields):
            fields.append("code")
        made = self.screen.get_form(request, row, change=row is not None, fields=fields)
        # a form writes what was typed into its record: the stored one stays as it is
        stored = type(row)._default_manager.get(pk=row.pk) if row is not None else None
        form = made(data, instance=stored, initial=self.start, prefix=self.prefix)
        self._make_plain(form)
        return form

    def _make_plain(self, form: Any) -> None:
        """Lists to choose from that work without a script, and as a phone shows them."""
        for name, box in form.fields.items():
            if not isinstance(box, forms.ModelChoiceField):
                continue
            if name in self.narrowed:
                box.queryset = self.narrowed[name]
            elif certain(box.queryset).model is Source:
                box.queryset = _sources(self.request.user, form[name].value())
            is_set = isinstance(box, forms.ModelMultipleChoiceField)
            choices: Any = box.choices  # read by the widget, a record at a time
            box.widget = (forms.CheckboxSelectMultiple if is_set else forms.Select)(choices=choices)


def _sources(user: User, chosen: Any) -> models.QuerySet[Source]:
    """The sources that a person chooses among: the usual ones, and the one that stands there."""
    keys = [one.pk for one in usual_sources(user)]
    if can_be_key(chosen or ""):
        keys.append(int(chosen))
    return Source.objects.filter(pk__in=keys).order_by("-pk")


def beside_forms(
    request: StaffRequest, tables: Iterable[type[models.Model]]
) -> dict[str, StepForm]:
    """Small forms for records that are not in the lists yet, by table, where the person may add them."""
    made = {
        str(model._meta.model_name): StepForm(
            request, model, BESIDE_BOXES[model], prefix=f"new-{model._meta.model_name}"
        )
        for model in tables
    }
    return {name: one for name, one in made.items() if one.may_save()}
