"""The sample's sums, shares and counts of openings, as they are read in French and in Arabic."""

import csv
import html
import io
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from programmes.models import Series
from programmes.selectors.pages.targets import target_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TODAY = date(2026, 11, 28)


def words(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode()))
    text = re.sub("[\u2066-\u2069\u200e\u200f]", "", text)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("language", "target", "sentence"),
    [
        (
            "fr",
            "cmc-34000",
            "Pas de donnée récente pour la plupart des parties : le total, 21 436, porte sur la période octobre 2022 – "
            "février 2026. "
            "Total de 8 centres sur 12.",
        ),
        (
            "ar",
            "cmc-34000",
            "لا معطيات حديثة عن معظم الأجزاء: المجموع المنشور هو 21.436، ويهم الفترة من أكتوبر 2022 إلى فبراير 2026. "
            "مجموع معطيات 8 مراكز من أصل 12.",
        ),
        (
            "fr",
            "cmc-5500-beds",
            "Pas de donnée récente pour la plupart des parties : le total, 1 750, porte sur la période mai 2023 – "
            "février 2026. "
            "Total de 4 centres sur 12.",
        ),
        (
            "ar",
            "cmc-5500-beds",
            "لا معطيات حديثة عن معظم الأجزاء: المجموع المنشور هو 1.750، ويهم الفترة من ماي 2023 إلى فبراير 2026. "
            "مجموع معطيات 4 مراكز من أصل 12.",
        ),
    ],
)
def test_national_sums_are_of_their_cities(language: str, target: str, sentence: str) -> None:
    with translation.override(language):
        found = " ".join(target_page(target, TODAY).sentence.split())
    assert found.startswith(sentence)


def test_outdated_and_missing_cities_are_named() -> None:
    with translation.override("fr"):
        sentence = target_page("cmc-34000", TODAY).sentence
    missing, outdated = sentence.split("Données manquantes", 1)[1].split("Données anciennes", 1)
    name = r"Cité des métiers et des compétences ([^,.]+)"
    assert re.findall(name, missing) == [
        "Fès-Meknès",
        "Casablanca-Settat",
        "Drâa-Tafilalet",
        "Guelmim-Oued Noun",
    ]
    assert re.findall(name, outdated) == [
        "Tanger-Tétouan-Al Hoceima",
        "Oriental",
        "Rabat-Salé-Kénitra",
        "Souss-Massa",
        "Laâyoune-Sakia El Hamra",
    ]


def test_announced_shares_are_said_beside_the_parts_that_have_none() -> None:
    page = words("/fr/targets/cmc-34000/?on=2026-11-28")
    assert "Les parts annoncées totalisent 25 345 sur 34 000." in page
    assert re.search("Oriental 2 500 26 octobre 2022 .*? rien de promis", page)
    assert "مجموع الحصص المعلن عنها: 25.345 من أصل 34.000." in words(
        "/ar/targets/cmc-34000/?on=2026-11-28"
    )


@pytest.mark.parametrize(
    ("on", "value", "status"),
    [
        (date(2022, 12, 31), "3", "far_behind"),
        (date(2024, 9, 6), "6", "far_behind"),
        (date(2024, 12, 31), "7", "missed"),
        (date(2026, 11, 28), "9", "on_track"),
    ],
)
def test_open_cities_are_counted_on_every_day(on: date, value: str, status: str) -> None:
    line = target_page("cmc-12", on).line
    assert (line.value, line.status.code) == (value, status)


def test_seven_cities_were_promised_for_september_and_came_a_year_late() -> None:
    for on, status in ((date(2023, 10, 1), "missed"), (date(2024, 9, 30), "achieved_late")):
        assert target_page("cmc-7", on).line.status.code == status
    with translation.override("fr"):
        assert "septembre 2023" in target_page("cmc-7", TODAY).sentence


def test_file_of_a_count_holds_what_was_said_of_the_openings() -> None:
    response = Client().get("/fr/targets/cmc-12.csv")
    text = response.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 10
    assert any("opening-casablanca-settat" in row for row in rows)


@pytest.mark.parametrize(
    ("centre", "sentence"),
    [
        ("centre-tit-mellil", "septembre 2025"),
        ("centre-sidi-othmane", "septembre 2025"),
        ("centre-casablanca-nouveau", "septembre 2025"),
    ],
)
def test_new_centres_of_casablanca_are_open(centre: str, sentence: str) -> None:
    page = words(f"/fr/centres/{centre}/?on=2026-11-28")
    assert "Ouvert" in page
    assert sentence in page


def test_opening_on_a_day_nobody_gives_is_neither_late_nor_on_time() -> None:
    page = words("/fr/centres/1337-benguerir/?on=2026-11-28")
    assert "en retard" not in page
    assert "dans les délais" not in page
    assert "avril 2019" in page


def test_what_was_only_announced_is_context_and_not_enrolment() -> None:
    found = Series.objects.filter(code__in=("expected-cmc", "pie-trainers")).order_by("code")
    assert [(one.indicator.code, one.role) for one in found] == [
        ("learners-expected", "context"),
        ("trainers-planned", "context"),
    ]
