"""XLSX, XLS and ODS: which sheet is read, where its cells stand, and what a failed cell is."""

import contextlib
import gc
import io
import re
import signal
import subprocess
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.values import CellFault
from programmes.spreadsheets.reading.sheets import (
    ReadOptions,
    UnreadableFileError,
    open_sheet,
    workbook_reader,
)
from tests.spreadsheets.building import ods_parts, packed, raw_xlsx, xlsx, xml_row

FILES = Path(__file__).parent / "files"
DIVISION, UNKNOWN, UNAVAILABLE = CellFault("#DIV/0!"), CellFault("#NAME?"), CellFault("#N/A")


def opened(content: bytes, table: str = "sectors", **options: str) -> Any:
    return open_sheet(content, "x.xlsx", TABLES[table](), ReadOptions(**options))


def rows_of(content: bytes, table: str = "sectors", **options: str) -> list[tuple[int, list[Any]]]:
    return list(opened(content, table, **options).rows)


def refusal(content: bytes, **options: str) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        rows_of(content, **options)
    return str(refused.value)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_every_kind_of_cell_of_every_kind_of_file(kind: str) -> None:
    sheet = opened((FILES / f"cells.{kind}").read_bytes())
    assert (sheet.name, sheet.headers) == ("Données", ["Code", "name_fr", "name_ar", "name_en"])
    assert sheet.ignored == ["kind"]
    assert sheet.detected == {
        "kind": kind,
        "sheet": "Données",
        "number_format": "",
        "rounding": "",
        "hidden_sheet": "Données",
        "header_row": "5",
    }
    assert list(sheet.rows) == [
        (6, ["sante", "Santé", "الصحة", DIVISION]),
        (8, [UNAVAILABLE, 15000, 0.1, -2.5]),
        (9, [date(2021, 2, 17), datetime(2021, 2, 17, 10, 30), time(8, 30), timedelta(hours=30)]),
        (10, [True, "  x  ", "a\nb", 15000.1]),
        (12, [UNKNOWN, "#N/A typed", "", True]),
    ]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_protected_workbook_is_refused(kind: str) -> None:
    assert "password" in refusal((FILES / f"protected.{kind}").read_bytes())


def test_old_workbook_cut_anywhere_is_read_or_refused() -> None:
    content = (FILES / "cells.xls").read_bytes()
    for length in range(8, len(content), 509):
        with contextlib.suppress(UnreadableFileError):
            rows_of(content[:length])


def test_formula_without_its_result_is_a_fault() -> None:
    rows = xml_row(1, "code", "name_fr", "name_ar", "name_en") + (
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A1+1</f></c><c r="C2"><f>A1</f><v/></c>'
        '<c r="D2" t="str"><f>""</f><v></v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row>'
    )
    fault = CellFault("=")
    assert rows_of(packed(raw_xlsx(rows))) == [(2, [1.0, fault, fault, ""]), (3, [2.0, "", "", ""])]


def test_rows_of_formulas_without_results_are_not_lost_at_the_end() -> None:
    rows = '<row r="3"><c r="B3"><f>1</f></c></row><row r="5"><c r="A5"><f>1</f></c></row>'
    fault = CellFault("=")
    filled = xml_row(1, "code", "name_fr") + xml_row(2, "x")
    assert rows_of(packed(raw_xlsx(filled + rows))) == [
        (2, ["x", ""]),
        (3, ["", fault]),
        (5, [fault, ""]),
    ]


def test_formula_without_its_result_is_a_fault_where_elements_bear_a_prefix() -> None:
    parts = raw_xlsx(xml_row(1, "code", "name_fr") + '<row r="2"><c r="A2"><f>1</f></c></row>')
    plain = parts["xl/worksheets/sheet1.xml"]
    named = re.sub(r"<(/?)([a-z])", r"<\1x:\2", plain.replace("xmlns=", "xmlns:x="))
    parts["xl/worksheets/sheet1.xml"] = named.replace("<?x:xml", "<?xml")
    assert rows_of(packed(parts)) == [(2, [CellFault("="), ""])]


def test_cells_without_positions_stand_behind_one_another() -> None:
    rows = (
        '<row><c t="str"><v>x</v></c></row>'
        '<row r="3"><c t="str"><v>code</v></c><c t="str"><v>name_fr</v></c></row>'
        "<row><c t='str'><v>a</v></c><c t='e'><v>#REF!</v></c></row>"
        '<row><c t="e"><v>#N/A</v></c></row>'
    )
    assert rows_of(packed(raw_xlsx(rows))) == [
        (4, ["a", CellFault("#REF!")]),
        (5, [UNAVAILABLE, ""]),
    ]


def test_faults_of_repeated_cells_of_an_ods() -> None:
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in ("code", "name_fr", "name_ar")
    )
    fault = (
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"'
        ' table:number-columns-repeated="2"><text:p>Err:502</text:p></table:table-cell>'
    )
    text = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    rows = (
        f"<table:table-row>{head}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell/>{fault}</table:table-row>'
        f"<table:table-row>{text}</table:table-row>"
    )
    wrong = CellFault("Err:502")
    assert rows_of(packed(ods_parts(rows))) == [
        (2, ["", wrong, wrong]),
        (3, ["", wrong, wrong]),
        (4, ["x", "", ""]),
    ]


def test_dates_counted_from_1904_are_the_same_days() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["code", "name_fr"])
    book.active.append(["x", date(2021, 2, 17)])
    out = io.BytesIO()
    book.save(out)
    assert rows_of(out.getvalue()) == [(2, ["x", date(2021, 2, 17)])]


def test_sheet_with_the_columns_is_read_be_it_hidden() -> None:
    content = xlsx(
        {
            "Instructions": [["code"], ["the key of a record"]],
            "Empty": [],
            "Données": [["Titre"], [], [None, "code", "name_fr", "name_ar"], [None, "x", "y", "z"]],
        },
        Données="veryHidden",
    )
    assert (opened(content).name, rows_of(content)) == ("Données", [(4, ["x", "y", "z"])])


def test_between_equals_the_sheet_named_as_the_table_is_read() -> None:
    rows = [["code", "name_fr"], ["x", "y"]]
    content = xlsx({"centres": rows, "SECTORS ": rows, "z": rows})
    assert opened(content).name == "SECTORS "


def test_between_equals_the_sheet_without_other_columns_is_read() -> None:
    content = xlsx(
        {"A": [["code", "name_fr", "other"], ["x", "y"]], "B": [["code", "name_fr"], ["x", "y"]]}
    )
    assert opened(content).name == "B"


def test_between_equals_the_sheet_with_rows_is_read() -> None:
    content = xlsx({"A": [["code", "name_fr"]], "B": [["code", "name_fr"], ["x", "y"]]})
    assert opened(content).name == "B"


def test_sheets_that_are_equal_are_not_guessed_between() -> None:
    content = xlsx({"2024": [["code"], ["x"]], "2025": [["code"], ["y"]]})
    assert "2024, 2025" in refusal(content)
    assert rows_of(content, sheet="2025") == [(2, ["y"])]
    assert "“2026”. Its sheets: 2024, 2025" in refusal(content, sheet="2026")


def test_chosen_sheet_replaces_the_detected_one() -> None:
    content = xlsx({"A": [["code", "name_fr"], ["x", "y"]], "B": [["code"], ["z"]]})
    assert rows_of(content, sheet="b") == [(2, ["z"])]
    assert rows_of(content) == [(2, ["x", "y"])]


def test_numbers_and_dates_in_a_header_are_no_columns() -> None:
    content = xlsx({"A": [[2024, date(2024, 1, 1), "code"], [1, 2, "x"]]})
    assert opened(content).ignored == ["2024", "2024-01-01"]
    assert rows_of(content) == [(2, ["x"])]


@pytest.mark.parametrize("broken", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("with_what", ["", "<", "<a><b></a>", "\x00", "text"])
def test_broken_part_is_refused(broken: str, with_what: str) -> None:
    parts = raw_xlsx(xml_row(1, "code") + xml_row(2, "x"))
    parts[broken] = with_what
    assert refusal(packed(parts)).endswith(".")


# more than may wait between the two processes
LONG = xlsx({"A": [["code"], *([f"c{number:0100}"] for number in range(60_000))]})


def test_process_that_is_killed_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = opened(LONG)
    process = _processes(monkeypatch, sheet)
    next(sheet.rows)
    process.send_signal(signal.SIGKILL)
    with pytest.raises(UnreadableFileError):
        list(sheet.rows)


def test_process_ends_when_its_rows_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = opened(LONG)
    process = _processes(monkeypatch, sheet)
    assert process.poll() is None
    del sheet
    gc.collect()
    assert process.poll() is not None


def test_process_ends_when_its_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(
        workbook_reader.subprocess,
        "Popen",
        lambda *a, **k: started.append(real(*a, **k)) or started[-1],
    )
    with pytest.raises(UnreadableFileError) as _refused:
        opened(packed({"x": "y"}))
    with pytest.raises(UnreadableFileError) as _without_columns:
        opened(xlsx({"A": [["no", "column"]]}))
    assert [process.poll() is not None for process in started] == [True, True]


def test_process_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(
        workbook_reader.subprocess,
        "Popen",
        lambda *a, **k: started.append(k["env"]) or real(*a, **k),
    )
    rows_of(xlsx({"A": [["code"], ["x"]]}))
    assert [set(env) - set(workbook_reader._PASSED_ON) for env in started] == [set()]


def _processes(monkeypatch: pytest.MonkeyPatch, sheet: Any) -> subprocess.Popen:
    """The process behind a sheet that is open."""
    gc.collect()  # those of sheets that were read before
    found = [
        one.process
        for one in gc.get_objects()
        # not isinstance(): it would wake whatever lazy objects other tests have left
        if type(one) is workbook_reader._Process and one.close.alive
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("encoding", ["UTG-8", "shift_jis"])
def test_part_in_an_encoding_that_is_not_read_is_refused(part: str, encoding: str) -> None:
    error = '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
    parts = raw_xlsx(xml_row(1, "code", "name_fr") + error)
    assert 'encoding="UTF-8"' in str(parts[part])
    parts[part] = str(parts[part]).replace('encoding="UTF-8"', f'encoding="{encoding}"')
    assert refusal(packed(parts)).startswith("The workbook cannot be read")
