"""A job that was applied is not checked again; one that an error stopped says so and may be tried again."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import translation

from programmes.models import ImportJob, Sector
from programmes.spreadsheets.columns.stored import StoredRows
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs, tasks
from tests.conftest import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
CHANGE = b"code,name_fr\nnew-sector,Soins\n"
APPLIED = "Cet import a été appliqué\u00a0: il n’est pas vérifié de nouveau. Défaites-le, ou renvoyez le fichier."


@pytest.fixture(autouse=True)
def in_french() -> None:
    translation.activate("fr")


@pytest.fixture
def editor() -> Any:
    # a sector that nothing published rests on: a file may change it
    Sector.objects.create(code="new-sector", name_fr="Agriculture")
    return make_member("edith", "editor", "MA")


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(by: Any, content: bytes = CHANGE) -> ImportJob:
    return jobs.check(jobs.send("sectors", content, "x.csv", by=by))


def page(job: ImportJob) -> str:
    return f"/fr/admin/programmes/sector/import/{job.pk}/"


def name() -> str:
    return Sector.objects.get(code="new-sector").name_fr


@pytest.mark.parametrize("asked", ["check", "leave_out", "apply"])
def test_undo_of_an_applied_import_is_not_lost(asked: str, editor: Any) -> None:
    """Checked again, applied and undone, it was undone in name alone."""
    before, client, job = name(), signed_in(editor), sent(editor)
    client.post(page(job), {"do": "apply"})
    answer = client.post(page(job), {"do": asked, "encoding": "utf-8"}, follow=True)
    job.refresh_from_db()
    assert (job.state, job.counts["changed"], name()) == ("applied", 1, "Soins")
    assert (APPLIED in answer.content.decode()) == (asked == "check")
    client.post(page(job), {"do": "apply"})
    client.post(page(job), {"do": "undo"})
    job.refresh_from_db()
    assert (job.state, name()) == ("undone", before)


@pytest.mark.parametrize(
    ("state", "language", "sentence"),
    [
        ("applied", "fr", APPLIED),
        ("undoing", "fr", APPLIED),
        ("undone", "fr", "Cet import a été défait. Renvoyez le fichier."),
        (
            "applying",
            "fr",
            "Cet import est en cours d’application\u00a0: il n’est pas vérifié de nouveau.",
        ),
        (
            "applied",
            "ar",
            "سبق تطبيق هذا الاستيراد، فلا يُعاد التحقق منه. تراجع عنه أو أعد إرسال الملف.",
        ),
        ("undone", "ar", "تم التراجع عن هذا الاستيراد. أعد إرسال الملف."),
        ("applying", "ar", "هذا الاستيراد قيد التطبيق، فلا يُعاد التحقق منه."),
    ],
)
def test_written_import_is_not_checked_again(
    state: str, language: str, sentence: str, editor: Any
) -> None:
    job = sent(editor)
    ImportJob.objects.filter(pk=job.pk).update(state=state)
    chunks = list(job.chunks.values_list("pk", flat=True))
    for again in (jobs.check, jobs.start_again):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            again(job)
        assert refused.value.messages == [sentence]
    tasks.check_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == state
    assert list(job.chunks.values_list("pk", flat=True)) == chunks


@pytest.mark.parametrize("state", ["waiting", "checking", "checked", "conflict", "aside", "failed"])
def test_import_of_which_nothing_is_written_is_checked_again(state: str, editor: Any) -> None:
    job = sent(editor)
    ImportJob.objects.filter(pk=job.pk).update(state=state)
    assert jobs.check(ImportJob.objects.get(pk=job.pk)).state == "checked"


def test_how_a_file_is_read_is_kept_unless_it_is_chosen_anew(editor: Any) -> None:
    job = jobs.send("sectors", CHANGE, "x.csv", by=editor, options={"encoding": "utf-8"})
    client = signed_in(editor)
    client.post(page(job), {"do": "check"})
    job.refresh_from_db()
    assert job.options == {"encoding": "utf-8"}
    chosen = {"encoding": "cp1252", "delimiter": "", "number_format": "", "sheet": ""}
    client.post(page(job), {"do": "check"} | chosen)
    job.refresh_from_db()
    assert job.options == {"encoding": "cp1252", "changed_by": [editor.pk]}


def test_check_that_another_one_overtook_leaves_its_work_alone(
    editor: Any, monkeypatch: Any
) -> None:
    job = jobs.send("sectors", CHANGE, "x.csv", by=editor)
    stored, turns = StoredRows.read, []

    def overtaken(self: Any, texts: Any) -> Any:
        if not turns:
            turns.append(1)
            jobs.check(ImportJob.objects.get(pk=job.pk))
        return stored(self, texts)

    monkeypatch.setattr(StoredRows, "read", overtaken)
    slow = jobs.check(ImportJob.objects.get(pk=job.pk))
    assert (slow.state, slow.counts["changed"]) == ("checked", 1)
    assert [chunk.rows[0][1] for chunk in slow.chunks.all()] == ["new-sector"]


def broken(*args: Any, **options: Any) -> Any:
    raise DatabaseError("disk full")


def test_error_while_checking_is_said_and_the_file_may_be_checked_again(
    editor: Any, monkeypatch: Any
) -> None:
    client = signed_in(editor)
    with monkeypatch.context() as patch:
        patch.setattr(StoredRows, "read", broken)
        answer = client.post(
            "/fr/admin/programmes/sector/import/",
            {"file": SimpleUploadedFile("x.csv", CHANGE)},
            follow=True,
        )
    job = ImportJob.objects.get()
    sentence = (
        "La vérification s’est arrêtée sur une erreur du site\u00a0: rien n’a été enregistré. Vérifiez de nouveau le"
        f" fichier\u00a0; si elle s’arrête encore, donnez le numéro de cet import, {job.pk}, aux responsables du site."
    )
    assert (job.state, job.message, job.counts) == ("failed", sentence, {})
    html = answer.content.decode()
    assert sentence in html
    assert "arrêté par une erreur" in html
    assert "Mes imports refusés, en conflit ou arrêtés" in client.get("/fr/admin/").content.decode()
    with pytest.raises(ValidationError) as refused:
        jobs.apply(job, by=editor)
    assert refused.value.messages == [
        "Cet import n’est pas vérifié. Vérifiez-le de nouveau, puis appliquez-le."
    ]
    assert 'name="do" value="check"' in html
    client.post(page(job), {"do": "check"})
    client.post(page(job), {"do": "apply"})
    job.refresh_from_db()
    assert (job.state, job.message, name()) == ("applied", "", "Soins")


def test_error_while_applying_writes_nothing_and_is_said(editor: Any, monkeypatch: Any) -> None:
    before, client, job = name(), signed_in(editor), sent(editor)
    with monkeypatch.context() as patch:
        patch.setattr(TABLES["sectors"], "save", broken)
        answer = client.post(page(job), {"do": "apply"}, follow=True)
    job.refresh_from_db()
    sentence = (
        "L’application s’est arrêtée sur une erreur du site\u00a0: rien n’a été enregistré. Vérifiez de nouveau le"
        " fichier, puis appliquez-le\u00a0; s’il s’arrête encore, donnez le numéro de cet import,"
        f" {job.pk}, aux responsables du site."
    )
    assert (job.state, job.message, name()) == ("failed", sentence, before)
    assert sentence in answer.content.decode()
    client.post(page(job), {"do": "check"})
    client.post(page(job), {"do": "apply"})
    assert name() == "Soins"


def test_error_while_undoing_leaves_the_import_applied_and_is_said(
    editor: Any, monkeypatch: Any
) -> None:
    client, job = signed_in(editor), sent(editor)
    jobs.apply(job, by=editor)
    with monkeypatch.context() as patch:
        patch.setattr(TABLES["sectors"], "save", broken)
        client.post(page(job), {"do": "undo"})
    job.refresh_from_db()
    assert (job.state, job.message, name()) == (
        "applied",
        "L’annulation s’est arrêtée sur une erreur du site\u00a0: l’import reste appliqué. Réessayez\u00a0;"
        f" si elle s’arrête encore, donnez le numéro de cet import, {job.pk}, aux responsables du site.",
        "Soins",
    )
    client.post(page(job), {"do": "undo"})
    job.refresh_from_db()
    assert job.state == "undone"


def test_sentences_of_a_stop_are_in_arabic_too(editor: Any, monkeypatch: Any) -> None:
    with translation.override("ar"):
        job = jobs.send("sectors", CHANGE, "x.csv", by=editor)
        with monkeypatch.context() as patch:
            patch.setattr(StoredRows, "read", broken)
            jobs.check(job)
    assert job.message == (
        "توقف التحقق بسبب خطأ في الموقع: لم يُسجَّل أي شيء. أعد التحقق من الملف؛ وإن توقف من جديد فأبلغ المشرفين على"
        f" الموقع برقم هذا الاستيراد، {job.pk}."
    )


def test_import_that_stopped_is_set_aside(editor: Any) -> None:
    job = sent(editor)
    ImportJob.objects.filter(pk=job.pk).update(state="failed")
    jobs.set_job_aside(job)
    job.refresh_from_db()
    assert job.state == "aside"
