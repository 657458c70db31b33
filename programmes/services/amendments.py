"""Changing in the open what the public relies on: a proposal by one person, published by another.

`propose_change`, `propose_showing`, `propose_withdrawal`, `propose_setting_aside` and `propose_translation` enter
drafts of amendments; review.publish takes them through `apply_amendment`, which makes them take effect or says what
stands in the way.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import Agreement, Amendment, Series, Source, State, Target
from programmes.models.amendment import REASON_MISSING
from programmes.models.corrections import ENDS_WITH_ITS_ENTRY, corrected_row, standing_entry
from programmes.models.reasons import by_language
from programmes.models.review import (
    Reviewed,
    amending,
    missing_translations,
    translated_columns,
)
from programmes.models.sealed import Sealed, Showable, label_of_column
from programmes.models.sealed_values import key_of, set_value, value_of, whole_value
from programmes.services.entries import refuse_withdrawn_owner, require
from programmes.services.ledger import EVENT_OF, Event, add_entries, is_public, sealed_steps
from programmes.services.showing import seal_what_it_rests_on
from programmes.services.standings import restate_after, targets_resting_on

Kind = Amendment.Kind
# words may have to be struck from what is said of changes of these, wherever it stands (blanking.py)
AGREEMENT = Agreement._meta.model_name
Reason = str | Mapping[str, str]


class ProposedAlreadyError(ValidationError):
    """Raised where the same is proposed already. `proposal` is the one that waits."""

    def __init__(self, proposal: Amendment) -> None:
        self.proposal = proposal
        super().__init__(
            _("The same is proposed already: change that proposal, or wait until it is decided.")
        )


class ChangedMeanwhileError(ValidationError):
    """Raised where the record of a proposal is no longer as it was. `differing`: each column with the plain value that
    it had when it was proposed, and the one that it has now."""

    def __init__(self, model: type[Sealed], differing: list[tuple[str, Any, Any]]) -> None:
        self.model, self.differing = model, differing
        columns = get_text_list(
            [label_of_column(model, name) for name, _old, _now in differing], _("and")
        )
        super().__init__(
            _("The record changed since this was proposed: %(columns)s. Propose it anew.")
            % {"columns": columns}
        )


@transaction.atomic
def propose_change(
    record: Sealed,
    values: Mapping[str, Any],
    *,
    by: User,
    reason: Reason,
    source: Source | None = None,
) -> Amendment | None:
    """Enters a draft that proposes new plain values (models/sealed_values.py) for sealed columns.

    Values that stand already are left out. The same proposal by the same person, still open, is given back: sent
    again it counts as unchanged. None: nothing would change.

    Args:
        reason: by language, or in one, which its letters tell; empty where nobody has given one yet: without it the
            draft cannot be submitted.

    Raises:
        PermissionDenied: `by` may not propose, or the record lies outside their scope.
        ProposedAlreadyError: the same waits already, by somebody else or with another reason.
        ValidationError: a column is not sealed, is part of the identity, or waits in another proposal; the reason has
            no words.
    """
    record = _stored(record)
    _refuse_open(record, values)
    changes = {
        name: [old, new]
        for name, value in values.items()
        if (old := value_of(record, name)) != (new := whole_value(record, name, value))
    }
    if not changes:
        return None
    return _propose(record, Kind.CHANGE, changes, by=by, reason=reason, source=source)


def propose_showing(record: Showable, *, by: User, reason: Reason = "") -> Amendment:
    """Enters a draft that proposes to show a record that the public has not seen.

    Raises: as `propose_change`; ValidationError where it is shown already.
    """
    return _propose(record, Kind.SHOWING, {}, by=by, reason=reason)


def propose_withdrawal(
    row: Showable | Reviewed, *, by: User, reason: Reason, source: Source | None = None
) -> Amendment:
    """Enters a draft that proposes to withdraw what was shown or published. Its address keeps answering.

    An entry that was corrected is withdrawn with its correction, never the correction alone.

    Raises: as `propose_change`; ValidationError where it is not public, or withdrawn already, or without a reason.
    """
    return _propose(row, Kind.WITHDRAWAL, {}, by=by, reason=reason, source=source)


def propose_setting_aside(
    row: Reviewed, *, by: User, reason: Reason, source: Source | None = None
) -> Amendment:
    """Enters a draft that proposes to set aside what is published: another source was kept.

    Raises: as `propose_withdrawal`.
    """
    return _propose(row, Kind.SETTING_ASIDE, {}, by=by, reason=reason, source=source)


@transaction.atomic
def propose_translation(
    row: Reviewed,
    texts: Mapping[str, Mapping[str, str]],
    *,
    by: User,
    reason: Reason = "",
    source: Source | None = None,
) -> Amendment | None:
    """Enters a draft that proposes to add to what is published its texts in languages in which they are missing.

    Once it is published, the text stands in that language for good.

    Args:
        texts: by name of the text and language. Empty ones are left out.

    Returns: None where no text is given.

    Raises: as `propose_withdrawal`; ValidationError where a text stands in that language already, or in none.
    """
    row = _stored(row)
    given = {
        name: {language: text.strip() for language, text in some.items() if text.strip()}
        for name, some in texts.items()
    }
    changes = {
        name: [value_of(row, name), whole_value(row, name, some)]
        for name, some in given.items()
        if some
    }
    if not changes:
        return None
    return _propose(row, Kind.TRANSLATION, changes, by=by, reason=reason, source=source)


def refuse_unfit(amendment: Amendment) -> None:
    """Raises ValidationError where an amendment gives no reason, or could not take effect as things stand now."""
    if amendment.lacks_reason:
        raise ValidationError({"reason": REASON_MISSING})
    row = amended(amendment)
    _refuse_kind(row, amendment.kind)
    if amendment.kind == Kind.CHANGE:
        _refuse_columns(row, amendment.changes)
        _refuse_stale(row, amendment.changes)
    elif amendment.kind == Kind.TRANSLATION:
        _refuse_stale(row, amendment.changes)
        _refuse_retold(row, amendment.changes)


def apply_amendment(
    amendment: Amendment, *, by: User, at: datetime, show: bool, seen: datetime
) -> None:
    """Makes a published amendment take effect, within the transaction that publishes it.

    Args:
        show: whether what the record newly rests on and the public was never shown is shown with it.
        seen: when it was submitted.

    Raises:
        HiddenOwnerError: it rests on such, and `show` does not say so.
        ValidationError: the record changed meanwhile (the sentence says what differs), or would break a rule.
    """
    refuse_unfit(amendment)
    row = amended(amendment)
    # a series that moves from one sum to another decides of both
    targets = targets_resting_on(row)
    sealed = list[Sealed]()
    if amendment.kind == Kind.CHANGE:
        _change(row, amendment)
        sealed = seal_what_it_rests_on(row, at, by=by, show=show, seen=seen)
    elif amendment.kind == Kind.TRANSLATION:
        _translate(row, amendment)
    elif amendment.kind == Kind.SHOWING:
        sealed = seal_what_it_rests_on(row, at, by=by, show=True, seen=seen)
    elif isinstance(row, Reviewed):
        # a corrected entry goes with its last correction, which stands in its place
        row = standing_entry(row)
        set_value(row, "outcome_reason", value_of(amendment, "reason"))
        row.ended_at = at
        before = row.state
        row.state = State.WITHDRAWN if amendment.kind == Kind.WITHDRAWAL else State.SET_ASIDE
        row.save()
        row.events.create(from_state=before, to_state=row.state, by=by, note=amendment.reason)
    else:
        row.withdrawn_at = at
        with amending(row):
            row.save()
    # what it says it from is relied on too
    sealed += seal_what_it_rests_on(amendment, at, by=by, show=show, seen=seen)
    amendment.applied_at = at
    amendment.save()
    series = [one for one in sealed if isinstance(one, Series)]
    restate_after(targets | targets_resting_on(row, *series), at)
    steps = [step for step in sealed_steps(sealed) if step[1] != row]
    event = EVENT_OF[Amendment.Kind(amendment.kind)]
    add_entries([*steps, (event, row), (Event.PUBLISHED, amendment)], at)


def amended(amendment: Amendment) -> Any:
    """The record that an amendment speaks of.

    Raises:
        ValidationError: it was removed before it was ever public.
    """
    try:
        return amendment.amended()
    except ObjectDoesNotExist:
        raise ValidationError(
            _("The record that this speaks of was removed. Remove this proposal too.")
        ) from None


def _change(row: Sealed, amendment: Amendment) -> None:
    with amending(row):
        for name, (_old, new) in amendment.changes.items():
            set_value(row, name, new)
        row.full_clean()
        row.save()


def _translate(row: Reviewed, amendment: Amendment) -> None:
    with amending(row):
        for name, (_old, new) in amendment.changes.items():
            set_value(row, name, new)
        columns = translated_columns(type(row))
        row.save(update_fields=[one.attname for name in amendment.changes for one in columns[name]])


@transaction.atomic
def _propose(
    row: Any,
    kind: str,
    changes: dict[str, Any],
    *,
    by: User,
    reason: Reason,
    source: Source | None = None,
) -> Amendment:
    require(by, "add", Amendment)
    row = _stored(row)
    if not access.may_amend(by, row):
        raise PermissionDenied(access.outside_sentence(type(row)))
    _refuse_kind(row, kind)
    if kind == Kind.CHANGE:
        _refuse_columns(row, changes)
    elif kind == Kind.TRANSLATION:
        _refuse_retold(row, changes)
    amendment = Amendment(
        kind=kind,
        table=str(row._meta.model_name),
        record=row.pk,
        key=key_of(row),
        changes=changes,
        source=source,
        entered_by=by,
        changed_by=by,
    )
    set_value(amendment, "reason", by_language(reason))
    if kind != Kind.CHANGE and amendment.lacks_reason:
        raise ValidationError({"reason": REASON_MISSING})
    for same in list[Amendment](Amendment.objects.open().of(row).filter(kind=kind)):
        if same.changes != changes:
            continue
        is_same = value_of(amendment, "reason") == value_of(same, "reason")
        if same.entered_by_id == by.pk and (is_same or not amendment.reason):
            return same
        raise ProposedAlreadyError(same)
    amendment.full_clean()
    amendment.save(force_insert=True)
    return amendment


def _stored(row: Any) -> Any:
    """The row as stored now: of two who propose at once, one waits. No instance of the caller's is trusted."""
    return type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)


def _refuse_kind(row: Any, kind: str) -> None:
    if kind == Kind.CHANGE:
        if not isinstance(row, Sealed) or row.sealed_at is None:
            raise ValidationError(
                _("The public does not rely on this record yet: change it in its own form.")
            )
        if isinstance(row, Showable) and row.is_withdrawn:
            raise ValidationError(_("This record is withdrawn: its page stays as it was."))
    elif kind == Kind.SHOWING:
        if not isinstance(row, Showable):
            raise ValidationError(_("This is shown with whatever is published on it."))
        if row.is_public:
            raise ValidationError(_("The public sees this record already."))
    elif isinstance(row, Amendment) and (kind != Kind.TRANSLATION or row.table == AGREEMENT):
        raise ValidationError(
            _("What was changed in public is changed again by a new proposal on the record itself.")
        )
    elif isinstance(row, Amendment) and row.ends_entry:
        raise ValidationError(
            _(
                "Why an entry was withdrawn or set aside is translated on the entry itself: pages show that text."
            )
        )
    elif kind == Kind.TRANSLATION:
        if not isinstance(row, Reviewed) or not is_public(row):
            raise ValidationError(
                _(
                    "Only what is published is translated by a proposal. Fill in the rest in its own form."
                )
            )
        refuse_withdrawn_owner(row)
    elif isinstance(row, Reviewed):
        refuse_withdrawn_owner(row)
        if standing_entry(row) is None:
            raise ValidationError(_("Only what is published is withdrawn or set aside."))
        if corrected_row(row) is not None:
            raise ValidationError(ENDS_WITH_ITS_ENTRY)
    elif not isinstance(row, Showable) or kind == Kind.SETTING_ASIDE or not row.is_public:
        raise ValidationError(_("Only what was shown to the public is withdrawn."))
    elif row.is_withdrawn:
        raise ValidationError(_("This record is withdrawn already."))


def _refuse_columns(row: Sealed, changes: Mapping[str, Any]) -> None:
    model = type(row)
    if not changes:
        raise ValidationError(_("Nothing would change: give another value than the present one."))
    _refuse_open(row, changes)
    if fixed := [label_of_column(model, name) for name in changes if name in model.identity]:
        raise ValidationError(identity_refused(fixed))
    if isinstance(row, Target) and "original" in changes:
        _old, number = changes["original"]
        row.refuse_original(row.revisions.filter(number=number).first())


def identity_refused(columns: list[str]) -> str:
    """What is said of a change of columns, as staff call them, that say which record it is."""
    return _(
        "%(columns)s: this says which record it is, and never changes. Withdraw the record, and make a new one."
    ) % {"columns": get_text_list(columns, _("and"))}


def _refuse_open(row: Sealed, changes: Collection[str]) -> None:
    if open_ := [
        label_of_column(type(row), name) for name in changes if name not in type(row).sealed
    ]:
        raise ValidationError(
            _("%(columns)s: change it in the record's own form, without a proposal.")
            % {"columns": get_text_list(open_, _("and"))}
        )


def _refuse_retold(row: Reviewed, changes: Mapping[str, Any]) -> None:
    """A translation is added where none stands, beside a text in another language, and fits its column."""
    missing = missing_translations(type(row), vars(row))
    for name, (old, new) in changes.items():
        added = {language for language in new if old.get(language) != new[language]}
        columns: dict[str, Any] = {one.language: one for one in missing.get(name, ())}
        if not added <= columns.keys():
            raise ValidationError(
                _("%(column)s: a translation is added where there is none, and stands for good.")
                % {"column": capfirst(label_of_column(type(row), name))}
            )
        for language in added:
            columns[language].clean(new[language], row)


def _refuse_stale(row: Sealed, changes: Mapping[str, Any]) -> None:
    differing = [
        (name, old, now)
        for name, (old, _new) in changes.items()
        if (now := value_of(row, name)) != old
    ]
    if differing:
        raise ChangedMeanwhileError(type(row), differing)
