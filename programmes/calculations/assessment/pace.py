"""How fast a series moves, how fast it should, and when it would arrive.

A pace is a change in the unit of the series per month of 30.4375 days; it is negative for a
falling series.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil

from programmes.calculations.assessment.promises import Promise
from programmes.calculations.dates import DAYS_PER_MONTH, add_months, months_between
from programmes.calculations.values import Value, reaches

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

    def projected_after(self, on: date) -> date | None:
        """The projected day, where it lies after the day asked: else it is not printed."""
        return self.projected if self.projected is not None and self.projected > on else None


NO_PACE = Pace()


class PaceRules:
    """The paces of a promise by its values, oldest first, at any of them."""

    def __init__(self, promise: Promise, values: Sequence[Value]) -> None:
        self.promise, self.values = promise, values
        self._kept: dict[tuple[int, bool], Pace] = {}

    @cached_property
    def _a_year_later(self) -> list[date]:
        return [add_months(one.as_of, YEAR) for one in self.values]

    @cached_property
    def _same_parts_from(self) -> list[int]:
        """For each value, the first of those before it that has the same parts without a break."""
        found = list[int]()
        for at, one in enumerate(self.values):
            same = at > 0 and _parts(self.values[at - 1]) == _parts(one)
            found.append(found[-1] if same else at)
        return found

    def at(self, index: int, recent: bool) -> Pace:
        """The paces as of one value. recent: whether it still is, else nothing is projected."""
        if (index, recent) not in self._kept:
            self._kept[index, recent] = self._at(index, recent)
        return self._kept[index, recent]

    def _at(self, index: int, recent: bool) -> Pace:
        return self._between(self.reference(index), self.values[index], recent)

    def of_count(self, index: int, on: date) -> Pace:
        """The paces of a count, which is known every day, as of a day on which it stands as at one value."""
        since = max(add_months(on, -YEAR), self.values[0].as_of)
        before = None
        if add_months(since, QUARTER) <= on:
            at = bisect_right([one.as_of for one in self.values], since) - 1
            before = replace(self.values[at], as_of=since)
        return self._between(before, replace(self.values[index], as_of=on), recent=True)

    def _between(self, before: Value | None, last: Value, recent: bool) -> Pace:
        target, due = self.promise.target, self.promise.due
        if target is None:
            return NO_PACE
        left = target - last.amount
        if reaches(last.amount, target, self.promise.sense):
            left = Fraction(0)
        due_pace = required(left, last.as_of, due)
        if before is None:
            return Pace(required=due_pace)
        change = _a_month(last.amount - before.amount, before.as_of, last.as_of)
        return Pace(
            recent=change,
            since=before.as_of,
            required=due_pace,
            projected=projected(left, change, last.as_of) if recent else None,
        )

    def reference(self, index: int) -> Value | None:
        """The value that the recent pace is measured from, of the same parts.

        The latest at least twelve calendar months older than the last, else the oldest at least
        three months older, else None.
        """
        last, first = self.values[index].as_of, self._same_parts_from[index]
        a_year_older = bisect_right(self._a_year_later, last) - 1
        if a_year_older >= first:
            return self.values[a_year_older]
        oldest = self.values[first]
        return oldest if add_months(oldest.as_of, QUARTER) <= last else None


def _parts(value: Value) -> tuple[str, ...] | None:
    return None if value.coverage is None else value.coverage.missing


def required(left: Fraction, as_of: date, due: date | None) -> Fraction | None:
    """What is left ÷ the months until the due date. None without a due date or time left."""
    if due is None or due <= as_of:
        return None
    return _a_month(left, as_of, due)


def _a_month(change: Fraction, first: date, last: date) -> Fraction:
    """A change between two days, a month of 30.4375 days. (In one division: fractions are slow.)"""
    days = (last - first).days
    return Fraction(
        change.numerator * DAYS_PER_MONTH.numerator,
        change.denominator * DAYS_PER_MONTH.denominator * days,
    )


def projected(left: Fraction, recent: Fraction, as_of: date) -> date | None:
    """The day the target is reached at the recent pace.

    None when nothing is left, when the value stands still or moves away, and beyond the last
    day of the calendar.
    """
    if left * recent <= 0:
        return None
    days = ceil(left / recent * DAYS_PER_MONTH)
    return as_of + timedelta(days) if days <= (date.max - as_of).days else None


def projection(promise: Promise, last: Value, pace: Pace) -> tuple[date, Fraction] | None:
    """Where the recent pace leads from the last value, no further than the due date.

    The target on the projected date, or where that comes later, what is reached on the due date.
    None without a projected date, or without a due date after the last value.
    """
    if pace.projected is None or pace.recent is None or promise.target is None:
        return None
    if promise.due is None or promise.due <= last.as_of:
        return None
    if pace.projected <= promise.due:
        return pace.projected, promise.target
    return promise.due, last.amount + pace.recent * months_between(last.as_of, promise.due)
