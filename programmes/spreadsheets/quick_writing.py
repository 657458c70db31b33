"""Writing many figures at once: COPY on PostgreSQL, one prepared statement on SQLite.

Only drafts are written here, and only drafts are changed: the states of review never are.
"""

import functools
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import PreciseDate, Precision, as_of
from programmes.models import EDITABLE, ImportChunk, Measurement, Series, Source, State
from programmes.models.figure_rules import RATIO
from programmes.models.measurement import new_references
from programmes.models.target import Qualifier
from programmes.services.entries import require
from programmes.spreadsheets.applying import Applier, Conflict, ConflictError
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.lookups import Lookups
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


# plain texts: looking a member of an enumeration up takes longer than the rest of a cell
DRAFT, EXACTLY, SPAN = State.DRAFT.value, Qualifier.EXACTLY.value, Precision.SPAN.value
# what stands in the place of nothing
DEFAULTS = {"qualifier": EXACTLY, "note": ""}


class Plain(dict):
    """What the table is given for the texts of a column, each distinct one read once; a date as PreciseDate."""

    def __init__(self, column: Column, lookups: Lookups) -> None:
        super().__init__()
        self.column, self.lookups = column, lookups

    def __missing__(self, text: str) -> Any:
        value = self.column.read_cell(text, self.lookups)
        if isinstance(value, models.Model):
            value = value.pk
        elif isinstance(value, date | Decimal):
            value = str(value)
        elif value in (None, ""):
            value = DEFAULTS.get(self.column.code)
        self[text] = value
        return value


class FigureApplier(Applier):
    """Writes the figures of a job: the same records as services.record and services.amend would leave."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.mine = set(
            access.changeable(Series.objects.all(), self.by).values_list("pk", flat=True)
        )
        self.ratios = set(
            Series.objects.filter(indicator__measure=RATIO).values_list("pk", flat=True)
        )
        self.series_codes = dict(Series.objects.values_list("pk", "code"))
        self.now = str(connection.ops.adapt_datetimefield_value(timezone.now()))
        self.today = timezone.localdate()
        self.plain = {column.code: Plain(column, self.lookups) for column in self.columns}
        self.source_dates = {
            pk: PreciseDate.from_stored(on, precision, first)
            for pk, on, precision, first in Source.objects.values_list(
                "pk", "date_on", "date_precision", "date_from"
            )
        }
        self.dated: dict[tuple[PreciseDate, int, date], tuple[str, str, str | None]] = {}

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
            numbers, _keys, _pks, _befores, afters = chunk.parts
            count = len(numbers)
            chunk.made = list(islice(keys, count))
            waiting += zip(
                *self._values(afters, [{}] * count),
                new_references(count),
                *(repeat(value, count) for value in self._entered()),
                chunk.made,
                strict=True,
            )
            chunk.save(update_fields=["made"])
            self.progress.add(count)
            if len(waiting) >= AT_ONCE:
                insert(waiting, (*SET, *ENTERED, "id"))
                waiting = []
        insert(waiting, (*SET, *ENTERED, "id"))

    def _entered(self) -> tuple[Any, ...]:
        """The columns of ENTERED behind the reference."""
        return DRAFT, "", self.by.pk, self.by.pk, self.now, self.now

    def _change_all(self) -> None:
        changes: list[tuple[Any, ...]] = []
        for chunk in self.job.chunks.filter(kind=CHANGED).iterator(chunk_size=1):
            changes += self._changes(chunk)
        if self.conflicts:
            raise ConflictError(self.conflicts)
        update(changes, (*SET, "changed_by_id", "changed_at"))

    def _changes(self, chunk: ImportChunk) -> Iterator[tuple[Any, ...]]:
        """The rows of a chunk as they are to be written; none once there is a conflict."""
        rows = chunk.rows
        keys = [row[2] for row in rows]
        locked = Measurement.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        stored = {row[0]: row for row in locked.values_list(*FIELDS, "source_id", "supersedes_id")}
        if not {row[2] for row in stored.values()} <= self.mine or len(stored) < len(keys):
            raise PermissionDenied(_("This record lies outside your territories and programmes."))
        for row, key, pk, before, after in rows:
            self.conflicts += self._conflicts(row, key, stored[pk], before, after)
        if self.conflicts:
            return
        afters = list(zip(*(row[4] for row in rows), strict=True))
        values = self._values(afters, [self._kept(stored[pk]) for pk in keys])
        for line, pk in zip(zip(*values, strict=True), keys, strict=True):
            yield (*line, self.by.pk, self.now, pk)

    def _conflicts(
        self,
        row: int,
        key: str,
        now: tuple[Any, ...],
        before: Sequence[str | None],
        after: Sequence[str | None],
    ) -> list[Conflict]:
        """What of a stored figure is no longer as the preview showed it."""
        if now[14] not in EDITABLE:
            state = str(State(now[14]).label)
            return [Conflict(row=row, key=key, column="state", shown="", now=state, file="")]
        texts = Stored(now[:-2], self.series_codes[now[2]], now[2] in self.ratios).texts
        return [
            Conflict(row=row, key=key, column=code, shown=shown or "", now=is_now, file=sent)
            for code, shown, sent in zip(self.job.columns, before, after, strict=True)
            if sent is not None and (is_now := getattr(texts, code)) != shown
        ]

    def _kept(self, stored: tuple[Any, ...]) -> dict[str, Any]:
        """What a figure has, by column, as the table is given it."""
        return {
            "series": stored[2],
            "period_start": stored[3],
            "as_of": PreciseDate.from_stored(stored[4], stored[5], stored[6]),
            "percent" if stored[2] in self.ratios else "value": stored[7],
            "numerator": stored[8],
            "denominator": stored[9],
            "qualifier": stored[10],
            "source": stored[16],
            "note": stored[12],
            "supersedes": stored[17],
            "recorded": timezone.localdate(stored[15]),
        }

    def _values(
        self, afters: Sequence[Sequence[str | None] | None], kept: list[dict[str, Any]]
    ) -> list[Sequence[Any]]:
        """The columns of SET, for rows of which `kept` says what they have where a file changes nothing."""
        sent = dict(zip(self.job.columns, afters, strict=True))

        def column(code: str, default: Any = None) -> list[Any]:
            stored = [row.get(code, default) for row in kept]
            if sent.get(code) is None:
                return stored
            read = self.plain[code]
            return [
                now if text is None else read[text]
                for text, now in zip(sent[code], stored, strict=True)
            ]

        series, source = column("series"), column("source")
        if not self.mine.issuperset(series):
            raise PermissionDenied(
                _("This record would lie outside your territories and programmes.")
            )
        dates = zip(column("as_of"), source, column("recorded", self.today), strict=True)
        amounts = zip(series, column("value"), column("percent"), strict=True)
        return [
            series,
            column("period_start"),
            *zip(*map(self._dated, dates), strict=True),
            [percent if key in self.ratios else value for key, value, percent in amounts],
            column("numerator"),
            column("denominator"),
            column("qualifier", EXACTLY),
            source,
            column("note", ""),
            column("supersedes"),
        ]

    def _dated(self, key: tuple[PreciseDate, int, date]) -> tuple[str, str, str | None]:
        """The day a figure counts from, the precision of its date, and the first day of a span."""
        if key not in self.dated:
            stated, source, recorded = key
            effective = as_of(stated, self.source_dates[source], recorded)
            precision = stated.precision.value
            self.dated[key] = (
                str(effective),
                precision,
                str(stated.first) if precision == SPAN else None,
            )
        return self.dated[key]


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
