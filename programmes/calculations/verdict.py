"""Where a promise stands on a day, and whether it was kept.

The rules, in their order: `Status`. A promise is judged as it is now and as it was first made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from programmes.calculations.dates import add_months
from programmes.calculations.figures import Figure, Promise, Rule, Status
from programmes.calculations.pace import NO_PACE, Pace, pace
from programmes.calculations.progress import Current, meets, promise_history, promise_progress
from programmes.calculations.trajectory import expected_progress, expected_value

ON_TRACK = Fraction(90, 100)
BEHIND = Fraction(70, 100)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A promise on a day.

    current: the current value, its date and figure; None when no figure counts.
    decided_by: the value that settled the verdict; None without a verdict.
    stated: the value to print beside the status. It is `current`, unless that would contradict
        the verdict (a level that fell again after it was achieved): then it is `decided_by`.
    progress: of `stated`; a fraction, 1 at the target, unbounded.
    expected_value, expected_progress: on the date of `stated`, not on the day asked.

    With no recent data, progress, expectation and pace are None: nothing old may be printed as
    if it were current. They are None too where they do not exist (see each function).
    """

    status: Status
    promise: Promise | None = None
    original: Promise | None = None
    current: Current | None = None
    stated: Current | None = None
    decided_by: Current | None = None
    progress: Fraction | None = None
    expected_value: Fraction | None = None
    expected_progress: Fraction | None = None
    pace: Pace = NO_PACE
    against_original: "Assessment | None" = None

    @property
    def status_against_original(self) -> Status | None:
        """None where the original terms are the present ones."""
        return self.against_original.status if self.against_original else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a verdict needs of one value, whether of a series or of the sum of several.

    A value that rests on one series has one date. A sum is as old as its `oldest` part, and
    complete only when every part is in it.
    """

    oldest: date
    newest: date
    meets: bool
    complete: bool = True


def announced_by(promises: Iterable[Promise], on: date) -> tuple[Promise, ...]:
    """The announcements made by a day, first to last; entries corrected since are left out."""
    known = tuple(promises)
    struck = {promise.corrects for promise in known}
    standing = (one for one in known if one.announced <= on and one.number not in struck)
    return tuple(sorted(standing, key=lambda one: (one.announced, one.number)))


def present(promises: Iterable[Promise], on: date) -> Promise | None:
    """The latest announcement, then the highest number. None: nothing promised yet."""
    standing = announced_by(promises, on)
    return standing[-1] if standing else None


def original(promises: Iterable[Promise], on: date) -> Promise | None:
    """The earliest announcement, then the lowest number. None: nothing promised yet."""
    standing = announced_by(promises, on)
    return standing[0] if standing else None


def differ(one: Promise, other: Promise) -> bool:
    """Whether two announcements promise different things, their wording and dates aside."""
    return replace(one, announced=other.announced, number=other.number, corrects=None) != replace(
        other, corrects=None
    )


def assess(
    promises: Iterable[Promise], figures: Iterable[Figure], rule: Rule, on: date
) -> Assessment:
    """Where a target stands on a day: as promised now, and as first promised.

    Takes the published revisions and figures in any order, and leaves out what was announced,
    or is as of, later than `on`. An abandoned target keeps the value it had reached, counted
    from the baseline of its last promise.

    Raises:
        FigureError: the input contradicts itself (see `Fault`).
    """
    standing, reported = announced_by(promises, on), tuple(figures)
    if not standing:
        return Assessment(Status.NOT_YET_PROMISED)
    first, last = standing[0], standing[-1]
    counted_from = next((one for one in reversed(standing) if not one.abandoned), last)
    values = promise_history(counted_from, reported, rule, on)
    result = replace(assess_one(last, values, rule, on), original=first)
    if not differ(first, last):
        return result
    then = assess_one(first, promise_history(first, reported, rule, on), rule, on)
    return replace(result, against_original=replace(then, original=first))


def assess_one(promise: Promise, values: Sequence[Current], rule: Rule, on: date) -> Assessment:
    """One announcement, against the `promise_history` of its figures."""
    rule.check_promise(promise)
    current = values[-1] if values else None
    bare = Assessment(Status.NO_DATA, promise=promise, current=current, stated=current)
    target = promise.target
    if target is None:
        return replace(bare, status=Status.ABANDONED)
    if promise.baseline_on is not None and promise.baseline_on > on:
        return replace(bare, status=Status.NOT_STARTED)
    if current is None:
        return bare
    readings = [Reading(one.as_of, one.as_of, meets(one, target, promise.sense)) for one in values]
    decided = decide(readings, promise.due, rule, on)
    if decided is None and not recent(current.as_of, promise.due, rule, on):
        return replace(bare, status=Status.NO_RECENT_DATA)
    decider = values[decided[1]] if decided else None
    stated = current
    if decided and decider and (decided[0] is not Status.MISSED) != readings[-1].meets:
        stated = decider
    done = promise_progress(stated, promise, rule)
    expected = expected_progress(promise, rule, stated.as_of)
    return replace(
        bare,
        status=decided[0] if decided else standing_of(done, expected),
        stated=stated,
        decided_by=decider,
        progress=done,
        expected_value=expected_value(promise, rule, stated.as_of),
        expected_progress=expected,
        pace=pace(promise, values),
    )


def recent(as_of: date, due: date | None, rule: Rule, on: date) -> bool:
    """Whether a figure still says something about `on`.

    Not when two intervals have passed since, nor when the due date passed after it.
    """
    if add_months(as_of, 2 * rule.interval_months) < on:
        return False
    return due is None or not as_of < due < on


def standing_of(done: Fraction | None, expected: Fraction | None) -> Status:
    """On track from 0.90 of the expected progress, behind from 0.70, else far behind.

    Compared as products of exact fractions. Where no progress, or a negative one, is expected:
    on track if at least that, else behind. Under way when there is nothing to compare.
    """
    if done is None or expected is None:
        return Status.UNDER_WAY
    if expected <= 0:
        return Status.ON_TRACK if done >= expected else Status.BEHIND
    if done >= ON_TRACK * expected:
        return Status.ON_TRACK
    return Status.BEHIND if done >= BEHIND * expected else Status.FAR_BEHIND


def decide(
    readings: Sequence[Reading], due: date | None, rule: Rule, on: date
) -> tuple[Status, int] | None:
    """The verdict and the index of the reading that settled it; None while it is open.

    Takes at least one reading, oldest first, none later than `on`.
    """
    if rule.measure.is_total:
        return _decide_total(readings, due, rule, on)
    return _decide_level(readings, due, rule, on)


def _decide_total(
    readings: Sequence[Reading], due: date | None, rule: Rule, on: date
) -> tuple[Status, int] | None:
    """A total is achieved once it meets the target, and stays so whatever follows.

    In time: as of the due date or earlier, or by the first reading after it within one
    interval. Without a due date every moment is in time.
    """
    missed: int | None = None
    for index, reading in enumerate(readings):
        if reading.meets:
            in_time = due is None or (
                missed is None and reading.newest <= add_months(due, rule.interval_months)
            )
            return (Status.ACHIEVED if in_time else Status.ACHIEVED_LATE), index
        if due is not None and missed is None and reading.complete and reading.oldest >= due:
            missed = index
    if missed is not None and due is not None and on > due:
        return Status.MISSED, missed
    return None


def _decide_level(
    readings: Sequence[Reading], due: date | None, rule: Rule, on: date
) -> tuple[Status, int] | None:
    """Until the due date a level is achieved while its last, recent figure meets the target.

    Afterwards the first reading as of the due date or later decides once and for all.
    """
    if due is None or on <= due:
        last = readings[-1]
        if last.meets and recent(last.oldest, due, rule, on):
            return Status.ACHIEVED, len(readings) - 1
        return None
    for index, reading in enumerate(readings):
        if reading.oldest >= due and (reading.meets or reading.complete):
            if not reading.meets:
                return Status.MISSED, index
            in_time = reading.newest <= add_months(due, rule.interval_months)
            return (Status.ACHIEVED if in_time else Status.ACHIEVED_LATE), index
    return None
