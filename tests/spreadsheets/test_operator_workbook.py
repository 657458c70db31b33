"""The workbook that is sent to an operator: what it holds, what it locks, and that it comes back."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from programmes import access, services
from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Programme, Series, Source, Territory
from programmes.spreadsheets.columns.cells import ChoiceCell, RowCell, YesNoCell
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.sample import data_account
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from tests.conftest import make_member
from tests.sampling import first
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

FIGURES = ["measurements", "target-revisions", "milestone-statements"]
# of these tables the sample has no row
EMPTY = ("evidence", "waypoints", "measurement-shares", "replies")


@pytest.fixture
def alice() -> Any:
    return make_member("alice", "contributor", "MA-REH")


@pytest.fixture
def draft(alice: Any) -> Measurement:
    row = Measurement(
        series=Series.objects.get(code="1337-workstations"),
        as_of=PreciseDate.of_day(date(2023, 6, 30)),
        value=Decimal("320.5"),
        source=Source.objects.get(code="afroplanete-2023-12-1337"),
        note_fr="=rentrée",
    )
    return services.record(row, by=alice)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(content: bytes, table: str) -> Any:
    with translation.override("en"):
        title = str(TABLES[table].model._meta.verbose_name_plural)
    return opened(content)[title]


def column_of(sheet: Any, table: str, code: str) -> int:
    with translation.override("en"):
        return [column.code for column in TABLES[table]().columns].index(code) + 1


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(["ar", "fr", "en"]))
def test_workbook_sent_back_unfilled_changes_nothing(language: str) -> None:
    user = data_account()
    content = make_workbook(list(TABLES), by=user, language=language)
    for name, table in TABLES.items():
        if name in EMPTY:
            continue
        with translation.override(language):
            plan = make_plan(name, content, "workbook.xlsx", by=user)
        count = table.model._default_manager.count()
        assert (name, plan.errors) == (name, [])
        assert plan.counts == {"new": 0, "changed": 0, "unchanged": count, "refused": 0}
        assert plan.sheet.ignored == []


def test_workbook_holds_what_the_user_may_change_in_the_chosen_territory(draft: Any) -> None:
    rehamna = Territory.objects.get(code="MA-REH")
    content = make_workbook(FIGURES, by=data_account(), territory=rehamna, language="en")
    inside = Measurement.objects.filter(series__territory=rehamna)
    sheet = sheet_of(content, "measurements")
    refs = {sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)} - {None}
    assert refs == set(inside.values_list("ref", flat=True))
    assert draft.ref in refs


def test_workbook_holds_the_rows_of_the_chosen_programme_and_its_parts() -> None:
    jobintech = Programme.objects.get(code="jobintech")
    content = make_workbook(["measurements"], by=data_account(), programme=jobintech, language="en")
    sheet = sheet_of(content, "measurements")
    series = {sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)} - {None}
    expected = Measurement.objects.filter(series__programme=jobintech)
    assert series == set(expected.values_list("series__code", flat=True))


def test_workbook_never_shows_rows_of_another_territory(alice: Any) -> None:
    content = make_workbook(FIGURES, by=alice, language="en")
    sheet = sheet_of(content, "measurements")
    refs = {sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)} - {None}
    mine = access.changeable(Measurement.objects.all(), alice)
    assert refs == set(mine.values_list("ref", flat=True))


def test_tables_that_may_not_be_imported_are_left_out(alice: Any) -> None:
    book = opened(make_workbook(["programmes", "measurements"], by=alice, language="en"))
    assert book.sheetnames == ["Instructions", "measurements", "Lists"]


def test_workbook_of_nothing_that_may_be_imported_is_refused(alice: Any) -> None:
    with pytest.raises(PermissionDenied):
        make_workbook(["programmes"], by=alice, language="fr")


def test_keys_are_locked_and_other_cells_are_not(draft: Measurement, alice: Any) -> None:
    sheet = sheet_of(make_workbook(["measurements"], by=alice, language="en"), "measurements")
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == draft.ref)
    value = column_of(sheet, "measurements", "value")
    state = column_of(sheet, "measurements", "state")
    assert sheet.protection.sheet is True
    assert sheet.protection.password is None
    locked = {
        code: sheet.cell(row, place).protection.locked
        for code, place in {"ref": 1, "series": 2, "value": value, "state": state}.items()
    }
    assert locked == {"ref": True, "series": False, "value": False, "state": True}
    # below the last row: a new figure gets its reference from the tracker
    assert sheet.column_dimensions["B"].protection.locked is False
    assert sheet.column_dimensions["A"].protection.locked is True


def test_published_rows_are_locked_whole(alice: Any) -> None:
    sheet = sheet_of(make_workbook(["measurements"], by=alice, language="en"), "measurements")
    places = range(1, len(TABLES["measurements"]().columns) + 1)
    assert {sheet.cell(2, place).protection.locked for place in places} == {True}


def test_cells_are_real_dates_numbers_and_texts(draft: Measurement, alice: Any) -> None:
    sheet = sheet_of(make_workbook(["measurements"], by=alice, language="en"), "measurements")
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == draft.ref)
    as_of = sheet.cell(row, column_of(sheet, "measurements", "as_of"))
    value = sheet.cell(row, column_of(sheet, "measurements", "value"))
    note = sheet.cell(row, column_of(sheet, "measurements", "note_fr"))
    assert (as_of.value.date(), as_of.number_format) == (date(2023, 6, 30), "dd/mm/yyyy")
    assert (value.value, value.data_type) == (320.5, "n")
    assert (note.value, note.data_type) == ("'=rentrée", "s")
    # an empty cell for a date takes what is typed as text: 02/2021 stays a month
    letter = as_of.column_letter
    assert sheet.column_dimensions[letter].number_format == "@"


def test_closed_sets_and_lookups_have_lists(alice: Any) -> None:
    content = make_workbook(["measurements"], by=alice, language="en")
    sheet, lists = sheet_of(content, "measurements"), opened(content)["Lists"]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            place = next(iter(rule.sqref.ranges)).min_col
            area = rule.formula1.split("!")[1].replace("$", "")
            offered[TABLES["measurements"]().columns[place - 1].code] = [
                cell.value for (cell,) in lists[area]
            ]
    listed = [
        column.code
        for column in TABLES["measurements"]().columns
        if isinstance(column.widget, ChoiceCell | RowCell) and not column.readonly
    ]
    assert sorted(offered) == sorted(listed)
    assert {"series", "qualifier", "source", "supersedes"} <= set(offered)
    assert offered["qualifier"][:2] == ["exactly", "about"]
    mine = access.visible(Series.objects.all(), alice).order_by("code")
    assert offered["series"] == list(mine.values_list("code", flat=True))


def test_headers_have_notes_and_stay_in_view(alice: Any) -> None:
    sheet = sheet_of(make_workbook(["measurements"], by=alice, language="en"), "measurements")
    notes = [cell.comment for cell in sheet[1]]
    assert all(notes)
    assert "17/02/2021" in sheet.cell(1, column_of(sheet, "measurements", "as_of")).comment.text
    assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize(("language", "bidi"), [("ar", True), ("fr", False)])
def test_sheets_run_as_the_language_does(alice: Any, language: str, bidi: bool) -> None:
    book = opened(make_workbook(FIGURES, by=alice, language=language))
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {bidi}


def test_words_of_closed_sets_are_read_back_in_every_language() -> None:
    for table in TABLES.values():
        for column in table().columns:
            if isinstance(column.widget, ChoiceCell):
                for choice in column.widget.choices:
                    for language in ("fr", "ar", "en"):
                        with translation.override(language):
                            assert column.widget.clean(str(choice.label)) == choice.value
    assert [YesNoCell().clean(word) for word in ("yes", "no", "oui", "non", "نعم", "لا")] == [
        True, False, True, False, True, False,
    ]  # fmt: skip


@pytest.mark.long
@needs_libreoffice
def test_workbook_filled_in_with_libreoffice_comes_back(
    tmp_path: Path, draft: Measurement, alice: Any
) -> None:
    book = opened(make_workbook(FIGURES, by=alice, language="ar"))
    sheet = book.worksheets[1]
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == draft.ref)
    codes = [column.code for column in TABLES["measurements"]().columns]
    sheet.cell(row, codes.index("value") + 1).value = 321
    new = {
        "series": "1337-workstations",
        "as_of": "2022",
        "value": 300,
        "source": draft.source.code,
    }
    for code, value in new.items():
        sheet.cell(sheet.max_row + (code == "series"), codes.index(code) + 1).value = value
    everyone = data_account()
    unfilled = make_workbook(FIGURES, by=everyone, language="ar")
    files = saved_by_libreoffice(
        tmp_path, ("filled.xlsx", saved(book)), ("unfilled.xlsx", unfilled)
    )
    with translation.override("ar"):
        plan = make_plan("measurements", files["filled.xlsx"], "filled.xlsx", by=alice)
        same = {
            name: make_plan(name, files["unfilled.xlsx"], "unfilled.xlsx", by=everyone)
            for name in FIGURES
        }
    assert plan.errors == []
    assert (plan.counts["new"], plan.counts["changed"]) == (1, 1)
    assert plan.changes(draft.ref) == [("value", "320.5", "321")]
    for name, unchanged in same.items():
        kept = TABLES[name].model._default_manager.count()
        assert unchanged.errors == []
        assert unchanged.counts == {"new": 0, "changed": 0, "unchanged": kept, "refused": 0}
