"""A file sent again: rows that change nothing are found together."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from programmes import access
from programmes.models import Measurement, Series
from programmes.spreadsheets.columns.memo import Memo
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import checking, jobs
from programmes.spreadsheets.importing.writing.outcomes import Outcome, UnchangedRows
from programmes.spreadsheets.reading import headers
from programmes.spreadsheets.reading.sheets import open_sheet
from programmes.spreadsheets.sending.exporting import export_file
from tests.conftest import make_member
from tests.spreadsheets.plans import each

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def exported() -> bytes:
    """All figures as a workbook, values with their types."""
    table = TABLES["measurements"]()
    found = Measurement.objects.order_by("pk")
    return export_file(table, found, kind="xlsx", headings="codes", languages=["fr"])


def with_cell(content: bytes, row: int, code: str, value: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    place = [cell.value for cell in sheet[1]].index(code) + 1
    sheet.cell(row, place).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found(content: bytes, user: Any) -> list[Outcome | UnchangedRows]:
    """What a workbook would do."""
    table = TABLES["measurements"]()
    return list(checking.SheetCheck(open_sheet(content, "x.xlsx", table), table, user).outcomes())


def test_rows_that_change_nothing_are_found_together(editor: Any) -> None:
    count = Measurement.objects.count()
    [outcome] = found(exported(), editor)
    assert isinstance(outcome, UnchangedRows)
    assert list(outcome.rows) == list(range(2, count + 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "value", "action"),
    [
        ("note_fr", "Autre note", "refused"),  # published: a file cannot change it
        ("value", True, "refused"),
        ("as_of", "13/13/2024", "refused"),
        ("series", "no-such-series", "refused"),
        ("series", None, "refused"),
        ("ref", "aaaaaaaaaaaa", "refused"),
    ],
)
def test_one_row_that_differs_is_told_apart_from_the_rest(
    editor: Any, code: str, value: Any, action: str
) -> None:
    content = with_cell(exported(), 4, code, value)
    outcomes = list(each(found(content, editor)))
    others = {one.action for one in outcomes if one.row != 4}
    assert (others, outcomes[2].action) == ({"unchanged"}, action)


def test_figure_given_twice_is_refused_wherever_it_stands_again(
    editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = exported()
    first = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [cell.value for cell in first[2]]
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    last = book.active.max_row
    together = list(each(found(out.getvalue(), editor)))
    # the same in blocks of one row, of which each by itself changes nothing
    as_csv = "\n".join(
        ";".join("" if cell.value is None else str(cell.value) for cell in row)
        for row in book.active.iter_rows(max_col=2)
    )
    monkeypatch.setattr(headers, "_BLOCK", 1)
    monkeypatch.setattr(checking, "TOGETHER", 1)
    apart = list(each(found(as_csv.encode(), editor)))
    for outcomes in (together, apart):
        assert [one.row for one in outcomes if one.action != "unchanged"] == [last]
        assert "row 2" in outcomes[-1].errors[0].message


def test_figures_out_of_scope_are_refused() -> None:
    rita = make_member("rita", "editor", "MA-09")
    inside = _mine(rita)
    outcomes = list(each(found(exported(), rita)))
    by_action = {one.action for one in outcomes}
    refused = [one for one in outcomes if one.action == "refused"]
    assert by_action <= {"unchanged", "refused"}
    assert len(refused) == Measurement.objects.count() - len(inside) > 0
    assert {(one.pk, *one.before, *one.after) for one in refused} == {(None,)}


def test_figure_out_of_scope_stays_refused_where_it_stands_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rita = make_member("rita", "editor", "MA-09")
    ref, code = Measurement.objects.exclude(pk__in=_mine(rita)).values_list("ref", "series__code")[
        0
    ]
    monkeypatch.setattr(headers, "_BLOCK", 1)
    monkeypatch.setattr(checking, "TOGETHER", 1)
    outcomes = found(f"ref;series\n{ref};{code}\n{ref};{code}\n".encode(), rita)
    assert [one.action for one in each(outcomes)] == ["refused", "refused"]


def _mine(user: Any) -> set[int]:
    series = [one for one in Series.objects.all() if access.may_change(user, one)]
    return set(Measurement.objects.filter(series__in=series).values_list("pk", flat=True))


def test_job_checked_at_once_is_the_job_checked_later(editor: Any) -> None:
    content = with_cell(exported(), 3, "note_fr", "Autre note")
    now = jobs.send("measurements", content, "x.xlsx", by=editor)
    later = jobs.send("measurements", content, "x.xlsx", by=editor)
    now = jobs.check(now)
    later = jobs.check(type(later).objects.get(pk=later.pk))
    count = Measurement.objects.count()
    assert now.counts == {"new": 0, "changed": 0, "unchanged": count - 1, "refused": 1}
    assert later.counts == now.counts
    assert [chunk.rows for chunk in later.chunks.all()] == [
        chunk.rows for chunk in now.chunks.all()
    ]


def test_kinds_of_cells_that_are_equal_are_read_each_by_itself() -> None:
    column = TABLES["measurements"]().fields["value"]
    memo = Memo(column, lambda raw: column.read_cell(raw, None))
    assert texts(memo, [1, True, 1.0, Decimal("1.50"), "1,5", ""]) == [
        "1",
        None,
        "1",
        "1.5",
        "1.5",
        "",
    ]
    assert [texts(memo, [one]) for one in (1.0, True, 1)] == [["1"], [None], ["1"]]


def texts(memo: Memo, raws: list[Any]) -> list[str | None]:
    return [None if cell.sentence else cell.text for cell in memo.cells(raws)]
