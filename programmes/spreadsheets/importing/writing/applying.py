"""Writing what a checked job holds. The caller gives the transaction."""

from itertools import islice
from typing import Any, TypedDict

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, ImportChunk, ImportJob
from programmes.models.amendment import WAITS_ALREADY
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.lookups import Lookups
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.importing.writing.outcomes import CHANGED, NEW, PROPOSED
from programmes.spreadsheets.importing.writing.progress import Progress
from programmes.spreadsheets.importing.writing.proposing import Proposals
from programmes.spreadsheets.reading.sent_files import addresses_of


class Conflict(TypedDict):
    """One value that is no longer what the preview showed."""

    row: int
    key: str
    column: str
    shown: str
    now: str
    file: str


class ConflictError(Exception):
    """Rows were changed or entered by others since the preview; nothing may be written."""

    def __init__(self, conflicts: list[Conflict], sentence: str = "") -> None:
        super().__init__(
            sentence
            or _(
                "Records were changed by others since the preview. Nothing was written: decide first."
            )
        )
        self.conflicts = conflicts


class Applier:
    """Writes the rows of a job one by one, through the same saves as staff's own."""

    def __init__(self, job: ImportJob, table: TableResource, by: User) -> None:
        self.job, self.table, self.by = job, table, by
        self.columns = [table.fields[code] for code in job.columns]
        self.lookups = Lookups(by)
        self._read = [_TextValues(column, self.lookups) for column in self.columns]
        # the places of columns that name another record of the same table
        self._same_table = [
            place
            for place, column in enumerate(self.columns)
            if getattr(column.widget, "model", None) is table.model
        ]
        self._to_be_made: set[str] = set()
        self._put_off: list[tuple[int, models.Model, list[str | None]]] = []
        self.conflicts: list[Conflict] = []
        self.progress = Progress(job.pk)

    def run(self) -> None:
        """Writes all rows, changed ones first: what they free may be needed by new ones, and these by proposals. Those
        that name new ones are changed after these.

        Raises:
            ConflictError: with every conflict found.
            ValidationError, PermissionDenied: a row is refused after all.
        """
        new = self.job.chunks.filter(kind=NEW)
        if self._same_table:
            self._to_be_made = {key for chunk in new for key in chunk.parts[1]}
        for chunk in self.job.chunks.filter(kind=CHANGED):
            self._change(chunk)
        if self.conflicts:
            raise ConflictError(self.conflicts)
        for chunk in new:
            self._make(chunk)
        for row, record, after in self._put_off:
            self._save(row, record, self.cells(after), is_new=False)
        self._propose(list(self.job.chunks.filter(kind=PROPOSED)))

    def cells(self, texts: list[str | None]) -> dict[str, Any]:
        """The values that staged texts stand for; what is None is left out."""
        return {
            column.code: values[text]
            for column, values, text in zip(self.columns, self._read, texts, strict=True)
            if text is not None
        }

    def _change(self, chunk: ImportChunk) -> None:
        rows = chunk.rows
        records = self._mine([pk for _row, _key, pk, _before, _after in rows])
        for row, key, pk, before, after in rows:
            record = records[pk]
            found = self.differing(record, row, key, before, after)
            if found:
                self.conflicts += found
                continue
            if self.conflicts:
                continue
            if any(after[place] in self._to_be_made for place in self._same_table):
                self._put_off.append((row, record, after))
            else:
                self._save(row, record, self.cells(after), is_new=False)

    def _propose(self, chunks: list[ImportChunk]) -> None:
        """Enters what rows say otherwise of what the public relies on as drafts of amendments."""
        proposals, place = Proposals(), 0
        for chunk in chunks:
            rows = chunk.rows
            records = self._mine([pk for _row, _key, pk, _before, _after in rows if pk is not None])
            for row, key, pk, before, after in rows:
                cells = self.cells(after)
                record = records[pk] if pk is not None else self.table.blank(cells, self.by)
                if pk is not None:
                    self.conflicts += self.differing(record, row, key, before, after)
                try:
                    self.table.settle(record, cells, is_new=pk is None)
                    proposals.add(record, cells, self.table.fields, (row, place, key))
                except (ValidationError, FrozenRowError) as error:
                    raise refused(self.job, row, error) from error
                place += 1
        self.conflicts += [
            Conflict(row=row, key=key, column="", shown="", now=str(WAITS_ALREADY), file="")
            for one in proposals.waiting()
            for row, _place, key in one.rows
        ]
        if self.conflicts:
            raise ConflictError(self.conflicts)
        self._enter(proposals, chunks, place)

    def _enter(self, proposals: Proposals, chunks: list[ImportChunk], count: int) -> None:
        """Enters each proposal, and notes for each row of which it became part."""
        reason = self.job.options.get("reason", "")
        made: list[int | None] = [None] * count
        for one in proposals.made.values():
            try:
                amendment = proposals.enter(one, by=self.by, reason=reason)
            except (ValidationError, FrozenRowError) as error:
                raise refused(self.job, one.rows[0][0], error) from error
            for _row, place, _key in one.rows:
                made[place] = amendment.pk if amendment else None
            self.progress.add(len(one.rows))
        left = iter(made)
        for chunk in chunks:
            chunk.made = list(islice(left, len(chunk.parts[0])))
            chunk.save(update_fields=["made"])

    def _mine(self, keys: list[int]) -> dict[int, models.Model]:
        """Stored records by key, locked. Raises PermissionDenied where one is not in the sender's scope."""
        records = self._locked(keys)
        if not access.changes_all(self.by, self.table.model, keys):
            raise PermissionDenied(access.outside_sentence(self.table.model))
        return records

    def _locked(self, keys: list[int]) -> dict[int, models.Model]:
        return self.table.model._default_manager.select_for_update(of=("self",)).in_bulk(keys)

    def differing(
        self,
        record: models.Model,
        row: int,
        key: str,
        expected: list[str | None],
        file: list[str | None],
    ) -> list[Conflict]:
        """The columns in which a record is no longer what was expected of it."""
        found: list[Conflict] = []
        for column, shown, sent in zip(self.columns, expected, file, strict=True):
            if sent is None:
                continue
            now = self.table.text_of(record, column)
            if now != shown:
                found.append(
                    Conflict(
                        row=row, key=key, column=column.code, shown=shown or "", now=now, file=sent
                    )
                )
        return found

    def _make(self, chunk: ImportChunk) -> None:
        for row, _key, _pk, _before, after in chunk.rows:
            cells = self.cells(after)
            record = self.table.blank(cells, self.by)
            try:
                self.table.settle(record, cells, is_new=True)
            except (ValidationError, FrozenRowError) as error:
                raise refused(self.job, row, error) from error
            self._save(row, record, cells, is_new=True)
            if hasattr(record, "code"):
                self.lookups.expect(record, "code")
            chunk.made.append(record.pk)
        chunk.save(update_fields=["made"])

    def _save(self, row: int, record: models.Model, cells: dict[str, Any], *, is_new: bool) -> None:
        try:
            if not is_new:
                self.table.settle(record, cells, is_new=False)
            self.table.save(record, cells, by=self.by, is_new=is_new)
        except (ValidationError, FrozenRowError) as error:
            raise refused(self.job, row, error) from error
        self.progress.add(1)


class _TextValues(dict[str, Any]):
    """The values of the staged texts of a column, each distinct one read once."""

    def __init__(self, column: Column, lookups: Lookups) -> None:
        super().__init__()
        self.column, self.lookups = column, lookups

    def __missing__(self, text: str) -> Any:
        self[text] = value = self.column.read_cell(text, self.lookups)
        return value


def refused(job: ImportJob, row: int, error: Exception) -> ValidationError:
    """A refusal at the time of writing, with the row of the file that it is about."""
    sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return ValidationError(
        _("Row %(row)s is refused: %(reason)s")
        % {"row": addresses_of(job).told(row), "reason": sentence}
    )
