"""Regions side by side: the same figures as on their pages, what is missing said, nothing shared out."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.builders import (
    make_country,
    make_indicator,
    make_measurement,
    make_region,
    make_series,
    make_target,
)

pytestmark = pytest.mark.django_db
LABEL = '<span class="compare__label">Jeunes formés'
PAIR = "?region=MA-09&region=MA-01"


@pytest.fixture(autouse=True)
def regions():
    return make_region(), make_region("MA-01", "Tanger"), make_region("MA-02", "Oriental")


def get(query: str) -> Any:
    return Client().get(f"/fr/compare/{query}")


def rows(query: str) -> dict[str, list[str]]:
    """What each row of the table says of each region, in their order."""
    html = get(query).content.decode()
    found = {}
    for body in re.findall(r"<tbody>(.*?)</tbody>", html, re.S):
        label = plain(re.sub(r'<a class="compare__of".*?</a>', "", body.split("</th>")[0]))
        found[label] = [plain(cell) for cell in re.findall(r"<td>(.*?)</td>", body, re.S)]
    return found


def plain(html: str) -> str:
    text = unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.S))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def test_promises_of_both_regions_stand_in_one_row(regions):
    for region in regions[:2]:
        series = make_series(f"trained-{region.code}", territory=region)
        make_target(f"trained-{region.code}", series=series, value="2000")
    make_measurement(make_target("x", series=regions_series()).series, "2023-12-31", "1500")
    here, there = rows(PAIR)["Jeunes formés"]
    assert "Promis : 2 000" in here
    assert "Échéance passée, sans résultat" in there
    assert "0 %" not in there


def regions_series():
    return make_series("other", territory=make_region("MA-02", "Oriental"))


def test_what_was_not_reported_is_said_and_never_zero(regions):
    here, _there, _other = regions
    beds = make_series("beds", indicator=make_indicator("beds", name_fr="Lits"), territory=here)
    make_measurement(beds, "2023-12-31", "0")
    said = rows(PAIR)["Lits"]
    assert said[0].startswith("0 au 31 décembre 2023")
    assert said[1] == "non communiqué"


def test_national_promise_without_a_share_stands_apart_and_is_not_shared_out(regions):
    make_target("national", series=make_series("national", territory=make_country()), value="15000")
    html = get(PAIR).content.decode()
    assert "Jeunes formés" not in rows(PAIR)
    assert "15 000" in plain(html.split("National, sans part annoncée", 1)[1])


def test_region_without_a_share_beside_one_with_a_share(regions):
    whole = make_target("whole", series=make_series("whole", territory=make_country()), value="900")
    share = make_series("share", territory=regions[0])
    make_target("share", series=share, value="300", share_of=whole)
    here, there = rows(PAIR)["Jeunes formés"]
    assert "Promis : 300" in here
    assert there.startswith("National, sans part annoncée : Promis : 900")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Choisissez au moins deux régions."),
        ("?region=", "Choisissez au moins deux régions."),
        ("?region=MA-09", "Une région est choisie. Choisissez-en au moins une autre."),
        ("?region=MA-09&region=", "Une région est choisie."),
        ("?region=MA-09&region=ma-09", "C’est deux fois la même région."),
    ],
)
def test_an_incomplete_choice_is_answered_with_the_form(query, words):
    response = get(query)
    assert response.status_code == 200
    assert words in plain(response.content.decode())
    assert response.content.decode().count('<select id="region-') == 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?region=MA-09&region=MA-99", "Une des régions ne figure pas dans la liste."),
        ("?region=MA-09&region=%00", "Une des régions ne figure pas dans la liste."),
        ("?region=MA-09&region=MA", "Une des régions ne figure pas dans la liste."),
        ("?" + "&".join(f"region=MA-0{n}" for n in range(1, 5)), "Trois régions au plus"),
    ],
)
def test_an_impossible_choice_is_refused_with_a_reason(query, words):
    response = get(query)
    assert response.status_code == 400
    assert words in plain(response.content.decode())


def test_another_day_and_another_language_keep_the_choice():
    html = get(PAIR + "&on=2023-12-31").content.decode()
    assert html.count('<input type="hidden" name="region" value="MA-0') == 2
    assert 'href="/fr/compare/?region=MA-09&amp;region=MA-01">' in html
    assert 'href="/ar/compare/?region=MA-09&amp;region=MA-01&amp;on=2023-12-31"' in html


def test_figures_are_those_of_the_day_asked(regions):
    for region in regions[:2]:
        beds = make_series(
            f"beds-{region.code}",
            indicator=make_indicator("beds", name_fr="Lits"),
            territory=region,
        )
        make_measurement(beds, "2023-12-31", "10")
        make_measurement(beds, "2024-12-31", "20")
    assert [cell[:2] for cell in rows(PAIR)["Lits"]] == ["20", "20"]
    assert [cell[:2] for cell in rows(PAIR + "&on=2024-01-31")["Lits"]] == ["10", "10"]


def test_figures_of_both_regions_stand_in_one_row_with_or_without_a_promise(regions):
    for region, value in zip(regions, ("10", "20", "30"), strict=True):
        series = make_series(f"trained-{region.code}", territory=region)
        make_measurement(series, "2023-12-31", value)
    make_target("target", series=regions[0].series.get(), value="2000")
    html = get(PAIR).content.decode()
    promised, reported = re.findall(rf"{LABEL}.*?</tbody>", html, re.S)
    assert "2 000" in plain(promised)
    cells = [plain(cell) for cell in re.findall(r"<td>(.*?)</td>", reported, re.S)]
    assert [cell[:2] for cell in cells] == ["10", "20"]


def test_figures_that_stand_beside_their_promises_are_not_repeated(regions):
    for region in regions[:2]:
        series = make_series(f"trained-{region.code}", territory=region)
        make_target(f"trained-{region.code}", series=series, value="2000")
        make_measurement(series, "2023-12-31", "15")
    assert get(PAIR).content.decode().count(LABEL) == 1
