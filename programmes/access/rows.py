"""Which rows of a table a member of staff sees, and which they change.

What is seen may be wider than what is changed: a national programme is seen from a province. A programme is changed by
those who have all its territories or the programme itself, an agreement by those who may change all its programmes, a
territory and a centre by those who have the territory, whatever programmes use it; parts and milestones follow what
they belong to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from programmes.access.assigned import (
    above,
    asked_once,
    assigned,
    has_national_scope,
    inside,
    is_staff,
    programme_and_parts,
    territories_of,
    whole_programmes,
    whole_territories,
)
from programmes.models import (
    Agreement,
    Amendment,
    BulkReview,
    Category,
    Centre,
    Dimension,
    Evidence,
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
    Site,
    Source,
    Stage,
    Standing,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.type_names import Rows

# what a person asked for: one's own, and others' for administrators who keep every record of it
OWNED = (ImportJob, BulkReview)
# used by all who have an assignment; what is national is changed by those with national scope alone, what was entered
# also by whoever did, with its parts
NATIONAL = (Sector, Indicator, Dimension, Category, Site)
ENTERED = (Organisation, Source)
SHARED = (Territory, *ENTERED, Evidence, *NATIONAL)
# parts and milestones: changed by those who may change what they belong to
OWNERS: dict[type[models.Model], tuple[str, ...]] = {
    Participation: ("programme",),
    Evidence: ("source",),
    Stage: ("programme",),
    Signature: ("agreement",),
    Milestone: ("programme", "centre", "agreement"),
    MilestoneStatement: ("milestone",),
    Reply: ("target", "milestone"),
}
BATCH = 1000


@dataclass(frozen=True)
class TableScope:
    """How a table reaches a place and a programme.

    `wider` lookups make a row visible where it covers the assigned place from above (a national programme seen from
    a province); such a row is seen there, never changed.
    """

    territory: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()


def _through(prefix: str, *scopes: TableScope) -> TableScope:
    """The scope of a table whose rows hang on rows of another."""

    def prefixed(name: str) -> tuple[str, ...]:
        return tuple(f"{prefix}__{path}" for scope in scopes for path in getattr(scope, name))

    return TableScope(prefixed("territory"), prefixed("programme"), prefixed("wider"))


def _merged(*scopes: TableScope) -> TableScope:
    return TableScope(
        tuple(path for scope in scopes for path in scope.territory),
        tuple(path for scope in scopes for path in scope.programme),
        tuple(path for scope in scopes for path in scope.wider),
    )


_PROGRAMME = TableScope(territory=("territories",), programme=("pk",), wider=("territories",))
_CENTRE = TableScope(territory=("territory",), programme=("programmes",))
_SERIES = TableScope(territory=("territory",), programme=("programme",))
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

SCOPES: dict[type[models.Model], TableScope] = {
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
    Standing: _through("target", _TARGET),
    Measurement: _MEASUREMENT,
    MeasurementShare: _through("measurement", _MEASUREMENT),
    Milestone: _MILESTONE,
    MilestoneStatement: _STATEMENT,
    Reply: _merged(_through("target", _TARGET), _through("milestone", _MILESTONE)),
    ReviewEvent: _merged(
        _through("measurement", _MEASUREMENT),
        _through("revision", _REVISION),
        _through("statement", _STATEMENT),
        _through("reply__target", _TARGET),
        _through("reply__milestone", _MILESTONE),
    ),
}


def visible(queryset: Rows, user: User) -> Rows:
    """The rows of a queryset that a member of staff may see. Tables not named here are for superusers alone.

    Of imports, one's own, and all for those with national scope and the permission: of other administrators
    spreadsheets/importing/job_scope.py says which they keep whole.
    """
    found = _all_or_none(queryset, user)
    if found is not None:
        return found
    model = queryset.model._meta.concrete_model
    if model in SHARED:
        return queryset
    if model is Amendment:
        return queryset.filter(
            _of_records((*SCOPES, *SHARED), lambda records: visible(records, user))
        )
    condition = _within(SCOPES[model], user, with_wider=True)
    if model is ReviewEvent:
        seen = visible(Amendment.objects.all(), user)
        condition |= Q(amendment__in=seen.order_by().values("pk"))
    return _filtered(queryset, condition)


def changeable(queryset: Rows, user: User) -> Rows:
    """The rows of a queryset that lie in a member of staff's own territories and programmes."""
    found = _all_or_none(queryset, user)
    if found is not None:
        return found
    if queryset.model._meta.concrete_model is Amendment:
        return queryset.filter(_of_records(SCOPES, lambda records: changeable(records, user)))
    return _filtered(queryset, _kept(queryset.model, user))


def may_change(user: User, row: models.Model) -> bool:
    """Whether a saved row lies in a member of staff's scope. Says nothing of permissions on the table."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    kept = changeable(rows, user)
    # who keeps everything keeps this one: nothing is asked
    return kept is rows or kept.exists()


def may_amend(user: User, row: models.Model) -> bool:
    """Whether a person proposes a change of a saved row: in their scope; of what all share, with national scope."""
    return has_national_scope(user) if type(row) in SHARED else may_change(user, row)


def changes_all(user: User, model: type[models.Model], keys: Iterable[int]) -> bool:
    """Whether every record of those keys is there and may be changed by the person."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        if changeable(model._default_manager.filter(pk__in=some), user).count() != len(some):
            return False
    return True


def _all_or_none(queryset: Rows, user: User) -> Rows | None:
    """What needs no look at each row: nothing, everything, or what is owned. None where it does."""
    model = queryset.model._meta.concrete_model
    if not is_staff(user):
        return queryset.none()
    if user.is_superuser:
        return queryset
    if model in OWNED:
        return _owned(queryset, user)
    if not assigned(user) or not (model in SCOPES or model in SHARED or model is Amendment):
        return queryset.none()
    return queryset if has_national_scope(user) else None


def _of_records(
    tables: Iterable[type[models.Model]],
    among: Callable[[models.QuerySet[Any]], models.QuerySet[Any]],
) -> Q:
    """The condition that an amendment speaks of a record among those of some tables."""
    condition = Q(pk__in=[])
    for model in tables:
        if model not in (ReviewEvent, Standing):
            condition |= Q(
                table=model._meta.model_name,
                record__in=among(model._base_manager.all()).order_by().values("pk"),
            )
    return condition


def _owned(queryset: Rows, user: User) -> Rows:
    if not user.has_perm(f"programmes.view_{queryset.model._meta.model_name}"):
        return queryset.filter(owner=user)
    if has_national_scope(user):
        return queryset
    condition = Q(owner=user)
    if queryset.model is BulkReview and assigned(user):
        others = queryset.exclude(owner=user).order_by().values_list("pk", "table", "keys")
        condition |= Q(
            pk__in=[
                pk
                for pk, table, keys in others
                if keys and changes_all(user, apps.get_model("programmes", table), keys)
            ]
        )
    return queryset.filter(condition)


def _kept(model: type[models.Model], user: User, path: str = "") -> Q:
    """The condition under which a person without national scope changes a row, `path` leading to it."""
    model = model._meta.concrete_model or model
    if model is Territory:
        return Q(**{f"{path}pk__in": whole_territories(user)})
    if model in NATIONAL:
        return Q(pk__in=[])
    if model in ENTERED:
        return Q(**{f"{path}entered_by": user})
    if model is Programme:
        return Q(**{f"{path}pk__in": _programmes(user)})
    if model is Agreement:
        return Q(**{f"{path}pk__in": _agreements(user)})
    if model is Centre:
        return _centres(user, path)
    if model in OWNERS:
        condition = Q(pk__in=[])
        for name in OWNERS[model]:
            owner: Any = model._meta.get_field(name).related_model
            condition |= _kept(owner, user, f"{path}{name}__")
        return condition
    return _within(_through(path[:-2], SCOPES[model]) if path else SCOPES[model], user)


@asked_once
def _programmes(user: User) -> set[int]:
    """The programmes that are a person's wherever they run, and those of which they have every territory."""
    found = whole_programmes(user) | _all_inside(whole_territories(user))
    for place, work in assigned(user):
        if place is not None and work is not None:
            found |= programme_and_parts(work) & _all_inside(territories_of(user, {work}))
    return found


def _all_inside(places: set[int]) -> set[int]:
    """The programmes that are in some territory, and in none but these."""
    links = Programme.territories.through.objects
    beyond = links.exclude(territory__in=places).values("programme")
    kept = links.filter(territory__in=places).exclude(programme__in=beyond)
    return set(kept.values_list("programme", flat=True))


@asked_once
def _agreements(user: User) -> set[int]:
    """The agreements all of whose programmes a person may change."""
    links = Agreement.programmes.through.objects
    beyond = links.exclude(programme__in=_programmes(user)).values("agreement")
    kept = links.filter(programme__in=_programmes(user)).exclude(agreement__in=beyond)
    return set(kept.values_list("agreement", flat=True))


def _centres(user: User, path: str) -> Q:
    condition = Q(**{f"{path}territory__in": whole_territories(user)})
    for place, work in assigned(user):
        if place is not None and work is not None:
            there = {
                f"{path}territory__in": inside(place),
                f"{path}programmes__in": programme_and_parts(work),
            }
            condition |= Q(**there)
    return condition


def _within(scope: TableScope, user: User, *, with_wider: bool = False) -> Q:
    """The condition under which a row reaches what is assigned to a person."""
    condition = Q(pk__in=[])
    for place, work in assigned(user):
        one = Q()
        if place is not None:
            own = _any(scope.territory, inside(place))
            one &= own | _any(scope.wider, above(place)) if with_wider else own
        if work is not None:
            one &= _any(scope.programme, programme_and_parts(work))
        condition |= one
    return condition


def _any(paths: Iterable[str], ids: set[int]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{path}__in": ids})
    return condition


def _filtered(queryset: Rows, condition: Q) -> Rows:
    """Rows that meet a condition: a subquery keeps them single where it passes through several others."""
    model = queryset.model
    return queryset.filter(pk__in=model._default_manager.order_by().filter(condition).values("pk"))
