"""Every kind of public page in a real browser: light. Dark stands in another file, for another core."""

from typing import Any

import pytest

from tests.browser.page_checks import LANGUAGES, PAGES, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_sound(
    visit: Any, published: None, language: str, width: int
) -> None:
    window = visit(width=width, color_scheme="light")
    assert [one for path in PAGES for one in faults_of(window, f"/{language}/{path}")] == []
