"""Programmes: the list, and one programme in full."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.calculations.choices import FiguresFrom
from programmes.models import (
    Milestone,
    Participation,
    Programme,
)
from programmes.selectors.lines.centre_lines import CentreLine
from programmes.selectors.lines.centre_timelines import CentreTimelines, centre_timelines
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.programmes_in_places import regions_of
from programmes.selectors.lines.series_lines import SeriesLine
from programmes.selectors.lines.series_pages import series_on_page
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.lines.withdrawals import Withdrawals
from programmes.selectors.pages.agreements import agreements_made_by
from programmes.selectors.promises.counts import Counts
from programmes.selectors.promises.own_targets import own_targets
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import TrackRecord, track_record
from programmes.selectors.wording.formats import date_words
from programmes.selectors.wording.names import NamedRecord, Relation, named_if_public, read_names
from programmes.selectors.wording.texts import Text, translated


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """One programme in a list, with how many promises it has made.

    withdrawn: how many of these are withdrawn. marks: that it is withdrawn, or the programme it is part of.
    """

    code: str
    name: Text
    summary: Text
    period: str
    parent: NamedRecord | None
    promises: int
    withdrawn: int = 0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleHolders:
    """What organisations do in a programme."""

    words: str
    organisations: tuple[NamedRecord, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """All that a programme's page prints.

    centre_promises: those made for one centre alone. regions: where it has something of its own. record: what became
    of its promises. timelines: its centres over time; counted: the promise that counts them. number: which page of its
    long lists it is, from one; older: whether another one follows.
    """

    line: ProgrammeLine
    record: TrackRecord
    timelines: CentreTimelines
    counted: PromiseLine | None
    promises: tuple[PromiseLine, ...]
    centre_promises: tuple[PromiseLine, ...]
    stages: tuple[NamedRecord, ...]
    roles: tuple[RoleHolders, ...]
    sectors: tuple[NamedRecord, ...]
    territories: tuple[NamedRecord, ...]
    regions: tuple[NamedRecord, ...]
    children: tuple[NamedRecord, ...]
    agreements: tuple[NamedRecord, ...]
    milestones: tuple[MilestoneLine, ...]
    centres: tuple[CentreLine, ...]
    series: tuple[SeriesLine, ...]
    sources: tuple[SourceLine, ...]
    notes: Notes
    number: int
    older: bool

    @property
    def elsewhere(self) -> tuple[NamedRecord, ...]:
        """Where it works, without the regions that are named with what it has there."""
        return tuple(one for one in self.territories if one not in self.regions)


def programme_lines(
    rows: Iterable[Programme], counts: Counts, withdrawals: Withdrawals
) -> list[ProgrammeLine]:
    """Programmes, their parents read with them, by name, with how many promises each has made."""
    lines = [
        _line(row, counts.programmes[row.pk], withdrawals, counts.programmes_withdrawn[row.pk])
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.name.text.casefold(), line.code))


def programme_page(
    code: str, on: date, *, known: datetime | None = None, number: int = 1
) -> ProgrammePage | None:
    """The page of a public programme, or None. Eight queries."""
    row = Programme.objects.published(known).select_related("parent").filter(code=code).first()
    if row is None:
        return None
    names = _names(row, on, known)
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        owners=[row.parent],
        names=names,
        targets=own_targets(row).order_by(
            "series__territory__hcp_code", "series__indicator__code", "code"
        ),
        series=series_on_page(row),
        without_promise=True,
        milestones=Milestone.objects.filter(
            Q(programme=row) | Q(agreement__in=row.agreements.order_by().values("pk"))
        ),
        centres=row.centres.all(),
        own_sources=row.sources.all(),
    )
    names, withdrawals = page_rows.names, page_rows.withdrawals
    promised = page_rows.promised()
    own, of_centres = page_rows.promises_here(
        [one for one in promised if one.centre is None],
        [one for one in promised if one.centre is not None],
    )
    counted = next((one for one in promised if one.figures == FiguresFrom.MILESTONES), None)
    return ProgrammePage(
        record=track_record(promised),
        timelines=centre_timelines(
            (
                one
                for one in page_rows.centres
                if counted is None or one.centre.kind == counted.counted_kind
            ),
            on,
            withdrawals,
        ),
        counted=page_rows.promise(counted) if counted else None,
        line=_line(row, len(promised), withdrawals),
        promises=own,
        centre_promises=of_centres,
        stages=names["stages"],
        roles=_roles(names["roles"]),
        sectors=names["sectors"],
        territories=names["territories"],
        regions=names["regions"],
        children=names["children"],
        agreements=names["agreements"],
        milestones=page_rows.milestones(),
        centres=page_rows.centre_lines(),
        series=page_rows.series_lines(),
        sources=page_rows.own_sources(),
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(len(promised)),
    )


def _names(row: Programme, on: date, known: datetime | None) -> dict[str, tuple[NamedRecord, ...]]:
    return read_names(
        stages=Relation(row.stages.all(), code="number", order="number"),
        roles=Relation(
            row.participations.filter(organisation__is_public=True),
            path="organisation__",
            note="role",
            order="organisation__code",
        ),
        sectors=Relation(row.sectors.published()),
        territories=Relation(row.territories.published(), order="hcp_code"),
        regions=Relation(regions_of(row.pk, known=known), order="hcp_code"),
        children=Relation(Programme.objects.published(known).filter(parent=row)),
        agreements=Relation(
            agreements_made_by(on, known).filter(programmes=row), name="title", order="date_on"
        ),
    )


def _roles(rows: tuple[NamedRecord, ...]) -> tuple[RoleHolders, ...]:
    """Organisations by what they do, in the order of the roles."""
    return tuple(
        RoleHolders(str(role.label), organisations)
        for role in Participation.Role
        if (organisations := tuple(one for one in rows if one.note == role))
    )


def _line(
    row: Programme, promises: int, withdrawals: Withdrawals, withdrawn: int = 0
) -> ProgrammeLine:
    parent = row.parent
    above = [("programme", parent.code)] if parent else []
    return ProgrammeLine(
        code=row.code,
        name=translated(row, "name"),
        summary=translated(row, "summary"),
        period=_period(row),
        parent=withdrawals.marked(named_if_public(parent)),
        promises=promises,
        withdrawn=withdrawn,
        marks=withdrawals.marks(("programme", row.code), above),
    )


def _period(row: Programme) -> str:
    start = date_words(row.start) if row.start.last else ""
    end = date_words(row.end) if row.end.last else ""
    if start and end:
        return _("%(first)s to %(last)s") % {"first": start, "last": end}
    if start:
        return _("since %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else ""
