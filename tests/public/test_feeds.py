"""Feeds of the site, a programme, a region, an agreement and a target, found from their pages; what moved each week."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import (
    make_agreement,
    make_measurement,
    make_programme,
    make_region,
    make_revision,
    make_series,
    make_target,
    published_by_two,
    show,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(path: str) -> dict[str, str]:
    response = Client().get(path)
    assert response["Content-Type"] == "application/atom+xml"
    found = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
    return {one.findtext(f"{ATOM}title"): one.findtext(f"{ATOM}summary") for one in found}


@pytest.fixture
def promised() -> None:
    programme = make_programme("programme", territories=[make_region()], is_public=False)
    agreement = show(make_agreement(programmes=[programme], is_public=False))
    series = make_series(territory=make_region(), programme=programme)
    target = make_target(series=series, agreement=agreement, draft=True)
    published_by_two(target.revisions.get(), show=True)
    published_by_two(make_measurement(series, "2023-01-01", 40, draft=True), show=True)
    other = make_target("other", series=make_series("other", name_en="Other people"), draft=True)
    published_by_two(other.revisions.get(), show=True)


PAGES = [
    ("", "updates.atom"),
    ("programmes/programme/", "programmes/programme.atom"),
    ("regions/MA-09/", "regions/MA-09.atom"),
    ("agreements/agreement/", "agreements/agreement.atom"),
    ("targets/target/", "targets/target.atom"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "feed"), PAGES)
@pytest.mark.usefixtures("promised")
def test_feed_is_found_from_its_page_by_programs_and_by_people(page, feed):
    html = Client().get(f"/en/{page}").content.decode()
    head, body = html.split("</head>")
    assert re.search(
        rf'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="[^"]*/en/{feed}">',
        head,
    )
    assert f'href="/en/{feed}">Follow by Atom feed' in body


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["agreements/agreement.atom", "targets/target.atom"])
@pytest.mark.usefixtures("promised")
def test_feed_tells_its_own_alone(feed):
    own, everything = entries(f"/en/{feed}"), entries("/en/updates.atom")
    assert {"New figure: Young people trained", "New promise: Young people trained"} <= own.keys()
    assert "New promise: Other people" in everything
    assert [title for title in own if "Other" in title] == []


@pytest.mark.parametrize("feed", ["agreements/nothing.atom", "targets/nothing.atom"])
def test_feed_of_nothing_is_not_found(feed):
    assert Client().get(f"/en/{feed}").status_code == 404


@pytest.mark.usefixtures("promised")
def test_week_that_ended_says_what_moved_and_a_week_that_runs_does_not(monkeypatch):
    series = make_target("moved").series
    published_by_two(
        make_revision(
            series.targets.get(), 2, value=900, announced="2022-01-01", reason="Less", draft=True
        )
    )
    assert not [one for one in entries("/en/updates.atom") if one.startswith("What moved")]
    now = timezone.now()
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=8))
    found = entries("/en/targets/moved.atom")
    (week,) = [one for one in found if one.startswith("What moved")]
    assert f"{monday.day} " in week
    assert "Promise revised: 1" in found[week]
    assert (
        "Promise revised: Young people trained (from 1,000 for 31 December 2024 to 900 without a due date)."
        in found[week]
    )


@pytest.mark.usefixtures("promised")
def test_due_dates_that_passed_in_a_week_are_counted():
    due = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 3)
    make_target("due", series=make_series("due"), due=due.isoformat(), announced="2021-01-01")
    found = entries("/en/targets/due.atom")
    assert [words for title, words in found.items() if title.startswith("What moved")] == [
        "Due dates passed: 1."
    ]
