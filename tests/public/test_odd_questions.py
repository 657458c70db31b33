"""No question, however odd, breaks a public page."""

from collections import defaultdict
from datetime import UTC
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from programmes.selectors.lines.kept_since import kept_since
from tests.public.page_faults import faults_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
LANGUAGES = ("fr", "ar", "en")
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
    "data/api/",
    "data/measurements.csv",
    "data/target-revisions.xlsx",
    "search/",
    "status/",
    "updates/",
    "updates.atom",
    "ledger/",
    "ledger.atom",
    "targets/cmc-12/ledger/",
    "glossary/",
    "about/",
    "accessibility/",
    "methodology/",
]
PARAMETERS = (
    "on",
    "known",
    "page",
    "before",
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


@pytest.mark.long
@settings(fuzzed, max_examples=80)
@given(st.sampled_from(ADDRESSES), st.sampled_from(LANGUAGES), questions)
@example("search/", "ar", [("q", "ة " * 5_000)])
@example("search/", "fr", [("q", "x\u202ey\x00z")])
@example("updates/", "fr", [("page", "999")])
@example("compare/", "fr", [("region", "\x00"), ("region", "\u202e")])
def test_any_question_is_answered(address, language, question):
    ask(address, language, question)


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("day", ["1956-01-01", "2019-06-30"])
def test_every_page_has_an_answer_for_days_before_anything_was_known(address, day):
    ask(address, "fr", [("on", day)])


@pytest.mark.long
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_an_answer_as_known_at_the_first_moment_and_now(address):
    for known in (kept_since(), timezone.now()):
        moment = known.astimezone(UTC).isoformat().replace("+00:00", "Z")
        for on in ("1956-01-01", "2024-12-31"):
            ask(address, "ar", [("on", on), ("known", moment)])


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
