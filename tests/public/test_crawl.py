"""Every link of every public page leads to a page."""

import re
from collections import Counter, defaultdict
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.translation import override

from programmes.languages import CODES
from tests.public.page_faults import ID, faults_of
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
LANGUAGES = CODES
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


def crawl(language: str, *, of_each_kind: int = 10_000, query: str = "") -> dict[str, list[str]]:
    """Follows the links from the home page of a language, so many pages of each kind; returns what is wrong by page."""
    client, faults = Client(), defaultdict(list)
    waiting, met, kinds = [f"/{language}/{query}"], set(), Counter()
    anchors: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, set[str]] = {}
    while waiting:
        address = waiting.pop(0)
        if address in met:
            continue
        met.add(address)
        with override(language):
            kind = resolve(address.partition("?")[0]).view_name
        kinds[kind] += 1
        if kinds[kind] > of_each_kind:
            continue
        response = client.get(address)
        if response.status_code != 200:
            faults[address].append(str(response.status_code))
        if response.cookies or "Cookie" in response.get("Vary", ""):
            faults[address].append("sets a cookie or depends on one")
        if not response["Content-Type"].startswith("text/html"):
            b"".join(response)
            continue
        html = response.content.decode()
        ids[address] = set(ID.findall(html))
        faults[address] += faults_of(html, language)
        for href in map(unescape, LINK.findall(html)):
            page, _hash, anchor = href.partition("#")
            if anchor:
                anchors[page or address].add(anchor)
            if page.startswith(f"/{language}/"):
                waiting.append(page)
            elif page.startswith("/") and page.split("/")[1] not in LANGUAGES:
                faults[address].append(f"leads out of the language: {page}")
    for address, wanted in anchors.items():
        if address in ids and wanted - ids[address]:
            faults[address].append(f"no such place: {sorted(wanted - ids[address])}")
    assert len(kinds) >= 20, "the crawler has not met most kinds of page"
    return {address: found for address, found in faults.items() if found}


@pytest.mark.long
def test_every_link_in_french_leads_somewhere():
    assert crawl("fr") == {}


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(["ar", "fr", "en"]))
def test_links_of_each_kind_lead_somewhere(language):
    assert crawl(language, of_each_kind=2) == {}


@pytest.mark.long
@pytest.mark.parametrize("query", ["", "?on=2023-06-30", "?on=1990-01-01"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_in_every_language_and_on_past_days(language, query):
    assert crawl(language, query=query) == {}
