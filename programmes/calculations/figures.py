"""What goes into the calculations: figures, promises and the rule that reads them.

Amounts are `Decimal` in the unit of their series, at most 15 digits of which 4 decimals; ratios
are from 0 to 1 where they are shares. Impossible input is refused with a `FigureError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.amounts import STORED_PLACES, exact

# Fifteen digits in all, as stored; more are lost on SQLite.
WHOLE_DIGITS = 11


class Measure(StrEnum):
    """How the figures of a series follow one another in time."""

    RUNNING_TOTAL = "running_total"
    PER_PERIOD = "per_period"
    LEVEL = "level"
    RATIO = "ratio"

    @property
    def is_total(self) -> bool:
        """Whether it adds up over time: it counts from 0 when it has no baseline."""
        return self in (Measure.RUNNING_TOTAL, Measure.PER_PERIOD)


class Sense(StrEnum):
    """Which side of the target is wanted."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Qualifier(StrEnum):
    """The word printed before a figure. Arithmetic uses the number alone.

    "Up to" and "less than" never meet an at-least target: the true figure may be far below.
    Mirrored, "more than" and "at least" never meet an at-most target. "Exactly" and "about"
    may meet both.
    """

    EXACTLY = "exactly"
    ABOUT = "about"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    UP_TO = "up_to"
    LESS_THAN = "less_than"

    def may_meet(self, sense: Sense) -> bool:
        return self not in _NEVER_MEET[sense]


_NEVER_MEET = {
    Sense.AT_LEAST: (Qualifier.UP_TO, Qualifier.LESS_THAN),
    Sense.AT_MOST: (Qualifier.MORE_THAN, Qualifier.AT_LEAST),
}


class Status(StrEnum):
    """Where a promise stands. The first that applies, in the order of the rules."""

    NOT_YET_PROMISED = "not_yet_promised"
    ABANDONED = "abandoned"
    NOT_STARTED = "not_started"
    NO_DATA = "no_data"
    ACHIEVED = "achieved"
    ACHIEVED_LATE = "achieved_late"
    MISSED = "missed"
    NO_RECENT_DATA = "no_recent_data"
    UNDER_WAY = "under_way"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"


class Fault(StrEnum):
    """Why an input is refused."""

    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"
    NO_VALUE = "no_value"
    VALUE_AND_PARTS = "value_and_parts"
    DENOMINATOR = "denominator"
    PARTS_OUTSIDE_RATIO = "parts_outside_ratio"
    PERIOD_MISSING = "period_missing"
    PERIOD_UNEXPECTED = "period_unexpected"
    PERIOD_BACKWARDS = "period_backwards"
    PERIODS_OVERLAP = "periods_overlap"
    SAME_DATE = "same_date"
    NO_TARGET = "no_target"
    AT_MOST_WITHOUT_BASELINE = "at_most_without_baseline"
    AT_MOST_TOTAL = "at_most_total"
    DUE_BEFORE_BASELINE = "due_before_baseline"
    WAYPOINT_OUTSIDE = "waypoint_outside"
    WAYPOINTS_SAME_DATE = "waypoints_same_date"
    CORRECTS_LATER = "corrects_later"
    INTERVAL = "interval"
    SAME_PART = "same_part"


class FigureError(ValueError):
    """An input that cannot be right: `code` says why."""

    def __init__(self, code: Fault, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code


def check_amount(amount: Decimal) -> None:
    """Refuse what is not a finite `Decimal` of at most 11 whole digits and 4 decimals.

    Raises:
        FigureError: `not_a_number` (NaN, infinity, a float) or `too_long`.
    """
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise FigureError(Fault.NOT_A_NUMBER, repr(amount))
    if not amount:
        return
    _, digits, exponent = amount.as_tuple()
    beyond = int(exponent) + STORED_PLACES
    # Written out, 1E+99999999 would fill the memory: look at the exponent first.
    if amount.adjusted() >= WHOLE_DIGITS or (beyond < 0 and any(digits[beyond:])):
        raise FigureError(Fault.TOO_LONG, f"more than {WHOLE_DIGITS} digits or 4 decimals")


@dataclass(frozen=True, slots=True)
class Figure:
    """One published measurement.

    Either `value`, or `numerator` and `denominator` (ratios only), never both. `as_of` is the
    effective day; for a figure per period, the last day of the period that starts on
    `period_start`.

    Raises:
        FigureError: see `Fault`.
    """

    as_of: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    period_start: date | None = None
    qualifier: Qualifier = Qualifier.EXACTLY

    def __post_init__(self) -> None:
        # A stored value is a plain string, which `is` would not recognise.
        object.__setattr__(self, "qualifier", Qualifier(self.qualifier))
        for amount in (self.value, self.numerator, self.denominator):
            if amount is not None:
                check_amount(amount)
        if self.denominator is not None and self.denominator <= 0:
            raise FigureError(Fault.DENOMINATOR, f"{self.denominator} is not above 0")
        parts = (self.numerator is not None, self.denominator is not None)
        if any(parts) and self.value is not None:
            raise FigureError(Fault.VALUE_AND_PARTS, "a value, or numerator and denominator")
        if self.value is None and not all(parts):
            raise FigureError(Fault.NO_VALUE, "a value, or numerator and denominator")
        if self.period_start is not None and self.period_start > self.as_of:
            raise FigureError(Fault.PERIOD_BACKWARDS, f"{self.period_start} to {self.as_of}")

    @property
    def amount(self) -> Fraction:
        """The value, or numerator ÷ denominator, exactly."""
        if self.value is not None:
            return exact(self.value)
        return self.part / (self.weight or 1)  # never 1: without a value there is a denominator

    @property
    def part(self) -> Fraction:
        """The numerator; 0 for a figure that has none."""
        return exact(self.numerator) if self.numerator is not None else Fraction(0)

    @property
    def weight(self) -> Fraction | None:
        """The denominator, by which ratios are pooled. None: a bare figure has no weight."""
        return exact(self.denominator) if self.denominator is not None else None


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A value promised for a day between the baseline date and the due date."""

    on: date
    value: Decimal

    def __post_init__(self) -> None:
        check_amount(self.value)


@dataclass(frozen=True, slots=True)
class Promise:
    """One announcement of a target (a published revision).

    `announced` and `due` are last days (`PreciseDate.last`). `value` is None only when the
    announcement abandons the target. `corrects` is the number of an earlier entry that was
    mistyped: that entry then no longer counts, and this one carries the day of the announcement
    it restates, not the day it was typed.

    Raises:
        FigureError: see `Fault`.
    """

    announced: date
    number: int
    value: Decimal | None
    sense: Sense
    due: date | None
    baseline: Decimal | None
    baseline_on: date | None
    waypoints: tuple[Waypoint, ...] = ()
    abandoned: bool = False
    corrects: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sense", Sense(self.sense))
        in_order = tuple(sorted(self.waypoints, key=lambda waypoint: waypoint.on))
        object.__setattr__(self, "waypoints", in_order)
        for amount in (self.value, self.baseline):
            if amount is not None:
                check_amount(amount)
        if self.corrects is not None and self.corrects >= self.number:
            raise FigureError(Fault.CORRECTS_LATER, f"{self.number} corrects {self.corrects}")
        if self.due and self.baseline_on and self.due < self.baseline_on:
            raise FigureError(Fault.DUE_BEFORE_BASELINE, f"{self.due} < {self.baseline_on}")
        if not self.abandoned:
            if self.value is None:
                raise FigureError(Fault.NO_TARGET, "only an abandoned promise has no value")
            if self.sense is Sense.AT_MOST and self.baseline is None:
                raise FigureError(Fault.AT_MOST_WITHOUT_BASELINE, "at most needs a baseline")
        self._check_waypoints()

    def _check_waypoints(self) -> None:
        days = [waypoint.on for waypoint in self.waypoints]
        if any(one == two for one, two in pairwise(days)):
            raise FigureError(Fault.WAYPOINTS_SAME_DATE, "two waypoints on one day")
        for day in days:
            early = self.baseline_on is not None and day <= self.baseline_on
            late = self.due is not None and day >= self.due
            if early or late:
                raise FigureError(Fault.WAYPOINT_OUTSIDE, f"{day} is not before the due date")

    @property
    def target(self) -> Fraction | None:
        """The promised value, exactly; None for an abandoned promise."""
        return None if self.abandoned or self.value is None else exact(self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a series is read: its measure, and how many months apart its figures should be.

    Raises:
        FigureError: `interval`, below one month.
    """

    measure: Measure
    interval_months: int = 12

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", Measure(self.measure))
        if self.interval_months < 1:
            raise FigureError(Fault.INTERVAL, f"{self.interval_months} months")

    def start_of(self, promise: Promise) -> Fraction | None:
        """The baseline; 0 for a total without one; None for a level or ratio without one."""
        if promise.baseline is not None:
            return exact(promise.baseline)
        return Fraction(0) if self.measure.is_total else None

    def check_promise(self, promise: Promise) -> None:
        """Raises: FigureError `at_most_total`: a total only grows, so "at most" is refused."""
        if promise.sense is Sense.AT_MOST and self.measure.is_total:
            raise FigureError(Fault.AT_MOST_TOTAL, "at most is for levels and ratios")

    def check_figures(self, figures: Iterable[Figure]) -> None:
        """Refuse figures of another measure, two of one day, and overlapping periods.

        Raises:
            FigureError: see `Fault`.
        """
        ordered = sorted(figures, key=lambda figure: figure.as_of)
        per_period = self.measure is Measure.PER_PERIOD
        for figure in ordered:
            if per_period and figure.period_start is None:
                raise FigureError(Fault.PERIOD_MISSING, f"as of {figure.as_of}")
            if not per_period and figure.period_start is not None:
                raise FigureError(Fault.PERIOD_UNEXPECTED, f"as of {figure.as_of}")
            if figure.weight is not None and self.measure is not Measure.RATIO:
                raise FigureError(Fault.PARTS_OUTSIDE_RATIO, f"as of {figure.as_of}")
        if overlaps(ordered):
            raise FigureError(Fault.PERIODS_OVERLAP, "a day would be counted twice")
        if any(one.as_of == two.as_of for one, two in pairwise(ordered)):
            raise FigureError(Fault.SAME_DATE, "one published figure a day")


def overlaps(figures: Iterable[Figure]) -> tuple[tuple[Figure, Figure], ...]:
    """Pairs of figures whose periods share a day, each pair in order of time.

    Figures without a period are left out. In order of their start, each period is compared
    with the one that reaches furthest before it: any overlap at all gives at least one pair.
    """
    periods = sorted(
        ((figure.period_start, figure.as_of, figure) for figure in figures if figure.period_start),
        key=lambda period: period[:2],
    )
    found: list[tuple[Figure, Figure]] = []
    furthest: Figure | None = None
    for start, end, figure in periods:
        if furthest is not None and start <= furthest.as_of:
            found.append((furthest, figure))
        if furthest is None or end > furthest.as_of:
            furthest = figure
    return tuple(found)
