"""What changed in a record, in words a person reads, and the return to an earlier state of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import yesno
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import written
from programmes.admin.forms.screen_parts import ScreenPart
from programmes.calculations.dates import PreciseDate
from programmes.models.columns import DATE_PARTS, precise_dates
from programmes.selectors.wording.formats import number


class ReadableChanges(HistoricalRecordContextHelper):
    """Changes with the labels of choices, dates and numbers in words, and yes or no. A date is one column."""

    def context_for_delta_changes(self, delta: Any) -> list[dict[str, Any]]:
        dates = precise_dates(self.model)
        parts = {f"{name}_{part}": name for name in dates for part in DATE_PARTS}
        moved = dict.fromkeys(parts[one.field] for one in delta.changes if one.field in parts)
        rest = [one for one in delta.changes if one.field not in parts]
        plain = super().context_for_delta_changes(replace(delta, changes=rest))
        return [
            *({"label": one["field"], "old": one["old"], "new": one["new"]} for one in plain),
            *(
                {
                    "label": capfirst(dates[name]),
                    "old": _date_of(delta.old_record, name),
                    "new": _date_of(delta.new_record, name),
                }
                for name in moved
            ),
        ]

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        assert isinstance(field, models.Field)
        if field.choices:
            return dict(field.flatchoices).get(value, value)
        if isinstance(value, bool):
            return yesno(value)
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        if isinstance(value, Decimal):
            return number(value, 4)
        if value is None:
            return ""
        return super().prepare_delta_change_value(change, value)


def _date_of(record: Any, name: str) -> str:
    """A date with its precision of an earlier state, in words."""
    columns = (getattr(record, f"{name}_{part}") for part in DATE_PARTS)
    return written(PreciseDate.from_stored(*columns))


class HistoryAdmin(SimpleHistoryAdmin, ScreenPart):
    """A screen of records with a history. Who may not change a record does not take it back either."""

    object_history_list_template = "admin/programmes/history_list.html"
    object_history_form_template = "admin/programmes/history_form.html"
    history_list_per_page = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All that was changed of a record; simple-history itself fails on what cannot be a key."""
        if not can_be_key(object_id):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        page: HttpResponse = super().history_view(request, object_id, extra_context)
        return page

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        """What changed, and the set that did: it is kept by the name of its column."""
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        sets = {one.name: capfirst(one.verbose_name) for one in self.model._meta.many_to_many}
        for record in historical_records:
            reason = record.history_change_reason
            record.reason_shown = sets.get(reason, reason)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An earlier state. simple-history itself lets everyone return to it who may see it."""
        if not (can_be_key(object_id) and can_be_key(version_id)):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            stored = get_object_or_404(self.model, pk=object_id)
            if not self.has_change_permission(request, stored):
                raise PermissionDenied
        page: HttpResponse = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        return page
