"""What the public relies on is shown and sealed with what is published on it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q, Value
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from programmes.models.data_version import mark_change
from programmes.models.sealed import Sealed, Showable, seal, sealed_parts, unsealed_below


class HiddenOwnerError(ValidationError):
    """Raised where something would be published under records that were never shown. `records` names them."""

    def __init__(self, records: list[Sealed]) -> None:
        self.records = records
        super().__init__(
            _(
                "This would be published under what the public has not been shown: %(records)s. Show it in the same "
                "step, or first on its own."
            )
            % {"records": get_text_list([_named(record) for record in records], _("and"))}
        )


def hidden_owners(row: models.Model) -> list[Sealed]:
    """What the public was never shown of that on which a record rests: what publishing it would show with it."""
    return hidden_among(unsealed_below(row))


def hidden_among(records: list[Sealed]) -> list[Sealed]:
    """Those of them that the public was never shown."""
    return [
        one for one in records if isinstance(one, Showable) or not getattr(one, "is_public", True)
    ]


def refuse_unseen(records: Iterable[Sealed], by: User, seen: datetime) -> None:
    """Raises where `by` may not be the one who seals records, their child rows included. One question.

    Raises:
        PermissionDenied: they made or changed one of them.
        ValidationError: somebody changed one since what rests on it was submitted.
    """
    by_model: dict[type[Sealed], dict[int, Sealed]] = {}
    for record in records:
        by_model.setdefault(type(record), {})[record.pk] = record
    concerns = Q(history_user=by) | Q(history_date__gt=seen)
    tables = [(rows, *history) for model, rows in by_model.items() for history in _histories(model)]
    changes: list[models.QuerySet[Any, Any]] = [
        models.QuerySet(history)
        .filter(concerns, **{f"{owner}__in": list(rows)})
        .order_by()
        .values_list(Value(place), owner, "history_user")
        for place, (rows, owner, history) in enumerate(tables)
    ]
    found: dict[Sealed, set[int | None]] = {}
    for place, key, user in changes[0].union(*changes[1:], all=True) if changes else ():
        found.setdefault(tables[place][0][key], set()).add(user)
    for record, users in found.items():
        if by.pk in users:
            raise PermissionDenied(
                _("You entered or changed “%(record)s”: another reviewer must show it.")
                % {"record": _named(record)}
            )
    for record in found:
        raise ValidationError(
            _(
                "“%(record)s” was changed since this was submitted. Return it, so that it is looked at and submitted "
                "anew."
            )
            % {"record": _named(record)}
        )


@cache
def _histories(model: type[Sealed]) -> list[tuple[str, type[models.Model]]]:
    """What keeps how records of a table and their child rows were before each change, with the column that names the
    record."""
    owners = {model: "id"} | {part: f"{part.owner_name}_id" for part in sealed_parts(model)}
    return [(owner, one.history.model) for one, owner in owners.items() if hasattr(one, "history")]


def seal_what_it_rests_on(
    row: models.Model, at: datetime, *, by: User, show: bool, seen: datetime
) -> list[Sealed]:
    """Seals, at a moment, all that a row rests on. Returns what was not sealed before.

    Args:
        show: whether what the public was never shown is shown with it.
        seen: when what is published was submitted: nothing below it may have changed since.

    Raises:
        HiddenOwnerError: it rests on what was never shown, and `show` does not say so.
        PermissionDenied: `by` made or changed what would be sealed.
        ValidationError: some of it was changed since the submission.
    """
    unsealed = unsealed_below(row)
    hidden = hidden_among(unsealed)
    if hidden and not show:
        raise HiddenOwnerError(hidden)
    refuse_unseen(unsealed, by, seen)
    seal(unsealed, at)
    if unsealed:
        mark_change()  # what was hidden is found by its words from now on
    return unsealed


def _named(record: Sealed) -> str:
    return f"{record._meta.verbose_name} {record}"
