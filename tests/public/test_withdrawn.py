"""What was shown is never hidden again: withdrawn, its address answers, says so, and everything that names it does."""

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from justhtml import JustHTML
from python_calamine import CalamineWorkbook

from programmes.calculations.dates import written_moment
from programmes.models import Amendment, Programme
from programmes.selectors.wording.formats import day_words
from tests.builders import (
    make_agreement,
    make_centre,
    make_measurement,
    make_milestone,
    make_programme,
    make_province,
    make_region,
    make_reply,
    make_series,
    make_source,
    make_statement,
    make_target,
    set_aside_by_two,
    withdraw,
)

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "ar", "en")
REASON = "Repris d’un autre dispositif"


def html_of(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def without_entries(words: str) -> str:
    """But for the ledger, which tells of the withdrawal too."""
    return re.sub(r"In the ledger .*? What the ledger is ", "", words)


def words_of(path: str) -> str:
    """The text of a page, without its frame, and without the moment that a citation gives."""
    main = html_of(path).split("<main", 1)[1].split("</main>", 1)[0]
    main = re.sub(r'<p class="cite">.*?</p>', "", main)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def today() -> str:
    with override("en"):
        return day_words(timezone.localdate())


@pytest.fixture
def programme() -> Programme:
    """A programme with one of everything that can be withdrawn."""
    programme = make_programme("pie", name_fr="PIE", territories=[make_region()])
    centre = make_centre("cite", territory=make_province(), programmes=[programme])
    agreement = make_agreement("accord", programmes=[programme])
    series = make_series("trainees", programme=programme, territory=make_region())
    make_target("pie-26000", series=series, value=26000, agreement=agreement)
    make_measurement(series, "2023-01-01", 400)
    make_statement(make_milestone("porte", centre=centre), "planned", "2024", "2021-01-01")
    return programme


PAGES = {
    "programme": ("programmes/pie/", "This programme has been withdrawn since"),
    "centre": ("centres/cite/", "This centre has been withdrawn since"),
    "agreement": ("agreements/accord/", "This agreement has been withdrawn since"),
    "target": ("targets/pie-26000/", "This promise has been withdrawn since"),
}


def record_of(programme: Programme, table: str):
    code = {"programme": "pie", "centre": "cite", "agreement": "accord", "target": "pie-26000"}[
        table
    ]
    return Amendment(table=table).model.objects.get(code=code)


@pytest.mark.slow
@pytest.mark.parametrize("table", PAGES)
def test_address_keeps_answering_with_the_notice_and_the_page_as_it_was(programme, table):
    path, notice = PAGES[table]
    before = words_of(f"/en/{path}")
    source = make_source("journal", publisher="Le Journal")
    withdraw(record_of(programme, table), REASON, source)
    after = words_of(f"/en/{path}")
    assert f"{notice} {today()}." in after
    assert REASON in after
    assert "Le Journal" in after
    before, after = without_entries(before), without_entries(after)
    # what was said of it stands below, word for word, but for the marks
    mark = rf"{table.replace('target', 'promise')} withdrawn since {today()}"
    assert before.strip().removeprefix('id="main"> ') in " ".join(after.replace(mark, "").split())


@pytest.mark.slow
@pytest.mark.parametrize("table", PAGES)
def test_page_of_an_earlier_day_has_the_same_notice(programme, table):
    path, notice = PAGES[table]
    withdraw(record_of(programme, table), REASON)
    past = words_of(f"/en/{path}?on=2023-06-30")
    assert f"{notice} {today()}." in past
    assert "This page as it stood on 30 June 2023" in past


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", PAGES)
def test_withdrawn_page_is_strict_html_in_three_languages(programme, table, language):
    withdraw(record_of(programme, table), '<b>&"')
    html = html_of(f"/{language}/{PAGES[table][0]}")
    assert JustHTML(html, collect_errors=True).errors == []
    assert html.count('class="withdrawn"') >= 1
    assert "&lt;b&gt;&amp;&quot;" in html


def test_notice_is_said_in_the_language_of_the_reader(programme):
    withdraw(record_of(programme, "target"), REASON)
    notices = {
        language: re.search(
            r'class="withdrawn__since">.*?<strong>(.*?)</strong>',
            html_of(f"/{language}/targets/pie-26000/"),
        )[1]
        for language in ("fr", "ar")
    }
    for language, sentence in (
        ("fr", "Cet engagement est retiré depuis le {}."),
        ("ar", "سُحب هذا الالتزام في {}."),
    ):
        with override(language):
            assert notices[language] == sentence.format(day_words(timezone.localdate()))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "",
        "status/",
        "programmes/",
        "regions/MA-09/",
        "regions/MA-09/programmes/pie/",
        "search/?q=PIE",
    ],
)
def test_lists_keep_the_line_of_what_is_withdrawn_with_its_mark(programme, path):
    withdraw(programme, REASON)
    assert "withdrawn since" in words_of(f"/en/{path}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("status/", "1 of them is withdrawn."),
        ("programmes/", "1 promise (1 of them is withdrawn.)"),
        ("", "1 of them is withdrawn."),
        ("regions/", "1 1 of them is withdrawn."),
    ],
)
def test_counts_name_how_many_are_withdrawn(programme, path, sentence):
    assert "withdrawn" not in words_of(f"/en/{path}")
    withdraw(record_of(programme, "target"), REASON)
    assert sentence in re.sub(r"\s+\)", ")", words_of(f"/en/{path}"))


def test_what_belongs_to_a_withdrawn_record_keeps_its_own_state_and_bears_its_mark(programme):
    before = re.search(r'class="promise__status is-(\w+)', html_of("/en/targets/pie-26000/"))[1]
    withdraw(programme, REASON)
    page = html_of("/en/targets/pie-26000/")
    assert re.search(r'class="promise__status is-(\w+)', page)[1] == before
    text = words_of("/en/targets/pie-26000/")
    assert f"programme withdrawn since {today()}" in text
    assert REASON in text
    assert "This promise has been withdrawn" not in text
    board = words_of("/en/status/")
    assert f"programme withdrawn since {today()}" in board
    assert "of them is withdrawn" not in board


def test_promise_made_in_a_withdrawn_agreement_bears_its_mark_in_lists(programme):
    withdraw(record_of(programme, "agreement"), REASON)
    assert f"agreement withdrawn since {today()}" in words_of("/en/status/")
    assert f"agreement withdrawn since {today()}" in words_of("/en/programmes/pie/")


def test_withdrawn_centre_is_counted_as_such_and_not_among_the_announced(programme):
    assert "Announced: 1" in words_of("/en/regions/")
    withdraw(record_of(programme, "centre"), REASON)
    text = words_of("/en/regions/")
    assert "Announced: 1" not in text
    assert "Withdrawn: 1" in text
    assert f"withdrawn since {today()}" in words_of("/en/centres/")


def test_withdrawn_milestone_stays_in_the_list_with_its_mark(programme):
    withdraw(record_of(programme, "centre").milestones.get(), REASON)
    assert f"withdrawn since {today()}" in words_of("/en/centres/cite/")


TAKEN_BACK_PLANS = [
    (withdraw, "withdrawn", "the plan itself was withdrawn"),
    (
        set_aside_by_two,
        "another source, not kept",
        "the plan itself is not kept, in favour of another source",
    ),
]


@pytest.mark.parametrize(("takes_back", "mark", "note"), TAKEN_BACK_PLANS)
def test_only_plan_of_an_opening_that_is_withdrawn_stays_overdue(programme, takes_back, mark, note):
    centre = make_centre("ecole", territory=make_province(), programmes=[programme])
    opening = make_milestone("ouverture", kind="opening", centre=centre)
    plan = make_statement(opening, "planned", "2021", "2020-01-01")
    late = "47 months overdue, nothing heard since"
    day = "?on=2025-11-30"
    assert late in words_of(f"/en/centres/ecole/{day}")
    takes_back(plan, REASON)
    assert f"{late}; {note}" in words_of(f"/en/centres/ecole/{day}")
    words = words_of(f"/en/centres/{day}")
    assert f"Opening planned: 2021 ({mark})" in words
    assert f"{late}; {note}" in words


@pytest.mark.parametrize(("takes_back", "mark", "_note"), TAKEN_BACK_PLANS)
def test_first_plan_of_an_opening_that_is_withdrawn_stays_the_first(
    programme, takes_back, mark, _note
):
    centre = make_centre("ecole", territory=make_province(), programmes=[programme])
    opening = make_milestone("ouverture", kind="opening", centre=centre)
    first = make_statement(opening, "planned", "2021", "2020-01-01")
    make_statement(opening, "planned", "2024", "2022-01-01", 2, reason="Retards")
    make_statement(opening, "reached", "2023-12-31", "2024-01-05", 3)
    late = "24 months after its first plan"
    assert late in words_of("/en/centres/ecole/")
    takes_back(first, REASON)
    assert late in words_of("/en/centres/ecole/")
    assert f"2021 ({mark}), then 2024" in words_of("/en/centres/")


def test_card_and_badge_say_it(programme):
    withdraw(record_of(programme, "target"), REASON)
    assert "withdrawn since" in html_of("/en/targets/pie-26000/embed/")
    badge = html_of("/en/targets/pie-26000/badge.svg")
    assert badge.count("ithdrawn since") == 2  # in the drawing, and in what is read aloud
    data = re.search(r'ld\+json">(.*?)</script>', html_of("/en/targets/pie-26000/"))[1]
    told = f"This promise has been withdrawn since {today()}. Reason: {REASON} (in French)."
    assert json.loads(data)["description"].startswith(told)


def test_card_badge_and_chart_say_why(programme):
    withdraw(record_of(programme, "target"), f"{REASON}.")
    withdraw(programme, "Jamais lancé")
    card = words_of("/en/targets/pie-26000/embed/")
    assert f"Reason: {REASON}. (in French) " in card
    assert "Reason: Jamais lancé (in French) " in card
    badge, chart = (
        ElementTree.fromstring(html_of(f"/en/targets/pie-26000/{name}.svg"))
        for name in ("badge", "chart")
    )
    told = (
        f"Promise withdrawn since {today()}. Reason: {REASON} (in French)."
        f" Programme withdrawn since {today()}. Reason: Jamais lancé (in French)."
    )
    assert badge[0].text.endswith(told)
    assert f"Promise withdrawn since {today()}" in [one.text for one in badge.iter()]
    assert f"Reason: \u2068{REASON}. (in French)\u2069" in [one.text for one in badge.iter()]
    lines = [one.text for one in chart.iter() if one.get("class") == "image__back"]
    assert lines == [
        f"Promise withdrawn since {today()}.",
        f"Reason: \u2068{REASON}. (in French)\u2069",
        f"Programme withdrawn since {today()}.",
        "Reason: \u2068Jamais lancé (in French)\u2069",
    ]


def file_of(address: str, kind: str) -> list[dict[str, Any]]:
    response = Client().get(f"/en/{address}.{kind}?languages=all")
    content = response.getvalue().decode("utf-8-sig")
    return json.loads(content) if kind == "json" else list(csv.DictReader(io.StringIO(content)))


BESIDE = ("target", "target_withdrawn_at", "target_withdrawn_reason", "owners_withdrawn")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_file_of_a_target_says_what_is_withdrawn_beside_each_figure(programme, kind):
    empty = None if kind == "json" else ""
    (row,) = file_of("targets/pie-26000", kind)
    assert [row[name] for name in BESIDE] == ["pie-26000", empty, empty, empty]
    withdraw(record_of(programme, "target"), REASON)
    withdraw(programme, "Jamais lancé")
    (row,) = file_of("targets/pie-26000", kind)
    day = timezone.localdate().isoformat()
    owner = f"pie: programme withdrawn since {today()}. Reason: Jamais lancé (in French)."
    assert [row[name] for name in BESIDE] == ["pie-26000", day, REASON, owner]
    assert str(row["value"]) == "400"


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_file_of_a_withdrawn_target_without_figures_says_so_on_a_row_of_its_own(programme, kind):
    target = make_target("silent", series=make_series("silent", programme=programme))
    promised = {
        "target": "silent",
        "first_promised": 1000 if kind == "json" else "1000",
        "first_due": "2024-12-31",
        "promised": 1000 if kind == "json" else "1000",
        "promised_due": "2024-12-31",
        "target_status": "due_date_passed",
    }
    (row,) = file_of("targets/silent", kind)
    assert {name: cell for name, cell in row.items() if cell} == promised
    withdraw(target, REASON)
    (row,) = file_of("targets/silent", kind)
    assert {name: cell for name, cell in row.items() if cell} == promised | {
        "target_withdrawn_at": timezone.localdate().isoformat(),
        "target_withdrawn_reason": REASON,
    }


@pytest.mark.slow
@pytest.mark.parametrize("table", PAGES)
def test_file_of_a_table_says_since_when_and_why_a_record_is_withdrawn(programme, table):
    record = record_of(programme, table)
    withdraw(record, REASON)
    (row,) = (row for row in file_of(f"data/{table}s", "json") if row["code"] == record.code)
    record.refresh_from_db()
    moment = written_moment(record.withdrawn_at)
    assert (row["withdrawn_at"], row["withdrawn_reason_fr"]) == (moment, REASON)
    standing = [one for one in PAGES if one != table]
    for other in standing:
        rows = file_of(f"data/{other}s", "json")
        assert {(row["withdrawn_at"], row["withdrawn_reason_fr"]) for row in rows} == {(None, None)}


def test_sitemap_keeps_the_address(programme):
    withdraw(programme, REASON)
    assert "/en/programmes/pie/" in html_of("/sitemap.xml")


def test_target_whose_only_announcement_is_withdrawn_keeps_its_page(programme):
    target = record_of(programme, "target")
    withdraw(target.revisions.get(), "Jamais annoncé")
    text = words_of("/en/targets/pie-26000/")
    assert (
        f"Original promise, withdrawn 1 January 2021 Withdrawn on {today()}: Jamais annoncé" in text
    )
    assert "26,000" in text
    assert (
        "Withdrawn: everything that was announced of this target was withdrawn or set aside."
        in text
    )
    assert "/en/targets/pie-26000/" in html_of("/sitemap.xml")
    assert "1 of them is withdrawn." in words_of("/en/")
    assert "Jamais annoncé" in words_of("/en/updates/")


def test_target_whose_only_announcement_is_set_aside_keeps_its_page_and_its_verdict(programme):
    target = record_of(programme, "target")
    set_aside_by_two(target.revisions.get(), "Une autre source a été retenue")
    said = f"Set aside on {today()}: Une autre source a été retenue"
    text = words_of("/en/targets/pie-26000/")
    assert f"Original promise, set aside 1 January 2021 {said}" in text
    assert "26,000" in text
    assert (
        "Withdrawn: everything that was announced of this target was withdrawn or set aside."
        in text
    )
    assert "Not yet announced" not in text
    assert said in words_of("/en/targets/pie-26000/?on=2022-08-01")
    embed = re.sub(r"<[^>]+>", " ", html_of("/en/targets/pie-26000/embed/"))
    assert "Withdrawn" in embed, embed
    assert "Not yet announced" not in embed
    for path in ("/en/status/", "/en/programmes/pie/", "/sitemap.xml"):
        assert "pie-26000" in html_of(path), path
    assert "1 of them is withdrawn." in words_of("/en/")
    assert "Une autre source a été retenue" in words_of("/en/updates/")


@pytest.mark.parametrize(
    ("lang", "title", "sentence"),
    [
        (
            "fr",
            "Engagement initial, non retenu",
            "Retiré : tout ce qui avait été annoncé de cet objectif a été retiré ou n’a pas été retenu.",
        ),
        (
            "ar",
            "الالتزام الأصلي، لم يُعتمد",
            "تم سحبه: كل ما أُعلن عنه في شأن هذا الهدف سُحب أو لم يُعتمد.",
        ),
    ],
)
def test_promise_that_was_set_aside_is_told_in_every_language(programme, lang, title, sentence):
    target = record_of(programme, "target")
    set_aside_by_two(target.revisions.get(), "Une autre source a été retenue")
    text = words_of(f"/{lang}/targets/pie-26000/")
    assert title in text
    assert sentence in text
    assert "Une autre source a été retenue" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_file_of_a_target_has_the_same_columns_as_csv_and_as_xlsx(programme, lang):
    """A sheet names each column once: two that were called alike would have left one cell out."""
    as_csv = Client().get(f"/{lang}/targets/pie-26000.csv").getvalue().decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(as_csv)))
    as_xlsx = Client().get(f"/{lang}/targets/pie-26000.xlsx").getvalue()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx)).get_sheet_by_index(0)
    assert sheet.to_python()[0] == header
    assert len(set(header)) == len(header)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "mark"), [("fr", "Retirée le"), ("ar", "سُحب في"), ("en", "Withdrawn on")]
)
def test_withdrawn_reply_stays_on_its_page_and_says_why(programme, lang, mark):
    target = record_of(programme, "target")
    reply = make_reply(target)
    path = f"/{lang}/targets/{target.code}/"
    assert "Le chantier a repris." in words_of(path)
    withdraw(reply, "Retirée par l’organisme")
    words = words_of(path)
    assert "Le chantier a repris." in words
    assert "Retirée par l’organisme" in words
    assert mark in words


def test_the_only_figure_of_a_place_stays_readable_once_it_was_set_aside(programme: Any) -> None:
    centre = make_centre("internat", territory=make_region("MA-07", "Marrakech-Safi"))
    series = make_series("beds", territory=centre.territory, centre=centre, name_en="Beds")
    figure = make_measurement(series, "2024-05-29", 448)
    pages = ("centres/internat/", "regions/MA-07/")
    for path in pages:
        assert "448 as of 29 May 2024" in words_of(f"/en/{path}")
    set_aside_by_two(figure, reason="Other source preferred")
    for path in pages:
        found = words_of(f"/en/{path}")
        assert "Beds No figure stands any more. 448 as of 29 May 2024 (set aside" in found
        assert "Other source preferred" in found
    # nothing of it is compared
    assert "448" not in words_of("/en/compare/")
