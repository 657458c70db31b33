"""The figures that a person is asked for: one row a series, with what was said of it last and what is promised."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from programmes import access
from programmes.models import (
    EDITABLE,
    Measurement,
    Programme,
    Series,
    State,
    TargetRevision,
    Territory,
)
from programmes.models.series import SeriesQuerySet
from programmes.selectors.desk.tasks import due_series, late_series

ROWS_A_PAGE = 200
# what awaits the person; what is due and not late; what is late; everything of theirs
SHOWN = ("waiting", "due", "late", "all")


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One series with its last published figure, what is promised of it, and what is being entered.

    draft: the last draft, or what was returned. waiting: what was submitted and not yet answered, the newest first.
    """

    series: Series
    last: Measurement | None
    promise: TargetRevision | None
    draft: Measurement | None
    waiting: Sequence[Measurement]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which series are asked for. chosen: those alone, whether or not they are due."""

    shown: str = "waiting"
    programme: int | None = None
    territory: int | None = None
    chosen: tuple[int, ...] = ()


def entered_series(user: User) -> SeriesQuerySet:
    """The series of a person's own scope for which figures are reported."""
    return access.changeable(Series.objects.filter(figures=Series.Figures.OWN), user)


def wanted_series(user: User, on: date, wanted: EntryFilter) -> SeriesQuerySet:
    """The series that are asked for on a day, in the order of the grid."""
    rows = entered_series(user)
    if wanted.chosen:
        rows = rows.filter(pk__in=wanted.chosen)
    elif wanted.shown == "late":
        rows = late_series(rows, on)
    elif wanted.shown != "all":
        due = due_series(rows, on)
        if wanted.shown == "due":
            late = late_series(rows, on).order_by().values("pk")
            rows = due.exclude(pk__in=late)
        else:
            begun = Measurement.objects.filter(entered_by=user, state__in=EDITABLE)
            rows = rows.filter(
                Q(pk__in=due.order_by().values("pk")) | Q(pk__in=begun.order_by().values("series"))
            )
    if wanted.programme is not None:
        rows = rows.filter(
            Q(programme=wanted.programme) | Q(centre__programmes=wanted.programme)
        ).distinct()
    if wanted.territory is not None:
        inside = Territory.objects.within({wanted.territory}).order_by().values("pk")
        rows = rows.filter(territory__in=inside)
    return rows.order_by("programme__code", "territory__hcp_code", "centre__code", "code")


def entry_page(
    user: User, on: date, wanted: EntryFilter, number: Any
) -> tuple[Page[int], list[EntryRow]]:
    """One page of the grid. Five queries, whatever the rows."""
    keys = wanted_series(user, on, wanted).values_list("pk", flat=True)
    page = Paginator(keys, ROWS_A_PAGE).get_page(number)
    page.object_list = list(page.object_list)
    return page, entry_rows(page.object_list)


def entry_rows(keys: Sequence[int]) -> list[EntryRow]:
    """The rows of some series, in their order. Three queries."""
    figures = Measurement.objects.filter(series=OuterRef("pk"))
    published = figures.filter(state=State.PUBLISHED).order_by("-as_of_on", "-pk")
    editable = figures.filter(state__in=EDITABLE).order_by("-pk")
    promises = (
        TargetRevision.objects.filter(target__series=OuterRef("pk"), state=State.PUBLISHED)
        .exclude(value=None)
        .order_by("-announced_on", "-number")
    )
    # with the keys that the query adds
    found: dict[int, Any] = (
        Series.objects.filter(pk__in=keys)
        .select_related("indicator", "programme", "centre", "territory")
        .annotate(
            last_pk=Subquery(published.values("pk")[:1]),
            draft_pk=Subquery(editable.values("pk")[:1]),
            promise_pk=Subquery(promises.values("pk")[:1]),
        )
        .in_bulk()
    )
    asked = {pk for one in found.values() for pk in (one.last_pk, one.draft_pk) if pk}
    figures = Measurement.objects.select_related("source", "entered_by", "changed_by")
    wanted = Q(pk__in=asked) | Q(series__in=found, state=State.SUBMITTED)
    measured, waiting = {}, defaultdict[int, list[Measurement]](list)
    for row in figures.filter(wanted).order_by("-pk"):
        measured[row.pk] = row
        if row.state == State.SUBMITTED:
            waiting[row.series_id].append(row)
    promised = TargetRevision.objects.in_bulk(
        {one.promise_pk for one in found.values() if one.promise_pk}
    )
    return [
        EntryRow(
            series,
            measured.get(series.last_pk),
            promised.get(series.promise_pk),
            measured.get(series.draft_pk),
            waiting.get(series.pk, ()),
        )
        for series in (found[key] for key in keys if key in found)
    ]


def entry_programmes(user: User) -> models.QuerySet[Programme]:
    """The programmes of which a person enters figures."""
    own = entered_series(user).exclude(programme=None).order_by().values("programme")
    return Programme.objects.filter(pk__in=own)


def entry_territories(user: User) -> models.QuerySet[Territory]:
    """The territories in which a person enters figures."""
    own = entered_series(user).order_by().values("territory")
    return Territory.objects.filter(pk__in=own)
