"""Centres counted by their openings: one way for the standings, the pages and the checks of staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from programmes.calculations.choices import MilestoneKind
from programmes.models.amendment import Amendment
from programmes.models.milestone import MilestoneStatement
from programmes.models.territory import Territory


@dataclass(frozen=True, slots=True)
class Opening:
    """A day on which centres opened for the first time.

    count: how many had opened by then, these among them. statements: what says so, one a centre, with its source and
    centre.
    """

    day: date
    count: int
    statements: tuple[MilestoneStatement, ...]


def read_openings(
    series: Iterable[Any], *, known: datetime | None = None
) -> dict[int, tuple[Opening, ...]]:
    """The openings that each of some series counts, by key, oldest first. One query, none without a series; as known at
    a moment, up to four.

    series: with the columns pk, counted_kind, territory_id and programme_id. known: the moment as known at which, by
    what milestones and centres said then; None: now.
    """
    wanted = list(series)
    if not wanted:
        return {}
    milestones = Amendment.objects.values_before("milestone", ["kind"], known)
    centres = Amendment.objects.values_before("centre", ["kind", "territory"], known)
    of_kind = Q(milestone__centre__kind__in={one.counted_kind for one in wanted})
    rows = list(
        MilestoneStatement.objects.reached_by_centres(known)
        .filter(
            Q(milestone__kind=MilestoneKind.OPENING) | Q(milestone__in=milestones.keys()),
            of_kind | Q(milestone__centre__in=centres.keys()),
        )
        .select_related("source__organisation", "milestone__centre__territory__parent")
        .annotate(programme=F("milestone__centre__programmes"))
        .order_by("pk")
    )
    _put_back(rows, milestones, centres)
    return {one.pk: _openings(row for row in rows if _counts(one, row)) for one in wanted}


def opened_by(openings: Iterable[Opening], day: date) -> int:
    """How many had opened by a day."""
    return max((one.count for one in openings if one.day <= day), default=0)


def _put_back(
    rows: Iterable[MilestoneStatement],
    milestones: dict[int, dict[str, Any]],
    centres: dict[int, dict[str, Any]],
) -> None:
    """Gives milestones and centres, in memory, the values that they had before they were amended."""
    codes = {old["territory"] for old in centres.values() if "territory" in old}
    there = Territory.objects.filter(code__in=codes).select_related("parent") if codes else ()
    places = {one.code: one for one in there}
    for row in rows:
        milestone, centre = row.milestone, row.milestone.centre
        milestone.kind = milestones.get(milestone.pk, {}).get("kind", milestone.kind)
        old = centres.get(centre.pk, {}) if centre else {}
        if centre and "kind" in old:
            centre.kind = old["kind"]
        if centre and "territory" in old:
            centre.territory = places[old["territory"]]


def _counts(series: Any, row: Any) -> bool:
    """Whether a series counts an opening; row.programme is one of those of the centre."""
    centre = row.milestone.centre
    above = centre.territory.parent
    places = (centre.territory_id, centre.territory.parent_id, above and above.parent_id)
    return (
        row.milestone.kind == MilestoneKind.OPENING
        and centre.kind == series.counted_kind
        and series.territory_id in places
        and series.programme_id in (None, row.programme)
    )


def _openings(rows: Iterable[MilestoneStatement]) -> tuple[Opening, ...]:
    """Each centre counted once: by its first opening."""
    first: dict[int | None, tuple[date, int, MilestoneStatement]] = {}
    for row in rows:
        step = (row.statement.first_day, row.pk, row)
        centre = row.milestone.centre_id
        first[centre] = min(step, first.get(centre, step), key=lambda one: one[:2])
    found: list[Opening] = []
    count = 0
    for day, steps in groupby(sorted(first.values(), key=lambda one: one[:2]), lambda one: one[0]):
        said = tuple(row for _day, _pk, row in steps)
        count += len(said)
        found.append(Opening(day, count, said))
    return tuple(found)
