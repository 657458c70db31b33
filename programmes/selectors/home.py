"""The home page: the promises that lead it, every status counted, the regions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from programmes.calculations.figures import Status
from programmes.models import Series, Target
from programmes.selectors.dossier import read_dossier
from programmes.selectors.programmes import ProgrammeLine, lines_with_counts
from programmes.selectors.promises import (
    PromiseLine,
    StatusCount,
    count_by_status,
    promise_line,
)
from programmes.selectors.standings import Standing
from programmes.selectors.territories import RegionTile, region_code, tiles_with_counts
from programmes.selectors.updates import UpdateLine, read_updates

LEADING = 2
LATEST = 5


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that the home page prints. `leading` are large, `following` are the others of national scope."""

    leading: tuple[PromiseLine, ...]
    following: tuple[PromiseLine, ...]
    counts: tuple[StatusCount, ...]
    promises: int
    tiles: tuple[RegionTile, ...]
    programmes: tuple[ProgrammeLine, ...]
    updates: tuple[UpdateLine, ...]


def home_page(on: date) -> HomePage:
    """What leads: of each programme the national promise of which most was published, the most followed first.

    Seven queries.
    """
    targets = Target.objects.filter(series__role=Series.Role.PROGRESS).order_by("code")
    standings = read_dossier(on, targets=targets).standings
    known = [one for one in standings if one.status is not Status.NOT_YET_PROMISED]
    lines = [promise_line(one) for one in _leads(known)]
    places = Counter(region_code(one.target.series.territory) for one in known)
    works = Counter(one.target.series.programme_id for one in known)
    return HomePage(
        leading=tuple(lines[:LEADING]),
        following=tuple(lines[LEADING:]),
        counts=tuple(count_by_status(one.status for one in known)),
        promises=len(known),
        tiles=tuple(tiles_with_counts(on, places)),
        programmes=tuple(lines_with_counts(works)),
        updates=read_updates(on, count=LATEST).lines,
    )


def _leads(known: list[Standing]) -> list[Standing]:
    """One per programme, of those made for the whole country: the one with most announcements and figures."""
    best: dict[int, Standing] = {}
    for one in known:
        series = one.target.series
        if series.territory.parent_id or series.centre_id or one.target.part_of_id:
            continue
        kept = best.get(series.programme_id)
        if series.programme_id and (kept is None or one.followed > kept.followed):
            best[series.programme_id] = one
    return sorted(best.values(), key=lambda one: (-one.followed, one.target.code))
