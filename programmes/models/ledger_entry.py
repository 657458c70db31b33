"""The public chain of what was published, shown, changed and withdrawn: only ever added to."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes import verify
from programmes.calculations.dates import written_moment
from programmes.models.append_only import AppendOnlyQuerySet
from programmes.models.querysets import alters_data
from programmes.models.review import FrozenRowError, is_lifted

LEDGER_IS_KEPT = _("The ledger is only added to.")


class LedgerEntryQuerySet(AppendOnlyQuerySet["LedgerEntry"]):
    sentence = LEDGER_IS_KEPT

    @alters_data
    def empty(self, numbers: Iterable[int]) -> int:
        """Takes content and salt away from entries, within a removal of personal data. How many."""
        entries = self.filter(pk__in=list(numbers))
        for entry in entries:
            entry.content = entry.salt = ""
            super(AppendOnlyQuerySet, self.filter(pk=entry.pk)).update(
                content="", salt="", size=len(entry.line)
            )
        return len(entries)


class LedgerEntry(models.Model):
    """What the public could read of one record since a moment, chained to the entry before by digests (verify.py).

    Written by services/ledger.py. table and key: as the data files name the record. content: canonical JSON, empty
    with its salt where personal data was removed.
    """

    class Event(models.TextChoices):
        PUBLISHED = "published", _("Publication")
        SHOWN = "shown", _("First shown to the public")
        SEALED = "sealed", _("Locked from now on")
        CORRECTED = "corrected", _("Replaced by a correction")
        AMENDED = "amended", _("Changed in the open")
        WITHDRAWN = "withdrawn", _("Withdrawal")
        SET_ASIDE = "set_aside", _("Setting aside")
        TRANSLATED = "translated", _("Translation added")
        SETTLED = "settled", _("Original announcement settled")
        BLANKED = "blanked", _("Removal of personal data")
        MIGRATED = "migrated", _("Rewritten by a new version of the tracker")

    number = models.BigIntegerField(primary_key=True)
    moment = models.DateTimeField()
    # of the moment, by the clock of the site
    day = models.DateField()
    event = models.CharField(max_length=10, choices=Event)
    table = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    format = models.PositiveSmallIntegerField(default=verify.FORMAT)
    content = models.TextField()
    salt = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    # bytes of its line in the ledger as it is taken
    size = models.PositiveIntegerField()

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["number"]
        indexes = [
            models.Index(fields=["day", "number"], name="ledger_of_day"),
            models.Index(fields=["table", "key"], name="ledger_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding and not is_lifted():
            raise FrozenRowError(LEDGER_IS_KEPT)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        if not is_lifted():
            raise FrozenRowError(LEDGER_IS_KEPT)
        return super().delete(*args, **options)

    @property
    def written(self) -> dict[str, Any]:
        """The entry as the ledger that anyone may take writes it."""
        return {
            "number": self.number,
            "moment": written_moment(self.moment),
            "day": self.day.isoformat(),
            "event": str(self.event),
            "table": self.table,
            "key": self.key,
            "format": self.format,
            "content": json.loads(self.content) if self.content else None,
            "salt": self.salt or None,
            "content_digest": self.content_digest,
            "previous": self.previous,
            "digest": self.digest,
        }

    @property
    def line(self) -> bytes:
        """Its line in the ledger."""
        return verify.canonical(self.written).encode() + b"\n"
