"""What awaits a member of staff: counted for the first page, and filtered in the same words by the lists.

Everything lies in the person's own territories and programmes; a task is shown to those whose role it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
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
    Site,
    State,
    TargetRevision,
)
from programmes.models.review import Reviewed
from programmes.models.review_event import RECORDS
from programmes.models.series import SeriesQuerySet
from programmes.selectors.desk.counting import counted
from programmes.selectors.desk.queue import TABLES, awaiting
from programmes.selectors.desk.untranslated import untranslated
from programmes.type_names import Rows

# the tables under review, with the column of the review log that names their rows
REVIEWED = dict(TABLES.values())
# what was decided lately is told for so long
LATELY = timedelta(days=7)
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


def desk_of(user: User, on: date) -> Desk:
    """What awaits a member of staff on a day. At most fifteen queries, whatever the rows, with a remembered scope."""
    return Desk(
        tasks=(
            *_site(user),
            *_figures(user, on),
            *_reviews(user, on),
            *_milestones(user, on),
            *_translations(user),
            *_imports(user),
        ),
        returned=_returned(user),
    )


# Conditions, for counts and lists alike


def due_series(rows: SeriesQuerySet, on: date) -> SeriesQuerySet:
    """Series whose next figure is due or late on a day: the last published one is older than their interval.

    Only where a public target that still stands is measured by the series itself. Where no figure was ever
    published, the interval runs from the first announcement. Once the due date of every target has a figure,
    nothing more is due.
    """
    return followed_series(rows, on).filter(_older(on, _intervals(), intervals=1))


def late_series(rows: SeriesQuerySet, on: date) -> SeriesQuerySet:
    """Series due for more than another interval: the public pages say *no recent data*."""
    return followed_series(rows, on).filter(_older(on, _intervals(), intervals=2))


def soon_milestones(rows: Rows, on: date) -> Rows:
    """Milestones planned from a day to 60 days later, and not reached."""
    return _awaited(rows).filter(awaited_on__gte=on, awaited_on__lte=on + AHEAD)


def past_milestones(rows: Rows, on: date) -> Rows:
    """Milestones whose planned date has passed, and that nothing says are reached."""
    return _awaited(rows).filter(awaited_on__lt=on)


def followed_series(rows: SeriesQuerySet, on: date) -> SeriesQuerySet:
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
    latest = (
        TargetRevision.objects.filter(target=OuterRef("target"), state=State.PUBLISHED)
        .order_by("-announced_on", "-number")
        .values("pk")[:1]
    )
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


def _awaited(rows: Rows) -> Rows:
    """Milestones last said to be planned, never reached, with the day they are planned for as `awaited_on`."""
    said = MilestoneStatement.objects.filter(milestone=OuterRef("pk"), state=State.PUBLISHED)
    last = said.order_by("-announced_on", "-number")
    planned = MilestoneStatement.Kind.PLANNED
    return rows.annotate(
        awaited_on=Subquery(last.values("date_on")[:1]), last_said=Subquery(last.values("kind")[:1])
    ).filter(~Exists(said.filter(kind=MilestoneStatement.Kind.REACHED)), last_said=planned)


# Tasks


def _site(user: User) -> Iterator[Task]:
    if user.has_perm("programmes.add_site"):
        site = Site.objects.first()
        yield Task("incomplete", Site, int(site is None or not (site.publisher and site.contact)))


def _figures(user: User, on: date) -> Iterator[Task]:
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


def _reviews(user: User, on: date) -> Iterator[Task]:
    for model in REVIEWED:
        yield from _own(model, user, on)
    waiting = counted(awaiting(user))
    if waiting:
        yield Task("review", ReviewEvent, sum(waiting.values()))


def _own(model: type[Reviewed], user: User, on: date) -> Iterator[Task]:
    """What became of a person's own rows of a table. One query."""
    since = str(on - LATELY)
    kinds = {
        "returned": {"state__exact": State.RETURNED.value},
        "draft": {"state__exact": State.DRAFT.value},
        "published": {"state__exact": State.PUBLISHED.value, "published_at__date__gte": since},
    }
    rows = access.changeable(model._default_manager.filter(entered_by=user), user).order_by()
    counts = rows.aggregate(
        **{kind: Count("pk", filter=Q(**filters)) for kind, filters in kinds.items()}
    )
    for kind, filters in kinds.items():
        yield Task(kind, model, counts[kind], {**filters, "whose": "mine"})


def notices_of(user: User, after: int, until: int) -> list[Task]:
    """What others decided of a person's own rows, and submitted for their review, between two steps of review.

    after, until: the keys of the last steps that were told before, and are told now. What was decided anew since counts
    as it stands. Two queries a table of their own, one a table that they review.
    """
    steps = ReviewEvent.objects.filter(pk__gt=after, pk__lte=until).exclude(by=user)

    def count(rows: models.QuerySet[Any], column: str, state: State) -> int:
        step = steps.filter(**{column: OuterRef("pk")}, to_state=state)
        return rows.order_by().filter(Exists(step), state=state).count()

    found = []
    for model, column in REVIEWED.items():
        rows = access.changeable(model._default_manager.filter(entered_by=user), user)
        for kind, state in (("returned", State.RETURNED), ("published", State.PUBLISHED)):
            filters = {"state__exact": state.value, "whose": "mine"}
            found.append(Task(kind, model, count(rows, column, state), filters))
    waiting = (
        count(rows, TABLES[name][1], State.SUBMITTED) for name, rows in awaiting(user).items()
    )
    found.append(Task("review", ReviewEvent, sum(waiting)))
    return [task for task in found if task.count]


def _returned(user: User) -> tuple[tuple[Reviewed, str], ...]:
    """The last records of a person's own that were sent back, each with the reviewer's note. One query."""
    condition = Q(pk__in=[])
    for model, name in REVIEWED.items():
        own = access.changeable(model._default_manager.all(), user)
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
            "reply__target__series__indicator",
            "reply__milestone",
            "amendment",
        )
        .order_by("-at", "-pk")[:MOST_RETURNED]
    )
    return tuple(
        (next(row for name in RECORDS if (row := getattr(event, name))), event.note)
        for event in events
    )


def _milestones(user: User, on: date) -> Iterator[Task]:
    if not user.has_perm("programmes.add_milestonestatement"):
        return
    own = _awaited(access.changeable(Milestone.objects.all(), user)).order_by()
    counts = own.aggregate(
        past=Count("pk", filter=Q(awaited_on__lt=on)),
        soon=Count("pk", filter=Q(awaited_on__gte=on, awaited_on__lte=on + AHEAD)),
    )
    yield Task("past", Milestone, counts["past"], {"awaited": "past"})
    yield Task("soon", Milestone, counts["soon"], {"awaited": "soon"})


def _translations(user: User) -> Iterator[Task]:
    tables = [
        model
        for model in TRANSLATED
        if user.has_perm(f"programmes.change_{model._meta.model_name}")
    ]
    rows: dict[Any, models.QuerySet[Any]] = {
        model: access.changeable(model._default_manager.filter(untranslated(model)), user)
        for model in tables
    }
    for model, count in counted(rows).items():
        yield Task("untranslated", model, count, {"missing": "own"})


def _imports(user: User) -> Iterator[Task]:
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
