"""What changed: the page and the feeds tell each step that readers can see, and nothing else."""

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import models
from django.test import Client
from django.utils import translation

from programmes import services
from programmes.models import Reply
from programmes.models.guards import guards_lifted
from programmes.selectors.pages.news import updates
from programmes.selectors.pages.news.update_scopes import agreement_scope, programme_scope
from programmes.selectors.pages.news.updates import read_updates
from programmes.selectors.wording.texts import plain
from programmes.spreadsheets.importing.sample import data_account, review_account
from tests.builders import (
    amend,
    day,
    make_agreement,
    make_centre,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
    published_by_two,
    withdraw,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def published(row: Any) -> Any:
    """A draft taken through review; what it rests on is shown with it."""
    return published_by_two(row, show=True)


def page(path: str = "/en/updates/") -> str:
    html = Client().get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


def entries(path: str) -> list[ElementTree.Element]:
    response = Client().get(path)
    assert response["Content-Type"] == "application/atom+xml"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def a_day_passes(rows: Any) -> None:
    """What was published so far was published a day earlier."""
    with guards_lifted("a day passes"):
        for row in rows:
            at = row.published_at - timedelta(days=1)
            models.QuerySet(type(row)).filter(pk=row.pk).update(published_at=at)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "promise", "plan"),
    [
        ("fr", "Annonce retrouvée plus tard", "Date prévue retrouvée plus tard"),
        ("ar", "إعلان عُثر عليه لاحقا", "موعد مبرمج عُثر عليه لاحقا"),
        ("en", "Announcement found later", "Planned date found later"),
    ],
)
def test_what_is_found_later_is_told_as_such_and_not_as_a_move(language, promise, plan):
    target, milestone = make_target(draft=True), make_milestone(programme=make_programme())
    published(target.revisions.get())
    published(make_revision(target, 2, value=900, announced="2022-01-01", reason="A", draft=True))
    published(make_statement(milestone, "planned", "2023", "2022-01-01", draft=True))
    a_day_passes([*target.revisions.all(), *milestone.statements.all()])
    published(make_revision(target, 3, value=950, announced="2021-06-01", reason="B", draft=True))
    published(
        make_statement(milestone, "planned", "2024", "2021-06-01", number=2, reason="B", draft=True)
    )
    published(make_revision(target, 4, value=800, announced="2023-01-01", reason="C", draft=True))
    with translation.override(language):
        lines = read_updates(date.today()).lines[:3]
    assert [line.what for line in lines[1:]] == [plan, promise]
    assert [str(line.detail) for line in read_updates(date.today()).lines[:3:2]] == [
        "de 900 sans échéance à 800 sans échéance",
        "950 sans échéance",
    ]
    assert promise in page(f"/{language}/updates/")
    assert promise in Client().get(f"/{language}/updates.atom").content.decode()


def test_what_was_said_before_is_that_of_its_place_and_of_its_time():
    """A correction with a late date keeps its place; what was withdrawn before is not what is moved."""
    target = make_target(draft=True)
    published(target.revisions.get())
    second = published(
        make_revision(target, 2, value=900, announced="2022-01-01", reason="A", draft=True)
    )
    first = target.revisions.get(number=1)
    published(
        make_revision(
            target,
            3,
            value=950,
            announced="2023-01-01",
            reason="B",
            corrects=first,
            kind="correction",
            draft=True,
        )
    )
    published(make_revision(target, 4, value=700, announced="2024-01-01", reason="C", draft=True))
    withdraw(target.revisions.get(number=4))
    published(make_revision(target, 5, value=800, announced="2024-02-01", reason="D", draft=True))
    milestone = make_milestone(programme=make_programme())
    for number, on in ((1, "2022-10-04"), (2, "2022-08-30")):
        published(
            make_statement(
                milestone, "reached", on, "2023-01-01", number=number, reason="E", draft=True
            )
        )
    told = [str(line.detail) for line in read_updates(date.today()).lines if line.source]
    assert told[0] == "30 août 2022 ; indiqué auparavant : 4 octobre 2022"
    assert told[2] == "de 900 sans échéance à 800 sans échéance"
    assert told[-1] == "1\u202f000 pour le 31 décembre 2024"
    assert second.value == 900


def test_each_kind_of_step_is_told_without_its_note():
    target = make_target(draft=True)
    published(target.revisions.get())
    published(
        make_revision(target, 2, value=900, announced="2022-01-01", reason="Less", draft=True)
    )
    published(make_revision(target, 3, value=900, announced="2022-06-01", draft=True))
    figure = published(make_measurement(target.series, "2023-01-01", 400, draft=True))
    published(
        make_measurement(
            target.series, "2023-01-01", 401, draft=True, supersedes=figure, reason="Err"
        )
    )
    milestone = make_milestone(programme=make_programme())
    published(make_statement(milestone, "reached", "2022-10-04", "2022-11", draft=True))
    text = page()
    told = re.findall(
        r"New promise|Promise revised|Promise repeated|New figure|Figure corrected|Milestone reached(?:, found later)?",
        text,
    )
    assert told == [
        "Milestone reached", "Figure corrected", "New figure", "Promise repeated", "Promise revised", "New promise",
    ]  # fmt: skip
    assert "401 as of 1 January 2023, instead of 400" in text
    html = Client().get("/en/updates/").content.decode()
    changed = re.findall(r'updates__what--alters">([^<]+)<', html)
    assert changed == ["Figure corrected", "Promise revised"]
    assert "secret" not in text
    assert "secret" not in Client().get("/en/updates.atom").content.decode()


def test_first_figure_of_a_part_added_to_a_known_sum_tells_which_sum_counts_it():
    whole = make_series("whole", figures="parts", territory=make_region(name_en="Souss-Massa"))
    target = make_target(series=whole, draft=True)
    published(target.revisions.get())
    added = make_series("added", territory=make_province(), part_of=whole)
    for on, value in (("2023-01-01", 400), ("2024-01-01", 500)):
        row = make_measurement(added, on, value, draft=True)
        published_by_two(row, show=True, confirmation="Elle en fait partie.")
    said = f"the sum “{whole.indicator.name_en}”, Souss-Massa, counts this series from now on"
    assert page().count("counts this series") == 1
    assert f"400 as of 1 January 2023; {said}" in page()
    assert said in Client().get("/en/updates.atom").content.decode()


def test_withdrawal_is_told_once_with_its_reason():
    target = make_target()
    withdraw(make_measurement(target.series, "2023-01-01", 400), "Counted twice")
    text = page()
    assert "Withdrawn Young people trained : 400" in text
    assert text.count("Counted twice") == 1


def test_showing_change_and_withdrawal_of_records_are_told_in_words():
    hidden = make_programme("pie", name_fr="PIE", is_public=False)
    published_by_two(services.propose_showing(hidden, by=data_account()))
    hidden.refresh_from_db()
    amend(hidden, "Official name", name={"fr": "PIE", "ar": "", "en": "Enterprise programme"})
    series = make_series(programme=hidden)
    make_measurement(series, "2023-01-01", 400)
    amend(series, "Every two years", interval_months=24)
    withdraw(hidden, "Never started")
    told = re.findall(r"Shown to the public|Record changed|Withdrawn", page())
    assert told == ["Withdrawn", "Record changed", "Record changed", "Shown to the public"]
    text = page()
    assert "Name: from “\u2068nothing\u2069” to “\u2068Enterprise programme\u2069”" in text
    assert "Reporting interval in months: from “\u206812\u2069” to “\u206824\u2069”" in text
    assert "Never started" in text
    feed = Client().get("/en/programmes/pie.atom").content.decode()
    assert "from “\u206812\u2069” to “\u206824\u2069”" in feed
    assert "Every two years" in feed
    assert entries("/en/programmes/pie.atom")[0].find(f"{ATOM}title").text == (
        "Withdrawn: Enterprise programme"
    )
    assert "reference-data" not in feed


def test_reply_is_told():
    target = make_target()
    reply = Reply.objects.create(
        code="r",
        target=target,
        organisation=make_organisation(),
        date=day("2024-05-01"),
        text_fr="Réponse",
        source=make_source(),
    )
    published_by_two(reply)
    assert re.search(r"Reply published Young people trained : Office", page())
    assert [one.find(f"{ATOM}title").text for one in entries("/en/programmes/programme.atom")] == [
        "Reply published: Young people trained"
    ]
    make_programme("other")
    assert entries("/en/programmes/other.atom") == []


def test_drafts_rows_never_published_and_open_proposals_are_not_told():
    hidden = make_series("hidden", programme=make_programme("hidden", is_public=False))
    services.submit(make_measurement(hidden, "2023-01-01", 4111, draft=True), by=data_account())
    series = make_series("open")
    draft = make_measurement(series, "2023-01-01", 4222, draft=True)
    services.submit(draft, by=data_account())
    services.set_aside(draft, by=review_account(), reason="Other source")
    make_measurement(series, "2023-01-01", 10)
    services.propose_change(series, {"interval_months": 4333}, by=data_account(), reason="No")
    text = page()
    for number in ("4,111", "4,222", "4,333"):
        assert number not in text


def test_feed_of_a_programme_and_of_a_region_hold_their_own_alone():
    region = make_region()
    here = make_target("here", series=make_series("here", territory=region))
    there = make_target("there", series=make_series("there", programme=make_programme("other")))
    for target, value in ((here, 11), (there, 22)):
        published(make_measurement(target.series, "2023-01-01", value, draft=True))
    opening = make_milestone("door", centre=make_centre(territory=region))
    published(make_statement(opening, "planned", "2024", "2023-01-01", draft=True))
    assert len(entries("/en/updates.atom")) == 3
    assert len(entries("/en/programmes/programme.atom")) == 1
    assert len(entries("/en/programmes/other.atom")) == 1
    assert len(entries("/en/regions/ma-09.atom")) == 2
    assert Client().get("/en/programmes/none.atom").status_code == 404
    assert Client().get("/en/regions/none.atom").status_code == 404


@pytest.mark.parametrize("recent", [1, updates.RECENT])
def test_pages_of_a_programme_hold_its_last_steps_wherever_they_stand_in_the_log(
    recent, monkeypatch
):
    monkeypatch.setattr(updates, "RECENT", recent)
    here = make_target("here").series
    there = make_target("there", series=make_series("there", programme=make_programme("other")))
    for series, year in ((here, 2021), (here, 2022), (here, 2023), (there.series, 2024)):
        published(make_measurement(series, f"{year}-01-01", year - 2000, draft=True))
    scope = programme_scope("programme")
    assert scope

    def told(number: int) -> tuple[list[str], bool]:
        found = read_updates(date(2030, 1, 1), scope=scope, number=number, count=2)
        return [plain(one.detail) for one in found.lines], found.older

    with translation.override("en"):
        assert [told(number) for number in (1, 2, 3)] == [
            (["23 as of 1 January 2023", "22 as of 1 January 2022"], True),
            (["21 as of 1 January 2021"], False),
            ([], False),
        ]
    whole = read_updates(date(2030, 1, 1), scope=scope, count=3)
    assert (len(whole.lines), whole.older) == (3, False)


def test_feed_is_well_formed_escaped_and_absolute():
    series = make_series(name_fr='Jeunes <b>&"formés"\x0b')
    published(make_measurement(series, "2023-01-01", 400, draft=True))
    feed = ElementTree.fromstring(Client().get("/fr/updates.atom").content)
    entry = feed.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == 'Nouveau chiffre\xa0: Jeunes <b>&"formés"'
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost:8000/fr/programmes/programme/"
    for name in ("id", "title", "updated"):
        assert feed.find(f"{ATOM}{name}").text
        assert entry.find(f"{ATOM}{name}").text
    assert feed.find(f"{ATOM}author/{ATOM}name").text


def test_step_of_an_agreement_is_told_with_its_title():
    milestone = make_milestone(agreement=make_agreement("accord"))
    published(make_statement(milestone, "reached", "2022-10-04", "2022-10-04", draft=True))
    (line,) = read_updates(date.today(), scope=agreement_scope("accord")).lines
    assert (line.place.text, line.page, line.code) == ("Convention accord", "agreement", "accord")
