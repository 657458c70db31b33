"""What is said of a target, and of each of its announcements, on a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from programmes.calculations.assessment.pace import NO_PACE, Pace
from programmes.calculations.assessment.progress import time_gone
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.slippage import Slippage
from programmes.calculations.assessment.start import Baseline, Start
from programmes.calculations.assessment.verdict import Verdict
from programmes.calculations.choices import Status, UnderWay
from programmes.calculations.values import Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one announcement stands on a day.

    withdrawn: it was taken back, and keeps its verdict. start, baseline: what it is counted from.
    value: the current one; None when nothing counts. verdict: what settled it; None while open.
    stated: the value to print beside the status. It is `value`, unless that would contradict the
        verdict (a level that fell again after it was achieved): then it is the one that settled it.
    progress, expected_value, expected_progress: of `stated`, on its own date; None where they do
        not exist. is_even: the expectation is even progress, which nobody promised.
    under_way: why nothing is compared, where the status is that. when_measured: how it stood by a
        value that is no longer recent. before: what was reported before the promise, which gives
        no status. outdated: the parts of a sum whose figures are no longer recent.
    """

    promise: Promise
    status: Status
    withdrawn: bool
    start: Start
    baseline: Baseline
    value: Value | None = None
    stated: Value | None = None
    verdict: Verdict | None = None
    progress: Fraction | None = None
    expected_value: Fraction | None = None
    expected_progress: Fraction | None = None
    is_even: bool = True
    pace: Pace = NO_PACE
    under_way: UnderWay | None = None
    when_measured: Status | None = None
    before: Value | None = None
    outdated: tuple[str, ...] = ()

    @property
    def met_when_announced(self) -> bool:
        """Whether the last figure before the promise met it already."""
        target = self.promise.target
        if self.before is None or target is None:
            return False
        return self.before.meets(target, self.promise.sense)

    def time_gone(self, on: date) -> Fraction | None:
        """The share of the time from start to due date that has gone on a day, 0 to 1."""
        return time_gone(self.promise, self.start, on)


@dataclass(frozen=True)
class Assessment:
    """Where a target stands on a day.

    announced: the numbers of the announcements made by then that count, first to last; a correction
    in the place of its entry, without what was found later. present: the outcome of the one in
    force; None where nothing stands.
    original: of the first. measured: of the present one, or of the last where all were withdrawn.
    of_each: works out the outcome of every announcement; a promise moved a hundred times is asked
    only where all of them are printed.
    """

    status: Status
    announced: tuple[int, ...] = ()
    present: Outcome | None = None
    original: Outcome | None = None
    measured: Outcome | None = None
    slippage: Slippage | None = None
    of_each: Callable[[], tuple[Outcome, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every announcement made by then, first to last."""
        return self.of_each()

    @property
    def against_original(self) -> Outcome | None:
        """The original's outcome, where another announcement is the present one."""
        if self.original is None or self.present is None:
            return self.original
        return None if self.original.promise is self.present.promise else self.original
