"""What awaits a reviewer: all that others submitted, of every table under review, the longest waiting first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from programmes import access
from programmes.models import (
    Amendment,
    Measurement,
    MilestoneStatement,
    Programme,
    Reply,
    ReviewEvent,
    State,
    TargetRevision,
    Territory,
)
from programmes.models.review import Reviewed
from programmes.type_names import Rows

# the tables under review, by what addresses call them, with the column of the review log that names them
TABLES: dict[str, tuple[type[Reviewed], str]] = {
    "figures": (Measurement, "measurement"),
    "announcements": (TargetRevision, "revision"),
    "statements": (MilestoneStatement, "statement"),
    "replies": (Reply, "reply"),
    "proposals": (Amendment, "amendment"),
}
MOST_WAITING = 5000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of them: of a programme, of a territory and what lies in it, of whom, of which table. None: all."""

    programme: int | None = None
    territory: int | None = None
    person: int | None = None
    table: str = ""


@dataclass(frozen=True, slots=True, order=True)
class QueuedSubmission:
    """One submission, in the order of the queue."""

    since: datetime
    table: str
    key: int
    person: int | None = None


def table_address(model: type[models.Model]) -> str:
    """What addresses call a table under review."""
    return next(name for name, (one, _column) in TABLES.items() if one is model)


def is_reviewer(user: User) -> bool:
    """Whether a person decides on the rows of any table."""
    return any(
        user.has_perm(f"programmes.publish_{model._meta.model_name}")
        for model, _column in TABLES.values()
    )


def awaiting(user: User) -> dict[str, models.QuerySet[Any]]:
    """What each table holds that a person may decide on: submitted in their scope, none of it their own."""
    found = {}
    for name, (model, column) in TABLES.items():
        if not user.has_perm(f"programmes.publish_{model._meta.model_name}"):
            continue
        own = ReviewEvent.objects.filter(
            **{column: OuterRef("pk")}, by=user, from_state=F("to_state")
        )
        rows = access.changeable(model._default_manager.filter(state=State.SUBMITTED), user)
        found[name] = rows.exclude(entered_by=user).exclude(Exists(own))
    return found


def queue_of(user: User, wanted: QueueFilter) -> list[QueuedSubmission]:
    """The queue, the longest waiting first. A query a table."""
    return sorted(
        one
        for name, rows in awaiting(user).items()
        if wanted.table in ("", name)
        for one in _waiting(name, _narrowed(rows, wanted))
    )


def _waiting(name: str, rows: models.QuerySet[Any]) -> Iterator[QueuedSubmission]:
    values = rows.order_by("changed_at", "pk").values_list("changed_at", "pk", "entered_by")
    for since, key, person in values[:MOST_WAITING]:
        yield QueuedSubmission(since, name, key, person)


def _narrowed(rows: Rows, wanted: QueueFilter) -> Rows:
    if wanted.person is not None:
        rows = rows.filter(entered_by=wanted.person)
    if wanted.programme is not None:
        rows = rows.filter(_speaks_of(rows.model, "programme", {wanted.programme}))
    if wanted.territory is not None:
        inside = set(Territory.objects.within({wanted.territory}).values_list("pk", flat=True))
        rows = rows.filter(_speaks_of(rows.model, "territory", inside))
    return rows


def _speaks_of(model: type[models.Model], name: str, keys: set[int]) -> Q:
    """The condition that a row speaks of one of some programmes or territories."""
    condition = Q(pk__in=[])
    if model is Amendment:
        for table, scope in access.SCOPES.items():
            if getattr(scope, name) and table is not ReviewEvent:
                records = table._base_manager.filter(_speaks_of(table, name, keys))
                condition |= Q(
                    table=table._meta.model_name, record__in=records.order_by().values("pk")
                )
        return condition
    paths = getattr(access.SCOPES[model], name)
    for path in paths:
        condition |= Q(**{f"{path}__in": keys})
    found = model._base_manager.filter(condition).order_by().values("pk")
    return Q(pk__in=found)


def people_in(queue: list[QueuedSubmission]) -> list[Any]:
    """Who submitted what waits."""
    keys = {one.person for one in queue if one.person}
    return list(get_user_model().objects.filter(pk__in=keys).order_by("username"))


def queue_programmes(user: User) -> models.QuerySet[Programme]:
    """The programmes among which a reviewer chooses."""
    return access.visible(Programme.objects.all(), user)
