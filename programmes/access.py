"""Which rows a member of staff may see and change. The one place that decides; no assignment, no rows.

A superuser sees everything. Anyone else sees what lies in the territories and programmes assigned to them.
Reference tables (territories, sectors, organisations, sources, indicators, dimensions) are shared by all who have
an assignment. Whether a person may add, change or delete rows of a table at all is Django's own permission;
`may_change` adds the scope.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import models
from django.db.models import Q

from programmes.models import (
    Agreement,
    Assignment,
    BulkReview,
    Category,
    Centre,
    Dimension,
    ImportJob,
    Indicator,
    Measurement,
    MeasurementShare,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Reply,
    ReviewEvent,
    Sector,
    Series,
    Signature,
    Source,
    Stage,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)

# what a person asked for: one's own, and everybody's for administrators
OWNED = (ImportJob, BulkReview)
SHARED = (Territory, Sector, Organisation, Source, Indicator, Dimension, Category)


@dataclass(frozen=True)
class Scope:
    """How a table reaches a place and a programme.

    `wider` lookups make a row visible where it covers the assigned place from above (a national programme seen from
    a province); such a row is seen there, never changed.
    """

    territory: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()


def _through(prefix: str, *scopes: Scope) -> Scope:
    """The scope of a table whose rows hang on rows of another."""

    def prefixed(name: str) -> tuple[str, ...]:
        return tuple(f"{prefix}__{path}" for scope in scopes for path in getattr(scope, name))

    return Scope(prefixed("territory"), prefixed("programme"), prefixed("wider"))


def _merged(*scopes: Scope) -> Scope:
    return Scope(
        tuple(path for scope in scopes for path in scope.territory),
        tuple(path for scope in scopes for path in scope.programme),
        tuple(path for scope in scopes for path in scope.wider),
    )


_PROGRAMME = Scope(territory=("territories",), programme=("pk",), wider=("territories",))
_CENTRE = Scope(territory=("territory",), programme=("programmes",))
_SERIES = Scope(territory=("territory",), programme=("programme",))
_AGREEMENT = _through("programmes", _PROGRAMME)
_TARGET = _through("series", _SERIES)
_MILESTONE = _merged(
    _through("programme", _PROGRAMME),
    _through("centre", _CENTRE),
    _through("agreement", _AGREEMENT),
)
_MEASUREMENT = _through("series", _SERIES)
_REVISION = _through("target", _TARGET)
_STATEMENT = _through("milestone", _MILESTONE)

SCOPES: dict[type[models.Model], Scope] = {
    Programme: _PROGRAMME,
    Participation: _through("programme", _PROGRAMME),
    Stage: _through("programme", _PROGRAMME),
    Agreement: _AGREEMENT,
    Signature: _through("agreement", _AGREEMENT),
    Centre: _CENTRE,
    Series: _SERIES,
    Target: _TARGET,
    TargetRevision: _REVISION,
    Waypoint: _through("revision", _REVISION),
    Measurement: _MEASUREMENT,
    MeasurementShare: _through("measurement", _MEASUREMENT),
    Milestone: _MILESTONE,
    MilestoneStatement: _STATEMENT,
    Reply: _merged(_through("target", _TARGET), _through("milestone", _MILESTONE)),
    ReviewEvent: _merged(
        _through("measurement", _MEASUREMENT),
        _through("revision", _REVISION),
        _through("statement", _STATEMENT),
    ),
}


def visible(queryset: models.QuerySet, user: Any) -> models.QuerySet:
    """The rows of a queryset that a member of staff may see. Tables not named here are for superusers alone."""
    return _scoped(queryset, user, with_wider=True)


def changeable(queryset: models.QuerySet, user: Any) -> models.QuerySet:
    """The rows of a queryset that lie in a member of staff's own territories and programmes."""
    return _scoped(queryset, user, with_wider=False)


def may_change(user: Any, row: models.Model) -> bool:
    """Whether a saved row lies in a member of staff's scope. Says nothing of permissions on the table."""
    return changeable(type(row)._default_manager.filter(pk=row.pk), user).exists()


def may_place(user: Any, *, territory: Territory | None, programme: Programme | None) -> bool:
    """Whether a member of staff may put a new row at a territory and programme. Neither given: never."""
    if user.is_superuser:
        return True
    if not _is_staff(user):
        return False
    for place, work in _assigned(user):
        placed = place is None or (territory is not None and territory.pk in _inside(place))
        worked = work is None or (programme is not None and programme.pk in _works(work))
        if placed and worked:
            return True
    return False


def shares_reference_tables(user: Any) -> bool:
    """Whether a member of staff uses the tables that all share: any assignment is enough."""
    return _is_staff(user) and (user.is_superuser or bool(_assigned(user)))


def needs_second_factor(user: Any) -> bool:
    """Whether somebody may publish or keep accounts, so that a stolen password of theirs would harm others."""
    if not _is_staff(user):
        return False
    return user.is_superuser or any(map(_is_grave, user.get_all_permissions()))


def _is_grave(permission: str) -> bool:
    app, _dot, code = permission.partition(".")
    return code.startswith("publish_") or (app in ("auth", "mfa") and not code.startswith("view_"))


_answers: ContextVar[dict[Any, Any] | None] = ContextVar("scope_answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within it, the database is asked once for what is assigned to a person and what lies where.

    For reading one page: whoever writes an assignment, a territory or a programme must not be within it.
    """
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def _asked_once(question: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(question)
    def ask(subject: Any) -> Any:
        answers = _answers.get()
        if answers is None:
            return question(subject)
        key = (question.__name__, getattr(subject, "pk", subject))
        if key not in answers:
            answers[key] = question(subject)
        return answers[key]

    return ask


def _is_staff(user: Any) -> bool:
    return bool(user and user.is_active and user.is_staff)


@_asked_once
def _assigned(user: Any) -> list[tuple[int | None, int | None]]:
    return list(Assignment.objects.filter(user=user).values_list("territory_id", "programme_id"))


@_asked_once
def _inside(territory_id: int) -> set[int]:
    return set(Territory.objects.within({territory_id}).values_list("pk", flat=True))


@_asked_once
def _above(territory_id: int) -> set[int]:
    """The territories that contain this one."""
    parents = (
        Territory.objects.filter(pk=territory_id)
        .values_list("parent_id", "parent__parent_id")
        .first()
        or ()
    )
    return {pk for pk in parents if pk}


@_asked_once
def _works(programme_id: int) -> set[int]:
    """A programme and those that are part of it, at any depth."""
    found, edge = {programme_id}, {programme_id}
    while edge:
        edge = set(Programme.objects.filter(parent__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return found


def _any(paths: Iterable[str], ids: set[int]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{path}__in": ids})
    return condition


def _scoped(queryset: models.QuerySet, user: Any, *, with_wider: bool) -> models.QuerySet:
    if not _is_staff(user):
        return queryset.none()
    if user.is_superuser:
        return queryset
    model = queryset.model._meta.concrete_model
    if model in OWNED:
        sees_all = user.has_perm(f"programmes.view_{model._meta.model_name}")
        return queryset if sees_all else queryset.filter(owner=user)
    assigned = _assigned(user)
    if not assigned:
        return queryset.none()
    if model in SHARED:
        return queryset
    scope = SCOPES.get(model)
    if scope is None:
        return queryset.none()
    condition = Q(pk__in=[])
    for place, work in assigned:
        one = Q()
        if place is not None:
            inside = _any(scope.territory, _inside(place))
            one &= inside | _any(scope.wider, _above(place)) if with_wider else inside
        if work is not None:
            one &= _any(scope.programme, _works(work))
        condition |= one
    # a subquery keeps rows single where a condition passes through several territories
    return queryset.filter(pk__in=model._default_manager.filter(condition).values("pk"))
