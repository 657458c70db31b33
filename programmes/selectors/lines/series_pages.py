"""On which page the figures of a series stand: that of its centre, else of its programme, else of its place."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from programmes.calculations.choices import Status
from programmes.models import Centre, Programme, Series, Standing, Target
from programmes.selectors.lines.page_rows import SERIES_A_PAGE
from programmes.selectors.lines.places import series_in
from programmes.selectors.lines.series_lines import listed_series


def series_on_page(row: Any) -> QuerySet[Series]:
    """The series whose figures the page of a centre, programme or territory prints."""
    if isinstance(row, Centre):
        return Series.objects.filter(centre=row)
    if isinstance(row, Programme):
        return Series.objects.filter(programme=row, centre=None)
    return series_in(row)


def page_numbers(
    row: Any, series: Iterable[int], on: date, *, known: datetime | None = None
) -> dict[int, int]:
    """On which page, from one, of the long list of a record each of some series stands. One query."""
    listed = series_on_page(row)
    if isinstance(row, Programme):
        # it prints those with a promise among its promises
        told = Standing.objects.at(on, known).exclude(status=Status.NOT_YET_PROMISED)
        told = told.filter(target__in=Target.objects.published().order_by().values("pk"))
        listed = listed.exclude(pk__in=told.order_by().values("target__series"))
    keys = list(listed_series(listed, on, known=known).values_list("pk", flat=True))
    places = {key: place for place, key in enumerate(keys)}
    return {key: places[key] // SERIES_A_PAGE + 1 for key in series if key in places}
