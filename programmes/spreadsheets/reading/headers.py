"""Finding the header: the row that names the table's columns, below a title or notes if there are any."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from programmes import languages
from programmes.models.names import fold, fold_header
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.titles import sheet_title
from programmes.spreadsheets.columns.values import NameCells, as_text, is_empty
from programmes.spreadsheets.reading.limits import UnreadableFileError

# a title and a few notes may come before the header: so many rows, blank ones not counted, are looked at
HEADER_WITHIN = 20
# of the cells that are not read so many are listed, and so much of the text of each; all are counted
MOST_LISTED, MOST_LISTED_SIGNS = 10_000, 80


class HeaderError(UnreadableFileError):
    """A file whose headers do not fit the table: its sender can say what each column means (see mapping.py)."""


Row = tuple[int, list[Any]]
# the numbers of some rows, and their cells by columns: many rows are handed on in a third of the time
Block = tuple[Sequence[int], list[Sequence[Any]]]
_BLOCK = 500


@dataclass(frozen=True)
class Header:
    """The row that names the columns: its number, where the known columns stand and how they are written.

    `others`: what is written above those that are not known, by their place.
    """

    number: int
    width: int
    columns: list[Column]
    indexes: list[int]
    written: list[str]
    others: dict[int, str]

    @property
    def ignored(self) -> list[str]:
        """What is written above columns that are not known."""
        return list(self.others.values())

    @property
    def fit(self) -> tuple[int, int]:
        """How well it fits: the more known columns the better, then the fewer unknown ones."""
        return len(self.indexes), -len(self.ignored)


class LeftCell(NamedTuple):
    """A cell that is left aside. `why`: its column has no meaning (empty), it stands above the header, no row is made
    of its own, its sender left its row out, or its sheet is another one, whose name is in `sheet`."""

    row: int
    letter: str
    text: str
    why: str = ""
    sheet: str = ""


ABOVE, NO_ROW, OTHER_SHEET, LEFT_OUT = "above", "no_row", "other_sheet", "left_out"


class OtherSheet(NamedTuple):
    """A sheet of the file that is not read, and how many of its cells hold something."""

    name: str
    is_visible: bool
    cells: int


@dataclass
class RowMarks:
    """What is to be said of the rows of a sheet; known of a row once it was read.

    Attributes:
        hidden: the numbers of rows that are not shown.
        hidden_columns: the letters of columns that are not shown, those that hold nothing too.
        filled: by the number of a row, the places of cells that took the value of a merged one, and its range.
        left: how many cells of the sheet are left aside, by the letter of their column.
        read: how many stand in columns that are read.
        headers: how many name the columns.
        listed: the first of those that are left aside.
        others: the sheets that are not read.
    """

    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    filled: dict[int, dict[int, str]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    headers: int = 0
    listed: list[LeftCell] = field(default_factory=list)
    others: list[OtherSheet] = field(default_factory=list)

    def leave(self, row: int, letter: str, cell: Any, why: str = "") -> None:
        """Counts a cell that is left aside, and lists it while there is room."""
        self.left[letter] = self.left.get(letter, 0) + 1
        self.tell(row, letter, cell, why)

    def tell(self, row: int, letter: str, cell: Any, why: str = "", sheet: str = "") -> None:
        """Lists a cell that is left aside and was counted, while there is room."""
        if len(self.listed) < MOST_LISTED:
            text = as_text(cell)[:MOST_LISTED_SIGNS]
            self.listed.append(LeftCell(row, letter, text, why, sheet))

    def see_top(
        self,
        rows: Iterable["Row"],
        header_rows: Collection[int],
        first: int,
        filled: Mapping[int, Collection[int]] = MappingProxyType({}),
    ) -> None:
        """Counts the cells down to the header: those that name columns, and what stands above them.

        first: where the first cell of a row stands, counted from 0. filled: the places of cells that took the value of
        a merged one, by their row.
        """
        for number, cells in rows:
            for place, cell in enumerate(cells):
                if is_empty(cell) or place in filled.get(number, ()):
                    continue
                if number in header_rows:
                    self.headers += 1
                else:
                    self.leave(number, letter_of(first + place), cell, ABOVE)


def letter_of(index: int) -> str:
    """The letter of a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def index_of(letters: str) -> int:
    """Where a column of that letter stands, counted from 0. Raises ValueError."""
    found = 0
    for letter in letters:
        place = ord(letter) - ord("A") + 1
        if not 1 <= place <= len(ascii_uppercase):
            raise ValueError(letters)
        found = found * len(ascii_uppercase) + place
    return found - 1


def values_in(cells: Sequence[Any]) -> int:
    """How many cells hold something."""
    return len(cells) - cells.count("") - cells.count(None)


@dataclass(frozen=True)
class FoundSheet:
    """A sheet whose header was found: what was detected, and its rows below the header, columns as `indexes` says.

    `height`: how many rows there are at most, blank ones counted. `first_column`: where the first cell of a row stands,
    counted from 0; None where columns have no letters. `top`: the first rows down to the header, as they stand.
    """

    name: str
    header: Header
    detected: dict[str, str]
    blocks: Iterator[Block]
    height: int
    marks: RowMarks = field(default_factory=RowMarks)
    first_column: int | None = 0
    top: Sequence[Row] = ()


def blocks_of(rows: Iterator[Row]) -> Iterator[Block]:
    """Rows that are read one by one, as blocks."""
    while some := list(islice(rows, _BLOCK)):
        numbers, lines = zip(*some, strict=True)
        yield numbers, list(zip(*lines, strict=True))


def rows_in_blocks(blocks: Iterator[Block]) -> Iterator[Row]:
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
                {
                    index: as_text(cell)
                    for index, cell in enumerate(cells)
                    if index not in known and not is_empty(cell)
                },
            )
    return best


def header_names(columns: Sequence[Column]) -> dict[str, Column]:
    """Every name that a column goes by, folded: its code and its label in each language.

    A label that two columns bear, be it in two languages, names neither; a test sees to it that there is none.
    """
    found: dict[str, dict[str, Column]] = {}
    for language in languages.CODES:
        with translation.override(language):
            for column in columns:
                found.setdefault(fold_header(str(column.label)), {})[column.code] = column
    names = {name: next(iter(named.values())) for name, named in found.items() if len(named) == 1}
    names |= {fold_header(column.code): column for column in columns}
    # where a header without a language reads alike in two, and of a code, it is the first of the site
    for column in (one for one in columns if one.bare):
        with translation.override(column.language):
            names.setdefault(fold_header(str(column.bare)), column)
    for column in (one for one in columns if one.bare):
        names.setdefault(fold_header(column.declared), column)
    return names


def table_names(table: TableResource) -> set[str]:
    """The folded names that a sheet or file of the table may bear."""
    found = {fold(table.name)}
    for language in languages.CODES:
        with translation.override(language):
            name = str(table.model._meta.verbose_name_plural)
            found |= {
                fold(name),
                fold(sheet_title(name)),
                fold(str(table.model._meta.verbose_name)),
            }
    return found


class HeaderSearch:
    """How the sheet and the header of a table are found: by the names of its columns."""

    def __init__(self, table: TableResource) -> None:
        self.table = table
        self.names = header_names([*table.parts, *table.columns])
        self.titles = table_names(table)
        self.required = {column.code for column in table.columns if column.required}
        self.one_of = {column.one_of for column in table.columns if column.one_of}

    def find(self, rows: Sequence[Row]) -> Header | None:
        """The header among the first rows of a sheet; None where there is none."""
        return find_header(rows, self.names)

    def is_whole(self, header: Header) -> bool:
        """Whether all required columns are there."""
        return self.required.issubset(column.code for column in header.columns) and (
            self.one_of.issubset(column.one_of for column in header.columns)
        )

    def check(self, header: Header | None) -> Header:
        """The header, where the rows below it can be read. Raises HeaderError where they cannot."""
        if header is None:
            raise HeaderError(
                _("No column of the table “%(table)s” was found. Its columns: %(columns)s.")
                % {
                    "table": self.table.model._meta.verbose_name_plural,
                    "columns": _labels(self.table.columns),
                }
            )
        check_codes([column.code for column in header.columns], self.table)
        return header


class WholeSheet:
    """In place of a search: a sheet as it is, all its columns, from the row after `above`."""

    def __init__(self, above: int = 0) -> None:
        self.above = above
        self.titles: set[str] = set()

    def find(self, rows: Sequence[Row]) -> Header | None:
        """A header of no columns that leaves nothing aside."""
        width = max((len(cells) for _number, cells in rows), default=0)
        return Header(self.above, width, [], list(range(width)), [], {}) if width else None

    def is_whole(self, header: Header) -> bool:
        """Nothing is required."""
        return True

    def check(self, header: Header | None) -> Header:
        """The header. Raises UnreadableFileError where the sheet is empty."""
        if header is None:
            raise UnreadableFileError(_("The file is empty."))
        return header


def check_codes(codes: Sequence[str], table: TableResource) -> None:
    """Raises HeaderError where a column stands twice among some, or one that rows cannot do without is missing."""
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise HeaderError(
            _("The column “%(column)s” stands in the file more than once.")
            % {"column": ", ".join(twice)}
        )
    # where no row names its key, all are new
    all_new = not set(table.keys) & set(codes)
    missing = [
        column
        for column in table.columns
        if column.required
        and (all_new or column.code in table.keys)
        and not {column.code, *(part.code for part in getattr(column.widget, "parts", ()))}
        & set(codes)
    ]
    if all_new:
        missing += _in_no_language(table, set(codes))
    if missing:
        raise HeaderError(_("A column is missing: %(columns)s.") % {"columns": _labels(missing)})


def _in_no_language(table: TableResource, codes: set[str]) -> list[Column]:
    """Of each text that is needed in one language and stands in none of the columns, the first."""
    named = [column for column in table.columns if column.one_of]
    there = {column.one_of for column in named if column.code in codes}
    first = {column.one_of: column for column in reversed(named)}
    return [column for name, column in first.items() if name not in there]


Source = int | tuple[int | None, ...]


def joined_columns(
    columns: Sequence[Column], table: TableResource
) -> tuple[list[Column], list[Source]]:
    """The table's own columns among some, and which of these each is read from: one, or the parts that name a record.

    Parts are left aside where the record's own column is there.
    """
    places = {column.code: place for place, column in enumerate(columns)}
    found: dict[int, tuple[Column, Source]] = {
        place: (column, place)
        for place, column in enumerate(columns)
        if column.code in table.fields
    }
    for column in table.columns:
        parts = [places.get(part.code) for part in getattr(column.widget, "parts", ())]
        given = [place for place in parts if place is not None]
        if given and column.code not in places:
            found[given[0]] = column, tuple(parts)
    ordered = [found[place] for place in sorted(found)]
    return [column for column, _source in ordered], [source for _column, source in ordered]


def pick(cells: Sequence[Any], sources: Sequence[Source]) -> list[Any]:
    """The cells of the table's own columns of one row."""
    return [
        cells[source]
        if isinstance(source, int)
        else NameCells("" if place is None else cells[place] for place in source)
        for source in sources
    ]


def joined_blocks(blocks: Iterator[Block], sources: Sequence[Source]) -> Iterator[Block]:
    """Blocks of the columns of a file as those of the table's own columns."""
    if list(sources) == list(range(len(sources))):
        for numbers, columns in blocks:
            yield numbers, columns if len(columns) == len(sources) else columns[: len(sources)]
        return
    for numbers, columns in blocks:
        blank = [""] * len(numbers)
        yield (
            numbers,
            [
                columns[source]
                if isinstance(source, int)
                else list(
                    map(
                        NameCells,
                        zip(
                            *(blank if place is None else columns[place] for place in source),
                            strict=True,
                        ),
                    )
                )
                for source in sources
            ],
        )


def _labels(columns: Sequence[Column]) -> str:
    return ", ".join(f"{column.label} ({column.code})" for column in columns)


def _filled_width(cells: list[Any]) -> int:
    return max((index for index, cell in enumerate(cells, 1) if not is_empty(cell)), default=0)
