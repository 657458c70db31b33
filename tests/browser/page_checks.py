"""What a browser finds wrong with a public page: accessible, narrow, by keyboard, quiet, and strictly written."""

import re
from collections import Counter
from typing import Any

from justhtml import JustHTML

from tests.browser.conftest import axe

LANGUAGES = ("fr", "ar", "en")
COMMON = [
    "",
    "targets/cmc-12/",
    "regions/MA-09/",
    "compare/?region=MA-01&region=MA-04&region=MA-09",
    "data/",
    "data/api/",
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
    "ledger/",
    "targets/cmc-12/ledger/",
    "search/",
    "search/?q=agadir",
    "search/?q=nowhere-to-be-found",
    "status/",
    "status/over-time/",
    "programmes/cmc/over-time/",
    "regions/MA-09/over-time/",
    "regions/embed/",
    "calendar/",
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
MOST_STOPS = 600


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
