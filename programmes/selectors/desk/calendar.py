"""When figures are due, by month, and which operators are up to date at the end of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from programmes import access
from programmes.calculations.dates import add_months
from programmes.models import Measurement, Organisation, Series, State, Target
from programmes.selectors.desk.tasks import followed_series

AHEAD, BACK = 12, 6
REPORTED = (State.SUBMITTED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class DueMonth:
    """The series whose next figure is due in a month; `first`: its first day. None: already due."""

    first: date | None
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class Reporter:
    """An operator (None: none is named), and of how many of its series a figure was fresh at the end of each month.

    stale: the keys of those of which none was at the end of the last month.
    """

    organisation: Organisation | None
    count: int
    fresh: Sequence[int]
    stale: Sequence[int]


@dataclass(frozen=True, slots=True)
class DueCalendar:
    """due: what is due, then the months ahead that have something. months: the last days that `reporters` speak of."""

    due: Sequence[DueMonth]
    months: Sequence[date]
    reporters: Sequence[Reporter]


def calendar_of(user: User, on: date) -> DueCalendar:
    """The calendar of a person's own scope on a day. Five queries, whatever the rows."""
    own = access.changeable(Series.objects.all(), user)
    rows: models.QuerySet[Any] = followed_series(own, on).select_related(
        "indicator", "programme", "centre__operator", "territory"
    )
    series = list(rows.exclude(reported_until=None))
    ends = [_month_end(add_months(on.replace(day=1), -back)) for back in range(BACK, 0, -1)]
    return DueCalendar(_due(series, on), ends, _reporters(series, ends))


def due_on(series: Any) -> date:
    """The day from which the next figure of a followed series is awaited."""
    return add_months(series.reported_until, series.interval_months) + timedelta(series.delay_days)


def _due(series: list[Any], on: date) -> list[DueMonth]:
    by_month: dict[date | None, list[Series]] = {}
    for one in sorted(series, key=due_on):
        day = due_on(one)
        first = None if day < on else day.replace(day=1)
        if first is None or first < add_months(on.replace(day=1), AHEAD):
            by_month.setdefault(first, []).append(one)
    return [DueMonth(first, found) for first, found in by_month.items()]


def _reporters(series: list[Any], ends: list[date]) -> list[Reporter]:
    """Operators by name, with what has none at the end."""
    owners = _operators(series)
    days: dict[int, list[date]] = {}
    figures = Measurement.objects.rewrite(False).filter(
        series__in=[one.pk for one in series], state__in=REPORTED
    )
    for key, day in figures.order_by().values_list("series", "as_of_on"):
        days.setdefault(key, []).append(day)
    by_owner: dict[Organisation | None, list[Any]] = {}
    for one in series:
        by_owner.setdefault(owners.get(one.pk), []).append(one)
    found = []
    for owner, some in by_owner.items():
        fresh = [sum(_is_fresh(one, days.get(one.pk, []), end) for one in some) for end in ends]
        stale = [one.pk for one in some if not _is_fresh(one, days.get(one.pk, []), ends[-1])]
        found.append(Reporter(owner, len(some), fresh, stale))
    return sorted(found, key=lambda one: (one.organisation is None, str(one.organisation)))


def _operators(series: list[Any]) -> dict[int, Organisation | None]:
    """Who reports each series: the operator of its centre, else who is responsible for its target."""
    targets = Target.objects.filter(series__in=[one.pk for one in series])
    targets = targets.exclude(responsible=None).select_related("responsible").order_by("-pk")
    found = {target.series_id: target.responsible for target in targets}
    return found | {
        one.pk: one.centre.operator for one in series if one.centre and one.centre.operator
    }


def _is_fresh(series: Any, days: list[date], end: date) -> bool:
    """Whether the last figure by a day was no older than the interval of its series."""
    oldest = add_months(end - timedelta(series.delay_days), -series.interval_months)
    return any(oldest <= day <= end for day in days)


def _month_end(first: date) -> date:
    return add_months(first, 1) - timedelta(1)
