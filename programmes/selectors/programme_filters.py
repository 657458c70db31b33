"""Narrowing the list of programmes: by place, sector, status of a promise, organisation."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from programmes.calculations.figures import Status
from programmes.models import Organisation, Programme, Sector, Series, Target, Territory
from programmes.selectors.dossier import read_dossier
from programmes.selectors.names import Named, Relation, read_names
from programmes.selectors.programmes import ProgrammeLine, programme_lines
from programmes.selectors.promises import SEVERITY
from programmes.selectors.statuses import StatusLine, status_line


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
class Choices:
    """What may be asked for. unknown: which of the values asked for is none of these."""

    territories: tuple[Named, ...]
    sectors: tuple[Named, ...]
    statuses: tuple[StatusLine, ...]
    organisations: tuple[Named, ...]

    def knows(self, filters: Filters) -> bool:
        """Whether every value asked for is one that may be asked for."""
        return (
            _among(filters.territory, self.territories)
            and _among(filters.sector, self.sectors)
            and _among(filters.status, self.statuses)
            and _among(filters.organisation, self.organisations)
        )


def _among(code: str, rows: tuple[Named, ...] | tuple[StatusLine, ...]) -> bool:
    return not code or any(row.code == code for row in rows)


def filter_choices() -> Choices:
    """The regions, the sectors and organisations that a public programme names, and every status. One query."""
    public = Programme.objects.published()
    names = read_names(
        territories=Relation(
            Territory.objects.published().filter(kind=Territory.Kind.REGION), order="hcp_code"
        ),
        sectors=Relation(Sector.objects.published().filter(programmes__in=public).distinct()),
        organisations=Relation(
            Organisation.objects.published().filter(participations__programme__in=public).distinct()
        ),
    )
    return Choices(
        names["territories"],
        names["sectors"],
        tuple(status_line(status) for status in SEVERITY[:-1]),
        names["organisations"],
    )


def filtered_programmes(on: date, filters: Filters) -> list[ProgrammeLine]:
    """The public programmes that meet every condition. Two queries, seven where a status is asked for.

    A programme of a region is one that names it or a place in it, or has a promise there.
    """
    lines = programme_lines(on)
    if not filters:
        return lines
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
    codes = set(rows.values_list("code", flat=True))
    if filters.status:
        codes &= _with_status(on)[Status(filters.status)]
    return [line for line in lines if line.code in codes]


def _with_status(on: date) -> dict[Status, set[str]]:
    """The codes of the programmes that have a promise of each status."""
    targets = Target.objects.filter(
        series__role=Series.Role.PROGRESS, series__programme__isnull=False
    )
    found: dict[Status, set[str]] = defaultdict(set)
    for one in read_dossier(on, targets=targets).standings:
        found[one.status].add(one.target.series.programme.code)
    return found
