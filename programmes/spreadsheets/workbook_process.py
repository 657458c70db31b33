"""Opens a workbook in a process of its own. Run by workbooks.py; it knows nothing of the site.

calamine cannot be interrupted, and a file of 600 bytes can make it ask for gigabytes, upon which the whole process
ends. Here the system bounds its memory and time, and nothing else ends with it.

Arguments: bytes of memory, seconds, sheets, rows of a sheet's top. Messages are pickled, each behind its length.
In: the file. Out: the top of each sheet. In: which sheet, which cells. Out: its rows.
"""

import io
import pickle
import struct
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

LENGTH = struct.Struct(">Q")
# headers are shorter; what is sent before the sheet is chosen stays small
TOP_TEXT = 300
TOP_COLUMNS = 2000
BATCH = 500
SHARED = (str, date)
MOST_BYTES_OF_BATCH = 64 * 1024 * 1024


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
    for number, cells in numbered(sheet):
        if any(map(filled, cells)):
            cut = [
                cell[:TOP_TEXT] if isinstance(cell, str) else cell for cell in cells[:TOP_COLUMNS]
            ]
            found.append((number, cut))
            if len(found) == rows:
                break
    return found


def numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """All rows with their numbers; an empty sheet has none (calamine's own iterator would end the process)."""
    return enumerate(sheet.iter_rows(), start=1) if sheet.start is not None else iter(())


def batches(
    sheet: CalamineSheet, after: int, indexes: list[int], kept: set[int]
) -> Iterator[tuple[tuple[int, ...], list[list[Any]]]]:
    """The chosen cells of the rows below the header, blank rows left out unless they are in `kept`.

    Rows by their numbers and columns: these take a third of the time of rows to hand over.
    """
    rows = (
        (number, cells)
        for number, cells in numbered(sheet)
        if number > after and (number in kept or any(map(filled, cells)))
    )
    while batch := list(islice(rows, BATCH)):
        numbers, lines = zip(*batch, strict=True)
        columns = list(zip(*lines, strict=True))
        yield numbers, [shared(columns[index]) for index in indexes]


def shared(cells: tuple[Any, ...]) -> list[Any]:
    """The same cells, equal texts and days as one object each: these are handed over once."""
    if isinstance(cells[0], SHARED) and cells.count(cells[0]) == len(cells):
        return [cells[0]] * len(cells)
    first: dict[Any, Any] = {}
    return [first.setdefault(cell, cell) if isinstance(cell, SHARED) else cell for cell in cells]


def serve(source: BinaryIO, out: BinaryIO, most_sheets: int, top_rows: int) -> None:
    """Reads one workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(receive(source)))
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if any(sheet.typ == SheetTypeEnum.MacroSheet for sheet in book.sheets_metadata):
        return send(out, "macros")
    if len(book.sheets_metadata) > most_sheets:
        return send(out, "sheets", len(book.sheets_metadata))
    # the table's sheet is nearly always the largest: it is kept, so that it is read once
    largest: CalamineSheet | None = None
    for metadata in sheets:
        sheet = book.get_sheet_by_name(metadata.name)
        origin = sheet.start or (0, 0)
        send(
            out,
            "sheet",
            (sheet.name, origin, sheet.height, sheet.width, top(sheet, top_rows)),
        )
        if largest is None or sheet.height * sheet.width > largest.height * largest.width:
            largest = sheet
    send(out, "chosen?")
    name, after, indexes, kept = receive(source)
    if largest is None or largest.name != name:
        largest = None
        largest = book.get_sheet_by_name(name)
    for batch in batches(largest, after, indexes, kept):
        send(out, "rows", batch)
    return send(out, "end")


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
