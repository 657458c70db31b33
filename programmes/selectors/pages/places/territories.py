"""One territory in full."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from programmes import country
from programmes.models import (
    Agreement,
    Centre,
    Programme,
    Series,
    Territory,
)
from programmes.selectors.lines.centre_lines import CentreLine
from programmes.selectors.lines.centre_timelines import CentreTimelines, centre_timelines
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.peer_ranking import PeerLine, peer_lines
from programmes.selectors.lines.places import (
    PromisesBeside,
    above_of,
    lies_in,
    promises_by_place,
    read_promises_beside,
    series_among,
    series_elsewhere,
    targets_touching,
)
from programmes.selectors.lines.programmes_in_places import programmes_here
from programmes.selectors.lines.series_lines import SeriesLine
from programmes.selectors.lines.series_pages import series_on_page
from programmes.selectors.pages.agreements import agreements_made_by
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord, track_record
from programmes.selectors.wording.formats import number
from programmes.selectors.wording.names import NamedRecord, Relation, named_if_public, read_names
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """All that a territory's page prints.

    promises: its own and those of the places in it. shared: of several territories, this one among them.
    wider: announced for a larger territory without a share for this one: outside its status, never pro rata.
    programmes: each with the note `here` where it has a page of its own in this territory.
    record: what became of its own promises. timelines: its centres over time.
    peers: its figures beside those of its level, of which there are `peer_count` with it, under the heading
    `beside_words`. children_words: what the territories that it holds are called together.
    number: which page of its long lists it is, from one; older: whether another one follows.
    """

    code: str
    name: Text
    kind_words: str
    is_region: bool
    population: str
    parent: NamedRecord | None
    children: tuple[NamedRecord, ...]
    children_words: str
    beside_words: str
    record: TrackRecord
    timelines: CentreTimelines
    agreements: tuple[NamedRecord, ...]
    promises: tuple[PromiseLine, ...]
    shared: tuple[PromiseLine, ...]
    wider: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]
    serving: tuple[CentreLine, ...]
    programmes: tuple[NamedRecord, ...]
    series: tuple[SeriesLine, ...]
    peers: tuple[PeerLine, ...]
    peer_count: int
    notes: Notes
    number: int
    older: bool


def territory_page(
    code: str, on: date, *, known: datetime | None = None, number: int = 1
) -> TerritoryPage | None:
    """The page of a public territory, or None. At most nine queries."""
    rows = Territory.objects.published().select_related("parent__parent")
    row = rows.filter(code=code).first()
    if row is None:
        return None
    above = above_of(row)
    inside = Territory.objects.within({row.pk})
    among, elsewhere = series_among(row), series_elsewhere(row)
    names = read_names(
        children=Relation(Territory.objects.published().filter(parent=row), order="hcp_code"),
        programmes=Relation(_programmes(inside, above, among, known)),
        here=Relation(programmes_here(inside, among, known=known)),
        peers=Relation(Territory.objects.published().peers_of(row)),
        among=Relation(among),
        agreements=Relation(_agreements(row, inside, on, known), name="title", order="date_on"),
    )
    here = {one.code for one in names.pop("here")} if above else set()
    peer_count = len(names.pop("peers"))
    shared = {one.code for one in names.pop("among")}
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        within=names["children"],
        beside=above,
        names=names,
        targets=targets_touching(row, inside, above).exclude(series__in=elsewhere),
        series=series_on_page(row),
        centres=Centre.objects.filter(Q(territory__in=inside) | Q(serves__in=inside)),
    )
    groups = promises_by_place(page_rows.rows, row, shared)
    own, with_others, wider = page_rows.promises_here(*groups)
    return TerritoryPage(
        record=track_record(groups[0]),
        timelines=centre_timelines(
            (
                one
                for one in page_rows.centres
                if lies_in(one.centre.territory, row) and one.centre.kind in Centre.TRAINING
            ),
            on,
            page_rows.withdrawals,
        ),
        agreements=page_rows.names["agreements"],
        code=row.code,
        name=translated(row, "name"),
        kind_words=row.get_kind_display(),
        is_region=row.level == 1,
        population=_population(row),
        parent=named_if_public(row.parent),
        children=names["children"],
        children_words=country.level_name(row.level + 1),
        beside_words=country.beside_others(row.level),
        promises=own,
        shared=with_others,
        wider=wider,
        centres=page_rows.centre_lines(lambda centre: lies_in(centre.territory, row)),
        serving=page_rows.centre_lines(lambda centre: not lies_in(centre.territory, row)),
        programmes=tuple(
            replace(one, note="here" if one.code in here else "")
            for one in page_rows.names["programmes"]
        ),
        series=page_rows.series_lines(row),
        peers=peer_lines(row, peer_count, on, known=known) if above else (),
        peer_count=peer_count,
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(sum(map(len, groups))),
    )


def promises_beside(code: str, on: date, *, known: datetime | None = None) -> PromisesBeside | None:
    """How many promises touch a public territory that are not its own; None: there is none."""
    row = Territory.objects.published().select_related("parent__parent").filter(code=code).first()
    return None if row is None else read_promises_beside(row, on, known=known)


def _programmes(
    inside: QuerySet[Territory],
    above: list[Territory],
    among: QuerySet[Series],
    known: datetime | None,
) -> QuerySet[Programme]:
    """Those of the territories above, and those that have something of their own here."""
    named_above = Programme.objects.filter(territories__in=above)
    here = programmes_here(inside, among, known=known)
    return Programme.objects.published(known).filter(
        Q(pk__in=named_above.values("pk")) | Q(pk__in=here.values("pk"))
    )


def _agreements(
    row: Territory, inside: QuerySet[Territory], on: date, known: datetime | None
) -> QuerySet[Agreement]:
    """Those in which something was promised for the territory, and those of its programmes; of the country, all."""
    if row.parent_id is None:
        return agreements_made_by(on, known)
    promised = Agreement.objects.filter(targets__series__territory__in=inside)
    shared = Agreement.objects.filter(programmes__territories__in=inside)
    return agreements_made_by(on, known).filter(
        Q(pk__in=promised.values("pk")) | Q(pk__in=shared.values("pk"))
    )


def _population(row: Territory) -> str:
    if row.population is None:
        return ""
    people = number(row.population)
    if not row.population_year:
        return people
    return _("%(people)s (census of %(year)s)") % {"people": people, "year": row.population_year}
