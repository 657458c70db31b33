"""The values of a series as they stood at each of its figures, or at each figure of its parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from programmes.calculations.amounts import to_decimal
from programmes.calculations.choices import LOWER_BOUNDS, UPPER_BOUNDS, Qualifier, Sense
from programmes.calculations.dates import add_months
from programmes.calculations.figures import Figure, Rule


@dataclass(frozen=True, slots=True)
class MissingPeriod:
    """Days for which no figure was published, though later ones were. part: of which part of a sum."""

    first: date
    last: date
    part: str = ""


@dataclass(frozen=True, slots=True)
class PartReport:
    """The last figure of one part of a sum, and the last day on which it is recent."""

    part: str
    as_of: date
    recent_until: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which parts of a sum are in its value.

    reports: of the parts in it, in the order of the parts. missing: the others, of which
    `unweighted` reported a bare ratio, which has no weight and is not pooled.
    """

    reports: tuple[PartReport, ...]
    missing: tuple[str, ...]
    unweighted: tuple[str, ...]

    @property
    def covered(self) -> int:
        return len(self.reports)

    @property
    def total(self) -> int:
        return len(self.reports) + len(self.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing

    def outdated(self, on: date) -> tuple[str, ...]:
        """The parts in it whose last figure is no longer recent on a day."""
        return tuple(one.part for one in self.reports if one.recent_until < on)


@dataclass(frozen=True, slots=True)
class Value:
    """What a series shows as of a day.

    as_of: the day of its newest figure; oldest: of its oldest part, the same where it has none.
    recent_from: the day from which it is told whether it is recent: of a sum, the oldest day as
    of which most of the parts had reported; None where most never did. figure: the latest one;
    None for a sum. missing: periods not reported since the start. coverage: of a sum.
    """

    amount: Fraction
    as_of: date
    oldest: date
    recent_from: date | None
    qualifiers: frozenset[Qualifier]
    figure: Figure | None = None
    missing: tuple[MissingPeriod, ...] = ()
    coverage: Coverage | None = None

    @property
    def shown(self) -> Decimal:
        """The value to at most four decimals. Only a ratio can lose anything by it."""
        return to_decimal(self.amount)

    @property
    def qualifier(self) -> Qualifier:
        """The word to print before the value; for a sum, the one that is true of the sum."""
        return combined(self.qualifiers)

    @property
    def is_whole(self) -> bool:
        """Whether every part is in it, and every period since the start."""
        return not self.missing and (self.coverage is None or self.coverage.is_complete)

    def meets(self, target: Fraction, sense: Sense) -> bool:
        """Whether it meets the target, which its qualifiers may forbid (`Qualifier`)."""
        return reaches(self.amount, target, sense) and all(
            qualifier.may_meet(sense) for qualifier in self.qualifiers
        )


def reaches(amount: Fraction, target: Fraction, sense: Sense) -> bool:
    """Whether a number is on the wanted side of the target, the target included."""
    return amount >= target if sense is Sense.AT_LEAST else amount <= target


def combined(qualifiers: Iterable[Qualifier]) -> Qualifier:
    """The qualifier of a sum: "more than" 5 and exactly 3 is "more than" 8.

    Bounds of both directions, or "about" beside a bound, leave "about".
    """
    inexact = set(qualifiers) - {Qualifier.EXACTLY}
    if not inexact:
        return Qualifier.EXACTLY
    if len(inexact) == 1:
        return inexact.pop()
    if inexact <= LOWER_BOUNDS:
        return Qualifier.MORE_THAN
    if inexact <= UPPER_BOUNDS:
        return Qualifier.LESS_THAN
    return Qualifier.ABOUT


def figure_value(figure: Figure) -> Value:
    """A figure alone."""
    return Value(
        figure.amount,
        figure.as_of,
        figure.as_of,
        figure.as_of,
        frozenset((figure.qualifier,)),
        figure,
    )


def period_values(
    figures: Iterable[Figure], rule: Rule, start: date, is_stated: bool, baseline: Fraction
) -> list[Value]:
    """The baseline plus the sum so far, at each of the figures per period that count, oldest first.

    A period counts that begins on the start or later; where the start is not a stated baseline
    date, also the one that contains it.
    """
    total, qualifiers, missing = baseline, frozenset[Qualifier](), tuple[MissingPeriod, ...]()
    found, awaited = list[Value](), start
    for one in figures:
        if not period_counts(one, start, is_stated) or one.period_start is None:
            continue
        if _is_missing(awaited, one.period_start, rule):
            missing = (*missing, MissingPeriod(awaited, one.period_start - timedelta(1)))
        total += one.amount
        qualifiers |= {one.qualifier}
        awaited = one.as_of + timedelta(one.as_of < date.max)
        found.append(Value(total, one.as_of, one.as_of, one.as_of, qualifiers, one, missing))
    return found


def period_counts(figure: Figure, start: date, is_stated: bool) -> bool:
    """Whether a figure per period belongs to a promise that starts on a day."""
    if figure.period_start is None:
        return False
    return figure.period_start >= start or (not is_stated and figure.as_of >= start)


def _is_missing(first: date, next_start: date, rule: Rule) -> bool:
    """Whether the days between two periods are at least half a reporting interval, by the calendar: of twelve months
    six, whichever they are; half of a single month is fifteen days."""
    whole, single = divmod(rule.interval_months, 2)
    return next_start - timedelta(15 * single) >= add_months(first, whole)
