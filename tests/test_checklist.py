"""Every record of the fact sheet is in the admin and, where public, on a page."""

import csv
import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from programmes.spreadsheets.columns.stored import StoredRows
from programmes.spreadsheets.columns.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

with (Path(__file__).parent / "checklists" / "seed_facts.csv").open(
    encoding="utf-8", newline=""
) as lines:
    FACTS = list(csv.DictReader(lines))
PAGES = {
    "programme": "/fr/programmes/{}/",
    "centre": "/fr/centres/{}/",
    "agreement": "/fr/agreements/{}/",
    "target": "/fr/targets/{}/",
    "region": "/fr/regions/{}/",
    "organisation": "/fr/organisations/{}/",
}


def record_of(model_name: str, key: str) -> Any:
    """The record of that natural key: the columns that identify a row of its table, joined with a colon."""
    model = apps.get_model("programmes", model_name)
    if model_name == "Measurement":
        series, as_of, source = key.split(":")
        rows = model.objects.filter(series__code=series, source__code=source)
        return next(row for row in rows if row.as_of.notation == as_of)
    table = next(table for table in TABLES.values() if table.model is model)()
    stored = StoredRows(table)
    stored.read({})
    return model.objects.get(pk=stored.pks[stored.place(tuple(key.split(":")))])


def words(text: str) -> str:
    """Text as a reader sees it: no tags, every kind of space alike."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(text)).split())


@pytest.fixture(scope="module")
def shown(sample: None, django_db_blocker: Any) -> dict[str, str]:
    """The words of every page that the list names."""
    with django_db_blocker.unblock():
        client = Client()
        pages = {}
        for place in {fact["public"] for fact in FACTS if fact["public"]}:
            kind, code = place.split(":")
            response = client.get(PAGES[kind].format(code))
            assert response.status_code == 200, place
            pages[place] = words(response.content.decode())
        return pages


@pytest.mark.slow
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_fact_is_in_the_admin(fact: dict[str, str], client: Client) -> None:
    user = get_user_model().objects.create_superuser("checker")
    client.force_login(user)
    record = record_of(fact["model"], fact["key"])
    address = reverse(f"admin:programmes_{record._meta.model_name}_change", args=[record.pk])
    assert client.get(address).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "fact", [fact for fact in FACTS if fact["public"]], ids=lambda fact: fact["id"]
)
def test_fact_is_on_its_page(fact: dict[str, str], shown: dict[str, str]) -> None:
    assert words(fact["expect"]) in shown[fact["public"]]
