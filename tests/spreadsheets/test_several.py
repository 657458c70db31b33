"""A workbook of several tables goes out and comes back: each sheet is an import of its own."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from programmes.models import ImportJob, Measurement, Sector
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.reading.limits import UnreadableFileError
from programmes.spreadsheets.sending.operator_workbook import make_workbook
from tests.conftest import make_member
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.fixture
def edith() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(["ar", "fr", "en"]))
def test_every_sheet_becomes_a_job_in_the_order_of_the_tables(edith: Any, language: str) -> None:
    content = make_workbook(list(TABLES), by=edith, language=language)
    found = jobs.send_workbook(content, "classeur.xlsx", by=edith)
    filled = [name for name, table in TABLES.items() if table().model._default_manager.exists()]
    assert [job.table for job in found] == [name for name in filled if jobs_may(edith, name)]
    for job in found:
        counts = jobs.check(job).counts
        assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 0), job.table


def jobs_may(user: Any, name: str) -> bool:
    meta = TABLES[name].model._meta
    return user.has_perm(f"programmes.import_{meta.model_name}")


def test_a_sheet_of_a_table_that_the_sender_may_not_fill_keeps_no_job_at_all(edith: Any) -> None:
    content = make_workbook(["measurements", "sectors"], by=edith, language="fr")
    alice = make_member("alice", "contributor", "MA-07")
    with pytest.raises(jobs.PermissionDenied):
        jobs.send_workbook(content, "classeur.xlsx", by=alice)
    assert not ImportJob.objects.exists()


def test_a_file_without_a_sheet_of_ours_says_so(edith: Any) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    out = io.BytesIO()
    book.save(out)
    for content in (out.getvalue(), b"ref;value\n1;2\n"):
        with translation.override("en"), pytest.raises(UnreadableFileError) as refusal:
            jobs.send_workbook(content, "budget.xlsx", by=edith)
        assert str(refusal.value) == (
            "No sheet of this file bears the name of a table. Send it from the table's own list."
        )


@pytest.mark.slow
def test_through_the_screens(edith: Any) -> None:
    client = Client()
    client.force_login(edith)
    page = client.get("/ar/admin/workbooks/")
    assert page.status_code == 200
    made = client.get(
        "/ar/admin/workbooks/",
        {"tables": ["measurements", "sectors"], "language": "ar"},
    )
    assert made["Content-Disposition"].startswith('attachment; filename="suivi-')
    sent = SimpleUploadedFile("classeur.xlsx", made.content)
    response = client.post("/ar/admin/workbooks/", {"file": sent}, follow=True)
    assert response.redirect_chain == [("/ar/admin/programmes/importjob/", 302)]
    assert {job.table: job.counts["unchanged"] for job in ImportJob.objects.all()} == {
        "measurements": Measurement.objects.count(),
        "sectors": Sector.objects.count(),
    }
    refused = client.post(
        "/fr/admin/workbooks/", {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04none")}
    )
    assert refused.status_code == 200
    assert "errorlist" in refused.content.decode()
    for wrong in ({"tables": "none"}, {"tables": "sectors", "language": "xx"}):
        assert client.get("/fr/admin/workbooks/", wrong)["Content-Type"].startswith("text/html")


def test_who_may_import_nothing_has_no_such_page() -> None:
    rita = make_member("rita", "reviewer", "MA")
    for permission in rita.get_all_permissions():
        assert not permission.startswith("programmes.import_")
    client = Client()
    client.force_login(rita)
    assert client.get("/fr/admin/workbooks/").status_code == 403
    assert "workbooks/" not in client.get("/fr/admin/").content.decode()
