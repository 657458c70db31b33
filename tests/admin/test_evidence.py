"""What a source has besides its own file and address: kept with it, seen at review, and added later by a proposal."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from programmes import services
from programmes.models import Amendment, Evidence, Source
from programmes.models.sealed import SealedError
from tests.admin.builders import make_measurement, make_series, make_source, published
from tests.admin.conftest import signed_in

PDF = b"%PDF-1.7\n1 0 obj\n"
OTHER = b"%PDF-1.7\n2 0 obj\n"
NEITHER = "Donnez un fichier ou une adresse."
TAKEN = "Cette source a déjà une pièce à l’appui de ce titre."


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def sent(content: bytes = PDF, name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def lines(*pieces: dict[str, Any], source: Source) -> dict[str, Any]:
    """The list of pieces as a browser sends it: stored ones name their key, and come first."""
    stored = sum("id" in one for one in pieces)
    found: dict[str, Any] = {
        "evidence-TOTAL_FORMS": len(pieces),
        "evidence-INITIAL_FORMS": stored,
    }
    for number, piece in enumerate(pieces):
        row = {"source": source.pk, "title": "Annexe", "language": "fr", "url": "", **piece}
        found |= {f"evidence-{number}-{name}": value for name, value in row.items()}
    return found


def save(client: Client, source: Source, *pieces: dict[str, Any]) -> Any:
    form = {
        "kind": "article",
        "title": source.title,
        "publisher": source.publisher,
        "date": "20/02/2026",
        "code": source.code,
        "is_public": "on",
    }
    return client.post(
        f"/fr/admin/programmes/source/{source.pk}/change/", form | lines(*pieces, source=source)
    )


def file_url(piece: Evidence) -> str:
    return f"/fr/admin/programmes/evidence/{piece.pk}/file/"


def a_piece(source: Source, title: str = "Annexe", content: bytes = PDF) -> Evidence:
    return Evidence.objects.create(
        source=source, title=title, language="fr", file=ContentFile(content, name="a.pdf")
    )


@pytest.fixture
def relied_on(root: Any, places: Any) -> Source:
    """A source with a piece of evidence, on which a published figure rests."""
    source = make_source()
    a_piece(source)
    published(make_measurement(make_series(places["MA-ERR"]), root, source=source), root)
    return Source.objects.get(pk=source.pk)


def propose(user: Any, source: Source, *pieces: dict[str, Any]) -> Amendment:
    form = {
        "kind": "article",
        "title": source.title,
        "publisher": source.publisher,
        "date": "20/02/2026",
        "language": "",
        "reason_fr": "Retrouvé dans le dossier",
    }
    address = reverse("admin:programmes_source_propose", args=[source.pk, "change"])
    response = signed_in(user).post(address, form | lines(*pieces, source=source))
    assert response.status_code == 302, response.context["errors"]
    return Amendment.objects.get(kind="change")


def test_files_and_addresses_are_kept_with_their_source(
    root: Any, alice: Any, charlie: Any
) -> None:
    source, client = make_source(), signed_in(root)
    answer = save(
        client,
        source,
        {"title": "Tableau", "file": sent()},
        {"title": "فيديو", "language": "ar", "url": "https://example.ma/v"},
    )
    assert answer.status_code == 302
    table, video = source.evidence.order_by("pk")
    assert (table.title, table.url, table.file.kind) == ("Tableau", "", "pdf")
    assert table.file_digest == hashlib.sha256(PDF).hexdigest()
    assert (video.title, video.language, video.url, video.file, video.file_digest) == (
        "فيديو", "ar", "https://example.ma/v", "", "",
    )  # fmt: skip
    page = client.get(f"/fr/admin/programmes/source/{source.pk}/change/").content.decode()
    assert f'<a href="{file_url(table)}">' in page
    response = signed_in(alice).get(file_url(table))
    assert b"".join(response.streaming_content) == PDF
    name = f'attachment; filename="{source.code}-{table.pk}.pdf"'
    assert response["Content-Disposition"] == name
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert signed_in(charlie).get(file_url(table)).status_code == 404
    assert client.get(file_url(video)).status_code == 404
    assert Client().get(file_url(table)).url == f"/fr/admin/login/?next={file_url(table)}"


def test_piece_has_a_file_or_an_address_and_a_title_of_its_own(root: Any) -> None:
    source, client = make_source(), signed_in(root)
    a_piece(source)
    for piece, sentence in (
        ({"title": "Vide"}, NEITHER),
        ({"title": "Annexe", "url": "https://example.ma/a"}, TAKEN),
    ):
        [shown] = save(client, source, piece).context["inline_admin_formsets"]
        assert shown.formset.forms[0].non_field_errors() == [sentence]
        with translation.override("fr"), pytest.raises(ValidationError) as refused:
            Evidence(source=source, language="fr", **piece).full_clean()
        assert refused.value.messages == [sentence]
    [shown] = save(client, source, {"file": sent(b"MZ")}).context["inline_admin_formsets"]
    assert shown.formset.forms[0].errors["file"] == [
        "Le contenu du fichier n’est pas celui d’un fichier .pdf. Enregistrez-le de nouveau dans ce format."
    ]
    assert source.evidence.count() == 1


def test_reviewer_sees_it_beside_the_source(root: Any, reviewer: Any, places: Any) -> None:
    source = make_source(title="Communiqué")
    table = a_piece(source, "Tableau")
    Evidence.objects.create(source=source, title="Vidéo", url="https://example.ma/v")
    row = make_measurement(make_series(places["MA-ERR"]), root, source=source)
    services.submit(row, by=root)
    address = reverse("admin:review_record", args=["figures", row.pk])
    response = signed_in(reviewer).get(address)
    card = response.context["shown"].source
    assert [(str(one.title), one.url, one.file) for one in card.evidence] == [
        ("Tableau", "", file_url(table)),
        ("Vidéo", "https://example.ma/v", ""),
    ]
    html = response.content.decode()
    assert f'<a href="{file_url(table)}">' in html
    assert "Ni adresse ni fichier" not in html


def test_what_is_relied_on_is_neither_changed_nor_removed_nor_added_to(
    root: Any, relied_on: Source
) -> None:
    piece = relied_on.evidence.get()
    sentence = (
        "The public relies on this record: further evidence can only be changed by an amendment, which says in public "
        "what changed and why. Propose a change."
    )
    piece.url = "https://example.ma/autre"
    attempts = (
        piece.save,
        piece.delete,
        relied_on.evidence.all().delete,
        lambda: relied_on.evidence.update(url="https://example.ma/autre"),
        lambda: a_piece(relied_on, "Autre"),
    )
    for attempt in attempts:
        with translation.override("en"), pytest.raises(SealedError) as refused:
            attempt()
        assert str(refused.value) == sentence
    page = signed_in(root).get(f"/fr/admin/programmes/source/{relied_on.pk}/change/")
    [shown] = page.context["inline_admin_formsets"]
    assert (shown.has_add_permission, shown.has_change_permission) == (False, False)
    assert relied_on.evidence.get().url == ""


def test_more_is_added_later_by_a_proposal_whose_file_the_reviewer_opens(
    root: Any, reviewer: Any, alice: Any, charlie: Any, relied_on: Source
) -> None:
    piece = relied_on.evidence.get()
    row = propose(
        root, relied_on, {"id": piece.pk}, {"title": "Annexe 2", "file": sent(OTHER, "b.pdf")}
    )
    old, new = row.changes["evidence"]
    assert list(row.changes) == ["evidence"]
    assert old == new[:1]
    digest = hashlib.sha256(OTHER).hexdigest()
    assert (new[1]["title"], new[1]["file_digest"]) == ("Annexe 2", digest)
    row = services.submit(row, by=root)
    page = signed_in(reviewer).get(reverse("admin:review_record", args=["proposals", row.pk]))
    address = f"/fr/admin/programmes/amendment/{row.pk}/file/0/"
    html = page.content.decode()
    assert f'<a href="{address}"><bdi>Annexe 2</bdi></a>' in html
    assert f"Annexe 2, Français, un fichier .pdf, {digest[:16]}…" in html
    assert new[1]["file"] not in html
    response = signed_in(reviewer).get(address)
    assert b"".join(response.streaming_content) == OTHER
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert signed_in(reviewer).get(address.replace("/0/", "/1/")).status_code == 404
    assert signed_in(charlie).get(address).status_code == 404
    services.publish(row, by=reviewer)
    assert list(relied_on.evidence.order_by("pk").values_list("title", "file_digest")) == [
        ("Annexe", hashlib.sha256(PDF).hexdigest()),
        ("Annexe 2", digest),
    ]
    call_command("verify_ledger", verbosity=0)


def test_file_that_changes_between_proposal_and_publication_is_found(
    root: Any, reviewer: Any, relied_on: Source, media: Path
) -> None:
    row = propose(root, relied_on, {"id": relied_on.evidence.get().pk, "file": sent(OTHER)})
    (media / row.changes["evidence"][1][0]["file"]).write_bytes(PDF)
    services.publish(services.submit(row, by=root), by=reviewer)
    assert relied_on.evidence.get().file_digest == hashlib.sha256(OTHER).hexdigest()
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", verbosity=0)
    assert str(refused.value).splitlines()[0] == (
        f"evidence, {relied_on.code} · Annexe: its attached file is gone, or is not the one that the ledger speaks of."
    )
