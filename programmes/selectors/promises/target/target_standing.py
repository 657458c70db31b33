"""One target in full: what was ever announced and reported of it, and what follows from that on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from programmes.calculations.assessment.outcome import Assessment, Outcome
from programmes.calculations.assessment.pace import Pace
from programmes.calculations.choices import FiguresFrom, Measure, Status
from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import known_figures
from programmes.calculations.values import Value
from programmes.models import TAKEN_BACK, Amendment, Measurement, Series, Target, TargetRevision
from programmes.models.histories import PublishedHistory, histories_of, read_target_history
from programmes.selectors.lines.series_lines import SeriesFigures, read_figures
from programmes.selectors.promises.promise_lines import NOT_COMPARED
from programmes.selectors.promises.promise_rows import CENTRES, kind_of_parts
from programmes.selectors.promises.value_words import last_promised, months_of
from programmes.selectors.wording.formats import Unit, unit_of
from programmes.type_names import certain

# Columns of a series that say how its figures are read, beside of which sum it is a part.
COUNTED_BY = ("interval_months", "delay_days", "figures", "counted_kind")


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """A target on a day, as known at a moment.

    revisions: all that could be read then, first to last, those that were corrected or set aside included; announced:
    what was announced by the day, a correction in the place of its entry; found_later: the numbers of those that
    were entered on a later day than one announced after them. reported: its figures, as far as its page shows them.
    parts: of a sum, from north to south, with the row of its last figure; None where nothing was reported.
    """

    target: Target
    on: date
    known: datetime | None
    unit: Unit
    history: PublishedHistory
    assessment: Assessment
    revisions: tuple[TargetRevision, ...]
    announced: tuple[TargetRevision, ...]
    found_later: frozenset[int]
    reported: SeriesFigures
    parts: tuple[tuple[Series, Measurement | None], ...]

    @property
    def status(self) -> Status:
        return self.assessment.status

    @property
    def outcome(self) -> Outcome | None:
        """Of the announcement in force; where all were withdrawn, of the last."""
        return self.assessment.measured

    @property
    def value(self) -> Value | None:
        """The value printed beside the status."""
        return self.outcome.stated if self.outcome else None

    @property
    def pace(self) -> Pace:
        """How fast it moves, and should: as of its last figure, or of the day, which a count is known on."""
        outcome = certain(self.outcome)
        if not self.history.rule.counted:
            return outcome.pace
        return self.history.as_known(self.known).rules_of(outcome.promise).pace_on(self.on)

    @property
    def is_exceeded(self) -> bool:
        """Whether it is missed before its due date, or without one: a total above what it may be at most."""
        if self.status is not Status.MISSED:
            return False
        outcome = certain(self.outcome)
        due = outcome.promise.due
        return due is None or certain(outcome.verdict).value.as_of < due

    @property
    def counts_from(self) -> date | None:
        """The day from which it counts, where that is later than its announcement; else None."""
        outcome = certain(self.outcome)
        start = outcome.start.first
        return start if start > outcome.promise.announced else None

    @property
    def is_current(self) -> bool:
        """Whether the value may be compared with the promise: not an old one, nor that of an abandoned target."""
        return self.value is not None and self.status not in NOT_COMPARED

    @property
    def is_sum(self) -> bool:
        """Whether its series is the sum of others."""
        return self.target.series.figures == FiguresFrom.PARTS

    @property
    def standing_announcements(self) -> tuple[TargetRevision, ...]:
        """The announcements that stand, and count."""
        counted = self.assessment.announced
        return tuple(
            row for row in self.announced if row.number in counted and row.state not in TAKEN_BACK
        )

    @property
    def present(self) -> TargetRevision | None:
        """The announcement in force."""
        return self.standing_announcements[-1] if self.standing_announcements else None

    @property
    def promised(self) -> TargetRevision | None:
        """The last one that promises a value: the present one, or the one before it was abandoned."""
        return last_promised(self.standing_announcements)

    @property
    def original(self) -> TargetRevision | None:
        """The original announcement, where it was made by the day."""
        original = self.assessment.original
        number = original.promise.number if original else None
        return next((row for row in self.announced if row.number == number), None)

    @property
    def original_status(self) -> Status | None:
        """Against the original announcement, where that is not how it stands now; else None."""
        against = self.assessment.against_original
        return against.status if against and against.status is not self.status else None

    @property
    def last(self) -> Measurement | None:
        """The row of the figure, or the last opening, behind the value; None where nothing is reported, or of a sum."""
        if self.is_sum or self.value is None:
            return None
        rows = self.reported.figures
        if self.history.rule.counted:
            return next((row for row in reversed(rows) if row.as_of_on <= self.value.as_of), None)
        figure = self.value.figure
        key = next((key for key, one in self.history.figures if one is figure), None)
        return next((row for row in rows if row.pk == key), None)

    @property
    def since(self) -> date | None:
        """The start of a promise whose figures per period are added up."""
        if self.history.rule.measure is not Measure.PER_PERIOD or self.value is None:
            return None
        return certain(self.outcome).start.first

    @property
    def dated(self) -> PreciseDate | None:
        """The date of the value; of a sum, from that of its oldest figure to that of its newest."""
        if self.last is not None:
            return self.last.as_of
        return months_of(self.value.oldest, self.value.as_of) if self.value else None

    @property
    def parts_are(self) -> str:
        """What the parts of a sum are."""
        if not self.parts:
            return ""
        return kind_of_parts(
            CENTRES if series.centre_id else series.territory.kind for series, _last in self.parts
        )


def target_standing(
    target: Target, on: date, known: datetime | None = None
) -> TargetStanding | None:
    """A target, read with its series, as it stands on a day. None: nothing of it was known.

    Four queries, two more for a sum.
    """
    revisions = _revisions(target, known)
    if known is not None:
        _take_back_amendments({target: revisions}, known)
    history = read_target_history(target, revisions, known)
    announcements = history.announcements(known)
    if not revisions:
        return None
    by_number = {row.number: row for row in revisions}
    reported = read_figures(target.series, on, known=known)
    return TargetStanding(
        target=target,
        on=on,
        known=known,
        unit=unit_of(target.series.indicator),
        history=history,
        assessment=history.on(on, known),
        revisions=revisions,
        announced=tuple(by_number[one.number] for one in announcements.made_by(on)),
        found_later=announcements.found_later,
        reported=reported,
        parts=_parts(history, on, known),
    )


def target_standings(
    targets: Iterable[Target], on: date, known: datetime | None = None
) -> dict[int, TargetStanding]:
    """Many targets, read with their series, on a day, by key: as far as their sentences need them.

    Of the figures the last alone is read, of parts none. A few queries, and one more for each count of openings.
    """
    by_target = defaultdict[int, list[TargetRevision]](list)
    rows = TargetRevision.objects.filter(target__in=[one.pk for one in targets]).readable(known)
    rows = rows.select_related("source__organisation").prefetch_related("waypoints")
    for row in rows.order_by("announced_on", "number"):
        by_target[row.target_id].append(row.as_known(known))
    chosen = [one for one in targets if by_target[one.pk]]
    if known is not None:
        _take_back_amendments({one: by_target[one.pk] for one in chosen}, known)
    histories = histories_of({one: by_target[one.pk] for one in chosen}, known)
    assessed = {key: history.on(on, known) for key, history in histories.items()}
    lasts = _last_figures(histories, assessed)
    found = {}
    for one in chosen:
        history = histories[one.pk]
        numbered = {row.number: row for row in by_target[one.pk]}
        announcements = history.announcements(known)
        parts = sorted(history.part_series, key=_place_in_list)
        found[one.pk] = TargetStanding(
            target=one,
            on=on,
            known=known,
            unit=unit_of(one.series.indicator),
            history=history,
            assessment=assessed[one.pk],
            revisions=tuple(numbered.values()),
            announced=tuple(numbered[row.number] for row in announcements.made_by(on)),
            found_later=announcements.found_later,
            reported=read_figures(one.series, on, known=known)
            if history.rule.counted
            else SeriesFigures(one.series, lasts.get(one.pk, ()), (), is_cut=False),
            parts=tuple((part, None) for part in parts),
        )
    return found


def _last_figures(
    histories: Mapping[int, PublishedHistory], assessed: Mapping[int, Assessment]
) -> dict[int, tuple[Measurement, ...]]:
    """The row of the figure behind the value of each target, by its key. One query."""
    keys = {}
    for target, assessment in assessed.items():
        outcome = assessment.measured
        figure = outcome.stated.figure if outcome and outcome.stated else None
        if figure is not None and not histories[target].rule.counted:
            found = (key for key, one in histories[target].figures if one is figure)
            keys[target] = next(found, None)
    rows = Measurement.objects.select_related("source__organisation").in_bulk(
        [key for key in keys.values() if key is not None]
    )
    return {target: (rows[key],) for target, key in keys.items() if key in rows}


def _revisions(target: Target, known: datetime | None) -> tuple[TargetRevision, ...]:
    rows = target.revisions.readable(known).prefetch_related("waypoints")
    return tuple(row.as_known(known) for row in rows.order_by("announced_on", "number"))


def _take_back_amendments(
    targets: Mapping[Target, Iterable[TargetRevision]], known: datetime
) -> None:
    """Reads targets, in memory, with the original announcements, and what says how their series are counted, that they
    had at a moment. Two queries."""
    of_series = Amendment.objects.values_before("series", COUNTED_BY, known)
    of_targets = Amendment.objects.values_before("target", ["original"], known)
    for one, revisions in targets.items():
        if one.pk in of_targets:
            number = int(of_targets[one.pk]["original"])
            one.original = next(row for row in revisions if row.number == number)
        for name, old in of_series.get(one.series_id, {}).items():
            setattr(one.series, name, old)


def _parts(
    history: PublishedHistory, on: date, known: datetime | None
) -> tuple[tuple[Series, Measurement | None], ...]:
    """The parts of a sum with their last figures. One query, none where it is no sum."""
    lasts = {}
    for code, reported in history.parts or ():
        stood = known_figures((figure for _key, figure in reported if figure.as_of <= on), known)
        if stood:
            lasts[code] = next(key for key, figure in reported if figure is stood[-1])
    counted = [one for one in history.part_series if one.figures == FiguresFrom.MILESTONES]
    codes = {one.code for one in counted}
    rows = Measurement.objects.in_bulk([key for code, key in lasts.items() if code not in codes])
    found = {code: rows.get(key) for code, key in lasts.items()}
    for one in counted:
        found[one.code] = next(reversed(read_figures(one, on, known=known).figures), None)
    ordered = sorted(history.part_series, key=_place_in_list)
    return tuple((one, found.get(one.code)) for one in ordered)


def _place_in_list(series: Series) -> tuple[str, str]:
    """From north to south."""
    return series.territory.hcp_code or "", series.code
