"""The order of what was announced: a correction takes the place of the entry that was mistyped."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from programmes.calculations.faults import Fault, FigureError


class Entry(Protocol):
    """An announcement of a target, or a statement on a milestone."""

    @property
    def number(self) -> int: ...
    @property
    def announced(self) -> date: ...
    @property
    def corrects(self) -> int | None: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


E = TypeVar("E", bound=Entry)


def places_in_order(entries: Iterable[E], known: datetime | None = None) -> list[tuple[E, ...]]:
    """What was published by a moment (None: now), by the day and the number of the first entry of each place.

    A place is an entry and the mistyped ones that it replaces, the first of them last.

    Raises:
        FigureError: `same_number`.
    """
    published = [one for one in entries if _is_published(one, known)]
    by_number = {one.number: one for one in published}
    if len(by_number) < len(published):
        raise FigureError(Fault.SAME_NUMBER, "two entries of one number")
    corrected = {one.corrects for one in published}
    places = [_place(one, by_number) for one in published if one.number not in corrected]
    return sorted(places, key=lambda place: (place[-1].announced, place[-1].number))


def _place(one: E, by_number: dict[int, E]) -> tuple[E, ...]:
    found = [one]
    while (before := by_number.get(found[-1].corrects or 0)) is not None:
        found.append(before)
    return tuple(found)


def _is_published(one: Entry, known: datetime | None) -> bool:
    return known is None or one.published_at is None or one.published_at <= known


def is_ended(one: Entry, known: datetime | None = None) -> bool:
    """Whether it no longer stood at a moment (None: now)."""
    return one.ended_at is not None and (known is None or one.ended_at <= known)


def day_of_entry(place: Sequence[Entry]) -> date:
    """The day on which the first entry of a place was published."""
    first = place[-1].published_at
    return first.date() if first else date.min


def first_entered(places: Sequence[tuple[E, ...]]) -> E | None:
    """Of places in order, the earliest announced among those entered on the first day."""
    return min(places, key=day_of_entry)[0] if places else None


def found_later(
    places: Sequence[tuple[Entry, ...]], but: int | None, beside: Container[int] | None = None
) -> frozenset[int]:
    """The numbers of those that were entered on a later day than one announced after them.

    but: the number of the first one, which never was. beside: the numbers of those they are held against; None: all.
    """
    found, earliest = set(), date.max
    for place in reversed(places):
        number, day = place[0].number, day_of_entry(place)
        if day > earliest and number != but:
            found.add(number)
        if beside is None or number in beside:
            earliest = min(earliest, day)
    return frozenset(found)
