"""XLSX and ODS as ZIP packages: what is in them, unpacked with care, before anything else reads them."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from programmes.spreadsheets.reading.limits import (
    Clock,
    Limits,
    damaged,
    not_a_spreadsheet,
    protected,
    with_macros,
)

_CHUNK = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_MOST_PARTS = 5000
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_OVERLAP = 200
_MANIFEST = "META-INF/manifest.xml"
# a part whose root element comes first declares nothing: what is declared stands before it
_ROOT_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>]*\?>)?\s*<[A-Za-z_]")
# where the elements of a sheet bear a prefix, its beginning says so
_PREFIXED = re.compile(
    rb"xmlns:\w+\s*=\s*[\"'](?:http://schemas\.openxmlformats\.org/spreadsheetml/2006"
    rb"|http://purl\.oclc\.org/ooxml/spreadsheetml)/main[\"']"
)
_FORMULA_WITHOUT_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Package:
    """A checked package."""

    kind: str
    content: bytes = field(repr=False)
    parts: dict[str, zipfile.ZipInfo] = field(repr=False)

    def unpacked(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, chunk by chunk; nothing for a part that is not there."""
        part = self.parts.get(name)
        return unpack(self.content, part) if part else iter(())

    def suspects(self, clock: Clock) -> set[str]:
        """The parts that may hold an error cell or a formula without its result."""
        return {name for name in self.parts if name.endswith(".xml") and self._suspect(name, clock)}

    def _suspect(self, name: str, clock: Clock) -> bool:
        tail, prefixed = b"", None
        for chunk in self.unpacked(name):
            clock.check()
            seen = tail + chunk
            if self.kind == "ods":
                if b'value-type="error"' in seen:
                    return True
            else:
                if prefixed is None:
                    prefixed = _PREFIXED.search(seen) is not None
                if _has_error_or_formula(seen, prefixed=prefixed):
                    return True
            tail = chunk[-_OVERLAP:]
        return False


def open_package(content: bytes, limits: Limits, clock: Clock) -> Package:
    """Checks a ZIP: its kind, its size as it says and as it is, and that it holds nothing that runs or reaches out.

    Raises:
        UnreadableFileError: it is not a workbook, or one that is refused.
    """
    if content.count(_ENTRY) > _MOST_PARTS:  # counted before a list of them is made
        limits.check_sheets(_MOST_PARTS)
        raise damaged()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            listed = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise damaged() from error
    parts = {part.filename: part for part in listed}
    if len(parts) != len(listed):  # which of the two is read depends on the program
        raise damaged()
    kind = _kind(parts)
    limits.check_unpacked(sum(part.file_size for part in listed))
    if any(part.flag_bits & 1 for part in listed):
        raise protected()
    if any(_is_program(name.lower()) for name in parts):
        raise with_macros()
    unpacked = 0
    for name, part in parts.items():
        tail, size, root_first = b"", 0, False
        for chunk in unpack(content, part):
            root_first = root_first or (not size and _ROOT_FIRST.match(chunk) is not None)
            size += len(chunk)
            # the list of parts may lie: what counts is what comes out
            limits.check_unpacked(unpacked + size)
            clock.check()
            if name == _MANIFEST or (name.endswith((".xml", ".rels")) and not root_first):
                _refuse_part(name, tail + chunk)
                tail = chunk[-_OVERLAP:]
        if size != part.file_size:
            raise damaged()
        unpacked += size
    return Package(kind, content, parts)


def unpack(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part. Unlike zipfile it does not stop where the list of parts says that it ends.

    Raises:
        UnreadableFileError: it breaks off, or is packed in a way that workbooks are not.
    """
    start = part.header_offset
    try:
        signature, name, extra = _LOCAL_HEADER.unpack(content[start : start + _LOCAL_HEADER.size])
    except struct.error as error:
        raise damaged() from error
    start += _LOCAL_HEADER.size + name + extra
    if signature != b"PK\x03\x04" or start + part.compress_size > len(content):
        raise damaged()
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        for position in range(0, len(packed), _CHUNK):
            yield bytes(packed[position : position + _CHUNK])
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed)
    else:
        raise damaged()


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    position, waiting = 0, b""
    try:
        while not inflater.eof:
            if not waiting:
                waiting = bytes(packed[position : position + 64 * 1024])
                position += len(waiting)
            chunk = inflater.decompress(waiting, _CHUNK)
            if not chunk and not waiting:
                raise damaged()
            waiting = inflater.unconsumed_tail
            if chunk:
                yield chunk
    except zlib.error as error:
        raise damaged() from error


def _kind(parts: dict[str, zipfile.ZipInfo]) -> str:
    if "xl/workbook.xml" in parts:
        return "xlsx"
    if "mimetype" in parts and "content.xml" in parts:
        return "ods"
    raise not_a_spreadsheet()


def _is_program(name: str) -> bool:
    return name.endswith("vbaproject.bin") or name.startswith(
        ("xl/macrosheets/", "basic/", "scripts/")
    )


def _refuse_part(name: str, seen: bytes) -> None:
    # spreadsheet programs write neither: they are there to read other files or to swell
    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or seen[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise damaged()
    if name == _MANIFEST and b"encryption-data" in seen:
        raise protected()


def _has_error_or_formula(seen: bytes, *, prefixed: bool) -> bool:
    # plain searches first: they are many times faster than the expression, and most parts have neither
    if b't="e"' in seen or (b"'" in seen and b"t='e'" in seen):
        return True
    has_formula = b"<f" in seen or (prefixed and (b":f>" in seen or b":f " in seen))
    return has_formula and _FORMULA_WITHOUT_RESULT.search(seen) is not None
