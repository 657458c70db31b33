"""Two or three regions side by side: the figures of their own pages, one row for what is counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from programmes.calculations.figures import Status
from programmes.models import Series, Target, Territory
from programmes.selectors.context import SeriesLine
from programmes.selectors.dossier import Dossier, read_dossier
from programmes.selectors.names import Named, named_if_public
from programmes.selectors.promises import PromiseLine, promise_line
from programmes.selectors.standings import Standing
from programmes.selectors.target_rows import SeriesRow
from programmes.selectors.territories import (
    RegionTile,
    areas_of,
    lies_in,
    tiles_with_counts,
    with_chains,
)
from programmes.selectors.texts import Text, translated

FEWEST, MOST = 2, 3
Key = tuple[int | None, int]


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
class Row:
    """What is counted, of which programme, and one cell for each region."""

    label: Text
    programme: Named | None
    cells: tuple[PromiseCell | FigureCell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Regions side by side. national: promised for the whole country, with a share for none of them."""

    regions: tuple[RegionTile, ...]
    promises: tuple[Row, ...]
    national: tuple[PromiseLine, ...]
    figures: tuple[Row, ...]


def comparable_regions(on: date) -> tuple[RegionTile, ...]:
    """The regions that may be compared, in their official order. Three queries."""
    return tuple(tiles_with_counts(on, Counter()))


def compare(regions: tuple[RegionTile, ...], on: date) -> Comparison:
    """Regions side by side, in the order given. At most eight queries."""
    rows = {
        row.code: row
        for row in with_chains(Territory.objects.filter(code__in=[one.code for one in regions]))
    }
    places = [rows[one.code] for one in regions]
    above = [row.parent for row in places[:1] if row.parent]
    areas = [areas_of(row, above) for row in places]
    among = set().union(*(some for some, _others in areas))
    dossier = read_dossier(
        on,
        targets=_targets(places, above),
        series=Series.objects.filter(
            Q(territory__in=places) | Q(pk__in=among), centre=None, targets=None
        ),
    )
    promises, national = _promises(dossier, places, areas)
    return Comparison(
        regions=regions,
        promises=promises,
        national=national,
        figures=_figures(dossier, places, areas),
    )


def _targets(places: list[Territory], above: list[Territory]) -> Iterable[Target]:
    inside = Territory.objects.within({row.pk for row in places})
    return Target.objects.filter(
        Q(series__territory__in=inside) | Q(series__territory__in=above, series__centre=None),
        series__role=Series.Role.PROGRESS,
    ).order_by("series__programme__code", "series__indicator__code", "code")


def _promises(
    dossier: Dossier, places: list[Territory], areas: list[tuple[set[int], set[int]]]
) -> tuple[tuple[Row, ...], tuple[PromiseLine, ...]]:
    """The rows in which at least one region has something of its own; and what is only national."""
    known = [one for one in dossier.standings if one.status is not Status.NOT_YET_PROMISED]
    by_key: dict[Key, list[Standing]] = {}
    for one in known:
        by_key.setdefault(_key(one.target.series), []).append(one)
    rows, national = [], []
    for standings in by_key.values():
        cells = tuple(
            _promise_cell(standings, row, *found) for row, found in zip(places, areas, strict=True)
        )
        if any(cell.own or cell.shared for cell in cells):
            rows.append(_row(standings[0].target.series, cells))
        else:
            national += [line for cell in cells[:1] for line in cell.wider]
    return tuple(rows), tuple(national)


def _promise_cell(
    standings: list[Standing],
    row: Territory,
    among: set[int],
    elsewhere: set[int],
) -> PromiseCell:
    own, shared, wider = [], [], []
    for one in standings:
        series = one.target.series
        if lies_in(series.territory, row):
            own.append(promise_line(one))
        elif series.pk in among:
            shared.append(promise_line(one))
        elif series.territory.parent_id is None and series.pk not in elsewhere:
            wider.append(promise_line(one))
    return PromiseCell(tuple(own), tuple(shared), () if own or shared else tuple(wider))


def _figures(
    dossier: Dossier, places: list[Territory], areas: list[tuple[set[int], set[int]]]
) -> tuple[Row, ...]:
    lines = {line.code: line for line in dossier.series_lines()}
    by_key: dict[Key, list[SeriesRow]] = {}
    for one in dossier.series:
        by_key.setdefault(_key(one.series), []).append(one.series)
    return tuple(
        _row(
            found[0],
            tuple(
                FigureCell(
                    own=tuple(lines[one.code] for one in found if one.territory_id == row.pk),
                    shared=tuple(lines[one.code] for one in found if one.pk in among),
                )
                for row, (among, _elsewhere) in zip(places, areas, strict=True)
            ),
        )
        for found in by_key.values()
    )


def _key(series: SeriesRow) -> Key:
    return series.programme_id, series.indicator.pk


def _row(series: SeriesRow, cells: tuple[PromiseCell | FigureCell, ...]) -> Row:
    return Row(translated(series.indicator, "name"), named_if_public(series.programme), cells)
