"""Search over names, other spellings, promises, figures, years, people and wordings, in all languages.

Words are looked for in an index of all public records (`index.py`). A number is also looked for among the
figures that were reported, as a value or as a year, and among those that the site works out.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from programmes.models import Centre, Programme, Standing, Target, Territory
from programmes.models.data_version import data_state
from programmes.selectors.lines.series_pages import page_numbers
from programmes.selectors.lines.withdrawals import Withdrawals, read_withdrawals
from programmes.selectors.pages.search.figures import (
    MatchedFigure,
    Number,
    matched_figures,
    places_of,
)
from programmes.selectors.pages.search.index import Entry, Index, read_index
from programmes.selectors.promises.promise_lines import promise_line, promised_and_reached
from programmes.selectors.promises.promise_rows import rows_of_standings
from programmes.selectors.wording.names import Record
from programmes.selectors.wording.texts import Text, first_of, printable
from programmes.selectors.wording.word_index import words_in

LONGEST_QUESTION = 200
MOST_WORDS = 8
MOST_FOUND, MOST_NEAR = 50, 8
KINDS = {
    "territory": gettext_lazy("Place"),
    "programme": gettext_lazy("Programme"),
    "target": gettext_lazy("Promise"),
    "series": gettext_lazy("Figure"),
    "centre": gettext_lazy("Centre"),
    "organisation": gettext_lazy("Body"),
    "agreement": gettext_lazy("Agreement"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. context: what tells it from others of its name. marks: that it, or its owner, is withdrawn.

    words: of a promise what was promised and reached, of a series the figure that was asked for, or its last.
    page, page_code: the record on whose page it stands; number: which page of its long list, from one.
    """

    kind: str
    kind_words: str
    code: str
    name: Text
    context: tuple[Text, ...]
    words: str
    page: str
    page_code: str
    number: int = 1
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, best first. question: as it was understood. total: also what is not listed.

    near: what holds most of the words, where nothing holds all.
    """

    question: str
    hits: tuple[Hit, ...]
    total: int
    near: tuple[Hit, ...] = ()


def search(question: str, on: date, *, known: datetime | None = None) -> SearchResults:
    """Records that hold every word of a question, or nearly, on a day, as known at a moment (None: now).

    Two queries; two for all numbers and one for each year, two for promises, one for figures, and eleven after a change
    of words. Where a figure stands on the page of a record with a long list, two more for each such record.
    """
    question = clean(question)
    words = words_in(question)[:MOST_WORDS]
    if not words:
        return SearchResults(question, (), 0)
    state = data_state()
    index = read_index(state.words)
    numbers = {word: number for word in words if (number := Number.of(word))}
    by_words = {word: index.words.find(word) for word in words}
    figures = places_of(numbers.values(), index, on, version=state.version, known=known)
    by_figures = {word: figures[number] for word, number in numbers.items()}
    late = {
        place
        for place, entry in enumerate(index.entries)
        if known is not None and entry.shown_at is not None and entry.shown_at > known
    }
    found = [by_figures.get(word, {}) | by_words[word] for word in words]
    found = [{at: points for at, points in one.items() if at not in late} for one in found]
    points: dict[int, int] = Counter()
    for places in found:
        for place, quality in places.items():
            points[place] += quality
    held = Counter(place for places in found for place in places)
    whole = "".join(words)
    for place, bonus in _whole_names(index, whole).items():
        if place in points:
            points[place] += bonus
    all_words = [place for place, count in held.items() if count == len(words)]
    if not all_words and len(words) > 1 and (joined := index.words.find(whole)):
        # a name that some write in one word
        all_words = [place for place in joined if place not in late]
        points.update(joined)
    near: list[int] = []
    if not all_words:
        most = max(held.values(), default=0)
        near = [place for place, count in held.items() if count == most]

    def candidate(place: int) -> _Candidate:
        proof = [
            number
            for word, number in numbers.items()
            if place in by_figures[word] and place not in by_words[word]
        ]
        return _Candidate(index.entries[place], tuple(numbers.values()), tuple(proof))

    def hits(places: list[int], most: int) -> tuple[Hit, ...]:
        best = nsmallest(most, places, key=lambda place: (-points[place], place))
        return _hits([candidate(place) for place in best], index, on, known)

    listed = hits(all_words, MOST_FOUND)
    hidden = min(len(all_words), MOST_FOUND) - len(listed)
    return SearchResults(question, listed, len(all_words) - hidden, hits(near, MOST_NEAR))


def clean(question: str) -> str:
    """A question as it is shown again: without control and direction characters, and not too long."""
    return " ".join(printable(question).split())[:LONGEST_QUESTION]


def _whole_names(index: Index, whole: str) -> dict[int, int]:
    """More for the places of entries whose whole name is asked for, or begins so."""
    found: dict[int, int] = {}
    for at in range(bisect_left(index.names, (whole, 0)), len(index.names)):
        name, place = index.names[at]
        if not name.startswith(whole):
            break
        found[place] = max(1000 if name == whole else 50, found.get(place, 0))
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entry that was found, with the numbers of the question. proof: those that only its figures hold."""

    entry: Entry
    numbers: tuple[Number, ...]
    proof: tuple[Number, ...]


def _hits(
    found: list[_Candidate], index: Index, on: date, known: datetime | None
) -> tuple[Hit, ...]:
    """What a page says of entries; without series of which no page shows a figure, or none that was asked for."""
    if not found:
        return ()
    withdrawals = read_withdrawals(known=known)
    promises = _promises([one.entry for one in found], on, known)
    figures = matched_figures(
        [(one.entry.followed, one.numbers, one.proof) for one in found if _is_series(one.entry)],
        on,
        known=known,
    )
    shown = [one.entry for one in found if not _is_series(one.entry) or _key(one.entry) in figures]
    numbers = _page_numbers(shown, index, on, known)
    return tuple(
        _hit(entry, promises, figures, numbers.get(_key(entry), 1), withdrawals) for entry in shown
    )


def _is_series(entry: Entry) -> bool:
    return entry.kind == "series"


def _key(entry: Entry) -> int:
    """The key of the series of an entry; 0 where it is of none."""
    return entry.followed.key if entry.followed is not None else 0


def _hit(
    entry: Entry,
    promises: dict[str, str],
    figures: dict[int, MatchedFigure],
    number: int,
    withdrawals: Withdrawals,
) -> Hit:
    words = promises.get(entry.code, "") if entry.kind == "target" else ""
    if _is_series(entry):
        words = figures[_key(entry)].words
    return Hit(
        entry.kind,
        str(KINDS[entry.kind]),
        entry.code,
        first_of(entry.titles),
        # a centre is often called as its programme
        tuple(dict.fromkeys(map(first_of, entry.context))),
        words,
        *entry.page,
        number,
        withdrawals.marks((entry.kind, entry.code), entry.owners),
    )


def _promises(entries: list[Entry], on: date, known: datetime | None) -> dict[str, str]:
    """What was promised by each target, by when, and what is reached, by code. Two queries where there are any."""
    keys = [one.followed.target for one in entries if one.followed and one.followed.target]
    if not keys:
        return {}
    standings = Standing.objects.of(Target.objects.filter(pk__in=keys), on, known)
    rows = rows_of_standings(standings, known=known)
    return {row.code: promised_and_reached(promise_line(row, on, {}), by=True) for row in rows}


def _page_numbers(
    entries: list[Entry], index: Index, on: date, known: datetime | None
) -> dict[int, int]:
    """On which page of a long list each series stands, where it is not the first. Two queries for each such list."""
    wanted: dict[Record, list[int]] = {}
    for entry in entries:
        if _is_series(entry) and entry.page in index.crowded:
            wanted.setdefault(entry.page, []).append(_key(entry))
    found: dict[int, int] = {}
    for (table, code), keys in wanted.items():
        row = PAGES[table].get(code=code)
        found |= page_numbers(row, keys, on, known=known)
    return found


# The records on whose pages figures without a promise stand, with what their lists are chosen by.
PAGES: dict[str, QuerySet[Any]] = {
    "centre": Centre.objects.all(),
    "programme": Programme.objects.all(),
    "territory": Territory.objects.select_related("parent__parent"),
}
