"""A programme in a territory: what it promises there, its centres there, what was planned and reached."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from programmes.models import Centre, Milestone, Territory
from programmes.selectors.lines.centre_lines import CentreLine
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.places import (
    above_of,
    lies_in,
    promises_by_place,
    series_among,
    series_elsewhere,
    series_in,
    targets_touching,
)
from programmes.selectors.lines.programmes_in_places import programmes_here
from programmes.selectors.lines.series_lines import SeriesLine
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.wording.names import NamedRecord, Relation, named, read_names


@dataclass(frozen=True, slots=True)
class ProgrammeInTerritoryPage:
    """All that the page of a programme in a territory prints; promises and pages as on the territory's own."""

    territory: NamedRecord
    kind_words: str
    programme: NamedRecord
    promises: tuple[PromiseLine, ...]
    shared: tuple[PromiseLine, ...]
    wider: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]
    serving: tuple[CentreLine, ...]
    milestones: tuple[MilestoneLine, ...]
    series: tuple[SeriesLine, ...]
    notes: Notes
    number: int
    older: bool


def programme_in_territory_page(
    territory: str,
    programme: str,
    on: date,
    *,
    known: datetime | None = None,
    number: int = 1,
) -> ProgrammeInTerritoryPage | None:
    """What a programme does in a region or a place in one; None where it has nothing there of its own.

    At most eight queries.
    """
    rows = Territory.objects.published().select_related("parent__parent")
    row = rows.filter(code=territory).first()
    if row is None or row.parent is None:
        return None
    inside, among = Territory.objects.within({row.pk}), series_among(row)
    here = programmes_here(inside, among, known=known).filter(code=programme)
    names = read_names(work=Relation(here), among=Relation(among))
    if not names["work"]:
        return None
    shared = {one.code for one in names.pop("among")}
    centres = Centre.objects.published(known).filter(
        Q(territory__in=inside) | Q(serves__in=inside), programmes__code=programme
    )
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        within=names["work"],
        owners=names["work"],
        targets=targets_touching(row, inside, above_of(row))
        .filter(series__programme__code=programme)
        .exclude(series__in=series_elsewhere(row)),
        series=series_in(row).filter(programme__code=programme),
        without_promise=True,
        milestones=Milestone.objects.filter(centre__in=centres.values("pk")),
        centres=centres,
    )
    groups = promises_by_place(page_rows.rows, row, shared)
    own, with_others, wider = page_rows.promises_here(*groups)
    return ProgrammeInTerritoryPage(
        territory=named(row),
        kind_words=row.get_kind_display(),
        programme=names["work"][0],
        promises=own,
        shared=with_others,
        wider=wider,
        centres=page_rows.centre_lines(lambda centre: lies_in(centre.territory, row)),
        serving=page_rows.centre_lines(lambda centre: not lies_in(centre.territory, row)),
        milestones=page_rows.milestones(),
        series=page_rows.series_lines(row),
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(sum(map(len, groups))),
    )
