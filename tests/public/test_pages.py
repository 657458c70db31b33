"""Every public page on the sample: it answers, in three languages, strictly written, without a cookie."""

import re
from collections import Counter
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from justhtml import JustHTML

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
LANGUAGES = ("fr", "ar", "en")
PATHS = [
    "",
    "programmes/",
    "programmes/cmc/",
    "programmes/jobintech/",
    "targets/cmc-12/",
    "targets/cmc-34000/",
    "targets/jobintech-15000/",
    "regions/",
    "regions/MA/",
    "regions/MA-09/",
    "regions/MA-REH/",
    "regions/MA-04/programmes/cmc/",
    "regions/MA-REH/programmes/pie/",
    "compare/",
    "compare/?region=MA-09",
    "compare/?region=MA-01&region=MA-04&region=MA-09",
    "compare/?region=MA-01&region=MA-09&on=2023-12-31",
    "centres/",
    "centres/cmc-souss-massa/",
    "centres/cmc-laayoune-sakia-el-hamra/",
    "agreements/",
    "agreements/rhamna-cadre-2021/",
    "organisations/ofppt/",
    "methodology/",
    "data/",
    "data/api/",
    "data/?on=2023-12-31",
    "ledger/",
    "ledger/?on=2023-12-31",
    "targets/cmc-12/ledger/",
    "glossary/",
    "about/",
    "accessibility/",
    "status/",
    "updates/",
    "updates/?page=2",
    "search/",
    "search/?q=agadir",
    "search/?q=nowhere-to-be-found",
    "programmes/?territory=MA-09&status=no_data",
    "targets/cmc-12/?on=2023-12-31",
    "targets/cmc-12/?on=2019-01-01",
    "?on=2023-12-31",
]


def get(path: str, **extra: Any) -> Any:
    return Client().get(path, **extra)


def text_of(html: str) -> str:
    """What is read, with plain spaces."""
    body = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html.split("<main", 1)[1], flags=re.S)
    plain = unescape(body).replace("\u202f", " ").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", plain)


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("fr", ("Oriental", "Souss-Massa", "Fès-Meknès")),
        ("ar", ("الشرق", "سوس-ماسة", "فاس-مكناس")),
    ],
)
def test_example_of_a_sum_names_places_in_the_language_of_the_page(language, places):
    html = Client().get(f"/{language}/methodology/").content.decode()
    for place in places:
        assert f"<dt>{place}</dt>" in html
    assert f"<dd>{places[2]}</dd>" in html
    assert ("Oriental" in html) == (language == "fr")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_page_is_strict_html_without_cookie_or_outside_address(path, language):
    response = get(f"/{language}/{path}")
    html = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert JustHTML(html, collect_errors=True).errors == []
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == []
    assert html.count("<h1") == 1
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert re.findall(r'<script(?! type="application/ld\+json">)|\sstyle=|\son[a-z]+=', html) == []
    loaded = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', html)
    assert loaded == [address for address in loaded if address.startswith("/static/")]
    assert re.findall(r"<(?:img|iframe|object|embed)\b", html) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_headings_come_in_order(path):
    html = get(f"/fr/{path}").content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    jumps = [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1]
    assert jumps == []


def test_home_leads_with_the_cities_and_jobintech():
    text = text_of(get("/fr/").content.decode())
    assert (
        "Nombre de cités des métiers et des compétences ouvertes 9 au 20 février 2026 75 % (89 % du temps écoulé) "
        "Promis : 12 pour l’année de formation 2026-2027 Promesse déplacée : 2023-2024 → année de formation 2026-2027"
    ) in text
    assert "32 mois plus tard, après l’échéance" in text
    assert (
        "Jeunes formés aux métiers du numérique Dernier chiffre : 1 000 au 29 mai 2024 Promis : 15 000 à l’horizon 2026"
        in text
    )
    assert "Dernier état connu : 7 %, il y a" in text
    assert "Le360, 29 mai 2024" in text


def test_region_page_shows_its_city_with_promised_and_real_opening():
    text = text_of(get("/fr/regions/MA-09/").content.decode())
    assert (
        "Ouverture annoncée : année de formation 2021-2022 · ouverture effective : 4 octobre 2022"
        in text
    )


def test_centre_page_shows_both_budgets_with_date_and_source():
    text = text_of(get("/fr/centres/cmc-souss-massa/").content.decode())
    assert "430 millions de dirhams en février 2020 La Vie éco, février 2020" in text
    assert "214 millions de dirhams en septembre 2019 Le360, septembre 2019" in text


def test_laayoune_shows_september_2021_planned_and_7_november_2022_reached():
    text = text_of(get("/fr/centres/cmc-laayoune-sakia-el-hamra/").content.decode())
    assert "Prévu : septembre 2021" in text
    assert "Atteint : 7 novembre 2022" in text


def test_jobintech_shows_both_wordings_and_how_old_its_percentage_is():
    text = text_of(get("/fr/targets/jobintech-15000/").content.decode())
    assert "Engagement initial juillet 2023 15 000 · sans échéance" in text
    assert "Engagement actuel 29 mai 2024 15 000 à l’horizon 2026" in text
    assert "Pas de donnée récente : le dernier chiffre, 1 000, date du 29 mai 2024 (Le360)." in text
    assert "Dernier état connu : 7 %, il y a" in text


def test_parts_that_did_not_report_are_named():
    text = text_of(get("/fr/targets/cmc-34000/").content.decode())
    assert "Total de 8 centres sur 12." in text
    assert "non communiqué" in text


def test_every_figure_on_the_board_has_its_source_or_says_of_how_many_parts_it_is_the_total():
    html = get("/fr/status/").content.decode()
    figures = re.findall(r'<div class="lines__figure"><p>(.*?)</p>', html, re.S)
    read = [text_of(f"<main>{one}").removeprefix("> ") for one in figures]
    given = [one for one in read if not one.startswith("Aucun chiffre")]
    assert len(given) == 10
    assert [one for one in given if " · " not in one] == []
    assert "21 436 d’octobre 2022 à février 2026 · Total de 8 centres sur 12." in " ".join(given)
    assert "1 750 de mai 2023 à février 2026 · Total de 4 centres sur 12." in " ".join(given)


def test_parts_are_listed_with_their_dates_and_sources():
    text = text_of(get("/fr/targets/cmc-34000/").content.decode())
    assert "Tanger-Tétouan-Al Hoceima 3 300 septembre 2024 L'Observateur, septembre 2024" in text


def test_agreement_says_when_and_where_who_signed_and_for_which_territory():
    text = text_of(get("/fr/agreements/rhamna-cadre-2021/").content.decode())
    assert "Conventions · Convention-cadre · 17 février 2021 · Benguérir" in text
    assert "Université Mohammed VI Polytechnique Université Hicham El Habti Président" in text
    assert "Lieu Rehamna" in text


def test_figures_of_a_centre_do_not_repeat_its_name():
    text = text_of(get("/fr/centres/cmc-souss-massa/").content.decode())
    assert "Places prévues en pêche 220 au 6 février 2020 MAP Express, 6 février 2020" in text


def test_date_of_an_announcement_known_within_years_is_said_to_be_unknown():
    text = text_of(get("/fr/targets/digital-offshoring-12/").content.decode())
    assert "Annoncé sans échéance (à une date inconnue, au plus tard le 27 avril 2024)" in text


def test_latest_changes_are_those_said_last():
    lines = text_of(get("/fr/").content.decode()).partition("Derniers publiés")[2]
    assert lines.strip().startswith(
        "Nouveau chiffre Lits, CMC Marrakech-Safi : 448 au 21 février 2026"
    )


def test_national_promises_stand_outside_the_status_of_a_region():
    text = text_of(get("/fr/regions/MA-09/").content.decode())
    national = text.split("National, sans part annoncée", 1)[1]
    assert (
        "Jeunes formés aux métiers du numérique : 1 000 au 29 mai 2024 · Promis : 15 000 à l’horizon 2026"
        in national
    )


def test_untranslated_text_names_its_language():
    html = get("/ar/targets/jobintech-15000/").content.decode()
    assert '<span lang="fr" dir="ltr">formation de 15.000 apprenants' in html


def test_ranges_and_percentages_keep_their_direction_in_arabic():
    html = get("/ar/").content.decode()
    assert "<bdi>2026-2027</bdi>" in html
    assert "<bdi>75%</bdi>" in html


@pytest.mark.long
def test_every_link_of_the_home_page_leads_somewhere():
    html = get("/fr/").content.decode()
    links = set(re.findall(r'href="(/fr/[^"#]*)"', html))
    assert {link: get(link).status_code for link in links} == dict.fromkeys(links, 200)
