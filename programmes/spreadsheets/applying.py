"""Writing what a checked job holds. The caller gives the transaction."""

from typing import TYPE_CHECKING, Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, ImportChunk, ImportJob
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.outcomes import CHANGED, NEW
from programmes.spreadsheets.progress import Progress

if TYPE_CHECKING:  # a resource names the applier of its rows
    from programmes.spreadsheets.resource import TableResource


class Conflict(TypedDict):
    """One value that is no longer what the preview showed."""

    row: int
    key: str
    column: str
    shown: str
    now: str
    file: str


class ConflictError(Exception):
    """Rows were changed by others since the preview; nothing may be written."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(
            _(
                "Records were changed by others since the preview. Nothing was written: decide first."
            )
        )
        self.conflicts = conflicts


class Applier:
    """Writes the rows of a job one by one, through the same saves as staff's own."""

    def __init__(self, job: ImportJob, table: "TableResource", by: Any) -> None:
        self.job, self.table, self.by = job, table, by
        self.columns = [table.fields[code] for code in job.columns]
        self.lookups = Lookups(by)
        self.conflicts: list[Conflict] = []
        self.progress = Progress(job.pk)

    def run(self) -> None:
        """Writes all rows, changed ones first: what they free may be needed by new ones.

        Raises:
            ConflictError: with every conflict found.
            ValidationError, PermissionDenied: a row is refused after all.
        """
        for chunk in self.job.chunks.filter(kind=CHANGED):
            self._change(chunk)
        if self.conflicts:
            raise ConflictError(self.conflicts)
        for chunk in self.job.chunks.filter(kind=NEW):
            self._make(chunk)

    def cells(self, texts: list[str | None]) -> dict[str, Any]:
        """The values that staged texts stand for; what is None is left out."""
        return {
            column.code: column.read_cell(text, self.lookups)
            for column, text in zip(self.columns, texts, strict=True)
            if text is not None
        }

    def _change(self, chunk: ImportChunk) -> None:
        rows = chunk.rows
        keys = [pk for _row, _key, pk, _before, _after in rows]
        records = self.table.model._default_manager.select_for_update(of=("self",)).in_bulk(keys)
        mine = set(
            access.changeable(
                self.table.model._default_manager.filter(pk__in=keys), self.by
            ).values_list("pk", flat=True)
        )
        for row, key, pk, before, after in rows:
            if pk not in mine:
                raise PermissionDenied(
                    _("This record lies outside your territories and programmes.")
                )
            record = records[pk]
            found = self.differing(record, row, key, before, after)
            if found:
                self.conflicts += found
                continue
            if not self.conflicts:
                self._save(row, record, self.cells(after), is_new=False)

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
            value = self.table.value_of(record, column.code)
            now = "" if value is None else column.written(value)
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
                raise refused(row, error) from error
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
            raise refused(row, error) from error
        self.progress.add(1)


def refused(row: int, error: Exception) -> ValidationError:
    """A refusal at the time of writing, with the row it is about."""
    sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return ValidationError(
        _("Row %(row)s is refused: %(reason)s") % {"row": row, "reason": sentence}
    )
