"""What machines read: sitemap, robots, canonical addresses and data blocks."""

import csv
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from programmes.selectors.wording.glossary import FILE
from tests.builders import make_centre, make_measurement, make_programme, make_series, make_target

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def block(path: str) -> Any:
    html = Client().get(path).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


@pytest.mark.long
def test_sitemap_names_every_public_page_in_three_languages_and_each_answers():
    make_target()
    make_centre(programmes=[make_programme()])
    make_programme("hidden", is_public=False)
    response = Client().get("/sitemap.xml")
    tree = ElementTree.fromstring(response.content)
    found = [one.text for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found))
    assert f"{SITE}/ar/targets/target/" in found
    assert f"{SITE}/en/centres/centre/" in found
    assert f"{SITE}/fr/regions/MA-09/programmes/programme/" in found
    assert f"{SITE}/ar/data/" in found
    assert f"{SITE}/fr/programmes/hidden/" not in found
    answers = {one: Client().get(one.removeprefix(SITE)).status_code for one in found}
    assert set(answers.values()) == {200}
    held = Client().get("/sitemap.xml", headers={"if-none-match": response["ETag"]})
    assert held.status_code == 304


def test_robots_name_the_sitemap_and_leave_out_the_endless():
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "Disallow: /fr/admin/" in lines
    assert "Disallow: /ar/search/" in lines


def test_page_of_a_filter_has_the_list_as_its_canonical_address():
    html = Client().get("/fr/programmes/?status=missed").content.decode()
    assert f'<link rel="canonical" href="{SITE}/fr/programmes/">' in html
    assert f'<meta property="og:url" content="{SITE}/fr/programmes/">' in html
    assert '<meta property="og:locale" content="fr_MA">' in html


def test_data_block_of_a_target_says_the_sentence_and_cannot_be_left():
    target = make_target(series=make_series(name_en="</script><script>alert(1)&"))
    make_measurement(target.series, "2023-01-01", 400)
    data = block("/en/targets/target/")
    assert data["name"] == "</script><script>alert(1)&"
    assert data["url"] == f"{SITE}/en/targets/target/"
    assert "400" in data["description"]
    assert data["isBasedOn"] == ["https://example.ma/article"]


def test_data_block_of_the_home_page_says_where_to_search():
    assert block("/ar/")["potentialAction"]["target"] == f"{SITE}/ar/search/?q={{q}}"


def test_glossary_is_complete_in_three_languages():
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["term"] for row in rows if not all(row.values())] == []
    assert len({row["term"] for row in rows}) == len(rows)
    assert all(len(row) == 7 and None not in row for row in rows)
