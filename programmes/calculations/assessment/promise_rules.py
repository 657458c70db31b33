"""How one announcement stands on any day.

The rules, in their order: `Status`. `docs/methodology.md` says them in plain words.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from programmes.calculations.assessment.announcements import AnnouncementHistory
from programmes.calculations.assessment.outcome import Outcome
from programmes.calculations.assessment.pace import NO_PACE, Pace, PaceRules
from programmes.calculations.assessment.progress import (
    compared,
    expected_value,
    progress,
    promised_line,
)
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.series import CountedValues, SeriesValues
from programmes.calculations.assessment.start import Start, baseline_of, start_of
from programmes.calculations.assessment.verdict import VerdictRules, is_recent
from programmes.calculations.choices import Qualifier, Sense, Status, UnderWay
from programmes.calculations.figures import Rule
from programmes.calculations.values import Value

# Progress, the value expected, and that as progress; each None where it does not exist.
Comparison = tuple[Fraction | None, Fraction | None, Fraction | None]
JUST_STARTED = Fraction(1, 10)
ZERO = Fraction(0)
NOTHING_COUNTED = Value(ZERO, date.min, date.min, date.min, frozenset((Qualifier.EXACTLY,)))
ON_THE_WAY = (Status.UNDER_WAY, Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND)


class PromiseRules:
    """One announcement with the values that count for it: its outcome on any day.

    counted_from: the announcement whose terms progress is counted from; another one than the
    announcement only where that abandons the target. set_on: the day since which its terms are promised.
    """

    def __init__(
        self,
        promise: Promise,
        counted_from: Promise,
        history: AnnouncementHistory,
        series: SeriesValues,
        rule: Rule,
        *,
        set_on: date,
    ) -> None:
        self.promise, self.rule = promise, rule
        self.withdrawn = promise.number in history.withdrawn
        self.set_on = set_on
        self.start = start_of(counted_from, history.original)
        self.announced_baseline = baseline_of(counted_from, rule.measure, None)
        counted = series.counted(self.start, self.announced_baseline.value or ZERO)
        if rule.counted:
            counted = _every_day(counted, self.start, promise.due)
        self.baseline = baseline_of(counted_from, rule.measure, counted.at_start)
        self.before, self.values = counted.before, counted.values
        self.days = [one.as_of for one in self.values]
        self.line = promised_line(promise, self.start, self.baseline, rule.measure)
        self.pace = PaceRules(promise, self.values)
        # Kept by the value: a long series is asked on many days.
        self._comparisons: dict[date, Comparison] = {}

    @cached_property
    def verdicts(self) -> VerdictRules | None:
        target = self.promise.target
        if target is None:
            return None
        return VerdictRules(self.promise, target, self.values, self.rule)

    def on(self, day: date) -> Outcome:
        """How the announcement stands on a day."""
        outcome = self._measured(day)
        status, reason = self._status(outcome, day)
        if status is outcome.status:
            return outcome
        if self._is_old(outcome, status, day):
            return replace(outcome, status=Status.NO_RECENT_DATA, when_measured=status)
        return replace(outcome, status=status, under_way=reason)

    def _status(self, outcome: Outcome, day: date) -> tuple[Status, UnderWay | None]:
        """The first that applies, recent data or not."""
        promise = self.promise
        if promise.abandoned:
            return Status.ABANDONED, None
        if self.start.is_stated and day < self.start.first:
            return Status.NOT_STARTED, None
        if outcome.verdict is not None:
            return outcome.verdict.status, None
        if promise.due is not None and promise.due < day:
            awaited = day <= self.rule.later(promise.due)
            return Status.RESULT_AWAITED if awaited else Status.DUE_DATE_PASSED, None
        if outcome.value is None:
            return Status.NO_DATA, None
        reason = self._not_compared(outcome, day)
        if reason is not None or outcome.progress is None or outcome.expected_progress is None:
            return Status.UNDER_WAY, reason
        return compared(outcome.progress, outcome.expected_progress), None

    def _is_old(self, outcome: Outcome, status: Status, day: date) -> bool:
        """Whether a status of a promise on its way rests on a value that is no longer recent."""
        if status not in ON_THE_WAY or outcome.value is None:
            return False
        return not is_recent(outcome.value, self.rule, day)

    def _measured(self, day: date) -> Outcome:
        """What is known of it on a day: value, verdict, progress, expectation and pace."""
        known, has_started = bisect_right(self.days, day), day >= self.start.first
        if not known:
            return Outcome(
                self.promise,
                Status.NO_DATA,
                self.withdrawn,
                self.start,
                self.baseline if has_started else self.announced_baseline,
                is_even=len(self.line) <= 2,
                before=self.before if has_started else None,
            )
        value = self.values[known - 1]
        verdict, stated = None, value
        if self.verdicts is not None:
            verdict = self.verdicts.on(day)
            if verdict is not None and self.verdicts.meets[known - 1] is (
                verdict.status is Status.MISSED
            ):
                stated = verdict.value
        done, expected, of_expected = self._compared(
            stated, day if self.rule.counted else stated.as_of
        )
        return Outcome(
            promise=self.promise,
            status=Status.NO_DATA,
            withdrawn=self.withdrawn,
            start=self.start,
            baseline=self.baseline,
            value=value,
            stated=stated,
            verdict=verdict,
            progress=done,
            expected_value=expected,
            expected_progress=of_expected,
            is_even=len(self.line) <= 2,
            # of a count it is another one every day: `pace_on`
            pace=NO_PACE
            if self.rule.counted
            else self.pace.at(known - 1, is_recent(value, self.rule, day)),
            before=self.before,
            outdated=value.coverage.outdated(day) if value.coverage else (),
        )

    def pace_on(self, day: date) -> Pace:
        """The paces of a count, which is known every day, as of a day."""
        known = bisect_right(self.days, day)
        return self.pace.of_count(known - 1, day) if known else NO_PACE

    def _compared(self, value: Value, day: date) -> Comparison:
        """Progress of a value; the value and the progress that were expected on a day."""
        if day not in self._comparisons or self.rule.counted:
            self._comparisons[day] = self._compare(value, day)
        return self._comparisons[day]

    def _compare(self, value: Value, day: date) -> Comparison:
        target, sense, start = self.promise.target, self.promise.sense, self.baseline.value
        if target is None or self._hides_a_part(value):
            return None, None, None
        done = progress(value.amount, start, target, sense, value.meets(target, sense))
        expected = expected_value(self.line, day, self.rule.places)
        if expected is None:
            return done, None, None
        return done, expected, progress(expected, start, target, sense, met=True)

    def _hides_a_part(self, value: Value) -> bool:
        """Whether a part that did not report can only make the sum look better than it is."""
        if value.coverage is None or value.coverage.is_complete:
            return False
        return self.promise.sense is Sense.AT_MOST or self.rule.measure.is_ratio

    def _not_compared(self, outcome: Outcome, day: date) -> UnderWay | None:
        if self.promise.due is None:
            return UnderWay.NO_DUE_DATE
        if outcome.value is not None and self._hides_a_part(outcome.value):
            return UnderWay.PARTS_MISSING
        if outcome.progress is None or outcome.expected_progress is None:
            return UnderWay.NO_EXPECTATION
        gone = outcome.time_gone(day)
        if gone is not None and gone < JUST_STARTED:
            return UnderWay.JUST_STARTED
        if (
            not self.rule.counted
            and outcome.value is not None
            and outcome.value.as_of < self.set_on
        ):
            return UnderWay.NO_FIGURE_SINCE
        return None

    def days_of_change(self) -> set[date]:
        """The days on which its outcome may change, time gone aside."""
        promise, rule = self.promise, self.rule
        found = {promise.announced, self.start.first}
        if promise.due is not None:
            found |= {_after(promise.due), _after(rule.later(promise.due))}
            if promise.due > self.start.last:
                tenth = -(-(promise.due - self.start.last).days // 10)
                found.add(self.start.last + timedelta(tenth))
        found.update(self.days)
        for value, replaced in zip(self.values, [*self.days[1:], date.max], strict=False):
            ends = [one.recent_until for one in value.coverage.reports] if value.coverage else []
            if value.recent_from is not None:
                ends.append(rule.recent_until(value.recent_from))
            found |= {_after(end) for end in ends if end < replaced}
        if rule.counted:
            found |= self._days_of_expectation()
        return found

    def _days_of_expectation(self) -> set[date]:
        """The days on which the expected value, cut to the decimals of its indicator, changes."""
        if not self.line:
            return set()
        first, last = self.line[0][0], self.line[-1][0]
        found, before = set[date](), None
        for count in range((last - first).days + 1):
            day = first + timedelta(count)
            expected = expected_value(self.line, day, self.rule.places)
            if expected != before:
                found.add(day)
            before = expected
        return found


def _after(day: date) -> date:
    return day + timedelta(day < date.max)


def _every_day(counted: CountedValues, start: Start, due: date | None) -> CountedValues:
    """The values of a count that is known every day: also on the day of its start, and when due."""
    values = list(counted.values)
    for day in (start.first, due):
        if day is None or day < start.first:
            continue
        at = bisect_right([one.as_of for one in values], day)
        before = values[at - 1] if at else counted.at_start or NOTHING_COUNTED
        if before.as_of < day:
            values.insert(at, replace(before, as_of=day, oldest=day, recent_from=day))
    return replace(counted, values=values)
