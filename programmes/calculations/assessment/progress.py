"""How far a value is from the baseline to the target, and how far it was expected to be."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.amounts import cut, exact
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.start import Baseline, Start
from programmes.calculations.choices import Measure, Sense, Status
from programmes.calculations.values import reaches

ON_TRACK = Fraction(90, 100)
BEHIND = Fraction(70, 100)


def progress(
    value: Fraction, baseline: Fraction | None, target: Fraction, sense: Sense, met: bool
) -> Fraction | None:
    """(value − baseline) ÷ (target − baseline) in both senses, neither capped nor floored.

    Where the target was already met at the baseline there is no way to go, and progress is 1
    while the target is `met`, else 0. None without a baseline.
    """
    if baseline is None:
        return None
    if reaches(baseline, target, sense):
        return Fraction(int(met))
    return (value - baseline) / (target - baseline)


def promised_line(
    promise: Promise, start: Start, baseline: Baseline, measure: Measure
) -> tuple[tuple[date, Fraction], ...]:
    """The corners of the promised line, in order of time: start, waypoints, due date.

    Empty, and so without expectation: without a due date, with one on or before the start, and
    for a level or ratio without a baseline or its date.
    """
    target = promise.target
    if target is None or promise.due is None or promise.due <= start.last:
        return ()
    if baseline.value is None or not (measure.is_total or start.is_stated):
        return ()
    between = (
        (waypoint.on, exact(waypoint.value))
        for waypoint in promise.waypoints
        if start.last < waypoint.on < promise.due
    )
    return ((start.last, baseline.value), *between, (promise.due, target))


def expected_value(
    line: Sequence[tuple[date, Fraction]], on: date, places: int | None
) -> Fraction | None:
    """The value on a promised line on a day, flat outside it, cut to so many decimals.

    None where there is no line.
    """
    if not line:
        return None
    if on >= line[-1][0]:
        return cut(line[-1][1], places)
    for (left, low), (right, high) in pairwise(line):
        if left <= on < right:
            share = Fraction((on - left).days, (right - left).days)
            return cut(low + (high - low) * share, places)
    return cut(line[0][1], places)


def time_gone(promise: Promise, start: Start, on: date) -> Fraction | None:
    """The share of the days from the start to the due date that has gone, 0 to 1.

    None without a due date, or with one on or before the start.
    """
    return share_of_time(start.last, promise.due, on)


def share_of_time(first: date, due: date | None, on: date) -> Fraction | None:
    """The share of the days from one to another that has gone, 0 to 1. None where the other is none, or no later."""
    if due is None or due <= first:
        return None
    share = Fraction((on - first).days, (due - first).days)
    return max(Fraction(0), min(Fraction(1), share))


def compared(done: Fraction, expected: Fraction) -> Status:
    """On track from 0.90 of the expected progress, behind from 0.70, else far behind.

    Compared as products of exact fractions. Where no progress, or a negative one, is expected:
    on track if at least that, else behind.
    """
    if expected <= 0:
        return Status.ON_TRACK if done >= expected else Status.BEHIND
    if done >= ON_TRACK * expected:
        return Status.ON_TRACK
    return Status.BEHIND if done >= BEHIND * expected else Status.FAR_BEHIND
