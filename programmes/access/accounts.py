"""Which accounts an administrator keeps, what they may give to one, and who needs a second factor."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.db.models import Q

from programmes.access.assigned import (
    assigned,
    has_national_scope,
    inside,
    is_staff,
    may_place,
    programme_and_parts,
    shares_reference_tables,
)
from programmes.models import Assignment, MeasurementShare, Programme, Territory, Waypoint
from programmes.models.review import Reviewed
from programmes.type_names import Rows

# drafts and their parts: nothing of them is read by the public before somebody else has published it
_PARTS = (MeasurementShare, Waypoint)


def accounts(queryset: Rows, user: User) -> Rows:
    """The accounts whose assignments all lie within a person's own and whose rights are no more than theirs.

    Without an assignment, none. An account that is assigned nothing is kept by those with national scope.
    """
    if not shares_reference_tables(user):
        return queryset.none()
    if user.is_superuser:
        return queryset
    rights = Permission.objects.exclude(pk__in=_rights(user)).order_by()
    groups = Group.objects.filter(permissions__in=rights.values("pk")).order_by()
    more = User.objects.filter(
        Q(user_permissions__in=rights.values("pk")) | Q(groups__in=groups.values("pk"))
    )
    beyond = Assignment.objects.exclude(pk__in=_own_assignments(user).values("pk")).order_by()
    if not has_national_scope(user):
        # whoever is assigned nothing yet may be assigned anything later: theirs who keep the country
        queryset = queryset.filter(pk__in=Assignment.objects.order_by().values("user"))
    return queryset.filter(is_superuser=False).exclude(
        Q(pk__in=more.order_by().values("pk")) | Q(pk__in=beyond.values("user"))
    )


def may_keep_account(user: User, account: User) -> bool:
    """Whether a person may change, close or remove a saved account, set its password or take away its second factor.

    One's own rights are for others to change.
    """
    if user.is_superuser:
        return is_staff(user)
    return account.pk != user.pk and accounts(User.objects.filter(pk=account.pk), user).exists()


def may_give(user: User, *, territory: Territory | None, programme: Programme | None) -> bool:
    """Whether a person may assign a territory, a programme, or a programme in a territory, or take it away."""
    return shares_reference_tables(user) and may_place(
        user, territory=territory, programme=programme
    )


def roles_to_give(user: User) -> models.QuerySet[Group]:
    """The groups whose rights are no more than a person's own."""
    if not shares_reference_tables(user):
        return Group.objects.none()
    if user.is_superuser:
        return Group.objects.all()
    more = Permission.objects.exclude(pk__in=_rights(user)).order_by()
    return Group.objects.exclude(
        pk__in=Group.objects.filter(permissions__in=more.values("pk")).order_by().values("pk")
    )


def needs_second_factor(user: User) -> bool:
    """Whether somebody may publish, edit what the public reads or keep accounts: a stolen password of theirs would
    harm others."""
    if not is_staff(user):
        return False
    return user.is_superuser or any(map(_is_sensitive, user.get_all_permissions()))


def _is_sensitive(permission: str) -> bool:
    app, _dot, code = permission.partition(".")
    step, _sign, table = code.partition("_")
    if step == "publish" or (app in ("auth", "mfa") and step != "view"):
        return True
    if app != "programmes" or step not in ("change", "delete"):
        return False
    model = apps.get_app_config("programmes").models.get(table)
    return model is None or not (issubclass(model, Reviewed) or model in _PARTS)


def _rights(user: User) -> models.QuerySet[Any]:
    """The keys of all permissions that an account holds, by itself and by its groups."""
    held = Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk))
    return held.order_by().values("pk")


def _own_assignments(user: User) -> models.QuerySet[Any]:
    """Assignments, of anybody, that give no more than a person has."""
    if has_national_scope(user):
        return Assignment.objects.order_by()
    condition = Q(pk__in=[])
    for place, work in assigned(user):
        one = Q()
        if place is not None:
            one &= Q(territory__in=inside(place))
        if work is not None:
            one &= Q(programme__in=programme_and_parts(work))
        condition |= one
    return Assignment.objects.filter(condition).order_by()
