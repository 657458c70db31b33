"""Programmes: the list, and one programme in full."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Agreement,
    Centre,
    Milestone,
    Participation,
    Programme,
    Sector,
    Series,
    Source,
    Stage,
    Target,
    TargetRevision,
    Territory,
)
from programmes.selectors.agreements import made_by
from programmes.selectors.centre_lines import CentreLine
from programmes.selectors.context import SeriesLine
from programmes.selectors.dossier import read_dossier
from programmes.selectors.formats import date_words
from programmes.selectors.keys import KeyIn
from programmes.selectors.milestones import MilestoneLine
from programmes.selectors.names import Named, Relation, in_relations, named_if_public, names_of
from programmes.selectors.prepared import Asked, Choice, Prepared
from programmes.selectors.presence import regions_of
from programmes.selectors.promises import PromiseLine
from programmes.selectors.sources import SourceLine
from programmes.selectors.target_rows import LANGUAGES, OWNER, OwnerRow
from programmes.selectors.texts import Text, translated


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """One programme in a list, with how many promises it has made."""

    code: str
    name: Text
    summary: Text
    period: str
    parent: Named | None
    promises: int


DATE = ("on", "precision", "from")
COLUMNS = (
    "pk",
    "code",
    *(f"{name}_{language}" for name in ("name", "summary") for language in LANGUAGES),
    *(f"{name}_{column}" for name in ("start", "end") for column in DATE),
    *(f"parent__{name}" for name in OWNER),
)


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """The `COLUMNS` of a programme."""

    pk: int
    code: str
    name_fr: str
    name_ar: str
    name_en: str
    summary_fr: str
    summary_ar: str
    summary_en: str
    start: PreciseDate
    end: PreciseDate
    parent: OwnerRow | None


@dataclass(frozen=True, slots=True)
class Role:
    """What organisations do in a programme."""

    words: str
    organisations: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """All that a programme's page prints.

    centre_promises: those made for one centre alone. regions: where it has something of its own.
    """

    line: ProgrammeLine
    promises: tuple[PromiseLine, ...]
    centre_promises: tuple[PromiseLine, ...]
    stages: tuple[Named, ...]
    roles: tuple[Role, ...]
    sectors: tuple[Named, ...]
    territories: tuple[Named, ...]
    regions: tuple[Named, ...]
    children: tuple[Named, ...]
    agreements: tuple[Named, ...]
    milestones: tuple[MilestoneLine, ...]
    centres: tuple[CentreLine, ...]
    series: tuple[SeriesLine, ...]
    sources: tuple[SourceLine, ...]

    @property
    def elsewhere(self) -> tuple[Named, ...]:
        """Where it works, without the regions that are named with what it has there."""
        return tuple(one for one in self.territories if one not in self.regions)


def programme_lines(on: date) -> list[ProgrammeLine]:
    """Public programmes by name. Two queries."""
    announced = announced_targets(on, "series__programme_id")
    counts = Counter(programme_id for _target, programme_id in announced)
    return lines_with_counts(counts)


def lines_with_counts(counts: Counter[int]) -> list[ProgrammeLine]:
    """Public programmes by name, where the number of promises of each is known. One query."""
    rows = Programme.objects.published().select_related("parent")
    lines = [_line(row, counts[row.pk]) for row in rows]
    return sorted(lines, key=lambda line: (line.name.text.casefold(), line.code))


def announced_targets(on: date, *columns: str) -> QuerySet[Target]:
    """The key of each public progress target announced by a day, with some columns of it."""
    announced = TargetRevision.objects.published().filter(announced_on__lte=on)
    return (
        Target.objects.published()
        .filter(series__role=Series.Role.PROGRESS, pk__in=announced.values("target"))
        .order_by()
        .values_list("pk", *columns)
    )


def programme_page(code: str, on: date) -> ProgrammePage | None:
    """The page of a public programme, or None. Seven queries; PostgreSQL is asked three times."""
    found = PROGRAMMES.rows(code=code)
    if not found:
        return None
    row = _programme_row(*found[0])
    dossier = read_dossier(
        on,
        targets=Choice(_targets, row.pk),
        series=Choice(_series, row.pk),
        milestones=Choice(_milestones, row.pk),
        centres=Choice(_centres, row.pk),
        own_sources=Choice(_sources, row.pk),
        beside=NAMES.ask(programme=row.pk, on=on),
    ).most_followed_first()
    names = in_relations(dossier.beside)
    return ProgrammePage(
        line=_line(row, len(dossier.promised())),
        promises=dossier.promises(lambda target: target.series.centre_id is None),
        centre_promises=dossier.promises(lambda target: target.series.centre_id is not None),
        stages=names["stages"],
        roles=_roles(names["roles"]),
        sectors=names["sectors"],
        territories=names["territories"],
        regions=names["regions"],
        children=names["children"],
        agreements=names["agreements"],
        milestones=dossier.milestones(),
        centres=dossier.centre_lines(),
        series=dossier.series_lines(),
        sources=dossier.own_sources(),
    )


def _targets(programme: Any) -> QuerySet[Target]:
    series = Series.objects.filter(programme=programme, role=Series.Role.PROGRESS)
    return Target.objects.filter(KeyIn("series", series)).order_by(
        "series__territory__hcp_code", "series__indicator__code", "code"
    )


def _series(programme: Any) -> QuerySet[Series]:
    own = Series.objects.filter(programme=programme, centre=None)
    return Series.objects.filter(
        KeyIn("pk", own), ~Exists(Target.objects.filter(series=OuterRef("pk")))
    )


def _milestones(programme: Any) -> QuerySet[Milestone]:
    made_in = Agreement.programmes.through.objects.filter(programme=programme).values("agreement")
    return Milestone.objects.filter(Q(programme=programme) | Q(agreement__in=made_in))


def _centres(programme: Any) -> QuerySet[Centre]:
    return Centre.objects.filter(programmes=programme)


def _sources(programme: Any) -> QuerySet[Source]:
    return Source.objects.filter(programmes=programme)


def _names() -> QuerySet:
    programme, on = Asked("programme"), Asked("on", date)
    return names_of(
        stages=Relation(Stage.objects.filter(programme=programme), code="number", order="number"),
        roles=Relation(
            Participation.objects.filter(programme=programme, organisation__is_public=True),
            path="organisation__",
            note="role",
            order="organisation__code",
        ),
        sectors=Relation(Sector.objects.published().filter(programmes=programme)),
        territories=Relation(
            Territory.objects.published().filter(programmes=programme), order="hcp_code"
        ),
        regions=Relation(regions_of(programme), order="hcp_code"),
        children=Relation(Programme.objects.published().filter(parent=programme)),
        agreements=Relation(
            made_by(on).filter(programmes=programme), name="title", order="date_on"
        ),
    )


def _rows() -> QuerySet[Programme]:
    published = Programme.objects.rewrite(False).published()
    return published.filter(code=Asked("code", str)).values_list(*COLUMNS)


NAMES, PROGRAMMES = Prepared(_names), Prepared(_rows)


def _programme_row(*columns: Any) -> ProgrammeRow:
    own, dates, parent = columns[:8], columns[8:14], columns[14:]
    return ProgrammeRow(
        *own,
        PreciseDate.from_stored(*dates[:3]),
        PreciseDate.from_stored(*dates[3:]),
        OwnerRow(*parent) if parent[0] else None,
    )


def _roles(rows: tuple[Named, ...]) -> tuple[Role, ...]:
    """Organisations by what they do, in the order of the roles."""
    return tuple(
        Role(str(role.label), organisations)
        for role in Participation.Role
        if (organisations := tuple(one for one in rows if one.note == role))
    )


def _line(row: Programme | ProgrammeRow, promises: int) -> ProgrammeLine:
    return ProgrammeLine(
        code=row.code,
        name=translated(row, "name"),
        summary=translated(row, "summary"),
        period=_period(row),
        parent=named_if_public(row.parent),
        promises=promises,
    )


def _period(row: Programme | ProgrammeRow) -> str:
    start = date_words(row.start) if row.start.last else ""
    end = date_words(row.end) if row.end.last else ""
    if start and end:
        return _("%(first)s to %(last)s") % {"first": start, "last": end}
    if start:
        return _("since %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else ""
