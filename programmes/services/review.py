"""The way from draft to published, and what may follow. Every step leaves a ReviewEvent.

What is published rests on other records (models/sealed.py): they are sealed in the same step. All that publishes holds
one lock, and takes its moment there.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import (
    FROZEN,
    Amendment,
    Dimension,
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    Series,
    State,
    TargetRevision,
)
from programmes.models.corrections import (
    corrected_row,
    refuse_identical,
)
from programmes.models.data_version import mark_change
from programmes.models.plausibility import doubts_of
from programmes.models.reasons import by_language, has_words
from programmes.models.review import STEP_COLUMNS, Reviewed
from programmes.models.sealed_values import set_value, value_of
from programmes.services.amendments import apply_amendment, refuse_unfit
from programmes.services.entries import refuse_withdrawn_owner, require, require_scope
from programmes.services.ledger import Event, add_entries, is_told, sealed_steps
from programmes.services.lock import publication_lock
from programmes.services.originals import settle_original
from programmes.services.showing import seal_what_it_rests_on
from programmes.services.standings import (
    FROM_THE_BEGINNING,
    restate_after,
    targets_resting_on,
)

Row = TypeVar("Row", bound=Reviewed)


class DoubtfulError(ValidationError):
    """Raised where an unusual value would be published without a word on why it is right. `doubts` says what is."""

    def __init__(self, doubts: list[str]) -> None:
        self.doubts = doubts
        super().__init__(
            _("%(doubts)s Say in a few words why it is right, or return it.")
            % {"doubts": " ".join(doubts)}
        )


class SubmissionChangedError(FrozenRowError):
    """Raised where a record was returned, changed or submitted again since the reviewer looked at it."""


@transaction.atomic
def submit(row: Row, *, by: User, note: str = "") -> Row:
    """Hands a draft, or what was returned, to the reviewers. It stays as it is until they answer.

    What was written of an unusual value while it was entered goes to them with the note.

    Raises:
        FrozenRowError: it is not a draft.
        PermissionDenied: `by` may not submit it.
        ValidationError: a rule is broken, it moves a promise without a reason, it is of what was withdrawn, or it
            corrects a record without differing from it.
    """
    row = _locked(row)
    require(by, "submit", row)
    require_scope(by, row)
    as_stored = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    row.full_clean(validate_constraints=False)
    if any(getattr(row, name) != value for name, value in as_stored.items()):
        # a source that was dated anew moves the day of its figures
        row.save()
    if isinstance(row, Measurement):
        refuse_excess_shares(row)
    if isinstance(row, Amendment):
        refuse_unfit(row)
    refuse_withdrawn_owner(row)
    _refuse_silent_move(row)
    refuse_identical(row)
    words = [text for text in (row.confirmation, note) if text.strip()]
    return _move(row, State.SUBMITTED, by=by, note="\n".join(words))


@transaction.atomic
def publish(
    row: Row, *, by: User, show: bool = False, confirmation: str = "", note: str = ""
) -> Row:
    """Makes a submitted record public, as the caller's instance shows it.

    What it corrects becomes superseded, and all it rests on is sealed, in the same step. An amendment takes effect.

    Args:
        show: whether what it rests on and the public was never shown is shown with it.
        confirmation: why an unusual value is right (models/plausibility.py); kept with it.

    Raises:
        FrozenRowError: it is not submitted.
        SubmissionChangedError: it was submitted anew since the instance was read.
        PermissionDenied: `by` may not publish it, or entered or changed it.
        DoubtfulError: its value is unusual, and `confirmation` is empty.
        HiddenOwnerError: it rests on what was never shown, and `show` does not say so.
        ValidationError: another figure is already published for the same series, period and date; what it corrects
            was corrected or ended meanwhile; the record that is amended changed meanwhile; it moves, without a
            reason, a promise that was published meanwhile.
    """
    seen = row.changed_at
    with publication_lock() as at:
        row = _locked(row)
        require(by, "publish", row)
        require_scope(by, row)
        row.refuse_step(row.state, State.PUBLISHED)
        if seen != row.changed_at:
            raise SubmissionChangedError(
                _("This record was submitted anew since you looked at it. Look at it again.")
            )
        refuse_own_content(row, by)
        refuse_withdrawn_owner(row)
        corrected = corrected_row(row)
        if corrected is not None:
            corrected = _locked(corrected)
            if corrected.state != State.PUBLISHED:
                raise ValidationError(
                    _("What this corrects is no longer published. Correct what took its place.")
                )
            set_value(corrected, "outcome_reason", value_of(row, "reason"))
            _end_at(corrected, State.SUPERSEDED, at, by=by, note=note)
        if isinstance(row, Measurement):
            _refuse_second_figure(row)
        _refuse_silent_move(row)  # what was published meanwhile may have made a move of it
        doubts = doubts_of(row)
        if doubts and not has_words(confirmation):
            raise DoubtfulError(doubts)
        row.confirmation = confirmation.strip()
        row.published_at = at
        if isinstance(row, TargetRevision):
            row.definition_languages = " ".join(code for code, _text in row.given_definition)
        row = _move(row, State.PUBLISHED, by=by, note=note)
        if isinstance(row, Amendment):
            apply_amendment(row, by=by, at=at, show=show, seen=seen)
        else:
            sealed = seal_what_it_rests_on(row, at, by=by, show=show, seen=seen)
            settled = None
            if isinstance(row, TargetRevision) and settle_original(row):
                settled = row.target
            series = [one for one in sealed if isinstance(one, Series)]
            since = FROM_THE_BEGINNING if series else _first_day_of(row, corrected)
            restate_after(targets_resting_on(row, *series), at, since)
            ends = [] if corrected is None else [(Event.CORRECTED, corrected)]
            steps = [*sealed_steps(sealed), *ends, (Event.PUBLISHED, row)]
            if settled is not None and settled not in sealed:
                # shown before it was promised anything, or another announcement came first
                steps.append((Event.SETTLED, settled))
            add_entries(steps, at)
        return row


def _refuse_silent_move(row: Reviewed) -> None:
    """Raises ValidationError where a row moves a promise or a plan, parts included, and does not say why."""
    if isinstance(row, (TargetRevision, MilestoneStatement)) and row.moves_without_reason():
        raise ValidationError({"reason": row.why_a_reason})


@transaction.atomic
def send_back(row: Row, *, by: User, note: str) -> Row:
    """Returns a submitted record to whoever entered it, with a note that says what to correct.

    Raises:
        ValidationError: the note is empty.
        FrozenRowError, PermissionDenied: as `publish`.
    """
    row = _locked(row)
    require(by, "publish", row)
    require_scope(by, row)
    if not has_words(note):
        raise ValidationError(_("Say what is to be corrected."))
    return _move(row, State.RETURNED, by=by, note=note)


@transaction.atomic
def set_aside(row: Row, *, by: User, reason: str | Mapping[str, str]) -> Row:
    """Keeps a submitted record without using it: another source was preferred. The reason is public.

    Args:
        reason: by language, or in one, which its letters tell.

    What is published already is set aside, or withdrawn, by an amendment: two people, in the open.

    Raises:
        ValidationError: the reason is empty, or the record is published, or of what was withdrawn: it is returned.
        FrozenRowError, PermissionDenied: as `publish`. The public reads what is set aside: nobody does it alone.
    """
    with publication_lock() as at:
        row = _locked(row)
        require(by, "publish", row)
        require_scope(by, row)
        reasons = by_language(reason)
        if not any(map(has_words, reasons.values())):
            raise ValidationError(_("Give the reason: it is shown beside the record."))
        if row.state == State.PUBLISHED:
            raise ValidationError(
                _(
                    "What is published is withdrawn or set aside by a proposal that another person publishes. "
                    "Propose it."
                )
            )
        refuse_own_content(row, by)
        refuse_withdrawn_owner(row)
        set_value(row, "outcome_reason", reasons)
        row = _end_at(row, State.SET_ASIDE, at, by=by, note=row.outcome_reason)
        if is_told(row):
            add_entries([(Event.SET_ASIDE, row)], at)
        return row


def _first_day_of(row: Reviewed, corrected: Any) -> date:
    """The first day of which something else is said once a row is published. A figure says nothing of earlier days."""
    if not isinstance(row, Measurement):
        return FROM_THE_BEGINNING
    return min(one.as_of_on for one in (row, corrected) if one is not None)


def own_content(row: Reviewed, by: User) -> str:
    """Why `by` may not decide on a record: they entered it, or changed its content since. Empty: they may."""
    if row.entered_by_id == by.pk:
        return _("You entered this record: another reviewer must decide on it.")
    if row.events.order_by().filter(by=by, from_state=F("to_state")).exists():
        return _("You changed this record: another reviewer must decide on it.")
    return ""


def refuse_own_content(row: Reviewed, by: User) -> None:
    """Raises PermissionDenied where the record is `by`'s own (own_content). Nothing lifts this."""
    if why := own_content(row, by):
        raise PermissionDenied(why)


def refuse_excess_shares(row: Measurement) -> None:
    """Raises ValidationError where the shares of a dimension add up to more than the figure they are part of.

    They may add up to less: what is not known of everyone stays unknown.
    """
    total = row.shared_total
    assert total is not None  # measurement_value_or_fraction
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


def _locked(row: Row) -> Row:
    """The row as stored now, locked until the step is done. No instance of the caller's is trusted."""
    rows: Any = type(row)._default_manager.select_for_update(of=("self",))
    if isinstance(row, Measurement):
        # most publications are of figures, whose series and source are asked for at each turn
        rows = rows.select_related("series__indicator", "source")
    found: Row = rows.get(pk=row.pk)
    return found


def _end_at(row: Row, state: State, at: datetime, *, by: User, note: str) -> Row:
    """Ends a row at a moment: superseded, set aside or withdrawn."""
    row.ended_at = at
    return _move(row, state, by=by, note=note)


def _move(row: Row, state: State, *, by: User, note: str) -> Row:
    """Takes one step, of a row that is locked: what a step may write is all that is written."""
    row.refuse_step(row.state, state)
    before, row.state, row.changed_at = row.state, state, timezone.now()
    step = {name: getattr(row, name) for name in (*STEP_COLUMNS, *row.settled)}
    # not through its own queryset, which refuses every step
    models.QuerySet(type(row)).filter(pk=row.pk).update(**step)
    if state in FROZEN:
        mark_change(words=row.is_found_by_words)
    row.events.create(from_state=before, to_state=state, by=by, note=note)
    return row


def _refuse_second_figure(row: Measurement) -> None:
    """One published figure per series and date, and no day of a period counted twice."""
    others = Measurement.objects.filter(state=State.PUBLISHED, series=row.series_id).order_by()
    if row.period_start is None:
        others = others.filter(as_of_on=row.as_of_on, period_start=None)
    else:
        others = others.filter(period_start__lte=row.as_of_on, as_of_on__gte=row.period_start)
    ref = others.values_list("ref", flat=True).first()
    if ref is not None:
        raise ValidationError(
            _(
                "A figure is already published for this series and date or period (%(ref)s). Set one of the two "
                "aside with a reason, or enter this one as a correction of the other."
            )
            % {"ref": ref}
        )
