"""What is expected on a day: straight lines from the baseline through waypoints to the target."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.amounts import exact
from programmes.calculations.figures import Promise, Rule
from programmes.calculations.progress import progress


def trajectory(promise: Promise, rule: Rule) -> tuple[tuple[date, Fraction], ...]:
    """The corners of the promised line, in order of time.

    Empty, and so without expectation, when the promise has no baseline date, no due date, no
    baseline (for a level or ratio), or is abandoned.
    """
    start, target = rule.start_of(promise), promise.target
    if start is None or target is None or promise.baseline_on is None or promise.due is None:
        return ()
    between = ((waypoint.on, exact(waypoint.value)) for waypoint in promise.waypoints)
    return ((promise.baseline_on, start), *between, (promise.due, target))


def expected_value(promise: Promise, rule: Rule, on: date) -> Fraction | None:
    """The value expected on a day; flat before the baseline date and after the due date.

    A promise due on its baseline date expects the target on that day. None: no expectation.
    """
    corners = trajectory(promise, rule)
    if not corners:
        return None
    if on >= corners[-1][0]:
        return corners[-1][1]
    for (left, low), (right, high) in pairwise(corners):
        if left <= on < right:
            return low + (high - low) * Fraction((on - left).days, (right - left).days)
    return corners[0][1]


def expected_progress(promise: Promise, rule: Rule, on: date) -> Fraction | None:
    """The expected value as progress; 1 where the target was met at the baseline. None as above."""
    expected, target = expected_value(promise, rule, on), promise.target
    if expected is None or target is None:
        return None
    return progress(expected, rule.start_of(promise), target, promise.sense, met=True)
