"""No page of the sample contradicts its own milestones, nor another page."""

import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from programmes.models import Centre, Programme, Territory
from tests.recomputed.words import MONTHS, plain
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample"), pytest.mark.slow]

DAYS = [
    date(2019, 9, 30),
    date(2020, 8, 31),
    date(2021, 2, 28),
    date(2021, 12, 31),
    date(2022, 10, 31),
    date(2023, 6, 30),
    date(2024, 1, 15),
    date(2024, 9, 30),
    date(2025, 11, 30),
    date(2026, 11, 28),
]
# The state that each kind of milestone brings a centre to, from the least far to the furthest.
STATES = {
    "launch": "project_launched",
    "start of works": "under_construction",
    "handover": "handed_over",
    "inauguration": "inaugurated",
    "opening to trainees": "open",
}
FURTHER = list(STATES.values())
TRAINING = {"City of trades and skills", "School", "Training centre"}


def read(path: str, on: date) -> str:
    """The body of an English page of a day."""
    response = Client().get(f"/en/{path}?on={on}")
    assert response.status_code == 200, path
    return response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def text(html: str) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", html)))


@dataclass(frozen=True)
class Statement:
    """One line of a milestone: what was said, and the first and last day it may mean; None when it names no day."""

    kind: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Milestone:
    """A milestone as a page shows it."""

    title: str
    kind: str
    note: str
    statements: list[Statement]

    def days(self, kind: str) -> list[tuple[date, date]]:
        """The first and last days that statements of a kind name."""
        return [
            (one.first, one.last)
            for one in self.statements
            if one.kind == kind and one.first and one.last
        ]


def milestones_of(html: str) -> list[Milestone]:
    found = []
    for one in re.split(r'<p class="strip__title">', html)[1:]:
        title, kind = re.findall(r'^(.*?) <span class="quiet">\((.*?)\)</span>', one)[0]
        note = re.search(r'<p class="milestone__note">(.*?)</p>', one)
        lines = one.split('<ul class="statements">', 1)[1].split("</ul>", 1)[0]
        said = re.findall(r"<li>(?!<del>)(.*?) <b>(.*?)</b>", lines)
        statements = [Statement(words, *_days(text(when))) for words, when in said]
        found.append(Milestone(text(title), text(kind), text(note[1]) if note else "", statements))
    return found


def _days(words: str) -> tuple[date | None, date | None]:
    """The first and last day of a date as an English page writes it."""
    if between := re.fullmatch(r"between (.*) and (.*)|(?:from )?(.*) to (.*)", words):
        return _days(between[1] or between[3])[0], _days(between[2] or between[4])[1]
    if years := re.match(r"(\d{4})-(\d{4})( training year)?$", words):
        first, last = (9, 8) if years[3] else (1, 12)
        return date(int(years[1]), first, 1), date(int(years[2]), last, 31)
    parts = words.split()
    if not parts or not parts[-1].isdigit():
        return None, None
    year, months = int(parts[-1]), MONTHS["en"].split()
    if len(parts) == 1:
        return date(year, 1, 1), date(year, 12, 31)
    month = months.index(parts[-2]) + 1
    if len(parts) == 2:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return (day := date(year, month, int(parts[0]))), day


def state_of(html: str) -> str:
    return re.findall(r'class="heading__state is-(\w+)"', html)[0]


@dataclass(frozen=True)
class Line:
    """A centre as a list shows it."""

    state: str
    is_annex: bool
    kind: str
    opened: str


def lines_of(html: str) -> dict[str, Line]:
    """The centres that a page lists, by code."""
    opening = '<ul class="centres">'
    listed = html.split(opening, 1)[1].split("</ul>", 1)[0] if opening in html else ""
    found = {}
    for one in listed.split("<li")[1:]:
        code = re.findall(r'href="/en/centres/([\w-]+)/', one)[0]
        state = re.findall(r'class="centres__state is-(\w+)"', one)[0]
        opened = re.search(r"[Oo]pened: <b>(.*?)</b>", one)
        kind = text(re.findall(r'<p class="quiet">(.*?) ·', one)[0])
        found[code] = Line(
            state, one.startswith(' class="is-annex"'), kind, text(opened[1]) if opened else ""
        )
    return found


def faults_of(milestones: list[Milestone], on: date) -> list[str]:
    """What the milestones of a page say against one another on its day."""
    found = []
    for one in milestones:
        done = one.days("Reached") + one.days("Cancelled")
        planned = one.days("Planned for")
        is_late = "overdue" in one.note
        if any(first > on for first, _ in done):
            found.append(f"{one.title}: reached after the day of the page")
        if is_late and done:
            found.append(f"{one.title}: overdue and reached")
        if is_late and not any(last < on for _, last in planned):
            found.append(f"{one.title}: overdue without a plan that is past")
        if not is_late and not done and planned and planned[-1][1] < on:
            found.append(f"{one.title}: a plan is past and nothing says so")
        if "after its plan" in one.note and not (planned and done and min(done)[1] > planned[0][1]):
            found.append(f"{one.title}: late without a plan before it")
    return found


def brought_about(milestones: list[Milestone]) -> list[str]:
    """The states that reached milestones bring a centre to."""
    return [STATES[one.kind] for one in milestones if one.kind in STATES and one.days("Reached")]


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("on", first(reversed(DAYS), 2), ids=str)
def test_centre_is_in_the_state_that_its_own_milestones_show(on):
    listed = lines_of(read("centres/", on))
    wrong = []
    for code in Centre.objects.values_list("code", flat=True):
        html = read(f"centres/{code}/", on)
        state, milestones = state_of(html), milestones_of(html)
        reached = brought_about(milestones)
        wrong += [(code, one) for one in faults_of(milestones, on)]
        furthest = max(reached, key=FURTHER.index, default=None)
        if furthest and state != furthest:
            wrong.append((code, state, "its milestones say", furthest))
        if not furthest and state not in ("announced", "not_yet_announced"):
            wrong.append((code, state, "no milestone says so"))
        if (listed[code].state if code in listed else "not_yet_announced") != state:
            wrong.append((code, state, "the list says", listed.get(code)))
        opened = text("".join(re.findall(r"[Oo]pened: <b>(.*?)</b>", html)[:1]))
        if code in listed and listed[code].opened != opened:
            wrong.append((code, opened, "the list says", listed[code].opened))
        if (state == "open") != bool(opened):
            wrong.append((code, state, "opened", opened))
    assert wrong == []


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("on", first(reversed(DAYS), 2), ids=str)
def test_regions_count_the_centres_that_their_pages_list(on):
    regions, national = read("regions/", on), lines_of(read("centres/", on))
    wrong = []
    for code in Territory.objects.filter(kind="region").values_list("code", flat=True):
        html = read(f"regions/{code}/", on)
        listed = lines_of(html)
        wrong += [(code, one) for one in listed if listed[one] != national.get(one)]
        counted = [one for one in listed.values() if one.kind in TRAINING and not one.is_annex]
        opened = sum(one.state == "open" for one in counted)
        tile = f"{opened}/{len(counted)}" if counted else ""
        said = re.search(
            rf'<a class="tile" href="/en/regions/{code}/[^>]*>.*?<span class="tile__figure">(.*?)</a>',
            regions,
        )
        shown, _, states = text(said[1].replace("–", "|")).partition("|") if said else ("", "", "")
        if shown.strip() != tile and not (not counted and "/" not in shown):
            wrong.append((code, "tile", shown, tile))
        numbers = Counter(one.state for one in counted)
        if sorted(numbers.values()) != sorted(int(one) for one in re.findall(r": (\d+)", states)):
            wrong.append((code, "tile", states, dict(numbers)))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("on", first(reversed(DAYS), 2), ids=str)
def test_programme_lists_its_centres_and_milestones_without_contradiction(on):
    national = lines_of(read("centres/", on))
    wrong = []
    for code in Programme.objects.values_list("code", flat=True):
        html = read(f"programmes/{code}/", on)
        listed = lines_of(html)
        wrong += [(code, one) for one in listed if listed[one] != national.get(one)]
        wrong += [(code, one) for one in faults_of(milestones_of(html), on)]
        if code != "cmc":
            continue
        opened = sum(
            one.state == "open" and one.kind == "City of trades and skills"
            for one in listed.values()
        )
        promise = read("targets/cmc-12/", on)
        said = re.search(r'<span class="promise__last">.*?<b>(.*?)</b>', promise)
        if on >= date(2020, 8, 17) and (int(said[1]) if said else 0) != opened:
            wrong.append((code, "cities open", said and said[1], opened))
    assert wrong == []


def months_late(code: str, on: date, words: str) -> int:
    """How many months after its last plan a page says that an opening is, or was."""
    (opening,) = (
        one
        for one in milestones_of(read(f"centres/{code}/", on))
        if one.kind == "opening to trainees"
    )
    return int(re.findall(rf"(\d+) months? {words}", opening.note)[-1])


@pytest.mark.parametrize(
    ("code", "opened"),
    [
        ("cmc-souss-massa", date(2022, 10, 4)),
        ("cmc-oriental", date(2022, 10, 24)),
        ("cmc-laayoune-sakia-el-hamra", date(2022, 11, 7)),
        ("cmc-tanger-tetouan-al-hoceima", date(2024, 9, 6)),
    ],
)
def test_opening_is_as_late_as_it_was_overdue_the_day_before(code, opened):
    overdue = months_late(code, opened - timedelta(1), "overdue")
    assert months_late(code, opened, "after its (?:last )?plan") == overdue


@pytest.mark.slow
@pytest.mark.parametrize("on", [date(1999, 1, 1), date(2023, 6, 30), DAYS[-1]], ids=str)
@pytest.mark.parametrize("path", ["", "status/", "targets/cmc-12/", "regions/MA-06/"])
def test_address_to_cite_a_page_of_a_day_shows_that_page(path, on):
    html = Client().get(f"/en/{path}?on={on}").content.decode()
    cited = re.search(r'<p class="cite">.*?<bdi class="code"[^>]*>https?://[^/]+(.*?)</bdi>', html)
    response = Client().get(unescape(cited[1]))
    assert response.status_code == 200
    again = response.content.decode()
    for part in (
        '<ul class="promises">',
        '<div class="promise promise--large">',
        '<ol class="tiles">',
    ):
        assert text(again.partition(part)[2])[:400] == text(html.partition(part)[2])[:400]
