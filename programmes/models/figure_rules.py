"""What a reported figure must satisfy, in one place for forms, files and the model.

Pure functions over plain values, quick enough for a hundred thousand rows of a file. The constraints of the table
repeat in SQL what a row alone can tell; their sentences stand here too.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from programmes.calculations.choices import FiguresFrom, Measure
from programmes.models.columns import is_number

DATED = _("Give the date that the figure speaks of.")
VALUE_OR_FRACTION = _("Give either a value, or a numerator with its denominator.")
DENOMINATOR_POSITIVE = _("The denominator is how many there are in all: it must be above zero.")
PERIOD_IN_ORDER = _("The period starts after its end. Check both dates.")
OTHER_SERIES = _("The figure that is corrected belongs to another series.")
OTHER_PERIOD = _(
    "A correction keeps the period of the figure it corrects. Set that figure aside, and enter this one as new."
)
NOT_REPORTED = _(
    "No figure is entered for this series: it is the sum of its parts, or counted from openings. Enter the figures of "
    "its parts, or the openings."
)


def figure_faults(
    *,
    measure: str,
    figures: str,
    period_start: date | None,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
) -> dict[str, Any]:
    """What is wrong with a figure of an indicator of that measure: sentences by column. Empty: nothing.

    figures: where those of its series come from.
    """
    errors: dict[str, Any] = {}
    if figures != FiguresFrom.OWN:
        errors["series"] = NOT_REPORTED
    if measure == Measure.PER_PERIOD:
        if period_start is None:
            errors["period_start"] = _(
                "This indicator is counted per period: give the first day of the period."
            )
    elif period_start is not None:
        errors["period_start"] = _(
            "Only an indicator counted per period has a start of the period."
        )
    if measure == Measure.RATIO:
        if is_number(value) and not 0 <= value <= 1:
            errors["value"] = _("A ratio lies between 0 and 100 %.")
        elif is_number(numerator) and is_number(denominator) and not 0 <= numerator <= denominator:
            errors["numerator"] = _(
                "The numerator counts part of the denominator: it cannot exceed it."
            )
        return errors
    if numerator is not None or denominator is not None:
        errors["numerator"] = _("Only a ratio has a numerator and a denominator. Give the value.")
    if measure != Measure.LEVEL and is_number(value) and value < 0:
        errors["value"] = _("A count cannot be below zero.")
    return errors


def row_faults(
    *,
    period_start: date | None,
    as_of_on: date | None,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
) -> list[tuple[set[str], Any]]:
    """The constraints of the table that a row breaks: the columns each speaks of, and its sentence."""
    faults: list[tuple[set[str], Any]] = []
    if as_of_on is None:
        faults.append(({"as_of"}, DATED))
    parts = (numerator is not None) + (denominator is not None)
    if parts != (0 if value is not None else 2):
        faults.append(({"value", "numerator", "denominator"}, VALUE_OR_FRACTION))
    if denominator is not None and denominator <= 0:
        faults.append(({"denominator"}, DENOMINATOR_POSITIVE))
    if period_start is not None and as_of_on is not None and period_start > as_of_on:
        faults.append(({"period_start", "as_of"}, PERIOD_IN_ORDER))
    return faults
