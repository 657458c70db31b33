"""From when and from what value a promise is counted."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from programmes.calculations.amounts import exact
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.choices import BaselineOrigin, Measure
from programmes.calculations.values import Value


@dataclass(frozen=True, slots=True)
class Start:
    """When a promise starts: figures count from `first`, expectation and time gone from `last`.

    is_stated: it is the announced date of the baseline, and not the day of the announcement.
    """

    first: date
    last: date
    is_stated: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value that progress is counted from. `value` is None for a level or ratio without one."""

    value: Fraction | None
    origin: BaselineOrigin


def start_of(promise: Promise, original: Promise | None) -> Start:
    """The baseline date; without one, the original announcement.

    An announcement older than the original (found later) starts from its own day.
    """
    if promise.baseline_on is not None:
        return Start(promise.baseline_on, promise.baseline_on, True)
    first = promise
    if original is not None and _order(original) <= _order(promise):
        first = original
    return Start(first.first_day, first.announced, False)


def _order(promise: Promise) -> tuple[date, int]:
    return promise.announced, promise.number


def baseline_of(promise: Promise, measure: Measure, at_start: Value | None) -> Baseline:
    """The baseline as announced. Without one, of a running total the value as of its start.

    Where nothing had been reported by then, and for figures per period, it is 0.
    """
    if promise.baseline is not None:
        return Baseline(exact(promise.baseline), BaselineOrigin.ANNOUNCED)
    if not measure.is_total:
        return Baseline(None, BaselineOrigin.NONE)
    if measure is Measure.RUNNING_TOTAL and at_start is not None:
        return Baseline(at_start.amount, BaselineOrigin.LAST_FIGURE)
    return Baseline(Fraction(0), BaselineOrigin.ZERO)
