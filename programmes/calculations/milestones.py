"""Where a milestone stands on a day, and how far it is behind its plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from programmes.calculations.choices import MilestoneState, Precision, StatementKind
from programmes.calculations.dates import PreciseDate, whole_months
from programmes.calculations.entries import (
    day_of_entry,
    first_entered,
    found_later,
    is_ended,
    places_in_order,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One published statement on a milestone.

    `announced` and `source` are last days; source None: of unknown date. `corrects` is the number
    of an earlier statement that was mistyped, and whose place in order it takes. Known from
    `published_at` until `ended_at`, when it was withdrawn; None: from the beginning, and still. The
    moments are in the zone whose midnight ends the site's day. aside: it ended because another source was kept.
    """

    kind: StatementKind
    number: int
    when: PreciseDate
    announced: date
    source: date | None = None
    corrects: int | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    aside: bool = False

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

    @property
    def told_day(self) -> date:
        """The day from which pages tell it: it was announced, or speaks, whichever is earlier."""
        return min(self.announced, self.first_day)


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
    one that was found later is left out. postponed: how often it was planned for a later day.
    overdue_since: the first day after its plan, where that has gone without word; where no plan
    stands, after the first one, which was withdrawn. overdue: how long ago, in months once there
    is one, else in days. overdue_plan: the statement of that plan.
    happened: the date it was reached, or was cancelled. after_original, after_plan: how long
    after these it was reached; None where it was not, or was in time, or had no dated plan.
    """

    state: MilestoneState
    original_plan: PreciseDate | None = None
    plan: PreciseDate | None = None
    postponed: int = 0
    overdue_since: date | None = None
    overdue: Delay | None = None
    overdue_plan: Statement | None = None
    happened: PreciseDate | None = None
    after_original: Delay | None = None
    after_plan: Delay | None = None

    @property
    def is_on_time(self) -> bool:
        """Whether it was reached within its last plan."""
        return self.after_plan is None and self._was_within(self.plan)

    @property
    def is_within_original(self) -> bool:
        """Whether it was reached within its first plan."""
        return self.after_original is None and self._was_within(self.original_plan)

    def _was_within(self, plan: PreciseDate | None) -> bool:
        if self.state is not MilestoneState.REACHED or plan is None or self.happened is None:
            return False
        return not _may_be_later(plan, self.happened)


def standing_statements(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Those that stand, in the order in which they were made.

    Raises:
        FigureError: `same_number`.
    """
    told = (place[0] for place in places_in_order(statements))
    return tuple(one for one in told if not is_ended(one))


def assess_milestone(statements: Iterable[Statement], on: date) -> MilestoneStanding:
    """Where a milestone stands on a day.

    Raises:
        FigureError: two statements of one number.
    """
    told = tuple(statements)
    reached = reached_by(told, on)
    if reached is not None:
        return _reached(reached, plans_of(told, reached.first_day))
    made = [one for one in standing_statements(told) if one.first_day <= on]
    plans = plans_of(told, on)
    planned = _planned(plans, on, is_announced=bool(made))
    made = [one for one in made if one.number not in plans.left_out] or made
    if not made or made[-1].kind is not StatementKind.CANCELLED:
        return planned
    return MilestoneStanding(
        MilestoneState.CANCELLED,
        planned.original_plan,
        planned.plan,
        planned.postponed,
        happened=made[-1].when,
    )


def reached_by(statements: Iterable[Statement], on: date) -> Statement | None:
    """What says that a milestone was reached by a day; None: nothing does.

    Of several that stand, the earliest day counts, whenever it was announced.

    Raises:
        FigureError: `same_number`.
    """
    told = [
        one
        for one in standing_statements(statements)
        if one.kind is StatementKind.REACHED and one.first_day <= on
    ]
    return min(told, key=lambda one: (one.first_day, one.number), default=None)


@dataclass(frozen=True, slots=True)
class Plans:
    """The dated plans of a milestone announced by a day.

    first: the first, whether or not it stands. dated: it, and the others that stand and count, in
    order. found_later: by number, the day of entry of each statement, whatever it says, that was
    entered later than one announced after it. left_out: of the plans among these, those after
    which something was announced that stands, or the first plan: they count only while nothing
    else stands.
    """

    first: Statement | None = None
    dated: tuple[Statement, ...] = ()
    found_later: Mapping[int, date] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()

    @property
    def present(self) -> Statement | None:
        """The last that stands."""
        return next((one for one in reversed(self.dated) if not is_ended(one)), None)

    @property
    def last(self) -> PreciseDate | None:
        """The last date that stands."""
        return self.present.when if self.present else None

    @property
    def original(self) -> PreciseDate | None:
        """The first date."""
        return self.first.when if self.first else None

    @property
    def postponed(self) -> int:
        """How often a date was put off."""
        return _postponed([one.when for one in self.dated])


def plans_of(statements: Iterable[Statement], until: date) -> Plans:
    """The dated plans announced by a day among all that was ever said of a milestone, in any order.

    The first is the earliest announced among those entered on the day of the first entry. It stays
    the first if it is withdrawn; others that were withdrawn are left out.

    Raises:
        FigureError: `same_number`.
    """
    places = places_in_order(statements)
    planned = [place for place in places if _is_dated_plan(place[0])]
    first = first_entered(planned)
    late = found_later(places, first.number if first else None)
    days = {place[0].number: day_of_entry(place) for place in places if place[0].number in late}
    if first is None:
        return Plans(found_later=days)
    told = [place[0] for place in places]
    standing = {one.number for one in told if not is_ended(one)}
    left_out = found_later(places, first.number, standing | {first.number})
    made = [
        one
        for one, *_ in planned
        if one.announced <= until and (one is first or one.number in standing)
    ]
    counted = [one for one in made if one.number not in left_out] if standing - left_out else made
    return Plans(
        first=first if first in made else None,
        dated=tuple(counted),
        found_later=days,
        left_out=frozenset(one.number for one, *_ in planned if one.number in left_out),
    )


def _is_dated_plan(one: Statement) -> bool:
    return one.kind is StatementKind.PLANNED and one.when.last is not None


def _postponed(plans: list[PreciseDate]) -> int:
    return sum(1 for one, two in pairwise(plans) if one.last and two.last and one.last < two.last)


def _planned(plans: Plans, on: date, *, is_announced: bool) -> MilestoneStanding:
    against = plans.present or plans.first
    last = against.when.last if against else None
    terms = plans.original, plans.last, plans.postponed
    if against is None or last is None or on <= last:
        if plans.last is not None:
            return MilestoneStanding(MilestoneState.PLANNED, *terms)
        state = MilestoneState.ANNOUNCED if is_announced else MilestoneState.NOT_ANNOUNCED
        return MilestoneStanding(state, *terms)
    months = whole_months(last, on)
    return MilestoneStanding(
        MilestoneState.OVERDUE,
        *terms,
        overdue_since=last + timedelta(1),
        overdue=Delay(months=months) if months else Delay(days=(on - last).days),
        overdue_plan=against,
    )


def _reached(reached: Statement, plans: Plans) -> MilestoneStanding:
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
        months = whole_months(plan.last, day)
        return Delay(months=months) if months else Delay(days=(day - plan.last).days)
    months = (day.year - plan.last.year) * 12 + day.month - plan.last.month
    return Delay(months=months) if months else None


def _may_be_later(plan: PreciseDate, happened: PreciseDate) -> bool:
    """Whether a span of several days, on one of which it happened, begins within the plan and ends after it."""
    first, last = happened.first, happened.last
    if happened.precision is not Precision.SPAN or not (plan.last and first and last):
        return False
    return first <= plan.last < last
