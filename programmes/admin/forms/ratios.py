"""Ratios are kept as parts of 1 and typed as percentages: 73 in the box is 0.73 in the table."""

from decimal import Decimal
from typing import Any

from programmes.admin.forms.record_forms import TrackerForm
from programmes.models import Indicator, Series

HUNDRED = Decimal(100)


def is_ratio(series: Series | None) -> bool:
    return series is not None and series.indicator.measure == Indicator.Measure.RATIO


def as_typed(series: Series | None, value: Decimal | None) -> Decimal | None:
    """A stored value as it stands in a box."""
    return value * HUNDRED if value is not None and is_ratio(series) else value


class RatioForm(TrackerForm):
    """A form some of whose numbers are percentages where the series is a ratio.

    ratio_boxes: those numbers.
    """

    ratio_boxes: tuple[str, ...] = ()

    def stored_series(self) -> Series | None:
        """The series that the stored numbers speak of."""
        raise NotImplementedError

    def typed_series(self) -> Series | None:
        """The series that the typed numbers speak of; None where it was not understood."""
        raise NotImplementedError

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is None:
            return
        series = self.stored_series()
        if is_ratio(series):
            for name in self.fields.keys() & set(self.ratio_boxes):
                self.initial[name] = as_typed(series, getattr(self.instance, name))
                self.fields[name].label = f"{self.fields[name].label} (%)"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if is_ratio(self.typed_series()):
            for name in self.ratio_boxes:
                if cleaned.get(name) is not None:
                    cleaned[name] = cleaned[name] / HUNDRED
        return cleaned


class PartRatioForm(RatioForm):
    """A part whose number is read as those of the record that it belongs to."""

    ratio_boxes = ("value",)

    def stored_series(self) -> Series | None:
        return series_of(self.owner)

    def typed_series(self) -> Series | None:
        return series_of(self.owner)


def series_of(row: Any) -> Series | None:
    """The series of a measurement or a revision; None while it has none."""
    if getattr(row, "target_id", None):
        row = row.target
    return row.series if getattr(row, "series_id", None) else None
