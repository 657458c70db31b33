"""Search over names, other spellings, figures, years, people and wordings, in all languages.

All public words are folded into one index, which each process keeps until words have another version: the same on every
database (`wording/word_index.py`). Reported figures, of which there may be a million, are not in it: a number is also
looked for among them, as a value or as a year.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import DateField, DecimalField, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy

from programmes.calculations.choices import Precision
from programmes.languages import CODES, FIRST
from programmes.models import (
    Agreement,
    Centre,
    Measurement,
    Organisation,
    Programme,
    Signature,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.data_version import data_state
from programmes.models.names import fold
from programmes.models.target import DEFINITIONS
from programmes.selectors.lines.withdrawals import Withdrawals, read_withdrawals
from programmes.selectors.wording.names import Record
from programmes.selectors.wording.texts import Text, first_of
from programmes.selectors.wording.word_index import EXACT, NUMBER, WORD, WordIndex, words_of

LONGEST_QUESTION = 200
MOST_WORDS = 8
MOST_FOUND, MOST_NEAR = 50, 8
# digits before the point of the largest value that is kept
LONGEST_NUMBER = 11
KINDS = {
    "territory": gettext_lazy("Place"),
    "programme": gettext_lazy("Programme"),
    "target": gettext_lazy("Promise"),
    "centre": gettext_lazy("Centre"),
    "organisation": gettext_lazy("Body"),
    "agreement": gettext_lazy("Agreement"),
}


# How much a word says of a record: in its name, or in what is said of it.
NAME, SAID = 10, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its names by language, and its words folded. `rest` is what is said of it.

    owners: what it belongs to, where that can be withdrawn.
    """

    kind: str
    code: str
    titles: dict[str, str]
    context: dict[str, str]
    names: tuple[str, ...]
    words: frozenset[str]
    rest: frozenset[str]
    owners: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. context: what tells it from others of its name. marks: that it, or its owner, is withdrawn."""

    kind: str
    kind_words: str
    code: str
    name: Text
    context: Text
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. question: as it was understood. total: also what is not listed.

    near: what holds most of the words, where nothing holds all.
    """

    question: str
    hits: tuple[Hit, ...]
    total: int
    near: tuple[Hit, ...] = ()


def search(question: str, *, known: datetime | None = None) -> Found:
    """Records that hold every word of a question, or nearly, marked as known at a moment (None: now).

    Two queries, one more for each number, and seven after a change of words.
    """
    question = clean(question)
    text = NUMBER.sub("", question)
    words = [one for one in map(fold, WORD.findall(text)) if one][:MOST_WORDS]
    if not words:
        return Found(question, (), 0)
    entries, index, targets = _index(data_state().words)
    found = [_reported(word, targets) | index.find(word) for word in words]
    points: dict[int, int] = Counter()
    for places in found:
        for place, quality in places.items():
            points[place] += quality
    held = Counter(place for places in found for place in places)
    whole = "".join(words)
    for place in points:
        points[place] += _whole_name(entries[place], whole)
    all_words = [place for place, count in held.items() if count == len(words)]
    if not all_words and len(words) > 1 and (joined := index.find(whole)):
        # a name that some write in one word
        all_words = list(joined)
        points.update(joined)
    near: list[int] = []
    if not all_words:
        most = max(held.values(), default=0)
        near = [place for place, count in held.items() if count == most]
    withdrawals = read_withdrawals(known=known)

    def hits(places: list[int], most: int) -> tuple[Hit, ...]:
        best = sorted(places, key=lambda place: (-points[place], place))[:most]
        return tuple(_hit(entries[place], withdrawals) for place in best)

    return Found(question, hits(all_words, MOST_FOUND), len(all_words), hits(near, MOST_NEAR))


def _whole_name(entry: Entry, whole: str) -> int:
    """More for an entry whose whole name is asked for, or begins so."""
    if whole in entry.names:
        return 1000
    return 50 if any(name.startswith(whole) for name in entry.names) else 0


def clean(question: str) -> str:
    """A question as it is shown again: without control and direction characters, and not too long."""
    shown = "".join(sign for sign in question if sign.isprintable())
    return " ".join(shown.split())[:LONGEST_QUESTION]


def _hit(entry: Entry, withdrawals: Withdrawals) -> Hit:
    return Hit(
        entry.kind,
        str(KINDS[entry.kind]),
        entry.code,
        first_of(entry.titles),
        first_of(entry.context),
        withdrawals.marks((entry.kind, entry.code), entry.owners),
    )


def _reported(word: str, targets: dict[str, int]) -> dict[int, int]:
    """The places of targets of which a number was reported: as a value, or in that year. One query, of a number."""
    if not (word.isascii() and word.isdecimal()) or len(word) > LONGEST_NUMBER:
        return {}
    figures = Measurement.objects.filter(state=State.PUBLISHED, series=OuterRef("series"))
    said = Q(Exists(figures.filter(value=int(word))))
    if len(word) == 4 and date.min.year < int(word) <= date.max.year:
        year = date(int(word), 1, 1), date(int(word), 12, 31)
        said |= Q(Exists(figures.filter(as_of_on__range=year)))
    codes = Target.objects.published().filter(said).values_list("code", flat=True)
    # one that was published a moment ago may not be in the index yet
    return {targets[code]: EXACT * SAID for code in codes.order_by() if code in targets}


@lru_cache(maxsize=1)
def _index(_version: str) -> tuple[tuple[Entry, ...], WordIndex, dict[str, int]]:
    """Every public record that has a page, its words, and the places of targets by their codes.

    Seven queries, once for each version of the words.
    """
    entries, index = tuple(_entries()), WordIndex()
    for place, entry in enumerate(entries):
        index.add(place, entry.rest, SAID)
        index.add(place, entry.words, NAME)
    index.close()
    targets = {entry.code: place for place, entry in enumerate(entries) if entry.kind == "target"}
    return entries, index, targets


def _entries() -> Iterator[Entry]:
    for place in Territory.objects.published().select_related("parent"):
        yield _entry(
            "territory", place, "name", place=place.parent, spellings=place.other_spellings
        )
    for programme in Programme.objects.published():
        summary = _values(programme, "summary").values()
        yield _entry(
            "programme", programme, "name", spellings=programme.other_spellings, rest=summary
        )
    targets = Target.objects.published().select_related(
        "series__indicator",
        "series__territory",
        "series__programme",
        "series__centre",
        "agreement",
        "responsible",
    )
    said = _said()
    for target in targets:
        yield _target(target, said["target", target.pk])
    for centre in Centre.objects.published().select_related("territory"):
        yield _entry(
            "centre", centre, "name", place=centre.territory, spellings=centre.other_spellings
        )
    for owner in Organisation.objects.published():
        spellings = f"{owner.acronym}\n{owner.other_spellings}"
        yield _entry("organisation", owner, "name", spellings=spellings)
    for row in Agreement.objects.published():
        texts = [*_values(row, "subject").values(), *_values(row, "place").values()]
        texts.append(str(row.date.last.year) if row.date.last else "")
        yield _entry("agreement", row, "title", rest=[*texts, *said["agreement", row.pk]])


def _said() -> dict[tuple[str, int], list[str]]:
    """What was announced of targets, and by whom agreements were signed.

    Wordings, values and years; people, bodies and what they undertake. By table and key. One query.
    """
    nothing = Cast(Value(""), TextField())
    no_value = Cast(Value(None), DecimalField(max_digits=19, decimal_places=4))
    no_day = Cast(Value(None), DateField())
    # a translated table's own queryset selects in the order of a set, which a union would mix up
    announced = (
        TargetRevision.objects.rewrite(False)
        .filter(state=State.PUBLISHED)
        .annotate(
            table=Cast(Value("target"), TextField()),
            # as many as SQLite joins
            words=_joined("wording", "due_text", *DEFINITIONS[:3]),
            exact=Cast("due_precision", TextField()),
        )
        .values_list("table", "target", "words", "value", "announced_on", "due_on", "exact")
    )
    signed = (
        Signature.objects.rewrite(False)
        .filter(agreement__is_public=True, organisation__is_public=True)
        .annotate(
            table=Cast(Value("agreement"), TextField()),
            # as many too: what an office undertakes is mostly written in the first language
            words=_joined(
                *(f"person_{code}" for code in CODES[:2]),
                f"undertaking_{FIRST}",
                f"organisation__name_{FIRST}",
                "organisation__acronym",
            ),
            amount=no_value,
            none=no_day,
            never=no_day,
            exact=nothing,
        )
        .values_list("table", "agreement", "words", "amount", "none", "never", "exact")
    )
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    rows = announced.order_by().union(signed.order_by(), all=True)
    for table, key, words, value, first, last, exact in rows:
        days = [str(day)[:4] for day in (first, last) if day]
        if last and exact == Precision.TRAINING_YEAR:
            days.append(str(int(days[-1]) - 1))
        found[table, key] += [words, _figure(value), *days]
    return found


def _joined(*columns: str) -> Concat:
    """The texts of several columns, a space between them."""
    # PostgreSQL joins what is all of one kind
    parts = [Coalesce(Cast(name, TextField()), Value("", TextField())) for name in columns]
    pieces = (one for part in parts for one in (part, Value(" ", TextField())))
    return Concat(*pieces)


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def _target(row: Target, said: list[str]) -> Entry:
    series = row.series
    named = series if any(getattr(series, f"name_{code}") for code in CODES) else series.indicator
    spellings = "\n".join(
        one.other_spellings for one in (series.programme, series.territory) if one is not None
    )
    entry = _entry("target", named, "name", place=series.territory)
    around = [
        series.programme,
        series.territory,
        series.indicator,
        series.centre,
        row.responsible,
    ]
    texts = [value for one in around if one for value in _values(one, "name").values()]
    return Entry(
        "target",
        row.code,
        entry.titles,
        _values(series.programme or series.territory, "name"),
        entry.names,
        entry.words,
        frozenset(words_of([*texts, spellings, *said])),
        tuple(
            (str(owner._meta.model_name), owner.code)
            for owner in (series.programme, series.centre, row.agreement)
            if owner is not None
        ),
    )


def _entry(
    kind: str,
    row: Any,
    field: str,
    *,
    place: Any = None,
    spellings: str = "",
    rest: Iterable[str] = (),
) -> Entry:
    titles = _values(row, field)
    written = [*titles.values(), *spellings.splitlines(), row.code]
    around = [*rest, *(_values(place, "name").values() if place is not None else ())]
    return Entry(
        kind=kind,
        code=row.code,
        titles=titles,
        context=_values(place, "name") if place is not None else {},
        names=tuple({fold(text) for text in written if text}),
        words=frozenset(words_of(written)),
        rest=frozenset(words_of(around)),
    )


def _values(row: Any, field: str) -> dict[str, str]:
    return {lang: getattr(row, f"{field}_{lang}") or "" for lang in CODES}
