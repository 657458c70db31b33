"""Writing many figures at once: COPY on PostgreSQL, one prepared statement on SQLite.

Only drafts are written here, and only drafts are changed: the states of review never are.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, repeat
from operator import itemgetter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import DateError, PreciseDate, Precision, as_of
from programmes.models import EDITABLE, ImportChunk, Measurement, Series, State
from programmes.models.date_sentences import date_sentence
from programmes.models.figure_rules import RATIO
from programmes.models.measurement import new_references
from programmes.models.target import Qualifier
from programmes.services.entries import require
from programmes.spreadsheets.applying import Applier, Conflict, ConflictError
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.outcomes import CHANGED, NEW
from programmes.spreadsheets.stored_figures import FIELDS, Columns, StoredFigures, stated_columns

DATED = ("as_of_on", "as_of_precision", "as_of_from")
# what a file may set on a figure, as columns of the table
SET = (
    "series_id",
    "period_start",
    *DATED,
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
DRAFT, SPAN = State.DRAFT.value, Precision.SPAN.value
# what stands in the place of nothing
DEFAULTS = {"qualifier": Qualifier.EXACTLY.value, "note": ""}


class Plain(dict):
    """What the table is given for the texts of a column, each distinct one read once."""

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
        mine = access.changeable(Series.objects.all(), self.by)
        self.mine = set(mine.values_list("pk", flat=True))
        self.now = str(connection.ops.adapt_datetimefield_value(timezone.now()))
        self.plain = {column.code: Plain(column, self.lookups) for column in self.columns}
        self.figures = StoredFigures()
        self.dated: dict[tuple[str, int, date], tuple[str, str, str | None]] = {}

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
                *self._values(afters, self._nothing(count)),
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

    def _nothing(self, count: int) -> Columns:
        """What new figures have before a file says more."""
        known = {"as_of": f"|{Precision.UNKNOWN.value}|", "entered_at": self.now}
        whole = dict.fromkeys(FIELDS) | DEFAULTS | known
        return {name: [value] * count for name, value in whole.items()}

    def _entered(self) -> tuple[Any, ...]:
        """The columns of ENTERED behind the reference."""
        return DRAFT, "", self.by.pk, self.by.pk, self.now, self.now

    def _change_all(self) -> None:
        changes: list[Columns] = []
        changed: set[str] = set()
        touched: list[tuple[int, int, list[str | None]]] = []
        since = Measurement.objects.filter(changed_at__gte=self.job.created_at)
        for chunk in self.job.chunks.filter(kind=CHANGED).iterator(chunk_size=1):
            numbers, _keys, pks, _befores, afters = chunk.parts
            stored = self._locked(pks)
            self._compare(chunk, stored)
            if self.conflicts:
                continue
            others = set(since.filter(pk__in=pks).values_list("pk", flat=True))
            for place, pk in enumerate(pks):
                if pk in others:
                    sent = [column and column[place] for column in afters]
                    touched.append((numbers[place], pk, sent))
            values = dict(zip(SET, self._values(afters, stored), strict=True))
            dated = zip(*map(stated_columns, stored["as_of"]), strict=True)
            stored |= zip(DATED, map(list, dated), strict=True)
            changed |= {name for name in SET if values[name] != stored[name]}
            changes.append({**values, "id": pks})
        if self.conflicts:
            raise ConflictError(sorted(self.conflicts, key=itemgetter("row")))
        # someone changed another column since: whether the whole still holds is asked of the record itself
        for number, pk, sent in touched:
            self._save(number, Measurement.objects.get(pk=pk), self.cells(sent), is_new=False)
        names = [name for name in SET if name in changed]
        update(
            [
                (*line[:-1], self.by.pk, self.now, line[-1])
                for columns in changes
                for line in zip(*(columns[name] for name in (*names, "id")), strict=True)
            ],
            (*names, "changed_by_id", "changed_at"),
        )

    def _locked(self, keys: list[int]) -> Columns:
        """Stored figures in the order of their keys, locked. Raises PermissionDenied."""
        found = self.figures.read(
            Measurement.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        )
        at = {pk: place for place, pk in enumerate(found["pk"])}
        if len(at) < len(keys) or not self.mine.issuperset(found["series_id"]):
            raise PermissionDenied(_("This record lies outside your territories and programmes."))
        order = [at[pk] for pk in keys]
        return {name: [column[place] for place in order] for name, column in found.items()}

    def _compare(self, chunk: ImportChunk, stored: Columns) -> None:
        """Notes what of stored figures is no longer as the preview showed it."""
        numbers, keys, _pks, befores, afters = chunk.parts
        fixed = set()
        for place, state in enumerate(stored["state"]):
            if state not in EDITABLE:
                fixed.add(place)
                label = str(State(state).label)
                self._conflict(numbers[place], keys[place], "state", "", label, "")
        for code, shown, sent in zip(self.job.columns, befores, afters, strict=True):
            if sent is None:
                continue
            texts = self.figures.texts(code, stored)
            for place, (was, now, file) in enumerate(zip(shown, texts, sent, strict=True)):
                if file is not None and now != was and place not in fixed:
                    self._conflict(numbers[place], keys[place], code, was or "", now, file)

    def _conflict(self, row: int, key: str, column: str, shown: str, now: str, file: str) -> None:
        self.conflicts.append(
            Conflict(row=row, key=key, column=column, shown=shown, now=now, file=file)
        )

    def _values(
        self, afters: Sequence[Sequence[str | None] | None], stored: Columns
    ) -> list[Sequence[Any]]:
        """The columns of SET: what a file changes, else what is stored."""
        sent = dict(zip(self.job.columns, afters, strict=True))

        def column(
            code: str, now: Sequence[Any], read: Callable[[str], Any] | None = None
        ) -> list[Any]:
            texts = sent.get(code)
            if texts is None:
                return list(now)
            read = read or self.plain[code].__getitem__
            return [
                value if text is None else read(text)
                for text, value in zip(texts, now, strict=True)
            ]

        series = column("series", stored["series_id"])
        source = column("source", stored["source_id"])
        if not self.mine.issuperset(series):
            raise PermissionDenied(
                _("This record would lie outside your territories and programmes.")
            )
        stated = column("as_of", self.figures.texts("as_of", stored), str)
        days_of = {moment: self.figures.day_of(moment) for moment in set(stored["entered_at"])}
        recorded = map(days_of.__getitem__, stored["entered_at"])
        days = zip(*map(self._dated, zip(stated, source, recorded, strict=True)), strict=True)
        amounts = zip(
            series,
            column("value", stored["value"]),
            column("percent", stored["value"]),
            strict=True,
        )
        return [
            series,
            column("period_start", stored["period_start"]),
            *map(list, days),
            [
                percent if self.figures.measures[key] == RATIO else value
                for key, value, percent in amounts
            ],
            column("numerator", stored["numerator"]),
            column("denominator", stored["denominator"]),
            column("qualifier", stored["qualifier"]),
            source,
            column("note", stored["note"]),
            column("supersedes", stored["supersedes_id"]),
        ]

    def _dated(self, key: tuple[str, int, date]) -> tuple[str, str, str | None]:
        """The day a figure counts from, the precision of its date, and the first day of a span."""
        if key not in self.dated:
            notation, source, recorded = key
            stated = PreciseDate.parse(notation)
            precision = stated.precision.value
            said = self.figures.source_dates[self.figures.source_codes[source]]
            try:
                effective = as_of(stated, said, recorded)
            except DateError as error:
                # someone dated the source anew since
                raise ValidationError(date_sentence(error)) from error
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
        cursor.executemany(f"INSERT INTO {TABLE} ({', '.join(columns)}) VALUES ({marks})", rows)


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
            rows,
        )
