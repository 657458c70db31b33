"""Narrowing the list of programmes: by place, sector, status of a promise, organisation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from programmes.models import Organisation, Programme, Sector, Target, Territory
from programmes.selectors.lines.notes import Notes, read_notes
from programmes.selectors.lines.withdrawals import read_withdrawals
from programmes.selectors.pages.programmes import ProgrammeLine, programme_lines
from programmes.selectors.promises.counts import read_counts, standings_on
from programmes.selectors.promises.promise_lines import SEVERITY
from programmes.selectors.wording.names import NamedRecord, Relation, read_names, record_of
from programmes.selectors.wording.statuses import StatusLine, status_line


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: codes, empty where nothing is."""

    territory: str = ""
    sector: str = ""
    status: str = ""
    organisation: str = ""

    def __bool__(self) -> bool:
        return bool(self.territory or self.sector or self.status or self.organisation)


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What may be asked for."""

    territories: tuple[NamedRecord, ...]
    sectors: tuple[NamedRecord, ...]
    statuses: tuple[StatusLine, ...]
    organisations: tuple[NamedRecord, ...]

    def knows(self, filters: Filters) -> bool:
        """Whether every value asked for is one that may be asked for."""
        return (
            _among(filters.territory, self.territories)
            and _among(filters.sector, self.sectors)
            and _among(filters.status, self.statuses)
            and _among(filters.organisation, self.organisations)
        )


def _among(code: str, rows: tuple[NamedRecord, ...] | tuple[StatusLine, ...]) -> bool:
    return not code or any(row.code == code for row in rows)


def filter_choices() -> FilterChoices:
    """The regions, the sectors and organisations that a public programme names, and every status. One query."""
    public = Programme.objects.published()
    names = read_names(
        territories=Relation(Territory.objects.published().regions(), order="hcp_code"),
        sectors=Relation(Sector.objects.published().filter(programmes__in=public).distinct()),
        organisations=Relation(
            Organisation.objects.published().filter(participations__programme__in=public).distinct()
        ),
    )
    return FilterChoices(
        names["territories"],
        names["sectors"],
        tuple(status_line(status) for status in SEVERITY[:-1]),
        names["organisations"],
    )


@dataclass(frozen=True, slots=True)
class ProgrammeList:
    """The programmes of a list."""

    lines: tuple[ProgrammeLine, ...]
    notes: Notes


def filtered_programmes(
    on: date, filters: Filters, *, known: datetime | None = None
) -> ProgrammeList:
    """The public programmes that meet every condition. Five queries.

    A programme of a region is one that names it or a place in it, or has a promise there.
    """
    found = Programme.objects.published(known).select_related("parent")
    rows = list(found.filter(pk__in=_chosen(on, filters, known)) if filters else found)
    withdrawals = read_withdrawals(map(record_of, rows), known=known)
    lines = programme_lines(rows, read_counts(on, known), withdrawals)
    return ProgrammeList(tuple(lines), read_notes(withdrawals))


def _chosen(on: date, filters: Filters, known: datetime | None) -> QuerySet[Programme, Any]:
    """The keys of the programmes that meet every condition."""
    rows = Programme.objects.published()
    if filters.territory:
        place = Territory.objects.filter(code=filters.territory).values_list("pk", flat=True)
        inside = Territory.objects.within(set(place))
        promised = Target.objects.published().filter(series__territory__in=inside)
        rows = rows.filter(territories__in=inside) | rows.filter(
            pk__in=promised.values("series__programme")
        )
    if filters.sector:
        rows = rows.filter(sectors__code=filters.sector)
    if filters.organisation:
        rows = rows.filter(participations__organisation__code=filters.organisation)
    if filters.status:
        told = standings_on(on, known).filter(status=filters.status)
        rows = rows.filter(pk__in=told.values("target__series__programme"))
    return rows.order_by().values("pk")
