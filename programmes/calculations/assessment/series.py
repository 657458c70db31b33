"""What a promise is measured from: the figures of its own series, or those of its parts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from programmes.calculations.assessment.start import Start
from programmes.calculations.choices import Measure, Qualifier
from programmes.calculations.faults import Fault, FigureError
from programmes.calculations.figures import Figure, Rule, known_figures
from programmes.calculations.values import (
    Coverage,
    PartReport,
    Value,
    figure_value,
    period_counts,
    period_values,
)


@dataclass(frozen=True, slots=True)
class PartSeries:
    """One part series of a sum: its key (a name or code) and its figures."""

    key: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class CountedValues:
    """What counts for a promise, oldest first, and what was reported before it.

    at_start: the value as of the start or earlier; before: the last one as of an earlier day.
    """

    values: Sequence[Value]
    at_start: Value | None
    before: Value | None


class SeriesValues(Protocol):
    """A series that is read for the promises made on it."""

    def counted(self, start: Start, baseline: Fraction) -> CountedValues:
        """What counts from a start. baseline: what figures per period are added to."""


class OwnSeries:
    """A series with figures of its own, as known at a moment (None: now).

    Raises:
        FigureError: the figures contradict each other or the measure (`Rule.check_figures`).
    """

    def __init__(
        self, figures: Iterable[Figure], rule: Rule, known: datetime | None = None
    ) -> None:
        self.rule, self.figures = rule, known_figures(figures, known)
        rule.check_figures(self.figures)
        self.values = [figure_value(one) for one in self.figures]

    def counted(self, start: Start, baseline: Fraction) -> CountedValues:
        found = cut_at_start(self.values, start.first)
        if self.rule.measure is not Measure.PER_PERIOD:
            return found
        earlier = [
            figure_value(one)
            for one in self.figures
            if one.as_of <= start.first and not period_counts(one, start.first, start.is_stated)
        ]
        values = period_values(self.figures, self.rule, start.first, start.is_stated, baseline)
        return CountedValues(values, None, earlier[-1] if earlier else None)


def cut_at_start(values: Sequence[Value], start: date) -> CountedValues:
    """Values, oldest first, cut at the day from which they count."""
    days = [one.as_of for one in values]
    first, after = bisect_left(days, start), bisect_right(days, start)
    return CountedValues(
        values[first:],
        values[after - 1] if after else None,
        values[first - 1] if first else None,
    )


class SumSeries:
    """A series that is the sum of its parts, as known at a moment (None: now).

    Of levels and running totals the latest figure of each part counts, of whatever date; ratios
    are pooled, Σ numerators ÷ Σ denominators; figures per period are summed from the start.

    Raises:
        FigureError: `same_part`; the figures contradict each other or the measure.
    """

    def __init__(
        self, parts: Iterable[PartSeries], rule: Rule, known: datetime | None = None
    ) -> None:
        self.rule = rule
        self.parts = [(one.key, OwnSeries(one.figures, rule, known)) for one in parts]
        if len({key for key, _series in self.parts}) < len(self.parts):
            raise FigureError(Fault.SAME_PART, "a part would be counted twice")
        # Pooled once for every promise; figures per period depend on the start of each.
        self.pooled = (
            None
            if rule.measure is Measure.PER_PERIOD
            else pooled([(key, series.values) for key, series in self.parts], rule, Fraction(0))
        )

    def counted(self, start: Start, baseline: Fraction) -> CountedValues:
        if self.pooled is not None:
            return cut_at_start(self.pooled, start.first)
        zero, parts, before = Fraction(0), list[tuple[str, Sequence[Value]]](), None
        for key, series in self.parts:
            found = series.counted(start, zero)
            parts.append((key, [_named(one, key) for one in found.values]))
            if found.before and (before is None or before.as_of < found.before.as_of):
                before = found.before
        return CountedValues(pooled(parts, self.rule, baseline), None, before)


def _named(value: Value, part: str) -> Value:
    if not value.missing:
        return value
    return replace(value, missing=tuple(replace(one, part=part) for one in value.missing))


def pooled(
    parts: Sequence[tuple[str, Sequence[Value]]], rule: Rule, baseline: Fraction
) -> list[Value]:
    """The value of a sum on every day on which a part reported, oldest first."""
    reports = sorted(
        (
            (value.as_of, place, value)
            for place, (_key, values) in enumerate(parts)
            for value in values
        ),
        key=lambda report: report[:2],
    )
    pool, found = _Pool([key for key, _values in parts], rule, baseline), list[Value]()
    for index, (day, place, value) in enumerate(reports):
        pool.put(place, value)
        if index + 1 == len(reports) or reports[index + 1][0] != day:
            state = pool.state(day)
            if state is not None:
                found.append(state)
    return found


class _Pool:
    """The latest value of each part, and their sum."""

    def __init__(self, keys: list[str], rule: Rule, baseline: Fraction) -> None:
        self.keys, self.rule = keys, rule
        self.is_ratio = rule.measure is Measure.RATIO
        self.most = len(keys) // 2 + 1
        self.latest: list[Value | None] = [None] * len(keys)
        self.reports: list[PartReport | None] = [None] * len(keys)
        self.unweighted: set[int] = set()
        self.sum, self.weight = baseline, Fraction(0)
        self.missing: tuple[str, ...] | None = None

    def put(self, place: int, value: Value) -> None:
        before = self.latest[place]
        if before is not None:
            self._add(before, -1)
        figure = value.figure
        is_bare = self.is_ratio and figure is not None and figure.weight is None
        if is_bare:
            self.unweighted.add(place)
        else:
            self.unweighted.discard(place)
        if is_bare != (before is None):
            self.missing = None
        self.latest[place] = None if is_bare else value
        self.reports[place] = (
            None
            if is_bare
            else PartReport(self.keys[place], value.as_of, self.rule.recent_until(value.as_of))
        )
        if not is_bare:
            self._add(value, 1)

    def _add(self, value: Value, sign: int) -> None:
        if self.is_ratio and value.figure is not None and value.figure.weight is not None:
            self.sum += sign * value.figure.part
            self.weight += sign * value.figure.weight
        else:
            self.sum += sign * value.amount

    def state(self, day: date) -> Value | None:
        """None where no part can be pooled."""
        reports = tuple(one for one in self.reports if one is not None)
        if not reports:
            return None
        if self.missing is None:
            self.missing = tuple(
                key for key, one in zip(self.keys, self.reports, strict=True) if one is None
            )
        days = sorted((one.as_of for one in reports), reverse=True)
        values = [one for one in self.latest if one is not None]
        return Value(
            amount=self.sum / self.weight if self.is_ratio else self.sum,
            as_of=day,
            oldest=days[-1],
            recent_from=days[self.most - 1] if len(days) >= self.most else None,
            qualifiers=_union(values),
            missing=tuple(gap for one in values for gap in one.missing),
            coverage=Coverage(
                reports,
                self.missing,
                tuple(self.keys[place] for place in sorted(self.unweighted)),
            ),
        )


def _union(values: Iterable[Value]) -> frozenset[Qualifier]:
    return frozenset(qualifier for one in values for qualifier in one.qualifiers)
