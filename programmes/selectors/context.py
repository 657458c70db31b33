"""The published figures of series: those without a target, and context statistics, which are never progress."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models import Series, State
from programmes.selectors.figure_rows import (
    COLUMNS,
    LATEST_FIRST,
    FigureRow,
    figures_of,
    in_order,
    readable,
)
from programmes.selectors.formats import as_of_words, date_words, number, unit_of
from programmes.selectors.names import Named, named
from programmes.selectors.nested import AtMost, Nested
from programmes.selectors.prepared import Asked, Choice, Chosen, Prepared, Question
from programmes.selectors.sources import SourceLine
from programmes.selectors.target_rows import SERIES_COLUMNS, SeriesRow, series_row
from programmes.selectors.texts import Text, translated

# How many figures of a series stand in a list: the latest. And on the page of a target.
SHOWN, SHOWN_ALONE = 12, 200


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure with its date and source. date: as a sentence says it; day: as a table does.

    state, outcome: empty for a figure that stands; else what became of it, and why.
    """

    value: str
    date: str
    day: str
    source: SourceLine | None
    note: str
    ref: str
    state: str = ""
    state_words: str = ""
    outcome: str = ""

    @property
    def struck(self) -> bool:
        """Corrected or withdrawn. A figure set aside is another source's, and is not struck."""
        return self.state in (State.SUPERSEDED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One followed figure, oldest first, and the other figures that exist for it. cut: empty where these are all."""

    code: str
    label: Text
    is_context: bool
    place: Named
    figures: tuple[FigureLine, ...]
    others: tuple[FigureLine, ...]
    cut: str

    @property
    def last(self) -> FigureLine:
        return self.figures[-1]

    @property
    def earlier(self) -> tuple[FigureLine, ...]:
        """The figures before the last, latest first."""
        return self.figures[-2::-1] if len(self.figures) > 1 else ()


@dataclass(frozen=True, slots=True)
class Reported:
    """A series with its latest figures, oldest first; others: the latest of those that no longer stand.

    is_cut: more were published than these.
    """

    series: SeriesRow
    figures: tuple[FigureRow, ...]
    others: tuple[FigureRow, ...]
    is_cut: bool


def ask_series(series: QuerySet[Series] | Choice, on: date) -> Question | None:
    """Asks for the public ones among series, progress before context."""
    return SERIES.ask(chosen=series, on=on)


def series_of(answer: Iterable[tuple[Any, ...]], on: date) -> tuple[Reported, ...]:
    """Those of the answer in which a figure was published."""
    return tuple(
        Reported(
            series_row(tuple(columns)),
            in_order((figures_of(latest),), on),
            in_order((figures_of(others),), on),
            count > SHOWN,
        )
        for latest, others, count, *columns in answer
        if count
    )


def _rows() -> QuerySet[Series]:
    latest = readable(OuterRef("pk"), Asked("on", date)).order_by(*LATEST_FIRST)
    standing = latest.filter(state=State.PUBLISHED)
    return (
        # as the columns are written: a translated table's own queryset would put them in another order
        Series.objects.rewrite(False)
        .published()
        .filter(Chosen(Series))
        .annotate(
            latest=Nested(standing[:SHOWN], *COLUMNS),
            others=Nested(latest.exclude(state=State.PUBLISHED)[:SHOWN], *COLUMNS),
            count=AtMost(standing, SHOWN + 1),
        )
        # Progress stands before context: the roles in the order of the alphabet, backwards.
        .order_by("-role", "indicator__code", "code")
        .values_list("latest", "others", "count", *SERIES_COLUMNS)
    )


SERIES = Prepared(_rows)


def series_line(reported: Reported, sources: dict[int, SourceLine]) -> SeriesLine:
    """A series with its figures in words."""
    row = reported.series
    return SeriesLine(
        code=row.code,
        label=translated(row, "name") or translated(row.indicator, "name"),
        is_context=row.role == Series.Role.CONTEXT,
        place=named(row.territory),
        figures=figure_lines(row, reported.figures, sources),
        others=figure_lines(row, reported.others, sources),
        cut=cut_words(SHOWN) if reported.is_cut else "",
    )


def cut_words(shown: int) -> str:
    """Says that a long series is not shown whole."""
    return _("Only the latest %(count)s figures are shown here.") % {"count": number(shown)}


def figure_lines(
    series: SeriesRow, rows: Iterable[FigureRow], sources: dict[int, SourceLine]
) -> tuple[FigureLine, ...]:
    """The figures of a series in words, in the order given."""
    unit = unit_of(series.indicator)
    return tuple(
        FigureLine(
            value=unit.amount(row.figure.amount, row.figure.qualifier),
            date=period_words(row.figure.period_start, row.as_of),
            day=date_words(_period(row.figure.period_start, row.as_of)),
            source=sources.get(row.source_id),
            note=row.note,
            ref=row.ref,
            state="" if row.state == State.PUBLISHED else row.state,
            state_words="" if row.state == State.PUBLISHED else str(State(row.state).label),
            outcome=row.outcome,
        )
        for row in rows
    )


def period_words(start: date | None, as_of: PreciseDate) -> str:
    """The date of a figure, or the period that it counts where its date does not already say it."""
    return as_of_words(_period(start, as_of))


def _period(start: date | None, as_of: PreciseDate) -> PreciseDate:
    if start is None or as_of.last is None or start == as_of.first:
        return as_of
    return PreciseDate.of_span(start, as_of.last)
