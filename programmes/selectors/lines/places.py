"""What is of a territory: its own, that of several territories with it among them, and that of a larger one."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from programmes.models import Series, Target, Territory
from programmes.selectors.lines.page_rows import promised_among
from programmes.selectors.promises.promise_rows import PromiseRow, promise_rows

PromiseRows = list[PromiseRow]


def promises_by_place(
    rows: Sequence[PromiseRow], row: Territory, shared: Container[str]
) -> tuple[PromiseRows, PromiseRows, PromiseRows]:
    """Those of a territory and the places in it; of several territories, it among them; of a larger one alone.

    shared: the codes of the series of the second. Of the third none has a share here: they stand outside the status of
    the territory, never pro rata.
    """
    wholes = {one.share_of for one in rows if row.pk in one.place}
    promised = promised_among(rows)
    others = [one for one in promised if row.pk not in one.place]
    return (
        [one for one in promised if row.pk in one.place],
        [one for one in others if one.series_code in shared],
        [one for one in others if one.series_code not in shared and one.target not in wholes],
    )


@dataclass(frozen=True, slots=True)
class PromisesBeside:
    """How many promises touch a territory that are not its own.

    shared: of several territories, it among them. wider: of a larger one, without a share for it.
    """

    shared: int
    wider: int

    def __bool__(self) -> bool:
        return bool(self.shared or self.wider)


def read_promises_beside(
    row: Territory, on: date, *, known: datetime | None = None
) -> PromisesBeside:
    """The counts of what the page of a territory lists beside its own. Three queries (four of a past day), and one for
    each level above; of the country, which has nothing above it, none."""
    above = above_of(row)
    if not above:
        return PromisesBeside(0, 0)
    targets = targets_touching(row, Territory.objects.within({row.pk}), above)
    rows = promise_rows(targets.exclude(series__in=series_elsewhere(row)), on, known=known)
    shared = set(series_among(row).values_list("code", flat=True))
    _own, with_others, wider = promises_by_place(rows, row, shared)
    return PromisesBeside(len(with_others), len(wider))


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
