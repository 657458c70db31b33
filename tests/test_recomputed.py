"""Every public promise of the sample says what its own rows and the published rules make of it.

The arithmetic of `tests/recomputed` was written from the rules and the files alone, so that a fault that the program
and its own tests share is seen here.
"""

import re
from collections import Counter
from datetime import date, datetime
from html import unescape

import pytest
from django.test import Client

from tests.recomputed import files, words
from tests.recomputed.arithmetic import Stand, expected_by, stand
from tests.recomputed.words import LANGUAGES, plain
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample"), pytest.mark.slow]

DAYS = [
    date(2026, 11, 28),
    date(2024, 12, 31),
    date(2023, 6, 30),
    date(2021, 9, 30),
    date(1999, 1, 1),
]
TARGETS = [row["code"] for row in files.rows("targets")]
UNKEPT = {"missed", "due_date_passed", "achieved_late"}
STATUS = re.compile(
    r'<p class="promise__status(?: promise__status--\w+)? is-(\w+)">(.*?)</p>', re.DOTALL
)


def read(path: str, on: date) -> str:
    response = Client().get(f"{path}?on={on}")
    assert response.status_code == 200, path
    return response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def text(html: str) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", html)))


def between(html: str, opening: str, closing: str) -> str:
    """The first piece between two marks; nothing when there is none."""
    return html.split(opening, 1)[1].split(closing, 1)[0] if opening in html else ""


def head_of(html: str) -> dict[str, object]:
    """What the head of a promise's page says: statuses, value, date, progress and time gone."""
    head = between(html, '<div class="promise promise--large">', "</div>") or html
    fact = between(head, '<p class="promise__fact">', "</p>")
    figure = between(fact, '<span class="promise__last">', "</span>")
    shares = re.findall(r"\d+ ?%", text(fact.replace(figure, "")))
    return {
        "statuses": [(code, text(said)) for code, said in STATUS.findall(head)],
        "value": text(between(figure, "<b>", "</b>")) or None,
        "dated": text(figure.split("</b>", 1)[1]) if "</b>" in figure else "",
        "shares": shares,
    }


def announced_in(html: str) -> list[str]:
    """The status of each announcement that is judged, in the order of the page."""
    listed = re.findall(r'<li class="revision">(.*?)</li>', html, re.DOTALL)
    return [code for one in listed for code, _ in STATUS.findall(one)]


def wanted_head(found: Stand, language: str) -> dict[str, object]:
    """What the head must say."""
    shown = [(found.status, words.status(found.status, language))]
    if found.statuses and found.statuses[0] != found.status:
        shown.append((found.statuses[0], words.original(found.statuses[0], language)))
    shares = [one for one in (found.progress, found.time_gone) if one is not None]
    return {
        "statuses": shown,
        "value": None if found.value is None else words.number(found.value, language),
        "shares": [words.percent(one, language) for one in shares],
    }


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("on", first(DAYS, 2), ids=str)
@pytest.mark.parametrize("language", first(LANGUAGES))
def test_each_page_says_what_its_rows_make_of_it(language, on):
    wrong = []
    for code in TARGETS:
        found, html = stand(code, on), read(f"/{language}/targets/{code}/", on)
        said, wanted = head_of(html), wanted_head(found, language)
        dated = said.pop("dated")
        ends = [] if found.dated is None else list(found.dated)
        said_day = words.month if found.covered and ends[0] != ends[-1] else words.day
        missing = [day for one in ends if (day := said_day(one, language)) not in dated]
        if said != wanted or missing:
            wrong.append((code, said, wanted, dated, missing))
        if len(found.statuses) > 1 and announced_in(html) != list(found.statuses):
            wrong.append((code, announced_in(html), found.statuses))
    assert wrong == []


@pytest.mark.parametrize("on", first(DAYS, 2), ids=str)
@pytest.mark.parametrize("language", first(LANGUAGES))
def test_board_counts_each_status(language, on):
    stands = [stand(code, on) for code in TARGETS]
    counts = Counter(one.status for one in stands if one.status != "not_yet_promised")
    html = read(f"/{language}/status/", on)
    said = {
        code: text(inside)
        for code, inside in re.findall(r'<h2 id="status-(\w+)"[^>]*>(.*?)</h2>', html, re.DOTALL)
    }
    assert said == {
        code: f"{words.status(code, language)} {count}" for code, count in counts.items()
    }


@pytest.mark.parametrize("on", first(DAYS, 2), ids=str)
def test_home_counts_what_was_not_kept_as_first_promised(on):
    stands = [stand(code, on) for code in TARGETS]
    unkept = sum(bool(one.statuses) and one.statuses[0] in UNKEPT for one in stands)
    found = re.search(r"at the date first promised: (\d+)", text(read("/en/", on)))
    assert (int(found[1]) if found else 0) == unkept


def expected_of(code: str, on: date) -> list[tuple[str, str]]:
    """The day by which the sentence of a promise says that something was expected, and what.

    That of the figure; of what is counted from openings, which has a figure every day, that of the page.
    """
    sentence = text(between(read(f"/en/targets/{code}/", on), '<p class="sentence">', "</p>"))
    found = re.findall(r" as of (\d+ \w+ \d+), .*? ([\d,]+) expected by then", sentence)
    counted = re.findall(r" ([\d,]+) expected by (\d+ \w+ \d+)", sentence)
    return [*found, *((day, expected) for expected, day in counted)]


@pytest.mark.parametrize(
    ("code", "on"),
    [
        ("jobintech-15000", date(2024, 12, 31)),
        ("cmc-12", date(2026, 11, 28)),
        ("cmc-12", date(2023, 6, 30)),
        ("cmc-12", date(2021, 9, 30)),
    ],
)
def test_sentence_tells_what_was_expected_by_the_day_it_names(code, on):
    ((day, expected),) = expected_of(code, on)
    by = datetime.strptime(day, "%d %B %Y").date()
    assert expected == words.number(expected_by(code, by, on), "en")
