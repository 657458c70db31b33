"""Removing personal data for good: from the record, its history, proposals and files that were sent. The line stays.

Who signed an agreement for an organisation is found wherever it is kept: under the organisation, and by the name under
any other that they were moved from, in rows that stand and in rows that were taken off. Names in the free text of
reasons are struck as they are given (striking.py); files are emptied (kept_files.py).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from simple_history.utils import get_history_model_for_model

from programmes import access, kept_pages
from programmes.models import (
    Agreement,
    Amendment,
    Organisation,
    Signature,
    State,
)
from programmes.models.data_version import mark_change
from programmes.models.names import fold
from programmes.models.reasons import by_language, has_words
from programmes.models.review import amending
from programmes.models.sealed import part_name, personal_columns
from programmes.models.sealed_values import key_of, set_value
from programmes.services.erasing.kept_files import empty_files, forget_made_files
from programmes.services.erasing.striking import refuse_words, says, strike
from programmes.services.ledger import Event, add_entries, empty_entries
from programmes.services.lock import publication_lock


def may_blank(user: User) -> bool:
    """Whether a person may remove personal data: administrators of the whole country, and superusers."""
    return user.is_superuser or (
        access.has_national_scope(user) and user.has_perm("programmes.change_assignment")
    )


@dataclass(frozen=True)
class _PersonalTexts:
    """What one state of a child row, as it stands, stood or was proposed, keeps of a person.

    organisation: the code of the one that they signed for. texts: all of it. names: those of the person among it.
    """

    organisation: str
    texts: frozenset[str]
    names: frozenset[str]

    @property
    def persons(self) -> set[str]:
        """The names, however they are written."""
        return {fold(name) for name in self.names}


@transaction.atomic
def blank_personal_data(
    owner: Agreement,
    organisation: Organisation | None = None,
    *,
    words: Iterable[str] = (),
    by: User,
    reason: str,
) -> Amendment | None:
    """Empties what is kept of who signed for an organisation, wherever it is, and leaves a public line without it.

    Returns that line; None where the public never saw the record, which has no line.

    Args:
        words: what is struck besides, as it stands there and as whole words, from the reasons, notes and old and new
            texts of the amendments of the record, and from its history.

    Raises:
        PermissionDenied: `by` is no administrator of the whole country.
        ValidationError: no reason, a reason that repeats what is to be removed, nothing to remove, or words that are
            not there or that the record itself still says.
    """
    if not may_blank(by):
        raise PermissionDenied(_("Only administrators of the whole country remove personal data."))
    owner, reason = Agreement.objects.get(pk=owner.pk), reason.strip()
    if not has_words(reason):
        raise ValidationError({"reason": _("Give the reason: the public reads it, for good.")})
    words = sorted({word.strip() for word in words} - {""}, key=len, reverse=True)
    states = _states_of(owner, organisation) if organisation else {}
    values = {text for kept in states.values() for text in kept.texts}
    if not values and not words:
        raise ValidationError(_("There is no personal data here."))
    refuse_words(owner, words)
    if _repeats(reason, states.values(), {*values, *words}):
        raise ValidationError(
            {"reason": _("The reason repeats what is to be removed. Say it without the name.")}
        )
    with publication_lock() as at:
        line = _line(owner, at, by=by, reason=reason) if owner.sealed_at is not None else None
        if values:
            _blank_rows(owner, organisation, states, by)
            _blank_proposals(owner, set(states.values()))
        if words:
            strike(owner, words)
        empty_files(states, {*values, *words})
        if line is not None:
            emptied = empty_entries(owner, lambda text: says(text, values, words))
            Amendment._base_manager.filter(pk=line.pk).update(applied_at=at)
            line.refresh_from_db()
            steps = [(Event.BLANKED, owner), (Event.PUBLISHED, line)]
            add_entries(steps, at, emptied=emptied)
        mark_change()
        forget_made_files()
    transaction.on_commit(kept_pages.forget_pages)
    return line


def organisations_with_personal_data(owner: Agreement) -> list[Organisation]:
    """For which organisations it is kept who signed an agreement: now, earlier, or by a proposal."""
    codes = {kept.organisation for _place, kept in _all_states(owner) if kept.texts}
    return list(Organisation.objects.filter(code__in=codes))


def _all_states(owner: Agreement) -> Iterator[tuple[Any, _PersonalTexts]]:
    """What each state of the child rows keeps: of the row that stands, by its model and key; of its history; of
    proposals, by nothing."""
    columns = personal_columns(Signature)
    codes = dict(Organisation.objects.values_list("pk", "code"))
    for model in (Signature, get_history_model_for_model(Signature)):
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(agreement_id=owner.pk)
        for row in rows:
            texts = {column: getattr(row, column.attname) for column in columns}
            yield row, _personal_texts(codes.get(row.organisation_id, ""), texts)
    for amendment in Amendment._base_manager.filter(table=owner._meta.model_name, record=owner.pk):
        for entry in _entries(amendment):
            yield None, _personal_texts_of_entry(entry)


def _entries(amendment: Amendment) -> list[dict[str, Any]]:
    """The child rows that the old and the new value of an amendment hold."""
    values = amendment.changes.get(part_name(Signature), ())
    return [entry for value in values for entry in value or ()]


def _personal_texts(
    organisation: str, texts: dict[models.Field[Any, Any], str | None]
) -> _PersonalTexts:
    names = {text for column, text in texts.items() if text and column.name.startswith("person")}
    return _PersonalTexts(organisation, frozenset(filter(None, texts.values())), frozenset(names))


def _personal_texts_of_entry(entry: dict[str, Any]) -> _PersonalTexts:
    said = {name: list((entry.get(name) or {}).values()) for name in Signature.personal}
    texts = {text for several in said.values() for text in several if text}
    names = filter(None, said["person"])
    return _PersonalTexts(entry["organisation"], frozenset(texts), frozenset(names))


def _states_of(owner: Agreement, organisation: Organisation) -> dict[Any, _PersonalTexts]:
    """The states that keep something of who signed for an organisation, by their row or, of proposals, by themselves.

    Those under it, and those under another with one of the same names. Who signs for another one now is not meant.
    """
    code = key_of(organisation)
    every = [(place, kept) for place, kept in _all_states(owner) if kept.texts]
    standing = [kept for place, kept in every if isinstance(place, Signature)]
    persons = {one for kept in standing if kept.organisation == code for one in kept.persons}
    others = {one for kept in standing for one in kept.persons} - persons

    def is_meant(kept: _PersonalTexts) -> bool:
        is_here = kept.organisation == code and not (kept.persons and kept.persons <= others)
        return is_here or bool(kept.persons & persons)

    while found := {
        one for _place, kept in every if is_meant(kept) for one in kept.persons - persons - others
    }:
        persons |= found
    return {
        place or kept: kept
        for place, kept in every
        if is_meant(kept) and not (isinstance(place, Signature) and kept.organisation != code)
    }


def _repeats(reason: str, states: Iterable[_PersonalTexts], values: set[str]) -> bool:
    """Whether a reason says what it is to remove: a whole value, or a word of the person's name, however written."""
    words = [fold(word) for word in re.findall(r"\w+", reason)]
    names = {name for kept in states for name in kept.names}
    own = {fold(word) for name in names for word in re.findall(r"\w{3,}", name)}
    whole = fold(reason)
    return any(fold(value) in whole for value in values) or any(
        one == word or (len(one) > 3 and one in word) for one in own for word in words
    )


def _line(owner: models.Model, at: datetime, *, by: User, reason: str) -> Amendment:
    """The published line: by one person, since what it removes is not to be read by a second."""
    line = Amendment(
        kind=Amendment.Kind.BLANKING,
        table=str(owner._meta.model_name),
        record=owner.pk,
        key=key_of(owner),
        entered_by=by,
        changed_by=by,
    )
    set_value(line, "reason", by_language(reason))
    line.full_clean()
    line.save(force_insert=True)
    for state in (State.SUBMITTED, State.PUBLISHED):
        before, line.state = line.state, state
        line.published_at = at if state == State.PUBLISHED else None
        line.save()
        line.events.create(from_state=before, to_state=state, by=by)
    return line


def _blank_rows(
    owner: Agreement, organisation: Organisation | None, states: dict[Any, _PersonalTexts], by: User
) -> None:
    """The row that stands, and every state that histories keep, under whichever key and owner it had."""
    empty = {column.attname: None if column.null else "" for column in personal_columns(Signature)}
    past = [
        place.history_id
        for place in states
        if isinstance(place, get_history_model_for_model(Signature))
    ]
    part = models.QuerySet(Signature).filter(agreement=owner, organisation=organisation).first()
    if part is not None:
        for name, value in empty.items():
            setattr(part, name, value)
        part._history_user = by
        with amending(owner):
            models.QuerySet(Signature).filter(pk=part.pk).update(**empty)
            part.save()
    models.QuerySet(get_history_model_for_model(Signature)).filter(history_id__in=past).update(
        **empty
    )


def _blank_proposals(owner: Agreement, states: set[_PersonalTexts]) -> None:
    """Old and new values of proposals hold whole child rows."""
    for row in Amendment._base_manager.filter(table=owner._meta.model_name, record=owner.pk):
        entries = [entry for entry in _entries(row) if _personal_texts_of_entry(entry) in states]
        for entry in entries:
            for column in Signature.personal:
                entry[column] = dict.fromkeys(entry[column] or (), "")
        if entries:
            Amendment._base_manager.filter(pk=row.pk).update(changes=row.changes)
