"""Files that are too large, or made to be: refused quickly, in little memory, each with its sentence."""

import io
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.reading.limits import Clock, UnreadableFileError
from programmes.spreadsheets.reading.sheets import open_sheet
from tests.spreadsheets.building import ods_parts, packed, raw_xlsx, xlsx, xml_row
from tracker import settings as tracker_settings

HEADER = xml_row(1, "code", "name_fr")
GOOD = HEADER + xml_row(2, "x", "y")
MEGABYTE = 1024 * 1024


def read_all(content: bytes, name: str = "x.xlsx") -> list[Any]:
    return list(open_sheet(content, name, TABLES["sectors"]()).rows)


def refusal(content: bytes) -> str:
    """The sentence of a refusal, which takes at most 64 MB of this process's memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableFileError) as refused:
        read_all(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    return str(refused.value)


def test_honest_workbook_is_read() -> None:
    assert read_all(packed(raw_xlsx(GOOD))) == [(2, ["x", "y"])]


def test_file_larger_than_the_limit(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = MEGABYTE
    assert "1 MB" in refusal(b"code\n" + b"x\n" * MEGABYTE)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_rows_than_the_limit(settings: Any, kind: str) -> None:
    settings.IMPORT_MAX_ROWS = 10
    rows = [["code"], *([f"c{number}"] for number in range(11))]
    csv = "\n".join(row[0] for row in rows).encode()
    assert "more than 10 rows" in refusal(csv if kind == "csv" else xlsx({"S": rows}))
    assert len(read_all(csv[: csv.rindex(b"\n")])) == 10


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_columns_than_the_limit(settings: Any, kind: str) -> None:
    settings.IMPORT_MAX_COLUMNS = 10
    rows = [["code"], ["x", *[""] * 9, "far"]]
    csv = "\n".join(",".join(row) for row in rows).encode()
    message = refusal(csv if kind == "csv" else xlsx({"S": rows}))
    assert "11 columns wide; at most 10" in message


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_cells_than_the_limit(settings: Any, kind: str) -> None:
    settings.IMPORT_MAX_CELLS = 20
    rows = [["code", "name_fr"], *([f"c{number}", "x"] for number in range(11))]
    csv = "\n".join(",".join(row) for row in rows).encode()
    assert "more than 20 cells" in refusal(csv if kind == "csv" else xlsx({"S": rows}))


def test_more_sheets_than_the_limit() -> None:
    assert "more than 100 sheets" in refusal(packed(raw_xlsx(GOOD, sheets=2000)))


def test_thousands_of_parts() -> None:
    assert "more than 100 sheets" in refusal(packed({f"x{n}": "" for n in range(6000)}))


def test_more_seconds_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "left", -1.0)
    assert "longer than 60 seconds" in refusal(packed(raw_xlsx(GOOD)))
    assert "longer than 60 seconds" in refusal(b"code\nx\n")


@pytest.mark.long
def test_process_that_takes_too_long_is_ended(settings: Any) -> None:
    settings.IMPORT_MAX_SECONDS = 1
    # five million cells, each with a formula to read: seconds of work in a small file
    settings.IMPORT_MAX_UNPACKED_BYTES = 400 * MEGABYTE
    row = "".join(f"<c><f>A{n}+1</f><v>1</v></c>" for n in range(100))
    content = packed(raw_xlsx(HEADER + f"<row>{row}</row>" * 100_000))
    assert "longer than 1 seconds" in refusal(content)


def test_what_is_done_with_the_rows_is_not_reading() -> None:
    clock = Clock(1)
    with clock, clock:
        pass
    assert 0.9 < clock.left <= 1
    left = clock.left
    time.sleep(0.05)
    assert clock.left == left


@pytest.mark.slow
def test_bomb_that_says_its_size() -> None:
    bomb = packed(raw_xlsx(GOOD, xl__media__zeros=bytes(400 * MEGABYTE)))
    assert len(bomb) < MEGABYTE
    assert "unpacks to more than 300 MB" in refusal(bomb)


def test_bomb_whose_directory_lies(settings: Any) -> None:
    settings.IMPORT_MAX_UNPACKED_BYTES = 50 * MEGABYTE
    bomb = bytearray(packed(raw_xlsx(GOOD, xl__media__zeros=bytes(100 * MEGABYTE))))
    said = struct.pack("<I", 100 * MEGABYTE)
    assert bomb.count(said) == 2  # beside the part and in the directory
    lying = bytes(bomb).replace(said, struct.pack("<I", 10))
    with zipfile.ZipFile(io.BytesIO(lying)) as file:
        assert sum(part.file_size for part in file.infolist()) < MEGABYTE
    assert "unpacks to more than 50 MB" in refusal(lying)


def test_parts_that_share_their_bytes_are_counted_each(settings: Any) -> None:
    settings.IMPORT_MAX_UNPACKED_BYTES = 50 * MEGABYTE
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in raw_xlsx(GOOD).items():
            file.writestr(name, content)
        file.writestr("kernel", bytes(20 * MEGABYTE))
        kernel = file.getinfo("kernel")
        for number in range(5):
            twin = zipfile.ZipInfo(f"twin{number}")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(kernel, name))
            file.filelist.append(twin)
            file.NameToInfo[twin.filename] = twin
    assert "unpacks to more than 50 MB" in refusal(out.getvalue())


def test_zip_in_zip_is_no_workbook() -> None:
    inner = packed(raw_xlsx(GOOD))
    for _depth in range(20):
        inner = packed({"x.zip": inner})
    assert "not a spreadsheet" in refusal(inner)


def _cell(position: str) -> str:
    return f'<row><c r="{position}"><v>1</v></c></row>'


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        # each made calamine ask for gigabytes and end the process, before it had one of its own
        lambda: packed(raw_xlsx(HEADER + _cell("XFD1048576"))),
        lambda: packed(
            raw_xlsx(
                "".join(
                    f'<row r="{n}">' + f'<c r="A{n}" t="s"><v>0</v></c>' * 10 + "</row>"
                    for n in range(1, 2001)
                ),
                strings="<si><t>" + "x" * MEGABYTE + "</t></si>",
            )
        ),
        lambda: packed(
            ods_parts(
                '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
                ' office:value-type="float" office:value="1" table:number-columns-repeated="90"/>'
                "</table:table-row>"
            )
        ),
        lambda: packed(
            ods_parts(
                '<table:table-row><table:table-cell office:value-type="float" office:value="1"'
                ' table:number-columns-repeated="16384"/></table:table-row>' * 20_000
            )
        ),
    ],
    ids=["far-corner", "repeated-string", "repeated-rows", "repeated-columns"],
)
def test_small_file_that_spreads_out_is_refused(make: Callable[[], bytes]) -> None:
    content = make()
    assert len(content) < 100_000
    assert "needs more memory" in refusal(content)


def test_million_empty_columns() -> None:
    wide = HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>'
    assert "16384 columns wide" in refusal(packed(raw_xlsx(wide)))
    assert "1000002 columns wide" in refusal(b"code,name_fr\nx" + b"," * 1_000_001 + b"\n")


def test_empty_columns_that_are_only_formatted_do_no_harm() -> None:
    cells = "".join(
        f'<c r="{chr(65 + n)}{chr(65 + m)}2" s="0"/>' for n in range(24) for m in range(26)
    )
    rows = HEADER + f'<row r="2">{cells}</row>' + xml_row(3, "x", "y") + '<row r="1048576"/>'
    assert read_all(packed(raw_xlsx(rows))) == [(3, ["x", "y"])]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1/x.dtd">',
        '<!-- <worksheet> --><!DOCTYPE worksheet SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels"])
def test_entities_and_document_types_are_refused(doctype: str, part: str) -> None:
    parts = raw_xlsx(GOOD)
    parts[part] = parts[part].replace("?>", "?>" + doctype, 1)
    assert "damaged" in refusal(packed(parts))


@pytest.mark.parametrize("part", ["xl__vbaProject_bin", "xl__macrosheets__sheet1"])
def test_workbook_with_macros_is_refused(part: str) -> None:
    more = {part.replace("_bin", ".bin"): "x"}
    assert "macros" in refusal(packed(raw_xlsx(GOOD, **more)))


def test_old_workbook_with_macros_is_refused() -> None:
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    assert "macros" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name)


def test_encrypted_workbook_is_refused() -> None:
    name = "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name)
    encrypted = bytearray(packed(raw_xlsx(GOOD)))
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(encrypted))


def test_two_parts_of_one_name_are_refused() -> None:
    content = packed(raw_xlsx(GOOD))
    content = content.replace(b"xl/sharedStrings.xml", b"xl/worksheets/sheet1"[:20])
    content = content.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet1\x00\x00\x00\x00")
    assert refusal(content).endswith(".")


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", ""])
def test_limit_that_is_no_number_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("IMPORT_MAX_ROWS", text)
    with pytest.raises(ImproperlyConfigured, match="IMPORT_MAX_ROWS"):
        tracker_settings._whole("IMPORT_MAX_ROWS", default=5)


def test_limit_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPORT_MAX_ROWS", "12")
    assert tracker_settings._whole("IMPORT_MAX_ROWS", default=5) == 12
