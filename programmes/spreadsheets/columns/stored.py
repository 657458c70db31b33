"""Stored records as a file shows them: their texts by columns, found by what tells records of a table apart."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice, product
from typing import Any

from django.db import models

from programmes.spreadsheets.columns.cells import IntegerCell, PreciseDateCell, RowCell
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.query_rows import chunks
from programmes.spreadsheets.columns.resource import BETWEEN, Key, TableResource, shown_key
from programmes.type_names import Rows

# so many records are asked for in one query
AT_ONCE = 500


class StoredRows:
    """The stored records that the rows of a file may mean, those out of the sender's scope too.

    A table is read whole, or, where it is `narrowed_by` columns, as rows call for its records: of a long series only
    what is near the dates that are asked for. Each distinct text is kept once.
    """

    def __init__(self, table: TableResource) -> None:
        self.table = table
        self.pks: list[int] = []
        self._pk = Column("pk", "pk", IntegerCell(), attribute=table.model._meta.pk.name)
        self._texts: dict[str, list[str]] = {column.code: [] for column in table.columns}
        self._places: dict[int, int] = {}
        self._by_key: dict[Key, int] = {}
        self._asked: dict[tuple[str, ...], set[Key]] = {codes: set() for codes in table.narrowed_by}
        self._is_whole = False

    def read(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Reads what rows with these texts may mean and has not been read yet."""
        if not self.table.narrowed_by and not self._is_whole:
            self._is_whole = True
            self._add(self.table.model._default_manager.all())
        for codes in self._asked:
            if all(code in texts for code in codes):
                self._read_those(codes, zip(*(texts[code] for code in codes), strict=True))

    def _read_those(self, codes: tuple[str, ...], told: Iterable[Key]) -> None:
        """Reads the records of some texts in those columns, each of which says something."""
        asked = self._asked[codes]
        wanted = {one for one in told if all(one)} - asked - self._by_key.keys()
        asked |= wanted
        left = iter(sorted(wanted))
        while some := list(islice(left, AT_ONCE)):
            rows = self.table.model._default_manager.all()
            for code, texts in zip(codes, zip(*some, strict=True), strict=True):
                rows = _with(rows, self.table.fields[code], set(texts))
            self._add(rows)

    def place(self, key: Key) -> int | None:
        """Where the record of a key stands in the columns; of several the newest."""
        return self._by_key.get(key)

    def column(self, code: str) -> list[str]:
        """The texts of a column, by places."""
        return self._texts[code]

    def texts(self, place: int) -> dict[str, str]:
        """The texts of one record, by the codes of columns."""
        return {code: column[place] for code, column in self._texts.items()}

    def under(self, keys: set[str]) -> dict[str, int]:
        """The places of those records whose key, as people read it, is one of some."""
        names = self.table.nature or self.table.keys
        self.read({})
        for codes in self._asked:
            if set(codes) <= set(names):
                # a key is shown without its empty texts: the text of a column may stand in the place of an earlier one
                self._read_those(
                    codes,
                    (
                        one
                        for key in keys
                        for one in product(
                            *(key.split(BETWEEN)[: names.index(code) + 1] for code in codes)
                        )
                    ),
                )
        return {
            shown: place for key, place in self._by_key.items() if (shown := shown_key(key)) in keys
        }

    def _add(self, rows: models.QuerySet[Any]) -> None:
        table = self.table
        rows = rows.select_related(*table.related).prefetch_related(*table.many).order_by("pk")
        shared: dict[Any, str] = {}
        for pks, *cells in chunks(table, rows, [self._pk, *table.columns]):
            new = [place for place, pk in enumerate(pks) if pk not in self._places]
            start = len(self.pks)
            for column, found in zip(table.columns, cells, strict=True):
                tidy = getattr(column.widget, "tidy", None)
                self._texts[column.code] += [_text(found[place], shared, tidy) for place in new]
            for place, here in enumerate(new, start=start):
                self.pks.append(pks[here])
                self._places[pks[here]] = place
            self._find(start)

    def _find(self, start: int) -> None:
        """Makes records known by their keys, from a place on."""
        table = self.table
        for names in filter(None, (table.keys, table.nature)):
            columns = [self._texts[code][start:] for code in names]
            for place, key in enumerate(zip(*columns, strict=True), start=start):
                if names is table.nature and not table.is_told_apart(self.texts(place)):
                    continue
                other = self._by_key.get(key, place)
                if self.pks[other] <= self.pks[place]:
                    self._by_key[key] = place


def _with(rows: Rows, column: Column, texts: Collection[str]) -> Rows:
    """Those of some records that may have one of some texts in a column: of dates, all between them."""
    widget, path = column.widget, column.attribute
    if isinstance(widget, RowCell):
        path = f"{path}__{widget.key}"
    if not isinstance(widget, PreciseDateCell):
        return rows.filter(**{f"{path}__in": texts})
    days = [day for text in texts for day in _days(widget, text)]
    # the day that counts of a figure is one of those that its date names
    return rows.filter(**{f"{path}_on__range": (min(days), max(days))}) if days else rows.none()


def _days(widget: PreciseDateCell, text: str) -> tuple[date, ...]:
    """The first and the last day of a date; none where the text is no date."""
    try:
        return widget.read(text).days
    except ValueError:
        return ()


def _text(cell: Any, shared: dict[Any, str], tidy: Callable[[str], str] | None) -> str:
    """A cell as `Column.written` writes it, cleaned as a cell of a file is."""
    if cell is None or cell == "":
        return ""
    text = str(cell)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if tidy is not None and not text.isascii():
        text = tidy(text)
    return shared.setdefault(text, text)
