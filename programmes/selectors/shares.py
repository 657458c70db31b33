"""The breakdown of a figure. A dimension in which a group has fewer than five people is not published."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from programmes.models import Dimension, MeasurementShare
from programmes.selectors.formats import Unit
from programmes.selectors.texts import Text, translated

SMALLEST_SHARE = Decimal(5)


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One category and its part of the figure."""

    name: Text
    value: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One dimension. `shares` is empty where a group is too small: the others would give it away."""

    name: Text
    shares: tuple[ShareLine, ...]


def publishable() -> QuerySet[MeasurementShare]:
    """The shares of public dimensions, without those of a figure where a group of the dimension is too small."""
    small = MeasurementShare.objects.filter(
        measurement=OuterRef("measurement"),
        category__dimension=OuterRef("category__dimension"),
        value__gt=0,
        value__lt=SMALLEST_SHARE,
    )
    return MeasurementShare.objects.filter(
        ~Exists(small), category__dimension__in=Dimension.objects.published()
    )


def breakdowns(ref: str, unit: Unit) -> tuple[Breakdown, ...]:
    """The breakdowns of a published figure. One query."""
    rows = (
        MeasurementShare.objects.filter(measurement__ref=ref, category__dimension__is_public=True)
        .select_related("category__dimension")
        .order_by("category__dimension__code", "category__position", "category__code")
    )
    found: dict[int, list[MeasurementShare]] = defaultdict(list)
    for row in rows:
        found[row.category.dimension_id].append(row)
    return tuple(
        Breakdown(
            name=translated(rows[0].category.dimension, "name"),
            shares=()
            if any(0 < row.value < SMALLEST_SHARE for row in rows)
            else tuple(
                ShareLine(translated(row.category, "name"), unit.amount(row.value)) for row in rows
            ),
        )
        for rows in found.values()
    )
