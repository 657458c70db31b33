"""What changed in a record, in words a person reads."""

from datetime import date
from typing import Any

from django.template.defaultfilters import yesno
from simple_history.template_utils import HistoricalRecordContextHelper


class ReadableChanges(HistoricalRecordContextHelper):
    """Changes with the labels of choices, days written day first, and yes or no."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        if field.choices:
            return dict(field.flatchoices).get(value, value)
        if isinstance(value, bool):
            return yesno(value)
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        if value is None:
            return ""
        return super().prepare_delta_change_value(change, value)
