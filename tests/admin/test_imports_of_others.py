"""An import, and a step of review on many records, is its owner's; an administrator has those they keep whole."""

from typing import Any

import pytest
from django.urls import reverse

from programmes import services
from programmes.models import BulkReview, Centre, ImportJob, Measurement
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.job_scope import MOST_READ, jobs_in_sight, keeps_every_row
from tests.admin.builders import make_centre, make_measurement, make_series, make_source
from tests.admin.conftest import signed_in
from tests.conftest import make_member

HERE = "code,kind,name_fr,territory\n"


@pytest.fixture
def keeper(places: Any) -> Any:
    """An administrator of Errachidia."""
    return make_member("karim", "administrator", "MA-ERR")


@pytest.fixture
def sender(places: Any) -> Any:
    """An editor of both provinces."""
    return make_member("samir", "editor", "MA-ERR", "MA-REH")


def _send(by: Any, text: str, *, table: str = "centres", applied: bool = False) -> ImportJob:
    job = jobs.check(jobs.send(table, text.encode(), "sent.csv", by=by))
    return jobs.apply(job, by=by) if applied else job


def _sees(user: Any, job: ImportJob) -> bool:
    """Whether the import stands in a person's list, and opens; both say the same."""
    client = signed_in(user)
    listed = client.get(reverse("admin:programmes_importjob_changelist"))
    found = job in listed.context["cl"].result_list
    address = reverse("admin:programmes_centre_import_job", args=[job.pk])
    assert client.get(address).status_code == (200 if found else 404)
    record = client.get(reverse("admin:programmes_importjob_change", args=[job.pk]))
    assert record.status_code == (200 if found else 302)
    assert jobs_in_sight(ImportJob.objects.all(), user).filter(pk=job.pk).exists() is found
    return found


# rows of the file, and whether all of them lie in Errachidia
FILES = {
    "new, here": ("a,school,A,MA-ERR\nb,school,B,MA-ERR\n", True),
    "new, there": ("a,school,A,MA-REH\n", False),
    "new, here and there": ("a,school,A,MA-ERR\nb,school,B,MA-REH\n", False),
    "changed, here": ("here,centre,Autre,MA-ERR\n", True),
    "changed, there": ("there,centre,Autre,MA-REH\n", False),
    "changed and new": ("here,centre,Autre,MA-ERR\nb,school,B,MA-ERR\n", True),
    "changed here, new there": ("here,centre,Autre,MA-ERR\nb,school,B,MA-REH\n", False),
    "nothing new": ("here,centre,Centre,MA-ERR\n", False),
    "refused": ("a,palace,A,MA-ERR\n", False),
    "refused beside new": ("a,palace,A,MA-ERR\nb,school,B,MA-ERR\n", False),
    "to be confirmed beside new": ("a,school,A,MA-ERR\nb,school,B,Errachidiya\n", False),
}


@pytest.mark.slow
@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_import_is_seen_by_administrators_who_keep_every_row(
    name: str, applied: bool, keeper: Any, sender: Any, places: Any
) -> None:
    make_centre(places["MA-ERR"], code="here")
    make_centre(places["MA-REH"], code="there")
    rows, within = FILES[name]
    job = _send(sender, HERE + rows, applied=applied and not name.startswith("refused"))
    assert _sees(keeper, job) is within
    assert _sees(sender, job)
    assert _sees(make_member("nadia", "administrator", "MA"), job)
    assert not _sees(make_member("ed", "editor", "MA-ERR"), job)
    unassigned = make_member("salma", "administrator")
    assert not jobs_in_sight(ImportJob.objects.all(), unassigned).exists()


def test_undone_import_is_seen_by_what_its_rows_would_make(keeper: Any, sender: Any) -> None:
    for rows, within in (("a,school,A,MA-ERR\n", True), ("b,school,B,MA-REH\n", False)):
        job = jobs.undo(_send(sender, HERE + rows, applied=True), by=sender)
        assert _sees(keeper, job) is within


def test_what_cannot_be_known_is_its_senders_alone(keeper: Any, sender: Any, places: Any) -> None:
    waiting = jobs.send("centres", f"{HERE}a,school,A,MA-ERR\n".encode(), "x.csv", by=sender)
    assert not keeps_every_row(keeper, waiting)
    applied = _send(sender, f"{HERE}c,school,C,MA-ERR\n", applied=True)
    assert keeps_every_row(keeper, applied)
    Centre.objects.filter(code="c").delete()
    assert not keeps_every_row(keeper, applied)
    long = _send(sender, f"{HERE}d,school,D,MA-ERR\n")
    assert keeps_every_row(keeper, long)
    long.counts["new"] = MOST_READ + 1
    assert not keeps_every_row(keeper, long)


def test_rows_that_only_their_author_may_change_are_not_kept(keeper: Any, sender: Any) -> None:
    text = "code,kind,title\na,article,A\n"
    assert not keeps_every_row(keeper, _send(sender, text, table="sources", applied=True))


@pytest.mark.parametrize("do", ["apply", "undo", "check", "set_aside"])
def test_administrator_of_one_province_does_nothing_with_an_import_of_another(
    do: str, keeper: Any, bob: Any, places: Any
) -> None:
    editor = make_member("editor", "editor", "MA-REH")
    job = _send(editor, f"{HERE}a,school,A,MA-REH\n", applied=do == "undo")
    before = ImportJob.objects.values().get(pk=job.pk)
    address = reverse("admin:programmes_centre_import_job", args=[job.pk])
    client = signed_in(keeper)
    assert client.post(address, {"do": do}).status_code == 404
    for page in ("import_progress", "import_marked"):
        answer = client.get(reverse(f"admin:programmes_centre_{page}", args=[job.pk]))
        assert answer.status_code == 404
    assert ImportJob.objects.values().get(pk=job.pk) == before
    assert Centre.objects.filter(code="a").exists() is (do == "undo")


def test_administrator_applies_an_import_of_their_own_province(keeper: Any, places: Any) -> None:
    editor = make_member("editor", "editor", "MA-ERR")
    job = _send(editor, f"{HERE}a,school,A,MA-ERR\n")
    address = reverse("admin:programmes_centre_import_job", args=[job.pk])
    signed_in(keeper).post(address, {"do": "apply"})
    assert Centre.objects.get(code="a").territory == places["MA-ERR"]
    signed_in(keeper).post(address, {"do": "undo"})
    assert not Centre.objects.filter(code="a").exists()


def test_file_itself_is_not_seen_by_who_keeps_only_the_rows_that_it_writes(
    keeper: Any, sender: Any, places: Any
) -> None:
    make_centre(places["MA-REH"], code="there")
    job = _send(sender, f"{HERE}a,school,A,MA-ERR\nthere,centre,Centre,MA-REH\n")
    assert (job.counts["new"], job.counts["unchanged"]) == (1, 1)
    address = reverse("admin:programmes_centre_import_job", args=[job.pk])
    columns = reverse("admin:programmes_centre_import_columns", args=[job.pk])
    nadia = make_member("nadia", "administrator", "MA")
    for person, sees in ((keeper, False), (sender, True), (nadia, True)):
        client = signed_in(person)
        page = client.get(address)
        assert page.status_code == 200
        assert (columns in page.content.decode()) is sees
        assert client.get(columns).status_code == (200 if sees else 404)
    signed_in(keeper).post(address, {"do": "mark"})
    job.refresh_from_db()
    assert "marking" not in job.detected
    signed_in(sender).post(address, {"do": "mark"})
    job.refresh_from_db()
    assert job.detected["marking"] == "done"
    marked = reverse("admin:programmes_centre_import_marked", args=[job.pk])
    assert signed_in(keeper).get(marked).status_code == 404
    assert signed_in(sender).get(marked).status_code == 200


# Steps of review on many records


@pytest.mark.parametrize(
    ("places_of_rows", "within"),
    [(["MA-ERR", "MA-ERR"], True), (["MA-ERR", "MA-REH"], False), (["MA-REH"], False), ([], False)],
)
def test_bulk_review_is_seen_by_administrators_who_keep_every_record(
    places_of_rows: list[str], within: bool, keeper: Any, sender: Any, root: Any, places: Any
) -> None:
    rows = [make_measurement(make_series(places[code]), root) for code in places_of_rows]
    asked = BulkReview.objects.create(
        owner=sender, table="measurement", step="submit", keys=[row.pk for row in rows]
    )
    address = reverse("admin:programmes_bulkreview_change", args=[asked.pk])
    nadia = make_member("nadia", "administrator", "MA")
    for person, sees in ((keeper, within), (sender, True), (nadia, True)):
        client = signed_in(person)
        listed = client.get(reverse("admin:programmes_bulkreview_changelist"))
        assert (asked in listed.context["cl"].result_list) is sees
        assert client.get(address).status_code == (200 if sees else 302)


def test_bulk_review_of_a_record_that_is_gone_is_its_owners_alone(
    keeper: Any, sender: Any, root: Any, places: Any
) -> None:
    row = make_measurement(make_series(places["MA-ERR"]), root, source=make_source())
    asked = BulkReview.objects.create(
        owner=sender, table="measurement", step="submit", keys=[row.pk]
    )
    address = reverse("admin:programmes_bulkreview_change", args=[asked.pk])
    assert signed_in(keeper).get(address).status_code == 200
    services.discard(row, by=root)
    assert not Measurement.objects.exists()
    assert signed_in(keeper).get(address).status_code == 302
