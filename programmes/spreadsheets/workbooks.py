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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from programmes.models.names import fold
from programmes.spreadsheets import old_workbooks
from programmes.spreadsheets.faults import Faults, faults_of
from programmes.spreadsheets.headers import (
    HEADER_WITHIN,
    Block,
    Found,
    Header,
    Row,
    check_header,
    find_header,
    header_names,
    table_names,
)
from programmes.spreadsheets.limits import (
    Clock,
    Limits,
    UnreadableFileError,
    damaged,
    protected,
    with_macros,
)
from programmes.spreadsheets.packages import Package, open_package
from programmes.spreadsheets.resource import TableResource

_LENGTH = struct.Struct(">Q")
_SCRIPT = Path(__file__).with_name("workbook_process.py")
_DURATION = re.compile(r"-?PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?\Z")
# so much may wait between the two processes; the usual 64 kB hold hardly a block of rows
_PIPE = 1024 * 1024
# a row of ten cells takes about as much of an unpacked workbook
_BYTES_OF_ROW = 300
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are those of a ZIP or of an old Office file."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", old_workbooks.SIGNATURE))


def open_workbook(
    content: bytes,
    table: TableResource,
    sheet: str,
    limits: Limits,
    clock: Clock,
    meanwhile: Callable[[int], None] | None = None,
) -> Found:
    """The sheet that has the table's columns, hidden ones too; or the one of that name.

    `meanwhile` is called with about as many rows as the file may have, while another process opens it.

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
        if meanwhile is not None:
            meanwhile((package.unpacked_size if package else len(content)) // _BYTES_OF_ROW)
        top, header = _chosen(process.tops(), table, sheet)
        limits.check_columns(top.first_column + top.width)
        limits.check_cells(top.height * top.width)
        if package is not None:
            faults = faults_of(package, suspects, top.name, limits, clock)
        else:
            faults = old_workbooks.faults_of(content, top.name, clock)
        refused.pop_all()
    kind = package.kind if package else "xls"
    blocks = _blocks(process, top, header, faults, limits)
    return Found(
        top.name,
        header,
        {"kind": kind, "sheet": top.name},
        _with_times(blocks) if kind == "ods" else blocks,
        max(0, top.first_row + top.height - header.number),
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
        old_workbooks.check(content)
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


def _chosen(tops: Iterator[_Top], table: TableResource, wanted: str) -> tuple[_Top, Header]:
    """The sheet whose header names the most columns; between equals the one named as the table.

    Then the one with the fewest other columns, then one that has rows. Two that are still equal are not guessed
    between.
    """
    names, sheet_names = header_names(table.columns), table_names(table)
    best: list[tuple[_Top, Header]] = []
    best_fit: tuple[int, bool, int, bool] | None = None
    seen = []
    for top in tops:
        seen.append(top.name)
        if wanted and fold(top.name) != fold(wanted):
            continue
        header = find_header(top.rows, names)
        if header is None:
            continue
        known, unknown = header.fit
        has_rows = top.first_row + top.height > header.number
        fit = (known, fold(top.name) in sheet_names, unknown, has_rows)
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
    best = exact or best
    if len(best) > 1:
        raise UnreadableFileError(
            _("The columns stand in several sheets: %(sheets)s. Choose the sheet to read.")
            % {"sheets": ", ".join(top.name for top, _header in best)}
        )
    top, header = best[0] if best else (None, None)
    return top, check_header(header, table)


def _blocks(
    process: "_Process",
    top: _Top,
    header: Header,
    faults: Faults,
    limits: Limits,
) -> Iterator[Block]:
    at = {index: place for place, index in enumerate(header.indexes)}
    # faults by the number of their row and the place of their column in what is handed out
    placed: dict[int, dict[int, Any]] = {}
    for (row, column), fault in faults.items():
        if row + 1 > header.number and column - top.first_column in at:
            placed.setdefault(row + 1, {})[at[column - top.first_column]] = fault
    count = 0
    for numbers, columns in process.blocks(top.name, header, set(placed)):
        count += len(numbers)
        limits.check_rows(count)
        for place, number in enumerate(numbers) if placed else ():
            for column, fault in placed.get(number, {}).items():
                columns[column][place] = fault
        yield numbers, columns
    # calamine leaves out the rows at the end that hold nothing else
    for number in sorted(number for number in placed if number > top.first_row + top.height):
        yield (number,), [[placed[number].get(place, "")] for place in range(len(header.indexes))]


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
        _widen(self.process.stdout)

    def open(self, content: bytes) -> None:
        """Hands over a file that has been checked, to be opened. Raises UnreadableFileError."""
        self._send(content)

    def tops(self) -> Iterator[_Top]:
        """The top of each sheet. Raises UnreadableFileError."""
        while True:
            kind, value = self._receive()
            if kind != "sheet":
                return
            name, (row, column), height, width, rows = value
            yield _Top(name, row, column, height, width, rows)

    def blocks(self, sheet: str, header: Header, kept: set[int]) -> Iterator[Block]:
        """The rows below the header. Raises UnreadableFileError."""
        with self.clock:
            self._send((sheet, header.number, header.indexes, kept))
        while True:
            with self.clock:
                kind, batch = self._receive()
            if kind != "rows":
                self.close()
                return
            yield batch

    def _send(self, value: Any) -> None:
        message = pickle.dumps(value, protocol=5)
        try:
            self.process.stdin.write(_LENGTH.pack(len(message)))
            self.process.stdin.write(message)
            self.process.stdin.flush()
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
        output = self.process.stdout.fileno()
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


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # bytes still to be written to a process that has ended
            pipe.close()
