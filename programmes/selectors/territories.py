"""Territories: the grid of the regions, and one territory in full."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.models import Centre, Programme, Series, Target, Territory
from programmes.selectors.centre_lines import CentreLine, CentreState
from programmes.selectors.context import SeriesLine
from programmes.selectors.dossier import read_dossier
from programmes.selectors.formats import number
from programmes.selectors.likes import LikeLine, like_lines
from programmes.selectors.names import Named, Relation, named_if_public, read_names
from programmes.selectors.nested import Nested, nested_key, nested_rows
from programmes.selectors.presence import programmes_here
from programmes.selectors.programmes import announced_targets
from programmes.selectors.promises import PromiseLine
from programmes.selectors.target_rows import PlaceRow
from programmes.selectors.texts import Text, translated

LOCAL = (Territory.Kind.PROVINCE, Territory.Kind.PREFECTURE)
# Where a region stands in the grid (column, row), by its HCP code.
TILES = {
    "01": (3, 0), "04": (2, 1), "03": (3, 1), "02": (4, 1), "06": (2, 2), "05": (3, 2),
    "07": (2, 3), "08": (3, 3), "10": (1, 4), "09": (2, 4), "11": (1, 5), "12": (0, 6),
}  # fmt: skip
LONGEST_SHORT_NAME = 11


@dataclass(frozen=True, slots=True)
class RegionTile:
    """One region in the grid and in the table under it.

    shape: that of the furthest of its centres; empty where no centre is known, which is hatched, never zero.
    figure: open centres of those announced, annexes counted with the centre they belong to.
    """

    code: str
    name: Text
    short: str
    column: int
    row: int
    shape: str
    figure: str
    centres: str
    population: str
    promises: int


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """All that a territory's page prints.

    promises: its own and those of the places in it. shared: of several territories, this one among them.
    wider: announced for a larger territory without a share for this one: outside its status, never pro rata.
    programmes: each with the note `here` where it has a page of its own in this territory.
    likes: its figures beside those of the other territories of its level, of which there are `level` with it.
    """

    code: str
    name: Text
    kind: str
    kind_words: str
    population: str
    parent: Named | None
    children: tuple[Named, ...]
    promises: tuple[PromiseLine, ...]
    shared: tuple[PromiseLine, ...]
    wider: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]
    serving: tuple[CentreLine, ...]
    programmes: tuple[Named, ...]
    series: tuple[SeriesLine, ...]
    likes: tuple[LikeLine, ...]
    level: int


def region_tiles(on: date) -> list[RegionTile]:
    """The twelve regions in their official order. Three queries."""
    territories = (
        "series__territory__code",
        "series__territory__parent__code",
        "series__territory__kind",
    )
    counts = Counter(
        above if kind in LOCAL else code
        for _target, code, above, kind in announced_targets(on, *territories)
    )
    return tiles_with_counts(on, counts)


def tiles_with_counts(on: date, promises: Counter[str]) -> list[RegionTile]:
    """The same where the number of promises of each region is known. Two queries."""
    regions = Territory.objects.published().regions()
    dossier = read_dossier(on, centres=Centre.objects.filter(parent=None))
    by_region = defaultdict(list)
    for row, line in zip(dossier.centres, dossier.centre_lines(), strict=True):
        by_region[region_code(row.territory)].append(line)
    return [_tile(row, by_region[row.code], promises[row.code]) for row in regions]


def region_code(row: PlaceRow) -> str:
    """The code of the region that a territory lies in (its parent read with it), or its own."""
    return row.parent.code if row.kind in LOCAL else row.code


def territory_page(code: str, on: date) -> TerritoryPage | None:
    """The page of a public territory, or None. At most seven queries."""
    row = with_chains(Territory.objects.published()).filter(code=code).first()
    if row is None:
        return None
    above = [one for one in (row.parent, row.parent and row.parent.parent) if one]
    inside = Territory.objects.within({row.pk})
    among, elsewhere = areas_of(row, above)
    names = read_names(
        children=Relation(Territory.objects.published().filter(parent=row), order="hcp_code"),
        programmes=Relation(_programmes(inside, above, among)),
        here=Relation(programmes_here(inside, among)),
        level=Relation(Territory.objects.published().like(row)),
    )
    here = {one.code for one in names["here"]} if above else set()
    level = len(names["level"])
    dossier = read_dossier(
        on,
        targets=targets_touching(row, inside, above).exclude(series__in=elsewhere),
        series=Series.objects.filter(
            Q(territory=row) | Q(pk__in=among), centre=None, targets=None
        ).exclude(pk__in=elsewhere),
        centres=Centre.objects.filter(Q(territory__in=inside) | Q(serves__in=inside)),
    )
    wholes = {
        one.target.part_of_id
        for one in dossier.standings
        if lies_in(one.target.series.territory, row)
    }
    return TerritoryPage(
        code=row.code,
        name=translated(row, "name"),
        kind=row.kind,
        kind_words=row.get_kind_display(),
        population=_population(row),
        parent=named_if_public(row.parent),
        children=names["children"],
        promises=dossier.promises(lambda target: lies_in(target.series.territory, row)),
        shared=dossier.promises(
            lambda target: not lies_in(target.series.territory, row) and target.series_id in among
        ),
        wider=dossier.promises(
            lambda target: (
                not lies_in(target.series.territory, row)
                and target.series_id not in among
                and target.pk not in wholes
            )
        ),
        centres=dossier.centre_lines(lambda centre: lies_in(centre.territory, row)),
        serving=dossier.centre_lines(lambda centre: not lies_in(centre.territory, row)),
        programmes=tuple(
            replace(one, note="here" if one.code in here else "") for one in names["programmes"]
        ),
        series=dossier.series_lines(),
        likes=like_lines(row, level, on) if above else (),
        level=level,
    )


def lies_in(place: PlaceRow, row: Territory) -> bool:
    """Whether a territory is another or lies in it (its parent read with it; the tree has three levels)."""
    above = place.parent.parent_id if place.parent else None
    return row.pk in (place.pk, place.parent_id, above)


def targets_touching(
    row: Territory, inside: QuerySet[Territory], above: list[Territory]
) -> QuerySet[Target]:
    """Progress targets of the territory, of the places and centres in it, and those of the territories above.

    The country's page leaves the regions' to their own pages.
    """
    if row.parent_id is None:
        chosen = Q(series__territory=row, series__centre=None)
    else:
        chosen = Q(series__territory__in=inside) | Q(
            series__territory__in=above, series__centre=None
        )
    return Target.objects.filter(chosen, series__role=Series.Role.PROGRESS).order_by(
        "series__territory__hcp_code", "series__programme__code", "code"
    )


CHAIN = ("series_id", "place", "over", "top")


def with_chains(rows: QuerySet[Territory]) -> QuerySet[Territory]:
    """Territories with those above them, and `chains`: the areas of each series of those, with their parents."""
    covered = Series.areas.through.objects.filter(
        Q(series__territory=OuterRef("parent")) | Q(series__territory=OuterRef("parent__parent"))
    ).annotate(
        place=F("territory_id"),
        over=F("territory__parent_id"),
        top=F("territory__parent__parent_id"),
    )
    return rows.select_related("parent__parent").annotate(chains=Nested(covered, *CHAIN))


def areas_of(row: Territory, above: list[Territory]) -> tuple[set[int], set[int]]:
    """The series of several territories: those with this one (or a place in it) among them, and those without.

    The territory is read `with_chains`.

    A series that covers a territory above covers this one too, but without a share of its own: it is in neither set.
    """
    among, wider, every = set(), set(), set()
    for series_id, *chain in (map(nested_key, keys) for keys in nested_rows(row.chains)):
        every.add(series_id)
        if row.pk in chain:
            among.add(series_id)
        elif chain[0] in {one.pk for one in above}:
            wider.add(series_id)
    return among, every - among - wider


def _programmes(
    inside: QuerySet[Territory], above: list[Territory], among: set[int]
) -> QuerySet[Programme]:
    """Those of the territories above, and those that have something of their own here."""
    named_above = Programme.objects.filter(territories__in=above)
    here = programmes_here(inside, among)
    return Programme.objects.published().filter(
        Q(pk__in=named_above.values("pk")) | Q(pk__in=here.values("pk"))
    )


FURTHEST = (
    CentreState.OPEN,
    CentreState.UNDER_CONSTRUCTION,
    CentreState.PLANNED,
    CentreState.ANNOUNCED,
    CentreState.CLOSED,
    CentreState.CANCELLED,
)


def _tile(row: Territory, centres: list[CentreLine], promises: int) -> RegionTile:
    column, line = TILES.get(row.hcp_code, (0, 0))
    name = translated(row, "name")
    states = [one.state for one in centres]
    is_open = sum(state.code == CentreState.OPEN for state in states)
    counts = Counter(state.words for state in states)
    by_rank = sorted(states, key=lambda state: FURTHEST.index(CentreState(state.code)))
    words = [
        _("%(state)s: %(count)s") % {"state": state.words, "count": counts[state.words]}
        for state in dict.fromkeys(by_rank)
    ]
    return RegionTile(
        code=row.code,
        name=name,
        short=_short(name.text),
        column=column,
        row=line,
        shape=by_rank[0].code if by_rank else "",
        figure=f"{is_open}/{len(states)}" if states else "",
        centres=_(", ").join(words),
        population="" if row.population is None else number(row.population),
        promises=promises,
    )


def _short(name: str) -> str:
    """The name as a tile has room for it: whole where it is short, else its first part."""
    return name if len(name) <= LONGEST_SHORT_NAME else name.split("-")[0]


def _population(row: Territory) -> str:
    if row.population is None:
        return ""
    words = {"people": number(row.population), "year": row.population_year or ""}
    return _("%(people)s (census of %(year)s)") % words if row.population_year else words["people"]
