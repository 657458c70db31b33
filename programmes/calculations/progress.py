"""The current value of a series, and how far it is from the baseline to the target."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from programmes.calculations.amounts import exact, to_decimal
from programmes.calculations.figures import Figure, Measure, Promise, Qualifier, Rule, Sense

_LOWER_BOUNDS = {Qualifier.MORE_THAN, Qualifier.AT_LEAST}
_UPPER_BOUNDS = {Qualifier.UP_TO, Qualifier.LESS_THAN}


@dataclass(frozen=True, slots=True)
class Current:
    """What a series shows on a day: the value, its date, and the figures it rests on.

    `figure` is the latest of `figures`; there are several only for figures per period, which
    are summed. `value` is exact; `shown` is what to display.
    """

    value: Fraction
    as_of: date
    figure: Figure
    figures: tuple[Figure, ...]

    @property
    def shown(self) -> Decimal:
        """The value to at most four decimals. Only a ratio can lose anything by it."""
        return to_decimal(self.value)

    @property
    def qualifier(self) -> Qualifier:
        """The word to print before the value; for a sum, the one that is true of the sum."""
        if len(self.figures) == 1:
            return self.figure.qualifier
        return combined(figure.qualifier for figure in self.figures)


def combined(qualifiers: Iterable[Qualifier]) -> Qualifier:
    """The qualifier of a sum: "more than" 5 and exactly 3 is "more than" 8.

    Bounds of both directions, or "about" beside a bound, leave "about".
    """
    inexact = set(qualifiers) - {Qualifier.EXACTLY}
    if not inexact:
        return Qualifier.EXACTLY
    if len(inexact) == 1:
        return inexact.pop()
    if inexact <= _LOWER_BOUNDS:
        return Qualifier.MORE_THAN
    if inexact <= _UPPER_BOUNDS:
        return Qualifier.LESS_THAN
    return Qualifier.ABOUT


def history(
    figures: Iterable[Figure],
    rule: Rule,
    on: date,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
) -> tuple[Current, ...]:
    """The current value as it stood at each figure as of `on` or earlier, oldest first.

    Figures before the baseline date do not count; for figures per period, those whose period
    starts on that date or earlier. Per period, the value is the baseline (or 0) plus the sum so
    far. Empty when no figure counts: nothing reported is not zero.

    Raises:
        FigureError: the figures contradict each other or the measure (`Rule.check_figures`).
    """
    counting = sorted(
        (figure for figure in figures if figure.as_of <= on and _counts(figure, baseline_on)),
        key=lambda figure: figure.as_of,
    )
    rule.check_figures(counting)
    if rule.measure is not Measure.PER_PERIOD:
        return tuple(Current(one.amount, one.as_of, one, (one,)) for one in counting)
    total = exact(baseline) if baseline is not None else Fraction(0)
    values = []
    for index, figure in enumerate(counting, start=1):
        total += figure.amount
        values.append(Current(total, figure.as_of, figure, tuple(counting[:index])))
    return tuple(values)


def _counts(figure: Figure, baseline_on: date | None) -> bool:
    if baseline_on is None:
        return True
    if figure.period_start is not None:
        return figure.period_start > baseline_on
    return figure.as_of >= baseline_on


def promise_history(
    promise: Promise, figures: Iterable[Figure], rule: Rule, on: date
) -> tuple[Current, ...]:
    """`history`, counted from the baseline of a promise."""
    return history(figures, rule, on, promise.baseline, promise.baseline_on)


def current_value(
    figures: Iterable[Figure],
    rule: Rule,
    on: date,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
) -> Current | None:
    """The last of `history`: the latest figure, or per period the sum. None: no figure counts."""
    values = history(figures, rule, on, baseline, baseline_on)
    return values[-1] if values else None


def reaches(value: Fraction, target: Fraction, sense: Sense) -> bool:
    """Whether the number is on the wanted side of the target, the target included."""
    return value >= target if sense is Sense.AT_LEAST else value <= target


def meets(current: Current, target: Fraction, sense: Sense) -> bool:
    """Whether the value meets the target, which its qualifiers may forbid (`Qualifier`)."""
    return reaches(current.value, target, sense) and all(
        figure.qualifier.may_meet(sense) for figure in current.figures
    )


def progress(
    value: Fraction, baseline: Fraction | None, target: Fraction, sense: Sense, met: bool
) -> Fraction | None:
    """(value − baseline) ÷ (target − baseline) in both senses, neither capped nor floored.

    Where the target was already met at the baseline there is no way to go, and progress is 1
    while the target is `met`, else 0. None without a baseline.
    """
    if baseline is None:
        return None
    if reaches(baseline, target, sense):
        return Fraction(int(met))
    return (value - baseline) / (target - baseline)


def promise_progress(current: Current | None, promise: Promise, rule: Rule) -> Fraction | None:
    """Progress of a value towards a promise. None: no value, no baseline, or abandoned."""
    target = promise.target
    if current is None or target is None:
        return None
    met = meets(current, target, promise.sense)
    return progress(current.value, rule.start_of(promise), target, promise.sense, met)
