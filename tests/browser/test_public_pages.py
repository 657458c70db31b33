"""Public pages in a real browser: accessible, narrow, by keyboard, without script, quiet, and strictly written."""

import re
from collections import Counter
from typing import Any

import pytest
from justhtml import JustHTML

from tests.browser.conftest import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("fr", "ar", "en")
COMMON = [
    "",
    "targets/cmc-12/",
    "regions/MA-09/",
    "compare/?region=MA-01&region=MA-04&region=MA-09",
    "data/",
]
PAGES = [
    *COMMON,
    "programmes/",
    "programmes/cmc/",
    "programmes/?territory=MA-09&status=no_data",
    "targets/cmc-34000/",
    "targets/cmc-7/",
    "targets/cmc-places-marrakech-safi/",
    "targets/digital-offshoring-12/",
    "targets/jobintech-15000/",
    "targets/jobintech-15000/?on=2023-08-01",
    "targets/cmc-12/embed/",
    "regions/",
    "regions/MA/",
    "regions/MA-REH/",
    "regions/MA-04/programmes/cmc/",
    "compare/",
    "compare/?region=MA-01&region=MA-09",
    "centres/",
    "centres/cmc-laayoune-sakia-el-hamra/",
    "agreements/",
    "agreements/rhamna-cadre-2021/",
    "organisations/ofppt/",
    "methodology/",
    "search/",
    "search/?q=agadir",
    "search/?q=nowhere-to-be-found",
    "status/",
    "updates/",
    "glossary/",
    "about/",
    "accessibility/",
    "nowhere/",
    "programmes/?territory=nowhere",
]
# What the browser itself says of a page that was not found or refused.
ANSWERED = "Failed to load resource: the server responded with a status of 40"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FOCUS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: one.outerHTML.slice(0, 90),
    end: one === document.body,
    seen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
MOST_STOPS = 400


def faults_of(window: Any, address: str) -> list[str]:
    """What is wrong with one page in one window."""
    response = window.page.goto(window.server + address)
    html = response.text()
    found = [f"not strict: {error}" for error in JustHTML(html, collect_errors=True).errors]
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    found += [f"id twice: {name}" for name, count in ids.items() if count > 1]
    window.page.evaluate(axe())
    result = window.page.evaluate("rules => axe.run(document, rules)", RULES)
    found += [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
    width = window.page.evaluate("document.documentElement.scrollWidth")
    if width > window.page.viewport_size["width"]:
        found.append(f"scrolls sideways: {width}")
    if response.status >= 400:
        window.complaints[:] = [one for one in window.complaints if not one.startswith(ANSWERED)]
    return [f"{address}: {one}" for one in found]


def stops_of(page: Any) -> list[str]:
    """Goes through a page by the tab key; returns the stops at which nothing shows where one is."""
    unseen = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        if found["end"]:
            return unseen
        if not found["seen"]:
            unseen.append(found["name"])
    return [*unseen, "the end is never reached"]


def test_common_pages_are_sound_on_a_phone_and_on_a_desk(visit: Any, published: None) -> None:
    narrow, wide = visit(width=320), visit(width=1280)
    found = [one for path in COMMON for one in faults_of(narrow, f"/ar/{path}")]
    found += [one for path in COMMON for one in faults_of(wide, f"/fr/{path}")]
    assert found == []


def test_pages_are_used_by_keyboard(visit: Any, published: None) -> None:
    window = visit(width=1280)
    page = window.open("/fr/targets/cmc-12/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    for path in ("/fr/targets/cmc-12/", "/ar/compare/?region=MA-01&region=MA-04"):
        assert stops_of(window.open(path)) == []


def test_pages_are_used_without_script(visit: Any, published: None) -> None:
    page = visit(width=390, java_script_enabled=False).open("/fr/")
    page.fill("main input[name=q]", "agadir")
    page.click("main .search button")
    assert "Souss" in page.inner_text("main")
    page.goto(page.url.split("/fr/")[0] + "/fr/compare/")
    page.select_option("#region-1", "MA-01")
    page.select_option("#region-2", "MA-04")
    page.click("main .filters button")
    assert "3 250" in page.inner_text("main").replace("\u202f", " ")
    # another day keeps what was chosen
    page.fill("#on", "2019-12-31")
    page.click(".day button")
    assert "MA-04" in page.url
    assert "31 décembre 2019" in page.inner_text(".as-of-day")
    page.goto(page.url.split("/fr/")[0] + "/fr/data/")
    page.click("details summary")
    assert page.is_visible("details table")
    with page.expect_download() as sent:
        page.click('a[href="/fr/data/territories.csv"]')
    assert sent.value.suggested_filename.startswith("territories-")


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_sound(
    visit: Any, published: None, language: str, width: int, scheme: str
) -> None:
    window = visit(width=width, color_scheme=scheme)
    assert [one for path in PAGES for one in faults_of(window, f"/{language}/{path}")] == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_used_by_keyboard(visit: Any, published: None, language: str) -> None:
    window = visit(width=390)
    found = {path: stops_of(window.open(f"/{language}/{path}")) for path in PAGES[:-2]}
    assert {path: unseen for path, unseen in found.items() if unseen} == {}
