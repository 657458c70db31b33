"""Which of the files that were sent hold a text: a workbook of several tables is kept once for each of its sheets."""

import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from programmes.models import ImportFile

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1256")
_REFERENCE = re.compile(rb"&#([0-9]{1,7}|x[0-9a-fA-F]{1,6});")


def files_with(texts: Iterable[str]) -> list[int]:
    """The keys of the files in which one of some texts stands, in whichever way files write it."""
    wanted = {written for text in texts for written in _written(text)}
    files = ImportFile.objects.order_by().values_list("pk", "content").iterator(chunk_size=1)
    return [
        key
        for key, packed in files
        if any(text in part for part in _parts(zlib.decompress(bytes(packed))) for text in wanted)
    ]


def _written(text: str) -> Iterator[bytes]:
    for one in {text, escape(text), json.dumps(text)[1:-1]}:
        for encoding in ENCODINGS:
            encoded = one.encode(encoding, "ignore")
            if encoded.decode(encoding) == one:
                yield encoded


def _parts(content: bytes) -> Iterator[bytes]:
    """A file, or the parts of a package: what was too large once opened was refused when it was sent."""
    if not content.startswith(b"PK"):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            yield _REFERENCE.sub(_letter, package.read(name))


def _letter(reference: re.Match[bytes]) -> bytes:
    """A letter that XML writes by its number."""
    digits = reference[1]
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return chr(number).encode("utf-8", "ignore") if number <= sys.maxunicode else b""
