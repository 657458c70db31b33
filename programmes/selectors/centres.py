"""Centres: the list, and one centre in full."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from programmes.models import Centre, Series, Target
from programmes.selectors.centre_lines import CentreLine
from programmes.selectors.context import SeriesLine
from programmes.selectors.dossier import read_dossier
from programmes.selectors.milestones import MilestoneLine
from programmes.selectors.names import Named, Relation, named_if_public, read_names
from programmes.selectors.promises import PromiseLine
from programmes.selectors.sources import SourceLine
from programmes.selectors.texts import Text, translated

# A name of a series ends with its centre: Lits, CMC Souss-Massa.
COMMAS = (", ", "، ")


@dataclass(frozen=True, slots=True)
class CentrePage:
    """All that a centre's page prints."""

    line: CentreLine
    serves: tuple[Named, ...]
    parent: Named | None
    annexes: tuple[CentreLine, ...]
    operator: Named | None
    programmes: tuple[Named, ...]
    sectors: tuple[Named, ...]
    facilities: Text
    milestones: tuple[MilestoneLine, ...]
    promises: tuple[PromiseLine, ...]
    series: tuple[SeriesLine, ...]
    sources: tuple[SourceLine, ...]


def all_centres(on: date) -> tuple[CentreLine, ...]:
    """Every public centre, by region; an annex after the centre it belongs to. One query."""
    return read_dossier(on, centres=Centre.objects.all()).centre_lines()


def centre_page(code: str, on: date) -> CentrePage | None:
    """The page of a public centre, or None. Seven queries."""
    row = (
        Centre.objects.published()
        .select_related("territory", "operator", "parent")
        .filter(code=code)
        .first()
    )
    if row is None:
        return None
    names = read_names(
        serves=Relation(row.serves.published(), order="hcp_code"),
        programmes=Relation(row.programmes.published()),
        sectors=Relation(row.sectors.published()),
    )
    dossier = read_dossier(
        on,
        targets=Target.objects.filter(series__centre=row, series__role="progress").order_by("code"),
        series=Series.objects.filter(centre=row),
        milestones=row.milestones.all(),
        centres=Centre.objects.filter(Q(pk=row.pk) | Q(parent=row)),
        own_sources=row.sources.all(),
    )
    return CentrePage(
        line=dossier.centre_lines(lambda one: one.pk == row.pk)[0],
        serves=names["serves"],
        parent=named_if_public(row.parent),
        annexes=dossier.centre_lines(lambda one: one.pk != row.pk),
        operator=named_if_public(row.operator),
        programmes=names["programmes"],
        sectors=names["sectors"],
        facilities=translated(row, "facilities"),
        milestones=dossier.milestones(),
        promises=dossier.promises(),
        series=_without_centre(dossier.series_lines()),
        sources=dossier.own_sources(),
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
