"""Inputs that were once misread, each with its tiny file: what the preview says of it, the right value or the refusal.

Mapped files stand in test_mapping.py and, in a browser, in tests/browser/test_operator_file.py.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from programmes.models import ImportJob, Organisation, Sector, Series, Territory
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.reading.shown_cells import kind_of_format
from programmes.spreadsheets.sending.exporting import export_file
from tests.conftest import make_member
from tests.spreadsheets.building import ods, packed, raw_xlsx, xml_row
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.previews import answered, preview
from tests.spreadsheets.test_shown import COUNT, HEADER, RATIO, SOURCE, book
from tests.spreadsheets.test_strict import STRICT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

NOT_A_DATE = (
    "“%s” is not a date. Accepted: 17/02/2021, 02/2021, 2021, 2021-2022 for a training year,"
    " 2023..2024 for a span, or 2021-02-17."
)
NOT_A_NUMBER = "“%s” is not a number. Accepted: 1234.5, 1 234,5 or 1.234,5."
TIME = "The cell holds a time, %s, which no column takes. Format it and type it again."
YEAR_AS_DAY = (
    "The cell holds the day 13/07/1905: as a rule a number such as 2021 under the format of a date."
    " Format it as text and type it again."
)
SHOWN_OTHERWISE = (
    "The cell shows something else than the value it holds: its format adds digits or leaves some out."
    " Give it a plain format, or type the value in its place."
)
MERGED = "The cell is part of the merged cells D2:D4: it takes their value."
HIDDEN_ROW = "The row is hidden in the file."
ERROR = "The cell holds the error %s. Correct its formula, or type the value in its place."


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


# What a workbook shows: one file each, kept as three formats.


def raised(text: str) -> TextBlock:
    """Figures above the line."""
    return TextBlock(InlineFont(vertAlign="superscript"), text)


PER_CENT = book(
    [HEADER, [RATIO, "2023", None, 0.73, SOURCE], [COUNT, "2023", 0.73, None, SOURCE]],
    {"D2": "0%", "C3": "0%"},
)
FRACTION = book([HEADER, [RATIO, "2023", None, 0.73, SOURCE]])
DATES = book(
    [
        HEADER,
        [COUNT, datetime(2023, 1, 1), 324, None, SOURCE],
        [COUNT, datetime(2024, 1, 1), 324, None, "le360-2024-05-jobintech"],
        [COUNT, datetime(1905, 7, 13), 324, None, SOURCE],
        [COUNT, datetime(2023, 12, 30, 23, 59, 12), 324, None, SOURCE],
        [COUNT, datetime(2023, 12, 30, 23), 324, None, SOURCE],
    ],
    {
        "B2": "[$-40C]mmm\\-yy;@",
        "B3": "yyyy;@",
        "B4": "dd/mm/yyyy",
        "B5": "dd/mm/yyyy",
        "B6": "dd/mm/yyyy hh:mm",
    },
)
MERGED_ROWS = book(
    [
        ["code", "indicator", "territory", "programme", "name_fr"],
        ["s-1", "workstations", "MA-01", "jobintech", "A"],
        ["s-2", "workstations", "MA-02", None, "B"],
        ["s-3", "workstations", "MA-03", None, "C"],
    ],
    merges=["D2:D4"],
)
MERGED_HEADER = book(
    [[*HEADER[:3], None, "source"], [COUNT, "2023", 324, 7, SOURCE]], merges=["C1:D1"]
)
BLANK_HEADER = book([["code", "name_fr", None], ["aa", "A", "x"], ["bb", "B", None]])
FOOTNOTE = book([HEADER, [COUNT, "2023", CellRichText("324", raised("1")), None, SOURCE]])
OTHERWISE = book(
    [
        HEADER,
        *([COUNT, year, 700, None, SOURCE] for year in ("2019", "2020", "2021", "2022", "2023")),
    ],
    {"C2": '0" 000"', "C3": "0,", "C4": '0" mille"', "C5": ";;;", "C6": '#,##0" DH"'},
)
HIDDEN = book(
    [["code", "name_fr", "notes"], ["aa", "A", "x"], ["bb", "B"]],
    hidden=[3],
    hidden_columns=["B", "C", "F"],
)


def two_sheets() -> bytes:
    """A hidden sheet with one column more than the visible one."""
    made = openpyxl.Workbook()
    made.active.title = "Métiers"
    made.active.append(["code", "name_fr"])
    made.active.append(["aa", "A"])
    other = made.create_sheet("old")
    other.append(["code", "name_fr", "name_ar"])
    other.append(["zz", "Z", "ز"])
    other.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


SHOWN = {
    "percent": PER_CENT,
    "fraction": FRACTION,
    "dates": DATES,
    "merged": MERGED_ROWS,
    "header": MERGED_HEADER,
    "blank": BLANK_HEADER,
    "footnote": FOOTNOTE,
    "otherwise": OTHERWISE,
    "hidden": HIDDEN,
    "sheets": two_sheets(),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The files as openpyxl and LibreOffice write them, by format and name."""
    found = {"xlsx": SHOWN}
    for kind in ("ods", "xls"):
        folder: Path = tmp_path_factory.mktemp(kind)
        files = [(f"{name}.xlsx", content) for name, content in SHOWN.items()]
        back = saved_by_libreoffice(folder, *files, kind=kind)
        found[kind] = {name: back[f"{name}.xlsx"] for name in SHOWN}
    return found


def hold_what_is_shown(files: dict[str, bytes], kind: str, by: Any) -> None:
    def seen(table: str, name: str) -> Any:
        return preview(table, files[name], by, f"file.{kind}")

    percent = seen("measurements", "percent")
    assert [one["percent"] for one in percent.new] == ["73"]
    assert percent.refused == [("C3", NOT_A_NUMBER % "73 %")]

    fraction = seen("measurements", "fraction")
    assert fraction.counts == {"doubtful": 1}
    assert fraction.asked[0] == (
        "D2",
        "“0.73” is read as 0.73 %, less than one per cent. Was 73 % meant?",
    )

    dates = seen("measurements", "dates")
    assert [one["as_of"] for one in dates.new] == ["2023-01", "2024"]
    assert dates.refused == [
        ("B4", YEAR_AS_DAY),
        ("B5", TIME % "2023-12-30 23:59:12"),
        ("B6", TIME % "2023-12-30 23:00:00"),
    ]

    merged = seen("series", "merged")
    assert merged.counts == {"new": 1, "doubtful": 2}
    assert merged.asked == [("D3", MERGED), ("D4", MERGED)]
    confirmed = answered(merged, "series", by, do="confirm", confirmed="merged")
    assert [one["programme"] for one in confirmed.new] == ["jobintech"] * 3

    header = seen("measurements", "header")
    assert [one["value"] for one in header.new] == ["324"]
    assert header.job.detected["left_aside"] == {"D": 1}

    blank = seen("sectors", "blank")
    assert (blank.counts, blank.job.detected["left_aside"]) == ({"new": 2}, {"C": 1})

    footnote = seen("measurements", "footnote")
    assert footnote.refused == [("C2", NOT_A_NUMBER % "324¹")]

    otherwise = seen("measurements", "otherwise")
    # LibreOffice's own ODS has no word for a format that shows nothing
    where = "C2 C3 C4" if kind == "ods" else "C2 C3 C4 C5"
    assert otherwise.refused == [(where, SHOWN_OTHERWISE)]
    assert otherwise.new[-1]["value"] == "700"

    hidden = seen("sectors", "hidden")
    assert ([one["code"] for one in hidden.new], hidden.asked) == (["aa"], [("row 3", HIDDEN_ROW)])
    # beside what the row holds
    assert "<bdi>bb · B</bdi>" in hidden.page
    assert "Rows that are hidden in the file: 1" in hidden.page
    # those that hold something, read or left aside
    said = 'Columns that are hidden in the file:\n          <bdi dir="ltr">B, C</bdi>'
    assert said in hidden.page

    sheets = seen("sectors", "sheets")
    assert sheets.new == [{"code": "aa", "name_fr": "A"}]


@pytest.mark.slow
def test_what_a_workbook_shows_is_what_is_read(editor: Any) -> None:
    hold_what_is_shown(SHOWN, "xlsx", editor)


@needs_libreoffice
@pytest.mark.slow(each=True)
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_a_workbook_shows_is_what_is_read_in_each_format(
    editor: Any, kept: dict[str, dict[str, bytes]], kind: str
) -> None:
    hold_what_is_shown(kept[kind], kind, editor)


def test_a_hidden_sheet_that_is_read_is_said(editor: Any) -> None:
    made = openpyxl.load_workbook(io.BytesIO(two_sheets()))
    made["Métiers"].delete_rows(1, 2)
    out = io.BytesIO()
    made.save(out)
    seen = preview("sectors", out.getvalue(), editor)
    assert [one["code"] for one in seen.new] == ["zz"]
    assert "The sheet that was read is hidden in the file:" in seen.page


def test_an_empty_workbook_is_told_and_its_columns_are_asked_without_an_error(editor: Any) -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    client = Client()
    client.force_login(editor)
    sent = client.post(
        "/en/admin/programmes/measurement/import/",
        {"file": SimpleUploadedFile("empty.xlsx", out.getvalue())},
        follow=True,
    )
    assert sent.status_code == 200
    job = ImportJob.objects.latest("pk")
    page = f"/en/admin/programmes/measurement/import/{job.pk}/columns/"
    for address in (page, f"{page}?sheet=Sheet", page):
        assert client.get(address).status_code in (200, 302), address


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("text", ["MÃ©tallurgie", "ØµÙ†Ø§Ø¹Ø©", "M\ufffdtal", "??????"])
def test_text_that_another_program_broke_is_refused(editor: Any, text: str, kind: str) -> None:
    content = book([["code", "name_fr"], ["aa", text]])
    if kind == "csv":
        content = f"code,name_fr\naa,{text}\n".encode()
    seen = preview("sectors", content, editor, f"file.{kind}")
    assert seen.new == []
    assert "broke" in seen.page


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman"])
@pytest.mark.parametrize("name", ["Santé", "Santé publique", "Marché à terme", "Blé"])
def test_a_word_that_ends_in_an_accent_of_another_encoding_is_refused(
    editor: Any, encoding: str, name: str
) -> None:
    content = f"code,name_fr\naa,{name}\n".encode(encoding)
    seen = preview("sectors", content, editor, "file.csv")
    assert seen.new == []
    assert "that is another encoding, or was broken before" in seen.page


def test_places_on_a_map_keep_their_decimals_where_others_are_rounded(editor: Any) -> None:
    rows = [["code", "name_fr", "kind", "territory", "latitude", "longitude"],
            ["c-1", "Centre", "city", "MA-06", "33.5731104512", "-7.5898434512"]]  # fmt: skip
    content = "\n".join(",".join(row) for row in rows).encode()
    seen = preview("centres", content, editor, "file.csv")
    rounded = answered(seen, "centres", editor, do="round")
    [one] = rounded.new
    assert (one["latitude"], one["longitude"]) == ("33.57311", "-7.589843")


@pytest.mark.parametrize(
    "name",
    ["Marrakech-Safi (urbain)", "Marrakech-Safi (hors Safi)", "Marrakech-Safi (a)"],
)
def test_words_in_brackets_that_say_something_else_are_asked_about(editor: Any, name: str) -> None:
    rows = [["code", "indicator", "territory", "name_fr"], ["s-1", "workstations", name, "A"]]
    seen = preview("series", book(rows), editor)
    assert seen.counts == {"doubtful": 1}
    assert seen.asked == [("C2", f"“{name}” is read as Marrakesh-Safi (MA-07).")]


def test_brackets_that_say_the_same_are_read(editor: Any) -> None:
    names = ["Région Marrakech-Safi (MA-07)", "Safi (province)", "Safi (Marrakech-Safi)"]
    rows = [["code", "indicator", "territory", "name_fr"]]
    rows += [[f"s-{n}", "workstations (workstations)", name, "A"] for n, name in enumerate(names)]
    assert preview("series", book(rows), editor).counts == {"new": 3}


@pytest.mark.parametrize("text", ["2008-09", "2010/11"])
def test_a_month_that_may_be_a_training_year_is_asked_about(editor: Any, text: str) -> None:
    seen = figure(editor, as_of=text, source=SOURCE)
    year = f"{text[:4]}-{int(text[:4]) + 1}"
    sentence = f"“{text}” is read as a month. Was the training year {year} meant?"
    assert seen.asked[0] == ("B2", sentence)


@pytest.mark.parametrize("name", ["organisation.csv", "Organisation.csv"])
def test_a_file_named_as_one_record_of_another_table_is_asked_about(editor: Any, name: str) -> None:
    seen = preview("sectors", b"code,name_fr\naa,A\n", editor, name)
    assert seen.counts == {"doubtful": 1}


def test_a_cell_of_a_megabyte_is_no_part_of_the_page(editor: Any) -> None:
    # texts that are shared in the file make it small
    rows = [["code", "name_fr"], *([f"code {n}", "x" * 32_000] for n in range(30))]
    seen = preview("sectors", book(rows), editor)
    assert seen.counts == {"refused": 30}
    assert len(seen.page) < 200_000
    rows = [HEADER, *([COUNT, f"{n} {'x' * 32_000}", 1, None, SOURCE] for n in range(30))]
    assert len(preview("measurements", book(rows), editor).page) < 200_000


def test_an_empty_merged_cell_counts_as_nothing(editor: Any) -> None:
    rows = [["code", "name_fr", "name_en"], ["aa", "A", None], ["bb", "B", None], ["cc", "C", None]]
    seen = preview("sectors", book(rows, merges=["C2:C4"]), editor, "file.xlsx")
    assert seen.counts == {"new": 3}
    assert "Cells of the file: 9 = 3 headers + 6 read + 0 to be confirmed" in seen.page


@pytest.mark.parametrize("name", ["organisations (1).csv", "organisations-2026.csv"])
def test_a_file_named_as_another_table_is_asked_about(editor: Any, name: str) -> None:
    seen = preview("sectors", b"code,name_fr\naa,A\n", editor, name)
    assert seen.counts == {"doubtful": 1}


def test_a_number_format_of_a_megabyte_takes_no_time() -> None:
    assert kind_of_format("[h" * 500_000) == ""


# One figure as text.


def figure(by: Any, **cells: str) -> Any:
    """The preview of a CSV of one figure."""
    row = {"series": COUNT, "as_of": "2023", "value": "324", "source": SOURCE, **cells}
    text = ";".join(row) + "\n" + ";".join(row.values()) + "\n"
    return preview("measurements", text.encode(), by, "file.csv")


def test_the_same_per_cent_as_text_is_the_same_figure(editor: Any) -> None:
    for text in ("73", "73%", "73 %", "٧٣٪"):
        seen = figure(editor, series=RATIO, value="", percent=text)
        assert [one["percent"] for one in seen.new] == ["73"], text
    assert figure(editor, value="73%").refused == [("C2", NOT_A_NUMBER % "73%")]
    assert figure(editor, series=RATIO, value="", percent="0,73").asked[0] == (
        "E2",
        "“0,73” is read as 0,73 %, less than one per cent. Was 73 % meant?",
    )


@pytest.mark.parametrize("text", ["30/12/2023 23:59:12", "30/12/2023 23:00", "2023-12-30T23:00:00"])
def test_a_time_in_text_is_refused_as_one_in_a_cell(editor: Any, text: str) -> None:
    assert figure(editor, as_of=text).refused == [("B2", NOT_A_DATE % text)]


def test_a_year_that_became_a_day_is_asked_about_in_text_too(editor: Any) -> None:
    seen = figure(editor, as_of="13/07/1905")
    assert seen.asked[0] == (
        "B2",
        "13/07/1905 is what a program makes of the number 2021 under the format of a date. Was the year meant?",
    )
    assert seen.new == []


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("mars 2021", "2021-03"),
        ("غشت 2021", "2021-08"),
        ("T1 2023", "2023-01..2023-03"),
        ("2023Q1", "2023-01..2023-03"),
    ],
)
def test_months_and_quarters_are_read(editor: Any, text: str, notation: str) -> None:
    assert [one["as_of"] for one in figure(editor, as_of=text).new] == [notation]


@pytest.mark.parametrize("text", ["fin 2020", "نهاية 2020"])
def test_the_end_of_a_year_is_asked_about(editor: Any, text: str) -> None:
    seen = figure(editor, as_of=text)
    assert (seen.new, seen.asked) == ([], [("B2", f"“{text}” is read as the month 2020-12.")])
    seen = answered(seen, "measurements", editor, do="confirm", confirmed="loose_date")
    assert [one["as_of"] for one in seen.new] == ["2020-12"]


def test_invisible_signs_in_names_and_codes_are_taken_out_and_named(editor: Any) -> None:
    named = f"\u200f{COUNT}\u200b", f"\u202e{SOURCE}\u00a0"
    seen = figure(editor, series=named[0], source=named[1], note_fr="Cafe\u0301\u200b")
    assert seen.new == [
        {"series": COUNT, "as_of": "2023", "value": "324", "source": SOURCE, "note_fr": "Café"}
    ]
    for name in ("U+200B ZERO WIDTH SPACE", "U+200F RIGHT-TO-LEFT MARK", "U+202E RIGHT-TO-LEFT"):
        assert name in seen.page
    text = "code,name_fr\n\u202ea\u200ba\u00a0,Cafe\u0301\u00a0noir\u200f\n"
    for content, name in ((text.encode(), "a.csv"), (book(_rows(text)), "a.xlsx")):
        assert preview("sectors", content, editor, name).new == [
            {"code": "aa", "name_fr": "Café noir"}
        ]


def _rows(text: str) -> list[list[Any]]:
    return [line.split(",") for line in text.splitlines()]


def test_computed_decimals_are_refused_until_they_are_rounded(editor: Any) -> None:
    seen = figure(editor, value="324,1234567890123456")
    assert seen.refused == [
        (
            "C2",
            "“324,1234567890123456” is too long: at most 11 digits are kept before the decimal sign and 4 after it.",
        )
    ]
    assert "Round them to 2" in seen.page
    seen = answered(seen, "measurements", editor, do="round")
    assert seen.asked == [("C2", "324.12 has more decimals than its indicator, which has 0.")]
    seen = answered(seen, "measurements", editor, do="confirm", confirmed="unusual")
    assert [one["value"] for one in seen.new] == ["324.12"]


# Text in other encodings.


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp850", "Métiers créés à Béni"),
        ("mac-roman", "Métiers créés à Béni"),
        ("iso-8859-6", "الصحة والتكوين المهني"),
    ],
)
def test_text_that_reads_as_no_language_is_refused_with_its_line(
    editor: Any, encoding: str, name: str
) -> None:
    content = f"code,name_fr\nplain,Plain\naa,{name}\n".encode(encoding)
    seen = preview("sectors", content, editor, "file.csv")
    assert seen.sentence.startswith("Line 3 reads in Windows-125")
    assert seen.sentence.endswith(
        ": that is another encoding, or was broken before."
        " Choose the encoding of the file, or save it as XLSX or as CSV in UTF-8."
    )
    seen = preview("sectors", content, editor, "file.csv", encoding=encoding)
    assert [one["name_fr"] for one in seen.new] == ["Plain", name]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("aa,École".encode("cp1252"), "aa,École"),
        ("aa,Ã‰cole".encode(), "aa,Ã‰cole"),
        ("aa,\ufffdcole".encode(), "aa,\ufffdcole"),
    ],
)
def test_a_line_that_is_not_like_the_others_is_refused(
    editor: Any, line: bytes, shown: str
) -> None:
    content = "code,name_fr\nbb,Santé\n".encode() + line + b"\n"
    assert preview("sectors", content, editor, "file.csv").sentence == (
        f"Line 3 reads in UTF-8 as “{shown}”: that is another encoding, or was broken before."
        " Choose the encoding of the file, or save it as XLSX or as CSV in UTF-8."
    )


# Codes and names.


def test_hcp_codes_that_lost_their_zeros_change_no_territory(editor: Any) -> None:
    places = [one for one in Territory.objects.exclude(hcp_code="") if one.hcp_code[:1].isdecimal()]
    lines = [f"{one.code},{float(one.hcp_code):g}" for one in places]
    text = "\n".join(["code,hcp_code", *lines]).encode()
    assert preview("territories", text, editor, "file.csv").counts == {"unchanged": len(places)}
    # and one that is new is kept as the office writes it
    kind = Territory.objects.get(code="MA-RAB").kind
    text = f"code,name_fr,kind,parent,hcp_code\nMA-ZZZ,Z,{kind},MA-01,1.51\n".encode()
    assert [one["hcp_code"] for one in preview("territories", text, editor, "file.csv").new] == [
        "01.510"
    ]


def test_the_export_of_another_table_is_asked_about(editor: Any) -> None:
    table, rows = TABLES["organisations"](), Organisation.objects.all()
    content = export_file(table, rows, kind="xlsx", headings="codes")
    seen = preview("sectors", content, editor)
    assert seen.counts == {"doubtful": rows.count()}
    assert {sentence for _row, sentence in seen.asked} == {
        "“organisations” is the name of another table: organisations."
    }
    text = export_file(table, rows, kind="csv", headings="codes")
    seen = preview("sectors", text, editor, "organisations.csv")
    assert seen.counts == {"doubtful": rows.count()}


def test_columns_that_are_missing_are_one_sentence(editor: Any) -> None:
    seen = preview("measurements", b"value,note\n1,a\n2,b\n", editor, "file.csv")
    assert (seen.sentence, seen.counts) == (
        "A column is missing: series (series), as of (as_of), source (source).",
        {},
    )


def strict_with_an_error() -> bytes:
    """A workbook in the strict form, one cell of which is an error."""
    error = '<row r="3"><c r="A3" t="inlineStr"><is><t>bb</t></is></c><c r="B3" t="e"><v>#DIV/0!</v></c></row>'
    parts = raw_xlsx(xml_row(1, "code", "name_fr") + xml_row(2, "aa", "A") + error)
    for transitional, strict in STRICT.items():
        parts = {name: part.replace(transitional, strict) for name, part in parts.items()}
    return packed(parts)


def test_one_error_of_a_strict_workbook_is_that_cell_refused(editor: Any) -> None:
    seen = preview("sectors", strict_with_an_error(), editor)
    assert (seen.new, seen.refused) == (
        [{"code": "aa", "name_fr": "A"}],
        [("B3", ERROR % "#DIV/0!")],
    )


def text_cell(text: str) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["code", "name_fr"])
    made.active.append(["aa", text])
    made.active["B2"].data_type = "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "cell"),
    [
        (text_cell("#REF!"), "x.xlsx", "B2"),
        (ods([["code", "name_fr"], ["aa", "#REF!"]]), "x.ods", "B2"),
        (b"code,name_fr\naa,#REF!\n", "x.csv", "B2"),
        (b'[{"code": "aa", "name_fr": "#REF!"}]', "x.json", "1"),
    ],
)
def test_an_error_as_text_gets_one_answer(
    editor: Any, content: bytes, name: str, cell: str
) -> None:
    assert preview("sectors", content, editor, name).refused == [(cell, ERROR % "#REF!")]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Préfecture de Meknès", "MA-MEK"),
        ("عمالة مكناس", "MA-MEK"),
        ("Béni Mellal-Khénifra (MA-05)", "MA-05"),
        ("Province d'Al Haouz", "MA-HAO"),
        ("Meknes Prefecture", "MA-MEK"),
    ],
)
def test_places_are_found_with_their_kind_or_code(editor: Any, place: str, code: str) -> None:
    assert [one["territory"] for one in centre(editor, place).new] == [code]


def centre(by: Any, place: str) -> Any:
    """The preview of a CSV of one centre."""
    text = f"code;kind;name_fr;territory\nx-centre;centre;X;{place}\n"
    return preview("centres", text.encode(), by, "file.csv")


def test_a_name_that_is_near_is_suggested(editor: Any) -> None:
    seen = centre(editor, "Ouarzazatte")
    assert (seen.new, seen.asked) == (
        [],
        [("D2", "“Ouarzazatte” is read as Ouarzazate (MA-OUA).")],
    )
    seen = centre(editor, "Tan")
    assert seen.refused == [
        ("D2", "“Tan” is neither the code nor the name of a record you can use in: territories.")
    ]


def test_an_empty_cell_where_something_stands_is_asked_about(editor: Any) -> None:
    Sector.objects.create(code="aa", name_fr="A", name_ar="ا")
    seen = preview("sectors", b"code,name_fr,name_ar\naa,A,\n", editor, "file.csv")
    assert (seen.counts, seen.asked) == (
        {"doubtful": 1},
        [("C2", "The cell is empty: it would erase what is stored.")],
    )
    seen = answered(seen, "sectors", editor, do="confirm", confirmed="erased")
    assert seen.changed == [{"name_ar": ("ا", "")}]


def test_a_wide_table_is_offered_to_be_mapped(editor: Any) -> None:
    seen = preview("measurements", b"Region;2022;2023\nOriental;12,5;13\n", editor, "file.csv")
    assert seen.sentence.startswith("No column of the table “measurements” was found.")
    assert seen.page.count('<option value="rows:value" selected>') == 2


def test_figures_are_found_by_indicator_place_and_programme(editor: Any) -> None:
    series = Series.objects.get(code=COUNT)
    named = {
        "indicator": series.indicator.code,
        "territory": series.territory.code,
        "programme": series.programme.code if series.programme else "",
        "centre": series.centre.code if series.centre else "",
    }
    row = named | {"as_of": "2023", "value": "324", "source": SOURCE}
    text = ";".join(row) + "\n" + ";".join(row.values()) + "\n"
    seen = preview("measurements", text.encode(), editor, "file.csv")
    assert [one["series"] for one in seen.new] == [COUNT]
