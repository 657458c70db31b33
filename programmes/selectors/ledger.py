"""The published rows behind a set of targets, read in one query and made ready for the arithmetic."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable

from programmes.calculations.figures import Measure, Promise, Rule
from programmes.models import Measurement, Series, State, Target, TargetRevision, Waypoint
from programmes.selectors.figure_rows import (
    COLUMNS,
    DECIDING,
    LATEST_FIRST,
    LISTED,
    FigureRow,
    deciding_figures,
    figure_row,
    figures_of,
    in_order,
    last_figures,
    readable,
    standing,
)
from programmes.selectors.nested import AtMost, Nested, nested_rows
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
# What is read with the columns of a target.
ADDED = ("is_chosen", "announcements", "followed", "every_figure", "last_figure", "a_year_before")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Promises by target, figures by series, and the parts of the targets measured by parts.

    chosen: the targets asked for, in their order; targets: those and their parts. announced: the revisions that stand,
    first to last. all_revisions: also those struck or set aside. figures: published, oldest first, those that tell
    where the targets stand; all of them for sums and where all were asked for. others: those that another source or
    a correction replaced, where all were asked for. counts: how many figures are published, up to `FOLLOWED`.
    """

    chosen: tuple[TargetRow, ...]
    targets: dict[int, TargetRow]
    announced: dict[int, tuple[RevisionRow, ...]]
    all_revisions: dict[int, tuple[RevisionRow, ...]]
    promises: dict[int, tuple[Promise, ...]]
    figures: dict[int, tuple[FigureRow, ...]]
    others: dict[int, tuple[FigureRow, ...]]
    counts: dict[int, int]
    parts: dict[int, tuple[int, ...]]

    def rows_of(self, target: TargetRow) -> tuple[FigureRow, ...]:
        """The figures of a target's own series, oldest first."""
        return self.figures.get(target.series_id, ())

    def others_of(self, target: TargetRow) -> tuple[FigureRow, ...]:
        """The others of a target's own series, oldest first."""
        return self.others.get(target.series_id, ())


# The keys of the targets chosen, of their parts where they are measured by them, and so on down; and the keys of the
# long ones among their series, told by an index of all rows, drafts too.
TARGET, FIGURE = Target._meta.db_table, Measurement._meta.db_table
TREE = f""", tree (id, measured_by, series_id) AS (
SELECT whole.id, whole.measured_by, whole.series_id FROM chosen JOIN {TARGET} whole ON whole.id = chosen.id
UNION SELECT part.id, part.measured_by, part.series_id FROM {TARGET} part JOIN tree ON tree.id = part.part_of_id
WHERE tree.measured_by = 'parts'), long_series (id) AS (
SELECT series_id FROM tree WHERE EXISTS (
SELECT 1 FROM {FIGURE} figure WHERE figure.series_id = tree.series_id LIMIT 1 OFFSET {FOLLOWED}))"""
IS_LONG = Q(Chosen(Series, "long_series"))


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
    rows, counts = {}, {}
    revisions, announced, promises = {}, {}, {}
    found: dict[int, list[tuple[FigureRow, ...]]] = defaultdict(list)
    for columns in answer:
        is_chosen, announcements, count, *nested = columns[: len(ADDED)]
        row = target_row(columns[len(ADDED) :])
        rows[row.pk], counts[row.series_id] = row, count
        if is_chosen:
            chosen.append(row)
        told = _announcements(announcements)
        found[row.series_id] += (*map(figures_of, nested), told.deciding)
        revisions[row.pk], announced[row.pk] = told.all, told.standing
        promises[row.pk] = told.promises
    figures, others = {}, {}
    for key, given in found.items():
        figures[key], others[key] = _ordered(tuple(given), on)
        if counts[key] is None:
            counts[key] = min(len(figures[key]), FOLLOWED)
    return Ledger(
        chosen=tuple(chosen),
        targets=rows,
        announced=announced,
        all_revisions=revisions,
        promises=promises,
        figures=figures,
        others=others,
        counts=counts,
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
    """Of each public target and part: what `ADDED` names, and its columns."""
    is_sum = Q(series__indicator__measure=Measure.PER_PERIOD)
    is_part = Q(part_of__measured_by=Target.MeasuredBy.PARTS)
    on, series = Asked("on", date), OuterRef("series")
    every: Combinable = Nested(readable(series, on), *COLUMNS)
    if not whole:
        figures = Nested(standing(series, on), *LISTED)
        every = Case(When(~IS_LONG | is_sum | is_part, then=figures))
    followed = AtMost(standing(series, on).order_by(*LATEST_FIRST), FOLLOWED)
    steps = Waypoint.objects.filter(revision=OuterRef("pk")).order_by("on")
    announced = (
        TargetRevision.objects.filter(
            target=OuterRef("pk"),
            announced_on__lte=on,
            state__in=READABLE if whole else (State.PUBLISHED,),
        )
        .annotate(steps=Nested(steps, "on", "value"), **_of_long(deciding_figures()))
        .order_by("announced_on", "number")
    )
    told = (*LISTED_REVISION, *SAID) if whole else LISTED_REVISION
    return (
        Target.objects.published()
        .filter(Chosen(Target, "tree"))
        .annotate(
            is_chosen=Case(When(Chosen(Target), then=True), default=False),
            announcements=Nested(announced, *told, *DECIDING),
            every_figure=every,
            **_of_long({"followed": followed} | last_figures(on)),
        )
        .order_by(*order)
        .values_list(*ADDED, *(WHOLE_COLUMNS if whole else TARGET_COLUMNS))
    )


def _of_long(columns: dict[str, Combinable]) -> dict[str, Combinable]:
    """What is asked of a long series alone; a short one is read whole."""
    return {name: Case(When(IS_LONG, then=column)) for name, column in columns.items()}


TARGETS = Prepared(_rows, TREE)


@dataclass(frozen=True, slots=True)
class Told:
    """The announcements of a target, first to last; those that stand, as promises too; the figures that decide."""

    all: tuple[RevisionRow, ...]
    standing: tuple[RevisionRow, ...]
    promises: tuple[Promise, ...]
    deciding: tuple[FigureRow, ...]


@lru_cache(maxsize=4096)
def _announcements(text: str | None) -> Told:
    """What a `Nested` of announcements tells. The same text tells the same: it is read once by each process."""
    rows, figures = [], []
    for columns in nested_rows(text):
        rows.append(revision_row(*columns[: -len(DECIDING)]))
        for nested in columns[-len(DECIDING) :]:
            figures += [figure_row(*one) for one in nested_rows(nested)]
    standing = _standing(rows)
    return Told(tuple(rows), standing, tuple(map(promise_of, standing)), tuple(figures))


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
