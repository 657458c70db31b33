"""XLSX, XLS and ODS: the sheet that has the table's columns, and its rows, read by calamine in another process."""

import contextlib
import fcntl
import os
import pickle
import re
import selectors
import signal
import struct
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from programmes.models.names import fold
from programmes.spreadsheets.columns.values import CellFault, as_text, is_empty
from programmes.spreadsheets.reading import old_workbooks
from programmes.spreadsheets.reading.faults import Faults, faults_of
from programmes.spreadsheets.reading.headers import (
    HEADER_WITHIN,
    OTHER_SHEET,
    Block,
    FoundSheet,
    Header,
    HeaderSearch,
    OtherSheet,
    Row,
    RowMarks,
    WholeSheet,
    letter_of,
)
from programmes.spreadsheets.reading.limits import (
    Clock,
    Limits,
    UnreadableFileError,
    damaged,
    protected,
    with_macros,
)
from programmes.spreadsheets.reading.packages import Package, open_package
from programmes.spreadsheets.reading.shown_cells import (
    MONTH,
    OTHERWISE,
    PERCENT,
    YEAR,
    SheetDisplay,
)
from programmes.type_names import certain

_LENGTH = struct.Struct(">Q")
_SCRIPT = Path(__file__).with_name("workbook_process.py")
_DURATION = re.compile(r"-?PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?\Z")
# so much may wait between the two processes; the usual 64 kB hold hardly a block of rows
_PIPE = 1024 * 1024
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are those of a ZIP or of an old Office file."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", old_workbooks.SIGNATURE))


def open_workbook(
    content: bytes,
    search: HeaderSearch | WholeSheet,
    sheet: str,
    limits: Limits,
    clock: Clock,
) -> FoundSheet:
    """The sheet that has the table's columns, hidden ones too; or the one of that name.

    Raises:
        UnreadableFileError: here, or while its rows are read.
    """
    process = _Process(limits, clock)
    with contextlib.ExitStack() as refused:
        refused.callback(process.close)
        # the process starts while the package is checked, and gets it only then
        package = _package(content, limits, clock)
        process.open(content)
        suspects = package.suspects(clock) if package else set()
        top, header = _chosen(process.tops(), search, sheet)
        limits.check_columns(top.first_column + top.width)
        limits.check_cells(top.height * top.width)
        if package is not None:
            faults, seen = faults_of(package, suspects, top.name, limits, clock), None
        else:
            faults, seen = old_workbooks.faults_and_display(content, top.name, clock)
        refused.pop_all()
    kind = package.kind if package else "xls"
    marks = RowMarks()
    blocks = _blocks(process, top, header, faults, seen, marks, limits)
    return FoundSheet(
        top.name,
        header,
        {"kind": kind, "sheet": top.name, "hidden_sheet": "" if top.is_visible else top.name},
        _with_times(blocks) if kind == "ods" else blocks,
        max(0, top.first_row + top.height - header.number),
        marks,
        top.first_column,
        [row for row in top.rows if row[0] <= header.number],
    )


def sheet_names(content: bytes, limits: Limits, clock: Clock) -> list[str]:
    """The sheets of a workbook, in its order.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    _package(content, limits, clock)
    process = _Process(limits, clock)
    process.open(content)
    return [top.name for top in process.tops()]


def _package(content: bytes, limits: Limits, clock: Clock) -> Package | None:
    """What an XLSX or ODS is packed in, checked; None of an XLS, checked too."""
    if content.startswith(old_workbooks.SIGNATURE):
        old_workbooks.refuse_unreadable(content)
        return None
    return open_package(content, limits, clock)


@dataclass(frozen=True)
class _Top:
    """What is known of a sheet before it is chosen."""

    name: str
    first_row: int
    first_column: int
    height: int
    width: int
    rows: list[Row]
    is_visible: bool


def _chosen(
    tops: Iterator[_Top], search: HeaderSearch | WholeSheet, wanted: str
) -> tuple[_Top, Header]:
    """The sheet whose header names the most columns, a visible one that has all required ones before any other.

    Between equals a visible one, then the one named as the table.

    Then the one with the fewest other columns, then one that has rows. Two that are still equal are not guessed
    between.
    """
    best: list[tuple[_Top, Header]] = []
    best_fit: tuple[bool, int, bool, bool, int, bool] | None = None
    seen = []
    for top in tops:
        seen.append(top.name)
        if wanted and fold(top.name) != fold(wanted):
            continue
        header = search.find(top.rows)
        if header is None:
            continue
        known, unknown = header.fit
        has_rows = top.first_row + top.height > header.number
        is_whole = search.is_whole(header)
        is_named = fold(top.name) in search.titles
        fit = (top.is_visible and is_whole, known, top.is_visible, is_named, unknown, has_rows)
        if best_fit is None or fit > best_fit:
            best, best_fit = [(top, header)], fit
        elif fit == best_fit:
            best.append((top, header))
    if wanted and fold(wanted) not in map(fold, seen):
        raise UnreadableFileError(
            _("The workbook has no sheet “%(sheet)s”. Its sheets: %(sheets)s.")
            % {"sheet": wanted, "sheets": ", ".join(seen)}
        )
    exact = [pair for pair in best if pair[0].name == wanted]
    best = exact or (best[:1] if isinstance(search, WholeSheet) else best)
    if len(best) > 1:
        raise UnreadableFileError(
            _("The columns stand in several sheets: %(sheets)s. Choose the sheet to read.")
            % {"sheets": ", ".join(top.name for top, _header in best)}
        )
    header = search.check(best[0][1] if best else None)
    return best[0][0], header


def _blocks(
    process: "_Process",
    top: _Top,
    header: Header,
    faults: Faults,
    seen: SheetDisplay | None,
    marks: RowMarks,
    limits: Limits,
) -> Iterator[Block]:
    at = {index: place for place, index in enumerate(header.indexes)}
    # faults by the number of their row and the place of their column in what is handed out
    placed: dict[int, dict[int, Any]] = {}
    for (row, column), fault in faults.items():
        if row + 1 <= header.number:
            continue
        if column - top.first_column not in at:
            marks.leave(row + 1, letter_of(column), fault)
        else:
            placed.setdefault(row + 1, {})[at[column - top.first_column]] = fault
    process.choose(top.name, header, set(placed))
    shown = process.shown()
    if seen is not None:
        seen.merges = shown.merges
        shown = seen
    marks.hidden_columns |= set(map(letter_of, shown.hidden_columns))
    sight = _CellsAsShown(shown, top, header, marks)
    count = 0
    for numbers, columns in process.blocks():
        count += len(numbers)
        limits.check_rows(count)
        sight.see(numbers, columns)
        for place, number in enumerate(numbers) if placed else ():
            for column, fault in placed.get(number, {}).items():
                cells: Any = columns[column]  # a list: it came from the process
                cells[place] = fault
        yield numbers, columns
    _leave(process.rest, top.first_column, marks)
    # calamine leaves out the rows at the end that hold nothing else
    for number in sorted(number for number in placed if number > top.first_row + top.height):
        yield (number,), [[placed[number].get(place, "")] for place in range(len(header.indexes))]


def _leave(rest: tuple[Any, ...], first_column: int, marks: RowMarks) -> None:
    """Marks the cells that were not chosen."""
    columns, cells, others = rest
    for index, count in columns.items():
        if count:
            letter = letter_of(first_column + index)
            marks.left[letter] = marks.left.get(letter, 0) + count
    for number, index, cell in cells:
        marks.tell(number, letter_of(first_column + index), cell)
    for name, is_visible, count, some, start in others:
        if count:
            marks.others.append(OtherSheet(name, is_visible, count))
        for number, index, cell in some:
            marks.tell(number, letter_of(start + index), cell, OTHER_SHEET, name)


class _CellsAsShown:
    """Gives the cells of a sheet as a person sees them, and fills merged ones down."""

    def __init__(self, shown: SheetDisplay, top: _Top, header: Header, marks: RowMarks) -> None:
        self.shown, self.header, self.marks = shown, header, marks
        self.at = {top.first_column + index: place for place, index in enumerate(header.indexes)}
        # by row and place, where the value of a merged cell comes from and what range it spans
        self.covered: dict[int, dict[int, tuple[int, str]]] = {}
        self.values: dict[tuple[int, int], Any] = {}
        for first, column, last, last_column in shown.merges:
            if column not in self.at or first < header.number or first == last:
                continue
            span = f"{letter_of(column)}{first + 1}:{letter_of(last_column)}{last + 1}"
            for row in range(first + 1, min(last, top.first_row + top.height) + 1):
                self.covered.setdefault(row, {})[self.at[column]] = (first, span)
        self.sources = {
            (first, place)
            for cells in self.covered.values()
            for place, (first, _span) in cells.items()
        }

    def see(self, numbers: Sequence[int], columns: list[Any]) -> None:
        """Turns the cells of some rows into what is shown."""
        kinds, hidden, texts = self.shown.kinds, self.shown.hidden, self.shown.texts
        if not (kinds or hidden or texts or self.covered):
            return
        for here, number in enumerate(numbers):
            row = number - 1
            if row in hidden:
                self.marks.hidden.add(number)
            for column, kind in kinds.get(row, {}).items():
                if column in self.at:
                    cells = columns[self.at[column]]
                    cells[here] = as_shown(cells[here], kind)
            for column, text in texts.get(row, {}).items():
                if column in self.at:
                    columns[self.at[column]][here] = text
            for place, (first, span) in self.covered.get(row, {}).items():
                if is_empty(columns[place][here]) and not is_empty(self.values.get((first, place))):
                    columns[place][here] = self.values[first, place]
                    self.marks.filled.setdefault(number, {})[place] = span
            for place in range(len(columns)) if self.sources else ():
                if (row, place) in self.sources:
                    self.values[row, place] = columns[place][here]


def as_shown(value: Any, kind: str) -> Any:
    """A cell as the text that a person sees, where its format says more than its value: 73 %, 01/2025, 2024.

    One that shows another value than it holds is none that can be read.
    """
    if kind == PERCENT and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value * 100:.15g} %"
    if kind in (MONTH, YEAR) and isinstance(value, date):
        # 2008-09 would be asked about: it may be a year of training too
        return f"{value.month:02}/{value.year:04}" if kind == MONTH else f"{value.year:04}"
    if kind == OTHERWISE and value not in (None, "") and not isinstance(value, str | bool):
        return CellFault(as_text(value), is_shown_otherwise=True)
    return value


def _with_times(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks of an ODS: calamine gives its times of a day and more as texts such as PT30H00M00S."""
    for numbers, columns in blocks:
        yield numbers, [list(map(_with_time, cells)) for cells in columns]


def _with_time(cell: Any) -> Any:
    if isinstance(cell, str) and (found := _DURATION.match(cell)):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return cell


class _Process:
    """The process that reads one workbook. It ends with the object, whether or not its rows were read to the end."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits, self.clock = limits, clock
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                str(_SCRIPT),
                str(limits.memory_bytes),
                str(limits.seconds),
                str(limits.sheets),
                str(HEADER_WITHIN),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # nothing secret, and no trace of the stack, which takes longer than to read a file
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
        self.close = weakref.finalize(self, _end, self.process)
        _widen(certain(self.process.stdout))

    def open(self, content: bytes) -> None:
        """Hands over a file that has been checked, to be opened. Raises UnreadableFileError."""
        self._send(content)

    def tops(self) -> Iterator[_Top]:
        """The top of each sheet. Raises UnreadableFileError."""
        while True:
            kind, value = self._receive()
            if kind != "sheet":
                return
            name, (row, column), height, width, rows, is_visible = value
            yield _Top(name, row, column, height, width, rows, is_visible)

    def choose(self, sheet: str, header: Header, kept: set[int]) -> None:
        """Says which rows are wanted: those below the header. Raises UnreadableFileError."""
        with self.clock:
            self._send((sheet, header.number, header.indexes, kept))

    def shown(self) -> SheetDisplay:
        """What is shown of the chosen sheet. Raises UnreadableFileError."""
        with self.clock:
            return SheetDisplay(*self._receive()[1])

    def blocks(self) -> Iterator[Block]:
        """The chosen rows. Raises UnreadableFileError."""
        while True:
            with self.clock:
                kind, batch = self._receive()
            if kind != "rows":
                self.rest: tuple[Any, ...] = batch
                self.close()
                return
            yield batch

    def _send(self, value: Any) -> None:
        message = pickle.dumps(value, protocol=5)
        try:
            pipe = certain(self.process.stdin)
            pipe.write(_LENGTH.pack(len(message)))
            pipe.write(message)
            pipe.flush()
        except (BrokenPipeError, ConnectionResetError):
            raise self._ended() from None

    def _check_time(self) -> None:
        if self.clock.left <= 0:
            self.close()
            raise self.clock.over()

    def _receive(self) -> tuple[str, Any]:
        self._check_time()
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        kind, value = pickle.loads(self._read(length))
        if kind == "damaged":
            raise damaged()
        if kind == "protected":
            raise protected()
        if kind == "macros":
            raise with_macros()
        if kind == "memory":
            raise self.limits.too_much_memory()
        if kind == "sheets":
            self.limits.check_sheets(value)
        return kind, value

    def _read(self, length: int) -> bytes:
        output = certain(self.process.stdout).fileno()
        parts = []
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while length:
                if not selector.select(max(self.clock.left, 0)):
                    self._check_time()
                    continue
                part = os.read(output, min(length, 1024 * 1024))
                if not part:
                    raise self._ended()
                parts.append(part)
                length -= len(part)
        return b"".join(parts)

    def _ended(self) -> UnreadableFileError:
        """Why the process ended by itself: its time, its memory, or a file that made calamine fall over."""
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -getattr(signal, "SIGXCPU", 0) and code:
            return self.clock.over()
        # a process that cannot have more memory aborts, or is killed
        return self.limits.too_much_memory() if code < 0 else damaged()


def _widen(pipe: IO[bytes]) -> None:
    """Makes room for blocks that wait to be taken. Where a system does not allow it, they wait for each other."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # bytes still to be written to a process that has ended
            certain(pipe).close()
