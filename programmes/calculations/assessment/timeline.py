"""Where a target stands as a step function of the day: what services write and pages read."""

from dataclasses import dataclass
from datetime import date, timedelta

from programmes.calculations.assessment.assess import TargetHistory
from programmes.calculations.assessment.outcome import Assessment


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """Where a target stands from a day to a day, both included; last None: for good."""

    first: date
    last: date | None
    assessment: Assessment


def steps(history: TargetHistory, since: date | None = None) -> tuple[TimelineStep, ...]:
    """The steps of a target, from the beginning or from a day on."""
    first = since or date.min
    days = [first, *(day for day in history.days_of_change() if day > first)]
    found: list[tuple[date, Assessment]] = []
    for day in days:
        assessment = history.on(day)
        if not found or found[-1][1] != assessment:
            found.append((day, assessment))
    ends = [day - timedelta(1) for day, _assessment in found[1:]]
    return tuple(
        TimelineStep(day, end, assessment)
        for (day, assessment), end in zip(found, [*ends, None], strict=True)
    )
