"""Steps of promises and figures as tests give them."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime

from programmes.calculations.assessment.assess import sum_history, target_history
from programmes.calculations.assessment.outcome import Assessment
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.assessment.timeline import TimelineStep, steps
from programmes.calculations.figures import Figure, Rule


def timeline(
    promises: Iterable[Promise],
    figures: Iterable[Figure],
    rule: Rule,
    since: date | None = None,
    known: datetime | None = None,
    original: int | None = None,
) -> tuple[TimelineStep, ...]:
    """The steps of a target with figures of its own, from the beginning or from a day on.

    On any day it says what `assess` says of it. The same steps joined to those before `since`
    give the whole, so that after a new figure only what follows it is worked out again.

    Raises:
        FigureError: the input contradicts itself (see `Fault`).
    """
    return steps(target_history(promises, figures, rule, known, original), since)


def timeline_of_sum(
    promises: Iterable[Promise],
    parts: Iterable[PartSeries],
    rule: Rule,
    since: date | None = None,
    known: datetime | None = None,
    original: int | None = None,
) -> tuple[TimelineStep, ...]:
    """The same of a target on a series that is the sum of its parts, as `assess_sum` says it."""
    return steps(sum_history(promises, parts, rule, known, original), since)


def assessment_on(found: tuple[TimelineStep, ...], on: date) -> Assessment:
    """What steps say of a day.

    Raises:
        LookupError: the day lies before the first of them.
    """
    at = bisect_right([step.first for step in found], on)
    if not at:
        raise LookupError(f"{on} lies before the first step")
    return found[at - 1].assessment
