"""Pages that list promises and figures: so many on a page, the others on the pages after it, none twice, none lost."""

import re

import pytest

from programmes.models import Series
from tests.builders import (
    make_agreement,
    make_centre,
    make_measurement,
    make_organisation,
    make_programme,
    make_region,
    make_series,
    make_target,
)

pytestmark = pytest.mark.django_db
PROMISES, SERIES = 3, 2


@pytest.fixture(autouse=True)
def few_on_a_page(monkeypatch):
    monkeypatch.setattr("programmes.selectors.lines.page_rows.PROMISES_A_PAGE", PROMISES)
    monkeypatch.setattr("programmes.selectors.lines.page_rows.SERIES_A_PAGE", SERIES)


@pytest.fixture
def site():
    """Five promises and three followed figures of a region, a centre, a programme, an agreement and a body."""
    region, programme, body = make_region(), make_programme(), make_organisation()
    agreement = make_agreement()
    centre = make_centre(territory=region, operator=body, programmes=[programme])
    of = {"territory": region, "programme": programme, "centre": centre}
    for number in range(5):
        series = make_series(f"promised-{number}", name_fr=f"Promesse {number}", **of)
        make_target(f"target-{number}", series=series, agreement=agreement, responsible=body)
    for number in range(3):
        series = make_series(
            f"context-{number}", name_fr=f"Contexte {number}", role=Series.Role.CONTEXT, **of
        )
        make_measurement(series, "2024-01-01", 10 + number)


def listed(client, address):
    """The promises that a page lists, its figures of context, and whether a page comes before and after it."""
    text = client.get(address).content.decode()
    promises = re.findall(r'class="promise__label">(Promesse \d)<', text)
    series = re.findall(r"<dt>(Contexte \d)", text)
    return promises, series, 'rel="prev"' in text, 'rel="next"' in text


PAGES = ("regions/MA-09/", "regions/MA-09/programmes/programme/", "centres/centre/")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_promises_and_figures_go_on_on_the_next_page(client, site, page):
    first = ["Promesse 0", "Promesse 1", "Promesse 2"]
    assert listed(client, f"/fr/{page}") == (first, ["Contexte 0", "Contexte 1"], False, True)
    rest = ["Promesse 3", "Promesse 4"], ["Contexte 2"], True, False
    assert listed(client, f"/fr/{page}?page=2") == rest
    assert listed(client, f"/fr/{page}?on=2026-01-01&page=2") == rest


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", ["programmes/programme/", "agreements/agreement/", "organisations/ofppt/"]
)
def test_promises_go_on_on_the_next_page(client, site, page):
    first = ["Promesse 0", "Promesse 1", "Promesse 2"]
    assert listed(client, f"/fr/{page}") == (first, [], False, True)
    assert listed(client, f"/fr/{page}?page=2") == (["Promesse 3", "Promesse 4"], [], True, False)


@pytest.mark.parametrize("number", [1, 2])
def test_counts_are_of_the_promises_of_all_pages(client, site, number):
    text = client.get(f"/fr/regions/MA-09/?page={number}").content.decode()
    assert re.findall(r'class="record__count[^>]*>(\d+)<', text) == ["5"]


@pytest.mark.parametrize("page", PAGES)
def test_page_that_is_none_is_refused_with_a_sentence(client, site, page):
    answer = client.get(f"/fr/{page}?page=zero")
    assert answer.status_code == 400
    assert (
        "Il n’y a pas de page de ce numéro. Les pages sont numérotées à partir de 1."
        in answer.content.decode()
    )


def test_next_page_keeps_the_day(client, site):
    text = client.get("/fr/regions/MA-09/?on=2026-01-01").content.decode()
    assert 'rel="next" href="/fr/regions/MA-09/?on=2026-01-01&amp;page=2"' in text
