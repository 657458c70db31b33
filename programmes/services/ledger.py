"""Adding to the ledger: in the transaction, under the lock and at the moment of what the public then reads.

How a record stands in the data files is known one room above:
`spreadsheets/sending/public_files/ledger_contents.py` says it (`register_content`).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from programmes import verify
from programmes.models import (
    FROZEN,
    Amendment,
    LedgerEntry,
    Milestone,
    Series,
    State,
    Target,
)
from programmes.models.guards import guards_lifted
from programmes.models.review import Reviewed
from programmes.models.sealed import Sealed, Showable
from programmes.services.lock import publication_lock

Event = LedgerEntry.Event
EVENT_OF = {
    Amendment.Kind.CHANGE: Event.AMENDED,
    Amendment.Kind.SHOWING: Event.SHOWN,
    Amendment.Kind.WITHDRAWAL: Event.WITHDRAWN,
    Amendment.Kind.SETTING_ASIDE: Event.SET_ASIDE,
    Amendment.Kind.TRANSLATION: Event.TRANSLATED,
}
AT_ONCE = 1000


class RecordContent(NamedTuple):
    """A record as the data files write it: their name, its key, and its rows and those of its parts by file."""

    table: str
    key: str
    rows: dict[str, list[dict[str, Any]]]


_content_of: list[Callable[[models.Model], RecordContent]] = []


def register_content(function: Callable[[models.Model], RecordContent]) -> None:
    """Says what gives a record as the data files write it."""
    _content_of[:] = [function]


def add_entries(
    steps: Iterable[tuple[str, models.Model]], at: datetime, **more: Any
) -> list[LedgerEntry]:
    """Adds an entry for each record to which something happened, at a moment of the lock that the caller holds.

    more: what the contents say besides: `why`, or the numbers of entries that were `emptied`.
    """
    number, previous = last_entry()
    entries = []
    for event, record in steps:
        told = _content_of[0](record)
        content, salt = {"rows": told.rows, **more}, secrets.token_hex(16)
        entry = LedgerEntry(
            number=(number := number + 1),
            moment=at,
            day=timezone.localdate(at),
            event=event,
            table=told.table,
            key=told.key,
            content=verify.canonical(content),
            salt=salt,
            content_digest=verify.content_digest(verify.FORMAT, salt, content),
            previous=previous,
        )
        entry.digest = previous = verify.entry_digest(entry.written)
        entry.size = len(entry.line)
        entries.append(entry)
    return LedgerEntry.objects.bulk_create(entries)


def sealed_steps(records: Iterable[Sealed]) -> Iterator[tuple[str, models.Model]]:
    """The steps of records that were sealed: shown, or relied on from now on. What was set aside below is told too."""
    for record in records:
        yield Event.SHOWN if isinstance(record, Showable) else Event.SEALED, record
        for name in _SET_ASIDE_BELOW.get(type(record), ()):
            for row in getattr(record, name).filter(state=State.SET_ASIDE, published_at=None):
                yield Event.SET_ASIDE, row


_SET_ASIDE_BELOW = {
    Series: ("measurements",),
    Target: ("revisions", "replies"),
    Milestone: ("statements", "replies"),
}


def is_told(row: models.Model) -> bool:
    """Whether what a reviewed row speaks of was shown, so that the public reads of the row too."""
    owners = (getattr(row, name, None) for name in ("series", "target", "milestone"))
    return any(owner is not None and owner.sealed_at is not None for owner in owners)


def empty_entries(owner: models.Model, is_meant: Callable[[str], bool]) -> list[int]:
    """Empties the entries of a record, and of its amendments, of which a text is meant. Their numbers, for the entry
    that says so: with those that only an entry named which is emptied now.

    Only within a removal of personal data (services/erasing/blanking.py).
    """
    told = _content_of[0](owner)
    amendments = Amendment.objects.of(owner).values_list("pk", flat=True)
    entries = LedgerEntry.objects.filter(
        Q(table=told.table, key=told.key)
        | Q(table="amendments", key__in=[str(pk) for pk in amendments])
    )
    contents = {entry.number: json.loads(entry.content) for entry in entries.exclude(content="")}
    meant = [number for number, one in contents.items() if any(map(is_meant, _texts(one)))]
    LedgerEntry.objects.empty(meant)
    named = {one for number in meant for one in contents[number].get("emptied", ())}
    return sorted(named.union(meant))


def _texts(value: Any) -> Iterator[str]:
    """The texts of a plain value, and of values that are written as text."""
    if isinstance(value, str):
        yield value
        if value.startswith(("{", "[")):
            with suppress(ValueError):
                yield from _texts(json.loads(value))
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


# What migrations rewrote: the table, the keys of its records, why.
_rewritten: list[tuple[str, tuple[int, ...], str]] = []


def rewrite(table: str, keys: Iterable[int], change: Callable[[], None], *, why: str) -> None:
    """For migrations: changes sealed or reviewed columns with the guards lifted. The ledger says so at their end.

    Args:
        table: the name of the model whose records the change touches.
        keys: their primary keys.
        change: what changes them, through the models of the migration.
        why: public, for good.
    """
    with guards_lifted(why):
        change()
    _rewritten.append((table, tuple(keys), why))


def tell_rewritten(**options: Any) -> None:
    """Adds an entry for each public record that migrations rewrote, once all tables are as the models are now."""
    while _rewritten:
        table, keys, why = _rewritten.pop(0)
        model = apps.get_model("programmes", table)
        with transaction.atomic():
            records = model._base_manager.filter(pk__in=keys).order_by("pk")
            steps = [(Event.MIGRATED, one) for one in records if is_public(one)]
            if steps:  # where nothing was published no moment of publication is taken either
                with publication_lock() as at:
                    add_entries(steps, at, why=why)


def is_public(record: models.Model) -> bool:
    """Whether a record was told to the public, once at least."""
    if isinstance(record, Reviewed):
        return record.published_at is not None or (record.state in FROZEN and is_told(record))
    return getattr(record, "sealed_at", None) is not None


def last_entry() -> tuple[int, str]:
    """Number and digest of the last entry; before the first one, 0 and the start of the chain."""
    last = LedgerEntry.objects.order_by("-number").values_list("number", "digest").first()
    return last or (0, verify.START)


def ledger_lines(until: int) -> Iterator[bytes]:
    """The ledger as it is taken, a line an entry, to an entry and with it."""
    number = 0
    while number < until:
        found = LedgerEntry.objects.filter(number__gt=number, number__lte=until)[:AT_ONCE]
        for entry in found:
            number = entry.number
            yield entry.line
        if not found:
            return


def ledger_length(until: int) -> int:
    """How many bytes the ledger has to an entry, and with it."""
    entries = LedgerEntry.objects.filter(number__lte=until)
    return entries.aggregate(total=Sum("size"))["total"] or 0
