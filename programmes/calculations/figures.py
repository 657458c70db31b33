"""What goes into the calculations: figures, and the rule that reads them.

Amounts are `Decimal` in the unit of their series, at most 15 digits of which 4 decimals; ratios
are from 0 to 1 where they are shares. Impossible input is refused with a `FigureError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.amounts import exact
from programmes.calculations.choices import Measure, Qualifier
from programmes.calculations.dates import add_months
from programmes.calculations.faults import Fault, FigureError, check_amount


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported measurement that was published.

    Either `value`, or `numerator` and `denominator` (ratios only), never both. `as_of` is the
    effective day; for a figure per period, the last day of the period that starts on
    `period_start`. It was known from `published_at` until `ended_at` (corrected, set aside or
    withdrawn); None: from the beginning, and still.

    Raises:
        FigureError: see `Fault`.
    """

    as_of: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    period_start: date | None = None
    qualifier: Qualifier = Qualifier.EXACTLY
    published_at: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        # A stored value is a plain string, which `is` would not recognise.
        object.__setattr__(self, "qualifier", Qualifier(self.qualifier))
        for amount in (self.value, self.numerator, self.denominator):
            if amount is not None:
                check_amount(amount)
        if self.denominator is not None and self.denominator <= 0:
            raise FigureError(Fault.DENOMINATOR, f"{self.denominator} is not above 0")
        halves = (self.numerator is not None, self.denominator is not None)
        if any(halves) and self.value is not None:
            raise FigureError(Fault.VALUE_AND_PARTS, "a value, or numerator and denominator")
        if self.value is None and not all(halves):
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


def known_figures(figures: Iterable[Figure], known: datetime | None = None) -> tuple[Figure, ...]:
    """The figures that stood at a moment, oldest first; None: those that stand now."""
    found = [
        one
        for one in figures
        if (known is None or one.published_at is None or one.published_at <= known)
        and (one.ended_at is None or (known is not None and known < one.ended_at))
    ]
    return tuple(sorted(found, key=lambda one: one.as_of))


@dataclass(frozen=True, slots=True)
class Rule:
    """How a series is read.

    interval_months: how many months apart its figures should be. delay_days: how many days pass
    until a figure is usually available. decimals: those of the indicator, to which an expected
    value is cut (of a ratio, those of its percentage); None: not cut. counted: it is counted from
    milestones, so it has a figure every day.

    Raises:
        FigureError: `interval` below one month, `delay` below 0 days.
    """

    measure: Measure
    interval_months: int = 12
    delay_days: int = 0
    decimals: int | None = None
    counted: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", Measure(self.measure))
        if self.interval_months < 1:
            raise FigureError(Fault.INTERVAL, f"{self.interval_months} months")
        if self.delay_days < 0:
            raise FigureError(Fault.DELAY, f"{self.delay_days} days")

    @property
    def places(self) -> int | None:
        """The decimals of a stored value: two more for a ratio, which is printed as a percentage."""
        if self.decimals is None:
            return None
        return self.decimals + 2 if self.measure is Measure.RATIO else self.decimals

    def recent_until(self, as_of: date) -> date:
        """The last day on which a figure is recent: two intervals on, and the usual delay."""
        if self.counted:
            return date.max
        return self.later(add_months(as_of, 2 * self.interval_months))

    def later(self, day: date) -> date:
        """The day until which a figure of a day may be awaited."""
        room = (date.max - day).days
        return day + timedelta(min(self.delay_days, room))

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
        if per_period and overlaps(ordered):
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
