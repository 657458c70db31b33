"""The published rows behind a set of targets, read in one query and made ready for the arithmetic."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from programmes.calculations.figures import Measure, Promise, Rule
from programmes.models import Measurement, State, Target, TargetRevision, Waypoint
from programmes.selectors.figure_rows import (
    COLUMNS,
    DECIDING,
    LATEST_FIRST,
    LISTED,
    FigureRow,
    deciding_figures,
    figures_of,
    in_order,
    readable,
    standing,
)
from programmes.selectors.nested import Nested, Packed, nested_rows
from programmes.selectors.prepared import Asked, Choice, Chosen, Prepared, Question, answers
from programmes.selectors.readable import READABLE
from programmes.selectors.revision_rows import LISTED as LISTED_REVISION
from programmes.selectors.revision_rows import (
    SAID,
    RevisionRow,
    promise_of,
    revision_row,
)
from programmes.selectors.target_rows import (
    TARGET_COLUMNS,
    WHOLE_COLUMNS,
    SeriesRow,
    TargetRow,
    target_row,
)

# How far the figures of a series are counted, to tell how well a target is followed. A series of no more is short, and
# read whole: that takes less than to look for those that decide.
FOLLOWED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The announcements of a target, first to last; those that stand, as promises too. One is itself alone."""

    all: tuple[RevisionRow, ...]
    standing: tuple[RevisionRow, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Promises by target, figures by series, and the parts of the targets measured by parts.

    chosen: the targets asked for, in their order; targets: those and their parts. told: what was announced of each.
    figures: published, oldest first, those that tell where the targets stand; all of them for sums and where all were
    asked for. others: those that another source or a correction replaced, where all were asked for.
    """

    chosen: tuple[TargetRow, ...]
    targets: dict[int, TargetRow]
    told: dict[int, Told]
    figures: dict[int, tuple[FigureRow, ...]]
    others: dict[int, tuple[FigureRow, ...]]
    parts: dict[int, tuple[int, ...]]

    def rows_of(self, target: TargetRow) -> tuple[FigureRow, ...]:
        """The figures of a target's own series, oldest first."""
        return self.figures.get(target.series_id, ())

    def others_of(self, target: TargetRow) -> tuple[FigureRow, ...]:
        """The others of a target's own series, oldest first."""
        return self.others.get(target.series_id, ())


# The keys of the targets chosen, of their parts where they are measured by them, and so on down.
TARGET = Target._meta.db_table
TREE = f""", tree (id, measured_by) AS (
SELECT whole.id, whole.measured_by FROM chosen JOIN {TARGET} whole ON whole.id = chosen.id
UNION SELECT part.id, part.measured_by FROM {TARGET} part JOIN tree ON tree.id = part.part_of_id
WHERE tree.measured_by = 'parts')"""


def read_ledger(targets: QuerySet[Target] | Choice, on: date, *, whole: bool = False) -> Ledger:
    """Reads what is known of the public ones among targets, and of their parts, on a day. One query.

    `whole`: every figure of their series, also those that no longer stand.
    """
    return ledger_of(answers(ask_ledger(targets, on, whole=whole))[0], on)


def ask_ledger(
    targets: QuerySet[Target] | Choice, on: date, *, whole: bool = False
) -> Question | None:
    """Asks what `read_ledger` reads."""
    order = tuple((targets.queryset if isinstance(targets, Choice) else targets).query.order_by)
    return TARGETS.ask(order or ("code",), whole, chosen=targets, on=on)


def ledger_of(answer: Iterable[tuple[Any, ...]], on: date) -> Ledger:
    """The ledger of a day, from the answer to `ask_ledger`."""
    chosen: list[TargetRow] = []
    rows, told = dict[int, TargetRow](), dict[int, Told]()
    found: dict[int, tuple[tuple[FigureRow, ...], ...]] = {}
    for packed, is_chosen, announcements, given, deciding in answer:
        row = target_row(packed)
        rows[row.pk], told[row.pk] = row, _told(announcements)
        # several targets may have one series: each with figures that decide of its own promises
        found[row.series_id] = (
            *found.get(row.series_id, ()),
            figures_of(given),
            *map(figures_of, _each(deciding)),
        )
        if is_chosen:
            chosen.append(row)
    figures, others = {}, {}
    for key, several in found.items():
        figures[key], others[key] = _ordered(several, on)
    return Ledger(
        chosen=tuple(chosen),
        targets=rows,
        told=told,
        figures=figures,
        others=others,
        parts=_parts(rows.values()),
    )


@lru_cache(maxsize=4096)
def _ordered(
    found: tuple[tuple[FigureRow, ...], ...], on: date
) -> tuple[tuple[FigureRow, ...], tuple[FigureRow, ...]]:
    """The figures that stand, and the others, oldest first. The same rows are put in order once by each process."""
    rows = in_order(found, on)
    return (
        tuple(one for one in rows if one.state == State.PUBLISHED),
        tuple(one for one in rows if one.state != State.PUBLISHED),
    )


def rule_of(series: SeriesRow) -> Rule:
    """How the figures of a series are read."""
    return _rule(series.indicator.measure, series.interval_months)


@cache
def _rule(measure: Measure, months: int) -> Rule:
    return Rule(measure, months)


def _rows(order: tuple[str, ...], whole: bool) -> QuerySet[Target]:
    """Of each public target and part: its columns, whether it is chosen, its announcements, its figures; see `Ledger`.

    Of a long series the latest figures, and beside them those that decide for each announcement.
    """
    on, series = Asked("on", date), OuterRef("series")
    # The reader puts these in order: to sort one or two rows for each target is most of reading them.
    steps = Waypoint.objects.filter(revision=OuterRef("pk")).order_by()
    announced = TargetRevision.objects.filter(
        target=OuterRef("pk"),
        announced_on__lte=on,
        state__in=READABLE if whole else (State.PUBLISHED,),
    ).order_by()
    told = announced.annotate(steps=Nested(steps, "on", "value"))
    if whole:
        figures: Combinable = Nested(readable(series, on), *COLUMNS)
        deciding: Combinable = Value(None, TextField())
    else:
        every = standing(series, on)
        latest = every.order_by(*LATEST_FIRST)[: FOLLOWED + 1]
        is_term = Q(series__indicator__measure=Measure.PER_PERIOD) | Q(
            part_of__measured_by=Target.MeasuredBy.PARTS
        )
        # Drafts are counted too, which can only make a series long: an index alone answers.
        is_long = Exists(Measurement.objects.filter(series=series)[FOLLOWED : FOLLOWED + 1])
        figures = Case(When(is_term, then=Nested(every, *LISTED)), default=Nested(latest, *LISTED))
        of_each = announced.annotate(**deciding_figures(on))
        deciding = Case(When(is_long, then=Nested(of_each, *DECIDING)))
    return (
        Target.objects.published()
        .filter(Chosen(Target, "tree"))
        .annotate(
            packed=Packed(*(WHOLE_COLUMNS if whole else TARGET_COLUMNS)),
            is_chosen=Case(When(Chosen(Target), then=True), default=False),
            announcements=Nested(told, *LISTED_REVISION, *(SAID if whole else ())),
            figures=figures,
            deciding=deciding,
        )
        .order_by(*order)
        .values_list("packed", "is_chosen", "announcements", "figures", "deciding")
    )


TARGETS = Prepared(_rows, TREE)


@lru_cache(maxsize=4096)
def _each(deciding: str | None) -> tuple[str | None, ...]:
    """Each `Nested` of figures inside a `Nested` of `DECIDING`."""
    return tuple(chain.from_iterable(nested_rows(deciding)))


@lru_cache(maxsize=4096)
def _told(announcements: str | None) -> Told:
    """What a `Nested` of announcements tells. The same text tells the same: it is read once by each process."""
    rows = [revision_row(*columns) for columns in nested_rows(announcements)]
    rows.sort(key=lambda row: (row.announced_on, row.number))
    standing = _standing(rows)
    return Told(tuple(rows), standing, tuple(map(promise_of, standing)))


def _standing(rows: Iterable[RevisionRow]) -> tuple[RevisionRow, ...]:
    """The published ones that no other corrects."""
    published = [row for row in rows if row.state == State.PUBLISHED]
    corrected = {row.corrects_id for row in published}
    return tuple(row for row in published if row.pk not in corrected)


def _parts(rows: Collection[TargetRow]) -> dict[int, tuple[int, ...]]:
    """The parts of each target that is measured by them, from north to south."""
    wholes = {row.pk for row in rows if row.measured_by == Target.MeasuredBy.PARTS}
    parts = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.series.territory.hcp_code, row.code)):
        if row.part_of_id in wholes:
            parts[row.part_of_id].append(row.pk)
    return {whole: tuple(keys) for whole, keys in parts.items()}
