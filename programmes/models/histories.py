"""What was ever published of targets, read from the tables for the arithmetic."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from programmes.calculations.assessment.announcements import (
    AnnouncementHistory,
    announcement_history,
)
from programmes.calculations.assessment.assess import TargetHistory, sum_history, target_history
from programmes.calculations.assessment.outcome import Assessment
from programmes.calculations.assessment.promises import Promise, Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.assessment.timeline import TimelineStep, steps
from programmes.calculations.choices import FiguresFrom, Measure
from programmes.calculations.dates import PreciseDate
from programmes.calculations.faults import FigureError
from programmes.calculations.figures import Figure, Rule
from programmes.models.amendment import Amendment
from programmes.models.measurement import Measurement
from programmes.models.openings import read_openings
from programmes.models.series import Series
from programmes.models.target import DEFINITIONS, Target, TargetRevision, definition_given
from programmes.models.target import Waypoint as StoredWaypoint

log = logging.getLogger(__name__)

ANNOUNCEMENT_COLUMNS = (
    "target_id",
    "pk",
    "number",
    "kind",
    "corrects__number",
    "value",
    "qualifier",
    "sense",
    "due_on",
    "baseline",
    "baseline_on",
    "announced_on",
    "announced_precision",
    "announced_from",
    "published_at",
    "ended_at",
    "definition_languages",
    *DEFINITIONS,
)
FIGURE_COLUMNS = (
    "series_id",
    "pk",
    "as_of_on",
    "value",
    "numerator",
    "denominator",
    "period_start",
    "qualifier",
    "published_at",
    "ended_at",
)
# A figure with the key of its row: of a count, that of the statement of the last opening.
KeyedFigure = tuple[int, Figure]


@dataclass(frozen=True, slots=True)
class PublishedHistory:
    """All that was ever published of a target, and the rule that reads it.

    revisions: the key of each announcement, by number. original: the number of the original announcement, where it is
    stored. parts: of a sum, the figures of its part series by their codes; None where the figures are its own.
    """

    code: str
    rule: Rule
    promises: tuple[Promise, ...]
    revisions: dict[int, int]
    original: int | None
    figures: tuple[KeyedFigure, ...]
    parts: tuple[tuple[str, tuple[KeyedFigure, ...]], ...] | None
    part_series: tuple[Series, ...] = ()

    def steps(
        self, since: date | None = None, known: datetime | None = None
    ) -> tuple[TimelineStep, ...]:
        """Where it stands, from the beginning or from a day on, as known at a moment (None: now)."""
        try:
            return steps(self.as_known(known), since)
        except FigureError:
            self._complain()
            return steps(self.without_figures(known), since)

    def on(self, day: date, known: datetime | None = None) -> Assessment:
        """Where it stands on a day, as known at a moment (None: now)."""
        try:
            return self.as_known(known).on(day)
        except FigureError:
            self._complain()
            return self.without_figures(known).on(day)

    def announcements(self, known: datetime | None = None) -> AnnouncementHistory:
        """What was announced, as known at a moment (None: now)."""
        return announcement_history(self.promises, known, self.original)

    def as_known(self, known: datetime | None = None) -> TargetHistory:
        """All of it as known at a moment (None: now), to be asked for many days.

        Raises:
            FigureError: the figures contradict each other.
        """
        terms = (self.rule, known, self.original)
        if self.parts is None:
            return target_history(self.promises, [one for _key, one in self.figures], *terms)
        parts = [PartSeries(code, tuple(one for _key, one in rows)) for code, rows in self.parts]
        return sum_history(self.promises, parts, *terms)

    def without_figures(self, known: datetime | None = None) -> TargetHistory:
        """The same as if no figure were there."""
        return target_history(self.promises, (), self.rule, known, self.original)

    def _complain(self) -> None:
        # The forms refuse such figures; something is still said: as if none were there.
        log.exception("the published rows of target %s contradict each other", self.code)


def read_histories(targets: Iterable[int]) -> dict[int, PublishedHistory]:
    """The histories of targets of which something was announced, by key. A few queries, however many they are."""
    announced = _announcements(targets)
    rows = Target.objects.filter(pk__in=announced).select_related("series__indicator", "original")
    return _histories(list(rows.order_by()), announced)


def read_target_history(
    target: Target, revisions: Iterable[TargetRevision], known: datetime | None = None
) -> PublishedHistory:
    """The history of one target, read with its series, and all that was ever published of it with the waypoints.

    Two queries: those of figures and, of a sum, of its parts. known: the moment as known at which openings are counted.
    """
    return histories_of({target: revisions}, known)[target.pk]


def histories_of(
    targets: Mapping[Target, Iterable[TargetRevision]], known: datetime | None = None
) -> dict[int, PublishedHistory]:
    """The same of several, by key. As many queries as of one."""
    announced = {target.pk: _promises_of(rows) for target, rows in targets.items()}
    return _histories(list(targets), announced, known)


def _promises_of(
    revisions: Iterable[TargetRevision],
) -> tuple[tuple[Promise, ...], dict[int, int]]:
    """What was ever published of the announcements of a target, and their keys by number."""
    revisions = [row for row in revisions if row.published_at is not None]
    numbers = {row.pk: row.number for row in revisions}
    promises = tuple(
        _promise(
            row.pk,
            tuple(Waypoint(one.on, one.value) for one in row.waypoints.all()),
            row.number,
            row.kind,
            numbers.get(row.corrects_id or 0),
            *(getattr(row, name) for name in ANNOUNCEMENT_COLUMNS[5:]),
        )
        for row in revisions
    )
    return promises, {row.number: row.pk for row in revisions}


def _histories(
    targets: list[Target],
    announced: dict[int, tuple[tuple[Promise, ...], dict[int, int]]],
    known: datetime | None = None,
) -> dict[int, PublishedHistory]:
    series = {one.series_id: one.series for one in targets}
    sums = [pk for pk, one in series.items() if one.figures == FiguresFrom.PARTS]
    parts = parts_of_sums(sums, known)
    read = {**series, **{one.pk: one for found in parts.values() for one in found}}
    reported = _figures(read.values(), known)
    histories = {}
    for target in targets:
        promises, revisions = announced[target.pk]
        own = target.series
        below = parts.get(own.pk)
        histories[target.pk] = PublishedHistory(
            code=target.code,
            rule=rule_of(own),
            promises=promises,
            revisions=revisions,
            original=target.original.number if target.original else None,
            figures=reported[own.pk],
            parts=None
            if below is None
            else tuple((one.code, reported[one.pk]) for one in sorted(below, key=_code)),
            part_series=tuple(below or ()),
        )
    return histories


def rule_of(series: Series) -> Rule:
    """How the figures of a series, read with its indicator, are read."""
    return Rule(
        Measure(series.indicator.measure),
        series.interval_months,
        series.delay_days,
        series.indicator.decimals,
        series.figures == FiguresFrom.MILESTONES,
    )


def _code(series: Series) -> str:
    return series.code


def parts_of_sums(sums: Iterable[int], known: datetime | None = None) -> dict[int, list[Series]]:
    """The series with figures of their own that each sum adds up, sum below sum, with their places and centres.

    A part counts once the public relies on it: until then anyone could add or take it in silence. known: the moment at
    which they were its parts; None: now.
    """
    moved = _moved_parts(known) if sums else {}
    sealed = Q(sealed_at__isnull=False) if known is None else Q(sealed_at__lte=known)
    found: dict[int, dict[int, Series]] = {whole: {} for whole in sums}
    edge: dict[int | None, set[int]] = {whole: {whole} for whole in found}
    seen = {(whole, whole) for whole in found}
    while edge:
        below: dict[int | None, set[int]] = defaultdict(set)
        there = {pk for pk, whole in moved.items() if whole in edge}
        rows = Series.objects.filter(
            sealed, Q(pk__in=there) | (Q(part_of__in=edge) & ~Q(pk__in=moved.keys()))
        )
        for part in rows.order_by().select_related("territory", "centre"):
            for whole in edge[moved.get(part.pk, part.part_of_id)]:
                if (whole, part.pk) in seen:
                    continue
                seen.add((whole, part.pk))
                if part.figures == FiguresFrom.PARTS:
                    below[part.pk].add(whole)
                else:
                    found[whole][part.pk] = part
        edge = below
    return {whole: list(parts.values()) for whole, parts in found.items()}


def _moved_parts(known: datetime | None) -> dict[int, int | None]:
    """Of which sum a series was a part at a moment, by key: of those of which that was amended since."""
    before = Amendment.objects.values_before("series", ["part_of"], known)
    codes = {one["part_of"] for one in before.values()} - {None}
    keys = dict(Series.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    return {pk: keys.get(one["part_of"]) for pk, one in before.items()}


def _announcements(
    targets: Iterable[int],
) -> dict[int, tuple[tuple[Promise, ...], dict[int, int]]]:
    """What was ever announced of targets, and the keys of the announcements by number."""
    rows = TargetRevision.objects.filter(target__in=targets, published_at__isnull=False)
    waypoints: dict[int, list[Waypoint]] = defaultdict(list)
    stored = StoredWaypoint.objects.filter(revision__in=rows.order_by()).order_by()
    for revision, on, value in stored.values_list("revision_id", "on", "value"):
        waypoints[revision].append(Waypoint(on, value))
    found: dict[int, tuple[list[Promise], dict[int, int]]] = {}
    for target, pk, *columns in rows.order_by().values_list(*ANNOUNCEMENT_COLUMNS):
        promises, keys = found.setdefault(target, ([], {}))
        promise = _promise(pk, tuple(waypoints[pk]), *columns)
        promises.append(promise)
        keys[promise.number] = pk
    return {target: (tuple(promises), keys) for target, (promises, keys) in found.items()}


def _promise(
    pk: int,
    waypoints: tuple[Waypoint, ...],
    number: int,
    kind: str,
    corrects: int | None,
    value: Any,
    qualifier: Any,
    sense: Any,
    due: date | None,
    baseline: Any,
    baseline_on: date | None,
    announced: date,
    announced_precision: str,
    announced_from: date | None,
    published_at: datetime,
    ended_at: datetime | None,
    *definition: str | None,
) -> Promise:
    promise = partial(
        Promise,
        announced=announced,
        announced_first=PreciseDate.from_stored(
            announced, announced_precision, announced_from
        ).first,
        number=number,
        value=value,
        sense=sense,
        due=due,
        baseline=baseline,
        baseline_on=baseline_on,
        abandoned=kind == TargetRevision.Kind.ABANDONED,
        corrects=corrects,
        qualifier=qualifier,
        definition=definition_given(*definition),
        published_at=timezone.localtime(published_at),
        ended_at=ended_at,
    )
    try:
        return promise(waypoints=waypoints)
    except FigureError:
        # A waypoint outside its dates is refused by the forms, not by the database.
        log.exception("the waypoints of announcement %s cannot be used", pk)
        return promise()


def _figures(
    series: Iterable[Series], known: datetime | None = None
) -> dict[int, tuple[KeyedFigure, ...]]:
    """What was ever published of series, or is counted from openings as known at a moment, oldest first."""
    # a translated table's own queryset would make a dict of each row
    rows = QuerySet[Measurement](Measurement).filter(
        series__in=[one.pk for one in series], published_at__isnull=False
    )
    found: dict[int, list[KeyedFigure]] = defaultdict(list)
    for key, pk, *columns in _in_order(rows):
        found[key].append((pk, Figure(*columns)))
    figures = {key: tuple(rows) for key, rows in found.items()}
    counted = [one for one in series if one.figures == FiguresFrom.MILESTONES]
    for key, openings in read_openings(counted, known=known).items():
        figures[key] = tuple(
            (one.statements[-1].pk, Figure(one.day, Decimal(one.count))) for one in openings
        )
    return defaultdict(tuple, figures)


def _in_order(rows: QuerySet[Measurement]) -> Iterable[tuple[Any, ...]]:
    return rows.order_by(F("as_of_on"), F("id")).values_list(*FIGURE_COLUMNS)
