"""The way from draft to published, and what may follow. Every step leaves a ReviewEvent."""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from programmes.models import (
    Dimension,
    Measurement,
    MilestoneStatement,
    ReviewEvent,
    State,
    TargetRevision,
)
from programmes.models.review import Reviewed
from programmes.services.entries import require, require_scope

Row = TypeVar("Row", bound=Reviewed)

_EVENT_KEYS = {
    Measurement: "measurement",
    TargetRevision: "revision",
    MilestoneStatement: "statement",
}


@transaction.atomic
def submit(row: Row, *, by: Any, note: str = "") -> Row:
    """Hands a draft, or what was returned, to the reviewers.

    Raises:
        FrozenRowError: it is not a draft.
        PermissionDenied: `by` may not submit it.
    """
    row = _locked(row)
    require(by, "submit", row)
    require_scope(by, row)
    row.full_clean(validate_constraints=False)
    if isinstance(row, Measurement):
        refuse_excess_shares(row)
    return _move(row, State.SUBMITTED, by=by, note=note)


@transaction.atomic
def publish(row: Row, *, by: Any, note: str = "") -> Row:
    """Makes a submitted record public. What it corrects becomes superseded in the same step.

    Raises:
        FrozenRowError: it is not submitted.
        PermissionDenied: `by` may not publish it, or entered it and may not publish own entries.
        ValidationError: another figure is already published for the same series, period and date.
    """
    row = _locked(row)
    require(by, "publish", row)
    require_scope(by, row)
    if row.entered_by_id == by.pk and not by.has_perm("programmes.publish_own_entry"):
        raise PermissionDenied(_("You entered this record: another reviewer must publish it."))
    corrected = row.supersedes if isinstance(row, Measurement) else row.corrects
    if corrected is not None:
        corrected = _locked(corrected)
        if corrected.state == State.PUBLISHED:
            corrected.outcome_reason = _reason_of_correction(row)
            _move(corrected, State.SUPERSEDED, by=by, note=note)
    if isinstance(row, Measurement):
        _refuse_second_figure(row)
    return _move(row, State.PUBLISHED, by=by, note=note)


@transaction.atomic
def send_back(row: Row, *, by: Any, note: str) -> Row:
    """Returns a submitted record to whoever entered it, with a note that says what to correct.

    Raises:
        ValidationError: the note is empty.
        FrozenRowError, PermissionDenied: as `publish`.
    """
    row = _locked(row)
    require(by, "publish", row)
    require_scope(by, row)
    if not note.strip():
        raise ValidationError(_("Say what is to be corrected."))
    return _move(row, State.RETURNED, by=by, note=note)


@transaction.atomic
def set_aside(row: Row, *, by: Any, reason: str) -> Row:
    """Keeps a record without using it: another source was preferred. The reason is public.

    Raises:
        ValidationError: the reason is empty.
        FrozenRowError, PermissionDenied: as `publish`.
    """
    return _end(row, State.SET_ASIDE, by=by, reason=reason)


@transaction.atomic
def withdraw(row: Row, *, by: Any, reason: str) -> Row:
    """Takes a published record out of use; it stays in the house. The reason is public.

    Raises: as `set_aside`.
    """
    return _end(row, State.WITHDRAWN, by=by, reason=reason)


def refuse_excess_shares(row: Measurement) -> None:
    """Raises ValidationError where the shares of a dimension add up to more than the figure they are part of.

    They may add up to less: what is not known of everyone stays unknown. A ratio is shared by its denominator.
    """
    total = row.value if row.denominator is None else row.denominator
    sums = row.shares.values_list("category__dimension").annotate(sum=Sum("value"))
    for dimension_id, shared in sums:
        if shared > total:
            raise ValidationError(
                _(
                    "%(dimension)s: the shares add up to %(shared)s, more than the figure itself (%(total)s)."
                )
                % {
                    "dimension": Dimension.objects.get(pk=dimension_id),
                    "shared": shared.normalize(),
                    "total": total.normalize(),
                }
            )


def _end(row: Row, state: State, *, by: Any, reason: str) -> Row:
    row = _locked(row)
    require(by, "publish", row)
    require_scope(by, row)
    if not reason.strip():
        raise ValidationError(_("Give the reason: it is shown beside the record."))
    row.outcome_reason = reason.strip()
    return _move(row, state, by=by, note=reason)


def _locked(row: Row) -> Row:
    """The row as stored now, locked until the step is done. No instance of the caller's is trusted."""
    return type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def _move(row: Row, state: State, *, by: Any, note: str) -> Row:
    before, row.state = row.state, state
    row.save()
    ReviewEvent.objects.create(
        **{_EVENT_KEYS[type(row)]: row}, from_state=before, to_state=state, by=by, note=note
    )
    return row


def _reason_of_correction(row: Reviewed) -> str:
    return getattr(row, "reason", "") or getattr(row, "note", "")


def _refuse_second_figure(row: Measurement) -> None:
    """One published figure per series and date, and no day of a period counted twice."""
    others = Measurement.objects.filter(state=State.PUBLISHED, series=row.series_id).exclude(
        pk=row.pk
    )
    if row.period_start is None:
        others = others.filter(as_of_on=row.as_of_on, period_start=None)
    else:
        others = others.filter(period_start__lte=row.as_of_on, as_of_on__gte=row.period_start)
    other = others.first()
    if other is not None:
        raise ValidationError(
            _(
                "A figure is already published for this series and date or period (%(ref)s). Set one of the two "
                "aside with a reason, or enter this one as a correction of the other."
            )
            % {"ref": other.ref}
        )
