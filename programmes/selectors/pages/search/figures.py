"""The numbers of a question among published figures: of which series one is a figure, and how it is said."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Standing
from programmes.selectors.lines.series_lines import SHOWN, latest_figures, period_words
from programmes.selectors.pages.search.index import SAID, FollowedSeries, Index
from programmes.selectors.promises.value_words import dated_value
from programmes.selectors.wording.formats import unit_in
from programmes.selectors.wording.word_index import EXACT, is_number
from programmes.type_names import certain

# digits before the point of the largest value that is kept, and after it
LONGEST, DECIMALS = 11, 4
FINEST = Decimal(1).scaleb(-DECIMALS)
COLUMNS = (
    "series",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
)


class Number(NamedTuple):
    """A number as it was typed, with so many decimals."""

    value: Decimal
    decimals: int

    @classmethod
    def of(cls, word: str) -> "Number | None":
        """The number that a folded word is. None: it is none, or larger or finer than any that is kept."""
        whole, _point, rest = word.partition(".")
        if not is_number(word) or len(whole) > LONGEST or len(rest) > DECIMALS:
            return None
        return cls(Decimal(word), len(rest))

    @property
    def year(self) -> int | None:
        """The year that it may be."""
        is_year = not self.decimals and 1000 <= self.value <= date.max.year
        return int(self.value) if is_year else None

    @property
    def near(self) -> Q:
        """The stored values that may be printed so, as a count or in per cent: never too few."""
        found, half = Q(), Decimal(1).scaleb(-self.decimals) / 2
        for size in (1, 100):
            low, high = (self.value - half) / size, (self.value + half) / size
            # what is stored is compared as it is stored
            found |= Q(value__gte=low.quantize(FINEST, ROUND_FLOOR)) & Q(
                value__lte=high.quantize(FINEST, ROUND_CEILING)
            )
        return found


# The places of entries by the numbers that a figure of theirs says, or the year of one.
Places = dict[Number, dict[int, int]]


def places_of(
    numbers: Iterable[Number],
    index: Index,
    on: date,
    *,
    version: str,
    known: datetime | None = None,
) -> Places:
    """The places of series and targets that have a figure of each number on a day, or of that year.

    One query for what was reported, one for what is worked out, and one for each year in each version of the data.
    """
    found: Places = {number: {} for number in numbers}
    if not found:
        return found
    near = reduce(or_, (number.near for number in found))
    reported = Measurement.objects.standing(known).filter(near, as_of_on__lte=on).order_by()
    worked_out = Standing.objects.at(on, known).filter(near, target__in=index.worked_out)
    rows = [
        *reported.values_list("series_id", "value").distinct(),
        *worked_out.order_by().values_list("target__series_id", "value"),
    ]
    for key, value in rows:
        for place in index.by_series.get(key, ()):
            followed = index.entries[place].followed
            shown = followed.shown(Fraction(value)) if followed and value is not None else None
            for number, places in found.items():
                if number.value == shown:
                    places[place] = EXACT * SAID
    for number, places in found.items():
        if number.year:
            keys = _reported_in(version, number.year, on, known)
            # one that was published a moment ago may not be in the index yet
            places |= dict.fromkeys(
                (place for key in keys for place in index.by_series.get(key, ())), EXACT * SAID
            )
    return found


@lru_cache(maxsize=16)
def _reported_in(_version: str, year: int, on: date, known: datetime | None) -> tuple[int, ...]:
    """The keys of series with a figure of a year, by a day. Kept: most series have one of a recent year."""
    figures = Measurement.objects.standing(known).filter(
        series=OuterRef("pk"), as_of_on__range=(date(year, 1, 1), min(date(year, 12, 31), on))
    )
    # without the translated table's own queryset, which takes its time with each row
    return tuple(QuerySet(Series).filter(Exists(figures)).values_list("pk", flat=True).order_by())


@dataclass(frozen=True, slots=True)
class MatchedFigure:
    """A published figure. words: with its date, as a page prints it."""

    shown: Decimal
    year: int
    words: str

    def says(self, number: Number) -> bool:
        return self.shown == number.value

    def is_of(self, number: Number) -> bool:
        return self.says(number) or self.year == number.year


def matched_figures(
    asked: Iterable[tuple[FollowedSeries | None, tuple[Number, ...], tuple[Number, ...]]],
    on: date,
    *,
    known: datetime | None = None,
) -> dict[int, MatchedFigure]:
    """Of series, by key, the figure that a question asks for, else the last one. One query where there are any.

    asked: each series with the numbers of the question, and those of which one of its figures has to be. Series of
    which no page shows such a figure are left out.
    """
    wanted = {one.key: (one, numbers, proof) for one, numbers, proof in asked if one is not None}
    if not wanted:
        return {}
    by_series: dict[int, list[MatchedFigure]] = defaultdict(list)
    chosen = Series.objects.filter(pk__in=wanted)
    latest = latest_figures(chosen, on, known, SHOWN).standing(known)
    for key, *row in latest.order_by("-as_of_on", "-pk").values_list(*COLUMNS):
        if len(by_series[key]) < SHOWN:
            by_series[key].append(_said(wanted[key][0], *row))
    found: dict[int, MatchedFigure] = {}
    for key, figures in by_series.items():
        _followed, numbers, proof = wanted[key]
        if all(any(one.is_of(number) for one in figures) for number in proof):
            asked_for = [one for one in figures for number in numbers if one.says(number)] or [
                one for one in figures for number in numbers if one.is_of(number)
            ]
            found[key] = (asked_for or figures)[0]
    return found


def _said(
    followed: FollowedSeries,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    qualifier: str,
    start: date | None,
    *stored: Any,
) -> MatchedFigure:
    """A row in words."""
    amount = (
        Fraction(value)
        if value is not None
        else Fraction(certain(numerator)) / Fraction(certain(denominator))
    )
    unit = unit_in(followed.units, followed.measure, followed.decimals)
    as_of = PreciseDate.from_stored(*stored)
    words = dated_value(unit.amount(amount, qualifier), period_words(start, as_of))
    return MatchedFigure(followed.shown(amount), stored[0].year, words)
