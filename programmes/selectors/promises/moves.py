"""How far a promise was moved since it was first made, in words: from what, to what, by how much, before or after."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from programmes.selectors.promises.promise_rows import AnnouncementRow, PromiseRow
from programmes.selectors.promises.value_words import last_promised, promised_words
from programmes.selectors.wording.formats import (
    Unit,
    date_words,
    for_words,
    in_months,
    number,
    percentage,
)


class TermChange(NamedTuple):
    """What one term of a promise was, and what it is now."""

    old: str
    new: str


class MoveLine(NamedTuple):
    """A promise that was moved. steps: the terms that a reader sees changed; none where only others were.

    extent: by how many months and per cent; times: how often, where that is more than once; when: before or after its
    due date had passed. after: whether after.
    """

    steps: tuple[TermChange, ...]
    extent: str
    times: str
    when: str
    after: bool

    @property
    def told(self) -> str:
        """By how much, how often and when, without the terms themselves."""
        return _(", ").join(part for part in (self.extent, self.times, self.when) if part)

    @property
    def words(self) -> str:
        """The whole in one phrase, for what has no markup: 2023-2024 → 2026-2027, 36 mois plus tard."""
        arrow = "←" if get_language_bidi() else "→"
        steps = (f"{one.old} {arrow} {one.new}" for one in self.steps)
        return _(", ").join(part for part in (*steps, self.told) if part)


def move_of(row: PromiseRow, unit: Unit) -> MoveLine | None:
    """What became of the first promise of a row; None where it was not moved."""
    if not row.moves:
        return None
    first = next((one for one in row.announcements if one.key == row.original), None)
    last = last_promised(row.said)
    return MoveLine(
        steps=steps_between(unit, first, last),
        extent=extent_words(row.months_moved, row.value_change),
        times=""
        if row.moves == 1
        else ngettext("%(times)s time", "%(times)s times", row.moves)
        % {"times": number(row.moves)},
        when=_when(row, first),
        after=row.moved_after_due,
    )


def _when(row: PromiseRow, first: AnnouncementRow | None) -> str:
    if row.moved_after_due:
        return _("after its due date had passed")
    return _("before its due date") if first and first.due.last else ""


def _due_words(announcement: AnnouncementRow) -> str:
    due = announcement.due
    return date_words(due) if due.last else _("without a due date")


def steps_between(
    unit: Unit, first: AnnouncementRow | None, last: AnnouncementRow | None
) -> tuple[TermChange, ...]:
    """The value and the due date of one announcement and of a later one, where they differ in words."""
    if first is None or last is None:
        return ()
    pairs = (
        (promised_words(unit, first), promised_words(unit, last)),
        (_due_words(first), _due_words(last)),
    )
    return tuple(TermChange(old, new) for old, new in pairs if old != new)


def extent_words(months: int | None, change: Decimal | None) -> str:
    """By how much: 36 mois plus tard, −17 %. Empty where neither was moved."""
    found = []
    if months:
        pattern = _("%(months)s later") if months > 0 else _("%(months)s earlier")
        found.append(pattern % {"months": in_months(abs(months))})
    if change:
        found.append(("+" if change > 0 else "−") + percentage(abs(change)))
    return _(", ").join(found)


def promise_words(unit: Unit, announcement: Any) -> str:
    """A promise with its due date: 12 pour l'année de formation 2026-2027."""
    return f"{promised_words(unit, announcement)} {for_words(announcement.due)}".strip()
