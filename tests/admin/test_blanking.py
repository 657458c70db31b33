"""Names of persons are removed for good, by an administrator, with a reason; the line stays."""

import json
import re
import zlib
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from programmes import services
from programmes.kept_pages import KeptPage, keep_page, kept_page
from programmes.models import (
    Agreement,
    Amendment,
    DataFile,
    ImportChunk,
    ImportFile,
    ImportJob,
    LedgerEntry,
    Organisation,
    ReviewEvent,
    Signature,
)
from programmes.models.data_version import data_state
from programmes.services.ledger import last_entry, ledger_lines
from tests import builders as public
from tests.admin.builders import published
from tests.admin.conftest import signed_in
from tests.conftest import make_member
from tests.spreadsheets.building import xlsx

NAME = "Fatima Secrète"
NADIA = "Nadia Bennis"


@pytest.fixture
def admin(places: Any) -> Any:
    return make_member("amina", "administrator", "MA")


def make_signature() -> Signature:
    """Of an agreement that was not shown yet."""
    return Signature.objects.create(
        agreement=public.make_agreement("accord", is_public=False),
        organisation=public.make_organisation(),
        person_fr=NAME,
        person_ar="فاطمة",
        office_fr="Directrice",
        undertaking_fr="Former",
    )


@pytest.fixture
def signature(places: Any) -> Signature:
    row = make_signature()
    public.show(row.agreement)
    return row


def address_of(signature: Signature) -> str:
    keys = [signature.agreement_id, signature.organisation_id]
    return reverse("admin:programmes_agreement_blank", args=keys)


def _kept_somewhere(person: str = NAME) -> list[str]:
    """The tables that still hold a name."""
    rows = {
        "signature": Signature._base_manager.values_list(),
        "history": Signature.history.values_list(),
        "amendments": Amendment._base_manager.values_list(),
    }
    found = [name for name, values in rows.items() if person in str(list(values))]
    files = [zlib.decompress(bytes(one.content)).decode() for one in ImportFile.objects.all()]
    chunks = [str(one.rows) for one in ImportChunk.objects.all()]
    return found + [text for text in files + chunks if person in text]


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
    before = data_state().version
    address = address_of(signature)
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
    assert data_state().version != before
    with pytest.raises(ValidationError, match="aucune donnée personnelle"):
        services.blank_personal_data(row.agreement, row.organisation, by=admin, reason="Encore")


def test_what_other_imports_keep_of_the_name_goes_too(admin: Any, signature: Signature) -> None:
    """A refused row, a conflict, a workbook whose other sheet alone was an import, a file of another table."""
    refused = a_job(admin, "signatures", "refused", NAME.encode())
    chunk = ImportChunk(job=refused, kind="refused", number=0)
    why = f"Le texte a 300 signes : « {NAME} »"
    known = ["agreement", "x", "Inconnu", True, ["accord"], False]
    chunk.rows = [[2, [["person_fr", NAME, why, True, [NAME], False], known]]]
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
    # all but the first letter of the name is not the name
    others = f"code\n{json.dumps(NAME)[2:-1]}".encode()
    other = a_job(admin, "centres", "applied", others)
    for job in (refused, plain, other):
        cells = ImportChunk(job=job, kind="cells", number=1)
        cells.rows = [[2, "A", "text", "", "", ""]]
        cells.save()
    services.blank_personal_data(
        signature.agreement, signature.organisation, by=admin, reason="Demande"
    )
    kept = {job.pk: zlib.decompress(bytes(job.file.content)) for job in ImportJob.objects.all()}
    assert kept == {refused.pk: b"", waiting.pk: b"", plain.pk: b"", other.pk: others}
    chunk.refresh_from_db()
    assert chunk.rows == [[2, [["person_fr", "", "", False, [], False], known]]]
    assert [one.job_id for one in ImportChunk.objects.filter(kind="cells")] == [other.pk]
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


@pytest.mark.parametrize("reason", ["  ", " … "])
def test_removal_has_a_reason_in_words(reason: str, admin: Any, places: Any) -> None:
    row = make_signature()
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        services.blank_personal_data(row.agreement, row.organisation, by=admin, reason=reason)
    assert refused.value.message_dict == {
        "reason": ["Give the reason: the public reads it, for good."]
    }
    assert Signature.objects.get().person_fr == NAME


def test_record_that_was_never_public_leaves_no_line(admin: Any, places: Any) -> None:
    agreement = public.make_agreement("accord", is_public=False)
    row = Signature.objects.create(
        agreement=agreement, organisation=public.make_organisation(), person_fr=NAME
    )
    assert (
        services.blank_personal_data(row.agreement, row.organisation, by=admin, reason="Demande")
        is None
    )
    assert (_kept_somewhere(), Amendment.objects.count()) == ([], 0)
    last = row.history.latest("history_id")
    assert (last.history_user, last.history_type, last.person_fr) == (admin, "~", None)


@pytest.mark.parametrize(
    ("role", "place"),
    [("administrator", "MA-ERR"), ("editor", "MA"), ("reviewer", "MA"), ("contributor", "MA")],
)
def test_nobody_else_removes_them(role: str, place: str, signature: Signature) -> None:
    user = make_member("karim", role, place)
    address = address_of(signature)
    assert signed_in(user).post(address, {"reason": "x"}).status_code in (302, 403)
    with pytest.raises(PermissionDenied):
        services.blank_personal_data(
            signature.agreement, signature.organisation, by=user, reason="x"
        )
    assert Signature.objects.get().person == NAME


@pytest.mark.slow
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
    services.blank_personal_data(
        signature.agreement, signature.organisation, by=admin, reason="À la demande de la personne"
    )
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
        services.blank_personal_data(
            signature.agreement, signature.organisation, by=admin, reason=reason
        )
    assert refused.value.messages == [
        "The reason repeats what is to be removed. Say it without the name."
    ]


def test_reason_may_hold_a_word_that_begins_as_a_short_name_does(admin: Any, places: Any) -> None:
    row = make_signature()
    row.person_fr = "Ali Omar"
    row.save()
    agreement, body = public.show(row.agreement), row.organisation
    for reason in ("Ali le demande", "Le dossier nomar"):
        with pytest.raises(ValidationError):
            services.blank_personal_data(agreement, body, by=admin, reason=reason)
    services.blank_personal_data(agreement, body, by=admin, reason="Service de l’alimentation")
    assert Signature.objects.get().person == ""


def page_words(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", response.content.decode())


PUBLIC = (
    "/fr/agreements/accord/",
    "/ar/agreements/accord/",
    "/fr/updates/",
    "/ar/updates/",
    "/fr/updates.atom",
    "/fr/agreements/accord.atom",
    "/fr/data/amendments.csv",
)


def read_anywhere(name: str) -> list[str]:
    """Where the public reads a name; the ledger and its check hold it nowhere and fit the data."""
    found = [one for one in PUBLIC if name in str(page_words(one))]
    call_command("verify_ledger", verbosity=0)
    ledger = b"".join(ledger_lines(last_entry()[0])).decode()
    return [*found, "ledger"] if name in ledger else found


@pytest.fixture
def told(places: Any, root: Any) -> Signature:
    """A signature of an agreement that was shown by review: the ledger tells all of it."""
    row = make_signature()
    published(services.propose_showing(row.agreement, by=root), root)
    return row


def amended(signature: Signature, by: Any, rows: list[dict[str, Any]], reason: str) -> Amendment:
    """Published: the agreement has these signatories from now on."""
    agreement = signature.agreement
    row = services.propose_change(agreement, {"signatures": rows}, by=by, reason=reason)
    return published(row, by)


def signed_by(agreement: Agreement) -> list[dict[str, Any]]:
    return services.amendments.value_of(agreement, "signatures")


@pytest.mark.slow
def test_name_goes_from_where_its_row_was_before_it_was_moved(
    admin: Any, root: Any, told: Signature
) -> None:
    other = public.make_organisation("anapec")
    [entry] = signed_by(told.agreement)
    amended(told, root, [{**entry, "organisation": "anapec"}], "Signé par l’ANAPEC")
    assert "/fr/updates/" in read_anywhere(NAME)
    assert [str(one) for one in services.organisations_with_personal_data(told.agreement)] == [
        str(other),
        str(told.organisation),
    ]
    services.blank_personal_data(told.agreement, other, by=admin, reason="Demande")
    assert (read_anywhere(NAME), read_anywhere("فاطمة"), _kept_somewhere()) == ([], [], [])
    [entry] = signed_by(told.agreement)
    assert (entry["organisation"], entry["undertaking"]["fr"]) == ("anapec", "Former")
    assert services.organisations_with_personal_data(told.agreement) == []
    for one in (other, told.organisation):
        with pytest.raises(ValidationError) as refused:
            services.blank_personal_data(told.agreement, one, by=admin, reason="Encore")
        assert refused.value.messages == ["Il n’y a ici aucune donnée personnelle."]


def test_name_of_a_signatory_who_was_taken_off_goes_too(
    admin: Any, root: Any, told: Signature
) -> None:
    job = a_job(root, "signatures", "applied", b"")
    ImportJob.objects.filter(pk=job.pk).update(columns=["agreement", "person_fr"])
    chunk = ImportChunk(job=job, kind="new", number=1)
    # the second row is of a signatory whose key is that of a state in the history of the first
    state = Signature.history.latest("history_id").history_id + 100
    Signature.history.filter(id=told.pk).update(history_id=state)
    chunk.rows = [
        [2, "accord ofppt", told.pk, [None] * 2, ["accord", NAME]],
        [3, "accord anapec", state, [None] * 2, ["accord", "Karim Alaoui"]],
    ]
    chunk.save()
    amended(told, root, [], "N’a pas signé")
    assert "/fr/agreements/accord/" in read_anywhere(NAME)
    client, address = signed_in(admin), address_of(told)
    page = client.get(
        reverse("admin:programmes_agreement_change", args=[told.agreement_id])
    ).content.decode()
    assert address in page
    assert client.post(address, {"reason": "À la demande de la personne"}).status_code == 302
    assert (read_anywhere(NAME), _kept_somewhere()) == ([], [])
    chunk.refresh_from_db()
    assert [row[-1] for row in chunk.rows] == [("accord", None), ("accord", "Karim Alaoui")]
    assert "À la demande de la personne" in page_words("/fr/agreements/accord/")


def test_names_of_others_stay(admin: Any, root: Any, told: Signature) -> None:
    """Two signatories change places: one is removed everywhere, the other nowhere."""
    karim = {"fr": "Karim Alaoui", "ar": "", "en": ""}
    public.make_organisation("anapec")
    [entry] = signed_by(told.agreement)
    second = {**entry, "organisation": "anapec", "person": karim, "office": {"fr": "Directeur"}}
    amended(told, root, [entry, second], "Deux signataires")
    here = {**entry, "organisation": "anapec"}
    amended(told, root, [{**second, "organisation": entry["organisation"]}, here], "Inversés")
    states = Signature.history.filter(person_fr="Karim Alaoui")
    before = {(one.history_id, one.organisation_id) for one in states}
    assert len({place for _state, place in before}) == 2
    services.blank_personal_data(
        told.agreement, Organisation.objects.get(code="anapec"), by=admin, reason="Demande"
    )
    assert (read_anywhere(NAME), _kept_somewhere()) == ([], [])
    assert [one["person"]["fr"] for one in signed_by(told.agreement)] == ["Karim Alaoui", ""]
    assert {(one.history_id, one.organisation_id) for one in states.all()} == before
    assert _kept_somewhere("Karim Alaoui") == ["signature", "history", "amendments"]


def test_name_of_another_who_was_taken_off_stays(admin: Any, root: Any, told: Signature) -> None:
    public.make_organisation("anapec")
    [entry] = signed_by(told.agreement)
    karim = {"fr": "Karim Alaoui", "ar": "", "en": ""}
    amended(told, root, [entry, {**entry, "organisation": "anapec", "person": karim}], "Deux")
    amended(told, root, [entry], "N’a pas signé")
    states = Signature.history.filter(person_fr="Karim Alaoui")
    before = {one.history_id for one in states}
    assert before
    services.blank_personal_data(told.agreement, told.organisation, by=admin, reason="Demande")
    assert (read_anywhere(NAME), _kept_somewhere()) == ([], [])
    assert {one.history_id for one in states.all()} == before
    assert _kept_somewhere("Karim Alaoui") == ["history", "amendments"]


@pytest.mark.slow
def test_words_of_reasons_go_as_they_are_given(admin: Any, root: Any, told: Signature) -> None:
    agreement = told.agreement
    title = {"fr": f"Convention de {NADIA}"}
    first = services.propose_change(agreement, {"title": title}, by=root, reason=f"Lu par {NADIA}")
    first = services.submit(first, by=root, note=f"Voir {NADIA}")
    first = services.publish(first, by=make_member("other", "administrator", "MA"))
    address = reverse("admin:programmes_agreement_blank", args=[agreement.pk])
    client = signed_in(admin)
    refused = {
        NADIA: f"La fiche elle-même dit « {NADIA} » : proposez d’abord de la modifier.",
        "Personne": "« Personne » ne figure dans aucun motif, aucune note ni aucun texte des modifications de cette"
        " fiche. Recopiez les mots tels qu’ils y figurent.",
        "ab": "Chaque ligne compte au moins 3 lettres : « ab » est trop court.",
    }
    for words, sentence in refused.items():
        page = client.post(address, {"words": words, "reason": "Demande"})
        assert page.context["fieldsets"][0].form.errors == {"words": [sentence]}
    published(
        services.propose_change(agreement, {"title": {"fr": "Accord"}}, by=root, reason="Exact"),
        root,
    )
    assert set(PUBLIC[:3]) | {"/fr/data/amendments.csv"} <= set(read_anywhere(NADIA))
    page = client.post(address, {"words": NADIA, "reason": f"Demande de {NADIA}"})
    assert page.context["fieldsets"][0].form.errors == {
        "reason": ["Le motif répète ce qui est à effacer. Dites-le sans le nom."]
    }
    assert client.post(address, {"words": NADIA, "reason": "Demande"}).status_code == 302
    assert read_anywhere(NADIA) == []
    first.refresh_from_db()
    assert (first.reason, first.changes["title"][1]["fr"]) == ("Lu par […]", "Convention de […]")
    assert first.events.filter(note="Voir […]").count() == 1
    assert Signature.objects.get().person == NAME
    kept = [*Agreement.history.values_list("title_fr", flat=True), *_calls_of_log(agreement)]
    assert [text for text in kept if NADIA in text] == []
    assert "Convention de […]" in kept
    assert "Données personnelles retirées le" in page_words("/fr/agreements/accord/")


def _calls_of_log(agreement: Agreement) -> list[str]:
    return list(
        LogEntry.objects.filter(object_id=agreement.pk).values_list("object_repr", flat=True)
    )


def test_words_are_struck_as_whole_words(admin: Any, root: Any, told: Signature) -> None:
    """A short name is a part of many words: these stay, and their entries of the ledger too."""
    agreement = told.agreement
    for title, reason in (("Alimentation", "Ali a appelé"), ("Accord", "Alignement des titres")):
        published(
            services.propose_change(agreement, {"title": {"fr": title}}, by=root, reason=reason),
            root,
        )
    services.blank_personal_data(agreement, words=["Ali"], by=admin, reason="Demande")
    changes = Amendment.objects.of(agreement).order_by("pk")
    kept = [row.reason for row in changes if "title" in row.changes]
    assert kept == ["[…] a appelé", "Alignement des titres"]
    assert changes.get(reason="[…] a appelé").changes["title"][1]["fr"] == "Alimentation"
    of_amendments = LedgerEntry.objects.filter(table="amendments")
    emptied = [entry.key for entry in of_amendments if not entry.content]
    assert emptied == [str(changes.get(reason="[…] a appelé").pk)]


def test_words_go_from_the_reasons_of_imports(admin: Any, root: Any, told: Signature) -> None:
    agreement = told.agreement
    change = {"title": {"fr": "Accord"}}
    published(services.propose_change(agreement, change, by=root, reason=f"Lu par {NADIA}"), root)
    job, other = (a_job(root, "agreements", "applied", b"") for _ in range(2))
    for one, reason in ((job, f"Lu par {NADIA}"), (other, "Titre exact")):
        ImportJob.objects.filter(pk=one.pk).update(options={"reason": reason, "sheet": "a"})
    before = data_state().version
    services.blank_personal_data(agreement, words=[NADIA], by=admin, reason="Demande")
    assert [one.options for one in ImportJob.objects.order_by("pk")] == [
        {"reason": "Lu par […]", "sheet": "a"},
        {"reason": "Titre exact", "sheet": "a"},
    ]
    assert data_state().version != before


def test_name_that_a_reason_repeats_is_struck_with_the_signature(
    admin: Any, root: Any, told: Signature
) -> None:
    agreement = told.agreement
    change = {"title": {"fr": "Accord"}}
    published(services.propose_change(agreement, change, by=root, reason=f"Lu par {NAME}"), root)
    services.blank_personal_data(
        agreement, told.organisation, words=[NAME], by=admin, reason="Demande"
    )
    assert (read_anywhere(NAME), _kept_somewhere()) == ([], [])
    changed = Amendment.objects.of(agreement).get(kind="change")
    assert changed.reason == "Lu par […]"


def test_words_leave_codes_and_choices_of_earlier_states_alone(
    admin: Any, root: Any, told: Signature
) -> None:
    agreement = told.agreement
    for title in ("Accord memorandum", "Accord"):
        change = services.propose_change(
            agreement, {"title": {"fr": title}, "kind": "memorandum"}, by=root, reason="Titre"
        )
        published(change, root)
    services.blank_personal_data(agreement, words=["memorandum"], by=admin, reason="Demande")
    past = Agreement.history.filter(id=agreement.pk)
    assert {"memorandum"} <= set(past.values_list("kind", flat=True))
    assert not [row for row in past if "memorandum" in row.title_fr or "[…]" in row.kind]


def test_words_are_struck_only_within_a_removal(root: Any, told: Signature) -> None:
    row = Amendment.objects.published().get(table="agreement")
    for change in (
        lambda: models.QuerySet(Amendment).filter(pk=row.pk).update(reason_fr="Autre"),
        lambda: models.QuerySet(ReviewEvent).filter(amendment=row).update(note="Autre"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_pages_and_files_that_were_made_before_are_forgotten(
    admin: Any, told: Signature, django_capture_on_commit_callbacks: Any
) -> None:
    page = KeptPage("v", NAME.encode(), {}, timezone.now())
    keep_page("/fr/agreements/accord/", page)
    stored = {
        name: storages[store].save(f"{name}.csv", ContentFile(NAME))
        for name, store in (("all", "public_files"), ("own", "default"))
    }
    DataFile.objects.create(name="all", stored=stored["all"], made_from="then")
    DataFile.objects.create(name="own", stored=stored["own"], owner=admin)
    with django_capture_on_commit_callbacks(execute=True):
        services.blank_personal_data(told.agreement, told.organisation, by=admin, reason="Demande")
    assert kept_page("/fr/agreements/accord/") is None
    assert list(DataFile.objects.values_list("name", "stored", "made_from")) == [("all", "", "")]
    assert not storages["public_files"].exists(stored["all"])
    assert not storages["default"].exists(stored["own"])
