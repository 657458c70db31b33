"""Finding the header: the row that names the table's columns, below a title or notes if there are any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from programmes.models.names import fold, fold_header
from programmes.spreadsheets.cells import LANGUAGES
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.limits import UnreadableFileError
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.values import as_text, is_empty
from programmes.spreadsheets.xlsx import sheet_title

# a title and a few notes may come before the header: so many rows, blank ones not counted, are looked at
HEADER_WITHIN = 20

Row = tuple[int, list[Any]]
# the numbers of some rows, and their cells by columns: many rows are handed on in a third of the time
Block = tuple[Sequence[int], list[Sequence[Any]]]
_BLOCK = 500


@dataclass(frozen=True)
class Header:
    """The row that names the columns: its number, where the known columns stand and how they are written."""

    number: int
    width: int
    columns: list[Column]
    indexes: list[int]
    written: list[str]
    ignored: list[str]

    @property
    def fit(self) -> tuple[int, int]:
        """How well it fits: the more known columns the better, then the fewer unknown ones."""
        return len(self.columns), -len(self.ignored)


@dataclass(frozen=True)
class Found:
    """A sheet whose header was found: what was detected, and its rows below the header, columns as `indexes` says.

    `height`: how many rows there are at most, blank ones counted.
    """

    name: str
    header: Header
    detected: dict[str, str]
    blocks: Iterator[Block]
    height: int


def blocks_of(rows: Iterator[Row]) -> Iterator[Block]:
    """Rows that are read one by one, as blocks."""
    while some := list(islice(rows, _BLOCK)):
        numbers, lines = zip(*some, strict=True)
        yield numbers, list(zip(*lines, strict=True))


def rows_of(blocks: Iterator[Block]) -> Iterator[Row]:
    """The rows of blocks, one by one."""
    for numbers, columns in blocks:
        yield from zip(numbers, map(list, zip(*columns, strict=True)), strict=True)


def find_header(rows: Sequence[Row], names: dict[str, Column]) -> Header | None:
    """The first row that names the most columns; None where no row names any."""
    best: Header | None = None
    for number, cells in rows:
        known = {
            index: names[name]
            for index, cell in enumerate(cells)
            if isinstance(cell, str) and (name := fold_header(cell)) in names
        }
        if known and (best is None or len(known) > len(best.columns)):
            best = Header(
                number,
                _filled_width(cells),
                list(known.values()),
                list(known),
                [as_text(cells[index]) for index in known],
                [
                    as_text(cell)
                    for index, cell in enumerate(cells)
                    if index not in known and not is_empty(cell)
                ],
            )
    return best


def header_names(columns: Sequence[Column]) -> dict[str, Column]:
    """Every name that a column goes by, folded: its code and its label in each language.

    A label that two columns bear, be it in two languages, names neither; a test sees to it that there is none.
    """
    found: dict[str, dict[str, Column]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for column in columns:
                found.setdefault(fold_header(str(column.label)), {})[column.code] = column
    names = {name: next(iter(named.values())) for name, named in found.items() if len(named) == 1}
    return names | {fold_header(column.code): column for column in columns}


def table_names(table: TableResource) -> set[str]:
    """The folded names that a sheet of the table may bear."""
    found = {fold(table.name)}
    for language in LANGUAGES:
        with translation.override(language):
            name = str(table.model._meta.verbose_name_plural)
            found |= {fold(name), fold(sheet_title(name))}
    return found


def check_header(header: Header | None, table: TableResource) -> Header:
    """The header, where the rows below it can be read. Raises UnreadableFileError where they cannot."""
    if header is None:
        raise UnreadableFileError(
            _("No column of the table “%(table)s” was found. Its columns: %(columns)s.")
            % {
                "table": table.model._meta.verbose_name_plural,
                "columns": _labels(table.columns),
            }
        )
    codes = [column.code for column in header.columns]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise UnreadableFileError(
            _("The column “%(column)s” stands in the file more than once.")
            % {"column": ", ".join(twice)}
        )
    missing = [
        column
        for column in table.columns
        if column.required and column.code in table.keys and column.code not in codes
    ]
    if missing:
        raise UnreadableFileError(
            _("A column is missing: %(columns)s.") % {"columns": _labels(missing)}
        )
    return header


def _labels(columns: Sequence[Column]) -> str:
    return ", ".join(f"{column.label} ({column.code})" for column in columns)


def _filled_width(cells: list[Any]) -> int:
    return max((index for index, cell in enumerate(cells, 1) if not is_empty(cell)), default=0)
