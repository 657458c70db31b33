"""One ZIP with everything: a valid Frictionless package, the same bytes from the same data."""

import csv
import io
import json
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import frictionless
import pyshacl
import pytest
import rdflib
from django.test import Client
from django.utils import timezone, translation

from programmes.management.commands.write_dictionary import PATH, content
from programmes.selectors.pages.home import home_page
from programmes.selectors.pages.targets import target_page
from programmes.spreadsheets.sending.public_files.package import descriptor
from programmes.spreadsheets.sending.public_files.published import public_columns, public_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
SHAPES = Path(__file__).with_name("dcat-shapes.ttl")


def fetch(path: str) -> bytes:
    response = Client().get(path)
    assert response.status_code == 200
    return response.getvalue()


@pytest.mark.slow
def test_package_is_valid_and_complete(tmp_path):
    (tmp_path / "package.zip").write_bytes(fetch("/fr/data/package.zip"))
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        archive.extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    faults = report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert faults[:5] == []
    described = json.loads((tmp_path / "datapackage.json").read_text())
    assert described["licenses"] == [
        {
            "title": "CC BY 4.0",
            "name": "CC-BY-4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
        }
    ]
    fields = {
        one["name"]: [field["name"] for field in one["schema"]["fields"]]
        for one in described["resources"]
    }
    assert fields == {
        table.name: [column.code for column in public_columns(table)] for table in public_files()
    }
    assert "`sentence_ar`" in (tmp_path / "dictionary-ar.md").read_text()


def test_package_of_a_site_below_its_host_names_its_page(settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME = "/suivi"
    page = descriptor(timezone.localdate())["homepage"]
    assert page == f"{settings.SITE_URL}/suivi/fr/data/"


@pytest.mark.long
def test_same_data_give_the_same_bytes_in_any_language_and_another_day_others():
    first = fetch("/fr/data/package.zip")
    assert first == fetch("/ar/data/package.zip") == fetch("/fr/data/package.zip")
    assert first != fetch("/fr/data/package.zip?on=2022-01-01")


@pytest.mark.slow
def test_page_api_file_and_package_give_the_same_figure():
    def text_of(path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(fetch(path).decode("utf-8-sig"))))

    with zipfile.ZipFile(io.BytesIO(fetch("/fr/data/package.zip"))) as archive:
        packed = {
            row["target"]: row
            for row in csv.DictReader(io.StringIO(archive.read("promises.csv").decode()))
        }
    taken = {row["target"]: row for row in text_of("/ar/data/promises.csv?languages=all")}
    asked = {
        row["target"]: row
        for row in json.loads(fetch("/api/v1/promises?limit=500"), parse_float=str, parse_int=str)[
            "items"
        ]
    }
    assert packed == taken
    assert taken.keys() == asked.keys()
    for code, row in taken.items():
        assert {name: cell for name, cell in row.items() if name not in ("missing",)} == {
            name: _as_csv(cell) for name, cell in asked[code].items() if name not in ("missing",)
        }
        with translation.override("fr"):
            line = target_page(code, timezone.localdate()).line
        assert row["status"] == line.status.code
        digits = "".join(sign for sign in line.value if sign.isdigit())
        if line.row.measure == "running_total" and "million" not in line.value:
            assert digits == row["figure"].partition(".")[0]


def _as_csv(cell: Any) -> str:
    return {None: "", True: "1", False: "0"}.get(cell, cell) if not isinstance(cell, list) else ""


def test_dictionary_of_the_documentation_is_current():
    assert PATH.read_text(encoding="utf-8") == content(), "run make dictionary"


@pytest.mark.parametrize("kind", ["jsonld", "ttl"])
def test_catalogue_entry_has_what_dcat_ap_asks_for(kind):
    names = {"jsonld": "json-ld", "ttl": "turtle"}
    graph = rdflib.Graph().parse(data=fetch(f"/fr/data/catalogue.{kind}"), format=names[kind])
    valid, _report, words = pyshacl.validate(graph, shacl_graph=str(SHAPES))
    assert valid, words
    assert len(list(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Distribution))) == 7


def test_both_ways_to_write_the_entry_say_the_same():
    graphs = [
        rdflib.Graph().parse(data=fetch(f"/fr/data/catalogue.{kind}"), format=name)
        for kind, name in (("jsonld", "json-ld"), ("ttl", "turtle"))
    ]
    assert set(graphs[0]) == set(graphs[1])
    assert len(graphs[0]) > 80


class ThroughTheSite(urllib.request.HTTPHandler):
    """What a program fetches comes from the site under test."""

    def http_open(self, request: urllib.request.Request) -> addinfourl:
        content = fetch(request.selector)
        answer = addinfourl(io.BytesIO(content), {}, request.full_url, 200)
        answer.msg = "OK"
        return answer


def test_ten_lines_of_the_documentation_give_the_counts_of_home(capsys):
    guide = (PATH.parent / "open-data.md").read_text()
    code = guide.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(code.strip().splitlines()) <= 12
    opener = urllib.request.build_opener(ThroughTheSite)
    urllib.request.install_opener(opener)
    try:
        exec(compile(code, "docs/open-data.md", "exec"), {})
    finally:
        urllib.request.install_opener(None)
    printed = capsys.readouterr().out.splitlines()
    home = home_page(timezone.localdate())
    assert printed[0] == f"{home.record.total} promises"
    assert Counter(dict(line.rsplit(" ", 1) for line in printed[1 : 1 + len(home.counts)])) == {
        one.status.code: str(one.count) for one in home.counts
    }
    assert printed[-2] == f"{home.record.first_missed} missed or without a result as first promised"
    assert printed[-1] == "moved after the due date: cmc-12"
