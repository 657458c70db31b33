"""Real files with bytes changed, styles and merges too: what arrives is read or refused with a sentence, nothing else.

`make test-long` runs it for ten minutes; FUZZ_SECONDS says otherwise. A failure names the seed that repeats it.
"""

import io
import json
import os
import random
import time
import zipfile
from collections.abc import Iterable
from itertools import count, takewhile
from pathlib import Path

import pytest

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.reading.limits import UnreadableFileError
from programmes.spreadsheets.reading.sheets import ReadOptions, open_sheet
from tests.spreadsheets.building import ods, packed, raw_xlsx, xlsx, xml_row
from tests.spreadsheets.test_seen_in_preview import SHOWN

FILES = Path(__file__).parent / "files"
ROWS = [["code", "name_fr", "name_ar"], *([f"c{n}", "Santé; «x», 'y'", "الصحة"] for n in range(30))]
TEXT = "\r\n".join('"' + '";"'.join(row) + '"' for row in ROWS)
STRANGE = [
    *(
        b"\x00",
        b"\xff",
        b"\xfe",
        b'"',
        b"<",
        b">",
        b"&",
        b"'",
        b"\r",
        b"\n",
        b"\t",
        b"\xef\xbb\xbf",
    ),
    *(b"4294967295", b"-1", b"1e999", b"XFD1048576", b't="e"', b"<v/>", b"<f/>", b"</row>", b"]]>"),
    *(b' hidden="1"', b' min="-5"', b' max="4294967295"', b' s="99"', b' formatCode="0%"'),
    *(b'<mergeCell ref="A1:XFD1048576"/>', b' numFmtId="17"', b' numFmtId="x"'),
    *(b"<!DOCTYPE x>", b"&lt;", b"&x;", b"\xff\xff\xff\xff", b"PK\x01\x02", b"PK\x05\x06"),
    *(b' table:number-columns-repeated="99999999"', b' table:number-rows-repeated="99999999"'),
]


def _seeds() -> list[bytes]:
    formulas = xml_row(1, "code", "name_fr") + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
    return [
        *((FILES / f"cells.{kind}").read_bytes() for kind in ("xlsx", "xls", "ods")),
        xlsx({"S": ROWS}),
        ods(ROWS),
        packed(raw_xlsx(formulas)),
        *SHOWN.values(),
        json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]], indent=1).encode(),
        *(
            TEXT.encode(encoding, "replace")
            for encoding in ("utf-8-sig", "utf-16", "cp1252", "cp1256")
        ),
    ]


def _changed(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, put in, taken out or repeated."""
    data = bytearray(content)
    for _change in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 1:
            data[at:at] = chance.choice(STRANGE)
        elif kind == 2:
            del data[at : at + chance.choice((1, 2, 8, 100))]
        elif kind == 3:
            other = chance.randrange(len(data) + 1)
            data[at:at] = data[other : other + chance.choice((4, 64, 512))]
        elif kind == 4 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        else:
            word = chance.choice((b"\x00" * 4, b"\xff" * 4, b"\x01\x00", b"\xff\x7f"))
            data[at : at + len(word)] = word
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.05 else data)


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """A changed file; of a ZIP, more often one of its parts, so that the change is not lost in what packs it."""
    if not content.startswith(b"PK") or chance.random() < 0.2:
        return _changed(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {part.filename: file.read(part) for part in file.infolist()}
    for _part in range(chance.choice((1, 1, 3))):
        name = chance.choice(sorted(parts))
        parts[name] = _changed(parts[name], chance)
    return packed(parts)


def _read(content: bytes, chance: random.Random) -> None:
    options = ReadOptions()
    if chance.random() < 0.2:
        options = ReadOptions(
            encoding=chance.choice(("", "utf-8", "utf-16", "cp1252", "cp1256")),
            delimiter=chance.choice(("", ",", ";", "tab")),
            sheet=chance.choice(("", "S", "Données")),
        )
    sheet = open_sheet(content, "x", TABLES["sectors"](), options)
    width, last = len(sheet.columns), 0
    for number, cells in sheet.rows:
        assert len(cells) == width
        assert number > last
        last = number


def _fuzz(numbers: Iterable[int]) -> None:
    """Reads a changed file of each number."""
    seeds = _seeds()
    for number in numbers:
        chance = random.Random(number)
        content = _mutated(chance.choice(seeds), chance)
        try:
            _read(content, chance)
        except UnreadableFileError as refused:
            sentence = str(refused)
            if not sentence.endswith("."):
                pytest.fail(f"seed {number}: {sentence}")
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is a finding
            pytest.fail(f"seed {number}: {error!r}")


@pytest.mark.slow
def test_changed_files_are_read_or_refused() -> None:
    _fuzz(range(1, 61))


@pytest.mark.long
def test_changed_files_are_read_or_refused_for_long() -> None:
    until = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "600"))
    numbers = count(random.SystemRandom().randrange(10**9))
    _fuzz(takewhile(lambda _number: time.monotonic() < until, numbers))
