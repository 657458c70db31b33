"""The chart of a target as an image of its own."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from programmes.models import Waypoint
from tests.builders import make_measurement, make_revision, make_target, publish

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def fetch(code: str = "target", language: str = "fr"):
    return Client().get(f"/{language}/targets/{code}/chart.svg?on=2023-06-01")


@pytest.fixture
def target():
    """Two announcements, the second with a step on the way, and figures that come short of it."""
    target = make_target(value=10000, baseline=0, baseline_on="2021-01-01")
    row = make_revision(
        target,
        2,
        value=12000,
        baseline=0,
        baseline_on="2021-01-01",
        due="2025-12-31",
        announced="2022-01-01",
        draft=True,
    )
    Waypoint.objects.create(revision=row, on="2024-06-30", value=7000)
    publish(row)
    for on, value in (("2022-01-01", 1000), ("2023-01-01", 3000)):
        make_measurement(target.series, on, value)
    return target


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_chart_stands_alone_with_its_styles_inside(target, language):
    response = fetch(language=language)
    assert response["Content-Type"] == "image/svg+xml"
    image = response.content.decode()
    root = ElementTree.fromstring(image)
    assert "href=" not in image
    assert "var(" not in image
    assert "style-src 'unsafe-inline'" in response["Content-Security-Policy"]
    texts = [found.text or "" for found in root.iter(f"{SVG}text")]
    assert any(text.endswith(f"/{language}/targets/target/") for text in texts)
    assert (root.get(f"{SVG}lang") or root.get("lang")) == language


def test_chart_draws_both_promises_the_step_and_where_the_pace_leads(target):
    page = Client().get("/fr/targets/target/?on=2023-06-01").content.decode()
    assert page.count('class="chart__corner"') == 2
    assert 'class="chart__promise chart__promise--original"' in page
    assert 'class="chart__ahead"' in page
    assert "Pointillé\xa0: où mène le rythme récent." in page
    assert "7 000 au 30 juin 2024" in page.replace("\u202f", " ")
    # 2,000 in the last year: 2,000 more in each of the 1,095 days to the due date
    assert ">9 000<" in page.replace("\u202f", " ")


def test_no_projection_is_drawn_from_an_old_figure(target):
    page = Client().get("/fr/targets/target/?on=2025-06-01").content.decode()
    assert "chart__ahead" not in page


def test_target_without_a_chart_has_no_image():
    make_target("bare")
    assert fetch("bare").status_code == 404
    assert fetch("none").status_code == 404


def test_key_of_a_picture_begins_where_its_language_does():
    for number in range(5):
        make_target(f"target-{number}", value=100)
    keys = {}
    for language in ("fr", "ar"):
        image = Client().get(f"/{language}/status/over-time.svg?on=2023-06-01").content.decode()
        root = ElementTree.fromstring(image)
        wide = int(root.get("width"))
        keys[language] = [
            (int(sign.get("x")), int(words.get("x")), words.get("text-anchor"), wide)
            for sign, words in zip(
                [one for one in root.findall(f"{SVG}rect") if one.get("width") == "16"],
                [one for one in root.iter(f"{SVG}text") if one.get("class") == "image__legend"],
                strict=True,
            )
        ]
    assert keys["fr"][0] == (24, 48, "start", 1040)
    assert keys["ar"][0] == (1000, 992, "end", 1040)
