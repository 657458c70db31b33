"""One figure in every region that reported it: side by side, each with its own date, source and trend."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from programmes import country
from programmes.models import Indicator, Measurement, Series, Territory
from programmes.selectors.lines.page_rows import PageRows, read_page_rows
from programmes.selectors.lines.series_lines import SeriesFigures, SeriesLine, series_line
from programmes.selectors.pages.places.region_tiles import region_code
from programmes.selectors.wording.names import NamedRecord, named, named_if_public
from programmes.selectors.wording.texts import NOTHING, Text, translated

FEWEST_REGIONS = 2


@dataclass(frozen=True, slots=True)
class FigureBar:
    """One series: its region, its own name where the region has several, its figures, and its bar in per cent.

    bar: None where the figure is below zero.
    """

    region: NamedRecord
    label: Text
    line: SeriesLine
    bar: str | None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The bars of one programme; None: of none."""

    programme: NamedRecord | None
    bars: tuple[FigureBar, ...]


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """What can be chosen, what was, and its bars, the highest first, by what they are figures of: only these compare.

    missing: the regions that reported nothing.
    """

    choices: tuple[NamedRecord, ...]
    chosen: NamedRecord | None
    definition: Text
    groups: tuple[FigureGroup, ...]
    missing: tuple[NamedRecord, ...]


def figure_choices() -> tuple[NamedRecord, ...]:
    """The indicators of which figures are published in several regions. One query."""
    regional = Q(
        series__territory__kind__in=(*country.REGIONS, *country.LOCAL),
        series__in=Series.objects.published(),
        series__measurements__state="published",
    )
    rows = (
        Indicator.objects.filter(regional)
        .annotate(places=Count("series__territory", distinct=True))
        .filter(places__gte=FEWEST_REGIONS)
        .order_by("-places", "code")
    )
    return tuple(named(row) for row in rows)


def region_figures(
    code: str, choices: tuple[NamedRecord, ...], on: date, *, known: datetime | None = None
) -> RegionFigures:
    """The bars of one of the choices; without a code, of the one that most places reported. Four queries."""
    chosen = next((one for one in choices if one.code == code), choices[0] if choices else None)
    if chosen is None:
        return RegionFigures(choices, None, NOTHING, (), ())
    regions = list(Territory.objects.published().regions())
    series = Series.objects.filter(
        indicator__code=chosen.code, areas=None, territory__parent__isnull=False
    )
    page_rows = read_page_rows(on, known=known, series=series)
    by_code = {row.code: named(row) for row in regions}
    found = [
        (by_code[region_code(one.series.territory)], one)
        for one in page_rows.series
        if one.figures and region_code(one.series.territory) in by_code
    ]
    found.sort(key=lambda pair: -_amount(pair[1]))
    by_programme: dict[int | None, list[tuple[NamedRecord, SeriesFigures]]] = defaultdict(list)
    for region, one in found:
        by_programme[one.series.programme_id].append((region, one))
    reported = {region.code for region, _one in found}
    indicator = found[0][1].series.indicator if found else None
    return RegionFigures(
        choices,
        chosen,
        translated(indicator, "definition"),
        tuple(
            _group(rows, page_rows)
            for rows in sorted(by_programme.values(), key=lambda rows: -len(rows))
        ),
        tuple(one for code, one in by_code.items() if code not in reported),
    )


def _group(rows: list[tuple[NamedRecord, SeriesFigures]], page_rows: PageRows) -> FigureGroup:
    highest = max(_amount(one) for _region, one in rows) or 1.0
    return FigureGroup(
        named_if_public(rows[0][1].series.programme),
        tuple(_bar(region, one, highest, page_rows) for region, one in rows),
    )


def _amount(one: SeriesFigures) -> float:
    last: Measurement = one.figures[-1]
    return float(last.figure.amount)


def _bar(region: NamedRecord, one: SeriesFigures, highest: float, page_rows: PageRows) -> FigureBar:
    line, amount = series_line(one, page_rows.sources), _amount(one)
    label = line.label if one.series.name else translated(one.series.centre, "name")
    return FigureBar(region, label, line, f"{amount / highest * 100:.1f}%" if amount >= 0 else None)
