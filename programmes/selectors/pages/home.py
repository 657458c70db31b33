"""The home page: what became of all promises, those that lead it, their centres over time, the regions, the week."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Q, QuerySet

from programmes import country
from programmes.calculations.choices import FiguresFrom, Status
from programmes.models import Centre, Programme, Standing, Territory
from programmes.selectors.lines.centre_timelines import CentreTimelines, centre_timelines
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import PageRows, read_page_rows
from programmes.selectors.pages.news.updates import UpdateLine, read_updates
from programmes.selectors.pages.news.week import WeekPage, of_the_week, week_of
from programmes.selectors.pages.places.region_tiles import TILED, RegionTile, tiles_of
from programmes.selectors.promises.counts import read_counts, standings_on
from programmes.selectors.promises.promise_lines import (
    PromiseLine,
    StatusCount,
    counts_by_severity,
)
from programmes.selectors.promises.promise_rows import PromiseRow, rows_of_standings
from programmes.selectors.promises.track_records import TrackRecord
from programmes.selectors.wording.names import NamedRecord, Relation, read_names

LEADING, MOST_LEADING = 2, 12
LATEST = 5
# Of standings that a week tells of, as many are read.
MOST_OF_WEEK = 40


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that the home page prints. `leading` are large, `following` are the others of national scope.

    record: what became of all promises. withdrawn: how many of them are. counted: the promise whose centres are shown
    over time, None where there is none.
    """

    leading: tuple[PromiseLine, ...]
    following: tuple[PromiseLine, ...]
    record: TrackRecord
    counts: tuple[StatusCount, ...]
    withdrawn: int
    counted: PromiseLine | None
    centres: CentreTimelines
    tiles: tuple[RegionTile, ...]
    week: WeekPage
    programmes: tuple[NamedRecord, ...]
    updates: tuple[UpdateLine, ...]
    notes: Notes


def home_page(on: date, *, known: datetime | None = None) -> HomePage:
    """What leads: of each programme the national promise that was announced most often, the most often announced first.
    Where nothing is promised for the whole country, what is promised for parts of it.

    Ten queries.
    """
    told = standings_on(on, known).exclude(status=Status.NOT_YET_PROMISED).order_by()
    counts = read_counts(on, known)
    rows = _rows(told, on, known)
    leading = _leading(rows)
    counted = next((row for row in leading if row.figures == FiguresFrom.MILESTONES), None)
    names = read_names(
        programmes=Relation(Programme.objects.published(known)),
        counted=Relation(
            Centre.objects.published(known).filter(
                programmes__code=counted.programme_code if counted else "",
                kind=counted.counted_kind if counted else "",
            )
        ),
    )
    counted_centres = {one.code for one in names.pop("counted")}
    regions = list(Territory.objects.published().regions())
    page_rows = read_page_rows(on, known=known, names=names, rows=rows, centres=TILED)
    lines = tuple(map(page_rows.promise, leading))
    centres = _counted_centres(page_rows, counted_centres)
    return HomePage(
        leading=lines[:LEADING],
        following=lines[LEADING:],
        record=counts.record,
        counts=tuple(counts_by_severity(counts.statuses)),
        withdrawn=counts.withdrawn.total(),
        counted=page_rows.promise(counted) if counted else None,
        centres=centres,
        tiles=tiles_of(regions, page_rows, counts, centres),
        week=week_of(map(page_rows.promise, rows), centres.rows, on),
        programmes=tuple(
            sorted(page_rows.names["programmes"], key=lambda one: one.name.text.casefold())
        ),
        updates=read_updates(on, known=known, count=LATEST).lines,
        notes=page_rows.notes,
    )


def _counted_centres(page_rows: PageRows, codes: set[str]) -> CentreTimelines:
    rows = [row for row in page_rows.centres if row.centre.code in codes]
    return centre_timelines(rows, page_rows.on, page_rows.withdrawals)


def _rows(told: QuerySet[Standing], on: date, known: datetime | None) -> list[PromiseRow]:
    """Those that may lead, and those that the week tells of. Two queries."""
    whole = Q(target__series__programme__isnull=False, target__share_of=None)
    national = whole & Q(target__series__territory__parent=None, target__series__centre=None)
    week = told.filter(of_the_week(on)).order_by("present__due_on", "pk")[:MOST_OF_WEEK]
    local = told.filter(whole).order_by("target__code")
    # where nothing is promised for the whole country, as in the tracker of a province
    instead = Q(pk__in=local[:MOST_LEADING].values("pk")) & ~Exists(told.filter(national))
    rows = told.filter(national | Q(pk__in=week.values("pk")) | instead)
    return rows_of_standings(rows.order_by("-as_of", "target__code"), known=known)


def _leading(rows: list[PromiseRow]) -> list[PromiseRow]:
    """One promise a programme, of those made for the whole country: the one announced most often, latest reported.

    Where there are none, of those made for a part of it.
    """
    whole = [row for row in rows if row.programme is not None and row.share_of is None]
    national = [row for row in whole if row.territory_kind == country.ROOT and row.centre is None]
    found = sorted(national or whole, key=lambda row: (-len(row.announcements), row.value is None))
    leads: dict[int | None, PromiseRow] = {}
    for row in found:
        leads.setdefault(row.programme, row)
    return list(leads.values())[:MOST_LEADING]
