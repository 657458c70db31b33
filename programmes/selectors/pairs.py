"""A programme in a territory: what it promises there, its centres there, what was planned and reached."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from programmes.models import Centre, Milestone, Series, Target, Territory
from programmes.selectors.centre_lines import CentreLine
from programmes.selectors.context import SeriesLine
from programmes.selectors.dossier import read_dossier
from programmes.selectors.milestones import MilestoneLine
from programmes.selectors.names import Named, named
from programmes.selectors.presence import programmes_here
from programmes.selectors.promises import PromiseLine
from programmes.selectors.territories import areas_of, lies_in, targets_touching, with_chains


@dataclass(frozen=True, slots=True)
class PairPage:
    """All that the page of a programme in a territory prints; promises as on the territory's own page."""

    territory: Named
    kind_words: str
    programme: Named
    promises: tuple[PromiseLine, ...]
    shared: tuple[PromiseLine, ...]
    wider: tuple[PromiseLine, ...]
    centres: tuple[CentreLine, ...]
    serving: tuple[CentreLine, ...]
    milestones: tuple[MilestoneLine, ...]
    series: tuple[SeriesLine, ...]


def pair_page(territory: str, programme: str, on: date) -> PairPage | None:
    """What a programme does in a region or a place in one; None where it has nothing there of its own.

    At most eight queries.
    """
    row = with_chains(Territory.objects.published()).filter(code=territory).first()
    if row is None or row.parent is None:
        return None
    above = [one for one in (row.parent, row.parent.parent) if one]
    inside = Territory.objects.within({row.pk})
    among, elsewhere = areas_of(row, above)
    work = programmes_here(inside, among).filter(code=programme).first()
    if work is None:
        return None
    centres = Centre.objects.published().filter(
        Q(territory__in=inside) | Q(serves__in=inside), programmes=work
    )
    dossier = read_dossier(
        on,
        targets=targets_touching(row, inside, above)
        .filter(series__programme=work)
        .exclude(series__in=elsewhere),
        series=Series.objects.filter(
            Q(territory__in=inside) | Q(pk__in=among), programme=work, centre=None, targets=None
        ).exclude(pk__in=elsewhere),
        milestones=Milestone.objects.filter(centre__in=centres.values("pk")),
        centres=centres,
    )
    wholes = {
        one.target.part_of_id
        for one in dossier.standings
        if lies_in(one.target.series.territory, row)
    }

    def is_own(target: Target) -> bool:
        return lies_in(target.series.territory, row)

    return PairPage(
        territory=named(row),
        kind_words=row.get_kind_display(),
        programme=named(work),
        promises=dossier.promises(is_own),
        shared=dossier.promises(
            lambda target: not is_own(target) and target.series_id in among,
        ),
        wider=dossier.promises(
            lambda target: (
                not is_own(target) and target.series_id not in among and target.pk not in wholes
            )
        ),
        centres=dossier.centre_lines(lambda centre: lies_in(centre.territory, row)),
        serving=dossier.centre_lines(lambda centre: not lies_in(centre.territory, row)),
        milestones=dossier.milestones(),
        series=dossier.series_lines(),
    )
