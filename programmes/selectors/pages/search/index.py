"""The words of all public records that have a page, folded into one index: the same on every database.

Each process keeps it until words have another version (`models/data_version.py`). Reported figures, of which there may
be a million, are not in it; the series that they belong to are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import DateField, DecimalField, Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from programmes.calculations.amounts import to_decimal
from programmes.calculations.choices import FiguresFrom, Measure, Precision
from programmes.languages import CODES, FIRST
from programmes.models import (
    Agreement,
    Centre,
    Organisation,
    Programme,
    Series,
    Signature,
    Standing,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.names import fold
from programmes.models.sealed import Showable
from programmes.models.target import DEFINITIONS
from programmes.selectors.lines.page_rows import SERIES_A_PAGE
from programmes.selectors.wording.names import Record
from programmes.selectors.wording.word_index import WordIndex, words_of

# How much a word says of a record: in its name, or in what is said of it.
NAME, SAID = 10, 3
AROUND_SERIES = (
    "series__indicator",
    "series__territory",
    "series__programme",
    "series__centre__operator",
)
# A text by its languages.
Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class FollowedSeries:
    """The series of an entry: how its figures are written, and the record on whose page they stand.

    target: the key of that of the entry, 0 where it has none. is_stored: whether its figures are, as they are printed.
    """

    key: int
    measure: Measure
    decimals: int
    units: Texts
    page: Record
    target: int
    is_stored: bool

    def shown(self, amount: Fraction) -> Decimal:
        """A figure as pages print it, a ratio in per cent."""
        size = 100 if self.measure is Measure.RATIO else 1
        return to_decimal(amount * size, self.decimals)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its names by language, and its words folded. `rest` is what is said of it.

    context: the names of what tells it from others of its name. owners: what it belongs to, where that can be
    withdrawn. followed: of a target or series. shown_at: since when the public sees it; None where it
    always did, or its figures say so.
    """

    kind: str
    code: str
    titles: Texts
    context: tuple[Texts, ...]
    names: tuple[str, ...]
    words: frozenset[str]
    rest: frozenset[str]
    owners: tuple[Record, ...] = ()
    followed: FollowedSeries | None = None
    shown_at: datetime | None = None

    @property
    def page(self) -> Record:
        """The record on whose page it stands."""
        if self.kind == "series" and self.followed is not None:
            return self.followed.page
        return self.kind, self.code


@dataclass(frozen=True, slots=True)
class Index:
    """All entries, their names in order and their words with their places, and these by the keys of series.

    worked_out: the keys of targets whose figures are not all stored as they are printed: of sums, counts and ratios.
    crowded: the records whose series may fill more than a page.
    """

    entries: tuple[Entry, ...]
    names: list[tuple[str, int]]
    words: WordIndex
    by_series: dict[int, list[int]]
    worked_out: tuple[int, ...]
    crowded: frozenset[Record]


@dataclass(slots=True)
class AddedText:
    """Of a target what was announced: wordings, years and values. Of an agreement the people and bodies that signed it,
    and what they undertake."""

    words: list[str] = field(default_factory=list)
    values: list[Decimal] = field(default_factory=list)


@lru_cache(maxsize=1)
def read_index(_version: str) -> Index:
    """The index of a version of the words. Eleven queries, once for each."""
    entries, words = tuple(_entries()), WordIndex()
    by_series: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        words.add(place, entry.rest, SAID)
        words.add(place, entry.words, NAME)
        if entry.followed is not None:
            by_series[entry.followed.key].append(place)
    words.close()
    followed = [entry.followed for entry in entries if entry.followed is not None]
    worked_out = tuple(one.target for one in followed if one.target and not one.is_stored)
    names = sorted((name, place) for place, entry in enumerate(entries) for name in entry.names)
    return Index(entries, names, words, dict(by_series), worked_out, _crowded())


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
    said = _said()
    targets = _with_page().select_related(*AROUND_SERIES, "agreement", "responsible")
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
        yield _entry("agreement", row, "title", rest=[*texts, *said["agreement", row.pk].words])
    for one in _followed().select_related(*(path.partition("__")[2] for path in AROUND_SERIES)):
        if one.centre or one.programme or one.territory.is_public:
            yield _series(one)


def _with_page() -> QuerySet[Target]:
    """Targets that something was announced of: the others have no page."""
    said = Standing.objects.known().filter(target=OuterRef("pk"))
    return Target.objects.published().filter(Exists(said))


def _followed() -> QuerySet[Series]:
    """Public series without a promise that published rows rest on: nearly always, figures."""
    promised = _with_page().order_by().values("series")
    return Series.objects.published().filter(sealed_at__isnull=False).exclude(pk__in=promised)


def _crowded() -> frozenset[Record]:
    """The records on whose pages more series may stand than one page prints. Three queries."""
    above = {
        row.pk: (row.code, row.parent_id)
        for row in Territory.objects.published().only("pk", "code", "parent_id")
    }

    def places(key: int | None) -> Iterator[Record]:
        while key in above:
            code, key = above[key]
            yield "territory", code

    counted = Counter[Record]()
    public = Series.objects.published()
    for place, programme, centre in public.order_by().values_list(
        "territory_id", "programme__code", "centre__code"
    ):
        counted.update(places(place))
        owners = (("centre", centre),) if centre else (("programme", programme),)
        counted.update((table, code) for table, code in owners if code)
    for (place,) in Series.areas.through.objects.order_by().values_list("territory_id"):
        counted.update(places(place))
    return frozenset(record for record, count in counted.items() if count > SERIES_A_PAGE)


def _said() -> dict[tuple[str, int], AddedText]:
    """What was announced of targets, and by whom agreements were signed, by table and key. One query."""
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
    found: dict[tuple[str, int], AddedText] = defaultdict(AddedText)
    rows = announced.order_by().union(signed.order_by(), all=True)
    for table, key, words, value, first, last, exact in rows:
        days = [str(day)[:4] for day in (first, last) if day]
        if last and exact == Precision.TRAINING_YEAR:
            days.append(str(int(days[-1]) - 1))
        found[table, key].words += [words, *days]
        if value is not None:
            found[table, key].values.append(value)
    return found


def _joined(*columns: str) -> Concat:
    """The texts of several columns, a space between them."""
    # PostgreSQL joins what is all of one kind
    parts = [Coalesce(Cast(name, TextField()), Value("", TextField())) for name in columns]
    pieces = (one for part in parts for one in (part, Value(" ", TextField())))
    return Concat(*pieces)


def _target(row: Target, said: AddedText) -> Entry:
    followed = _followed_by(row.series, row.pk)
    values = [f"{followed.shown(Fraction(value)):f}" for value in said.values]
    owners = [("agreement", row.agreement)]
    entry = _of_series(
        "target", row.code, row.series, followed, row.responsible, owners, [*said.words, *values]
    )
    return replace(entry, shown_at=row.sealed_at)


def _series(row: Series) -> Entry:
    return _of_series("series", row.code, row, _followed_by(row), None, [], [])


def _of_series(
    kind: str,
    code: str,
    series: Series,
    followed: FollowedSeries,
    responsible: Organisation | None,
    owners: list[tuple[str, Any]],
    said: list[str],
) -> Entry:
    """The entry of a series or its target, found by all that is around the series too."""
    named = series if any(getattr(series, f"name_{lang}") for lang in CODES) else series.indicator
    spellings = "\n".join(
        one.other_spellings for one in (series.programme, series.territory) if one is not None
    )
    operator = series.centre.operator if series.centre else None
    around = (
        series.programme,
        series.territory,
        series.indicator,
        series.centre,
        responsible,
        operator,
    )
    texts = [value for one in around if one for value in _values(one, "name").values()]
    acronyms = [one.acronym for one in (responsible, operator) if one]
    entry = _entry(kind, named, "name", place=series.territory)
    is_national = series.territory.parent_id is None
    context = (
        series.programme,
        series.centre or (None if is_national and series.programme else series.territory),
    )
    owners = [("programme", series.programme), ("centre", series.centre), *owners]
    return Entry(
        kind,
        code,
        entry.titles,
        tuple(_values(one, "name") for one in context if one is not None),
        entry.names,
        entry.words,
        frozenset(words_of([*texts, *acronyms, spellings, *said])),
        tuple((table, one.code) for table, one in owners if one is not None),
        followed,
    )


def _followed_by(series: Series, target: int = 0) -> FollowedSeries:
    indicator = series.indicator
    row = series.centre or series.programme or series.territory
    return FollowedSeries(
        series.pk,
        Measure(indicator.measure),
        indicator.decimals,
        _values(indicator, "unit"),
        (str(row._meta.model_name), row.code),
        target,
        series.figures == FiguresFrom.OWN and indicator.measure != Measure.RATIO,
    )


def _entry(
    kind: str,
    row: Any,
    column: str,
    *,
    place: Any = None,
    spellings: str = "",
    rest: Iterable[str] = (),
) -> Entry:
    titles = _values(row, column)
    written = [*titles.values(), *spellings.splitlines(), row.code]
    around = [*rest, *(_values(place, "name").values() if place is not None else ())]
    return Entry(
        kind=kind,
        code=row.code,
        titles=titles,
        context=(_values(place, "name"),) if place is not None else (),
        names=tuple({fold(text) for text in written if text}),
        words=frozenset(words_of(written)),
        rest=frozenset(words_of(around)),
        shown_at=row.sealed_at if isinstance(row, Showable) else None,
    )


def _values(row: Any, column: str) -> Texts:
    return {lang: getattr(row, f"{column}_{lang}") or "" for lang in CODES}
