"""Where a programme has something of its own: a name in its record, a centre, a promise or a figure."""

from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from programmes import country
from programmes.models import Centre, Measurement, Programme, Series, Target, Territory


def programmes_here(
    inside: QuerySet[Territory], among: QuerySet[Series], *, known: datetime | None = None
) -> QuerySet[Programme]:
    """Public programmes that name a territory or a place in it, or have a centre, a promise or a figure there.

    among: the series of several territories, this one among them. known: the moment as known at which; None: now.
    """
    links = Programme.territories.through.objects.filter(territory__in=inside)
    centres = Centre.objects.published(known).filter(Q(territory__in=inside) | Q(serves__in=inside))
    followed = _followed(known).filter(
        Q(territory__in=inside) | Q(pk__in=among.order_by().values("pk"))
    )
    return Programme.objects.published(known).filter(
        Q(pk__in=links.values("programme"))
        | Q(pk__in=Centre.programmes.through.objects.filter(centre__in=centres).values("programme"))
        | Q(pk__in=followed.filter(programme__isnull=False).values("programme"))
    )


def regions_with_programmes() -> list[tuple[str, str]]:
    """The codes of each public region and public programme with something of its own there. Six queries."""
    programmes = Programme.objects.published()
    centres = Centre.objects.published()
    followed = _followed().filter(programme__in=programmes)
    placed = [
        Programme.territories.through.objects.filter(programme__in=programmes).values_list(
            "territory", "programme__code"
        ),
        Centre.programmes.through.objects.filter(
            centre__in=centres, programme__in=programmes
        ).values_list("centre__territory", "programme__code"),
        Centre.programmes.through.objects.filter(
            centre__in=centres, programme__in=programmes, centre__serves__isnull=False
        ).values_list("centre__serves", "programme__code"),
        followed.values_list("territory", "programme__code"),
        followed.filter(areas__isnull=False).values_list("areas", "programme__code"),
    ]
    regions = {
        pk: region
        for region, *places in Territory.objects.published()
        .regions()
        .values_list("code", "pk", "children")
        for pk in places
    }
    return sorted(
        {(regions[place], code) for rows in placed for place, code in rows if place in regions}
    )


def regions_of(programme: int, *, known: datetime | None = None) -> QuerySet[Territory]:
    """The public regions in which a programme, given by its key, has something of its own (see `programmes_here`)."""
    centres = Centre.objects.published(known).filter(programmes=programme)
    followed = _followed(known).filter(programme=programme)
    places = Territory.objects.rewrite(False).filter(
        Q(programmes=programme)
        | Q(pk__in=centres.values("territory"))
        | Q(pk__in=Centre.serves.through.objects.filter(centre__in=centres).values("territory"))
        | Q(pk__in=followed.values("territory"))
        | Q(pk__in=Series.areas.through.objects.filter(series__in=followed).values("territory"))
    )
    region = Case(When(kind__in=country.REGIONS, then="pk"), default="parent")
    places = places.annotate(region=region).values("region")
    return Territory.objects.published().filter(pk__in=places, kind__in=country.REGIONS)


def _followed(known: datetime | None = None) -> QuerySet[Series]:
    """Public series with a published figure or promise."""
    figures = Measurement.objects.standing(known).filter(series=OuterRef("pk"))
    promises = Target.objects.published().filter(series=OuterRef("pk"))
    if known is not None:
        promises = promises.filter(revisions__published_at__lte=known)
    return Series.objects.published().filter(Exists(figures) | Exists(promises))
