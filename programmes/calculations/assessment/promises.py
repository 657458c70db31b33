"""One announcement of a target, as the calculations take it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.amounts import exact
from programmes.calculations.choices import Qualifier, Sense
from programmes.calculations.faults import Fault, FigureError, check_amount

# A definition as it was given: languages and texts, in the order of the languages of the site.
Definition = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A value promised for a day between the start and the due date."""

    on: date
    value: Decimal

    def __post_init__(self) -> None:
        check_amount(self.value)


@dataclass(frozen=True, slots=True)
class Promise:
    """One announcement of a target (a published revision).

    `announced` and `due` are last days (`PreciseDate.last`); `announced_first` is the first
    possible day of the announcement, None where it is the same. `value` is None only when the
    announcement abandons the target. `corrects` is the number of an earlier entry that was
    mistyped: that entry then no longer counts, and this one carries the day of the announcement
    it restates, not the day it was typed.

    It was known from `published_at`; None: from the beginning. Since `ended_at` it no longer
    stands. The moments are in the zone whose midnight ends the site's day. What was corrected is
    no announcement any more; what ended otherwise (withdrawn, set aside) stays one.

    `definition` is what it was published with, by language; no translation that came later is in it.

    Raises:
        FigureError: see `Fault`.
    """

    announced: date
    number: int
    value: Decimal | None
    sense: Sense
    due: date | None
    baseline: Decimal | None
    baseline_on: date | None
    waypoints: tuple[Waypoint, ...] = ()
    abandoned: bool = False
    corrects: int | None = None
    qualifier: Qualifier = Qualifier.EXACTLY
    definition: Definition = ()
    announced_first: date | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sense", Sense(self.sense))
        object.__setattr__(self, "qualifier", Qualifier(self.qualifier))
        in_order = tuple(sorted(self.waypoints, key=lambda waypoint: waypoint.on))
        object.__setattr__(self, "waypoints", in_order)
        for amount in (self.value, self.baseline):
            if amount is not None:
                check_amount(amount)
        if self.announced_first is not None and self.announced_first > self.announced:
            raise FigureError(
                Fault.ANNOUNCED_BACKWARDS, f"{self.announced_first} > {self.announced}"
            )
        if self.corrects is not None and self.corrects >= self.number:
            raise FigureError(Fault.CORRECTS_LATER, f"{self.number} corrects {self.corrects}")
        if self.due and self.baseline_on and self.due < self.baseline_on:
            raise FigureError(Fault.DUE_BEFORE_BASELINE, f"{self.due} < {self.baseline_on}")
        if not self.abandoned:
            if self.value is None:
                raise FigureError(Fault.NO_TARGET, "only an abandoned promise has no value")
            if self.sense is Sense.AT_MOST and self.baseline is None:
                raise FigureError(Fault.AT_MOST_WITHOUT_BASELINE, "at most needs a baseline")
        self._check_waypoints()

    def _check_waypoints(self) -> None:
        days = [waypoint.on for waypoint in self.waypoints]
        if any(one == two for one, two in pairwise(days)):
            raise FigureError(Fault.WAYPOINTS_SAME_DATE, "two waypoints on one day")
        for day in days:
            early = self.baseline_on is not None and day <= self.baseline_on
            late = self.due is not None and day >= self.due
            if early or late:
                raise FigureError(Fault.WAYPOINT_OUTSIDE, f"{day} is not before the due date")

    @property
    def target(self) -> Fraction | None:
        """The promised value, exactly; None for an abandoned promise."""
        return None if self.abandoned or self.value is None else exact(self.value)

    @property
    def first_day(self) -> date:
        """The first day on which it may have been announced."""
        return self.announced_first or self.announced

    @property
    def terms(self) -> tuple[object, ...]:
        """What could be moved, but for the definition: value, sense, qualifier, due date, baseline, waypoints."""
        return (
            self.target,
            self.sense,
            self.qualifier,
            self.due,
            self.baseline,
            self.baseline_on,
            self.waypoints,
            self.abandoned,
        )


def differ(earlier: Promise, later: Promise) -> bool:
    """Whether two announcements promise different things, their wording and dates aside."""
    return earlier.terms != later.terms or redefines(earlier.definition, later.definition)


def redefines(earlier: Definition, later: Definition) -> bool:
    """Whether a definition says something else than an earlier one, in the first language of the earlier one."""
    return earlier[0] not in later if earlier else bool(later)
