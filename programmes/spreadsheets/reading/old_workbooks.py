"""XLS files: what protects them, what runs in them, and where their cells hold an error (calamine gives '').

An XLS is a compound file, a small file system of its own (MS-CFB), with a stream of records (MS-XLS). Only what is
needed to find those cells is read; whatever does not fit together has no faults to report, and calamine decides.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise

from programmes.spreadsheets.columns.values import CellFault
from programmes.spreadsheets.reading.limits import Clock, protected, with_macros
from programmes.spreadsheets.reading.shown_cells import (
    KNOWN_FORMATS,
    LOWERED,
    RAISED,
    SheetDisplay,
    kind_of_format,
)

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")

# kinds of records
_BEGIN, _END, _PASSWORD, _BOUND_SHEET = 0x0809, 0x000A, 0x002F, 0x0085
_BOOLEAN_OR_ERROR, _FORMULA = 0x0205, 0x0006
_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS = 0x0203, 0x027E, 0x00BD
_ROW, _COLUMNS, _FORMAT, _STYLE = 0x0208, 0x007D, 0x041E, 0x00E0
_FONT, _STRINGS, _CONTINUED, _STRING = 0x0031, 0x00FC, 0x003C, 0x00FD
_OFF_THE_LINE = {1: RAISED, 2: LOWERED}
_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_LAST_SECTOR = 0xFFFFFFFA  # and what is above it: no sector
_DIRECTORY_ENTRY = 128
_SMALL_SECTOR = 64


def refuse_unreadable(content: bytes) -> None:
    """Raises UnreadableFileError for an encrypted workbook, in an old or a new format, and for one with macros."""
    if _ENCRYPTED in content or _has_password(content):
        raise protected()
    if _MACROS in content:
        raise with_macros()


def faults_and_display(
    content: bytes, sheet: str, clock: Clock
) -> tuple[dict[tuple[int, int], CellFault], SheetDisplay]:
    """The cells of a sheet that hold an error, by row and column from 0, and how its cells are shown."""
    try:
        stream = _workbook_stream(content)
        return _cells(stream, _styles(stream), _texts(stream), sheet, clock)
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}, SheetDisplay()


def _has_password(content: bytes) -> bool:
    try:
        for kind, _body in _records(_workbook_stream(content), 0):
            if kind in (_PASSWORD, _END):
                return kind == _PASSWORD
    except (struct.error, IndexError):
        pass
    return False


def _styles(stream: bytes) -> dict[int, str]:
    """The styles of cells that show more than a value, by their number."""
    formats, used = dict(KNOWN_FORMATS), []
    for kind, body in _records(stream, 0):
        if kind == _END:
            break
        if kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", body)
            code = body[5:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")[:length]
            formats[number] = kind_of_format(code)
        elif kind == _STYLE:
            used.append(struct.unpack_from("<H", body, 2)[0])
    return {number: formats[form] for number, form in enumerate(used) if formats.get(form)}


def _cells(
    stream: bytes, styles: dict[int, str], texts: dict[int, str], sheet: str, clock: Clock
) -> tuple[dict[tuple[int, int], CellFault], SheetDisplay]:
    found: dict[tuple[int, int], CellFault] = {}
    shown = SheetDisplay()
    start = next((at for name, at in _bound_sheets(stream) if name == sheet), None)
    if start is None:
        return found, shown
    depth = 0
    for count, (kind, body) in enumerate(_records(stream, start)):
        if count % 100_000 == 0:
            clock.check()
        if kind == _BEGIN:
            # a chart in the sheet is a part of its own, with cells that are not the sheet's
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                break
        elif depth > 1:
            continue
        elif kind == _ROW and body[12] & 0x20:
            shown.hidden.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLUMNS and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            shown.hidden_columns.update(range(first, last + 1))
        elif kind == _BOOLEAN_OR_ERROR and body[7]:
            found[struct.unpack_from("<HH", body)] = _fault(body[6])
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            found[struct.unpack_from("<HH", body)] = _fault(body[8])
        elif texts and kind == _STRING:
            row, column, _style, number = struct.unpack_from("<HHHI", body)
            if number in texts:
                shown.texts.setdefault(row, {})[column] = texts[number]
        elif styles and kind in (_NUMBER, _SHORT_NUMBER, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            if style in styles:
                shown.kinds.setdefault(row, {})[column] = styles[style]
        elif styles and kind == _SHORT_NUMBERS:
            row, column = struct.unpack_from("<HH", body)
            for place, at in enumerate(range(4, len(body) - 2, 6)):
                (style,) = struct.unpack_from("<H", body, at)
                if style in styles:
                    shown.kinds.setdefault(row, {})[column + place] = styles[style]
    return found, shown


def _texts(stream: bytes) -> dict[int, str]:
    """The shared texts with figures above or below the line, these as such, by their number."""
    fonts: list[dict[int, int] | None] = []
    parts: list[bytes] = []
    for kind, body in _records(stream, 0):
        if kind == _END:
            break
        if kind == _FONT:
            fonts.append(_OFF_THE_LINE.get(struct.unpack_from("<H", body, 8)[0]))
            if len(fonts) == 4:  # no text names the fifth font: the numbers go on after it
                fonts.append(None)
        elif kind == _STRINGS:
            parts = [body[8:]]
        elif kind == _CONTINUED and parts:
            parts.append(body)
        elif parts:
            break
    if not any(fonts) or not parts:
        return {}
    found = {}
    for number, (text, runs) in enumerate(_strings(_Parts(parts))):
        seen = text[: runs[0][0]] if runs else text
        for (start, font), (end, _next) in pairwise([*runs, (len(text), 0)]):
            signs = fonts[font] if font < len(fonts) else None
            seen += text[start:end].translate(signs) if signs else text[start:end]
        if seen != text:
            found[number] = seen
    return found


class _Parts:
    """The bytes of a record and of those that continue it."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 0

    def take(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += self._here(count - len(found))
        return found

    def text(self, signs: int, *, wide: bool) -> str:
        """So many signs; where a record ends within them, the next one says anew how they are kept."""
        found = ""
        while len(found) < signs:
            if self.at == len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 1
                wide = bool(self.parts[self.part][0] & 1)
            here = self._here((signs - len(found)) * (2 if wide else 1))
            found += here.decode("utf-16-le" if wide else "latin-1", "replace")
        return found

    @property
    def is_over(self) -> bool:
        return self.part == len(self.parts) - 1 and self.at == len(self.parts[self.part])

    def _here(self, most: int) -> bytes:
        if self.at == len(self.parts[self.part]):
            self.part, self.at = self.part + 1, 0
        found = self.parts[self.part][self.at : self.at + most]
        self.at += len(found)
        return found


def _strings(parts: _Parts) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The shared texts: each with where a font begins in it, and which."""
    while not parts.is_over:
        signs, flags = struct.unpack("<HB", parts.take(3))
        count = struct.unpack("<H", parts.take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", parts.take(4))[0] if flags & 4 else 0
        text = parts.text(signs, wide=bool(flags & 1))
        runs = [struct.unpack("<HH", parts.take(4)) for _run in range(count)]
        parts.take(more)
        yield text, runs


def _fault(code: int) -> CellFault:
    return CellFault(_CODES.get(code, "#"))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _bound_sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """The name of each sheet and where its records begin."""
    wide = True
    for kind, body in _records(stream, 0):
        if kind == _BEGIN:
            wide = struct.unpack_from("<H", body)[0] >= 0x0600
        elif kind == _END:
            return
        elif kind == _BOUND_SHEET:
            (at,) = struct.unpack_from("<I", body)
            length = body[6]
            if not wide:
                yield body[7 : 7 + length].decode("cp1252", "replace"), at
            elif body[7] & 1:
                yield body[8 : 8 + 2 * length].decode("utf-16-le"), at
            else:
                yield body[8 : 8 + length].decode("latin-1"), at


def _workbook_stream(content: bytes) -> bytes:
    """The records of the workbook, put together from the sectors that hold them."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (directory_start,) = struct.unpack_from("<I", content, 48)
    (small_limit,) = struct.unpack_from("<I", content, 56)
    (small_table_start,) = struct.unpack_from("<I", content, 60)
    table = _sector_table(content, size)
    directory = _chain(content[size:], size, table, directory_start)
    root_start = 0
    for at in range(0, len(directory), _DIRECTORY_ENTRY):
        entry = directory[at : at + _DIRECTORY_ENTRY]
        (name_size,) = struct.unpack_from("<H", entry, 64)
        name = entry[: max(name_size - 2, 0)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5:
            root_start = start
        elif name in ("Workbook", "Book"):
            if length >= small_limit:
                return _chain(content[size:], size, table, start)[:length]
            small_table = _numbers(_chain(content[size:], size, table, small_table_start))
            small = _chain(content[size:], size, table, root_start)
            return _chain(small, _SMALL_SECTOR, small_table, start)[:length]
    return b""


def _sector_table(content: bytes, size: int) -> list[int]:
    """For each sector, the one that follows it."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    (more,) = struct.unpack_from("<I", content, 68)
    most = len(content) // size + 1
    while more < _LAST_SECTOR and len(sectors) < most:
        block = _numbers(content[size * (more + 1) : size * (more + 2)])
        sectors += block[:-1]
        more = block[-1]
    table: list[int] = []
    for sector in sectors[:most]:
        if sector < _LAST_SECTOR:
            table += _numbers(content[size * (sector + 1) : size * (sector + 2)])
    return table


def _chain(content: bytes, size: int, table: list[int], sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < _LAST_SECTOR and len(parts) <= len(content) // size:
        parts.append(content[size * sector : size * (sector + 1)])
        sector = table[sector]
    return b"".join(parts)


def _numbers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
