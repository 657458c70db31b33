"""A file sent again: what is stored is read while it is opened, and rows that change nothing are found together."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from programmes.models import Measurement, Series
from programmes.spreadsheets import headers, jobs, quick_figures
from programmes.spreadsheets.exporting import export_file
from programmes.spreadsheets.outcomes import Outcome, Unchanged
from programmes.spreadsheets.quick_cells import Memo
from programmes.spreadsheets.quick_figures import quick_check
from programmes.spreadsheets.reading import open_sheet
from programmes.spreadsheets.tables import TABLES
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


def found(content: bytes, user: Any, *, rows: int | None) -> list[Outcome | Unchanged]:
    """What a workbook would do; `rows`: how many stored figures may be read beforehand, None for none."""
    table = TABLES["measurements"]()
    if rows is not None:
        table.foresee(rows, user)
        assert table.foreseen
    return list(quick_check(open_sheet(content, "x.xlsx", table), table, user))


@pytest.mark.parametrize("rows", [None, 100_000])
def test_rows_that_change_nothing_are_found_together(editor: Any, rows: int | None) -> None:
    count = Measurement.objects.count()
    [outcome] = found(exported(), editor, rows=rows)
    assert isinstance(outcome, Unchanged)
    assert list(outcome.rows) == list(range(2, count + 2))
    keys = list(Measurement.objects.order_by("pk").values_list("pk", "ref"))
    assert list(zip(outcome.pks, outcome.keys, strict=True)) == keys
    assert [one.action for one in outcome.each()] == ["unchanged"] * count


@pytest.mark.parametrize(
    ("code", "value", "action"),
    [
        ("note", "Autre note", "refused"),  # published: a file cannot change it
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
    beforehand, as_called_for = (list(each(found(content, editor, rows=n))) for n in (10**5, None))
    assert beforehand == as_called_for
    others = {one.action for one in beforehand if one.row != 4}
    assert (others, beforehand[2].action) == ({"unchanged"}, action)


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
    together = list(each(found(out.getvalue(), editor, rows=10**5)))
    # the same in blocks of one row, of which each by itself changes nothing
    as_csv = "\n".join(
        ";".join("" if cell.value is None else str(cell.value) for cell in row)
        for row in book.active.iter_rows(max_col=2)
    )
    monkeypatch.setattr(headers, "_BLOCK", 1)
    monkeypatch.setattr(quick_figures, "BATCH", 1)
    apart = list(each(found(as_csv.encode(), editor, rows=10**5)))
    for outcomes in (together, apart):
        assert [one.row for one in outcomes if one.action != "unchanged"] == [last]
        assert "row 2" in outcomes[-1].errors[0].message


def test_figures_out_of_scope_are_refused_and_not_read_beforehand() -> None:
    rita = make_member("rita", "editor", "MA-09")
    table = TABLES["measurements"]()
    table.foresee(10**5, rita)
    inside = _mine(rita)
    assert {table.foreseen.figure(ref, ()).pk for ref in table.foreseen.by_ref} == inside
    outcomes = list(each(quick_check(open_sheet(exported(), "x.xlsx", table), table, rita)))
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
    monkeypatch.setattr(quick_figures, "BATCH", 1)
    outcomes = found(f"ref;series\n{ref};{code}\n{ref};{code}\n".encode(), rita, rows=10**5)
    assert [one.action for one in each(outcomes)] == ["refused", "refused"]


def _mine(user: Any) -> set[int]:
    series = [one for one in Series.objects.all() if jobs.access.may_change(user, one)]
    return set(Measurement.objects.filter(series__in=series).values_list("pk", flat=True))


def test_more_figures_than_the_file_may_have_are_not_read_beforehand(editor: Any) -> None:
    count = Measurement.objects.count()
    table = TABLES["measurements"]()
    table.foresee(count - 1, editor)
    assert table.foreseen is None
    table.foresee(count, editor)
    assert len(table.foreseen.by_ref) == count


def test_job_checked_at_once_is_the_job_checked_later(editor: Any) -> None:
    content = with_cell(exported(), 3, "note", "Autre note")
    now = jobs.send("measurements", content, "x.xlsx", by=editor, at_once=True)
    later = jobs.send("measurements", content, "x.xlsx", by=editor)
    assert [bool(job.opened[1].foreseen) for job in (now, later)] == [True, False]
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
    assert memo.texts([1, True, 1.0, Decimal("1.50"), "1,5", ""]) == [
        "1",
        None,
        "1",
        "1.5",
        "1.5",
        "",
    ]
    assert [memo.texts([one]) for one in (1.0, True, 1)] == [["1"], [None], ["1"]]
    assert [cell.text for cell in memo.cells([2.5, 2.5])] == ["2.5", "2.5"]
    assert memo.refuses
