"""What is refused or doubtful is corrected in the preview, and each value of a file is found by where it went."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from programmes.admin.transfer import files as files_screen
from programmes.admin.transfer.import_cells import cell_counts, marked_content
from programmes.models import ImportJob, Measurement, Sector
from programmes.services.queue import waiting_or_running
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs, tasks
from programmes.spreadsheets.importing.repairs import repair
from programmes.spreadsheets.reading import sheets
from programmes.spreadsheets.sending import error_markup as marked_files
from programmes.spreadsheets.sending import tasks as sending
from programmes.spreadsheets.sending.error_markup import mark_errors, mark_job
from tests.conftest import make_member
from tests.spreadsheets.previews import answered, preview
from tests.spreadsheets.test_job_states import signed_in
from tests.spreadsheets.test_shown import (
    COUNT,
    HEADER,
    SOURCE,
    book,
    checked,
    refusals,
    rows_of,
    values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

NO_WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CENTRES = ["code", "kind", "name_fr", "territory"]


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def centres(*places: str) -> bytes:
    kind = str(TABLES["centres"]().fields["kind"].widget.choices.values[0])
    return book([CENTRES, *([f"c-{n}", kind, f"C{n}", place] for n, place in enumerate(places))])


def test_equal_cells_are_corrected_at_once(editor: Any) -> None:
    job = checked("centres", centres("Ailleurs", "MA-RAB", "Ailleurs"), editor)
    assert [(row, column) for row, column, _said in refusals(job)] == [
        (2, "territory"),
        (4, "territory"),
    ]
    job = jobs.check(repair(job, [("territory", "Ailleurs", "Rabat", [])], by=editor))
    assert [one["territory"] for one in values(job)] == ["MA-RAB", "MA-RAB", "MA-RAB"]


def test_a_correction_goes_through_every_rule_and_is_corrected_in_its_turn(editor: Any) -> None:
    job = checked("centres", centres("Ailleurs"), editor)
    job = jobs.check(repair(job, [("territory", "Ailleurs", "Nulle part", [])], by=editor))
    assert "“Nulle part”" in refusals(job)[0][2]
    job = jobs.check(repair(job, [("territory", "Ailleurs", "MA-RAB", [])], by=editor))
    assert values(job)[0]["territory"] == "MA-RAB"


def test_a_cell_that_breaks_a_rule_of_its_row_is_corrected_alone(editor: Any) -> None:
    # the date lies after that of the source; the same text is right elsewhere
    content = book(
        [HEADER, [COUNT, "2035-01-01", 5, None, SOURCE], [COUNT, "2022", 6, None, SOURCE]]
    )
    job = checked("measurements", content, editor)
    [(row, column, _sentence)] = refusals(job)
    assert (row, column) == (2, "as_of")
    job = jobs.check(repair(job, [("as_of", "2035-01-01", "2021", [2])], by=editor))
    assert [one["as_of"] for one in values(job)] == ["2021", "2022"]
    jobs.apply(job, by=editor)
    assert Measurement.objects.filter(state="draft", value=5).count() == 1


def test_what_is_right_is_never_replaced(editor: Any) -> None:
    job = checked("centres", centres("Ailleurs", "MA-RAB"), editor)
    for place in ("MA-RAB", []), ("Ailleurs", [3]):
        with pytest.raises(ValidationError) as refused:
            repair(job, [("territory", place[0], "MA-CAS", place[1])], by=editor)
        assert refused.value.messages == [
            "Only cells that are refused or to be confirmed are typed anew here. Correct the others in the file and"
            " send it again."
        ]
    job.refresh_from_db()
    assert (job.state, job.options.get("repairs")) == ("refused", None)
    assert [one["territory"] for one in values(job)] == ["MA-RAB"]


def test_the_preview_offers_what_is_near_and_rounding(editor: Any) -> None:
    content = book([HEADER, [COUNT, "2022", "12,3456789012345678", None, SOURCE]])
    job = checked("measurements", content, editor)
    client = signed_in(editor)
    address = f"/fr/admin/programmes/measurement/import/{job.pk}/"
    assert 'name="do" value="round"' in client.get(address).content.decode()
    client.post(address, {"do": "round"})
    job.refresh_from_db()
    assert [one["value"] for one in values(job)] == ["12.35"]

    job = checked("centres", centres("Ouarzazat", "Ailleurs"), editor)
    address = f"/fr/admin/programmes/centre/import/{job.pk}/"
    form = {"cell-0": "territory", "was-0": "Ailleurs", "now-0": "", "near-0": "MA-RAB"}
    client.post(address, form)
    job.refresh_from_db()
    assert (job.options["repairs"]["every"], job.counts["refused"]) == (
        {"territory": {"Ailleurs": "MA-RAB"}},
        0,
    )
    assert "Corrigé ici" in client.get(address).content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_marked_file_carries_what_was_typed(editor: Any, kind: str) -> None:
    right = str(TABLES["centres"]().fields["kind"].widget.choices.values[0])
    rows = [CENTRES, ["c-1", right, "C1", "Ailleurs"], ["c-2", "what", "C2", "MA-RAB"]]
    text = "\n".join(",".join(row) for row in rows).encode()
    content = book(rows) if kind == "xlsx" else text
    job = jobs.check(
        repair(
            checked("centres", content, editor, f"x.{kind}"),
            [("territory", "Ailleurs", "MA-RAB", [])],
            by=editor,
        )
    )
    assert [(row, column) for row, column, _said in refusals(job)] == [(3, "kind")]
    mark_job(job, "en")
    page = openpyxl.load_workbook(io.BytesIO(marked(job))).active
    assert page["D2"].value == "MA-RAB"
    assert "Corrected in the preview. In the file: “Ailleurs”." in page["D2"].comment.text
    assert page["E3"].value.startswith("kind: “what” is not known here.")


def marked(job: ImportJob) -> bytes:
    return marked_content(job)


def test_values_of_a_file_are_all_accounted_for(editor: Any) -> None:
    rows = [
        ["code", "name_fr", "remarque", None, "name_ar"],
        ["aa", "A", "x", "y", "ا"],
        ["bad code", "B", None, "z", None],
        ["cc", "C", "x", None, None],
    ]
    job = checked("sectors", book(rows, hidden=[4]), editor)
    told = cell_counts(job)
    assert [tuple(one) for one in told["columns"]] == [
        ("A", "code", "code", 1, 1, 1, 0),
        ("B", "name_fr", "name_fr", 1, 1, 1, 0),
        ("C", "remarque", "", 0, 0, 0, 2),
        ("D", "", "", 0, 0, 0, 2),
        ("E", "name_ar", "name_ar", 1, 0, 0, 0),
    ]
    assert told["total"] == sum(cell is not None for row in rows for cell in row)
    page = signed_in(editor).get(f"/en/admin/programmes/sector/import/{job.pk}/").content.decode()
    assert (
        "Cells of the file: 15 = 4 headers + 3 read + 2 to be confirmed + 2 refused + 4 left aside"
        in page
    )


def test_a_header_merged_over_two_columns_leaves_the_second_aside_and_says_so(editor: Any) -> None:
    rows = [["series", "as_of", "value", None, "source"], [COUNT, "2022", 5, 7, SOURCE]]
    job = checked("measurements", book(rows, merges=["C1:D1"]), editor)
    assert (job.detected["left_aside"], values(job)[0]["value"]) == ({"D": 1}, "5")


@pytest.mark.parametrize(("rows", "state"), [(1, "refused"), (2, "waiting")])
def test_a_file_of_many_rows_is_checked_by_the_worker(
    editor: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, rows: int, state: str
) -> None:
    settings.TASKS = NO_WORKER
    monkeypatch.setattr(files_screen, "WAITED_FOR_ROWS", 1)
    sent = io.BytesIO(centres(*["Ailleurs"] * rows))
    sent.name = "centres.xlsx"
    signed_in(editor).post("/en/admin/programmes/centre/import/", {"file": sent})
    assert ImportJob.objects.get().state == state


def test_a_large_file_is_opened_by_the_worker_alone(
    editor: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKS = NO_WORKER
    monkeypatch.setattr(files_screen, "WAITED_FOR_BYTES", 5)
    opened: list[str] = []
    real = sheets.open_found

    def watched(content: bytes, name: str, *more: Any) -> Any:
        opened.append(name)
        return real(content, name, *more)

    monkeypatch.setattr(sheets, "open_found", watched)
    sent = io.BytesIO(b"x,y\n1,2\n")
    sent.name = "large.csv"
    client = signed_in(editor)
    address = "/en/admin/programmes/measurement/import/"
    assert client.post(address, {"file": sent}, follow=True).status_code == 200
    job = ImportJob.objects.get()
    assert (job.state, opened) == ("waiting", [])
    tasks.check_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.detected["misfit"], opened) == ("refused", "1", ["large.csv"])
    for _ in "asked", "asked again by the page that waits":
        page = client.get(f"{address}{job.pk}/columns/").content.decode()
        assert "The first rows of the file are being read." in page
        assert waiting_or_running(tasks.look_at_job, job.pk).count() == 1
    tasks.look_at_job.call(job.pk, "")
    assert "What each column means" in client.get(f"{address}{job.pk}/columns/").content.decode()


def test_a_file_is_marked_by_the_worker_alone(editor: Any, settings: Any) -> None:
    settings.TASKS = NO_WORKER
    job = checked("sectors", book([["code", "name_fr"], ["bad code", "A"]]), editor)
    client = signed_in(editor)
    address = f"/en/admin/programmes/sector/import/{job.pk}/"
    page = client.post(address, {"do": "mark"}, follow=True).content.decode()
    assert "The file with its errors marked is being made." in page
    assert client.get(f"{address}marked/").status_code == 404
    sending.mark.call(job.pk, "en")
    assert client.get(f"{address}marked/").status_code == 200
    assert "Take the file back with its errors marked" in client.get(address).content.decode()


def test_a_marked_file_that_was_given_up_is_no_longer_waited_for(
    editor: Any, settings: Any
) -> None:
    settings.TASKS = NO_WORKER
    job = checked("sectors", book([["code", "name_fr"], ["bad code", "A"]]), editor)
    client = signed_in(editor)
    address = f"/en/admin/programmes/sector/import/{job.pk}/"
    client.post(address, {"do": "mark"})
    sending.tell_sender(job.pk, "en")
    page = client.get(address).content.decode()
    assert "The file with its errors marked could not be made." in page
    assert 'value="mark"' in page


def test_conflicts_of_a_large_file_are_left_out_by_a_worker(
    editor: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKS = NO_WORKER
    sector = Sector.objects.create(code="aa", name_fr="A")
    job = checked("sectors", book([["code", "name_fr"], ["aa", "B"]]), editor)
    Sector.objects.filter(pk=sector.pk).update(name_fr="C")
    job = jobs.apply(job, by=editor)
    assert job.state == "conflict"
    monkeypatch.setattr(files_screen, "WAITED_FOR_BYTES", 0)
    address = f"/en/admin/programmes/sector/import/{job.pk}/"
    signed_in(editor).post(address, {"do": "leave_out"})
    job.refresh_from_db()
    assert job.state == "waiting"
    tasks.check_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts["changed"], job.counts["unchanged"]) == ("checked", 0, 1)


def test_a_row_that_was_left_out_is_marked(editor: Any) -> None:
    rows = [["code", "name_fr"], ["aa", "A"], ["Total général", ""], ["bad code", "B"]]
    job = checked("sectors", book(rows), editor)
    client = signed_in(editor)
    address = f"/en/admin/programmes/sector/import/{job.pk}/"
    client.post(address, {"do": "repair", "left_out": "3"})
    client.post(address, {"do": "mark"})
    made = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}marked/").content)).active
    assert made["A3"].comment.text == "Left out in the preview, with its row."


def test_a_file_of_which_all_was_decided_can_be_taken_back_marked(editor: Any) -> None:
    job = checked("sectors", book([["code", "name_fr"], ["aa", "A"]], hidden=[2]), editor)
    client = signed_in(editor)
    address = f"/en/admin/programmes/sector/import/{job.pk}/"
    offered = '<button type="submit" name="do" value="mark">'
    client.post(address, {"do": "confirm", "confirmed": "hidden"})
    job.refresh_from_db()
    assert (job.state, job.counts["new"], job.counts["refused"]) == ("checked", 1, 0)
    assert offered in client.get(address).content.decode()
    client.post(address, {"do": "mark"})
    assert client.get(f"{address}marked/").status_code == 200


def test_marking_that_fails_in_its_bounds_writes_the_cells_anew(
    editor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(marked_files, "_SCRIPT", tmp_path / "none.py")
    content = book([["code", "name_fr", "remark"], ["bad code", "A", "kept"]])
    job = checked("sectors", content, editor)
    errors = [{"row": 2, "column": "code", "value": "", "message": "why"}]
    made, _name = mark_errors(
        content, job.file_name, errors, table=TABLES["sectors"](), language="en"
    )
    page = openpyxl.load_workbook(io.BytesIO(made)).active
    assert [cell.value for cell in page[2]] == ["bad code", "A", "kept", "code: why"]


def test_a_total_and_a_note_under_the_table_are_left_out_and_accounted_for(editor: Any) -> None:
    rows = [
        HEADER,
        [COUNT, "2023", 324, None, SOURCE],
        ["Total", None, 324, None, None],
        ["Source : rapport annuel", None, None, None, None],
    ]
    seen = preview("measurements", book(rows), editor, "file.xlsx")
    assert seen.counts == {"new": 1, "refused": 2}
    numbers = [number for number, _cells in rows_of(seen.job, "refused")]
    assert numbers == [3, 4]
    left = answered(seen, "measurements", editor, do="repair", left_out="3 4")
    assert left.counts == {"new": 1, "left_out": 2}
    assert left.job.state == "checked"
    assert "Rows left out here: <strong>2</strong>" in left.page
    cells = cell_counts(left.job)
    assert (cells["total"], cells["headers"], cells["read"], cells["refused"], cells["left"]) == (
        12, 5, 4, 0, 3
    )  # fmt: skip
    applied = answered(left, "measurements", editor, do="apply")
    assert applied.job.state == "applied"
    assert Measurement.objects.filter(series__code=COUNT, value=324, source__code=SOURCE).exists()


def test_rows_that_were_left_out_are_taken_in_again_and_good_rows_never_left_out(
    editor: Any,
) -> None:
    rows = [HEADER, [COUNT, "2023", 324, None, SOURCE], ["Total", None, 324, None, None]]
    seen = preview("measurements", book(rows), editor, "file.xlsx")
    left = answered(seen, "measurements", editor, do="repair", left_out="2 3")
    assert left.counts == {"new": 1, "left_out": 1}
    again = answered(left, "measurements", editor, do="take_in")
    assert again.counts == {"new": 1, "refused": 1}
