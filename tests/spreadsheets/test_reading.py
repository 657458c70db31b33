"""Files as people send them."""

import io
from typing import Any

import openpyxl
import pytest

from programmes.spreadsheets.reading import UnreadableFileError, read_sheet
from programmes.spreadsheets.tables import TABLES

SECTORS = "code,name_fr,name_ar,name_en\nsante,Santé,الصحة,Health\n"


def read(content: bytes, name: str = "sectors.csv") -> Any:
    return read_sheet(content, name, TABLES["sectors"]())


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_each_encoding_and_with_each_delimiter(
    encoding: str, delimiter: str
) -> None:
    sheet = read(SECTORS.replace(",", delimiter).encode(encoding))
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, {"code": "sante", "name_fr": "Santé", "name_ar": "الصحة", "name_en": "Health"})
    ]


def test_columns_are_known_by_their_labels_in_any_order_and_case() -> None:
    sheet = read("  NAME (arabic) ;unknown;Code\nالصحة;x;sante\n".encode())
    assert sheet.rows[0].cells == {"name_ar": "الصحة", "code": "sante"}
    assert sheet.ignored == ["unknown"]


def test_sheet_with_the_columns_is_read_not_the_first() -> None:
    content = workbook(
        Instructions=[["How to fill this in"]],
        Data=[
            [],
            ["Sectors 2026"],
            [],
            ["code", "name_fr"],
            ["sante", "Santé"],
            [None, None],
            ["btp", "BTP"],
        ],
    )
    sheet = read(content, "x.xlsx")
    assert sheet.name == "Data"
    assert [(row.number, row.cells["code"]) for row in sheet.rows] == [(5, "sante"), (7, "btp")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"\xff\xfe\x00",
        "name_fr\nSanté\n".encode("cp1252"),
        b"\x00\x01\x02\x03",
        b"%PDF-1.7",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old",
        b"a,b\n1,2\n",
        b"code,name_fr\n",
        b"name_fr\nSante\n",
        b"code,code\nx,y\n",
        b'code,name_fr\n"x,y\n',
        b"x" * (10 * 1024 * 1024 + 1),
    ],
)
def test_unreadable_file_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(content)
    assert str(refused.value).endswith(".")
