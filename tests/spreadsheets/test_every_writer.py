"""One table written by every program at hand gives one preview, or a refusal that says where."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import rustpy_xlsxwriter
import xlsxwriter

from programmes.spreadsheets.reading.limits import UnreadableFileError
from tests.conftest import make_member
from tests.spreadsheets.building import ods
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.test_shown import COUNT, RATIO, SOURCE, checked, refusals, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

HEADER = ["series", "as_of", "value", "percent", "source", "note"]
NOTE = "Relevé à Béni Mellal, بني ملال"
# as a person sees it: a per cent, a month, a day, a number with decimals
ROWS: list[list[Any]] = [
    [RATIO, date(2022, 3, 1), None, 0.73, SOURCE, NOTE],
    [COUNT, date(2021, 12, 31), 1234.5, None, SOURCE, "=1+1 n'est pas une formule"],
    [COUNT, "2020", 12, None, SOURCE, None],
]
EXPECTED = [
    {"series": RATIO, "as_of": "2022-03", "percent": "73", "source": SOURCE, "note_fr": NOTE},
    {
        "series": COUNT,
        "as_of": "2021-12-31",
        "value": "1234.5",
        "source": SOURCE,
        "note_fr": "=1+1 n'est pas une formule",
    },
    {"series": COUNT, "as_of": "2020", "value": "12", "source": SOURCE},
]
FORMATS = {(0, 1): "mmm-yy", (0, 3): "0%", (1, 1): "dd/mm/yyyy"}


def by_openpyxl() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    for (row, column), form in FORMATS.items():
        sheet.cell(row + 2, column + 1).number_format = form
    sheet["F3"].data_type = "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(ROWS):
        for place, value in enumerate(row):
            form = made.add_format({"num_format": FORMATS.get((number, place), "General")})
            if isinstance(value, date):
                sheet.write_datetime(number + 1, place, value, form)
            elif value is not None:
                sheet.write(number + 1, place, value, form)
    made.close()
    return out.getvalue()


def by_rust() -> bytes:
    """Without formats of single cells: per cents and months are written as a person sees them."""
    shown = {(0, 1): "2022-03", (0, 3): "73 %"}
    rows = [
        {
            name: datetime.combine(value, datetime.min.time()) if isinstance(value, date) else value
            for name, value in zip(
                HEADER,
                (shown.get((number, place), value) for place, value in enumerate(row)),
                strict=True,
            )
        }
        for number, row in enumerate(ROWS)
    ]
    out = io.BytesIO()
    rustpy_xlsxwriter.write_worksheet(iter(rows), out, "S", datetime_format="yyyy-mm-dd")
    return out.getvalue()


def by_hand_in_ods() -> bytes:
    shown = [[RATIO, "2022-03", None, "73 %", *ROWS[0][4:]], *ROWS[1:]]
    return ods([HEADER, *shown], "S")


def texts() -> Iterator[tuple[str, bytes]]:
    """CSV as it is saved in each encoding, as a person sees the cells."""
    rows = [
        HEADER,
        [RATIO, "03/2022", "", "73%", SOURCE, f'"{NOTE}"'],
        [COUNT, "31/12/2021", '"1234,5"', "", SOURCE, "=1+1 n'est pas une formule"],
        [COUNT, "2020", "12", "", SOURCE, ""],
    ]
    for delimiter in (",", ";", "\t"):
        text = "\r\n".join(delimiter.join(row) for row in rows)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1256"):
            yield f"{encoding} {delimiter!r}", text.encode(encoding)


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.mark.parametrize("writer", [by_openpyxl, by_xlsxwriter, by_rust, by_hand_in_ods])
def test_each_writer_of_workbooks_gives_the_same_preview(editor: Any, writer: Any) -> None:
    job = checked("measurements", writer(), editor)
    assert (refusals(job), values(job)) == ([], EXPECTED)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "content"), list(texts()), ids=lambda value: str(value)[:20])
def test_each_encoding_gives_the_same_preview_or_is_refused_with_its_line(
    editor: Any, name: str, content: bytes
) -> None:
    try:
        job = checked("measurements", content, editor)
    except UnreadableFileError as refused:
        if "Line 2 reads in" not in str(refused):
            raise
        job = checked("measurements", content, editor, encoding=name.split()[0])
    assert (refusals(job), values(job)) == ([], EXPECTED)


@pytest.mark.long
@needs_libreoffice
def test_what_libreoffice_saves_gives_the_same_preview(editor: Any, tmp_path: Path) -> None:
    for kind in ("xlsx", "xls", "ods", "csv"):
        folder = tmp_path / kind
        folder.mkdir()
        saved = saved_by_libreoffice(folder, ("table.xlsx", by_openpyxl()), kind=kind)
        job = checked("measurements", saved["table.xlsx"], editor)
        told = values(job)
        if kind == "csv":
            # a CSV holds what LibreOffice showed: the month as Mar-22
            assert [(row, column) for row, column, _said in refusals(job)] == [(2, "as_of")]
            assert told == EXPECTED[1:]
        else:
            assert (refusals(job), told) == ([], EXPECTED), kind
