"""What a correction may be, in one place for figures, announcements and statements.

A correction is for a mistyped entry: it takes the place of what it corrects and says why. One published correction a
row; it may itself be corrected.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.reasons import has_words
from programmes.models.review import (
    STEP_COLUMNS,
    TAKEN_BACK,
    Reviewed,
    State,
    column_names,
    missing_translations,
    translated_columns,
)
from programmes.models.sealed import parts_of

CORRECTION_NEEDS_REASON = _("Say why the earlier entry was wrong: the public reads it.")
MOVE_NEEDS_REASON = _(
    "This moves the promise (value, word before the value, due date, baseline, intermediate values, sense or "
    "definition): give the reason, which the public reads."
)
POSTPONED_NEEDS_REASON = _(
    "This moves or gives up what was planned: give the reason, which the public reads."
)
REACHED_AGAIN_NEEDS_REASON = _(
    "Another day on which this was reached is published already: say why this one differs, which the public reads."
)
TAKEN_UP_NEEDS_REASON = _(
    "This was given up before: say why it is taken up again, which the public reads."
)
ALREADY_CORRECTED = _("This entry was corrected already. Correct the entry that took its place.")
ENDS_WITH_ITS_ENTRY = _(
    "A correction is never withdrawn or set aside alone. Propose it for the entry that it corrects, and the correction "
    "goes with it; a mistaken correction is corrected again."
)
NOT_PUBLISHED = _("Only what is published is corrected. Change the draft itself.")

Entry = TypeVar("Entry", bound=Reviewed)

# an entry that has no number yet comes after all of its day
MOST_NUMBERED = 32_767
# What differs between any two rows, and what only speaks of the correction itself.
_OWN = STEP_COLUMNS | {
    "id", "entered_by_id", "changed_by_id", "entered_at",
    "ref", "number", "kind", "corrects_id", "supersedes_id", "reason", "definition_languages",
}  # fmt: skip
# Words beside an entry, or printed in its source, which a correction does not take over unless they are typed again.
NOT_CARRIED_OVER = ("note", "due_text", "date_text", "wording", "wording_language")


def one_published_correction(table: str, column: str) -> models.UniqueConstraint:
    """The constraint that a row has one published correction at most."""
    return models.UniqueConstraint(
        fields=[column],
        condition=Q(state="published"),
        name=f"{table}_one_published_correction",
        violation_error_message=ALREADY_CORRECTED,
    )


def corrected_row(row: Reviewed) -> Any:
    """The row that this one corrects; None where it corrects none."""
    return getattr(row, "corrects", None) or getattr(row, "supersedes", None)


def standing_entry(row: Any) -> Any:
    """What stands in the place of an entry: itself, or the last correction of it. None: nothing does."""
    column = next((one for one in ("corrects", "supersedes") if hasattr(row, one)), "")
    while column and row is not None and row.state == State.SUPERSEDED:
        later = type(row)._base_manager.filter(published_at__isnull=False, **{column: row})
        row = later.first()
    return row if row is not None and row.state == State.PUBLISHED else None


def correction_faults(row: Any, column: str) -> dict[str, Any]:
    """What is wrong with a correction: sentences by column. `column` names the row that is corrected."""
    corrected = getattr(row, column)
    if corrected is None or not row.is_editable:
        return {}
    faults: dict[str, Any] = {}
    if not has_words(row.reason):
        faults["reason"] = CORRECTION_NEEDS_REASON
    if corrected.state == State.SUPERSEDED:
        faults[column] = ALREADY_CORRECTED
    elif corrected.state != State.PUBLISHED:
        faults[column] = NOT_PUBLISHED
    return faults


def place_in_order(row: Any, entries: Mapping[int, Any]) -> tuple[date, int]:
    """By what an announcement is ordered among those of its target: a correction takes the place of what it corrects.

    entries: those of the target by key, ended ones included.
    """
    while row.corrects_id is not None:
        row = entries[row.corrects_id]
    return row.announced_on, row.number


def last_in_order(entries: Mapping[int, Entry], counts: Callable[[Entry], bool]) -> Entry | None:
    """The last in order of the published ones among some entries, by key, that count; None: none does.

    entries: as in `place_in_order`.
    """
    found = [row for row in entries.values() if row.published_at is not None and counts(row)]
    return max(found, key=lambda row: place_in_order(row, entries), default=None)


def known_before(
    row: Entry, entries: Mapping[int, Entry], counts: Callable[[Entry], bool] = lambda row: True
) -> list[Entry]:
    """What readers know when an entry is published: the last in order, and those before and after its own place.

    They are the same but where it is announced earlier than another one. Of those that stand; where none does, of
    those that were taken back, and the one that stood last with them. entries: as in `place_in_order`; counts: which
    of them are looked at.
    """
    asked: Any = row  # an announcement or a statement
    place = (asked.announced_on or date.max, asked.number or MOST_NUMBERED)
    others = [
        one
        for one in entries.values()
        if one.state in (State.PUBLISHED, *TAKEN_BACK)
        and one.published_at is not None
        and one.pk != row.pk
        and counts(one)
    ]
    others.sort(key=lambda one: place_in_order(one, entries))
    standing = [one for one in others if one.state == State.PUBLISHED]
    told = standing or others
    if not told:
        return []
    before = [one for one in told if place_in_order(one, entries) < place]
    # what was taken back still stands behind it in what readers are told
    after = [one for one in others if place_in_order(one, entries) > place]
    ended = {one.ended_at: one for one in reversed(told) if one.ended_at is not None}
    last = ended[max(ended)] if ended else told[-1]
    near = (told[-1], *before[-1:], *after[:1], last)
    return list({one.pk: one for one in near}.values())


def refuse_identical(row: Reviewed) -> None:
    """Raises ValidationError where a correction says what the row it corrects says already, parts included.

    Words that a correction leaves empty it says nothing of: to leave them out alone corrects nothing. Nor does it to
    translate them: a proposal does.
    """
    corrected = corrected_row(row)
    if corrected is None:
        return
    words = (name for stem in NOT_CARRIED_OVER for name in column_names(type(row), stem))
    unsaid = {name for name in words if not getattr(row, name, "")}
    beside = missing_translations(type(row), vars(corrected))
    unsaid |= {column.attname for some in beside.values() for column in some}
    if _content(row, unsaid) == _content(corrected, unsaid):
        raise ValidationError(
            _("This says the same as the entry it corrects. Change what was wrong, or remove it.")
        )


def _content(row: Reviewed, but: set[str]) -> tuple[Any, ...]:
    """What a row says, but for some of its columns."""
    # what lies in the untranslated column is whatever was saved last
    own = but | translated_columns(type(row)).keys()
    own |= {name for one in _OWN for name in column_names(type(row), one)}
    columns = [field.attname for field in row._meta.concrete_fields if field.attname not in own]
    parts = [
        sorted(
            part._base_manager.filter(**{part.owner_name: row}).values_list(
                *(
                    field.attname
                    for field in part._meta.concrete_fields
                    if not field.primary_key and field.name != part.owner_name
                )
            )
        )
        for part in parts_of(type(row))
    ]
    return (*(getattr(row, name) for name in columns), *parts)
