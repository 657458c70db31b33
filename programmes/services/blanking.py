"""Removing personal data for good: from the record, its history, proposals and files that were sent. The line stays.

Who signed an agreement for an organisation is found wherever it is kept: under the organisation, and by the name under
any other that they were moved from, in rows that stand and in rows that were taken off. Names in the free text of
reasons are struck as they are given.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from modeltranslation.fields import TranslationField

from programmes import access, kept_pages
from programmes.languages import CODES
from programmes.models import (
    Agreement,
    Amendment,
    DataFile,
    ImportChunk,
    ImportFile,
    ImportJob,
    Organisation,
    ReviewEvent,
    Signature,
    State,
)
from programmes.models.data_version import mark_change
from programmes.models.names import fold
from programmes.models.reasons import has_words
from programmes.models.sealed import SealedPart, amending, part_name
from programmes.models.sealed_values import key_of
from programmes.services.kept_files import files_with
from programmes.services.ledger import Event, add_entries, empty_entries
from programmes.services.lock import publication_lock

# imports that may still be applied: they would bring back what was removed
UNDECIDED = (
    ImportJob.State.WAITING,
    ImportJob.State.CHECKING,
    ImportJob.State.CHECKED,
    ImportJob.State.CONFLICT,
)
STRUCK = "[…]"
SHORTEST = 3


def may_blank(user: Any) -> bool:
    """Whether a person may remove personal data: administrators of the whole country, and superusers."""
    return user.is_superuser or (
        access.has_national_scope(user) and user.has_perm("programmes.change_assignment")
    )


@dataclass(frozen=True)
class _Kept:
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
    by: Any,
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
    _refuse_words(owner, words)
    if _repeats(reason, states.values(), {*values, *words}):
        raise ValidationError(
            {"reason": _("The reason repeats what is to be removed. Say it without the name.")}
        )
    with publication_lock() as at:
        line = _line(owner, at, by=by, reason=reason) if owner.sealed_at is not None else None
        if values:
            _blank_rows(owner, organisation, states, by)
            _blank_proposals(owner, set(states.values()))
        _strike(owner, words)
        _strike_histories(owner, words)
        _blank_files(states, {*values, *words})
        if line is not None:
            emptied = empty_entries(owner, lambda text: _says(text, values, words))
            Amendment._base_manager.filter(pk=line.pk).update(applied_at=at)
            line.refresh_from_db()
            steps = [(Event.BLANKED, owner), (Event.PUBLISHED, line)]
            add_entries(steps, at, emptied=emptied)
        mark_change()
        _forget_files()
    transaction.on_commit(kept_pages.forget)
    return line


def organisations_with_personal_data(owner: Agreement) -> list[Organisation]:
    """For which organisations it is kept who signed an agreement: now, earlier, or by a proposal."""
    codes = {kept.organisation for _place, kept in _all_states(owner) if kept.texts}
    return list(Organisation.objects.filter(code__in=codes))


def _all_states(owner: Agreement) -> Iterator[tuple[Any, _Kept]]:
    """What each state of the child rows keeps: of the row that stands, by its model and key; of its history; of
    proposals, by nothing."""
    columns = personal_columns(Signature)
    codes = dict(Organisation.objects.values_list("pk", "code"))
    for model in (Signature, Signature.history.model):
        for row in models.QuerySet(model).filter(agreement_id=owner.pk):
            texts = {column: getattr(row, column.attname) for column in columns}
            yield row, _kept(codes.get(row.organisation_id, ""), texts)
    for amendment in Amendment._base_manager.filter(table=owner._meta.model_name, record=owner.pk):
        for entry in _entries(amendment):
            yield None, _kept_of_entry(entry)


def _entries(amendment: Amendment) -> list[dict[str, Any]]:
    """The child rows that the old and the new value of an amendment hold."""
    values = amendment.changes.get(part_name(Signature), ())
    return [entry for value in values for entry in value or ()]


def _kept(organisation: str, texts: dict[models.Field, str | None]) -> _Kept:
    names = {text for column, text in texts.items() if text and column.name.startswith("person")}
    return _Kept(organisation, frozenset(filter(None, texts.values())), frozenset(names))


def _kept_of_entry(entry: dict[str, Any]) -> _Kept:
    said = {name: list((entry.get(name) or {}).values()) for name in Signature.personal}
    texts = {text for several in said.values() for text in several if text}
    names = filter(None, said["person"])
    return _Kept(entry["organisation"], frozenset(texts), frozenset(names))


def _states_of(owner: Agreement, organisation: Organisation) -> dict[Any, _Kept]:
    """The states that keep something of who signed for an organisation, by their row or, of proposals, by themselves.

    Those under it, and those under another with one of the same names. Who signs for another one now is not meant.
    """
    code = key_of(organisation)
    every = [(place, kept) for place, kept in _all_states(owner) if kept.texts]
    standing = [kept for place, kept in every if isinstance(place, Signature)]
    persons = {one for kept in standing if kept.organisation == code for one in kept.persons}
    others = {one for kept in standing for one in kept.persons} - persons

    def is_meant(kept: _Kept) -> bool:
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


def _refuse_words(owner: Agreement, words: list[str]) -> None:
    """Raises ValidationError where words cannot be struck: too short, of a record that was never public, still in the
    record, or nowhere."""
    if not words:
        return
    if owner.sealed_at is None:
        raise ValidationError(
            {"words": _("The public never read this record: change or remove the proposal.")}
        )
    standing = "\n".join(_texts_of_record(owner))
    kept = "\n".join(_texts_of_amendments(owner))
    for word in words:
        if len(word) < SHORTEST or not has_words(word):
            sentence = _("Each line has %(number)s letters or more: “%(words)s” is too short.")
            said = {"number": SHORTEST, "words": word}
            raise ValidationError({"words": sentence % said})
        if _whole(word).search(standing):
            sentence = _("The record itself says “%(words)s”: propose a change of it first.")
            raise ValidationError({"words": sentence % {"words": word}})
        if not _whole(word).search(kept):
            sentence = _(
                "“%(words)s” stands in no reason, note or text of the changes of this record. Copy it as it"
                " stands there."
            )
            raise ValidationError({"words": sentence % {"words": word}})


def _texts_of_record(owner: Agreement) -> Iterator[str]:
    """The texts of a record and of its child rows, but for what is kept of persons."""
    personal = personal_columns(Signature)
    for row in (owner, *models.QuerySet(Signature).filter(agreement_id=owner.pk)):
        for field in row._meta.concrete_fields:
            text = getattr(row, field.attname)
            if isinstance(text, str) and field not in personal:
                yield text


def _texts_of_amendments(owner: Agreement) -> Iterator[str]:
    for row in Amendment.objects.of(owner):
        yield from (row.reason, row.outcome_reason, *_texts(row.changes))
        yield from row.events.order_by().values_list("note", flat=True)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a plain value: those that are said in several languages."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        if value.keys() <= set(CODES):
            yield from filter(None, value.values())
        else:
            yield from _texts(list(value.values()))


def _strike(owner: Agreement, words: list[str]) -> None:
    """Strikes words from the reasons and texts of the amendments of a record, and from the notes of their review."""
    for row in Amendment.objects.of(owner) if words else ():
        columns = ("reason", "outcome_reason", "changes")
        now = {name: _without(getattr(row, name), words) for name in columns}
        if any(getattr(row, name) != value for name, value in now.items()):
            models.QuerySet(Amendment).filter(pk=row.pk).update(**now)
        for event in row.events.order_by("pk"):
            if (note := _without(event.note, words)) != event.note:
                models.QuerySet(ReviewEvent).filter(pk=event.pk).update(note=note)
    for job in ImportJob.objects.filter(options__has_key="reason") if words else ():
        if (reason := _without(job.options["reason"], words)) != job.options["reason"]:
            job.options["reason"] = reason
            job.save(update_fields=["options"])


def _strike_histories(owner: Agreement, words: list[str]) -> None:
    """Strikes words from the states that a record and its child rows had, and from what staff's log calls it."""
    of_owner, of_parts = Agreement.history.model, Signature.history.model
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Agreement), object_id=str(owner.pk)
    )
    past = (
        *models.QuerySet(of_owner).filter(id=owner.pk),
        *models.QuerySet(of_parts).filter(agreement_id=owner.pk),
        *log,
    )
    for row in past if words else ():
        texts = {
            field.attname: text
            for field in row._meta.concrete_fields
            if isinstance(text := getattr(row, field.attname), str)
        }
        struck = {name: _without(text, words) for name, text in texts.items()}
        if struck != texts:
            models.QuerySet(type(row)).filter(pk=row.pk).update(**struck)


def _whole(word: str) -> re.Pattern[str]:
    """Where words stand, and not within longer ones: a short name may be a part of any."""
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _says(text: str, values: Iterable[str], words: Iterable[str]) -> bool:
    return any(value in text for value in values) or any(_whole(one).search(text) for one in words)


def _without(value: Any, words: list[str]) -> Any:
    """A text, or the texts of a plain value in whichever language, without some words."""
    if isinstance(value, str):
        for word in words:
            value = _whole(word).sub(STRUCK, value)
        return value
    if isinstance(value, list):
        return [one if isinstance(one, str) else _without(one, words) for one in value]
    if isinstance(value, dict):
        is_text = value.keys() <= set(CODES)
        return {
            name: one if isinstance(one, str) and not is_text else _without(one, words)
            for name, one in value.items()
        }
    return value


def _repeats(reason: str, states: Iterable[_Kept], values: set[str]) -> bool:
    """Whether a reason says what it is to remove: a whole value, or a word of the person's name, however written."""
    words = [fold(word) for word in re.findall(r"\w+", reason)]
    names = {name for kept in states for name in kept.names}
    own = {fold(word) for name in names for word in re.findall(r"\w{3,}", name)}
    whole = fold(reason)
    return any(fold(value) in whole for value in values) or any(
        one == word or (len(one) > 3 and one in word) for one in own for word in words
    )


def personal_columns(model: type[SealedPart]) -> list[models.Field]:
    """The database columns of what a table declares as personal, in each language."""
    return [
        field
        for field in model._meta.concrete_fields
        if (field.translated_field.name if isinstance(field, TranslationField) else field.name)
        in model.personal
    ]


def _line(owner: models.Model, at: datetime, *, by: Any, reason: str) -> Amendment:
    """The published line: by one person, since what it removes is not to be read by a second."""
    line = Amendment(
        kind=Amendment.Kind.BLANKING,
        table=owner._meta.model_name,
        record=owner.pk,
        key=key_of(owner),
        reason=reason,
        entered_by=by,
        changed_by=by,
    )
    line.full_clean()
    line.save(force_insert=True)
    for state in (State.SUBMITTED, State.PUBLISHED):
        before, line.state = line.state, state
        line.published_at = at if state == State.PUBLISHED else None
        line.save()
        line.events.create(from_state=before, to_state=state, by=by)
    return line


def _blank_rows(
    owner: Agreement, organisation: Organisation | None, states: dict[Any, _Kept], by: Any
) -> None:
    """The row that stands, and every state that histories keep, under whichever key and owner it had."""
    empty = {column.attname: None if column.null else "" for column in personal_columns(Signature)}
    past = [place.history_id for place in states if isinstance(place, Signature.history.model)]
    part = models.QuerySet(Signature).filter(agreement=owner, organisation=organisation).first()
    if part is not None:
        for name, value in empty.items():
            setattr(part, name, value)
        part._history_user = by
        with amending(owner):
            models.QuerySet(Signature).filter(pk=part.pk).update(**empty)
            part.save()
    models.QuerySet(Signature.history.model).filter(history_id__in=past).update(**empty)


def _blank_proposals(owner: Agreement, states: set[_Kept]) -> None:
    """Old and new values of proposals hold whole child rows."""
    for row in Amendment._base_manager.filter(table=owner._meta.model_name, record=owner.pk):
        entries = [entry for entry in _entries(row) if _kept_of_entry(entry) in states]
        for entry in entries:
            for column in Signature.personal:
                entry[column] = dict.fromkeys(entry[column] or (), "")
        if entries:
            Amendment._base_manager.filter(pk=row.pk).update(changes=row.changes)


def _forget_files() -> None:
    """Files of the data that were made go, and exports of staff: they are made anew without what was removed."""
    made = DataFile.objects.exclude(stored="", before="")
    for row in made:
        for stored in filter(None, (row.stored, row.before)):
            transaction.on_commit(partial(row.storage.delete, stored))
    made.filter(owner=None).update(stored="", before="", made_from="")
    made.exclude(owner=None).delete()


def _blank_files(states: dict[Any, _Kept], values: set[str]) -> None:
    """The files that brought such rows are emptied, as are those that hold the same words, workbooks of several tables
    among them; so is what is kept of their rows. Undecided ones are left aside."""
    keys = {place.id for place in states if isinstance(place, models.Model)}
    columns = personal_columns(Signature)
    names = {column.name for column in columns}
    jobs = ImportJob.objects.filter(table=f"{Signature._meta.model_name}s")
    jobs = jobs if states else jobs.none()
    files = ImportFile.objects.filter(Q(job__in=jobs) | Q(pk__in=files_with(values)))
    ImportJob.objects.filter(file__in=files, state__in=UNDECIDED).update(
        state=ImportJob.State.ASIDE,
        message=_("Personal data was removed since this file was sent. Send it again without it."),
    )
    # what was typed in the preview of one is as personal as what it held
    for job in ImportJob.objects.filter(file__in=files, options__has_key="repairs"):
        del job.options["repairs"]
        job.save(update_fields=["options"])
    files.update(content=zlib.compress(b""), marked=b"")
    for job in jobs.exclude(conflicts=[]):
        job.conflicts = [one for one in job.conflicts if one["column"] not in names]
        job.save(update_fields=["conflicts"])
    # what is listed of their cells may hold the same words, whatever their table
    told = ImportChunk.objects.filter(kind=ImportChunk.Kind.CELLS)
    told.filter(Q(job__in=jobs) | Q(job__file__in=files)).delete()
    for chunk in ImportChunk.objects.filter(job__in=jobs).select_related("job"):
        if chunk.kind in (ImportChunk.Kind.REFUSED, ImportChunk.Kind.DOUBTFUL):
            chunk.rows = [
                [number, [_told_nothing(cell) if cell[0] in names else cell for cell in cells]]
                for number, cells in chunk.rows
            ]
            chunk.save(update_fields=["payload"])
        else:
            places = [n for n, name in enumerate(chunk.job.columns) if name in names]
            aside = chunk.job.state == ImportJob.State.ASIDE
            chunk.rows = [
                _emptied(row, places) if aside or row[2] in keys else row for row in chunk.rows
            ]
            chunk.save(update_fields=["payload"])


def _told_nothing(cell: list[Any]) -> list[Any]:
    """A refused cell, or one to be confirmed, of which only the column is left."""
    emptied = {str: "", list: [], bool: False}
    return [cell[0], *(emptied[type(one)] for one in cell[1:])]


def _emptied(row: list[Any], places: list[int]) -> list[Any]:
    number, key, pk, *values = row
    return [
        number,
        key,
        pk,
        *([None if n in places else one for n, one in enumerate(cells)] for cells in values),
    ]
