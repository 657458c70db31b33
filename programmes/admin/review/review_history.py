"""What became of a reviewed record, in plain words: its steps, and of each change only what changed, 320 → 302."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.admin.forms.labels import person_words, review_label, written
from programmes.admin.forms.panels import change_url
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.calculations.dates import PreciseDate
from programmes.models.columns import DATE_PARTS, precise_dates
from programmes.models.review import STEP_COLUMNS, Reviewed, State, translated_columns
from programmes.selectors.wording.formats import day_words, number
from programmes.type_names import Words, staff_request

# of a proposal, `changes` may hold personal data, which is removed from where it is known to be kept
KEPT_BY_ITSELF = {
    *("id", "ref", "number", "entered_by", "changed_by", "entered_at", "changed_at"),
    *("changes", "applied_at", "definition_languages"),
}
VALUES = "values"


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """One column that changed: what it is called, and both values in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened to a record: when, what, by whom, with what note."""

    at: datetime
    what: str
    by: str
    note: str
    moved: tuple[ChangedColumn, ...]


def plain_content(row: Reviewed) -> dict[str, str]:
    """The content of a record as plain text, by column; a date with its precision is one."""
    dates = precise_dates(row)
    parts = {f"{name}_{part}" for name in dates for part in DATE_PARTS}
    # what lies in the untranslated column is whatever was saved last
    unsaid = parts | KEPT_BY_ITSELF | STEP_COLUMNS | translated_columns(type(row)).keys()
    found = {name: getattr(row, name).notation for name in dates}
    for field in row._meta.concrete_fields:
        if field.name in unsaid:
            continue
        value = getattr(row, field.name)
        found[field.name] = "" if value is None else _plain(value)
    return found


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def log_saved(by: User, row: Reviewed, before: dict[str, str] | None) -> None:
    """Notes that a person entered a record (before: None), or what they changed in it; nothing where nothing did."""
    message = [{"added": {}}] if before is None else message_of(row, before)
    if message:
        flag = ADDITION if before is None else CHANGE
        LogEntry.objects.log_actions(by.pk, [row], flag, message, single_object=True)


def message_of(row: Reviewed, before: dict[str, str]) -> list[dict[str, Any]]:
    """What the admin's own log keeps of a change: the columns as it calls them, and both values of each."""
    after = plain_content(row)
    values = {
        name: [before.get(name, ""), new]
        for name, new in after.items()
        if before.get(name, "") != new
    }
    if not values:
        return []
    fields = [str(_name(type(row), name)) for name in values]
    return [{"changed": {"fields": fields, VALUES: values}}]


def history_entries(row: Reviewed) -> list[HistoryEntry]:
    """All that happened to a record, the last first. Two queries."""
    chapters = [*_changes(row), *_steps(row)]
    return sorted(chapters, key=lambda one: one.at, reverse=True)


def _changes(row: Reviewed) -> Iterator[HistoryEntry]:
    kind = ContentType.objects.get_for_model(type(row))
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    for entry in entries.select_related("user"):
        moved = tuple(_moved(type(row), entry.change_message))
        what = _("entered") if entry.action_flag == ADDITION else _("changed")
        if moved or entry.action_flag == ADDITION:
            yield HistoryEntry(entry.action_time, what, person_words(entry.user), "", moved)


def _steps(row: Reviewed) -> Iterator[HistoryEntry]:
    """Steps of review. A change of content stands in the log with what changed."""
    for event in row.events.select_related("by"):
        if event.from_state != event.to_state:
            what = str(State(event.to_state).label)
            yield HistoryEntry(event.at, what, person_words(event.by), event.note, ())


def _moved(model: type[models.Model], text: str) -> Iterator[ChangedColumn]:
    try:
        parts = json.loads(text) if text.startswith("[") else []
    except json.JSONDecodeError:
        return
    for part in parts:
        for name, (old, new) in part.get("changed", {}).get(VALUES, {}).items():
            yield ChangedColumn(
                capfirst(str(_name(model, name))), _said(model, name, old), _said(model, name, new)
            )


def _name(model: type[models.Model], name: str) -> Words:
    dates = precise_dates(model)
    return dates[name] if name in dates else _column(model, name).verbose_name


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _said(model: type[models.Model], name: str, text: str) -> str:
    """A kept value in the reader's words."""
    if not text:
        return "–"
    if name in precise_dates(model):
        return written(PreciseDate.parse(text)) or "–"
    field = _column(model, name)
    if field.choices:
        return str(dict(field.flatchoices).get(text, text))
    if isinstance(field, models.DecimalField):
        return number(Decimal(text), 4)
    return day_words(date.fromisoformat(text)) if isinstance(field, models.DateField) else text


class ReviewHistoryScreen(ScreenPart):
    """The screen of a reviewed table: its log keeps both values, and its history tells each step and change."""

    def remember_content(self, request: HttpRequest, obj: Reviewed) -> None:
        """Keeps the stored content for the log, before it is written over."""
        content = plain_content(self.model._default_manager.get(pk=obj.pk))
        staff_request(request).content_before = content

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,  # of a record, which the stubs of Django do not expect here
        formsets: Any,
        add: bool = False,
    ) -> list[dict[str, Any]]:
        """What the log keeps: of a change both values of each column, and what became of its parts."""
        message = super().construct_change_message(request, form, formsets, add)
        before = getattr(request, "content_before", None)
        if add or before is None:
            return message
        parts = [one for one in message if "name" in next(iter(one.values()))]
        return [*message_of(form.instance, before), *parts]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What became of the record, in plain words."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("History"),
            "subtitle": review_label(row),
            "record_url": change_url(row),
            "entries": history_entries(row),
        }
        return TemplateResponse(request, "admin/programmes/review_history.html", context)
