"""The round trip with an operator: an Arabic workbook per region, edited in LibreOffice, sent back, undone."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from programmes import services
from programmes.models import Measurement, Series, Source, State, Territory
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.writing.outcomes import REFUSED
from programmes.spreadsheets.sending.error_markup import mark_errors
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from tests.conftest import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

SOURCE = "afroplanete-2023-12-1337"


@pytest.fixture
def alice() -> Any:
    """The contributor of the region of Marrakech-Safi."""
    return make_member("alice", "contributor", "MA-07")


@pytest.fixture
def draft(alice: Any) -> Measurement:
    """A figure she has begun to enter."""
    row = Measurement(
        series=Series.objects.get(code="1337-workstations"),
        value=310,
        source=Source.objects.get(code=SOURCE),
        as_of_on=Source.objects.get(code=SOURCE).date_on.replace(year=2022, month=12, day=31),
        as_of_precision="year",
    )
    return services.record(row, by=alice)


def columns_of(page: Any, header: int) -> dict[str, int]:
    """The column of each code, by the label it bears in Arabic."""
    labels = {str(column.label): column.code for column in TABLES["measurements"]().columns}
    return {labels[cell.value]: cell.column for cell in page[header] if cell.value in labels}


def sheet_of_figures(book: Any) -> tuple[Any, int, dict[str, int]]:
    """The sheet of measurements: its header row and columns."""
    for page in book.worksheets:
        for header in range(1, 12):
            columns = columns_of(page, header)
            if {"ref", "series", "value", "as_of"} <= columns.keys():
                return page, header, columns
    raise AssertionError("no sheet of measurements")


def row_of(page: Any, header: int, columns: dict[str, int], ref: str) -> int:
    """The row that bears a reference."""
    return next(
        row
        for row in range(header + 1, page.max_row + 1)
        if page.cell(row, columns["ref"]).value == ref
    )


def saved_by_libreoffice(content: bytes, folder: Path) -> bytes:
    """The workbook opened and saved by LibreOffice, as an operator's program would."""
    assert shutil.which("soffice"), "LibreOffice is missing"
    (folder / "in").mkdir()
    (folder / "in" / "classeur.xlsx").write_bytes(content)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder / "out"),
            str(folder / "in" / "classeur.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "out" / "classeur.xlsx").read_bytes()


@pytest.mark.long
def test_workbook_of_a_region_goes_out_and_comes_back(
    alice: Any, draft: Measurement, tmp_path: Path
) -> None:
    region = Territory.objects.get(code="MA-07")
    published = Measurement.objects.get(series__code="1337-workstations", state=State.PUBLISHED)
    foreign = Measurement.objects.get(series__code="jobintech-trained")
    content = make_workbook(["measurements"], by=alice, territory=region, language="ar")

    # edited: one figure added, one draft changed, one published changed, one wrong date, one row of another region
    with translation.override("ar"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        page, header, columns = sheet_of_figures(book)
        assert page.sheet_view.rightToLeft
        page.cell(row_of(page, header, columns, draft.ref), columns["value"]).value = 311
        page.cell(row_of(page, header, columns, published.ref), columns["value"]).value = 999
        last = max(
            row
            for row in range(header + 1, page.max_row + 1)
            if page.cell(row, columns["ref"]).value
        )
        added = {"series": "1337-workstations", "as_of": "2021", "value": 305, "source": SOURCE}
        wrong = {
            "series": "1337-workstations",
            "as_of": "31/02/2022",
            "value": 305,
            "source": SOURCE,
        }
        other = {"ref": foreign.ref, "series": "jobintech-trained", "value": 5}
        for number, cells in enumerate((added, wrong, other), start=last + 1):
            for code, value in cells.items():
                page.cell(number, columns[code]).value = value
        edited = io.BytesIO()
        book.save(edited)
        back = saved_by_libreoffice(edited.getvalue(), tmp_path)

        job = jobs.check(jobs.send("measurements", back, "classeur.xlsx", by=alice))
    assert {name: job.counts[name] for name in ("new", "changed", "refused")} == {
        "new": 1,
        "changed": 1,
        "refused": 3,
    }
    refused = [row for chunk in job.chunks.filter(kind=REFUSED) for row in chunk.rows]
    errors = [
        {"row": row, "column": column, "value": value, "message": message}
        for row, cells in refused
        for column, value, message, *_more in cells
    ]
    assert "1000" not in str(errors)

    # the refusals come back marked; what was right is sent again, applied, and undone
    marked, name = mark_errors(
        back, "classeur.xlsx", errors, table=TABLES["measurements"](), language="ar"
    )
    assert name == "classeur-errors.xlsx"
    with translation.override("ar"):
        page, header, columns = sheet_of_figures(openpyxl.load_workbook(io.BytesIO(marked)))
        assert len({error["row"] for error in errors}) == 3
        assert all(page.cell(error["row"], columns["value"]).value is not None for error in errors)
        corrected = openpyxl.load_workbook(io.BytesIO(back))
        page, header, columns = sheet_of_figures(corrected)
        page.cell(row_of(page, header, columns, published.ref), columns["value"]).value = 300
        for row in sorted((error["row"] for error in errors if error["row"] > last), reverse=True):
            for column in columns.values():
                page.cell(row, column).value = None
        out = io.BytesIO()
        corrected.save(out)
        job = jobs.check(jobs.send("measurements", out.getvalue(), "classeur.xlsx", by=alice))
    assert (job.counts["new"], job.counts["changed"], job.counts["refused"]) == (1, 1, 0)
    job = jobs.apply(job, by=alice)
    draft.refresh_from_db()
    assert draft.value == 311
    assert (
        Measurement.objects.filter(series__code="1337-workstations", state=State.DRAFT).count() == 2
    )
    jobs.undo(job, by=alice)
    draft.refresh_from_db()
    assert draft.value == 310
    assert (
        Measurement.objects.filter(series__code="1337-workstations", state=State.DRAFT).count() == 1
    )


@pytest.mark.long
def test_every_region_has_its_workbook_in_arabic_and_unfilled_it_changes_nothing() -> None:
    editor = make_member("edith", "editor", "MA")
    for region in Territory.objects.regions():
        content = make_workbook(["measurements"], by=editor, territory=region, language="ar")
        job = jobs.send("measurements", content, "classeur.xlsx", by=editor)
        counts = jobs.check(job).counts
        assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 0), region.code
