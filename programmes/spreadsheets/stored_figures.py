"""Stored figures as a file shows them: read by columns, as plain texts, each distinct one made once.

The database gives dates, times and decimals as texts: a hundred thousand objects of each take longer than all else.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone

from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Source
from programmes.models.figure_rules import RATIO
from programmes.spreadsheets.numbers import write_number

# what a figure has, as columns of its table; those of CAST are read as texts
CAST = ("period_start", "as_of_on", "as_of_from", "value", "numerator", "denominator", "entered_at")
FIELDS = (
    "pk",
    "ref",
    "series_id",
    *CAST,
    "as_of_precision",
    "qualifier",
    "source_id",
    "note",
    "supersedes_id",
    "state",
)

Columns = dict[str, Sequence[Any]]


class StoredFigures:
    """Reads figures of the database.

    By primary key: the codes of series and sources, and what a series measures. By code: the date of a source.
    """

    def __init__(self) -> None:
        self.series_codes: dict[int, str] = {}
        self.measures: dict[int, str] = {}
        self.source_codes: dict[int, str] = {}
        self.source_dates: dict[str, PreciseDate] = {}
        self._learn()
        self.numbers = _Written(1)
        self.percents = _Written(100)
        self.dates = _Dates()
        self.zone = timezone.get_current_timezone()

    def read(self, found: models.QuerySet[Measurement]) -> Columns:
        """The columns of FIELDS of some figures; empty ones where there is no figure."""
        texts = {f"{name}_text": Cast(name, models.TextField()) for name in CAST}
        names = [f"{name}_text" if name in CAST else name for name in FIELDS]
        rows = found.annotate(**texts).values_list(*names)
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
            pairs = zip(columns["value"], columns["series_id"], strict=True)
            return [
                written[value] if (self.measures[series] == RATIO) == (code == "percent") else ""
                for value, series in pairs
            ]
        if code == "as_of":
            names = ("as_of_on", "as_of_precision", "as_of_from")
            stored = zip(*(columns[name] for name in names), strict=True)
            return list(map(self.dates.__getitem__, stored))
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


def stated_date(on: str | None, precision: str, first: str | None) -> PreciseDate:
    """A date from the three columns that keep it, dates as texts."""
    return PreciseDate.from_stored(
        date.fromisoformat(on) if on else None,
        precision,
        date.fromisoformat(first) if first else None,
    )


class _Written(dict[str | None, str]):
    """The notation of a number, from the database's text of it; empty for none."""

    def __init__(self, times: int) -> None:
        super().__init__({None: ""})
        self.times = times

    def __missing__(self, text: str) -> str:
        self[text] = written = write_number(Decimal(text) * self.times)
        return written


class _Dates(dict[tuple[str | None, str, str | None], str]):
    """The notation of a date, from the columns that keep it."""

    def __missing__(self, stored: tuple[str | None, str, str | None]) -> str:
        self[stored] = notation = stated_date(*stored).notation
        return notation
