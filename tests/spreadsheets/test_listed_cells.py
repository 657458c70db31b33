"""Each cell of a file is read, left aside, refused or to be confirmed; what was not simply read is found one by one."""

import io
from typing import Any

import openpyxl
import pytest

from programmes.admin.transfer.import_cells import cell_counts, cells_by_handling
from programmes.models import ImportJob, Series
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.mappings import give_meaning, look, rows_of_top
from programmes.spreadsheets.reading import headers
from programmes.spreadsheets.reading.mapping import SheetMapping
from programmes.spreadsheets.sending.error_markup import mark_job
from tests.conftest import make_member
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.previews import address_of, answered, preview
from tests.spreadsheets.test_job_states import signed_in
from tests.spreadsheets.test_repair import marked
from tests.spreadsheets.test_shown import COUNT, SOURCE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

CODE = "A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa."
LEFT = "left aside: its column has no meaning here"
ABOVE = "left aside: it stands above the header"
OTHER = "left aside: another sheet is read"
NO_ROW = "left aside: nothing of its row is turned into one"
WITH_ROW = "refused with its row"
CONFIRMED = "confirmed by its sender, and read"
HIDDEN = "The row is hidden in the file."


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def book() -> bytes:
    """A title, a header with two columns that mean nothing, a refused row, a hidden one, a hidden sheet beside."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Métiers"
    for row in (
        ["Liste des métiers", None, None, None],
        ["code", "name_fr", None, "remarque"],
        ["aa", "A", "x", None],
        ["Bad Code", "B", None, "vu"],
        ["cc", "C", None, None],
    ):
        sheet.append(row)
    sheet.row_dimensions[5].hidden = True
    other = made.create_sheet("Brouillon")
    other["B3"], other["C3"], other["B4"] = "Nom", 12.5, "x"
    other.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def filled(content: bytes) -> int:
    """How many cells of a workbook hold something, as openpyxl counts them."""
    made = openpyxl.load_workbook(io.BytesIO(content))
    return sum(
        cell.value is not None for sheet in made for row in sheet.iter_rows() for cell in row
    )


def listed(job: ImportJob, went: str = "") -> list[tuple[str, str, str, str, str]]:
    return [
        (cell["sheet"], str(cell["address"]), cell["text"], str(cell["went"]), cell["sentence"])
        for cell in cells_by_handling(job, went)
    ]


EXPECTED = [
    ("Métiers", "A1", "Liste des métiers", ABOVE, ""),
    ("Métiers", "C3", "x", LEFT, ""),
    ("Métiers", "A4", "Bad Code", "refused", CODE),
    ("Métiers", "B4", "B", WITH_ROW, ""),
    ("Métiers", "D4", "vu", LEFT, ""),
    ("Métiers", "A5", "cc", "to be confirmed, with its row", HIDDEN),
    ("Métiers", "B5", "C", "to be confirmed, with its row", HIDDEN),
    ("Brouillon", "B3", "Nom", OTHER, ""),
    ("Brouillon", "C3", "12.5", OTHER, ""),
    ("Brouillon", "B4", "x", OTHER, ""),
]


def test_every_cell_of_a_workbook_is_in_one_number_and_found_by_its_address(editor: Any) -> None:
    content = book()
    seen = preview("sectors", content, editor)
    told = cell_counts(seen.job)
    assert told["total"] == filled(content) == 15
    assert {name: told[name] for name in ("headers", "read", "doubtful", "refused", "left")} == {
        "headers": 3,
        "read": 2,
        "doubtful": 2,
        "refused": 2,
        "left": 6,
    }
    assert listed(seen.job) == EXPECTED
    assert "<bdi>Brouillon</bdi>" in seen.page
    assert "(hidden in the file)" in seen.page


@needs_libreoffice
@pytest.mark.slow(each=True)
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_the_ledger_is_the_same_in_each_format(editor: Any, tmp_path: Any, kind: str) -> None:
    saved = saved_by_libreoffice(tmp_path, ("book.xlsx", book()), kind=kind)["book.xlsx"]
    seen = preview("sectors", saved, editor, f"book.{kind}")
    assert (cell_counts(seen.job)["total"], listed(seen.job)) == (15, EXPECTED)


def test_the_page_of_cells_is_its_senders_alone_and_goes_by_what_was_done(editor: Any) -> None:
    seen = preview("sectors", book(), editor)
    address = f"{address_of('sectors', seen.job)}cells/"
    assert f'href="{address}"' in seen.page
    page = signed_in(editor).get(address)
    assert page.context["page"].paginator.count == len(EXPECTED)
    assert CODE in page.content.decode()
    page = signed_in(editor).get(address, {"went": "other_sheet"})
    assert [cell["address"] for cell in page.context["page"]] == ["B3", "C3", "B4"]
    administrator = make_member("amina", "administrator", "MA")
    assert signed_in(administrator).get(address).status_code == 404


def test_a_long_ledger_is_paged_and_bounded(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "MOST_LISTED", 150)
    lines = [f"s-{n},S{n},note {n}" for n in range(200)]
    text = "\n".join(["code,name_fr,remarque", *lines]).encode()
    seen = preview("sectors", text, editor, "x.csv")
    assert (cell_counts(seen.job)["left"], len(listed(seen.job))) == (200, 150)
    address = f"{address_of('sectors', seen.job)}cells/"
    page = signed_in(editor).get(address, {"page": 2, "went": "left"})
    assert [cell["address"] for cell in page.context["page"]] == [f"C{n}" for n in range(102, 152)]
    assert "?page=1&amp;went=left" in page.content.decode()


def test_values_of_a_json_are_found_by_their_name(editor: Any) -> None:
    text = b'[{"code": "aa", "name_fr": "A", "remarque": "x"}]'
    seen = preview("sectors", text, editor, "x.json")
    assert cell_counts(seen.job)["total"] == 3
    [cell] = cells_by_handling(seen.job, "")
    assert (cell["address"], cell["name"], cell["text"], cell["went"]) == (1, "remarque", "x", LEFT)


def test_what_is_filled_down_is_no_cell_of_its_own(editor: Any) -> None:
    made = openpyxl.Workbook()
    for row in (
        ["code", "indicator", "territory", "name_fr"],
        ["s-1", "workstations", "MA-01", "A"],
        ["s-2", None, "MA-02", "B"],
    ):
        made.active.append(row)
    made.active.merge_cells("B2:B3")
    out = io.BytesIO()
    made.save(out)
    seen = preview("series", out.getvalue(), editor)
    assert cell_counts(seen.job)["total"] == filled(out.getvalue()) == 11
    assert [address for _sheet, address, *_more in listed(seen.job)] == ["A3", "C3", "D3"]


def test_rows_of_a_mapped_file_that_make_none_are_left_aside(editor: Any) -> None:
    text = f"Titre,,\nSérie,2022,2023\n{COUNT},,324\nNote de bas de page,,\n".encode()
    job = jobs.send("measurements", text, "x.csv", by=editor, to_map=True)
    look(job, "")
    mapping = SheetMapping(
        "",
        (2,),
        {"A": "series", "B": "rows:value", "C": "rows:value"},
        ("as_of",),
        {"source": SOURCE},
    )
    job = jobs.check(
        give_meaning(job, mapping, rows_of_top(job), TABLES["measurements"](), by=job.owner)
    )
    told = cell_counts(job)
    assert (told["total"], told["headers"], told["read"], told["left"]) == (7, 3, 2, 2)
    assert listed(job) == [
        ("", "A1", "Titre", ABOVE, ""),
        ("", "A4", "Note de bas de page", NO_ROW, ""),
    ]


def test_merged_headers_and_named_records_of_a_mapped_file_are_counted_once(editor: Any) -> None:
    series = Series.objects.get(code=COUNT)
    made = openpyxl.Workbook()
    for row in (
        ["Lieu", series.indicator.code, None],
        [None, 2022, 2023],
        [series.territory.code, 324, "n.d."],
        ["Nulle part", 1, None],
    ):
        made.active.append(row)
    made.active.merge_cells("A1:A2")
    made.active.merge_cells("B1:C1")
    out = io.BytesIO()
    made.save(out)
    job = jobs.send("measurements", out.getvalue(), "x.xlsx", by=editor, to_map=True)
    look(job, "")
    mapping = SheetMapping(
        "Sheet",
        (1, 2),
        {"A": "territory", "B": "rows:value", "C": "rows:value"},
        ("indicator", "as_of"),
        {"source": SOURCE},
    )
    job = jobs.check(
        give_meaning(job, mapping, rows_of_top(job), TABLES["measurements"](), by=job.owner)
    )
    told = cell_counts(job)
    assert (told["total"], told["headers"]) == (filled(out.getvalue()), 4)
    # the place of a refused row is refused with it, though another row is made of it too
    assert [(address, went) for _sheet, address, _text, went, _why in listed(job)] == [
        ("A3", WITH_ROW),
        ("C3", "refused"),
        ("A4", "refused"),
        ("B4", "refused"),
    ]


def test_what_was_confirmed_is_listed_and_noted_in_the_marked_file(editor: Any) -> None:
    seen = preview("sectors", book(), editor)
    seen = answered(seen, "sectors", editor, do="confirm", confirmed="hidden")
    assert cell_counts(seen.job)["doubtful"] == 0
    assert listed(seen.job, "confirmed") == [("Métiers", "5", "", CONFIRMED, HIDDEN)]
    mark_job(seen.job, "en")
    page = openpyxl.load_workbook(io.BytesIO(marked(seen.job)))["Métiers"]
    assert page["A5"].comment.text == f"Confirmed in the preview: {HIDDEN}"
    assert page["A5"].fill.fgColor.rgb != "FFFFC7CE"
    assert page["A4"].comment.text == CODE


def test_what_is_still_to_be_confirmed_is_noted_in_the_marked_file_once_a_row(editor: Any) -> None:
    text = b"code,name_fr\nBad Code,A\n"
    for content, name in ((book(), "x.xlsx"), (text, "organisations.csv")):
        seen = preview("sectors", content, editor, name)
        mark_job(seen.job, "en")
        page = openpyxl.load_workbook(io.BytesIO(marked(seen.job))).active
        notes = [cell.comment.text for row in page.iter_rows() for cell in row if cell.comment]
        expected = (
            [CODE]
            if name.endswith("csv")
            else [
                CODE,
                f"To be confirmed in the preview: {HIDDEN}",
            ]
        )
        assert notes == expected
