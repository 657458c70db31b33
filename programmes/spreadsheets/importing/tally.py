"""What was done with each cell of a file, counted by its columns, and those that were not simply read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from programmes.spreadsheets.columns.values import NameCells, as_text
from programmes.spreadsheets.importing.writing.outcomes import DOUBTFUL, REFUSED, CellDoubt, Outcome
from programmes.spreadsheets.reading.headers import LEFT_OUT, MOST_LISTED, MOST_LISTED_SIGNS
from programmes.spreadsheets.reading.listed_cells import CellHandling, ListedCell
from programmes.spreadsheets.reading.sheets import Sheet


class ColumnTally(NamedTuple):
    """The cells of one column of a file that hold something. `meaning`: the code it is read as, empty: left aside."""

    letter: str
    header: str
    meaning: str
    read: int
    doubtful: int
    refused: int
    left: int


class CellTally:
    """Counts the cells of the rows that are refused or to be confirmed: each cell once, however many rows are made of
    it, and as refused before all else. The first of them are listed, and what was confirmed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.counts = {REFUSED: Counter[str](), DOUBTFUL: Counter[str]()}
        self.row = 0
        # of the row of the file that is looked at, by the letter of its columns
        self.waiting: dict[str, ListedCell] = {}
        self.listed: list[ListedCell] = []
        self.confirmed: dict[ListedCell, None] = {}
        # the cells of rows that were left out, by row and letter
        self.left_out: set[tuple[int, str]] = set()

    def count(self, outcome: Outcome, cells: Sequence[Any]) -> None:
        """Counts the cells of a row that is refused or to be confirmed. Rows come in the file's order."""
        self._go_to(outcome.row)
        sentences: dict[str, str] = {}
        for one in outcome.errors or outcome.doubts:
            sentences[one.column] = f"{sentences.get(one.column, '')} {one.message}".strip()
        is_refused = outcome.action == REFUSED
        for column, letter, value in self._of_row(outcome.row, cells):
            # what is wrong with a whole row is said of each of its cells
            sentence = sentences.get(column, sentences.get("", ""))
            went = (
                CellHandling.WITH_ROW
                if is_refused and not sentence
                else CellHandling(outcome.action)
            )
            other = self.waiting.get(letter)
            # where a header is read too, what its cell holds comes last
            if other is None or _rank(went) >= _rank(other.went):
                text = as_text(value)[:MOST_LISTED_SIGNS]
                self.waiting[letter] = ListedCell(self.row, letter, text, went, sentence)

    def leave_out(self, number: int, cells: Sequence[Any]) -> None:
        """Counts the cells of a row that its sender left out as left aside: each cell once, and lists it."""
        row = self.sheet.addresses.row(number)
        for _column, letter, value in self._of_row(number, cells):
            if (row, letter) not in self.left_out:
                self.left_out.add((row, letter))
                self.sheet.marks.read[letter] -= 1
                self.sheet.marks.leave(row, letter, value, LEFT_OUT)

    def confirm(self, number: int, cells: Sequence[Any], doubts: Iterable[CellDoubt]) -> None:
        """Lists what the sender confirmed of a row that is read."""
        held: dict[str, list[tuple[str, str]]] = {}
        for column, letter, value in self._of_row(number, cells):
            held.setdefault(column, []).append((letter, as_text(value)))
        row = self.sheet.addresses.row(number)
        for doubt in doubts:
            # of cells that name a record together, the one that the sentence quotes; an empty cell has an address too
            there = held.get(doubt.column) or [
                (next(filter(None, self._letters(number, doubt.column)), ""), "")
            ]
            letter, text = next((one for one in there if one[1] in doubt.message), there[0])
            text = text[:MOST_LISTED_SIGNS]
            if len(self.confirmed) < MOST_LISTED:
                # once, however many rows are made of it
                cell = ListedCell(row, letter, text, CellHandling.CONFIRMED, doubt.message)
                self.confirmed[cell] = None

    def _of_row(self, number: int, cells: Sequence[Any]) -> Iterable[tuple[str, str, Any]]:
        """The cells of a row that hold something of their own: the code of their column, its letter, and the cell."""
        filled = self.sheet.marks.filled.get(number, {})
        for place, (column, cell) in enumerate(zip(self.sheet.columns, cells, strict=True)):
            if column.readonly and not column.decided:
                continue
            source = self.sheet.sources[place]
            letters = self._letters(number, column.code)
            values = cell if isinstance(cell, NameCells) else (cell,)
            places = source if isinstance(source, tuple) else (source,) * len(values)
            for letter, value, stands in zip(letters, values, places, strict=False):
                if letter and value is not None and value != "" and stands not in filled:
                    yield column.code, letter, value

    def _letters(self, number: int, code: str) -> list[str]:
        """The letters of a column; where there are none, the name of its values."""
        if not code:
            return []
        if letters := self.sheet.addresses.letters_of(number, code):
            return letters
        places = [column.code for column in self.sheet.columns]
        return [self.sheet.headers[places.index(code)]] if code in places else []

    def _go_to(self, number: int) -> None:
        if (row := self.sheet.addresses.row(number)) != self.row:
            self._settle()
            self.row = row

    def _settle(self) -> None:
        for letter, cell in self.waiting.items():
            self.counts[DOUBTFUL if cell.went == CellHandling.DOUBTFUL else REFUSED][letter] += 1
        self.listed += list(self.waiting.values())[: max(0, MOST_LISTED - len(self.listed))]
        self.waiting = {}

    def cells(self) -> list[ListedCell]:
        """The cells that were not simply read, once all rows were counted: sheet by sheet, as they stand there."""
        self._settle()
        found = [*self.listed, *self.confirmed] + [
            ListedCell(row, letter, text, why or CellHandling.LEFT, sheet=sheet)
            for row, letter, text, why, sheet in self.sheet.marks.listed
        ]
        order = {other.name: place for place, other in enumerate(self.sheet.marks.others, start=1)}
        return sorted(
            found,
            key=lambda cell: (order.get(cell.sheet, 0), cell.row, len(cell.letter), cell.letter),
        )

    def columns(self) -> list[ColumnTally]:
        """The columns of the file, once all rows were counted: each cell is in one of the four numbers."""
        self._settle()
        sheet = self.sheet
        meanings: dict[str, str] = {}
        aside = {column.code for column in sheet.columns if column.readonly and not column.decided}
        for group in sheet.addresses.letters:
            for code, letters in group.items():
                meanings |= {letter: code for letter in letters if letter and code not in aside}
        if not any(sheet.addresses.letters):
            codes = [column.code for column in sheet.columns]
            meanings = {
                header: code
                for header, code in zip(sheet.headers, codes, strict=True)
                if code not in aside
            }
        found = []
        for letter in sorted(
            {*sheet.marks.read, *sheet.marks.left}, key=lambda name: (len(name), name)
        ):
            count, left = sheet.marks.read[letter], sheet.marks.left.get(letter, 0)
            refused, doubtful = self.counts[REFUSED][letter], self.counts[DOUBTFUL][letter]
            if letter not in meanings:
                refused = doubtful = 0
            found.append(
                ColumnTally(
                    letter,
                    sheet.names.get(letter, ""),
                    meanings.get(letter, ""),
                    count - refused - doubtful,
                    doubtful,
                    refused,
                    left,
                )
            )
        return found


def _rank(went: str) -> int:
    """A cell of which several rows are made is refused before it is to be confirmed, and with its own sentence."""
    return [CellHandling.DOUBTFUL, CellHandling.WITH_ROW, CellHandling.REFUSED].index(
        CellHandling(went)
    )
