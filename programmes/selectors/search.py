"""Search over names, other spellings and summaries in all languages, with letters that people exchange made alike.

All public names are folded into one list, which each process keeps until the data has another version: the same on
every database. Made for thousands of records (10,000 take some 30 ms a search); many more would want an index.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy

from programmes.models import Agreement, Centre, Organisation, Programme, Target, Territory
from programmes.models.data_version import data_version
from programmes.models.names import fold
from programmes.selectors.formats import language
from programmes.selectors.texts import FALLBACK, Text

LANGUAGES = ("fr", "ar", "en")
LONGEST_QUESTION = 200
MOST_WORDS = 8
MOST_FOUND = 50
WORD = re.compile(r"\w+", re.UNICODE)
KINDS = {
    "territory": gettext_lazy("Place"),
    "programme": gettext_lazy("Programme"),
    "target": gettext_lazy("Promise"),
    "centre": gettext_lazy("Centre"),
    "organisation": gettext_lazy("Body"),
    "agreement": gettext_lazy("Agreement"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its names by language, and its words folded. `rest` is what stands in its summaries."""

    kind: str
    code: str
    titles: dict[str, str]
    context: dict[str, str]
    names: tuple[str, ...]
    words: frozenset[str]
    rest: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. context: what tells it from others of its name."""

    kind: str
    kind_words: str
    code: str
    name: Text
    context: Text


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. question: as it was understood. total: also what is not listed."""

    question: str
    hits: tuple[Hit, ...]
    total: int


def search(question: str) -> Found:
    """Records that hold every word of a question, or begin with it. Two queries, or eight after a change."""
    question = clean(question)
    words = [fold(word) for word in WORD.findall(question)][:MOST_WORDS]
    words = [word for word in words if word]
    if not words:
        return Found(question, (), 0)
    whole = "".join(words)
    ranked = []
    for place, entry in enumerate(_entries(data_version())):
        if rank := _rank(entry, words, whole):
            ranked.append((-rank, place, entry))
    ranked.sort(key=lambda one: one[:2])
    hits = tuple(_hit(entry) for _rank, _place, entry in ranked[:MOST_FOUND])
    return Found(question, hits, len(ranked))


def clean(question: str) -> str:
    """A question as it is shown again: without control and direction characters, and not too long."""
    shown = "".join(sign for sign in question if sign.isprintable())
    return " ".join(shown.split())[:LONGEST_QUESTION]


def _rank(entry: Entry, words: list[str], whole: str) -> int:
    """How well an entry answers: 0 not at all; its whole name best, then names before summaries."""
    if whole in entry.names:
        return 1000
    points = 0
    for word in words:
        best = _points(entry, word)
        if not best:
            return 0
        points += best
    starts = any(name.startswith(whole) for name in entry.names)
    return points * 10 // len(words) + (100 if starts else 0)


def _points(entry: Entry, word: str) -> int:
    if word in entry.words:
        return 10
    # Arabic joins the article and prepositions to a word; short pieces would find everything.
    pieces = [word, word.removeprefix("ال")] if len(word) > 3 else [word]
    if any(one.startswith(piece) or one == f"ال{piece}" for one in entry.words for piece in pieces):
        return 7
    if len(word) > 3 and any(word in name for name in entry.names):
        return 5
    if any(one.startswith(word) for one in entry.rest):
        return 2
    return 0


def _hit(entry: Entry) -> Hit:
    return Hit(
        entry.kind, str(KINDS[entry.kind]), entry.code, _text(entry.titles), _text(entry.context)
    )


def _text(by_language: dict[str, str]) -> Text:
    here = language()
    if own := by_language.get(here):
        return Text(own)
    text = by_language.get(FALLBACK, "")
    return Text(text, FALLBACK if text and here != FALLBACK else "")


@lru_cache(maxsize=1)
def _entries(_version: str) -> tuple[Entry, ...]:
    """Every public record that has a page. Six queries, once for each version of the data."""
    found = [
        _entry("territory", row, "name", place=row.parent, spellings=row.other_spellings)
        for row in Territory.objects.published().select_related("parent")
    ]
    found += [
        _entry("programme", row, "name", spellings=row.other_spellings, rest="summary")
        for row in Programme.objects.published()
    ]
    targets = Target.objects.published().select_related(
        "series__indicator", "series__territory", "series__programme"
    )
    found += [_target(row) for row in targets]
    found += [
        _entry("centre", row, "name", place=row.territory, spellings=row.other_spellings)
        for row in Centre.objects.published().select_related("territory")
    ]
    found += [
        _entry("organisation", row, "name", spellings=f"{row.acronym}\n{row.other_spellings}")
        for row in Organisation.objects.published()
    ]
    found += [
        _entry("agreement", row, "title", rest="subject") for row in Agreement.objects.published()
    ]
    return tuple(found)


def _target(row: Target) -> Entry:
    series = row.series
    named = series if series.name_fr else series.indicator
    spellings = "\n".join(
        one.other_spellings for one in (series.programme, series.territory) if one is not None
    )
    entry = _entry("target", named, "name", place=series.territory)
    around = [series.programme, series.territory, series.indicator]
    texts = [value for one in around if one for value in _values(one, "name").values()]
    return Entry(
        "target",
        row.code,
        entry.titles,
        _values(series.programme or series.territory, "name"),
        entry.names,
        entry.words,
        _folded_words([*texts, spellings]),
    )


def _entry(
    kind: str, row: Any, field: str, *, place: Any = None, spellings: str = "", rest: str = ""
) -> Entry:
    titles = _values(row, field)
    written = [*titles.values(), *spellings.splitlines(), row.code]
    around = list(_values(row, rest).values()) if rest else []
    if place is not None:
        around += _values(place, "name").values()
    return Entry(
        kind=kind,
        code=row.code,
        titles=titles,
        context=_values(place, "name") if place is not None else {},
        names=tuple({fold(text) for text in written if text}),
        words=_folded_words(written),
        rest=_folded_words(around),
    )


def _values(row: Any, field: str) -> dict[str, str]:
    return {lang: getattr(row, f"{field}_{lang}") or "" for lang in LANGUAGES}


def _folded_words(texts: list[str]) -> frozenset[str]:
    return frozenset(fold(word) for text in texts for word in WORD.findall(text or ""))
