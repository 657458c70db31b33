"""Centres: the list, and one centre in full."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from programmes.models import Centre, Target
from programmes.selectors.lines.centre_lines import CentreLine, centre_line
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.series_lines import SeriesLine
from programmes.selectors.lines.series_pages import series_on_page
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.wording.names import NamedRecord, Relation, read_names
from programmes.selectors.wording.texts import Text, translated

# A name of a series ends with its centre: Lits, CMC Souss-Massa.
COMMAS = (", ", "، ")


@dataclass(frozen=True, slots=True)
class CentrePage:
    """All that a centre's page prints.

    number: which page of its long lists it is, from one; older: whether another one follows.
    """

    line: CentreLine
    serves: tuple[NamedRecord, ...]
    parent: NamedRecord | None
    annexes: tuple[CentreLine, ...]
    operator: NamedRecord | None
    programmes: tuple[NamedRecord, ...]
    sectors: tuple[NamedRecord, ...]
    facilities: Text
    milestones: tuple[MilestoneLine, ...]
    promises: tuple[PromiseLine, ...]
    series: tuple[SeriesLine, ...]
    sources: tuple[SourceLine, ...]
    notes: Notes
    number: int
    older: bool


@dataclass(frozen=True, slots=True)
class CentreList:
    """Every public centre, by region; an annex after the centre it belongs to."""

    lines: tuple[CentreLine, ...]
    notes: Notes


def all_centres(on: date, *, known: datetime | None = None) -> CentreList:
    """The list of centres. Three queries."""
    page_rows = read_page_rows(on, known=known, centres=Centre.objects.all())
    return CentreList(page_rows.centre_lines(), page_rows.notes)


def centre_page(
    code: str, on: date, *, known: datetime | None = None, number: int = 1
) -> CentrePage | None:
    """The page of a public centre, or None. Seven queries."""
    row = (
        Centre.objects.published(known)
        .select_related("territory", "operator", "parent")
        .filter(code=code)
        .first()
    )
    if row is None:
        return None
    names = read_names(
        serves=Relation(row.serves.published(), order="hcp_code"),
        programmes=Relation(row.programmes.published(known)),
        sectors=Relation(row.sectors.published()),
    )
    page_rows = read_page_rows(
        on,
        known=known,
        number=number,
        own=row,
        owners=[row.parent, *names["programmes"]],
        beside=[row.operator],
        names=names,
        targets=Target.objects.filter(series__centre=row, series__role="progress").order_by("code"),
        series=series_on_page(row),
        milestones=row.milestones.all(),
        centres=Centre.objects.filter(Q(pk=row.pk) | Q(parent=row)),
        own_sources=row.sources.all(),
    )
    promised = page_rows.promised()
    (promises,) = page_rows.promises_here(promised)
    return CentrePage(
        line=next(
            centre_line(one, on, page_rows.withdrawals)
            for one in page_rows.centres
            if one.centre.pk == row.pk
        ),
        serves=page_rows.names["serves"],
        parent=page_rows.named(row.parent),
        annexes=page_rows.centre_lines(lambda one: one.pk != row.pk),
        operator=page_rows.named(row.operator),
        programmes=page_rows.names["programmes"],
        sectors=page_rows.names["sectors"],
        facilities=translated(row, "facilities"),
        milestones=page_rows.milestones(),
        promises=promises,
        series=_without_centre(page_rows.series_lines()),
        sources=page_rows.own_sources(),
        notes=page_rows.notes,
        number=number,
        older=page_rows.goes_on(len(promised)),
    )


def _without_centre(lines: tuple[SeriesLine, ...]) -> tuple[SeriesLine, ...]:
    """Series by what they count alone: the end that all of their names share is the centre of the page."""
    for comma in COMMAS:
        ends = {line.label.text.rpartition(comma)[2] for line in lines}
        if len(lines) > 1 and len(ends) == 1:
            end = comma + ends.pop()
            return tuple(
                replace(line, label=replace(line.label, text=line.label.text.removesuffix(end)))
                for line in lines
            )
    return lines
