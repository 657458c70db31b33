"""Why an input of the calculations is refused."""

from decimal import Decimal
from enum import StrEnum

from programmes.calculations.amounts import STORED_PLACES

# Fifteen digits in all, as stored; more are lost on SQLite.
WHOLE_DIGITS = 11


class Fault(StrEnum):
    """What cannot be right."""

    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"
    NO_VALUE = "no_value"
    VALUE_AND_PARTS = "value_and_parts"
    DENOMINATOR = "denominator"
    PARTS_OUTSIDE_RATIO = "parts_outside_ratio"
    PERIOD_MISSING = "period_missing"
    PERIOD_UNEXPECTED = "period_unexpected"
    PERIOD_BACKWARDS = "period_backwards"
    PERIODS_OVERLAP = "periods_overlap"
    SAME_DATE = "same_date"
    NO_TARGET = "no_target"
    AT_MOST_WITHOUT_BASELINE = "at_most_without_baseline"
    DUE_BEFORE_BASELINE = "due_before_baseline"
    WAYPOINT_OUTSIDE = "waypoint_outside"
    WAYPOINTS_SAME_DATE = "waypoints_same_date"
    CORRECTS_LATER = "corrects_later"
    SAME_NUMBER = "same_number"
    ANNOUNCED_BACKWARDS = "announced_backwards"
    INTERVAL = "interval"
    DELAY = "delay"
    SAME_PART = "same_part"


class FigureError(ValueError):
    """An input that cannot be right: `code` says why."""

    def __init__(self, code: Fault, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code


def check_amount(amount: Decimal) -> None:
    """Refuse what is not a finite `Decimal` of at most 11 whole digits and 4 decimals.

    Raises:
        FigureError: `not_a_number` (NaN, infinity, a float) or `too_long`.
    """
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise FigureError(Fault.NOT_A_NUMBER, repr(amount))
    if not amount:
        return
    _, digits, exponent = amount.as_tuple()
    beyond = int(exponent) + STORED_PLACES
    # Written out, 1E+99999999 would fill the memory: look at the exponent first.
    if amount.adjusted() >= WHOLE_DIGITS or (beyond < 0 and any(digits[beyond:])):
        raise FigureError(Fault.TOO_LONG, f"more than {WHOLE_DIGITS} digits or 4 decimals")
