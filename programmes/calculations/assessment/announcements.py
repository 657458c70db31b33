"""What was announced of a target, in order: which announcement is in force, and which came first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from programmes.calculations.assessment.promises import Promise, differ
from programmes.calculations.entries import first_entered, found_later, is_ended, places_in_order


@dataclass(frozen=True, slots=True)
class AnnouncementHistory:
    """The announcements known at a moment, first to last; a correction in the place of its entry.

    withdrawn: the numbers of those taken back by then: withdrawn, or set aside for another source.
    They stay announcements, with a verdict of their own, but are never the present one. original:
    the one that first counted. found_later: the numbers of those that were entered on a later day
    than one announced after them. left_out: of these, those after which one was announced that
    stands, or is the original: they count only while nothing else that stands was announced.
    """

    announcements: tuple[Promise, ...]
    withdrawn: frozenset[int]
    original: Promise | None
    found_later: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()

    def made_by(self, on: date) -> tuple[Promise, ...]:
        """Those announced by a day."""
        return tuple(one for one in self.announcements if one.announced <= on)

    def set_on(self, at: int) -> date:
        """The day since which the terms of the announcement of a place are promised: saying them again sets nothing."""
        promise = self.announcements[at]
        day = promise.announced
        for one in reversed(self.announcements[:at]):
            if one.number in self.withdrawn or one.number in self.left_out:
                continue
            if differ(one, promise):
                break
            day = min(day, one.announced)
        return day


def announcement_history(
    promises: Iterable[Promise], known: datetime | None = None, original: int | None = None
) -> AnnouncementHistory:
    """What was known at a moment (None: now) of the announcements of one target, in any order.

    original: the number of the original announcement where it is stored, or of an entry that was
    corrected since. Without it, the earliest announced among those published on the day on which
    the target was first published.

    Raises:
        FigureError: `same_number`.
    """
    places = places_in_order(promises, known)
    kept = [place[0] for place in places]
    withdrawn = frozenset(one.number for one in kept if is_ended(one, known))
    first = _stored(places, original) or first_entered(places)
    but = first.number if first else None
    beside = {one.number for one in kept if one is first or one.number not in withdrawn}
    return AnnouncementHistory(
        announcements=tuple(kept),
        withdrawn=withdrawn,
        original=first,
        found_later=found_later(places, but),
        left_out=found_later(places, but, beside),
    )


def _stored(places: list[tuple[Promise, ...]], number: int | None) -> Promise | None:
    """The announcement of a number, or the one that took its place."""
    if number is None:
        return None
    for place in places:
        if any(number in (entry.number, entry.corrects) for entry in place):
            return place[0]
    return None
