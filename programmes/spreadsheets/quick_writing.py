"""Writing many figures at once: COPY on PostgreSQL, one prepared statement on SQLite.

Only drafts are written here, and only drafts are changed: the states of review never are.
"""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import PreciseDate, as_of
from programmes.models import EDITABLE, ImportChunk, Measurement, Series, Source, State
from programmes.models.measurement import new_reference
from programmes.models.target import Qualifier
from programmes.services.entries import require
from programmes.spreadsheets.applying import Applier, Conflict, ConflictError
from programmes.spreadsheets.outcomes import CHANGED, NEW
from programmes.spreadsheets.quick_figures import FIELDS, Stored

# what a file may set on a figure, as columns of the table
SET = (
    "series_id",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source_id",
    "note",
    "supersedes_id",
)
ENTERED = (
    "ref",
    "state",
    "outcome_reason",
    "entered_by_id",
    "changed_by_id",
    "entered_at",
    "changed_at",
)
TABLE = Measurement._meta.db_table
# so many rows are written by one statement
AT_ONCE = 10_000


class FigureApplier(Applier):
    """Writes the figures of a job: the same records as services.record and services.amend would leave."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.mine = set(
            access.changeable(Series.objects.all(), self.by).values_list("pk", flat=True)
        )
        self.measures = dict(Series.objects.values_list("pk", "indicator__measure"))
        self.series_codes = dict(Series.objects.values_list("pk", "code"))
        self.now: datetime = timezone.now()
        self.today = timezone.localdate()
        self.cell_memo: dict[tuple[str, str], Any] = {}
        self.source_dates = {
            pk: PreciseDate.from_stored(on, precision, first)
            for pk, on, precision, first in Source.objects.values_list(
                "pk", "date_on", "date_precision", "date_from"
            )
        }
        self.effective: dict[tuple[PreciseDate, int, date], date] = {}

    def run(self) -> None:
        """Writes all rows. Raises as Applier.run."""
        kinds = set(self.job.chunks.values_list("kind", flat=True))
        if CHANGED in kinds:
            require(self.by, "change", Measurement)
            self._change_all()
        if NEW in kinds:
            require(self.by, "add", Measurement)
            self._make_all()

    def _make_all(self) -> None:
        """Writes the new rows, many chunks at a time, under keys that are set aside for them first."""
        keys = iter(reserved(self.job.counts[NEW]))
        waiting: list[tuple[Any, ...]] = []
        for chunk in self.job.chunks.filter(kind=NEW).iterator(chunk_size=1):
            for _row, _key, _pk, _before, after in chunk.rows:
                chunk.made.append(next(keys))
                entered = (
                    new_reference(),
                    State.DRAFT.value,
                    "",
                    self.by.pk,
                    self.by.pk,
                    self.now,
                    self.now,
                    chunk.made[-1],
                )
                waiting.append(self._values(self._cells(after)) + entered)
            chunk.save(update_fields=["made"])
            if len(waiting) >= AT_ONCE:
                insert(waiting, (*SET, *ENTERED, "id"))
                waiting = []
        insert(waiting, (*SET, *ENTERED, "id"))

    def _change_all(self) -> None:
        changes: list[tuple[Any, ...]] = []
        for chunk in self.job.chunks.filter(kind=CHANGED).iterator(chunk_size=1):
            changes += self._changes(chunk)
        if self.conflicts:
            raise ConflictError(self.conflicts)
        update(changes, (*SET, "changed_by_id", "changed_at"))

    def _changes(self, chunk: ImportChunk) -> Iterator[tuple[Any, ...]]:
        rows = chunk.rows
        locked = Measurement.objects.select_for_update(of=("self",)).filter(
            pk__in=[row[2] for row in rows]
        )
        stored = {row[0]: row for row in locked.values_list(*FIELDS, "source_id", "supersedes_id")}
        for row, key, pk, before, after in rows:
            now = stored.get(pk)
            if now is None or now[2] not in self.mine:
                raise PermissionDenied(
                    _("This record lies outside your territories and programmes.")
                )
            ratio = self.measures[now[2]] == "ratio"
            texts = Stored(now[:-2], self.series_codes[now[2]], ratio).texts
            if now[14] not in EDITABLE:
                self.conflicts.append(
                    self._conflict(row, key, "state", "", State(now[14]).label, "")
                )
                continue
            wrong = [
                self._conflict(row, key, column.code, shown or "", texts[column.code], sent)
                for column, shown, sent in zip(self.columns, before, after, strict=True)
                if sent is not None and texts[column.code] != shown
            ]
            if wrong:
                self.conflicts += wrong
                continue
            cells = self._kept(now) | self._cells(after)
            yield (*self._values(cells), self.by.pk, self.now, pk)

    def _cells(self, texts: list[str | None]) -> dict[str, Any]:
        """The values of staged texts, each distinct one read once."""
        cells = {}
        for column, text in zip(self.columns, texts, strict=True):
            if text is None:
                continue
            key = (column.code, text)
            if key not in self.cell_memo:
                self.cell_memo[key] = column.read_cell(text, self.lookups)
            cells[column.code] = self.cell_memo[key]
        return cells

    def _kept(self, stored: tuple[Any, ...]) -> dict[str, Any]:
        """The values a figure has, by column code, with its related rows."""
        kept = {
            "series": _one(Series, stored[2], self.cell_memo),
            "period_start": stored[3],
            "as_of": PreciseDate.from_stored(stored[4], stored[5], stored[6]),
            "numerator": stored[8],
            "denominator": stored[9],
            "qualifier": stored[10],
            "source": _one(Source, stored[16], self.cell_memo),
            "note": stored[12],
            "supersedes": _one(Measurement, stored[17], self.cell_memo) if stored[17] else None,
            "recorded": timezone.localdate(stored[15]),
        }
        kept["percent" if self.measures[stored[2]] == "ratio" else "value"] = stored[7]
        return kept

    def _values(self, cells: dict[str, Any]) -> tuple[Any, ...]:
        """The columns of SET."""
        # `id`, not `pk`: a property that would be asked hundreds of thousands of times
        series, source, stated = cells["series"].id, cells["source"].id, cells["as_of"]
        if series not in self.mine:
            raise PermissionDenied(
                _("This record would lie outside your territories and programmes.")
            )
        amount = cells.get("percent") if self.measures[series] == "ratio" else cells.get("value")
        key = (stated, source, cells.get("recorded", self.today))
        if key not in self.effective:
            self.effective[key] = as_of(stated, self.source_dates[source], key[2])
        return (
            series,
            cells.get("period_start"),
            self.effective[key],
            stated.precision.value,
            stated.first if stated.precision.value == "span" else None,
            amount,
            cells.get("numerator"),
            cells.get("denominator"),
            cells.get("qualifier") or Qualifier.EXACTLY.value,
            source,
            cells.get("note") or "",
            cells["supersedes"].id if cells.get("supersedes") else None,
        )

    @staticmethod
    def _conflict(row: int, key: str, column: str, shown: str, now: str, sent: str) -> Conflict:
        return Conflict(row=row, key=key, column=column, shown=shown, now=now, file=sent)


def reserved(count: int) -> list[int]:
    """So many primary keys that no other row will have. On SQLite, within the caller's write transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [TABLE, count],
            )
            return [key for (key,) in cursor.fetchall()]
    # with AUTOINCREMENT a key is not given twice, even after its row is gone
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [TABLE])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + count + 1))


def insert(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
    """Adds rows to the table of measurements."""
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {TABLE} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} ({', '.join(columns)}) VALUES ({marks})", _adapted(rows)
        )


def update(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
    """Changes editable rows; the last value of each is its primary key."""
    if not rows:
        return
    editable = ", ".join(f"'{state.value}'" for state in EDITABLE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMPORARY TABLE import_changes ON COMMIT DROP AS "
                f"SELECT {', '.join(columns)}, id FROM {TABLE} WITH NO DATA"
            )
            with cursor.copy(f"COPY import_changes ({', '.join(columns)}, id) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"UPDATE {TABLE} AS t SET {', '.join(f'{name} = c.{name}' for name in columns)} "
                f"FROM import_changes AS c WHERE t.id = c.id AND t.state IN ({editable})"
            )
            cursor.execute("DROP TABLE import_changes")
            return
        cursor.executemany(
            f"UPDATE {TABLE} SET {', '.join(f'{name} = %s' for name in columns)} "
            f"WHERE id = %s AND state IN ({editable})",
            _adapted(rows),
        )


def _adapted(rows: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Values as SQLite's driver takes them through Django: dates, times and decimals as Django stores them."""
    adapt = {
        Decimal: str,
        date: str,
        datetime: functools.cache(connection.ops.adapt_datetimefield_value),
    }
    for row in rows:
        yield [
            value if (kind := adapt.get(value.__class__)) is None else kind(value) for value in row
        ]


def _one(model: Any, pk: int, memo: dict[Any, Any]) -> Any:
    key = (model.__name__, pk)
    if key not in memo:
        memo[key] = model.objects.get(pk=pk)
    return memo[key]
