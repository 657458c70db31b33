"""From the bytes of a file to rows of cells: XLSX, XLS, ODS, CSV, TSV and JSON.

What was detected (encoding, delimiter, sheet) is said, and the sender may choose otherwise. Nothing is guessed in
silence: what cannot be read for certain is refused with a sentence.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.numbers import NUMBER_FORMATS
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.values import is_empty
from programmes.spreadsheets.reading import delimited, json_records, workbook_reader
from programmes.spreadsheets.reading.encodings import ENCODINGS
from programmes.spreadsheets.reading.headers import (
    Block,
    FoundSheet,
    HeaderSearch,
    Row,
    RowMarks,
    Source,
    WholeSheet,
    joined_blocks,
    joined_columns,
    letter_of,
    rows_in_blocks,
    values_in,
)
from programmes.spreadsheets.reading.limits import Clock, Limits, NoRowsError, UnreadableFileError


@dataclass(frozen=True)
class ReadOptions:
    """What the sender chose in place of what was detected; empty where nothing was chosen.

    Attributes:
        encoding: one of those of encodings.ENCODINGS.
        delimiter: `,`, `;` or `tab`.
        number_format: `1 234,5`, `1.234,5` or `1,234.5`; empty: as typed, and what can be read two ways is refused.
        rounding: `0` to `4`: numbers are rounded to so many decimals; empty: one with too many is refused.
        sheet: the name of the sheet to read.
    """

    encoding: str = ""
    delimiter: str = ""
    number_format: str = ""
    rounding: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Addresses:
    """Where the cells of the rows that were read stand in the file.

    A row of the file whose columns were turned into rows makes several, one for each group of such columns.

    Attributes:
        letters: for each group, the letters of each column by its code; "" where a cell has none, as a constant.
    """

    letters: list[dict[str, list[str]]] = field(default_factory=lambda: [{}])

    def row(self, number: int) -> int:
        """The number of a row in the file."""
        return number // len(self.letters)

    def told(self, number: int) -> str:
        """How a row is told from others: by its number, with the column that it was made of where there are several."""
        if len(self.letters) == 1:
            return str(number)
        own = {
            letter
            for letters in self.letters[number % len(self.letters)].values()
            for letter in letters
        }
        others = [
            {letter for letters in group.values() for letter in letters}
            for place, group in enumerate(self.letters)
            if place != number % len(self.letters)
        ]
        letter = min(own.difference(*others), default="")
        return f"{letter}{self.row(number)}"

    def letters_of(self, number: int, code: str) -> list[str]:
        """The letters of the columns that hold a cell."""
        return self.letters[number % len(self.letters)].get(code, [])

    def cell(self, number: int, code: str) -> str:
        """The address of a cell, such as C14; the number of its row where it has none."""
        letter = next(filter(None, self.letters_of(number, code)), "")
        return f"{letter}{self.row(number)}"


@dataclass(frozen=True)
class Sheet:
    """The sheet of a file that has the columns of a table.

    Attributes:
        columns: the table's columns that were found, in the file's order.
        headers: how the file writes them, aligned with `columns`.
        ignored: headers that belong to no column.
        detected: `kind` (csv, json, xlsx, xls, ods), `encoding`, `delimiter`, `number_format`, `sheet`, `header_row`.
        blocks: the numbers of some rows, as a spreadsheet program shows them, and their raw cells column by column,
            as `columns`. Blank rows are left out. They run once, and may raise UnreadableFileError on the way.
        height: how many rows there are at most, blank ones counted.
        marks: what is to be said of rows and columns; whole once `blocks` have run.
        sources: from which place of a filled cell in `marks` each column is read.
        addresses: where cells stand in the file.
        names: the header of each column of the file that was read, by its letter.
    """

    name: str
    columns: list[Column]
    headers: list[str]
    ignored: list[str]
    detected: dict[str, str]
    blocks: Iterator[Block]
    height: int
    marks: RowMarks = field(default_factory=RowMarks)
    sources: list[Source] = field(default_factory=list)
    addresses: Addresses = field(default_factory=Addresses)
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Iterator[Row]:
        """The same rows one by one, in place of `blocks`."""
        return rows_in_blocks(self.blocks)


_DEFAULT = ReadOptions()
ROUNDINGS = ("0", "1", "2", "3", "4")


def open_sheet(
    content: bytes,
    file_name: str,
    table: TableResource,
    options: ReadOptions = _DEFAULT,
) -> Sheet:
    """The sheet of a file that has the columns of a table. The kind of file is told by its bytes, not its name.

    Raises:
        HeaderError: no sheet has the columns that the table needs.
        UnreadableFileError: with a sentence in the reader's language.
    """
    found = open_found(content, file_name, HeaderSearch(table), options)
    header, first_column = found.header, found.first_column
    columns, sources = joined_columns(header.columns, table)
    letters = [
        letter_of(first_column + index) if first_column is not None else header.written[place]
        for place, index in enumerate(header.indexes)
    ]
    given = [source if isinstance(source, tuple) else (source,) for source in sources]
    used = {place for places in given for place in places if place is not None}
    spare = [place for place in range(len(letters)) if place not in used]
    # columns that no file fills stand in one that was taken out
    not_read = spare + [
        place
        for place, column in enumerate(header.columns)
        if place in used and column.readonly and not column.decided
    ]
    found.marks.see_top(found.top, (header.number,), first_column or 0)
    addresses = Addresses(
        [
            {
                column.code: ["" if place is None else letters[place] for place in places]
                for column, places in zip(columns, given, strict=True)
            }
            if first_column is not None
            else {}
        ]
    )
    return Sheet(
        found.name,
        columns,
        [header.written[next(one for one in places if one is not None)] for places in given],
        header.ignored + [header.written[place] for place in spare],
        {**found.detected, "header_row": str(header.number)},
        joined_blocks(_counted(found, letters, {letters[place] for place in not_read}), sources),
        found.height,
        found.marks,
        sources,
        addresses,
        dict(zip(letters, header.written, strict=True))
        | {letter_of(index + (first_column or 0)): text for index, text in header.others.items()},
    )


def open_found(
    content: bytes, file_name: str, search: HeaderSearch | WholeSheet, options: ReadOptions
) -> FoundSheet:
    """A file with the header that a search finds in it. Raises UnreadableFileError."""
    _refuse_unknown(options)
    limits = Limits.of_settings()
    limits.check_file(len(content))
    if not content or content.isspace():
        raise UnreadableFileError(_("The file is empty."))
    clock = Clock(limits.seconds)
    with clock:
        if workbook_reader.is_workbook(content):
            found = workbook_reader.open_workbook(content, search, options.sheet, limits, clock)
        elif isinstance(search, HeaderSearch) and json_records.is_json(content):
            found = json_records.open_json(content, file_name, search.table, limits, clock)
        else:
            found = delimited.open_text(
                content, file_name, search, options.encoding, options.delimiter, limits, clock
            )
        first = next(found.blocks, None)
    if first is None:
        raise NoRowsError
    chosen = {"number_format": options.number_format, "rounding": options.rounding}
    return replace(
        found, blocks=chain([first], found.blocks), detected={**found.detected, **chosen}
    )


def _counted(found: FoundSheet, letters: list[str], not_read: set[str]) -> Iterator[Block]:
    """The blocks of a sheet, the cells of its columns counted on the way; what was filled down is none of them."""
    marks = found.marks
    for numbers, columns in found.blocks:
        for letter, cells in zip(letters, columns, strict=True):
            if letter in not_read:
                for number, cell in zip(numbers, cells, strict=True):
                    if not is_empty(cell):
                        marks.leave(number, letter, cell)
            else:
                marks.read[letter] += values_in(cells)
        for number in marks.filled.keys() & set(numbers) if marks.filled else ():
            marks.read.subtract(letters[place] for place in marks.filled[number])
        yield numbers, columns


def sheets_of(content: bytes) -> list[str]:
    """The names of a workbook's sheets; none where it is not a workbook.

    Raises:
        UnreadableFileError: it is one and cannot be read.
    """
    limits = Limits.of_settings()
    limits.check_file(len(content))
    if not workbook_reader.is_workbook(content):
        return []
    clock = Clock(limits.seconds)
    with clock:
        return workbook_reader.sheet_names(content, limits, clock)


def _refuse_unknown(options: ReadOptions) -> None:
    accepted: dict[str, Collection[str]] = {
        "encoding": ENCODINGS,
        "delimiter": delimited.DELIMITERS,
        "number_format": NUMBER_FORMATS,
        "rounding": ROUNDINGS,
    }
    for name, choices in accepted.items():
        chosen = getattr(options, name)
        if chosen and chosen not in choices:
            raise UnreadableFileError(
                _("“%(choice)s” cannot be chosen here. Accepted: %(accepted)s.")
                % {"choice": chosen, "accepted": "   ".join(choices)}
            )
