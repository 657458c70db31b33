"""The breakdown of a figure. Groups of fewer than five people are joined as others, or not published."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from programmes.calculations.breakdowns import SMALLEST_GROUP, publishable_breakdown
from programmes.calculations.choices import Measure
from programmes.models import Dimension, Measurement, MeasurementShare
from programmes.selectors.wording.formats import Unit
from programmes.selectors.wording.texts import Text, translated

SMALL = Q(value__gt=0, value__lt=SMALLEST_GROUP)


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
    """The shares of public dimensions, without those of a figure where a group, or what remains, is too small."""
    of_dimension = MeasurementShare.objects.filter(
        measurement=OuterRef("measurement"),
        category__dimension=OuterRef("category__dimension"),
    )
    total = (
        of_dimension.order_by().values("measurement").annotate(total=Sum("value")).values("total")
    )
    return (
        MeasurementShare.objects.filter(category__dimension__in=Dimension.objects.published())
        .filter(~Exists(of_dimension.filter(SMALL)))
        .annotate(
            remainder=Coalesce("measurement__denominator", "measurement__value") - Subquery(total)
        )
        .exclude(remainder__gt=0, remainder__lt=SMALLEST_GROUP)
    )


def breakdowns(figure: Measurement, unit: Unit) -> tuple[Breakdown, ...]:
    """The breakdowns of a published figure; of a ratio, of those that its denominator counts. One query."""
    rows = (
        MeasurementShare.objects.filter(measurement=figure, category__dimension__is_public=True)
        .select_related("category__dimension")
        .order_by("category__dimension__code", "category__position", "category__code")
    )
    counted = Unit(Measure.LEVEL) if unit.is_ratio else unit
    found: dict[int, list[MeasurementShare]] = defaultdict(list)
    for row in rows:
        found[row.category.dimension_id].append(row)
    return tuple(
        Breakdown(
            translated(rows[0].category.dimension, "name"),
            _lines(rows, counted, figure.shared_total),
        )
        for rows in found.values()
    )


def _lines(
    rows: list[MeasurementShare], unit: Unit, total: Decimal | None
) -> tuple[ShareLine, ...]:
    names = {row.category.code: translated(row.category, "name") for row in rows}
    found = publishable_breakdown({row.category.code: row.value for row in rows}, total)
    if found is None:
        return ()
    lines = [ShareLine(names[code], unit.amount(value)) for code, value in found.shares]
    if found.others is not None:
        lines.append(ShareLine(Text(_("Others")), unit.amount(found.others)))
    return tuple(lines)
