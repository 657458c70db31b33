"""Every link of every public page leads to a page; and no question, however odd, breaks one."""

import re
from collections import Counter, defaultdict
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
LANGUAGES = ("fr", "ar", "en")
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
ID = re.compile(r'\sid="([^"]+)"')


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


def faults_of(html: str, language: str) -> list[str]:
    """What is wrong with one page in itself."""
    found = []
    repeated = [name for name, count in Counter(ID.findall(html)).items() if count > 1]
    if repeated:
        found.append(f"ids twice: {repeated}")
    if f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' not in html:
        found.append("language or direction")
    if html.count("<h1") != 1:
        found.append("not one heading of the first level")
    return found


def test_every_link_in_french_leads_somewhere():
    assert crawl("fr") == {}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_links_of_each_kind_lead_somewhere_in_the_other_languages(language):
    assert crawl(language, of_each_kind=2) == {}


@pytest.mark.long
@pytest.mark.parametrize("query", ["", "?on=2023-06-30", "?on=1990-01-01"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere_in_every_language_and_on_past_days(language, query):
    assert crawl(language, query=query) == {}


ADDRESSES = [
    "",
    "programmes/",
    "programmes/cmc/",
    "programmes/cmc.atom",
    "targets/cmc-12/",
    "targets/cmc-12/embed/",
    "targets/cmc-12/badge.svg",
    "targets/cmc-12/chart.svg",
    "targets/cmc-12.csv",
    "targets/cmc-34000.json",
    "regions/",
    "regions/MA-09/",
    "regions/MA-09.atom",
    "regions/MA-04/programmes/cmc/",
    "compare/",
    "centres/",
    "centres/cmc-souss-massa/",
    "agreements/",
    "agreements/rhamna-cadre-2021/",
    "organisations/ofppt/",
    "data/",
    "data/measurements.csv",
    "data/target-revisions.xlsx",
    "search/",
    "status/",
    "updates/",
    "updates.atom",
    "glossary/",
    "about/",
    "accessibility/",
    "methodology/",
]
PARAMETERS = (
    "on",
    "page",
    "q",
    "territory",
    "sector",
    "status",
    "organisation",
    "region",
    "languages",
)
ODD = (
    "\x00",
    "\u202e",
    "x\u202ey\x00z",
    "1" * 10_000,
    "ة " * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "٢٠٢٤-٠١-٠١",
    "-1",
    "999",
    "1e9",
    "'; drop table",
    "<script>alert(1)</script>",
    "{{ 7 }}",
    "%s",
    "..",
    "😀",
)
KNOWN = ("2023-06-30", "1", "cmc", "MA-09", "MA-01", "no_data", "ofppt", "numerique", "all", "")
answers = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(KNOWN),
    st.dates().map(str),
    st.text(max_size=40),
)
questions = st.lists(st.tuples(st.sampled_from(PARAMETERS), answers), max_size=4)


def ask(address: str, language: str, question: list[tuple[str, str]]) -> None:
    """Any question is answered: with the page, or with one that says what to do."""
    sent: dict[str, list[str]] = defaultdict(list)
    for name, value in question:
        sent[name].append(value)
    response: Any = Client().get(f"/{language}/{address}", sent)
    assert response.status_code in (200, 400, 404)
    assert not response.cookies
    body = b"".join(response).decode("utf-8", "replace")
    if response["Content-Type"].startswith("text/html"):
        assert faults_of(body, language) == []
        assert "<script>alert" not in body
        assert "\x00" not in body
    if response.status_code == 400:
        assert 'class="summary"' in body


fuzzed = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(fuzzed, max_examples=80)
@given(st.sampled_from(ADDRESSES), st.sampled_from(LANGUAGES), questions)
@example("search/", "ar", [("q", "ة " * 5_000)])
@example("search/", "fr", [("q", "x\u202ey\x00z")])
@example("updates/", "fr", [("page", "999")])
@example("compare/", "fr", [("region", "\x00"), ("region", "\u202e")])
def test_any_question_is_answered(address, language, question):
    ask(address, language, question)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("day", ["1956-01-01", "2019-06-30"])
def test_every_page_has_an_answer_for_days_before_anything_was_known(address, day):
    ask(address, "fr", [("on", day)])


@pytest.mark.long
@settings(fuzzed, max_examples=3_000)
@given(st.sampled_from(ADDRESSES), st.sampled_from(LANGUAGES), questions)
def test_any_of_thousands_of_questions_is_answered(address, language, question):
    ask(address, language, question)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("odd", ODD)
def test_every_parameter_of_every_page_takes_odd_values(address, language, odd):
    for name in PARAMETERS:
        ask(address, language, [(name, odd)])
