"""Common public pages in a real browser: accessible, narrow, by keyboard, without script."""

import re
from typing import Any

import pytest

from tests.browser.conftest import follow
from tests.browser.page_checks import COMMON, faults_of, stops_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_common_pages_are_sound_on_a_phone_and_on_a_desk(visit: Any, published: None) -> None:
    narrow, wide = visit(width=320), visit(width=1280)
    found = [one for path in COMMON for one in faults_of(narrow, f"/ar/{path}")]
    found += [one for path in COMMON for one in faults_of(wide, f"/fr/{path}")]
    assert found == []


def test_page_is_cited_and_its_address_is_sound_on_a_phone_and_on_a_desk(
    visit: Any, published: None
) -> None:
    narrow, wide = visit(width=320), visit(width=1280)
    page = wide.open("/ar/targets/cmc-12/?on=2024-12-31")
    cited = page.inner_text(".cite .code")
    path = "/ar/" + cited.split("/ar/")[1]
    assert path.startswith("/ar/targets/cmc-12/?on=2024-12-31&known=")
    assert [*faults_of(narrow, path), *faults_of(wide, path)] == []
    page = wide.open(path)
    assert page.inner_text(".cite .code") == cited
    follow(page, ".as-of-day a >> nth=0")
    assert page.url.endswith("/ar/targets/cmc-12/?on=2024-12-31")


def test_pages_are_used_by_keyboard(visit: Any, published: None) -> None:
    window = visit(width=1280)
    page = window.open("/fr/targets/cmc-12/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**/fr/targets/cmc-12/#main")
    assert page.url.endswith("#main")
    for path in ("/fr/targets/cmc-12/", "/ar/compare/?region=MA-01&region=MA-04"):
        assert stops_of(window.open(path)) == []


def test_pages_are_used_without_script(visit: Any, published: None) -> None:
    page = visit(width=390, java_script_enabled=False).open("/fr/")
    page.fill("main input[name=q]", "agadir")
    follow(page, "main .search button")
    assert "Souss" in page.inner_text("main")
    page.goto(page.url.split("/fr/")[0] + "/fr/compare/")
    page.select_option("#region-1", "MA-01")
    page.select_option("#region-2", "MA-04")
    follow(page, "main .filters button")
    assert "3 250" in page.inner_text("main").replace("\u202f", " ")
    # another day keeps what was chosen
    page.fill("#on", "2019-12-31")
    follow(page, ".day button")
    assert "MA-04" in page.url
    assert "31 décembre 2019" in page.inner_text(".as-of-day")
    page.goto(page.url.split("/fr/")[0] + "/fr/data/")
    page.click("details summary")
    assert page.is_visible("details table")
    with page.expect_download() as sent:
        page.click('a[href="/fr/data/territories.csv"]')
    assert sent.value.suggested_filename.startswith("territories-")


def test_cards_for_other_sites_fit_the_height_that_is_suggested(
    visit: Any, published: None
) -> None:
    wide, frame = visit(width=1280), visit(width=400)
    found = []
    for language in ("fr", "ar", "en"):
        for path in ("regions/", "regions/MA-05/", "programmes/cmc/", "targets/cmc-12/"):
            code = wide.open(f"/{language}/{path}").input_value("#embed-card")
            suggested = int(re.findall(r'height="(\d+)"', code)[0])
            page = frame.open(f"/{language}/{path}embed/")
            # higher than this window is what does not fit it
            page.set_viewport_size({"width": 400, "height": 100})
            needed = page.evaluate("document.documentElement.scrollHeight")
            if needed > suggested:
                found.append((language, path, needed, suggested))
    assert found == []
