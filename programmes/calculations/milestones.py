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
    of an earlier statement that was mistyped. Known from `published_at` until `ended_at`; None:
    from the beginning, and still. `entered`: the day on which it was first published, or the
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

    original_plan, plan: the first and the last date it was planned for; a later plan without a
    date leaves the earlier one, and one that was found later is never the
    first. postponed: how often it was planned for a later day.
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
    published = [
        one
        for one in statements
        if known is None or one.published_at is None or one.published_at <= known
    ]
    if len({one.number for one in published}) < len(published):
        raise FigureError(Fault.SAME_NUMBER, "two statements of one number")
    corrected = {one.corrects for one in published}
    standing = [
        one
        for one in published
        if one.number not in corrected
        and (one.ended_at is None or (known is not None and known < one.ended_at))
    ]
    return tuple(sorted(standing, key=lambda one: (one.announced, one.number)))


def assess_milestone(
    statements: Iterable[Statement], on: date, known: datetime | None = None
) -> MilestoneStanding:
    """Where a milestone stands on a day, as known at a moment (None: now).

    Raises:
        FigureError: two statements of one number.
    """
    made = [one for one in known_statements(statements, known) if one.first_day <= on]
    if not made:
        return MilestoneStanding(MilestoneState.NOT_ANNOUNCED)
    reached = [one for one in made if one.kind is StatementKind.REACHED]
    if reached:
        first = min(reached, key=lambda one: (one.first_day, one.number))
        return _reached(first, _plans(made, first.first_day))
    plans = _plans(made, on)
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


def _plans(made: Iterable[Statement], until: date) -> list[PreciseDate]:
    """The dates it was planned for by a day, in order; plans without a date, or found later, are left out."""
    made_by = [one for one in made if one.announced <= until]
    _later, plans = split_plans(made_by)
    return [one.when for one in plans]


def split_plans(made: Iterable[Statement]) -> tuple[list[Statement], list[Statement]]:
    """The dated plans among statements in the order in which they were made: those found later, and from the first on.

    The first is the earliest announced among those entered on the day of the first entry: one announced before it
    that was entered afterwards was found later.
    """
    plans = [one for one in made if one.kind is StatementKind.PLANNED and one.when.last]
    entered = [one.entered or date.min for one in plans]
    first = entered.index(min(entered)) if plans else 0
    return plans[:first], plans[first:]


def _postponed(plans: list[PreciseDate]) -> int:
    return sum(1 for one, two in pairwise(plans) if one.last and two.last and one.last < two.last)


def _planned(plans: list[PreciseDate], on: date) -> MilestoneStanding:
    if not plans:
        return MilestoneStanding(MilestoneState.ANNOUNCED)
    plan = plans[-1]
    last = plan.last
    if last is None or on <= last:
        return MilestoneStanding(MilestoneState.PLANNED, plans[0], plan, _postponed(plans))
    months = _whole_months(last, on)
    return MilestoneStanding(
        MilestoneState.OVERDUE,
        plans[0],
        plan,
        _postponed(plans),
        overdue_since=last + timedelta(1),
        overdue=Delay(months=months) if months else Delay(days=(on - last).days),
    )


def _reached(reached: Statement, plans: list[PreciseDate]) -> MilestoneStanding:
    return MilestoneStanding(
        MilestoneState.REACHED,
        plans[0] if plans else None,
        plans[-1] if plans else None,
        _postponed(plans),
        happened=reached.when,
        after_original=_delay(plans[0], reached) if plans else None,
        after_plan=_delay(plans[-1], reached) if plans else None,
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
