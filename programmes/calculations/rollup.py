"""A target measured from its parts: a country's from its regions, a programme's from its centres.

Values are summed, ratios pooled as Σ numerators ÷ Σ denominators, over the parts that reported.
The result is dated by its oldest part and never goes without its coverage.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from programmes.calculations.amounts import to_decimal
from programmes.calculations.figures import (
    Fault,
    Figure,
    FigureError,
    Measure,
    Promise,
    Qualifier,
    Rule,
    Sense,
    Status,
)
from programmes.calculations.progress import (
    Current,
    combined,
    progress,
    promise_history,
    reaches,
)
from programmes.calculations.trajectory import expected_value
from programmes.calculations.verdict import (
    Reading,
    decide,
    differ,
    original,
    present,
    recent,
    standing_of,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its key (a name or code), its published revisions and figures."""

    key: str
    promises: tuple[Promise, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part brings: its promise, and its value."""

    key: str
    promise: Promise
    current: Current


@dataclass(frozen=True, slots=True)
class Pooled:
    """The parts taken together, as they stood when the last of them reported.

    as_of: the day of the oldest part. newest: the day of the latest.
    """

    value: Fraction
    as_of: date
    newest: date
    contributions: tuple[Contribution, ...]

    @property
    def shown(self) -> Decimal:
        """The value to at most four decimals."""
        return to_decimal(self.value)

    @property
    def qualifier(self) -> Qualifier:
        """The word that is true of the whole."""
        figures = (figure for one in self.contributions for figure in one.current.figures)
        return combined(figure.qualifier for figure in figures)


@dataclass(frozen=True, slots=True)
class RollUp:
    """A target measured from its parts, on a day.

    current, stated, decided_by: as in `Assessment`; None when no part reported.
    covered, total: n of m parts are in `current`. missing: the keys of the others, of which
        `unweighted` reported a bare ratio, which has no weight and is not pooled.
    abandoned: parts given up, which are counted nowhere.
    progress: of `stated` towards the whole. None while parts are missing and the whole starts
        from another value than 0: a part of the sum says nothing about it then.
    expected_value, reported_progress, expected_progress: what those parts that reported were
        expected to reach on their own dates, and both as shares of their own way from their
        baselines to their targets. The status compares these two.
    """

    status: Status
    promise: Promise | None = None
    original: Promise | None = None
    current: Pooled | None = None
    stated: Pooled | None = None
    decided_by: Pooled | None = None
    covered: int = 0
    total: int = 0
    missing: tuple[str, ...] = ()
    unweighted: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    progress: Fraction | None = None
    expected_value: Fraction | None = None
    reported_progress: Fraction | None = None
    expected_progress: Fraction | None = None
    against_original: "RollUp | None" = None

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.covered == self.total

    @property
    def status_against_original(self) -> Status | None:
        """None where the original terms of the whole are the present ones."""
        return self.against_original.status if self.against_original else None


Chosen = Callable[[Iterable[Promise], date], Promise | None]
Measured = tuple[str, Promise, tuple[Current, ...]]


def roll_up(promises: Iterable[Promise], parts: Iterable[Part], rule: Rule, on: date) -> RollUp:
    """Where a target stands on a day when it is measured from its parts.

    A part counts from its first announcement on, and no longer once abandoned. Against the
    original promise of the whole, each part is taken with its own original promise.

    Raises:
        FigureError: the input contradicts itself (see `Fault`).
    """
    announced, known = tuple(promises), tuple(parts)
    if len({part.key for part in known}) < len(known):
        raise FigureError(Fault.SAME_PART, "a part would be counted twice")
    first, last = original(announced, on), present(announced, on)
    if first is None or last is None:
        return RollUp(Status.NOT_YET_PROMISED)
    result = replace(_roll_up_one(last, known, present, rule, on), original=first)
    if not differ(first, last):
        return result
    then = _roll_up_one(first, known, original, rule, on)
    return replace(result, against_original=replace(then, original=first))


def difference(
    promises: Iterable[Promise], parts: Iterable[Part], rule: Rule, on: date
) -> Decimal | None:
    """Σ of the parts' present targets − the present target of the whole: 0 when they add up.

    None for ratios, whose targets do not add up; and where the whole, or every part, is not
    yet promised or abandoned.
    """
    whole = present(promises, on)
    target = whole.target if whole else None
    standing = (present(part.promises, on) for part in parts)
    targets = [one.target for one in standing if one is not None and one.target is not None]
    if rule.measure is Measure.RATIO or target is None or not targets:
        return None
    return to_decimal(sum(targets, Fraction(0)) - target)


def _roll_up_one(
    whole: Promise, parts: Sequence[Part], chosen: Chosen, rule: Rule, on: date
) -> RollUp:
    rule.check_promise(whole)
    terms = [(part, promise) for part in parts if (promise := chosen(part.promises, on))]
    measured = [
        (part.key, promise, _values(whole, promise, part.figures, rule, on))
        for part, promise in terms
        if not promise.abandoned
    ]
    states = _states(measured, rule)
    current = states[-1] if states else None
    reported = {one.key for one in current.contributions} if current else set()
    bare = RollUp(
        Status.NO_DATA,
        promise=whole,
        current=current,
        stated=current,
        covered=len(reported),
        total=len(measured),
        missing=tuple(key for key, _, _ in measured if key not in reported),
        unweighted=tuple(key for key, _, values in measured if values and key not in reported),
        abandoned=tuple(part.key for part, promise in terms if promise.abandoned),
    )
    if whole.target is None:
        return replace(bare, status=Status.ABANDONED)
    if whole.baseline_on is not None and whole.baseline_on > on:
        return replace(bare, status=Status.NOT_STARTED)
    return _judge(bare, whole, whole.target, states, rule, on)


def _values(
    whole: Promise, promise: Promise, figures: Iterable[Figure], rule: Rule, on: date
) -> tuple[Current, ...]:
    """The history of a part, less what is older than the baseline date of the whole."""
    rule.check_promise(promise)
    start = whole.baseline_on
    values = promise_history(promise, figures, rule, on)
    return tuple(one for one in values if start is None or one.as_of >= start)


def _states(measured: Sequence[Measured], rule: Rule) -> list[Pooled]:
    """The parts taken together at each day on which one of them reported, oldest first."""
    latest: dict[str, Contribution] = {}
    states = []
    reports = sorted(
        (Contribution(key, promise, one) for key, promise, values in measured for one in values),
        key=_day_reported,
    )
    for _, same_day in groupby(reports, key=_day_reported):
        latest.update({one.key: one for one in same_day})
        contributions = [
            one
            for one in latest.values()
            if rule.measure is not Measure.RATIO or one.current.figure.weight is not None
        ]
        if contributions:
            states.append(_pool(contributions, rule))
    return states


def _day_reported(contribution: Contribution) -> date:
    return contribution.current.as_of


def _pool(contributions: Sequence[Contribution], rule: Rule) -> Pooled:
    days = [one.current.as_of for one in contributions]
    return Pooled(
        value=_together(contributions, [one.current.value for one in contributions], rule),
        as_of=min(days),
        newest=max(days),
        contributions=tuple(sorted(contributions, key=lambda one: one.key)),
    )


def _together(
    contributions: Sequence[Contribution], amounts: Sequence[Fraction], rule: Rule
) -> Fraction:
    """Σ of the amounts; for a ratio, each weighted by the denominator of its part.

    The numerators and denominators are thereby summed apart: (n₁ + n₂) ÷ (d₁ + d₂).
    """
    if rule.measure is not Measure.RATIO:
        return sum(amounts, Fraction(0))
    weights = [one.current.figure.weight or Fraction(0) for one in contributions]
    return sum(
        (amount * weight for amount, weight in zip(amounts, weights, strict=True)), Fraction(0)
    ) / sum(weights)


def _meets(state: Pooled, target: Fraction, sense: Sense) -> bool:
    return reaches(state.value, target, sense) and all(
        figure.qualifier.may_meet(sense)
        for one in state.contributions
        for figure in one.current.figures
    )


def _judge(
    bare: RollUp, whole: Promise, target: Fraction, states: Sequence[Pooled], rule: Rule, on: date
) -> RollUp:
    """The status from "no data" on. Missed, at most, and ratios need every part for a verdict."""
    if bare.current is None:
        return bare
    needs_all = whole.sense is Sense.AT_MOST or rule.measure is Measure.RATIO
    readings = []
    for state in states:
        complete = len(state.contributions) == bare.total
        met = _meets(state, target, whole.sense) and (complete or not needs_all)
        readings.append(Reading(state.as_of, state.newest, met, complete))
    decided = decide(readings, whole.due, rule, on)
    if decided is None and not recent(bare.current.as_of, whole.due, rule, on):
        return replace(bare, status=Status.NO_RECENT_DATA)
    decider = states[decided[1]] if decided else None
    stated = bare.current
    if decided and decider and (decided[0] is not Status.MISSED) != readings[-1].meets:
        stated = decider
    expected, reported_share, expected_share = _expectation(stated, whole.sense, rule)
    status = standing_of(reported_share, expected_share) if whole.due else Status.UNDER_WAY
    return replace(
        bare,
        status=decided[0] if decided else status,
        stated=stated,
        decided_by=decider,
        progress=_progress(stated, bare.total, whole, target, rule),
        expected_value=expected,
        reported_progress=reported_share,
        expected_progress=expected_share,
    )


def _progress(
    state: Pooled, total: int, whole: Promise, target: Fraction, rule: Rule
) -> Fraction | None:
    start = rule.start_of(whole)
    complete = len(state.contributions) == total
    if start != 0 and not complete and rule.measure is not Measure.RATIO:
        return None
    met = _meets(state, target, whole.sense)
    return progress(state.value, start, target, whole.sense, met)


def _expectation(
    state: Pooled, sense: Sense, rule: Rule
) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Expected value, progress and expected progress of the parts that reported.

    All None when one of them expects nothing on its date, or is promised in the other sense.
    """
    expected, starts, targets = [], [], []
    for one in state.contributions:
        value = expected_value(one.promise, rule, one.current.as_of)
        start, target = rule.start_of(one.promise), one.promise.target
        if value is None or start is None or target is None or one.promise.sense is not sense:
            return None, None, None
        expected.append(value)
        starts.append(start)
        targets.append(target)
    together, start, target = (
        _together(state.contributions, amounts, rule) for amounts in (expected, starts, targets)
    )
    met = _meets(state, target, sense)
    return (
        together,
        progress(state.value, start, target, sense, met),
        progress(together, start, target, sense, met=True),
    )
