"""What awaits a member of staff: counted for the first page, and filtered in the same words by the lists.

Everything lies in the person's own territories and programmes; a task is shown to those whose role it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from programmes import access
from programmes.calculations.dates import add_months
from programmes.models import (
    Agreement,
    Centre,
    ImportJob,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    ReviewEvent,
    Series,
    State,
    TargetRevision,
)
from programmes.models.review import Reviewed
from programmes.selectors.desk.counting import counted
from programmes.selectors.desk.queue import awaiting
from programmes.selectors.desk.untranslated import untranslated

REVIEWED: dict[type[Reviewed], str] = {
    Measurement: "measurement",
    TargetRevision: "revision",
    MilestoneStatement: "statement",
}
TRANSLATED = (Programme, Centre, Agreement, Milestone, Organisation, Indicator)
AHEAD = timedelta(days=60)
MOST_RETURNED = 5
RUNNING = (
    ImportJob.State.WAITING,
    ImportJob.State.CHECKING,
    ImportJob.State.APPLYING,
    ImportJob.State.UNDOING,
)
STOPPED = (ImportJob.State.REFUSED, ImportJob.State.CONFLICT, ImportJob.State.FAILED)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: its kind, in which table, how often, and the filters of the list that shows it."""

    kind: str
    model: type[models.Model]
    count: int
    filters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that waits for one person. returned: the last records sent back, with what is to be corrected."""

    tasks: tuple[Task, ...]
    returned: tuple[tuple[Reviewed, str], ...]


def desk_of(user: Any, on: date) -> Desk:
    """What awaits a member of staff on a day. At most twelve queries, whatever the rows, with a remembered scope."""
    return Desk(
        tasks=(
            *_figures(user, on),
            *_reviews(user),
            *_milestones(user, on),
            *_translations(user),
            *_imports(user),
        ),
        returned=_returned(user),
    )


# Conditions, for counts and lists alike


def due_series(rows: models.QuerySet, on: date) -> models.QuerySet:
    """Series whose next figure is due or late on a day: the last published one is older than their interval.

    Only where a public target that still stands is measured by the series itself. Where no figure was ever
    published, the interval runs from the first announcement. Once the due date of every target has a figure,
    nothing more is due.
    """
    return followed_series(rows, on).filter(_older(on, _intervals(), intervals=1))


def late_series(rows: models.QuerySet, on: date) -> models.QuerySet:
    """Series due for more than another interval: the public pages say *no recent data*."""
    return followed_series(rows, on).filter(_older(on, _intervals(), intervals=2))


def soon_milestones(rows: models.QuerySet, on: date) -> models.QuerySet:
    """Milestones planned from a day to 60 days later, and not reached."""
    return _awaited(rows).filter(awaited_on__gte=on, awaited_on__lte=on + AHEAD)


def past_milestones(rows: models.QuerySet, on: date) -> models.QuerySet:
    """Milestones whose planned date has passed, and that nothing says are reached."""
    return _awaited(rows).filter(awaited_on__lt=on)


def entered_by_others(rows: models.QuerySet, user: Any) -> models.QuerySet:
    """What a reviewer may publish: entered by somebody else."""
    return rows.exclude(entered_by=user)


def followed_series(rows: models.QuerySet, on: date) -> models.QuerySet:
    """Series with a public target of their own, and `reported_until`: their last figure or first announcement."""
    figures = Measurement.objects.filter(
        series=OuterRef("pk"), state=State.PUBLISHED, as_of_on__lte=on
    ).order_by("-as_of_on")
    announced = (
        TargetRevision.objects.filter(target__series=OuterRef("pk"), state=State.PUBLISHED)
        .order_by()
        .values("target__series")
        .annotate(first=Min("announced_on"))
    )
    latest = TargetRevision.objects.filter(target=OuterRef("target"), state=State.PUBLISHED)
    latest = latest.order_by("-announced_on", "-number").values("pk")[:1]
    standing = TargetRevision.objects.filter(
        Q(due_on__isnull=True) | Q(due_on__gt=OuterRef("reported_until")),
        pk=Subquery(latest),
        target__series=OuterRef("pk"),
        target__is_public=True,
    ).exclude(kind=TargetRevision.Kind.ABANDONED)
    return (
        rows.published()
        .filter(role=Series.Role.PROGRESS, figures=Series.Figures.OWN)
        .annotate(
            reported_until=Coalesce(
                Subquery(figures.values("as_of_on")[:1]), Subquery(announced.values("first"))
            )
        )
        .filter(Exists(standing))
    )


def _intervals() -> list[tuple[int, int]]:
    """The intervals of series, in months, with the days until a figure is available: a few values. One query."""
    pairs = Series.objects.order_by().values_list("interval_months", "delay_days").distinct()
    return list(pairs)


def _older(on: date, known: Iterable[tuple[int, int]], *, intervals: int) -> Q:
    """Of followed series: reported last more than so many of their own intervals, and their delay, before a day."""
    condition = Q(pk__in=[])
    for months, delay in known:
        before = add_months(on - timedelta(delay), -months * intervals)
        condition |= Q(interval_months=months, delay_days=delay, reported_until__lt=before)
    return condition


def _awaited(rows: models.QuerySet) -> models.QuerySet:
    """Milestones last said to be planned, never reached, with the day they are planned for as `awaited_on`."""
    said = MilestoneStatement.objects.filter(milestone=OuterRef("pk"), state=State.PUBLISHED)
    last = said.order_by("-announced_on", "-number")
    planned = MilestoneStatement.Kind.PLANNED
    return rows.annotate(
        awaited_on=Subquery(last.values("date_on")[:1]), last_said=Subquery(last.values("kind")[:1])
    ).filter(~Exists(said.filter(kind=MilestoneStatement.Kind.REACHED)), last_said=planned)


# Tasks


def _figures(user: Any, on: date) -> Iterator[Task]:
    if not user.has_perm("programmes.add_measurement"):
        return
    own = access.changeable(Series.objects.all(), user)
    known = _intervals()
    counts = (
        followed_series(own, on)
        .order_by()
        .aggregate(
            due=Count("pk", filter=_older(on, known, intervals=1)),
            late=Count("pk", filter=_older(on, known, intervals=2)),
        )
    )
    yield Task("late", Series, counts["late"], {"reporting": "late"})
    yield Task("due", Series, counts["due"] - counts["late"], {"reporting": "due"})


def _reviews(user: Any) -> Iterator[Task]:
    for model in REVIEWED:
        rows = access.changeable(model.objects.all(), user).order_by()
        own = Q(entered_by=user)
        counts = rows.aggregate(
            returned=Count("pk", filter=own & Q(state=State.RETURNED)),
            draft=Count("pk", filter=own & Q(state=State.DRAFT)),
        )
        yield Task(
            "returned",
            model,
            counts["returned"],
            {"state__exact": State.RETURNED.value, "whose": "mine"},
        )
        yield Task(
            "draft", model, counts["draft"], {"state__exact": State.DRAFT.value, "whose": "mine"}
        )
    waiting = counted(awaiting(user))
    if waiting:
        yield Task("review", ReviewEvent, sum(waiting.values()))


def _returned(user: Any) -> tuple[tuple[Reviewed, str], ...]:
    """The last records of a person's own that were sent back, each with the reviewer's note. One query."""
    condition = Q(pk__in=[])
    for model, name in REVIEWED.items():
        own = access.changeable(model.objects.all(), user)
        own = own.filter(entered_by=user, state=State.RETURNED).order_by()
        condition |= Q(**{f"{name}__in": own.values("pk")})
    last = (
        ReviewEvent.objects.filter(condition, to_state=State.RETURNED)
        .order_by()
        .values(*REVIEWED.values())
        .annotate(last=Max("pk"))
        .values("last")
    )
    events = (
        ReviewEvent.objects.filter(pk__in=last)
        .select_related(
            "measurement__series__indicator",
            "measurement__series__programme",
            "measurement__series__centre",
            "measurement__series__territory",
            "revision__target__series__indicator",
            "revision__target__series__programme",
            "revision__target__series__centre",
            "revision__target__series__territory",
            "statement__milestone",
        )
        .order_by("-at", "-pk")[:MOST_RETURNED]
    )
    return tuple(
        (event.measurement or event.revision or event.statement, event.note) for event in events
    )


def _milestones(user: Any, on: date) -> Iterator[Task]:
    if not user.has_perm("programmes.add_milestonestatement"):
        return
    own = _awaited(access.changeable(Milestone.objects.all(), user)).order_by()
    counts = own.aggregate(
        past=Count("pk", filter=Q(awaited_on__lt=on)),
        soon=Count("pk", filter=Q(awaited_on__gte=on, awaited_on__lte=on + AHEAD)),
    )
    yield Task("past", Milestone, counts["past"], {"awaited": "past"})
    yield Task("soon", Milestone, counts["soon"], {"awaited": "soon"})


def _translations(user: Any) -> Iterator[Task]:
    tables = [
        model
        for model in TRANSLATED
        if user.has_perm(f"programmes.change_{model._meta.model_name}")
    ]
    rows = {
        model: access.changeable(model.objects.filter(untranslated(model)), user)
        for model in tables
    }
    for model, count in counted(rows).items():
        yield Task("untranslated", model, count, {"missing": "own"})


def _imports(user: Any) -> Iterator[Task]:
    counts = ImportJob.objects.filter(owner=user).aggregate(
        running=Count("pk", filter=Q(state__in=RUNNING)),
        stopped=Count("pk", filter=Q(state__in=STOPPED)),
        checked=Count("pk", filter=Q(state=ImportJob.State.CHECKED)),
    )
    for kind, states in (
        ("stopped", STOPPED),
        ("checked", (ImportJob.State.CHECKED,)),
        ("running", RUNNING),
    ):
        filters = {"owner__id__exact": str(user.pk), "state__in": ",".join(states)}
        yield Task(kind, ImportJob, counts[kind], filters)
