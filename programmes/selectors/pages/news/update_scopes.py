"""What the lists and feeds of what changed speak of: everything, or one programme, territory, agreement or target."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet

from programmes.calculations.choices import FiguresFrom, MilestoneKind
from programmes.models import (
    Agreement,
    Amendment,
    Centre,
    Indicator,
    Measurement,
    Milestone,
    Programme,
    Series,
    Source,
    Target,
    TargetRevision,
    Territory,
)
from programmes.selectors.lines.owner_changes import (
    CountedCentres,
    came_to_or_left,
    may_move,
    moved_counts,
    named_by,
)
from programmes.selectors.wording.names import series_label
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class UpdateScope:
    """What is told of: everything, or one programme, territory, agreement or target.

    targets: where not all of the series. records: beside the series and milestones, the records of which amendments
    are told, by table. gathering: the tables of those of which is told, too, what came to them or left them; beside
    sums, of which it always is. counted: what is counted of centres; so is what moved the count.
    """

    series: QuerySet[Series] | None = None
    milestones: QuerySet[Milestone] | None = None
    targets: QuerySet[Target] | None = None
    name: Text | None = None
    records: dict[str, QuerySet[Any]] = field(default_factory=dict)
    gathering: tuple[str, ...] = ()
    counted: tuple[CountedCentres, ...] = ()


def programme_scope(code: str) -> UpdateScope | None:
    """A public programme, None where there is none of that code."""
    row = Programme.objects.published().filter(code=code).first()
    if row is None:
        return None
    milestones = Milestone.objects.filter(
        Q(programme=row) | Q(centre__programmes=row) | Q(agreement__programmes=row)
    )
    series = Series.objects.filter(programme=row)
    records: dict[str, QuerySet[Any]] = {
        "programme": Programme.objects.filter(pk=row.pk),
        "centre": Centre.objects.filter(programmes=row),
        "agreement": Agreement.objects.filter(programmes=row),
        **_rested_on(series),
    }
    gathering = ("programme", "centre", "agreement")
    return UpdateScope(
        series, milestones, name=translated(row, "name"), records=records, gathering=gathering
    )


def territory_scope(code: str) -> UpdateScope | None:
    """A public territory with the places in it, None where there is none of that code."""
    row = Territory.objects.published().filter(code=code).first()
    if row is None:
        return None
    inside = Territory.objects.within({row.pk})
    milestones = Milestone.objects.filter(centre__territory__in=inside)
    series = Series.objects.filter(territory__in=inside)
    records: dict[str, QuerySet[Any]] = {
        "territory": inside,
        "centre": Centre.objects.filter(territory__in=inside),
        "programme": Programme.objects.filter(territories__in=inside),
        **_rested_on(series),
    }
    gathering = ("territory", "centre")
    return UpdateScope(
        series, milestones, name=translated(row, "name"), records=records, gathering=gathering
    )


def agreement_scope(code: str) -> UpdateScope | None:
    """A public agreement with the promises made in it, None where there is none of that code."""
    row = Agreement.objects.published().filter(code=code).first()
    if row is None:
        return None
    targets = Target.objects.published().filter(agreement=row)
    series = Series.objects.filter(targets__in=targets)
    records: dict[str, QuerySet[Any]] = {
        "agreement": Agreement.objects.filter(pk=row.pk),
        **_rested_on(series),
    }
    return UpdateScope(
        series,
        Milestone.objects.filter(agreement=row),
        targets,
        name=translated(row, "title"),
        records=records,
        gathering=("agreement",),
    )


def target_scope(code: str) -> UpdateScope:
    """A target with its shares, the figures of its series and of the parts, or the openings that are counted."""
    targets = Target.objects.published().filter(Q(code=code) | Q(share_of__code=code))
    own = Q(targets__code=code)
    # a part may itself be a sum
    series = Series.objects.filter(
        own | Q(part_of__targets__code=code) | Q(part_of__part_of__targets__code=code)
    )
    rows = series.filter(figures=FiguresFrom.MILESTONES).distinct()
    opened, counted = Q(pk__in=[]), list[CountedCentres]()
    for row in rows.select_related("territory", "programme"):
        found = Milestone.objects.filter(
            kind=MilestoneKind.OPENING,
            centre__kind=row.counted_kind,
            centre__territory__in=Territory.objects.within({row.territory_id}),
        )
        if row.programme:
            found = found.filter(centre__programmes=row.programme)
        opened |= Q(pk__in=found.values("pk"))
        counted.append(CountedCentres.of(row))
    milestones = Milestone.objects.filter(opened)
    records: dict[str, QuerySet[Any]] = {
        "agreement": Agreement.objects.filter(targets__in=targets),
        "programme": Programme.objects.filter(series__in=series),
        "centre": Centre.objects.filter(Q(series__in=series) | Q(milestones__in=milestones)),
        **_rested_on(series),
    }
    return UpdateScope(series, milestones, targets, records=records, counted=tuple(counted))


def amendments_that_moved(scope: UpdateScope, tables: Mapping[str, QuerySet[Any]]) -> list[int]:
    """The amendments by which something came to one of the records of a scope, by table, or left it. A query, seldom
    more."""
    gathering = {table: tables[table] for table in (*scope.gathering, "series", "target")}
    rows = list(Amendment.objects.published().filter(may_move(gathering, scope.counted)))
    if not rows:
        return []
    mine = {}
    for table, found in gathering.items():
        named = set().union(*(named_by(row, table) for row in rows))
        codes = found.filter(code__in=named).values_list("code", flat=True) if named else ()
        mine[table] = set(codes)
    moved = moved_counts(rows, scope.counted)
    return [row.pk for row in rows if row.pk in moved or came_to_or_left(row, mine)]


def named_target_scope(code: str) -> UpdateScope | None:
    """What `target_scope` tells of a public target, with its name; None where there is none of that code."""
    rows = Target.objects.published().select_related("series__indicator")
    row = rows.filter(code=code).first()
    return None if row is None else replace(target_scope(code), name=series_label(row.series))


def _rested_on(series: QuerySet[Series]) -> dict[str, QuerySet[Any]]:
    """What the figures and promises of series rest on beside the series, which others may rest on too."""
    # apart: joined, each figure of a source would stand beside each of its announcements
    of_figures = Measurement.objects.filter(series__in=series).values("source")
    of_promises = TargetRevision.objects.filter(target__series__in=series).values("source")
    return {
        "indicator": Indicator.objects.filter(series__in=series),
        "source": Source.objects.filter(Q(pk__in=of_figures) | Q(pk__in=of_promises)),
    }
