"""Writing many drafts at once: COPY on PostgreSQL, one prepared statement on SQLite.

Each record is built and checked as where rows are written one by one; only the statements are fewer. Drafts alone are
written here, and only drafts are changed: the states of review never are.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from programmes import access
from programmes.models import EDITABLE, FrozenRowError, ImportChunk, State
from programmes.models.review import STEP_COLUMNS, Reviewed, note_changes
from programmes.services.entries import require
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.importing.writing.applying import (
    Applier,
    Conflict,
    ConflictError,
    refused,
)
from programmes.spreadsheets.importing.writing.outcomes import CHANGED, NEW

# no file changes these of a draft; changed_at is written with each change
_KEPT = (STEP_COLUMNS - {"changed_at"}) | {"id", "ref", "entered_by_id", "entered_at"}


def applier_of(table: TableResource) -> type[Applier]:
    """What writes the rows of a job of a table."""
    return DraftsApplier if table.many_rows else Applier


class DraftsApplier(Applier):
    """Writes the drafts of a job: the same records as services.record and services.change_draft would leave."""

    def run(self) -> None:
        """Writes all rows. Raises as Applier.run."""
        model = self.table.model
        changed = self.job.chunks.filter(kind=CHANGED)
        if changed:
            require(self.by, "change", model)
        for chunk in changed.iterator(chunk_size=1):
            self._change(chunk)
        if self.conflicts:
            raise ConflictError(sorted(self.conflicts, key=itemgetter("row")))
        new = self.job.chunks.filter(kind=NEW)
        if new:
            require(self.by, "add", model)
        for chunk in new.iterator(chunk_size=1):
            self._make(chunk)

    def _change(self, chunk: ImportChunk) -> None:
        rows = chunk.rows
        stored = self._mine([row[2] for row in rows])
        for row, key, pk, before, after in rows:
            record: Any = stored[pk]
            if record.state not in EDITABLE:
                label = str(State(record.state).label)
                self.conflicts.append(
                    Conflict(row=row, key=key, column="state", shown="", now=label, file="")
                )
            else:
                self.conflicts += self.differing(record, row, key, before, after)
            if not self.conflicts:
                self._settle(row, record, self.cells(after), is_new=False)
                record.changed_by = self.by
        if not self.conflicts:
            update_rows(self.table.model, list(stored.values()))
            assert issubclass(self.table.model, Reviewed)
            note_changes(self.table.model, stored)
            self.progress.add(len(rows))

    def _make(self, chunk: ImportChunk) -> None:
        rows = chunk.rows
        records = []
        for row, _key, _pk, _before, after in rows:
            cells = self.cells(after)
            record: Any = self.table.blank(cells, self.by)
            self._settle(row, record, cells, is_new=True)
            record.entered_by = record.changed_by = self.by
            records.append(record)
        chunk.made = _reserve_keys(self.table.model, len(records))
        for record, pk in zip(records, chunk.made, strict=True):
            record.pk = pk
        fields = self.table.model._meta.concrete_fields
        insert_rows(self.table.model._meta.db_table, fields, _values(records, fields, add=True))
        chunk.save(update_fields=["made"])
        self.progress.add(len(rows))

    def _settle(self, row: int, record: Any, cells: dict[str, Any], *, is_new: bool) -> None:
        try:
            self.table.settle(record, cells, is_new=is_new)
            if not self.table.placed(record, cells, self.by):
                raise PermissionDenied(access.outside_sentence(self.table.model))
            self.table.check(record)
        except (ValidationError, FrozenRowError) as error:
            raise refused(self.job, row, error) from error

    def _locked(self, keys: list[int]) -> dict[int, models.Model]:
        rows = self.table.model._default_manager.select_related(*self.table.related)
        return rows.select_for_update(of=("self",)).in_bulk(keys)


def _values(
    records: Iterable[models.Model], fields: Sequence[models.Field[Any, Any]], *, add: bool
) -> Iterable[list[Any]]:
    """What the database is given for some columns of records."""
    # the connection itself: finding it anew for each value takes longer than the rest
    database = connections[DEFAULT_DB_ALIAS]
    for record in records:
        values = [field.pre_save(record, add) for field in fields]
        yield [
            value
            if value is None or type(value) in (str, int)
            else field.get_db_prep_save(value, connection=database)
            for field, value in zip(fields, values, strict=True)
        ]


def _reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """So many primary keys that no other row will have. On SQLite, within the caller's write transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # with AUTOINCREMENT a key is not given twice, even after its row is gone
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + count + 1))


def insert_rows(
    table: str, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Sequence[Any]]
) -> None:
    """Adds rows of so many columns to a table."""
    columns = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))
            return
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def update_rows(model: type[models.Model], records: list[models.Model]) -> None:
    """Writes what is to change of drafts."""
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if field.attname not in _KEPT]
    rows = _values(records, [*fields, model._meta.pk], add=False)
    editable = ", ".join(f"'{state.value}'" for state in EDITABLE)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(f"{field.column} = %s" for field in fields)
            cursor.executemany(
                f"UPDATE {table} SET {marks} WHERE id = %s AND state IN ({editable})",
                list(rows),
            )
            return
        columns = ", ".join(str(field.column) for field in fields)
        cursor.execute(
            f"CREATE TEMPORARY TABLE import_changes ON COMMIT DROP AS SELECT {columns}, id"
            f" FROM {table} WITH NO DATA"
        )
        insert_rows("import_changes", [*fields, model._meta.pk], rows)
        changes = ", ".join(f"{field.column} = c.{field.column}" for field in fields)
        cursor.execute(
            f"UPDATE {table} AS t SET {changes} FROM import_changes AS c"
            f" WHERE t.id = c.id AND t.state IN ({editable})"
        )
        cursor.execute("DROP TABLE import_changes")
