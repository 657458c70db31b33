"""A territory beside those of its level: its place among the figures that they share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from programmes.calculations.choices import Qualifier
from programmes.calculations.ranking import Rank, StatedFigure, rank_of
from programmes.models import Measurement, Series, Territory
from programmes.selectors.lines.series_lines import figure_words, period_words
from programmes.selectors.lines.sources import SourceLine, public_source
from programmes.selectors.wording.formats import unit_of
from programmes.selectors.wording.names import NamedRecord, named_if_public
from programmes.selectors.wording.texts import Text, translated

Key = tuple[int | None, int, bool]


@dataclass(frozen=True, slots=True)
class PeerLine:
    """One figure that other territories of the same level report too.

    place: 2 of 3, or between 1 and 3 of 3 where a figure is only a bound. years: those that the figures speak of.
    """

    label: Text
    programme: NamedRecord | None
    value: str
    date: str
    source: SourceLine | None
    place: str
    missing: int
    years: str


def peer_lines(
    row: Territory, peer_count: int, on: date, *, known: datetime | None = None
) -> tuple[PeerLine, ...]:
    """The figures of a territory beside those of its level, of which there are `peer_count` with it. One query.

    Only a figure of the territory itself, its latest, and where there is one alone of what is counted: nothing is
    added up, and what was not reported takes no place.
    """
    by_key: dict[Key, dict[int, list[Measurement]]] = defaultdict(lambda: defaultdict(list))
    for figure in _figures(row, on, known):
        series = figure.series
        key = (series.programme_id, series.indicator_id, series.centre_id is not None)
        by_key[key][series.territory_id].append(figure)
    lines = []
    for places in by_key.values():
        alone = {place: found[0] for place, found in places.items() if len(found) == 1}
        own = alone.pop(row.pk, None)
        place = rank_of(_stated(own), map(_stated, alone.values())) if own else None
        if own and place:
            lines.append(_line(own, place, alone.values(), peer_count - place.count))
    return tuple(sorted(lines, key=lambda line: (line.missing, line.label.text)))


def _figures(row: Territory, on: date, known: datetime | None) -> Iterable[Measurement]:
    """The latest figure of each series of what is counted here, in the territories of this level."""
    series = Series.objects.published().filter(areas=None)
    alike = series.filter(
        territory__in=Territory.objects.published().peers_of(row),
        indicator__in=series.filter(territory=row).values("indicator"),
    )
    figures = Measurement.objects.standing(known).filter(series=OuterRef("pk"), as_of_on__lte=on)
    last = Subquery(figures.order_by("-as_of_on", "-pk").values("pk")[:1])
    return (
        Measurement.objects.filter(pk__in=alike.annotate(last=last).values("last"))
        .select_related("series__indicator", "series__programme", "source__organisation")
        .order_by("as_of_on", "pk")
    )


def _stated(row: Measurement) -> StatedFigure:
    return StatedFigure(row.figure.amount, Qualifier(row.qualifier))


def _line(own: Measurement, place: Rank, others: Iterable[Measurement], missing: int) -> PeerLine:
    unit = unit_of(own.series.indicator)
    words = {"best": place.best, "worst": place.worst, "count": place.count}
    days = sorted(one.as_of_on for one in (own, *others))
    return PeerLine(
        label=translated(own.series.indicator, "name"),
        programme=named_if_public(own.series.programme),
        value=figure_words(own, unit),
        date=period_words(own.period_start, own.as_of),
        source=public_source(own.source),
        place=(
            _("%(best)s of %(count)s")
            if place.best == place.worst
            else _("between %(best)s and %(worst)s of %(count)s")
        )
        % words,
        missing=missing,
        years=f"{days[0].year}-{days[-1].year}"
        if days[0].year != days[-1].year
        else str(days[0].year),
    )
