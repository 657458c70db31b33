"""Taking back what an applied job wrote. The caller gives the transaction."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from programmes import access, services
from programmes.models import Amendment, FrozenRowError, ImportChunk, ImportJob, State
from programmes.models.review import OwnedByReviewed
from programmes.models.sealed import SealedPart
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.importing.writing.applying import Applier
from programmes.spreadsheets.importing.writing.outcomes import CHANGED, NEW, PROPOSED
from programmes.spreadsheets.importing.writing.proposing import relied_on, sealed_columns
from programmes.spreadsheets.reading.sent_files import addresses_of
from programmes.spreadsheets.reading.sheets import Addresses


class CannotUndoError(Exception):
    """Rows were published or touched since. `rows` are (row number, key, reason); they are told as `addresses` says."""

    def __init__(self, rows: list[tuple[int, str, str]], addresses: Addresses) -> None:
        shown = "; ".join(
            f"{addresses.told(row)} ({key}): {reason}" for row, key, reason in rows[:20]
        )
        super().__init__(
            _("This import can no longer be undone as a whole. Rows: %(rows)s") % {"rows": shown}
        )
        self.rows = rows


def undo_chunks(job: ImportJob, table: TableResource, *, by: User) -> None:
    """Removes what was new, discards what was proposed and restores what was changed.

    Raises:
        CannotUndoError: with every row that stands against it.
        PermissionDenied: a row is no longer in the sender's scope.
    """
    undoing = _Undoer(job, table, by)
    for chunk in job.chunks.filter(kind__in=(NEW, CHANGED)):
        undoing.look_at(chunk)
    proposals = undoing.proposals(job.chunks.filter(kind=PROPOSED))
    undoing.refuse_standing()
    for proposal in proposals:
        services.discard(proposal, by=by)
    for chunk in job.chunks.filter(kind=CHANGED):
        undoing.restore(chunk)
    for chunk in job.chunks.filter(kind=NEW).order_by("-number"):
        undoing.remove(chunk)
    undoing.refuse_standing()


class _Undoer(Applier):
    """Compares every record with what the job left, then goes back."""

    def __init__(self, job: ImportJob, table: TableResource, by: User) -> None:
        super().__init__(job, table, by)
        self.standing: list[tuple[int, str, str]] = []

    def refuse_standing(self) -> None:
        """Raises CannotUndoError where rows stand against it."""
        if self.standing:
            raise CannotUndoError(self.standing, addresses_of(self.job))

    def look_at(self, chunk: ImportChunk) -> None:
        """Notes the rows of a chunk that were published, changed or removed since."""
        rows = chunk.rows
        records = self._records(rows)
        who = self.table.last_changed_by
        depended_on = self._depended_on(records) if chunk.kind == NEW else set()
        for row, key, pk, _before, after in rows:
            record = records.get(pk)
            if record is None:
                self.standing.append((row, key, _("removed since")))
                continue
            refusal = self.table.refusal(record)
            if refusal:
                self.standing.append(
                    (row, key, self._with_name(_("submitted or published"), who(record)))
                )
            elif pk in depended_on:
                self.standing.append((row, key, _("other records depend on it")))
            elif self._is_relied_on(record, chunk.kind, after):
                self.standing.append((row, key, _("the public relies on it since")))
            elif self.differing(record, row, key, after, after):
                self.standing.append((row, key, self._with_name(_("changed since"), who(record))))

    def _depended_on(self, pks: Iterable[int]) -> set[int]:
        """Which of some new records others are parts of: they would be removed with them."""
        found: set[int] = set()
        for relation in self.table.model._meta.related_objects:
            other, name = relation.related_model, relation.field.attname
            if relation.on_delete is models.CASCADE and issubclass(
                other, OwnedByReviewed | SealedPart
            ):
                rows = other._default_manager.filter(**{f"{name}__in": list(pks)})
                found.update(rows.values_list(name, flat=True))
        return found

    def _is_relied_on(self, record: models.Model, kind: str, after: list[str | None]) -> bool:
        """Whether something was published since that rests on what the job wrote."""
        if kind == NEW:
            return relied_on(record) is not None
        sent = [
            column for column, text in zip(self.columns, after, strict=True) if text is not None
        ]
        return bool(sealed_columns(record, sent))

    def proposals(self, chunks: models.QuerySet[ImportChunk]) -> list[Amendment]:
        """The proposals that the job entered and that are drafts still, locked; notes the rows of the others.

        One that somebody removed is gone already.
        """
        found: dict[int, Amendment] = {}
        for chunk in chunks:
            numbers, keys, *_others = chunk.parts
            stored = Amendment.objects.select_for_update(of=("self",)).in_bulk(
                set(chunk.made) - {None}
            )
            for row, key, pk in zip(numbers, keys, chunk.made, strict=True):
                if pk not in stored:
                    continue
                last = stored[pk].events.select_related("by").first()
                if stored[pk].state != State.DRAFT or last is not None:
                    reason = _("its proposal was submitted or changed since")
                    who = str((last and last.by) or "")
                    self.standing.append((row, key, self._with_name(reason, who)))
                found[pk] = stored[pk]
        return list(found.values())

    def restore(self, chunk: ImportChunk) -> None:
        """Gives the records of a chunk the values they had before."""
        rows = chunk.rows
        records = self._records(rows)
        for row, _key, pk, before, after in rows:
            wanted = [
                old if new is not None else None for old, new in zip(before, after, strict=True)
            ]
            self._save(row, records[pk], self.cells(wanted), is_new=False)

    def remove(self, chunk: ImportChunk) -> None:
        """Removes the records that a chunk made, the last first: together, or one by one to say which cannot be."""
        rows = chunk.rows
        records = self._records(rows)
        try:
            with transaction.atomic():
                self.table.remove_all([records[row[2]] for row in reversed(rows)], by=self.by)
        except (ProtectedError, FrozenRowError, ValidationError):
            self._remove_each(rows, records)
        else:
            self.progress.add(len(rows))

    def _remove_each(self, rows: list[Any], records: dict[int, models.Model]) -> None:
        for row, key, pk, _before, _after in reversed(rows):
            try:
                self.table.remove(records[pk], by=self.by)
            except ProtectedError:
                self.standing.append((row, key, _("other records depend on it")))
                return
            except (FrozenRowError, ValidationError) as error:
                self.standing.append((row, key, str(error)))
                return

    def _records(self, rows: list[Any]) -> dict[int, models.Model]:
        keys = [row[2] for row in rows]
        whole = self.table.complete(self.table.model._default_manager.all())
        found = whole.select_for_update(of=("self",)).in_bulk(keys)
        mine = access.changeable(self.table.model._default_manager.filter(pk__in=keys), self.by)
        if len(found) != mine.count():
            raise PermissionDenied(access.outside_sentence(self.table.model))
        return found

    @staticmethod
    def _with_name(reason: str, who: str) -> str:
        return _("%(reason)s by %(name)s") % {"reason": reason, "name": who} if who else reason
