"""Stored figures as a file shows them: read by columns, as plain texts, each distinct one made once.

The database gives dates, times and decimals as texts: a hundred thousand objects of each take longer than all else.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from programmes.calculations.dates import PreciseDate, Precision
from programmes.models import Measurement, Series, Source
from programmes.models.figure_rules import RATIO
from programmes.spreadsheets.numbers import write_number

# what a figure has, as columns of its table; those of CAST are read as texts
CAST = ("period_start", "value", "numerator", "denominator", "entered_at")
FIELDS = (
    "pk",
    "ref",
    "series_id",
    *CAST,
    "as_of",
    "qualifier",
    "source_id",
    "note",
    "supersedes_id",
    "state",
)

_TEXT = models.TextField()
_PARTS = [Cast(name, _TEXT) for name in ("as_of_on", "as_of_precision", "as_of_from")]
_BAR = Value("|", output_field=_TEXT)
# a date in one text, of three columns: most are known to the day
STATED = Case(
    When(as_of_precision=Precision.DAY.value, then=_PARTS[0]),
    default=Concat(_PARTS[0], _BAR, _PARTS[1], _BAR, _PARTS[2], output_field=_TEXT),
    output_field=_TEXT,
)

Columns = dict[str, Sequence[Any]]
PART = 2000


class StoredFigures:
    """Reads figures of the database.

    By primary key: the codes of series and sources, and what a series measures. By code: the date of a source.
    """

    def __init__(self) -> None:
        self.series_codes: dict[int, str] = {}
        self.measures: dict[int, str] = {}
        self.ratios: set[int] = set()
        self.counts: set[int] = set()
        self.source_codes: dict[int, str] = {}
        self.source_dates: dict[str, PreciseDate] = {}
        self._learn()
        self.numbers = _Written(1)
        self.percents = _Written(100)
        self.dates = _Dates()
        self.zone = timezone.get_current_timezone()

    def read(self, found: models.QuerySet[Measurement]) -> Columns:
        """The columns of FIELDS of some figures; empty ones where there is no figure."""
        return self._columns(list(_rows(found)))

    def read_parts(self, found: models.QuerySet[Measurement]) -> Iterator[Columns]:
        """The same of many figures, part by part: what is read last is still at hand when it is worked on."""
        rows = _rows(found).iterator(chunk_size=PART)
        while some := list(islice(rows, PART)):
            yield self._columns(some)

    def _columns(self, rows: list[tuple[Any, ...]]) -> Columns:
        if not rows:
            return dict.fromkeys(FIELDS, ())
        columns = dict(zip(FIELDS, zip(*rows, strict=True), strict=True))
        known, sources = self.series_codes.keys(), self.source_codes.keys()
        if not (set(columns["series_id"]) <= known and set(columns["source_id"]) <= sources):
            # someone added a series or a source since
            self._learn()
        return columns

    def _learn(self) -> None:
        for pk, code, measure in Series.objects.values_list("pk", "code", "indicator__measure"):
            self.series_codes[pk], self.measures[pk] = code, measure
        self.ratios = {pk for pk, measure in self.measures.items() if measure == RATIO}
        self.counts = self.measures.keys() - self.ratios
        sources = Source.objects.values_list("pk", "code", "date_on", "date_precision", "date_from")
        for pk, code, *dated in sources:
            self.source_codes[pk] = code
            self.source_dates[code] = PreciseDate.from_stored(*dated)

    def texts(self, code: str, columns: Columns) -> Sequence[str]:
        """A column of a file as it shows these figures."""
        if code in ("numerator", "denominator"):
            return list(map(self.numbers.__getitem__, columns[code]))
        if code in ("value", "percent"):
            written = self.percents if code == "percent" else self.numbers
            others = self.counts if code == "percent" else self.ratios
            pairs = zip(columns["value"], columns["series_id"], strict=True)
            return ["" if series in others else written[value] for value, series in pairs]
        if code == "as_of":
            return list(map(self.dates.__getitem__, columns["as_of"]))
        if code == "series":
            return list(map(self.series_codes.__getitem__, columns["series_id"]))
        if code == "source":
            return list(map(self.source_codes.__getitem__, columns["source_id"]))
        if code == "supersedes":
            return self._refs(columns["supersedes_id"])
        if code == "note":
            return [note.replace("\r\n", "\n") for note in columns["note"]]
        if code == "period_start":
            return [day or "" for day in columns["period_start"]]
        # a reference or a qualifier
        return columns[code]

    def day_of(self, moment: str) -> date:
        """The local day of a moment, from the database's text of it; SQLite keeps it in UTC and does not say so."""
        found = datetime.fromisoformat(moment)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(self.zone).date()

    @staticmethod
    def _refs(keys: Sequence[int | None]) -> list[str]:
        """The references of the figures that some correct, empty for those that correct none."""
        refs: dict[int | None, str] = {None: ""}
        wanted = sorted(key for key in set(keys) if key is not None)
        for start in range(0, len(wanted), 500):
            some = Measurement.objects.filter(pk__in=wanted[start : start + 500])
            refs.update(some.values_list("pk", "ref"))
        return [refs[key] for key in keys]


def _rows(found: models.QuerySet[Measurement]) -> models.QuerySet:
    texts = {f"{name}_text": Cast(name, _TEXT) for name in CAST} | {"stated": STATED}
    names = {name: f"{name}_text" for name in CAST} | {"as_of": "stated"}
    return found.annotate(**texts).values_list(*(names.get(name, name) for name in FIELDS))


def stated_columns(stated: str) -> tuple[str | None, str, str | None]:
    """The three columns that keep a date: `as_of_on`, `as_of_precision` and `as_of_from`."""
    if "|" not in stated:
        return stated, Precision.DAY.value, None
    on, precision, first = stated.split("|")
    return on or None, precision, first or None


class _Written(dict[str | None, str]):
    """The notation of a number, from the database's text of it; empty for none."""

    def __init__(self, times: int) -> None:
        super().__init__({None: ""})
        self.times = times

    def __missing__(self, text: str) -> str:
        self[text] = written = write_number(Decimal(text) * self.times)
        return written


class _Dates(dict[str, str]):
    """The notation of a date, from STATED."""

    def __missing__(self, stated: str) -> str:
        on, precision, first = stated_columns(stated)
        days = [date.fromisoformat(day) if day else None for day in (on, first)]
        self[stated] = notation = PreciseDate.from_stored(days[0], precision, days[1]).notation
        return notation
