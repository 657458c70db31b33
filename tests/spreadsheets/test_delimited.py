"""CSV and TSV: encodings, delimiters, broken files."""

from typing import Any

import pytest

from programmes.spreadsheets.columns.cells import TextCell
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.reading.delimited import detect_encoding
from programmes.spreadsheets.reading.sheets import ReadOptions, UnreadableFileError, open_sheet

FRENCH = "code;name_fr;name_ar\nsante;Métiers de la santé – Été;\n"
ARABIC = "code;name_fr;name_ar\nsante;;الصحة والتمريض\n"


def rows_of(content: bytes, **options: str) -> list[tuple[int, list[Any]]]:
    return list(open_sheet(content, "x.csv", TABLES["sectors"](), ReadOptions(**options)).rows)


def detected(content: bytes) -> tuple[str, str]:
    found = open_sheet(content, "x.csv", TABLES["sectors"]()).detected
    return found["encoding"], found["delimiter"]


def refusal(content: bytes, **options: str) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        rows_of(content, **options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (FRENCH.encode("utf-8-sig"), "utf-8"),
        (ARABIC.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + ARABIC.encode("utf-16-be"), "utf-16"),
        (FRENCH.encode("cp1252"), "cp1252"),
        (ARABIC.encode("cp1256"), "cp1256"),
        ((FRENCH.lower() + ARABIC).encode("cp1256"), "cp1256"),
        ("ÉCOLE DES MÉTIERS À FÈS".encode("cp1252"), "cp1252"),
        ("À É Ç".encode("cp1252"), "cp1252"),
        ("مدينة المهن: école à Fès, œuvre".encode("cp1256"), "cp1256"),
        (b"plain", "utf-8"),
    ],
)
def test_encoding_is_told_by_the_bytes(content: bytes, encoding: str) -> None:
    assert detect_encoding(content) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_arabic_comes_out_as_written(encoding: str) -> None:
    assert rows_of(ARABIC.encode(encoding)) == [(2, ["sante", "", "الصحة والتمريض"])]


def test_french_of_old_excel_comes_out_as_written() -> None:
    assert rows_of(FRENCH.encode("cp1252")) == [(2, ["sante", "Métiers de la santé – Été", ""])]


def test_chosen_encoding_replaces_the_detected_one() -> None:
    content = "code,name_fr\nx,À É\n".encode("cp1256", "replace")
    assert rows_of("code,name_ar\nx,ة\n".encode("cp1256"), encoding="cp1256") == [(2, ["x", "ة"])]
    assert rows_of("code,name_ar\nx,ة\n".encode("utf-16-le"), encoding="utf-16") == [
        (2, ["x", "ة"])
    ]
    assert rows_of("code,name_ar\nx,ة\n".encode("utf-16-be"), encoding="utf-16") == [
        (2, ["x", "ة"])
    ]
    assert "utf-8" in refusal("code,name_fr\nx,É\n".encode("cp1252"), encoding="utf-8")
    assert rows_of(content) == [(2, ["x", "? ?"])]


@pytest.mark.parametrize(
    "choice", [{"encoding": "utf-7"}, {"delimiter": "|"}, {"number_format": "x"}]
)
def test_choice_that_is_not_offered_is_refused(choice: dict[str, str]) -> None:
    assert refusal(b"code\nx\n", **choice).endswith(".") or "Accepted" in refusal(
        b"code\nx\n", **choice
    )


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ('code;name_fr\nx;"a,b,c,d\te"\n', ";"),
        ('"code","name_fr"\nx,"a;b;c;d;e"\n', ","),
        ("code\tname_fr\nx\ta,b;c\n", "tab"),
        ("Titre; avec, des; signes\n\ncode,name_fr\nx,y\n", ","),
        ("code\nx\n", ","),
        ("sep=;\ncode;name_fr\nx;y\n", ";"),
    ],
)
def test_delimiter_is_the_one_that_finds_the_columns(content: str, delimiter: str) -> None:
    assert detected(content.encode()) == ("utf-8", delimiter)


def test_chosen_delimiter_replaces_the_detected_one() -> None:
    assert rows_of(b"code;x\na,b;c\n", delimiter=";") == [(2, ["a,b"])]
    assert "code" in refusal(b"code;name_fr\nx;y\n", delimiter="tab")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_as_a_spreadsheet_shows_them(end: str) -> None:
    lines = ["Titre", "", "code,name_fr", 'a,"deux', 'lignes"', "", " , ", "b,B"]
    assert rows_of(end.join(lines).encode()) == [(4, ["a", f"deux{end}lignes"]), (7, ["b", "B"])]


def test_row_shorter_than_the_header_is_filled_with_nothing() -> None:
    assert rows_of(b"code,name_fr\nx\n") == [(2, ["x", ""])]


def test_empty_cells_behind_the_header_do_not_matter() -> None:
    assert rows_of(b"code,name_fr,,\nx,y,,,,\n") == [(2, ["x", "y"])]


def test_row_with_more_cells_than_headers_is_refused_with_its_number() -> None:
    message = refusal(b"code,name_fr\nx,y\nz,1,5\n")
    assert message.startswith("Row 3 has 3 cells, the header has 2")


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'code,name_fr\nx,y\n"z,1\nw,2\n', 3),
        (b'code,name_fr\nx,y\n"z"z,1\n', 3),
        (b'"code"x,name_fr\n', 1),
    ],
)
def test_broken_quotation_is_refused_with_its_row(content: bytes, row: int) -> None:
    assert f"row {row}" in refusal(content)


def test_text_longer_than_a_cell_is_refused_with_its_row() -> None:
    assert "row 2" in refusal(b"code,name_fr\nx," + b"y" * 200_000 + b"\n")


def test_error_of_a_formula_is_no_text() -> None:
    content = b"code,name_fr,name_ar\nx,#DIV/0!,#NOM?\ny,Err:502,# note\n"
    assert rows_of(content) == [
        (2, ["x", "#DIV/0!", "#NOM?"]),
        (3, ["y", "Err:502", "# note"]),
    ]
    for text in ("#DIV/0!", "#NOM?", "Err:502"):
        with pytest.raises(ValueError, match="holds the error"):
            TextCell().clean(text)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><table><tr><td>code</td></tr></table></html>",
        b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
        b"<!DOCTYPE html>",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"code,name_fr\nx,\x00y\n",
        b"\xff\xfec",
        b"\xff\xfe\x00\xd8",
    ],
)
def test_file_of_another_kind_is_refused(content: bytes) -> None:
    assert refusal(content).endswith(".")
