"""Rows of several tables counted in one query."""

from typing import Any

from django.db import models
from django.db.models import Count, Max, Subquery, Value

from programmes.models import Territory


def counted(querysets: dict[Any, models.QuerySet[Any]]) -> dict[Any, int]:
    """How many rows each queryset has, by its key. One query, whatever their number; none where there are none.

    The counts hang on the root of the territories: where no territory is loaded, nothing is counted.
    """
    if not querysets:
        return {}
    answers = Territory.objects.filter(parent=None).aggregate(
        **{f"count_{place}": Max(_count(rows)) for place, rows in enumerate(querysets.values())}
    )
    return {key: answers[f"count_{place}"] or 0 for place, key in enumerate(querysets)}


def _count(rows: models.QuerySet[Any]) -> Subquery:
    every = rows.order_by().annotate(every=Value(1)).values("every")
    return Subquery(every.annotate(counted=Count("pk")).values("counted"))
