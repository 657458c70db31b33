"""Entering and changing drafts: figures, revisions of targets, statements on milestones, replies."""

from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import (
    EDITABLE,
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    Reply,
    TargetRevision,
)
from programmes.models.review import Reviewed

Row = TypeVar("Row", bound=Reviewed)


def record(measurement: Measurement, *, by: User) -> Measurement:
    """Enters a new figure as a draft.

    The date it counts from is set here: the earliest of the day stated, the date of its source and today.

    Raises:
        PermissionDenied: `by` may not enter figures for this series.
        ValidationError: the figure breaks a rule; the message says what to do.
    """
    return _enter(measurement, by=by, owner=measurement.series)


def revise(revision: TargetRevision, *, by: User) -> TargetRevision:
    """Enters a new announcement of a target as a draft, numbered after those it has.

    Raises: as `record`.
    """
    revision.number = _next_number(TargetRevision.objects.filter(target=revision.target))
    return _enter(revision, by=by, owner=revision.target)


def state(statement: MilestoneStatement, *, by: User) -> MilestoneStatement:
    """Enters what was said of a milestone as a draft, numbered after what was said before.

    Raises: as `record`.
    """
    statement.number = _next_number(
        MilestoneStatement.objects.filter(milestone=statement.milestone)
    )
    return _enter(statement, by=by, owner=statement.milestone)


def reply(row: Reply, *, by: User) -> Reply:
    """Enters what the responsible body says as a draft.

    Raises: as `record`.
    """
    return _enter(row, by=by, owner=row.target or row.milestone)


@transaction.atomic
def change_draft(row: Row, *, by: User) -> Row:
    """Saves the changes made to a draft, or to what was returned for correction.

    Raises:
        FrozenRowError: the record has been submitted or published since.
        PermissionDenied, ValidationError: as `record`.
    """
    require(by, "change", row)
    require_scope(by, row)
    stored = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if not stored.is_editable:
        raise FrozenRowError(_("Only a draft, or what was returned, can be changed."))
    row.state = stored.state
    row.changed_by = by
    _check_owner(row, by)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def discard(row: Reviewed, *, by: User) -> None:
    """Removes a draft, or what was returned.

    Raises:
        FrozenRowError: it has been submitted or published.
        PermissionDenied: `by` may not.
    """
    require(by, "delete", row)
    require_scope(by, row)
    if row.state not in EDITABLE:
        raise FrozenRowError(_("Only a draft, or what was returned, can be removed."))
    row.delete()


@transaction.atomic
def discard_all(rows: models.QuerySet[Any], *, by: User) -> None:
    """Removes many at once.

    Raises:
        As `discard`, and then removes none.
    """
    require(by, "delete", rows.model)
    if rows.exclude(state__in=EDITABLE).exists():
        raise FrozenRowError(_("Only a draft, or what was returned, can be removed."))
    if access.changeable(rows, by).count() != rows.count():
        raise PermissionDenied(_("A record lies outside your territories and programmes."))
    rows.delete()


def require(user: User, action: str, row: models.Model | type[models.Model]) -> None:
    """Raises PermissionDenied unless the user holds the permission for that table."""
    meta = row._meta
    if not user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}"):
        raise PermissionDenied(
            _("You are not allowed to do this with: %(table)s.")
            % {"table": meta.verbose_name_plural}
        )


def require_scope(user: User, row: models.Model) -> None:
    """Raises PermissionDenied unless the saved row lies in the user's territories and programmes."""
    if not access.may_change(user, row):
        raise PermissionDenied(access.outside_sentence(type(row)))


def refuse_withdrawn_owner(row: Reviewed) -> None:
    """Raises ValidationError for a row of what was withdrawn: its page stays as it was, nothing more is said of it."""
    owner = getattr(row, "target", None) or getattr(row, "milestone", None)
    if owner is not None and owner.is_withdrawn:
        raise ValidationError(
            _("%(record)s was withdrawn: nothing more is published of it. Make a new one.")
            % {"record": owner}
        )


def _check_owner(row: Reviewed, by: User) -> None:
    """A draft may not be moved to a series, target or milestone of someone else."""
    for name in ("series", "target", "milestone"):
        owner_id = getattr(row, f"{name}_id", None)
        if owner_id is not None:
            require_scope(by, getattr(row, name))


@transaction.atomic
def _enter(row: Row, *, by: User, owner: Any) -> Row:
    require(by, "add", row)
    require_scope(by, owner)
    row.entered_by = row.changed_by = by
    row.full_clean()
    row.save(force_insert=True)
    return row


def _next_number(earlier: models.QuerySet[Any]) -> int:
    return (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
