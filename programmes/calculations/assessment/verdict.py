"""Whether a promise was kept: which of its values decides it, and how."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from programmes.calculations.assessment.promises import Promise
from programmes.calculations.choices import Sense, Status
from programmes.calculations.dates import add_months
from programmes.calculations.figures import Rule
from programmes.calculations.values import Value


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a promise ended, and the value that settled it.

    as_last_measured: a level or ratio that met the target shortly before its due date, and was
    not measured since.
    """

    status: Status
    value: Value
    as_last_measured: bool = False


class VerdictRules:
    """The verdict on a promise by its values, oldest first, on any day.

    What is asked of all values is looked for once; a day then only tells how many are known.
    """

    def __init__(self, promise: Promise, target: Fraction, values: Sequence[Value], rule: Rule):
        self.promise, self.target, self.values, self.rule = promise, target, values, rule
        self.due, self.sense = promise.due, promise.sense
        self.is_sum = any(one.coverage is not None for one in values[:1])
        self.days = [one.as_of for one in values]
        self.meets = [one.meets(target, promise.sense) for one in values]
        # Where the values as of the due date or later begin.
        self.after = len(values) if self.due is None else bisect_left(self.days, self.due)

    def on(self, day: date) -> Verdict | None:
        """The verdict by the values as of a day or earlier; None while it is open."""
        known = bisect_right(self.days, day)
        if not known:
            return None
        if not self.rule.measure.is_total:
            return self._of_level(known, day)
        if self.sense is Sense.AT_MOST:
            return self._of_at_most_total(known)
        return self._of_total(known)

    def has_every_part(self, index: int) -> bool:
        """Whether every part of a value is as of the due date or later; of a series, itself."""
        value = self.values[index]
        covers = value.coverage is None or value.coverage.is_complete
        return self.due is not None and covers and value.oldest >= self.due

    def is_final(self, index: int) -> bool:
        """The same, with no period missing that could have met the target."""
        return self.has_every_part(index) and not self.values[index].missing

    def _first(self, where: Callable[[int], bool], start: int = 0) -> int:
        """The first value of which something is true; one past the last where there is none."""
        return next((at for at in range(start, len(self.values)) if where(at)), len(self.values))

    def _verdict(self, status: Status, index: int, as_last_measured: bool = False) -> Verdict:
        return Verdict(status, self.values[index], as_last_measured)

    # At-least totals

    @cached_property
    def _first_met(self) -> int:
        return self._first(lambda at: self.meets[at] and self.has_every_part(at), self.after)

    @cached_property
    def _first_unmet(self) -> int:
        return self._first(lambda at: self.is_final(at) and not self.meets[at], self.after)

    @cached_property
    def _met_after_unmet(self) -> int:
        return self._first(lambda at: self.meets[at] and self.has_every_part(at), self._first_unmet)

    def _of_total(self, known: int) -> Verdict | None:
        """Achieved by the latest value as of the due date; else the first after it decides."""
        by_due = known if self.due is None else min(known, bisect_right(self.days, self.due))
        if by_due and self.meets[by_due - 1]:
            return self._verdict(Status.ACHIEVED, by_due - 1)
        if self._first_met < min(known, self._first_unmet):
            return self._verdict(Status.ACHIEVED_DATE_NOT_SHOWN, self._first_met)
        if self._met_after_unmet < known:
            return self._verdict(Status.ACHIEVED_LATE, self._met_after_unmet)
        if self._first_unmet < known:
            return self._verdict(Status.MISSED, self._first_unmet)
        return None

    # At-most totals

    @cached_property
    def _first_above(self) -> int:
        return self._first(lambda at: self.values[at].amount > self.target)

    @cached_property
    def _first_final(self) -> int:
        return self._first(self.is_final, self.after)

    def _of_at_most_total(self, known: int) -> Verdict | None:
        """Missed from the first value above the target; achieved by the first after the due date."""
        final, above = self._first_final, self._first_above
        if final < min(known, above) and self.meets[final]:
            return self._verdict(Status.ACHIEVED, final)
        if above < known:
            return self._verdict(Status.MISSED, above)
        return None

    # Levels and ratios

    @cached_property
    def _needs_every_part(self) -> bool:
        """Whether a part that did not report can only hide that the target is not met."""
        return self.is_sum and (self.sense is Sense.AT_MOST or self.rule.measure.is_ratio)

    @cached_property
    def _deciding(self) -> int:
        """The first as of the due date or later; of a sum of some parts, only if it meets that day."""
        return self._first(
            lambda at: (
                self.has_every_part(at)
                or (self.meets[at] and self.days[at] == self.due and not self._needs_every_part)
            ),
            self.after,
        )

    def _of_level(self, known: int, day: date) -> Verdict | None:
        last = known - 1
        met = self.meets[last]
        if self.due is None or day <= self.due:
            if self._needs_every_part:
                whole = self.due is None and self.values[last].is_whole
                met = met and (whole or self.has_every_part(last))
            # a value as of the due date decides on that day already, whether the sum is recent or not
            decides = self.due is not None and self._deciding < known
            if met and (decides or is_recent(self.values[last], self.rule, day)):
                return self._verdict(Status.ACHIEVED, last)
            return None
        if self._deciding < known:
            if self.meets[self._deciding]:
                in_time = self.days[self._deciding] == self.due
                status = Status.ACHIEVED if in_time else Status.ACHIEVED_DATE_NOT_SHOWN
                return self._verdict(status, self._deciding)
            if met and self.has_every_part(last):
                return self._verdict(Status.ACHIEVED_LATE, last)
            return self._verdict(Status.MISSED, self._deciding)
        since = self.values[last].recent_from
        if not met or self._needs_every_part or since is None or known > self.after:
            return None
        if add_months(since, self.rule.interval_months) < self.due:
            return None
        return self._verdict(Status.ACHIEVED, last, as_last_measured=True)


def is_recent(value: Value, rule: Rule, on: date) -> bool:
    """Whether a value still says something about a day; of a sum, whether most of its parts do."""
    return value.recent_from is not None and on <= rule.recent_until(value.recent_from)
