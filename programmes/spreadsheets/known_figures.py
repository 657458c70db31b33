"""The stored figures that the check of a file has read: by columns, found by reference or by what tells them apart."""

from collections.abc import Sequence
from itertools import count, islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import models

from programmes.models import Measurement, State
from programmes.spreadsheets.quick_cells import NATURE, Line
from programmes.spreadsheets.stored_figures import StoredFigures

# what is kept of a figure besides the texts of a line
_RECORD = ("pk", "series_id", "state", "entered_at")
# what tells two figures without a reference apart, of the texts of a line
nature_of = itemgetter(*map(Line._fields.index, NATURE))


class Stored(NamedTuple):
    """A figure of the database. entered: when, as the database writes it; texts: in the order of Line."""

    pk: int
    series: int
    state: str
    entered: str
    texts: tuple[str, ...]


class KnownFigures:
    """Reads stored figures as a file's rows call for them, each series once.

    Attributes:
        by_ref: the place at which a figure stands in the columns.
    """

    def __init__(self) -> None:
        self.figures = StoredFigures()
        self.by_ref: dict[str, int] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in (*_RECORD, *Line._fields)}
        # the texts of a line that one of them has
        self._filled: set[str] = set()
        self._series: set[str] = set()
        self._by_nature: dict[tuple[str, ...], int] = {}
        # how many figures are in _by_nature: a file that names references needs none
        self._told_apart = 0

    def read_all(self, series: models.QuerySet) -> None:
        """Reads the figures of all these series at once."""
        self._series |= set(series.values_list("code", flat=True))
        self._add(Measurement.objects.filter(series__in=series))

    def read_series(self, codes: set[str]) -> None:
        """Reads the figures of the series that some rows name."""
        self._read("series__code", codes - self._series - {""})
        self._series |= codes

    def read_refs(self, refs: set[str]) -> None:
        """Reads the figures that some rows name, of series that they do not name."""
        self._read("ref", refs.difference(self.by_ref, ("",)))

    def tell_apart(self) -> None:
        """Makes the figures that were read known by their nature: series, period, dates and source."""
        added = range(self._told_apart, len(self._columns["pk"]))
        for place in added:
            figure = self._figure(place)
            if figure.state in (State.WITHDRAWN, State.SUPERSEDED) and figure.texts[-1]:
                continue
            nature = nature_of(figure.texts)
            other = self._by_nature.get(nature, place)
            # of several the newest
            if self._columns["pk"][other] <= figure.pk:
                self._by_nature[nature] = place
        self._told_apart = added.stop

    def column(self, name: str, places: Sequence[int]) -> list[Any]:
        """What the figures at some places have in a column: a text as a file shows it, `pk` or `series_id`."""
        if name in Line._fields and name not in self._filled:
            return [""] * len(places)
        return list(map(self._columns[name].__getitem__, places))

    def figure(self, ref: str, nature: tuple[str, ...]) -> Stored | None:
        """The figure of a reference or, without one, of a nature."""
        place = self.by_ref.get(ref) if ref else self._by_nature.get(nature)
        return None if place is None else self._figure(place)

    def _figure(self, place: int) -> Stored:
        pk, series, state, entered = (self._columns[name][place] for name in _RECORD)
        texts = tuple([self._columns[code][place] for code in Line._fields])
        return Stored(pk, series, state, entered, texts)

    def _read(self, field: str, names: set[str]) -> None:
        left = iter(sorted(names))
        while some := list(islice(left, 500)):
            self._add(Measurement.objects.filter(**{f"{field}__in": some}))

    def _add(self, found: models.QuerySet[Measurement]) -> None:
        for columns in self.figures.read_parts(found.order_by()):
            self.by_ref.update(zip(columns["ref"], count(len(self._columns["pk"])), strict=False))
            for name in _RECORD:
                self._columns[name] += columns[name]
            for code in Line._fields:
                texts = self.figures.texts(code, columns)
                self._columns[code] += texts
                if code not in self._filled and any(texts):
                    self._filled.add(code)
