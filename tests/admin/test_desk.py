"""The reviewer's desk: one queue, one submission a screen with all that helps to decide, three answers."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import services
from programmes.admin.review.record import review_url
from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, TargetRevision
from programmes.models.guards import guards_lifted
from tests import builders as public
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_milestone,
    make_programme,
    make_revision,
    make_series,
    make_source,
    make_statement,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

DESK = "/en/admin/review/"
MOST_QUERIES = 30
SPACES = str.maketrans({"\xa0": " ", "\u202f": " "})


def _url(row: Any, query: str = "") -> str:
    return review_url(row, query).replace("/fr/", "/en/", 1)


def _said(response: Any) -> list[str]:
    return [str(one).translate(SPACES) for one in get_messages(response.wsgi_request)]


def _decide(user: Any, row: Any, do: str, query: str = "", **values: str) -> Any:
    """Opens the screen of a submission and sends one of its forms."""
    client, address = signed_in(user), _url(row, query)
    seen = str(client.get(address).context["seen"])
    return client.post(address, {"do": do, "seen": seen} | values)


@pytest.fixture
def series(places: Any) -> Series:
    """A total at 1,000 of the 15,000 that were promised."""
    found = public.make_series("total", territory=places["MA-ERR"])
    public.make_target("total", series=found, value=15000, due="2026-12-31")
    public.make_measurement(found, "2024-05-29", 1000)
    return found


@pytest.fixture
def row(alice: Any, series: Series) -> Measurement:
    return services.submit(make_measurement(series, alice, value=1200), by=alice)


def test_queue_holds_what_others_submitted_the_longest_waiting_first(
    alice: Any, reviewer: Any, places: Any, row: Measurement
) -> None:
    statement = make_statement(make_milestone(centre=make_centre(places["MA-ERR"])), alice)
    services.submit(statement, by=alice)
    own = make_measurement(
        make_series(places["MA-ERR"]), make_member("ines", "administrator", "MA")
    )
    services.submit(own, by=own.entered_by)
    lines = signed_in(reviewer).get(DESK).context["lines"]
    assert [line.url for line in lines] == [_url(one) for one in (row, statement, own)]
    assert [line.url for line in signed_in(own.entered_by).get(DESK).context["lines"]] == [
        _url(one) for one in (row, statement)
    ]
    abroad = make_member("remy", "reviewer", "MA-REH")
    assert signed_in(abroad).get(DESK).context["lines"] == []
    assert signed_in(alice).get(DESK).status_code == 403


def test_queue_is_narrowed_by_programme_territory_person_and_table(
    alice: Any, reviewer: Any, places: Any, row: Measurement
) -> None:
    programme = make_programme(places["MA-REH"])
    bob = make_member("bob", "contributor", "MA-REH")
    other = make_measurement(make_series(places["MA-REH"], programme=programme), bob)
    services.submit(other, by=bob)

    people = signed_in(reviewer).get(DESK).context["people"]
    assert people == [alice, bob]

    def found(query: str) -> list[str]:
        lines = signed_in(reviewer).get(f"{DESK}?{query}").context["lines"]
        return [line.url.partition("?")[0] for line in lines]

    for query in (
        f"programme={programme.pk}",
        f"territory={places['MA-07'].pk}",
        f"person={bob.pk}",
    ):
        assert found(query) == [_url(other)], query
    assert found("table=announcements") == []
    assert found("programme=x&person=999999") == []


def test_figure_stands_beside_the_last_one_the_change_and_the_promise(
    reviewer: Any, row: Measurement
) -> None:
    shown = signed_in(reviewer).get(_url(row)).context["shown"]
    assert [
        (one.label, one.value.translate(SPACES), one.detail.translate(SPACES))
        for one in shown.beside
    ] == [
        (
            "Last figure",
            "1,000",
            f"as of 29 May 2024 · {Measurement.objects.get(value=1000).source}",
        ),
        ("Change since then", "+200", "+20%"),
        ("Promised", "15,000", "by 31 December 2026"),
    ]
    assert shown.source.title == "MAP – Un article"


def test_announcement_stands_beside_the_one_before_with_each_difference_marked(
    reviewer: Any, alice: Any, series: Series
) -> None:
    target = series.targets.get()
    revision = make_revision(target=target, value=20000, reason="Nouvelle convention")
    services.submit(services.revise(revision, by=alice), by=alice)
    shown = signed_in(reviewer).get(_url(revision)).context["shown"]
    assert shown.before == "Announced before"
    facts = {
        one.label: (one.before.translate(SPACES), one.now.translate(SPACES))
        for one in shown.facts
        if one.differs
    }
    assert facts["Promised value"] == ("15,000", "20,000")
    assert facts["Due date"] == ("31 December 2026", "2026")
    assert "Sense" not in facts


def test_announcement_that_would_be_found_later_is_said_to_be(
    reviewer: Any, alice: Any, series: Series
) -> None:
    """Announced before one that was published on an earlier day."""
    target = series.targets.get()
    with guards_lifted("a day passes"):
        models.QuerySet(TargetRevision).filter(target=target).update(
            published_at=timezone.now() - timedelta(days=1), announced_on="2024-01-01"
        )
    for year, is_said in ((2023, True), (2025, False)):
        row = make_revision(target=target, value=20000, reason="Retrouvée")
        row.announced = PreciseDate.of_day(date(year, 1, 5))
        services.submit(services.revise(row, by=alice), by=alice)
        page = signed_in(reviewer).get(_url(row)).content.decode()
        said = "Announced before what is published already: it will be told as found later"
        assert (said in page) is is_said, year


def test_absurd_figure_is_published_by_a_tick_and_a_word_alone(
    reviewer: Any, alice: Any, series: Series
) -> None:
    absurd = make_measurement(series, alice, value=1490000)
    absurd.confirmation = "Total national"
    services.submit(services.change_draft(absurd, by=alice), by=alice)
    html = signed_in(reviewer).get(_url(absurd)).content.decode().translate(SPACES)
    assert "1,490,000 is ten times the value before it, or more: 1,000 on 29/05/2024." in html
    assert "Total national" in html
    assert _decide(reviewer, absurd, "publish").status_code == 200
    absurd.refresh_from_db()
    assert absurd.state == "submitted"
    words = {"publish-looked": "on", "publish-confirmation": "Vu dans la source"}
    assert _decide(reviewer, absurd, "publish", **words).status_code == 302
    absurd.refresh_from_db()
    assert (absurd.state, absurd.confirmation) == ("published", "Vu dans la source")


def test_each_answer_leads_to_the_next_with_the_filter_kept(
    reviewer: Any, alice: Any, series: Series, row: Measurement
) -> None:
    second = services.submit(make_measurement(series, alice, as_of="03/02/2026"), by=alice)
    third = services.submit(make_measurement(series, alice, as_of="04/02/2026"), by=alice)
    query = f"person={alice.pk}"
    response = _decide(reviewer, second, "return", query, **{"return-note": "Vérifier"})
    assert response.url == _url(third, query)
    assert _said(response) == [
        "Returned: Young people trained – Programme programme – Errachidia – 3 February 2026 : 1,000"
    ]
    response = _decide(reviewer, third, "set-aside", query, **{"set-aside-note": "Autre source"})
    assert response.url == _url(row, query)
    response = _decide(reviewer, row, "publish", query)
    assert response.url == f"{DESK}?{query}"
    states = Measurement.objects.filter(pk__in=[row.pk, second.pk, third.pk]).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["published", "returned", "set_aside"]


@pytest.mark.parametrize(
    ("do", "label"),
    [("return", "What is to be corrected"), ("set-aside", "Reason, shown to the public")],
)
def test_reason_is_asked_for(reviewer: Any, row: Measurement, do: str, label: str) -> None:
    page = _decide(reviewer, row, do, **{f"{do}-note": "  "})
    assert page.status_code == 200
    # said at the top too, with a way to its box
    link = f'<a href="#id_{do}-note">{label} – This field is required.</a>'
    html = page.content.decode()
    assert 0 < html.index(link) < html.index("<h1>")
    row.refresh_from_db()
    assert row.state == "submitted"


def test_what_was_decided_meanwhile_is_said_kindly(
    reviewer: Any, root: Any, row: Measurement
) -> None:
    client = signed_in(reviewer)
    seen = str(client.get(_url(row)).context["seen"])
    services.publish(row, by=root)
    page = client.post(_url(row), {"do": "publish", "seen": seen})
    assert "It no longer waits for an answer." in page.content.decode()
    assert "root" in page.content.decode()


def test_ticked_rows_are_published_and_the_unusual_ones_are_not(
    reviewer: Any, alice: Any, series: Series, row: Measurement
) -> None:
    absurd = make_measurement(series, alice, value=1490000, as_of="03/02/2026")
    services.submit(absurd, by=alice)
    client = signed_in(reviewer)
    lines = client.get(DESK).context["lines"]
    html = client.get(DESK).content.decode()
    assert (lines[0].value in html, lines[1].value in html) == (True, False)
    client.post(DESK, {"ticked": [line.value for line in lines]})
    row.refresh_from_db()
    absurd.refresh_from_db()
    assert (row.state, absurd.state) == ("published", "submitted")
    # where nothing can be ticked, nothing offers to publish what is
    assert "Publish those that are ticked" in html
    html = client.get(DESK).content.decode()
    assert "What is unusual is published by itself" in html
    assert "Publish those that are ticked" not in html


def test_correction_shows_what_it_corrects(reviewer: Any, alice: Any, series: Series) -> None:
    first = Measurement.objects.get(value=1000)
    correction = Measurement(
        series=series, value=1100, source=first.source, supersedes=first, reason="Chiffres inversés"
    )
    correction.as_of = PreciseDate.parse("2024-05-29")
    services.submit(services.record(correction, by=alice), by=alice)
    shown = signed_in(reviewer).get(_url(correction)).context["shown"]
    assert shown.before == "What it corrects"
    assert {one.label: (one.before, one.now) for one in shown.facts if one.differs} == {
        "Figure": ("1,000", "1,100"),
        "Reason of the correction – Français": ("–", "Chiffres inversés"),
    }


def test_proposal_is_shown_old_beside_new_by_the_name_of_its_record(
    reviewer: Any, editor: Any, places: Any
) -> None:
    centre = make_centre(places["MA-ERR"], name_fr="Cité d’Errachidia")
    proposal = services.submit(services.propose_showing(centre, by=editor), by=editor)
    page = signed_in(reviewer).get(_url(proposal))
    assert "Cité d’Errachidia" in page.context["shown"].label
    assert "The public sees this record, for good." in page.content.decode()


@pytest.mark.slow
def test_queries_do_not_grow_with_the_queue(reviewer: Any, alice: Any, places: Any) -> None:
    counts = []
    for more in (1, 29):
        for _one in range(more):
            figure = make_measurement(make_series(places["MA-ERR"]), alice, source=make_source())
            services.submit(figure, by=alice)
        client = signed_in(reviewer)
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES


def test_own_change_of_a_target_is_not_in_the_queue(root: Any, alice: Any, series: Series) -> None:
    revision = make_revision(target=series.targets.get(), value=20000, reason="x")
    services.revise(revision, by=alice)
    revision.value = 21000
    services.change_draft(revision, by=root)
    services.submit(TargetRevision.objects.get(pk=revision.pk), by=alice)
    assert signed_in(root).get(DESK).context["lines"] == []


def test_reviewer_reads_what_is_to_be_shown_and_not_its_name_alone(
    reviewer: Any, editor: Any, places: Any
) -> None:
    row = public.make_agreement("cadre", is_public=False, title_fr="Cadre", place="Rabat")
    row.programmes.add(make_programme(places["MA-ERR"], name_fr="Programme cadre"))
    proposal = services.submit(services.propose_showing(row, by=editor), by=editor)
    page = signed_in(reviewer).get(_url(proposal)).content.decode()
    found = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert (
        "for good. Kind framework agreement Title Cadre Date 17 February 2021 Place Rabat" in found
    )
    assert "Programmes Programme cadre" in found
