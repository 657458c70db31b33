"""Where a target stands on a day: each of its announcements, the present and the original one."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from programmes.calculations.assessment.announcements import (
    AnnouncementHistory,
    announcement_history,
)
from programmes.calculations.assessment.outcome import Assessment
from programmes.calculations.assessment.promise_rules import PromiseRules
from programmes.calculations.assessment.promises import Promise
from programmes.calculations.assessment.series import OwnSeries, PartSeries, SeriesValues, SumSeries
from programmes.calculations.assessment.slippage import Slippage, slippage
from programmes.calculations.choices import Status
from programmes.calculations.figures import Figure, Rule

# Of the rules by which a target is judged: one more with every change after which something else is said of the same
# rows. `manage.py restate_all` then writes it down.
RULE_VERSION = 6


class TargetHistory:
    """A target with its announcements and its series, as known at a moment: read once, asked often."""

    def __init__(self, history: AnnouncementHistory, series: SeriesValues, rule: Rule) -> None:
        self.history, self.series, self.rule = history, series, rule
        self._days = [one.announced for one in history.announcements]
        self._days_in_order = sorted(self._days)
        # Worked out where asked: a promise moved a hundred times is judged by two of them a day.
        self._rules: dict[int, PromiseRules] = {}
        self._made: dict[int, tuple[int, ...]] = {}
        self._slippages: dict[tuple[int, ...], Slippage | None] = {}

    def _rules_of(self, at: int) -> PromiseRules:
        """The rules of the announcement of a place."""
        if at not in self._rules:
            announcements = self.history.announcements
            promise = announcements[at]
            counted_from = promise
            if promise.abandoned:
                before = (
                    one
                    for one in reversed(announcements[:at])
                    if not one.abandoned and one.number not in self.history.left_out
                )
                counted_from = next(before, promise)
            self._rules[at] = PromiseRules(
                promise,
                counted_from,
                self.history,
                self.series,
                self.rule,
                set_on=self.history.set_on(at),
            )
        return self._rules[at]

    def rules_of(self, promise: Promise) -> PromiseRules:
        """The rules of one of the announcements."""
        return self._rules_of(self.history.announcements.index(promise))

    @cached_property
    def _standing(self) -> list[int]:
        """The places of the announcements that were not taken back, and count."""
        gone = self.history.withdrawn | self.history.left_out
        return [at for at, one in enumerate(self.history.announcements) if one.number not in gone]

    @cached_property
    def _original(self) -> int | None:
        original = self.history.original
        found = (at for at, one in enumerate(self.history.announcements) if one is original)
        return next(found, None)

    def _made_by(self, day: date) -> tuple[int, ...]:
        """The places of the announcements made by a day: not the first ones where a correction dates one later."""
        count = bisect_right(self._days_in_order, day)
        if count not in self._made:
            self._made[count] = tuple(at for at, one in enumerate(self._days) if one <= day)
        return self._made[count]

    def on(self, day: date) -> Assessment:
        """Where the target stands on a day."""
        made = self._made_by(day)
        if not made:
            return Assessment(Status.NOT_YET_PROMISED)
        announcements = self.history.announcements
        counted = self._counted(made)
        in_force = (at for at in reversed(counted) if self._stands(at))
        at_present = next(in_force, None)
        present = None if at_present is None else self._rules_of(at_present).on(day)
        original = self._original
        return Assessment(
            status=present.status if present else Status.WITHDRAWN,
            announced=tuple(announcements[at].number for at in counted),
            present=present,
            original=None
            if original is None or original not in made
            else self._rules_of(original).on(day),
            measured=present or self._rules_of(counted[-1]).on(day),
            slippage=self._slippage(counted),
            of_each=lambda: tuple(self._rules_of(at).on(day) for at in made),
        )

    def _stands(self, at: int) -> bool:
        return self.history.announcements[at].number not in self.history.withdrawn

    def _counted(self, made: tuple[int, ...]) -> tuple[int, ...]:
        """Of these places those that count: what was found later counts only while nothing else stands."""
        left_out = self.history.left_out
        if not left_out:
            return made
        counted = tuple(at for at in made if self.history.announcements[at].number not in left_out)
        return counted if any(map(self._stands, counted)) else made

    def _slippage(self, made: tuple[int, ...]) -> Slippage | None:
        """Of the announcements of these places."""
        if made not in self._slippages:
            original, withdrawn = self.history.original, self.history.withdrawn
            announced = (self.history.announcements[at] for at in made)
            counted = [one for one in announced if one is original or one.number not in withdrawn]
            self._slippages[made] = slippage(counted, original)
        return self._slippages[made]

    def days_of_change(self) -> list[date]:
        """The days on which where it stands may change, in order.

        Of the original all; of every other announcement those until the next one that stands.
        """
        found = set(self._days)
        for at, first in enumerate(self._days):
            following = bisect_right(self._standing, at)
            last = (
                self._days[self._standing[following]]
                if following < len(self._standing)
                else date.max
            )
            days = self._rules_of(at).days_of_change()
            found.update(days if at == self._original else (d for d in days if first <= d <= last))
        return sorted(found)


def assess(
    promises: Iterable[Promise],
    figures: Iterable[Figure],
    rule: Rule,
    on: date,
    known: datetime | None = None,
    original: int | None = None,
) -> Assessment:
    """Where a target stands on a day, as known at a moment (None: now), by figures of its own.

    Takes what was ever published, in any order, and leaves out what was announced, or is as of,
    later than `on`. original: the number of its original announcement where that is stored.

    Raises:
        FigureError: the input contradicts itself (see `Fault`).
    """
    return target_history(promises, figures, rule, known, original).on(on)


def assess_sum(
    promises: Iterable[Promise],
    parts: Iterable[PartSeries],
    rule: Rule,
    on: date,
    known: datetime | None = None,
    original: int | None = None,
) -> Assessment:
    """The same of a target on a series that is the sum of its parts.

    It is judged as the whole promised it, on what is published, whatever its parts promised.
    """
    return sum_history(promises, parts, rule, known, original).on(on)


def target_history(
    promises: Iterable[Promise],
    figures: Iterable[Figure],
    rule: Rule,
    known: datetime | None = None,
    original: int | None = None,
) -> TargetHistory:
    """A target with figures of its own, to be asked for many days."""
    history = announcement_history(promises, known, original)
    return TargetHistory(history, OwnSeries(figures, rule, known), rule)


def sum_history(
    promises: Iterable[Promise],
    parts: Iterable[PartSeries],
    rule: Rule,
    known: datetime | None = None,
    original: int | None = None,
) -> TargetHistory:
    """A target measured from its parts, to be asked for many days."""
    history = announcement_history(promises, known, original)
    return TargetHistory(history, SumSeries(parts, rule, known), rule)
