"""Where a milestone stands on a day, and how far it is behind its plans."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from programmes.calculations.choices import MilestoneState, Precision, StatementKind
from programmes.calculations.dates import PreciseDate
from programmes.calculations.faults import Fault, FigureError


@dataclass(frozen=True, slots=True)
class Statement:
    """One published statement on a milestone.

    `announced` and `source` are last days; source None: of unknown date. `corrects` is the number
    of an earlier statement that was mistyped. Known from `published_at` until `ended_at`, when it
    was withdrawn; None: from the beginning, and still. `entered`: the day on which it was first published, or the
    entry whose place it takes; None: from the beginning.
    """

    kind: StatementKind
    number: int
    when: PreciseDate
    announced: date
    source: date | None = None
    corrects: int | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    entered: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", StatementKind(self.kind))

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn until now."""
        return self.ended_at is None

    @property
    def first_day(self) -> date:
        """The day from which it speaks: a plan from its announcement, what happened from its own day.

        That is the earliest of its last day and its source's, whenever it was announced; of what
        happened on an unknown day, the earliest of the source's and the announcement's.
        """
        if self.kind is StatementKind.PLANNED:
            return self.announced
        days = [one for one in (self.when.last, self.source) if one is not None]
        return min(days) if self.when.last else min([*days, self.announced])


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later than planned: in days where both are days, else in calendar months."""

    days: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """Where a milestone stands on a day.

    original_plan, plan: the first date it was planned for, whether or not that was withdrawn
    since, and the last one that stands; a later plan without a date leaves the earlier one, and
    one that was found later is never the first. postponed: how often it was planned for a later day.
    overdue_since: the first day after its plan, where that has gone without word. overdue: how
    long ago, in months once there is one, else in days.
    happened: the date it was reached, or was cancelled. after_original, after_plan: how long
    after these it was reached; None where it was not, or was in time, or had no dated plan.
    """

    state: MilestoneState
    original_plan: PreciseDate | None = None
    plan: PreciseDate | None = None
    postponed: int = 0
    overdue_since: date | None = None
    overdue: Delay | None = None
    happened: PreciseDate | None = None
    after_original: Delay | None = None
    after_plan: Delay | None = None

    @property
    def is_on_time(self) -> bool:
        """Whether it was reached within its last plan."""
        if self.state is not MilestoneState.REACHED or self.plan is None or self.happened is None:
            return False
        return self.after_plan is None and not _may_be_later(self.plan, self.happened)


def known_statements(
    statements: Iterable[Statement], known: datetime | None = None
) -> tuple[Statement, ...]:
    """Those that stood at a moment (None: now), in the order in which they were made.

    Raises:
        FigureError: `same_number`.
    """
    return tuple(one for one in _told(statements, known) if _stands(one, known))


def _stands(one: Statement, known: datetime | None) -> bool:
    return one.ended_at is None or (known is not None and known < one.ended_at)


def _told(statements: Iterable[Statement], known: datetime | None) -> list[Statement]:
    """Those that had been made by a moment, withdrawn or not; without those that were mistyped."""
    published = [
        one
        for one in statements
        if known is None or one.published_at is None or one.published_at <= known
    ]
    if len({one.number for one in published}) < len(published):
        raise FigureError(Fault.SAME_NUMBER, "two statements of one number")
    corrected = {one.corrects for one in published}
    told = [one for one in published if one.number not in corrected]
    return sorted(told, key=lambda one: (one.announced, one.number))


def assess_milestone(
    statements: Iterable[Statement], on: date, known: datetime | None = None
) -> MilestoneStanding:
    """Where a milestone stands on a day, as known at a moment (None: now).

    Raises:
        FigureError: two statements of one number.
    """
    told = _told(statements, known)
    made = [one for one in told if _stands(one, known) and one.first_day <= on]
    if not made:
        return MilestoneStanding(MilestoneState.NOT_ANNOUNCED)
    reached = [one for one in made if one.kind is StatementKind.REACHED]
    if reached:
        first = min(reached, key=lambda one: (one.first_day, one.number))
        return _reached(first, _Plans.of(told, first.first_day, known))
    plans = _Plans.of(told, on, known)
    planned = _planned(plans, on)
    if made[-1].kind is not StatementKind.CANCELLED:
        return planned
    return MilestoneStanding(
        MilestoneState.CANCELLED,
        planned.original_plan,
        planned.plan,
        planned.postponed,
        happened=made[-1].when,
    )


@dataclass(frozen=True, slots=True)
class _Plans:
    """The dates a milestone was planned for by a day: the first, the last that stands, how often it was put off."""

    original: PreciseDate | None
    last: PreciseDate | None
    postponed: int

    @classmethod
    def of(cls, told: Iterable[Statement], until: date, known: datetime | None) -> "_Plans":
        _later, plans = split_plans([one for one in told if one.announced <= until], known)
        standing = [one.when for one in plans if _stands(one, known)]
        return cls(
            original=plans[0].when if plans else None,
            last=standing[-1] if standing else None,
            postponed=_postponed([one.when for one in plans]),
        )


def split_plans(
    made: Iterable[Statement], known: datetime | None = None
) -> tuple[list[Statement], list[Statement]]:
    """The dated plans among statements in the order in which they were made: those found later, and from the first on.

    The first is the earliest announced among those entered on the day of the first entry: one announced before it
    that was entered afterwards was found later. It stays the first if it is withdrawn (by a moment; None: now);
    others that were withdrawn are left out.
    """
    plans = [one for one in made if one.kind is StatementKind.PLANNED and one.when.last]
    if not plans:
        return [], []
    entered = [one.entered or date.min for one in plans]
    at = entered.index(min(entered))
    later, others = (
        [one for one in some if _stands(one, known)] for some in (plans[:at], plans[at + 1 :])
    )
    return later, [plans[at], *others]


def _postponed(plans: list[PreciseDate]) -> int:
    return sum(1 for one, two in pairwise(plans) if one.last and two.last and one.last < two.last)


def _planned(plans: _Plans, on: date) -> MilestoneStanding:
    plan = plans.last
    if plan is None:
        return MilestoneStanding(MilestoneState.ANNOUNCED, plans.original)
    last = plan.last
    if last is None or on <= last:
        return MilestoneStanding(MilestoneState.PLANNED, plans.original, plan, plans.postponed)
    months = _whole_months(last, on)
    return MilestoneStanding(
        MilestoneState.OVERDUE,
        plans.original,
        plan,
        plans.postponed,
        overdue_since=last + timedelta(1),
        overdue=Delay(months=months) if months else Delay(days=(on - last).days),
    )


def _reached(reached: Statement, plans: _Plans) -> MilestoneStanding:
    return MilestoneStanding(
        MilestoneState.REACHED,
        plans.original,
        plans.last,
        plans.postponed,
        happened=reached.when,
        after_original=_delay(plans.original, reached) if plans.original else None,
        after_plan=_delay(plans.last, reached) if plans.last else None,
    )


def _delay(plan: PreciseDate, reached: Statement) -> Delay | None:
    """How long after a plan it was reached; None: within it, in the same month, or perhaps within it."""
    day = reached.first_day
    if plan.last is None or day <= plan.last or _may_be_later(plan, reached.when):
        return None
    if plan.precision is Precision.DAY and reached.when.precision is Precision.DAY:
        return Delay(days=(day - plan.last).days)
    if reached.when.precision is Precision.DAY:
        # as it was overdue the day before
        months = _whole_months(plan.last, day)
        return Delay(months=months) if months else Delay(days=(day - plan.last).days)
    months = (day.year - plan.last.year) * 12 + day.month - plan.last.month
    return Delay(months=months) if months else None


def _may_be_later(plan: PreciseDate, happened: PreciseDate) -> bool:
    """Whether a span of several days, on one of which it happened, begins within the plan and ends after it."""
    first, last = happened.first, happened.last
    if happened.precision is not Precision.SPAN or not (plan.last and first and last):
        return False
    return first <= plan.last < last


def _whole_months(first: date, last: date) -> int:
    """The calendar months that have wholly passed between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    next_day = first + timedelta(1)
    if next_day.day == 1:  # from the end of a month to the end of another
        return months if (last + timedelta(1)).day == 1 else months - 1
    return months if last.day >= first.day else months - 1
