"""The published rows behind a set of targets, read in a fixed number of queries and made ready for the arithmetic."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import Figure, FigureError, Promise, Qualifier, Rule
from programmes.calculations.figures import Waypoint as PromisedValue
from programmes.models import Measurement, Series, State, Target, TargetRevision, Waypoint
from programmes.selectors.readable import READABLE

log = logging.getLogger(__name__)

# A target, its parts, and theirs: country, regions, provinces or centres.
DEPTH = 3
MEASUREMENT_COLUMNS = (
    "series_id",
    "ref",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source_id",
    "note",
    "state",
    "outcome_reason",
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One measurement: the figure for the arithmetic, and what is printed beside it.

    state, outcome: what became of a figure that does not stand, and why.
    """

    ref: str
    figure: Figure
    as_of: PreciseDate
    source_id: int
    note: str
    state: str = State.PUBLISHED
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Promises by target, figures by series, and the parts of the targets measured by parts.

    announced: the revisions that stand, first to last. all_revisions: also those struck or set aside.
    figures: published, oldest first. others: those that another source or a correction replaced.
    """

    targets: dict[int, Target]
    announced: dict[int, tuple[TargetRevision, ...]]
    all_revisions: dict[int, tuple[TargetRevision, ...]]
    promises: dict[int, tuple[Promise, ...]]
    figures: dict[int, tuple[FigureRow, ...]]
    others: dict[int, tuple[FigureRow, ...]]
    parts: dict[int, tuple[int, ...]]

    def rows_of(self, target: Target) -> tuple[FigureRow, ...]:
        """The figures of a target's own series, oldest first."""
        return self.figures.get(target.series_id, ())


TARGET_RELATIONS = (
    "series__indicator",
    "series__territory__parent",
    "series__programme",
    "series__centre",
    "responsible",
    "agreement",
)


def read_ledger(targets: Iterable[Target], on: date, series_ids: Iterable[int] = ()) -> Ledger:
    """Reads what is known of public targets, and of other public series, on a day.

    At most six queries whatever their number: three for the levels of parts, where there are any.
    """
    wanted = {target.pk: target for target in targets}
    parts = _read_parts(wanted) if wanted else {}
    revisions = _read_revisions(wanted, on) if wanted else {}
    announced = {pk: _standing(rows) for pk, rows in revisions.items()}
    waypoints = _read_waypoints(announced) if announced else {}
    figures, others = _read_figures({one.series_id for one in wanted.values()} | {*series_ids}, on)
    return Ledger(
        targets=wanted,
        announced=announced,
        all_revisions=revisions,
        promises={pk: _promises(rows, waypoints) for pk, rows in announced.items()},
        figures=figures,
        others=others,
        parts=parts,
    )


def with_relations(targets: QuerySet[Target]) -> QuerySet[Target]:
    """A queryset of targets with the rows that their lines name."""
    return targets.select_related(*TARGET_RELATIONS)


def rule_of(series: Series) -> Rule:
    """How the figures of a series are read."""
    return Rule(series.indicator.measure, series.interval_months)


def _read_figures(
    series_ids: set[int], on: date
) -> tuple[dict[int, tuple[FigureRow, ...]], dict[int, tuple[FigureRow, ...]]]:
    """The figures of public series as of a day or earlier: those published, and the others. One query."""
    published: dict[int, list[FigureRow]] = defaultdict(list)
    others: dict[int, list[FigureRow]] = defaultdict(list)
    if series_ids:
        rows = (
            Measurement.objects.filter(series__in=series_ids, as_of_on__lte=on, state__in=READABLE)
            .order_by("series_id", "as_of_on", "id")
            .values_list(*MEASUREMENT_COLUMNS)
        )
        for series_id, *columns in rows:
            row = _figure_row(*columns)
            (published if row.state == State.PUBLISHED else others)[series_id].append(row)
    return (
        {series_id: tuple(rows) for series_id, rows in published.items()},
        {series_id: tuple(rows) for series_id, rows in others.items()},
    )


def _figure_row(
    ref: str,
    start: date | None,
    on: date,
    precision: str,
    first: date | None,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    qualifier: str,
    source_id: int,
    note: str,
    state: str,
    outcome: str,
) -> FigureRow:
    return FigureRow(
        ref=ref,
        figure=Figure(on, value, numerator, denominator, start, Qualifier(qualifier)),
        as_of=PreciseDate.from_stored(on, precision, first),
        source_id=source_id,
        note=note,
        state=state,
        outcome=outcome,
    )


def _read_parts(wanted: dict[int, Target]) -> dict[int, tuple[int, ...]]:
    """Adds the public parts of the targets measured by parts to `wanted`; returns their keys by whole."""
    parts: dict[int, list[int]] = defaultdict(list)
    edge = [pk for pk, target in wanted.items() if target.measured_by == Target.MeasuredBy.PARTS]
    for _level in range(DEPTH):
        if not edge:
            break
        rows = with_relations(Target.objects.published().filter(part_of__in=edge)).order_by(
            "series__territory__hcp_code", "code"
        )
        edge = []
        for row in rows:
            if row.pk not in parts[row.part_of_id]:
                parts[row.part_of_id].append(row.pk)
            if row.pk not in wanted and row.measured_by == Target.MeasuredBy.PARTS:
                edge.append(row.pk)
            wanted.setdefault(row.pk, row)
    return {whole: tuple(keys) for whole, keys in parts.items()}


def _read_revisions(ids: Iterable[int], on: date) -> dict[int, tuple[TargetRevision, ...]]:
    rows = TargetRevision.objects.filter(
        target__in=list(ids), announced_on__lte=on, state__in=READABLE
    ).order_by("target_id", "announced_on", "number")
    found: dict[int, list[TargetRevision]] = defaultdict(list)
    for row in rows:
        found[row.target_id].append(row)
    return {target_id: tuple(rows) for target_id, rows in found.items()}


def _standing(rows: Iterable[TargetRevision]) -> tuple[TargetRevision, ...]:
    """The published ones that no other corrects."""
    published = [row for row in rows if row.state == State.PUBLISHED]
    corrected = {row.corrects_id for row in published}
    return tuple(row for row in published if row.pk not in corrected)


def _read_waypoints(
    revisions: dict[int, tuple[TargetRevision, ...]],
) -> dict[int, list[PromisedValue]]:
    ids = [row.pk for rows in revisions.values() for row in rows]
    found: dict[int, list[PromisedValue]] = defaultdict(list)
    for revision_id, on, value in Waypoint.objects.filter(revision__in=ids).values_list(
        "revision_id", "on", "value"
    ):
        found[revision_id].append(PromisedValue(on, value))
    return found


def _promises(
    rows: tuple[TargetRevision, ...], waypoints: dict[int, list[PromisedValue]]
) -> tuple[Promise, ...]:
    """The revisions of one target that stand, as the arithmetic takes them."""
    return tuple(_promise(row, waypoints.get(row.pk, ())) for row in rows)


def _promise(row: TargetRevision, waypoints: Iterable[PromisedValue]) -> Promise:
    terms = {
        "announced": row.announced_on,
        "number": row.number,
        "value": row.value,
        "sense": row.sense,
        "due": row.due_on,
        "baseline": row.baseline,
        "baseline_on": row.baseline_on,
        "abandoned": row.kind == TargetRevision.Kind.ABANDONED,
    }
    try:
        return Promise(**terms, waypoints=tuple(waypoints))
    except FigureError:
        # A waypoint outside its dates is refused by the forms, not by the database.
        log.exception("the waypoints of revision %s cannot be used", row.pk)
        return Promise(**terms)
