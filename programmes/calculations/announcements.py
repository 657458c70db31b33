"""What was announced of a target, in order: which announcement is in force, and which came first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from programmes.calculations.faults import Fault, FigureError
from programmes.calculations.promises import Promise


@dataclass(frozen=True, slots=True)
class AnnouncementHistory:
    """The announcements known at a moment, first to last; a correction in the place of its entry.

    withdrawn: the numbers of those taken back by then: withdrawn, or set aside for another source.
    They stay announcements, with a verdict of their own, but are never the present one. original:
    the one that first counted.
    """

    announcements: tuple[Promise, ...]
    withdrawn: frozenset[int]
    original: Promise | None

    def made_by(self, on: date) -> tuple[Promise, ...]:
        """Those announced by a day."""
        return tuple(one for one in self.announcements if one.announced <= on)

    def present(self, on: date) -> Promise | None:
        """The latest announced by a day that stands. None: nothing, or all of it was withdrawn."""
        standing = [one for one in self.made_by(on) if one.number not in self.withdrawn]
        return standing[-1] if standing else None


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
    published = [one for one in promises if _is_published(one, known)]
    by_number = {one.number: one for one in published}
    if len(by_number) < len(published):
        raise FigureError(Fault.SAME_NUMBER, "two announcements of one number")
    corrected = {one.corrects for one in published}
    kept = [one for one in published if one.number not in corrected]
    entries = {one.number: _entries(one, by_number) for one in kept}
    kept.sort(key=lambda one: (entries[one.number][-1].announced, entries[one.number][-1].number))
    return AnnouncementHistory(
        announcements=tuple(kept),
        withdrawn=frozenset(one.number for one in kept if _is_ended(one, known)),
        original=_original(kept, entries, original),
    )


def _is_published(one: Promise, known: datetime | None) -> bool:
    return known is None or one.published_at is None or one.published_at <= known


def _is_ended(one: Promise, known: datetime | None) -> bool:
    return one.ended_at is not None and (known is None or one.ended_at <= known)


def _entries(one: Promise, by_number: dict[int, Promise]) -> tuple[Promise, ...]:
    """An announcement and the mistyped entries it replaces, the first of them last."""
    found = [one]
    while (before := by_number.get(found[-1].corrects or 0)) is not None:
        found.append(before)
    return tuple(found)


def _original(
    kept: list[Promise], entries: dict[int, tuple[Promise, ...]], stored: int | None
) -> Promise | None:
    if stored is not None:
        for one in kept:
            if any(stored in (entry.number, entry.corrects) for entry in entries[one.number]):
                return one
    days = {
        one.number: min(
            (entry.published_at.date() for entry in entries[one.number] if entry.published_at),
            default=date.min,
        )
        for one in kept
    }
    first = min(days.values(), default=None)
    return next((one for one in kept if days[one.number] == first), None)
