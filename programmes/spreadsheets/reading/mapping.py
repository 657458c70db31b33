"""What the columns of a file mean, said by its sender where its headers do not fit: a sheet turned into our columns.

Each cell keeps its address, so that a refusal names the cell of the person's own file.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any, Self

from django.utils.translation import gettext as _

from programmes.calculations.dates import DateError, read_date
from programmes.models.names import fold
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.values import as_text, is_empty
from programmes.spreadsheets.reading.headers import (
    NO_ROW,
    Block,
    FoundSheet,
    HeaderError,
    Row,
    RowMarks,
    WholeSheet,
    blocks_of,
    check_codes,
    index_of,
    joined_columns,
    letter_of,
    pick,
    rows_in_blocks,
)
from programmes.spreadsheets.reading.json_records import is_json
from programmes.spreadsheets.reading.limits import NoRowsError
from programmes.spreadsheets.reading.sheets import Addresses, ReadOptions, Sheet, open_found
from programmes.spreadsheets.reading.workbook_reader import is_workbook

# the meaning of a column that is turned into rows: before what its cells hold
TURNED = "rows:"
# a meaning that stands for two: the first day of a period, and as of its last
PERIOD, PERIOD_PARTS = "period", ("period_start", "as_of")
MOST_HEADER_ROWS = 3
BETWEEN = " / "


@dataclass(frozen=True)
class SheetMapping:
    """What the columns of one sheet mean.

    Attributes:
        sheet: its name; empty for a file that is not a workbook.
        header_rows: the numbers of the rows that name the columns, from the top; none where the rows begin at once.
        columns: by its letter, what a column means: the code of one of the table's columns, or TURNED before that of
            what its cells hold where its header says the rest. What is not there is left aside.
        says: for each header row, what it says of the columns that are turned into rows; empty: nothing. Rows that say
            the same are read together, the lower one first.
        constants: by the code of a column, what every row holds.
        texts: by its letter, what is read in place of the header rows of a column that is turned into rows.
    """

    sheet: str = ""
    header_rows: tuple[int, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_stored(cls, stored: dict[str, Any]) -> Self:
        """The mapping that `stored` made JSON of."""
        texts = {letter: tuple(said) for letter, said in stored.get("texts", {}).items()}
        lists = {name: tuple(stored.get(name, ())) for name in ("header_rows", "says")}
        return cls(**{**stored, **lists, "texts": texts})

    def stored(self) -> dict[str, Any]:
        """The mapping as JSON."""
        return asdict(self)

    @property
    def fixed(self) -> dict[str, str]:
        """The code of each column that holds one value a row, by its letter, in the order of the file."""
        return {
            letter: self.columns[letter]
            for letter in sorted(self.columns, key=index_of)
            if self.columns[letter] and not self.columns[letter].startswith(TURNED)
        }

    @property
    def turned(self) -> dict[str, str]:
        """What the cells hold of each column that is turned into rows, by its letter."""
        return {
            letter: self.columns[letter].removeprefix(TURNED)
            for letter in sorted(self.columns, key=index_of)
            if self.columns[letter].startswith(TURNED)
        }

    @property
    def said(self) -> list[str]:
        """What the header rows say of columns that are turned into rows; two may say one thing together."""
        return list(dict.fromkeys(filter(None, self.says))) if self.turned else []

    @property
    def codes(self) -> list[str]:
        """The codes of the columns that a row is made of, in their order."""
        return [
            *self.fixed.values(),
            *self.constants,
            *self.said,
            *dict.fromkeys(self.turned.values()),
        ]


def can_be_mapped(content: bytes) -> bool:
    """Whether a file has columns that can be given a meaning: the values of a JSON have names of their own."""
    return is_workbook(content) or not is_json(content)


def meanings(table: TableResource) -> dict[str, Any]:
    """What a column of a file may mean, by code: its label."""
    found = {
        column.code: column.label
        for column in [*table.columns, *table.parts]
        if column.decided or not column.readonly
    }
    if set(PERIOD_PARTS) <= found.keys():
        found[PERIOD] = _("period (its first and its last day)")
    return found


def check_mapping(mapping: SheetMapping, table: TableResource) -> None:
    """Raises HeaderError where rows cannot be made as the mapping says."""
    known = meanings(table)
    unknown = [code for code in mapping.codes if code not in known]
    if unknown:
        raise HeaderError(
            _("“%(code)s” is no column of this table.") % {"code": ", ".join(unknown)}
        )
    if not mapping.fixed and not mapping.turned:
        raise HeaderError(_("Say what at least one column means."))
    if mapping.turned and not mapping.said:
        raise HeaderError(
            _("Columns are turned into rows: say what their header says of each, such as the date.")
        )
    check_codes([part for code in mapping.codes for part in _parts_of(code)], table)


def _parts_of(code: str) -> tuple[str, ...]:
    return PERIOD_PARTS if code == PERIOD else (code,)


def read_top(
    content: bytes, file_name: str, options: ReadOptions, most: int
) -> tuple[FoundSheet, list[Row]]:
    """The first rows of a sheet as a person sees them, and what was detected. Raises UnreadableFileError."""
    found = open_found(content, file_name, WholeSheet(), options)
    numbers, columns = next(found.blocks)
    rows = list(zip(numbers[:most], map(list, zip(*columns, strict=True)), strict=False))
    return found, rows


def header_texts(rows: Sequence[Row], header_rows: Sequence[int], width: int) -> list[list[str]]:
    """What each header row says of each column; above the last one a blank cell continues the one before it."""
    lines: dict[int, list[str]] = {
        number: [as_text(cell) for cell in cells] for number, cells in rows
    }
    found = []
    for number in header_rows:
        texts = lines.get(number, [""] * width)
        if number != header_rows[-1]:
            said = ""
            texts = [said := text or said for text in texts]
        found.append(texts)
    return found


def header_digest(rows: Sequence[Row], header_rows: Sequence[int]) -> str:
    """The shape of a sheet: its headers, however they are spelled."""
    lines = {number: cells for number, cells in rows}
    told = [[fold(as_text(cell)) for cell in lines.get(number, ())] for number in header_rows]
    told += [[str(len(rows[0][1]) if rows else 0)]] if not header_rows else []
    return hashlib.sha256(repr((list(header_rows), told)).encode()).hexdigest()


def open_mapped(
    content: bytes,
    file_name: str,
    table: TableResource,
    mapping: SheetMapping,
    options: ReadOptions,
) -> Sheet:
    """A sheet as its sender says that it is to be read.

    Raises:
        HeaderError: rows cannot be made as the mapping says, or the file is no longer the one it was made for.
        UnreadableFileError: the file cannot be read.
    """
    check_mapping(mapping, table)
    first = mapping.header_rows[0] if mapping.header_rows else 1
    options = replace(options, sheet=mapping.sheet or options.sheet)
    found = open_found(content, file_name, WholeSheet(first - 1), options)
    return _MappedSheet(found, table, mapping).sheet()


class _MappedSheet:
    """One sheet read as a mapping says."""

    def __init__(self, found: FoundSheet, table: TableResource, mapping: SheetMapping) -> None:
        self.found, self.table, self.mapping = found, table, mapping
        # what is said of other sheets is said of the file
        self.marks = RowMarks(
            listed=found.marks.listed,
            others=found.marks.others,
            hidden_columns=found.marks.hidden_columns,
        )
        self.rows = rows_in_blocks(found.blocks)
        self.width = found.header.width
        self.start = found.first_column or 0
        self.marks.see_top(found.top, (), self.start)
        self.places = {letter: index_of(letter) - self.start for letter in mapping.columns}
        if any(not 0 <= place < self.width for place in self.places.values()):
            raise HeaderError(
                _("The file has changed since its columns were given a meaning: do it again.")
            )
        self.headers = self._headers()
        # of each group of columns that are turned into rows, what its header says, and where what it holds stands
        self.groups = self._groups()
        # what a row is made of, before the parts of a period and of a named record are put together
        self.plain = [part for code in mapping.codes for part in _parts_of(code)]
        known = {column.code: column for column in [*table.parts, *table.columns]}
        self.columns, self.sources = joined_columns([known[code] for code in self.plain], table)

    def _headers(self) -> list[list[str]]:
        """The texts of the header rows, which come first."""
        numbers = set(self.mapping.header_rows)
        top: list[Row] = []
        for row in self.rows:
            if not numbers or row[0] > max(numbers):
                self.rows = chain([row], self.rows)
                break
            top.append(row)
        else:
            raise NoRowsError
        self.marks.see_top(top, numbers, self.start, self.found.marks.filled)
        return header_texts(top, self.mapping.header_rows, self.width)

    def _header_of(self, letter: str) -> list[str]:
        place = self.places[letter]
        texts = [texts[place] if place < len(texts) else "" for texts in self.headers]
        said = self.mapping.texts.get(letter, ())
        return [(said[row] if row < len(said) else "") or text for row, text in enumerate(texts)]

    def _groups(self) -> list[tuple[list[str], dict[str, str]]]:
        groups: dict[tuple[str, ...], dict[str, str]] = {}
        for letter, code in self.mapping.turned.items():
            told = list(zip(self.mapping.says, self._header_of(letter), strict=False))
            # quarters or months below their year: T1 2024, mars 2024
            parts = [
                [text for says, text in reversed(told) if says == one] for one in self.mapping.said
            ]
            key = tuple(map(" ".join, parts))
            if not all(map(all, parts)) or not all(parts):
                raise HeaderError(
                    _(
                        "Column %(letter)s is turned into rows, and nothing is above it: write what it stands for."
                    )
                    % {"letter": letter}
                )
            other = groups.setdefault(key, {}).setdefault(code, letter)
            if other != letter:
                raise HeaderError(
                    _("The columns %(one)s and %(other)s say the same: “%(text)s”.")
                    % {"one": other, "other": letter, "text": BETWEEN.join(key)}
                )
        return [(list(key), letters) for key, letters in groups.items()] or [([], {})]

    def sheet(self) -> Sheet:
        """The sheet, in the table's own columns."""
        found, mapping = self.found, self.mapping
        names = {
            letter_of(self.start + place): BETWEEN.join(
                dict.fromkeys(filter(None, (texts[place] for texts in self.headers)))
            )
            for place in range(self.width)
        }
        used = {*mapping.fixed, *mapping.turned}
        others = [name for letter, name in names.items() if letter not in used]
        addresses = Addresses([self._letters(letters) for _said, letters in self.groups])
        return Sheet(
            found.name,
            self.columns,
            [
                names.get(next(filter(None, addresses.letters[0][column.code]), ""), "")
                for column in self.columns
            ],
            [name for name in others if name],
            {
                **found.detected,
                "header_row": str(max(mapping.header_rows, default=0)),
                "mapped": "1",
            },
            self._blocks(),
            found.height * len(self.groups),
            self.marks,
            list(range(len(self.columns))),
            addresses,
            names,
        )

    def _letters(self, group: dict[str, str]) -> dict[str, list[str]]:
        """The letters of each column of the table, in rows made of one group."""
        by_code = {code: letter for letter, code in self.mapping.fixed.items()} | group
        # what a header says stands above the cells of its group
        by_code |= dict.fromkeys(self.mapping.said, next(iter(group.values()), ""))
        letters = [
            letter
            for code in self.mapping.codes
            for letter in [by_code.get(code, "")] * len(_parts_of(code))
        ]
        return {
            column.code: [
                "" if place is None else letters[place]
                for place in (source if isinstance(source, tuple) else (source,))
            ]
            for column, source in zip(self.columns, self.sources, strict=True)
        }

    def _blocks(self) -> Iterator[Block]:
        return blocks_of(self._made())

    def _made(self) -> Iterator[Row]:
        """The rows that are made, each numbered by its row in the file and its group."""
        mapping = self.mapping
        fixed = [self.places[letter] for letter in mapping.fixed]
        held = list(dict.fromkeys(mapping.turned.values()))
        groups = [
            (said, [self.places[letters[code]] if code in letters else None for code in held])
            for said, letters in self.groups
        ]
        for number, cells in self.rows:
            is_read = False
            for group, (said, places) in enumerate(groups):
                values = ["" if place is None else cells[place] for place in places]
                if places and all(map(is_empty, values)):
                    continue
                plain = [
                    *(cells[place] for place in fixed),
                    *mapping.constants.values(),
                    *said,
                    *values,
                ]
                if all(map(is_empty, (*(cells[place] for place in fixed), *values))):
                    continue
                made = number * len(groups) + group
                self._mark(number, made, group)
                is_read = True
                yield made, pick(_with_periods(plain, mapping.codes), self.sources)
            self._count(number, cells, is_read=is_read)

    def _count(self, number: int, cells: list[Any], *, is_read: bool) -> None:
        """Counts the cells of a row of the file; what was filled down is no cell of its own."""
        filled = self.found.marks.filled.get(number, {})
        for place, cell in enumerate(cells):
            if is_empty(cell) or place in filled:
                continue
            letter = letter_of(self.start + place)
            if not self.mapping.columns.get(letter):
                self.marks.leave(number, letter, cell)
            elif is_read:
                self.marks.read[letter] += 1
            else:
                self.marks.leave(number, letter, cell, NO_ROW)

    def _mark(self, number: int, made: int, group: int) -> None:
        if number in self.found.marks.hidden:
            self.marks.hidden.add(made)
        filled = self.found.marks.filled.get(number)
        if not filled:
            return
        spans = {letter_of(self.start + place): span for place, span in filled.items()}
        letters = self._letters(self.groups[group][1])
        found = {
            place: spans[letter]
            for place, column in enumerate(self.columns)
            for letter in letters[column.code]
            if letter in spans
        }
        if found:
            self.marks.filled[made] = found


def _with_periods(cells: list[Any], codes: Sequence[str]) -> list[Any]:
    """Cells with that of a period as its first day and itself."""
    if PERIOD not in codes:
        return cells
    place = codes.index(PERIOD)
    cell = cells[place]
    try:
        first: Any = read_date(as_text(cell)).first
    except DateError:
        first = cell
    return [*cells[:place], cell if first is None else first, *cells[place:]]
