"""What is of a territory: its own, that of several territories with it among them, and that of a larger one."""

from django.db.models import Q, QuerySet

from programmes.models import Series, Target, Territory
from programmes.selectors.lines.page_rows import PageRows
from programmes.selectors.promises.promise_rows import PromiseRow

Rows = list[PromiseRow]


def promises_by_place(
    page_rows: PageRows, row: Territory, shared: set[str]
) -> tuple[Rows, Rows, Rows]:
    """Those of a territory and the places in it; of several territories, it among them; of a larger one alone.

    shared: the codes of the series of the second. Of the third none has a share here: they stand outside the status of
    the territory, never pro rata.
    """
    wholes = {one.share_of for one in page_rows.rows if row.pk in one.place}
    promised = page_rows.promised()
    others = [one for one in promised if row.pk not in one.place]
    return (
        [one for one in promised if row.pk in one.place],
        [one for one in others if one.series_code in shared],
        [one for one in others if one.series_code not in shared and one.target not in wholes],
    )


def lies_in(place: Territory, row: Territory) -> bool:
    """Whether a territory is another or lies in it (its parent read with it; the tree has three levels)."""
    above = place.parent.parent_id if place.parent else None
    return row.pk in (place.pk, place.parent_id, above)


def targets_touching(
    row: Territory, inside: QuerySet[Territory], above: list[Territory]
) -> QuerySet[Target]:
    """Progress targets of the territory, of the places and centres in it, and those of the territories above.

    The country's page leaves the regions' to their own pages.
    """
    if row.parent_id is None:
        chosen = Q(series__territory=row, series__centre=None)
    else:
        chosen = Q(series__territory__in=inside) | Q(
            series__territory__in=above, series__centre=None
        )
    return Target.objects.filter(chosen, series__role=Series.Role.PROGRESS).order_by(
        "series__territory__hcp_code", "series__programme__code", "code"
    )


def above_of(row: Territory) -> list[Territory]:
    """The territories that one lies in, read with it (`select_related("parent__parent")`), the nearest first."""
    return [one for one in (row.parent, row.parent and row.parent.parent) if one]


def series_among(row: Territory) -> QuerySet[Series]:
    """Series of several territories, this one (or a place in it) among them."""
    inside = Territory.objects.within({row.pk}).order_by()
    return _of_areas(row, Q(territory__in=inside.values("pk")))


def series_elsewhere(row: Territory) -> QuerySet[Series]:
    """Series of several territories without this one.

    A series that covers a territory above covers this one too, but without a share of its own: it is neither here nor
    among.
    """
    inside = Territory.objects.within({row.pk}).order_by()
    here = Q(territory__in=inside.values("pk")) | Q(territory__in=above_of(row))
    return _of_areas(row, Q()).exclude(pk__in=_of_areas(row, here).order_by().values("pk"))


def _of_areas(row: Territory, area: Q) -> QuerySet[Series]:
    """Series of the territories above that cover such areas."""
    covered = Series.areas.through.objects.filter(area)
    return Series.objects.filter(territory__in=above_of(row), pk__in=covered.values("series"))


def series_in(row: Territory) -> QuerySet[Series]:
    """The series of a territory, of the places and centres in it, and of several territories, this one among them.

    The country's page leaves those of the regions and centres to their own pages.
    """
    among = Q(pk__in=series_among(row).order_by().values("pk"))
    if row.parent_id is None:
        return Series.objects.filter(Q(territory=row, centre=None) | among)
    inside = Territory.objects.within({row.pk}).order_by()
    return Series.objects.filter(Q(territory__in=inside.values("pk")) | among)
