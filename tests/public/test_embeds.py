"""The card and the badge: the same words as the page, open to other sites, and alone in that."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.test import Client
from justhtml import JustHTML

from tests.builders import make_measurement, make_revision, make_series, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def target() -> None:
    made = make_target(due="2030")
    make_measurement(made.series, "2026-01-01", 400)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_card_is_strict_html_that_any_site_may_frame(language):
    response = Client().get(f"/{language}/targets/target/embed/")
    html = response.content.decode()
    assert JustHTML(html, collect_errors=True).errors == []
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert "<b>400</b>" in html
    assert f'href="http://localhost:8000/{language}/targets/target/"' in html


def test_card_that_is_held_keeps_its_framing_policy():
    held = Client().get("/fr/targets/target/embed/")["ETag"]
    response = Client().get("/fr/targets/target/embed/", headers={"if-none-match": held})
    assert response.status_code == 304
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_no_other_page_may_be_framed():
    response = Client().get("/fr/targets/target/")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_badge_is_a_static_image_with_figure_date_status_and_source(language):
    response = Client().get(f"/{language}/targets/target/badge.svg")
    text = " ".join(ElementTree.fromstring(response.content).itertext())
    assert response["Content-Type"] == "image/svg+xml"
    assert "400" in text
    assert "2026" in text
    assert "La Gazette" in text
    assert re.findall(r"<script|<style|\sstyle=|\sclass=|<a\b", response.content.decode()) == []


def test_badge_escapes_what_staff_typed():
    make_target("other", series=make_series("other", name_fr='A <b>&"\x0b' + "x" * 200))
    image = ElementTree.fromstring(Client().get("/fr/targets/other/badge.svg").content)
    assert any((one.text or "").startswith('<b>&"x') for one in image.iter())


def test_badge_says_the_whole_due_date_and_how_a_moved_promise_stands_as_first_made():
    name = "Nombre de cités des métiers et des compétences ouvertes aux stagiaires"
    moved = make_target(
        "moved", series=make_series("moved", name_fr=name), value=12, due="2023-2024"
    )
    make_revision(moved, 2, value=12, due="2029-2030", announced="2025-01-01")
    image = ElementTree.fromstring(
        Client().get("/fr/targets/moved/badge.svg?on=2026-11-28").content
    )
    lines = [one.text or "" for one in image.iter("{http://www.w3.org/2000/svg}text")]
    said = " ".join(lines).replace("\u00a0", " ")
    assert name in said
    assert "Promis : 12 pour l’année de formation 2029-2030" in said
    assert "Selon l’engagement initial : Échéance passée, sans résultat" in said
    assert "72 mois plus tard, après l’échéance" in said
    assert "…" not in said
    heights = [float(one.get("y")) for one in image.iter("{http://www.w3.org/2000/svg}text")]
    assert all(below - above >= 15 for above, below in pairwise(heights))
    assert heights[-1] < float(image.get("height")) - 8


def test_page_shows_the_code_of_both_and_how_to_cite_it():
    html = Client().get("/en/targets/target/").content.decode()
    assert '&lt;iframe src="http://localhost:8000/en/targets/target/embed/"' in html
    assert "http://localhost:8000/en/targets/target/badge.svg" in html
    assert re.search(r"http://localhost:8000/en/targets/target/\?on=\d{4}-\d\d-\d\d", html)


def test_page_says_what_is_due_next():
    html = Client().get("/en/targets/target/?on=2026-06-01").content.decode()
    assert "<dt>Next figure expected by</dt><dd>1 January 2027</dd>" in html
    assert "<dt>Due date</dt><dd>2030</dd>" in html


@pytest.mark.parametrize("page", ["embed/", "badge.svg"])
def test_unknown_target_has_neither(page):
    assert Client().get(f"/fr/targets/none/{page}").status_code == 404


def test_badge_that_is_read_aloud_holds_nothing_that_xml_cannot():
    target = make_target("odd", series=make_series("odd", name_fr="Jeunes\x0bformés"), due="2030")
    make_measurement(target.series, "2026-01-01", 400)
    image = ElementTree.fromstring(Client().get("/fr/targets/odd/badge.svg").content)
    assert image[0].text.startswith("Jeunesformés")
