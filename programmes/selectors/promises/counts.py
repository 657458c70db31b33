"""How many promises there are, by status, region and programme: counted by the database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, DateField, Min, Q, QuerySet, Value, When

from programmes import country
from programmes.calculations.choices import Status
from programmes.models import Series, Standing, Target, TargetRevision
from programmes.selectors.promises.track_records import (
    NOT_IN_TIME,
    TrackRecord,
    track_record_of_counts,
)

MOST_QUARTERS = 81


def standings_on(on: date, known: datetime | None = None) -> QuerySet[Standing]:
    """Where public promises stand on a day; context is none."""
    targets = Target.objects.published().filter(series__role=Series.Role.PROGRESS)
    return Standing.objects.at(on, known).filter(target__in=targets.order_by().values("pk"))


def taken_back(known: datetime | None = None) -> Q:
    """Of standings: whether the promise is withdrawn, itself or by all that was announced of it."""
    gone = Q(target__withdrawn_at__isnull=False)
    if known is not None:
        gone = Q(target__withdrawn_at__lte=known)
    return gone | Q(status=Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many promises there are: by status, by region and by programme, and how many of them are withdrawn.

    first_missed, moved, moved_late: as `TrackRecord` has them. groups: the promises of each region, by how they stand.
    """

    statuses: Counter[str]
    regions: Counter[str]
    withdrawn: Counter[str]
    programmes: Counter[int]
    programmes_withdrawn: Counter[int]
    first_missed: int
    moved: int = 0
    moved_late: int = 0
    groups: dict[str, list["PromiseGroup"]] = field(default_factory=dict)

    @property
    def record(self) -> TrackRecord:
        """What became of all of them."""
        return track_record_of_counts(self.statuses, self.moved, self.moved_late, self.first_missed)

    def record_of_region(self, code: str) -> TrackRecord:
        """What became of those of a region and the places in it."""
        groups, statuses = self.groups.get(code, []), Counter[str]()
        for one in groups:
            statuses[one.status] += one.promises
        return track_record_of_counts(
            statuses,
            sum(one.moved for one in groups),
            sum(one.moved_late for one in groups),
            sum(one.promises for one in groups if one.original in NOT_IN_TIME),
        )


class PromiseGroup(NamedTuple):
    """Promises of one region that have one status, and one against the first announcement."""

    status: str
    original: str
    promises: int
    moved: int
    moved_late: int


NO_COUNTS = Counts(Counter(), Counter(), Counter(), Counter(), Counter(), 0)


def read_counts(on: date, known: datetime | None = None) -> Counts:
    """The promises announced by a day, as known at a moment (None: now). One query."""
    told = standings_on(on, known).exclude(status=Status.NOT_YET_PROMISED).order_by()
    found = Counts(Counter(), Counter(), Counter(), Counter(), Counter(), 0)
    first_missed = all_moved = all_late = 0
    groups = told.annotate(region=_region()).values_list(
        "status", "original_status", "region", "target__series__programme_id"
    )
    for status, original, region, programme, count, gone, moved, late in groups.annotate(
        count=Count("pk"),
        gone=Count("pk", filter=taken_back(known)),
        moved=Count("pk", filter=Q(moves__gt=0)),
        late=Count("pk", filter=Q(moves__gt=0, moved_after_due=True)),
    ):
        found.statuses[status] += count
        found.regions[region] += count
        found.withdrawn[region] += gone
        found.programmes[programme] += count
        found.programmes_withdrawn[programme] += gone
        first_missed += count if original in NOT_IN_TIME else 0
        all_moved, all_late = all_moved + moved, all_late + late
        found.groups.setdefault(region, []).append(
            PromiseGroup(status, original, count, moved, late)
        )
    return replace(found, first_missed=first_missed, moved=all_moved, moved_late=all_late)


class QuarterCount(NamedTuple):
    """How many promises of a programme in a region had a status at the end of a quarter; codes, empty for none."""

    quarter: date
    programme: str
    region: str
    status: str
    promises: int


def counts_by_quarter(on: date, known: datetime | None = None) -> list[QuarterCount]:
    """The promises at the end of each quarter since the first was announced, and on a day.

    At most twenty years of them. Two queries, however many quarters.
    """
    announced = TargetRevision.objects.once_published().aggregate(first=Min("announced_on"))
    days = [*ends_of_quarters(announced["first"] or on, on), on][-MOST_QUARTERS:]
    first, *others = (
        standings_on(day, known)
        .exclude(status=Status.NOT_YET_PROMISED)
        .order_by()
        .annotate(quarter=Value(day, output_field=DateField()), region=_region())
        .values_list("quarter", "target__series__programme__code", "region", "status")
        .annotate(promises=Count("pk"))
        for day in days
    )
    rows = first.union(*others, all=True) if others else first
    return sorted(
        QuarterCount(quarter, programme or "", region or "", status, count)
        for quarter, programme, region, status, count in rows
    )


def ends_of_quarters(first: date, on: date) -> Iterator[date]:
    """The last days of the quarters from that of a day on, before another day."""
    month = first.month - (first.month - 1) % 3 + 3
    after = date(first.year + month // 13, (month - 1) % 12 + 1, 1)
    while after - timedelta(1) < on:
        yield after - timedelta(1)
        after = date(after.year + after.month // 10, (after.month + 2) % 12 + 1, 1)


def _region() -> Case:
    """The code of the region that the territory of a target lies in, or its own."""
    path = "target__series__territory__"
    return Case(
        When(**{f"{path}kind__in": country.LOCAL}, then=f"{path}parent__code"),
        default=f"{path}code",
    )
