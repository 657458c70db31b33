"""Every kind of public page in a real browser: dark, and by keyboard. Light has a file of its own, for another core."""

from typing import Any

import pytest

from tests.browser.page_checks import LANGUAGES, PAGES, faults_of, stops_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_sound(
    visit: Any, published: None, language: str, width: int
) -> None:
    window = visit(width=width, color_scheme="dark")
    assert [one for path in PAGES for one in faults_of(window, f"/{language}/{path}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_used_by_keyboard(visit: Any, published: None, language: str) -> None:
    window = visit(width=390)
    found = {path: stops_of(window.open(f"/{language}/{path}")) for path in PAGES[:-2]}
    assert {path: unseen for path, unseen in found.items() if unseen} == {}
