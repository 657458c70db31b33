"""How fast a series moves, how fast it should, and when it would arrive.

A pace is a change in the unit of the series per month of 30.4375 days; it is negative for a
falling series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from programmes.calculations.dates import DAYS_PER_MONTH, add_months, months_between
from programmes.calculations.figures import Promise
from programmes.calculations.progress import Current, reaches

YEAR, QUARTER = 12, 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Each is None where it cannot be told.

    recent: change per month between the last figure and the one as of `since`.
    required: change per month from the last figure to the due date; 0 when nothing is left.
    projected: the first day on which the recent pace reaches the target.
    """

    recent: Fraction | None = None
    since: date | None = None
    required: Fraction | None = None
    projected: date | None = None


NO_PACE = Pace()


def pace(promise: Promise, values: Sequence[Current]) -> Pace:
    """The paces of a promise, from its `promise_history`."""
    target = promise.target
    if not values or target is None:
        return NO_PACE
    last = values[-1]
    left = target - last.value
    if reaches(last.value, target, promise.sense):
        left = Fraction(0)
    before = reference(values)
    if before is None:
        return Pace(required=required(left, last.as_of, promise.due))
    recent = (last.value - before.value) / months_between(before.as_of, last.as_of)
    return Pace(
        recent=recent,
        since=before.as_of,
        required=required(left, last.as_of, promise.due),
        projected=projected(left, recent, last.as_of),
    )


def reference(values: Sequence[Current]) -> Current | None:
    """The value that the recent pace is measured from.

    The latest at least twelve calendar months older than the last, else the oldest at least
    three months older, else None.
    """
    last = values[-1].as_of
    a_year = [one for one in values if add_months(one.as_of, YEAR) <= last]
    if a_year:
        return a_year[-1]
    return values[0] if add_months(values[0].as_of, QUARTER) <= last else None


def required(left: Fraction, as_of: date, due: date | None) -> Fraction | None:
    """What is left ÷ the months until the due date. None without a due date or time left."""
    if due is None or due <= as_of:
        return None
    return left / months_between(as_of, due)


def projected(left: Fraction, recent: Fraction, as_of: date) -> date | None:
    """The day the target is reached at the recent pace.

    None when nothing is left, when the value stands still or moves away, and beyond the last
    day of the calendar.
    """
    if left * recent <= 0:
        return None
    days = ceil(left / recent * DAYS_PER_MONTH)
    return as_of + timedelta(days) if days <= (date.max - as_of).days else None


def projection(promise: Promise, values: Sequence[Current]) -> tuple[date, Fraction] | None:
    """Where the recent pace leads from the last value, in `promise_history`: no further than the due date.

    The target on the projected date, or where that comes later, what is reached on the due date. None without a
    projected date, or without a due date after the last value.
    """
    found = pace(promise, values)
    if found.projected is None or found.recent is None or promise.target is None:
        return None
    last = values[-1]
    if promise.due is None or promise.due <= last.as_of:
        return None
    if found.projected <= promise.due:
        return found.projected, promise.target
    return promise.due, last.value + found.recent * months_between(last.as_of, promise.due)
