"""Names of persons are removed for good, by an administrator, with a reason; the line stays."""

import re
import zlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from programmes import services
from programmes.models import (
    Agreement,
    Amendment,
    ImportChunk,
    ImportFile,
    ImportJob,
    Signature,
)
from programmes.models.data_version import data_version
from tests import builders as public
from tests.admin.builders import published
from tests.admin.conftest import signed_in
from tests.conftest import make_member
from tests.spreadsheets.building import xlsx

NAME = "Fatima Secrète"


@pytest.fixture
def admin(places: Any) -> Any:
    return make_member("amina", "administrator", "MA")


@pytest.fixture
def signature(places: Any) -> Signature:
    agreement = public.make_agreement("accord", is_public=False)
    row = Signature.objects.create(
        agreement=agreement,
        organisation=public.make_organisation(),
        person_fr=NAME,
        person_ar="فاطمة",
        office_fr="Directrice",
        undertaking_fr="Former",
    )
    public.show(agreement)
    return row


def _kept_somewhere() -> list[str]:
    """The tables that still hold the name."""
    rows = {
        "signature": Signature._base_manager.values_list(),
        "history": Signature.history.values_list(),
        "amendments": Amendment._base_manager.values_list(),
    }
    found = [name for name, values in rows.items() if NAME in str(list(values))]
    files = [zlib.decompress(bytes(one.content)).decode() for one in ImportFile.objects.all()]
    chunks = [str(one.rows) for one in ImportChunk.objects.all()]
    return found + [text for text in files + chunks if NAME in text]


def test_name_goes_everywhere_and_the_line_stays(
    admin: Any, root: Any, signature: Signature
) -> None:
    entry = services.amendments.value_of(signature.agreement, "signatures")
    changed = [dict(entry[0], undertaking={"fr": "Former mieux", "ar": "", "en": ""})]
    published(
        services.propose_change(
            signature.agreement, {"signatures": changed}, by=root, reason="Texte exact"
        ),
        root,
    )
    signature = Signature.objects.get()
    job = ImportJob.objects.create(
        owner=root, table="signatures", file_name="s.csv", state="applied",
        columns=["agreement", "organisation", "person_fr"],
    )  # fmt: skip
    ImportFile.objects.create(job=job, content=zlib.compress(NAME.encode()))
    chunk = ImportChunk(job=job, kind="new", number=1)
    chunk.rows = [[2, "accord ofppt", signature.pk, [None] * 3, ["accord", "ofppt", NAME]]]
    chunk.save()
    before = data_version()
    address = reverse("admin:programmes_signature_blank", args=[signature.pk])
    client = signed_in(admin)
    assert (
        address
        in client.get(
            reverse("admin:programmes_agreement_change", args=[signature.agreement_id])
        ).content.decode()
    )
    assert "reason" in client.post(address, {"reason": " "}).context["fieldsets"][0].form.errors
    assert client.post(address, {"reason": f"Demande de {NAME}"}).status_code == 200
    assert "Fatima" in Signature.objects.get().person
    response = client.post(address, {"reason": "À la demande de la personne"})
    assert response.status_code == 302
    assert _kept_somewhere() == []
    row = Signature.objects.get()
    assert (row.person, row.person_ar, row.office_fr, row.undertaking_fr) == (
        "", None, None, "Former mieux",
    )  # fmt: skip
    line = Amendment.objects.published().get(kind="blanking")
    assert (line.amended(), line.reason, line.changes) == (
        Agreement.objects.get(),
        "À la demande de la personne",
        {},
    )
    assert line.applied_at is not None
    assert data_version() != before
    with pytest.raises(ValidationError, match="aucune donnée personnelle"):
        services.blank_personal_data(row, by=admin, reason="Encore")


def test_what_other_imports_keep_of_the_name_goes_too(admin: Any, signature: Signature) -> None:
    """A refused row, a conflict, a workbook whose other sheet alone was an import, a file of another table."""
    refused = a_job(admin, "signatures", "refused", NAME.encode())
    chunk = ImportChunk(job=refused, kind="refused", number=0)
    why = f"Le texte a 300 signes : « {NAME} »"
    chunk.rows = [[2, [["person_fr", NAME, why], ["agreement", "x", "Inconnu"]]]]
    chunk.save()
    refused.conflicts = [
        {"row": 2, "key": "k", "column": "person_fr", "shown": NAME, "now": "", "file": NAME},
        {
            "row": 2,
            "key": "k",
            "column": "undertaking_fr",
            "shown": "",
            "now": "",
            "file": "Former",
        },
    ]
    refused.save()
    book = xlsx({"Centres": [["code"], ["a"]], "Signatures": [["person_fr"], [NAME]]})
    waiting = a_job(admin, "centres", "checked", book)
    plain = a_job(admin, "centres", "applied", f"code\n{NAME}".encode("cp1252"))
    other = a_job(admin, "centres", "applied", b"code\nelsewhere")
    services.blank_personal_data(signature, by=admin, reason="Demande")
    kept = {job.pk: zlib.decompress(bytes(job.file.content)) for job in ImportJob.objects.all()}
    assert kept == {refused.pk: b"", waiting.pk: b"", plain.pk: b"", other.pk: b"code\nelsewhere"}
    chunk.refresh_from_db()
    assert chunk.rows == [[2, [["person_fr", "", ""], ["agreement", "x", "Inconnu"]]]]
    refused.refresh_from_db()
    assert [one["column"] for one in refused.conflicts] == ["undertaking_fr"]
    states = ImportJob.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["refused", "aside", "applied", "applied"]


def a_job(owner: Any, table: str, state: str, content: bytes) -> ImportJob:
    job = ImportJob.objects.create(
        owner=owner, table=table, file_name="s.csv", state=state.removeprefix("")
    )
    packed = zlib.compress(content, 0 if content.startswith(b"PK") else 1)
    ImportFile.objects.create(job=job, content=packed)
    return job


def test_record_that_was_never_public_leaves_no_line(admin: Any, places: Any) -> None:
    agreement = public.make_agreement("accord", is_public=False)
    row = Signature.objects.create(
        agreement=agreement, organisation=public.make_organisation(), person_fr=NAME
    )
    assert services.blank_personal_data(row, by=admin, reason="Demande") is None
    assert (_kept_somewhere(), Amendment.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("role", "place"),
    [("administrator", "MA-ERR"), ("editor", "MA"), ("reviewer", "MA"), ("contributor", "MA")],
)
def test_nobody_else_removes_them(role: str, place: str, signature: Signature) -> None:
    user = make_member("karim", role, place)
    address = reverse("admin:programmes_signature_blank", args=[signature.pk])
    assert signed_in(user).post(address, {"reason": "x"}).status_code in (302, 403)
    with pytest.raises(PermissionDenied):
        services.blank_personal_data(signature, by=user, reason="x")
    assert Signature.objects.get().person == NAME


@pytest.mark.parametrize(
    ("lang", "line", "unnamed"),
    [
        ("fr", "Données personnelles retirées le", "Signataire non nommé ici"),
        ("ar", "حُذفت معطيات شخصية في", "لم يُذكر اسم الموقّع هنا"),
        ("en", "Personal data removed on", "Signatory not named here"),
    ],
)
def test_public_reads_that_personal_data_was_removed_when_and_why(
    admin: Any, signature: Signature, lang: str, line: str, unnamed: str
) -> None:
    services.blank_personal_data(signature, by=admin, reason="À la demande de la personne")
    page, updates, _home = (
        page_words(f"/{lang}/{one}") for one in ("agreements/accord/", "updates/", "")
    )
    assert "À la demande de la personne" in page
    assert "À la demande de la personne" in updates
    assert line in page
    assert unnamed in page
    assert Client().get(f"/{lang}/updates.atom").status_code == 200
    assert Client().get(f"/{lang}/agreements/accord.atom").status_code == 200


@pytest.mark.parametrize(
    "reason",
    [
        "Retirer fatima secrete",
        "Mme SECRÈTE le demande",
        "بطلب من وفاطمة",
        "demande de la directrice",
    ],
)
def test_reason_that_repeats_a_name_however_written_is_refused(
    admin: Any, signature: Signature, reason: str
) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        services.blank_personal_data(signature, by=admin, reason=reason)
    assert refused.value.messages == [
        "The reason repeats what is to be removed. Say it without the name."
    ]


def page_words(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", response.content.decode())
