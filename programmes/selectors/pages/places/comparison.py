"""Two or three regions side by side: the figures of their own pages, one row for what is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q, QuerySet

from programmes.models import Series, Target, Territory
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import PageRows, read_page_rows
from programmes.selectors.lines.places import lies_in, series_among, series_elsewhere, series_in
from programmes.selectors.lines.series_lines import (
    SeriesFigures,
    SeriesLine,
    series_line,
)
from programmes.selectors.pages.places.region_tiles import TILED, RegionTile, tiles_of
from programmes.selectors.promises.counts import NO_COUNTS
from programmes.selectors.promises.promise_lines import PromiseLine, text_of
from programmes.selectors.promises.promise_rows import PromiseRow
from programmes.selectors.wording.names import NamedRecord, Relation, named_if_public, read_names
from programmes.selectors.wording.texts import Text, translated

FEWEST, MOST = 2, 3
Key = tuple[int | None, int]


class Areas(NamedTuple):
    """The codes of series of several territories: those with a region among them, and those without."""

    among: set[str]
    elsewhere: set[str]


@dataclass(frozen=True, slots=True)
class PromiseCell:
    """What one region has in a row.

    own: its promises and those of the places in it. shared: of several territories, this one among them. wider, where
    it has neither: of a larger territory, without a share for this one: outside its status, never pro rata. All empty:
    nothing is promised.
    """

    own: tuple[PromiseLine, ...]
    shared: tuple[PromiseLine, ...]
    wider: tuple[PromiseLine, ...]


@dataclass(frozen=True, slots=True)
class FigureCell:
    """The figures of one region in a row; both empty where nothing was reported."""

    own: tuple[SeriesLine, ...]
    shared: tuple[SeriesLine, ...]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """What is counted, of which programme, and one cell for each region."""

    label: Text
    programme: NamedRecord | None
    cells: tuple[PromiseCell | FigureCell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Regions side by side. national: promised for the whole country, with a share for none of them."""

    regions: tuple[RegionTile, ...]
    promises: tuple[ComparisonRow, ...]
    national: tuple[PromiseLine, ...]
    figures: tuple[ComparisonRow, ...]
    notes: Notes


def comparable_regions() -> tuple[Territory, ...]:
    """The regions that may be compared, in their official order. One query."""
    return tuple(Territory.objects.published().regions().select_related("parent__parent"))


def compare(places: Sequence[Territory], on: date, *, known: datetime | None = None) -> Comparison:
    """Regions side by side, in the order given. At most eight queries."""
    above = [row.parent for row in places[:1] if row.parent]
    names = read_names(
        **{f"among {row.code}": Relation(series_among(row)) for row in places},
        **{f"elsewhere {row.code}": Relation(series_elsewhere(row)) for row in places},
    )
    areas = [
        Areas(*({one.code for one in names[f"{name} {row.code}"]} for name in Areas._fields))
        for row in places
    ]
    page_rows = read_page_rows(
        on,
        known=known,
        beside=places,
        centres=TILED.filter(territory__in=Territory.objects.within({row.pk for row in places})),
        targets=_targets(places, above),
        series=reduce(or_, map(series_in, places)),
    )
    promises, national = _promises(page_rows, places, areas)
    return Comparison(
        regions=tiles_of(places, page_rows, NO_COUNTS),
        promises=promises,
        national=national,
        figures=_figures(page_rows, places, areas),
        notes=page_rows.notes,
    )


def _targets(places: Sequence[Territory], above: Sequence[Territory]) -> QuerySet[Target]:
    inside = Territory.objects.within({row.pk for row in places})
    return Target.objects.filter(
        Q(series__territory__in=inside) | Q(series__territory__in=above, series__centre=None),
        series__role=Series.Role.PROGRESS,
    ).order_by("series__programme__code", "series__indicator__code", "code")


def _promises(
    page_rows: PageRows, places: Sequence[Territory], areas: list[Areas]
) -> tuple[tuple[ComparisonRow, ...], tuple[PromiseLine, ...]]:
    """The rows in which at least one region has something of its own; and what is only national."""
    by_key: dict[Key, list[PromiseRow]] = {}
    for one in page_rows.promised():
        by_key.setdefault((one.programme, one.indicator), []).append(one)
    rows, national = [], []
    for promised in by_key.values():
        cells = tuple(
            _promise_cell(page_rows, promised, row, found)
            for row, found in zip(places, areas, strict=True)
        )
        if any(cell.own or cell.shared for cell in cells):
            owner = page_rows.promise(promised[0]).programme
            rows.append(ComparisonRow(text_of(promised[0].indicator_names), owner, cells))
        else:
            national += [line for cell in cells[:1] for line in cell.wider]
    return tuple(rows), tuple(national)


def _promise_cell(
    page_rows: PageRows,
    promised: list[PromiseRow],
    row: Territory,
    areas: Areas,
) -> PromiseCell:
    own, shared, wider = [], [], []
    for one in promised:
        if row.pk in one.place:
            own.append(page_rows.promise(one))
        elif one.series_code in areas.among:
            shared.append(page_rows.promise(one))
        elif one.above is None and one.series_code not in areas.elsewhere:
            wider.append(page_rows.promise(one))
    return PromiseCell(tuple(own), tuple(shared), () if own or shared else tuple(wider))


def _figures(
    page_rows: PageRows, places: Sequence[Territory], areas: list[Areas]
) -> tuple[ComparisonRow, ...]:
    """Rows of series of which nothing is promised in one of the places, with those of the same in another.

    The others stand beside their promises.
    """
    promised = {row.series for row in page_rows.promised()}
    by_key: dict[Key, list[SeriesFigures]] = {}
    for one in (one for one in page_rows.series if one.figures):
        key = (one.series.programme_id, one.series.indicator_id)
        by_key.setdefault(key, []).append(one)
    return tuple(
        ComparisonRow(
            translated(found[0].series.indicator, "name"),
            named_if_public(found[0].series.programme),
            tuple(
                FigureCell(
                    own=tuple(
                        series_line(one, page_rows.sources, row)
                        for one in found
                        if lies_in(one.series.territory, row)
                    ),
                    shared=tuple(
                        series_line(one, page_rows.sources)
                        for one in found
                        if one.series.code in beside.among
                    ),
                )
                for row, beside in zip(places, areas, strict=True)
            ),
        )
        for found in by_key.values()
        if any(one.series.pk not in promised for one in found)
    )
