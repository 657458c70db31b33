"""The staff guide is one link away on each page of the staff's site, at the chapter that the page is about."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from programmes.admin.guide import CHAPTERS, PAGES, TABLES, chapter_of
from tests.admin.conftest import signed_in

# in the order of the chapters: what some of them are called
HEADINGS = {
    "fr": {"target": "Ajouter un objectif", "files": "Envoyer une feuille de calcul"},
    "ar": {"target": "إضافة هدف", "files": "إرسال جدول بيانات"},
    "en": {"target": "Add a target", "files": "Send a spreadsheet"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", HEADINGS)
def test_guide_is_shown_in_the_readers_language_with_each_chapter(root: Any, language: str) -> None:
    with translation.override(language):
        page = signed_in(root).get(reverse("admin:guide")).content.decode()
    for chapter in CHAPTERS:
        assert page.count(f'<h2 id="{chapter}">') == page.count(f'<a href="#{chapter}">') == 1
    for chapter, heading in HEADINGS[language].items():
        assert f'<h2 id="{chapter}">{heading}</h2>' in page
        assert f'<a href="#{chapter}">{heading}</a>' in page
    for other in HEADINGS.keys() - {language}:
        assert f'/{other}/admin/guide/"' in page
    assert ".md" not in page


@pytest.mark.django_db
def test_pictures_of_the_guide_are_served(root: Any) -> None:
    page = signed_in(root).get(reverse("admin:guide")).content.decode()
    assert 'src="/static/guide/admin-home-fr.png"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "chapter"),
    [
        ("admin:index", ""),
        ("admin:programmes_target_add", "#target"),
        ("admin:programmes_measurement_changelist", "#figure"),
        ("admin:programmes_sector_changelist", "#finding"),
        ("admin:programmes_sector_import", "#files"),
        ("admin:auth_user_changelist", "#roles"),
        ("admin:entry", "#month"),
        ("admin:review_desk", "#publishing"),
    ],
)
def test_each_page_leads_to_its_chapter(root: Any, address: str, chapter: str) -> None:
    page = signed_in(root).get(reverse(address)).content.decode()
    assert f'<a href="/fr/admin/guide/{chapter}">Guide</a>' in page


def test_chapters_that_pages_lead_to_are_there() -> None:
    tables = {model._meta.model_name for model in admin.site._registry}
    names = {pattern.name for pattern in admin.site.get_urls() if hasattr(pattern, "name")}
    assert TABLES.keys() <= tables
    assert PAGES.keys() <= names
    assert {*TABLES.values(), *PAGES.values(), *map(chapter_of, names - {None})} <= {*CHAPTERS, ""}
    assert all(
        (settings.BASE_DIR / "docs" / f"staff-guide.{code}.md").exists() for code in HEADINGS
    )
