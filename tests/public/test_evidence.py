"""What a source has besides its own address: pages link it, files list it, and its own files are for staff."""

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from programmes.models import Amendment
from programmes.models.data_version import forget_version
from programmes.models.sealed_values import value_of
from tests.builders import (
    amend,
    make_evidence,
    make_measurement,
    make_source,
    make_target,
)
from tests.public.test_pages import text_of

pytestmark = pytest.mark.django_db
DIGEST = "e06ed51b8f8a06a3c3d28bac6f7eb8ac14b6be9c37cc3b1f68ee0a2c9d9b1f1f"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def page(path: str) -> str:
    forget_version()
    return Client().get(path).content.decode()


def rows(table: str) -> list[dict[str, Any]]:
    forget_version()
    return json.loads(b"".join(Client().get(f"/fr/data/{table}.json?language=all")))


def sources_of(html: str) -> str:
    return html.partition('<section class="sources">')[2].partition("</section>")[0]


def test_page_of_a_target_links_what_its_sources_have_besides() -> None:
    source = make_source("rapport", title="Rapport annuel")
    make_evidence(source, "Tableau 3", url="https://example.ma/tableau-3")
    make_evidence(source, "فيديو", language="ar", url="https://example.ma/v")
    make_evidence(source, "Interne", url="", file=ContentFile(b"%PDF-1.4 x", name="x.pdf"))
    hidden = make_source("cachee", title="Cachée", is_public=False)
    make_evidence(hidden, "Secrète", url="https://example.ma/secret")
    target = make_target(source=source)
    make_measurement(target.series, "2023-01-01", 5, source=source)
    html = sources_of(page("/fr/targets/target/"))
    assert html.count("<li>") == 3
    assert '<a href="https://example.ma/tableau-3" rel="external">Tableau 3</a>' in html
    assert (
        '<a href="https://example.ma/v" rel="external"><span lang="ar" dir="rtl">فيديو</span></a>'
        in html
    )
    assert "Interne" not in html
    assert "Secrète" not in html


def test_file_of_evidence_has_what_public_sources_have_and_the_digest_of_files() -> None:
    source = make_source("rapport")
    make_evidence(source, "Interne", url="", file=ContentFile(b"%PDF-1.4 x", name="x.pdf"))
    make_evidence(make_source("brouillon"), "Annexe")
    make_measurement(make_target().series, "2023-01-01", 5, source=source)
    [row] = rows("evidence")
    digest = source.evidence.get().file_digest
    assert row == {
        "source": "rapport", "title": "Interne", "language": "fr", "url": None, "file_digest": digest,
    }  # fmt: skip
    assert len(digest) == 64


def test_what_is_added_later_is_told_in_public_without_where_its_file_is_kept() -> None:
    source = make_source("rapport")
    make_target(source=source)
    added = {
        "title": "Annexe", "language": "fr", "url": "", "file": "sources/0f.pdf", "file_digest": DIGEST,
    }  # fmt: skip
    amend(source, "Retrouvée", evidence=[*value_of(source, "evidence"), added])
    assert Amendment.objects.get(table="source").changes["evidence"][1] == [added]
    html = page("/fr/targets/target/")
    said = text_of(html).partition("Modifié le ")[2].partition(" Motif")[0]
    assert said.partition(" : ")[2] == (
        "Un article (source) Pièces à l’appui : de rien à Annexe, Français, un fichier .pdf, e06ed51b8f8a06a3…"
    )
    assert "sources/0f.pdf" not in html
    [told] = [row for row in rows("amendments") if row["column"] == "evidence"]
    assert json.loads(told["new"]) == [
        {name: value for name, value in added.items() if name != "file"}
    ]
    assert (told["old"], "sources/0f.pdf" in json.dumps(rows("amendments"))) == ("[]", False)
