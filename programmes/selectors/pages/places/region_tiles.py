"""The grid of the regions, and the table under it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from programmes import country
from programmes.calculations.centres import STATES_IN_ORDER
from programmes.calculations.choices import CentreState
from programmes.models import Centre, Territory
from programmes.selectors.lines.centre_lines import CentreLine, centre_line
from programmes.selectors.lines.centre_timelines import (
    AHEAD,
    IN_TIME,
    LATE,
    NO_DATE,
    OVERDUE,
    UNDATED,
    CentreTimeline,
    CentreTimelines,
)
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import PageRows, read_page_rows
from programmes.selectors.promises.counts import NO_COUNTS, Counts
from programmes.selectors.promises.track_records import TrackRecord
from programmes.selectors.wording.formats import number
from programmes.selectors.wording.texts import Text, translated
from programmes.type_names import certain

LONGEST_SHORT_NAME = 7
# An annex is counted with the centre it belongs to.
TILED = Centre.objects.filter(parent=None)
FURTHEST = (*reversed(STATES_IN_ORDER), CentreState.ANNOUNCED, CentreState.CLOSED)

WORST = (OVERDUE, NO_DATE, AHEAD, LATE, UNDATED, IN_TIME)


@dataclass(frozen=True, slots=True)
class RegionTile:
    """One region in the grid and in the table under it.

    shape: that of the furthest of its centres; empty where no centre is known, which is hatched, never zero.
    figure: open centres of those announced, annexes counted with the centre they belong to; those that are withdrawn
    are named beside it. withdrawn: how many of the promises are. record: what became of them. fill: what the tile is
    filled with, after the first centre of those over time; state, delay: the same in a few words.
    """

    code: str
    name: Text
    short: Text
    column: int | None
    row: int | None
    shape: str
    figure: str
    centres: str
    population: str
    promises: int
    record: TrackRecord
    withdrawn: int = 0
    fill: str = ""
    state: str = ""
    delay: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The regions in their official order."""

    tiles: tuple[RegionTile, ...]
    notes: Notes


def region_tiles(on: date, counts: Counts = NO_COUNTS, *, known: datetime | None = None) -> Tiles:
    """The regions, with their promises where these were counted. Three queries."""
    regions = list(Territory.objects.published().regions())
    page_rows = read_page_rows(on, known=known, beside=regions, centres=TILED)
    return Tiles(tiles_of(regions, page_rows, counts), page_rows.notes)


def tiles_of(
    regions: Iterable[Territory],
    page_rows: PageRows,
    counts: Counts,
    centres: CentreTimelines | None = None,
) -> tuple[RegionTile, ...]:
    """Regions with their centres, which were read with the page (`TILED`), and promises that were counted.

    centres: those that fill the tiles, one a region; where a region has more, the one that is furthest behind.
    """
    filling: dict[str, CentreTimeline] = {}
    for one in centres.rows if centres else ():
        before = filling.get(one.region)
        if before is None or WORST.index(one.kind) < WORST.index(before.kind):
            filling[one.region] = one
    by_region = defaultdict(list)
    for row in page_rows.centres:
        line = centre_line(row, page_rows.on, page_rows.withdrawals)
        if line.kind in Centre.TRAINING and line.state.code != CentreState.NOT_YET_ANNOUNCED:
            by_region[region_code(row.centre.territory)].append(line)
    return tuple(
        _filled(
            _tile(
                row,
                by_region[row.code],
                counts.regions[row.code],
                counts.withdrawn[row.code],
                counts.record_of_region(row.code),
            ),
            filling.get(row.code),
        )
        for row in regions
    )


def _filled(tile: RegionTile, row: CentreTimeline | None) -> RegionTile:
    if row is None:
        return tile
    return replace(tile, fill=row.kind, state=row.state, delay=row.short)


def fill_key(tiles: Iterable[RegionTile]) -> tuple[tuple[str, str], ...]:
    """What the tiles are filled with, those that occur, with what each means."""
    words = {
        IN_TIME: _("opened in time"),
        LATE: _("opened late"),
        UNDATED: _("open, no date to compare with"),
        AHEAD: _("not open yet, a date was announced"),
        OVERDUE: _("not open, the date has passed"),
        NO_DATE: _("not open, no date announced"),
    }
    filled = {tile.fill for tile in tiles}
    return tuple(one for one in words.items() if one[0] in filled)


def region_code(row: Territory) -> str:
    """The code of the region that a territory lies in (its parent read with it), or its own."""
    return certain(row.parent).code if row.level > 1 else row.code


def _tile(
    row: Territory, centres: list[CentreLine], promises: int, withdrawn: int, record: TrackRecord
) -> RegionTile:
    column, line = country.TILES.get(row.code, (None, None))
    name = translated(row, "name")
    states = [one.state for one in centres if not one.is_withdrawn]
    is_open = sum(state.code == CentreState.OPEN for state in states)
    counts = Counter(state.words for state in states)
    by_rank = sorted(states, key=lambda state: FURTHEST.index(CentreState(state.code)))
    words = [
        _("%(state)s: %(count)s") % {"state": state.words, "count": counts[state.words]}
        for state in dict.fromkeys(by_rank)
    ]
    if taken_back := len(centres) - len(states):
        words.append(_("%(state)s: %(count)s") % {"state": _("Withdrawn"), "count": taken_back})
    return RegionTile(
        code=row.code,
        name=name,
        short=replace(name, text=_short(name.text)),
        column=column,
        row=line,
        shape=by_rank[0].code if by_rank else "",
        figure=f"{is_open}/{len(states)}" if states else "",
        centres=_(", ").join(words),
        population="" if row.population is None else number(row.population),
        promises=promises,
        record=record,
        withdrawn=withdrawn,
    )


def _short(name: str) -> str:
    """The name as a tile has room for it: whole where it is short, else its first part."""
    return name if len(name) <= LONGEST_SHORT_NAME else name.split("-")[0]
