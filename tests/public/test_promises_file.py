"""One row a target: what was promised, what is, how far it moved; the same as the pages say."""

import csv
import io
from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone, translation

from programmes.selectors.pages.home import home_page
from programmes.selectors.pages.targets import target_page
from programmes.spreadsheets.sending.public_files.promises import PromiseResource
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def rows(path: str) -> list[dict[str, str]]:
    response = Client().get(path)
    assert response.status_code == 200, response.content
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("query", first(["", "&on=2024-06-30"]))
def test_every_row_says_what_its_page_says_in_three_languages(query):
    today = timezone.localdate()
    on = timezone.datetime(2024, 6, 30).date() if query else today
    found = rows(f"/fr/data/promises.csv?languages=all{query}")
    assert len(found) > 15
    for row in found:
        for language in ("fr", "ar", "en"):
            with translation.override(language):
                page = target_page(row["target"], on)
            assert row[f"sentence_{language}"] == page.sentence
        assert row["status"] == page.line.status.code


def test_file_gives_the_counts_of_home():
    found = rows("/fr/data/promises.csv?languages=all")
    home = home_page(timezone.localdate())
    assert Counter(row["status"] for row in found) == {
        one.status.code: one.count for one in home.counts
    }
    past = {"missed", "due_date_passed", "achieved_late"}
    assert sum(row["original_status"] in past for row in found) == home.record.first_missed


def test_promises_that_moved_after_they_were_missed_are_one_filter_away():
    found = rows("/fr/data/promises.csv?languages=all")
    moved = [row for row in found if row["moved_after_due"] == "1"]
    assert {row["target"]: (row["moves"], row["months_moved"]) for row in moved} == {
        "cmc-12": ("1", "32")
    }


def test_codes_of_columns_are_those_of_the_file():
    found = rows("/fr/data/promises.csv?languages=all")
    assert list(found[0]) == [column.code for column in PromiseResource().columns]
