"""The file that was sent, given back with its errors marked."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from openpyxl.comments import Comment
from openpyxl.styles import Font

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.reading.sheets import ReadOptions
from programmes.spreadsheets.sending import error_markup
from programmes.spreadsheets.sending.error_markup import mark_errors
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from tests.conftest import make_member
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

ROWS = [
    ["code", "name_fr", "is_public", "remark"],
    ["sante", "Santé", "oui", "kept"],
    ["bad code", "Faux", "peut-être", "=1+1"],
    ["btp", "", 1, None],
]


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def book_of(rows: list[list[Any]], *, above: int = 0) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active["A1"] = "=SUM(1,2)"
    sheet = book.create_sheet("Sectors")
    for _blank in range(above):
        sheet.append(["a title"])
    for row in rows:
        sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def marked_of(
    table: str, content: bytes, name: str, user: Any, language: str = "en", **options: str
) -> tuple[bytes, str]:
    with translation.override(language):
        plan = make_plan(table, content, name, by=user, **options)
    assert plan.errors
    return mark_errors(
        content,
        name,
        [asdict(error) for error in plan.errors],
        table=TABLES[table](),
        language=language,
        options=ReadOptions(**options),
    )


def coloured(sheet: Any) -> set[str]:
    return {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFC7CE"
    }


@pytest.mark.parametrize("above", [0, 2])
def test_refused_cells_are_marked_and_explained(editor: Any, above: int) -> None:
    content, name = marked_of("sectors", saved(book_of(ROWS, above=above)), "mine.xlsx", editor)
    sheet = opened(content)["Sectors"]
    assert name == "mine-errors.xlsx"
    assert coloured(sheet) == {f"C{3 + above}", f"B{4 + above}"}
    assert "peut-être" in sheet[f"C{3 + above}"].comment.text
    assert sheet[f"E{1 + above}"].value == "What to correct"
    assert sheet[f"E{2 + above}"].value is None
    assert sheet[f"E{3 + above}"].value.startswith("is_public: ")
    assert sheet[f"E{4 + above}"].value.startswith("name_fr: ")


def test_other_cells_sheets_and_formats_are_kept(editor: Any) -> None:
    book = book_of(ROWS)
    book["Sectors"]["A2"].font = Font(bold=True)
    book["Sectors"]["A2"].comment = Comment("mine", "me")
    content, _name = marked_of("sectors", saved(book), "mine.xlsx", editor)
    after = opened(content)
    assert after.sheetnames == ["Notes", "Sectors"]
    assert after["Notes"]["A1"].value == "=SUM(1,2)"
    sheet = after["Sectors"]
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows()] == [
        [value or None for value in row] for row in ROWS
    ]
    assert (sheet["A2"].font.b, sheet["A2"].comment.text) == (True, "mine")
    assert after.active.title == "Sectors"


def test_corrected_file_imports_and_its_explanations_are_ignored(editor: Any) -> None:
    content, name = marked_of("sectors", saved(book_of(ROWS)), "mine.xlsx", editor)
    book = opened(content)
    sheet = book["Sectors"]
    sheet["A3"], sheet["C3"], sheet["B4"] = "good-code", "non", "BTP"
    plan = make_plan("sectors", saved(book), name, by=editor)
    assert plan.errors == []
    assert plan.sheet.ignored == ["remark", "What to correct"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_file_marked_twice_has_one_column_of_explanations(editor: Any, language: str) -> None:
    content, name = marked_of("sectors", saved(book_of(ROWS)), "mine.xlsx", editor, language)
    book = opened(content)
    book["Sectors"]["C3"] = "non"
    content, _name = marked_of("sectors", saved(book), name, editor, language)
    sheet = opened(content)["Sectors"]
    assert sheet.max_column == 5
    # the cell that was corrected is no longer marked; the code of the row is refused now
    assert coloured(sheet) == {"A3", "B4"}
    assert sheet["C3"].comment is None
    assert sheet["E3"].value.startswith("code: ")


def test_error_of_a_whole_row_is_explained_beside_it(editor: Any) -> None:
    rows = [["code", "name_fr"], ["sante", "Santé"], ["sante", "Santé"]]
    content, _name = marked_of("sectors", saved(book_of(rows)), "mine.xlsx", editor)
    sheet = opened(content)["Sectors"]
    assert coloured(sheet) == set()
    assert "2" in sheet["C3"].value


def test_refused_cell_of_a_protected_sheet_is_unlocked() -> None:
    alice = make_member("alice", "contributor", "MA-REH")
    book = opened(make_workbook(["measurements"], by=alice, language="fr"))
    sheet = book.worksheets[1]
    codes = [column.code for column in TABLES["measurements"]().columns]
    place = codes.index("value") + 1
    sheet.cell(2, place).value = 999
    content, _name = marked_of("measurements", saved(book), "x.xlsx", alice)
    after = opened(content).worksheets[1]
    assert after.cell(2, place).protection.locked is False
    assert after.cell(2, place + 1).protection.locked is True
    assert after.protection.sheet is True


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-16")]
)
def test_csv_comes_back_as_xlsx_with_the_cells_as_typed(
    editor: Any, delimiter: str, encoding: str
) -> None:
    rows = ["code,name_fr,is_public", "sante,Santé,oui", "=a,1.234,peut-être"]
    text = "\n".join(rows).replace(",", delimiter)
    content, name = marked_of("sectors", text.encode(encoding), "mine.csv", editor, "ar")
    sheet = opened(content).active
    assert name == "mine-errors.xlsx"
    assert [[cell.value for cell in row[:3]] for row in sheet.iter_rows()] == [
        row.split(",") for row in rows
    ]
    assert (sheet["A3"].data_type, sheet["B3"].data_type) == ("s", "s")
    assert coloured(sheet) == {"C3"}
    assert sheet.sheet_view.rightToLeft is True


def test_large_file_gives_back_the_refused_rows(
    editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_markup, "WHOLE_UP_TO", 3)
    rows = [["code", "name_fr"], *([f"c{n}", "" if n == 3 else "X"] for n in range(6))]
    content, _name = marked_of("sectors", saved(book_of(rows)), "mine.xlsx", editor)
    sheet = opened(content).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=2)] == [
        ["code", "name_fr"],
        ["c3", None],
    ]
    assert (sheet["D1"].value, sheet["D2"].value) == ("Row in the file that was sent", 5)
    sheet["B2"] = "Y"
    book = sheet.parent
    plan = make_plan("sectors", saved(book), "mine.xlsx", by=editor)
    assert (plan.errors, plan.counts["new"]) == ([], 1)


@pytest.mark.long
@needs_libreoffice
def test_marked_file_corrected_in_libreoffice_imports(editor: Any, tmp_path: Path) -> None:
    from_xlsx, _name = marked_of("sectors", saved(book_of(ROWS)), "mine.xlsx", editor, "ar")
    text = "code,name_fr,is_public\nsante,Santé,oui\nbtp,BTP,peut-être\n"
    from_csv, _name = marked_of("sectors", text.encode(), "mine.csv", editor, "ar")
    corrected = []
    for content, cells in (
        (from_xlsx, {"A3": "good-code", "C3": "non", "B4": "BTP"}),
        (from_csv, {"C3": "non"}),
    ):
        book = opened(content)
        for place, value in cells.items():
            book.active[place] = value
        corrected.append(saved(book))
    files = saved_by_libreoffice(
        tmp_path,
        ("xlsx.xlsx", corrected[0]),
        ("csv.xlsx", corrected[1]),
        ("untouched.xlsx", from_xlsx),
    )
    for name in ("xlsx.xlsx", "csv.xlsx"):
        assert make_plan("sectors", files[name], name, by=editor).errors == []
    again = make_plan("sectors", files["untouched.xlsx"], "x.xlsx", by=editor)
    assert [(error.row, error.column) for error in again.errors] == [
        (3, "is_public"),
        (4, "name_fr"),
    ]
    assert opened(files["untouched.xlsx"])["Sectors"]["C3"].comment is not None
