"""Opens a workbook in a process of its own. Run by workbook_reader.py; it knows nothing of the site.

calamine cannot be interrupted, and a file of 600 bytes can make it ask for gigabytes, upon which the whole process
ends. Here the system bounds its memory and time, and nothing else ends with it.

Arguments: bytes of memory, seconds, sheets, rows of a sheet's top. Messages are pickled, each behind its length.
In: the file. Out: the top of each sheet. In: which sheet, which cells. Out: what is shown of them, its rows, and how
many cells were not chosen, in which columns and other sheets, with the first of them.
"""

import io
import pickle
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

# started in isolation: its own folder is not looked in
sys.path.append(str(Path(__file__).parent))
from shown_cells import (  # type: ignore[import-not-found]  # beside it: this is not the package's
    SheetDisplay,
    merged,
    shown_in_package,
)

LENGTH = struct.Struct(">Q")
# headers are shorter; what is sent before the sheet is chosen stays small
TOP_TEXT = 300
TOP_COLUMNS = 2000
BATCH = 500
SHARED = (str, date)
MOST_BYTES_OF_BATCH = 64 * 1024 * 1024
# cells that were not chosen: so many are told one by one, and so much of their texts
MOST_LISTED, LISTED_TEXT = 10_000, 80


def send(stream: BinaryIO, kind: str, value: Any = None) -> None:
    """Writes one message."""
    message = pickle.dumps((kind, value), protocol=5)
    if len(message) > MOST_BYTES_OF_BATCH:
        raise MemoryError
    stream.write(LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Reads one message."""
    return pickle.loads(stream.read(LENGTH.unpack(stream.read(LENGTH.size))[0]))


def filled(cell: Any) -> bool:
    """Whether a cell holds something. Zero and False are something."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def top(sheet: CalamineSheet, rows: int) -> list[tuple[int, list[Any]]]:
    """The first rows that are not blank, with their numbers, long texts cut."""
    found = []
    for number, cells in numbered_rows(sheet):
        if any(map(filled, cells)):
            found.append((number, [shortened(cell, TOP_TEXT) for cell in cells[:TOP_COLUMNS]]))
            if len(found) == rows:
                break
    return found


def numbered_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """All rows with their numbers; an empty sheet has none (calamine's own iterator would end the process)."""
    return enumerate(sheet.iter_rows(), start=1) if sheet.start is not None else iter(())


class UnreadCells:
    """The cells that were not chosen: counted by their column, or sheet, and the first of them one by one.

    `sheets`: by the name of a sheet, how many, the first of them, and where its rows start.
    """

    def __init__(self) -> None:
        self.columns: Counter[int] = Counter()
        self.cells: list[tuple[int, int, Any]] = []
        self.sheets: dict[str, tuple[int, list[tuple[int, int, Any]], int]] = {}
        self.room = self.room_of_sheets = MOST_LISTED

    def of_column(self, index: int, numbers: tuple[int, ...], cells: tuple[Any, ...]) -> None:
        """Some cells of a column of the chosen sheet."""
        count = sum(map(filled, cells))
        self.columns[index] += count
        if count:
            self._list(self.cells, index, numbers, cells)

    def of_sheet(self, sheet: CalamineSheet) -> None:
        """All cells of a sheet that may turn out not to be the chosen one."""
        count, listed = 0, list[tuple[int, int, Any]]()
        for number, cells in numbered_rows(sheet):
            here = sum(map(filled, cells))
            count += here
            if here and len(listed) < self.room_of_sheets:
                listed += [
                    (number, index, shortened(cell, LISTED_TEXT))
                    for index, cell in enumerate(cells)
                    if filled(cell)
                ]
        del listed[self.room_of_sheets :]
        self.room_of_sheets -= len(listed)
        self.sheets[sheet.name] = count, listed, (sheet.start or (0, 0))[1]

    def _list(self, listed: list[Any], index: int, numbers: Any, cells: Any) -> None:
        for number, cell in zip(numbers, cells, strict=True) if self.room else ():
            if filled(cell) and self.room:
                listed.append((number, index, shortened(cell, LISTED_TEXT)))
                self.room -= 1


def shortened(cell: Any, signs: int) -> Any:
    """A cell with no more than so many signs."""
    return cell[:signs] if isinstance(cell, str) else cell


def batches(
    sheet: CalamineSheet, after: int, indexes: list[int], kept: set[int], rest: UnreadCells
) -> Iterator[tuple[tuple[int, ...], list[list[Any]]]]:
    """The chosen cells of the rows below the header, blank rows left out unless they are in `kept`.

    Rows by their numbers and columns: these take a third of the time of rows to hand over. `rest` is told of the
    columns that were not chosen.
    """
    rows = (
        (number, cells)
        for number, cells in numbered_rows(sheet)
        if number > after and (number in kept or any(map(filled, cells)))
    )
    while batch := list(islice(rows, BATCH)):
        numbers, lines = zip(*batch, strict=True)
        columns = list(zip(*lines, strict=True))
        for index in set(range(len(columns))).difference(indexes):
            rest.of_column(index, numbers, columns[index])
        yield numbers, [shared(columns[index]) for index in indexes]


def shared(cells: tuple[Any, ...]) -> list[Any]:
    """The same cells, equal texts and days as one object each: these are handed over once."""
    if isinstance(cells[0], SHARED) and cells.count(cells[0]) == len(cells):
        return [cells[0]] * len(cells)
    first: dict[Any, Any] = {}
    return [first.setdefault(cell, cell) if isinstance(cell, SHARED) else cell for cell in cells]


def serve(source: BinaryIO, out: BinaryIO, most_sheets: int, top_rows: int) -> None:
    """Reads one workbook."""
    content = receive(source)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if any(sheet.typ == SheetTypeEnum.MacroSheet for sheet in book.sheets_metadata):
        return send(out, "macros")
    if len(book.sheets_metadata) > most_sheets:
        return send(out, "sheets", len(book.sheets_metadata))
    # the table's sheet is nearly always the largest: it is kept, so that it is read once
    largest: CalamineSheet | None = None
    rest = UnreadCells()
    visible = {}
    for metadata in sheets:
        sheet = book.get_sheet_by_name(metadata.name)
        origin = sheet.start or (0, 0)
        send(
            out,
            "sheet",
            (
                sheet.name,
                origin,
                sheet.height,
                sheet.width,
                top(sheet, top_rows),
                metadata.visible == SheetVisibleEnum.Visible,
            ),
        )
        visible[sheet.name] = metadata.visible == SheetVisibleEnum.Visible
        # of the others the cells are looked at while they are here
        other: CalamineSheet | None = sheet
        if largest is None or sheet.height * sheet.width > largest.height * largest.width:
            largest, other = sheet, largest
        if other is not None:
            rest.of_sheet(other)
    send(out, "chosen?")
    name, after, indexes, kept = receive(source)
    if largest is None or largest.name != name:
        if largest is not None:
            rest.of_sheet(largest)
        largest = None
        largest = book.get_sheet_by_name(name)
    rest.sheets.pop(name, None)
    # the cells of an XLS are told by its records, which the site reads
    shown = shown_in_package(content, name) if content.startswith(b"PK") else SheetDisplay()
    del content
    shown.merges = shown.merges or merged(largest.merged_cell_ranges)
    send(
        out,
        "shown",
        (shown.kinds, shown.hidden, shown.hidden_columns, shown.merges, shown.texts),
    )
    for batch in batches(largest, after, indexes, kept, rest):
        send(out, "rows", batch)
    others = [(other, visible[other], *told) for other, told in rest.sheets.items()]
    return send(out, "end", (dict(rest.columns), rest.cells, others))


def bound(memory: int, seconds: int) -> None:
    """Lets the system end this process when it takes more; where the system cannot, the parent's clock remains."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Reads the workbook on the standard input and says what is wrong with it where it cannot be read."""
    memory, seconds, sheets, rows = map(int, sys.argv[1:])
    bound(memory, seconds)
    out = sys.stdout.buffer
    try:
        serve(sys.stdin.buffer, out, sheets, rows)
    except PasswordError:
        send(out, "protected")
    except MemoryError:
        send(out, "memory")
    except BrokenPipeError:
        pass
    except (CalamineError, OSError, ValueError, struct.error) as error:
        send(out, "damaged", str(error)[:200])
    except BaseException as error:  # noqa: BLE001 - calamine panics outside of Exception
        send(out, "damaged", type(error).__name__)


if __name__ == "__main__":
    main()
