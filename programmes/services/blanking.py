"""Removing personal data for good: from the record, its history, proposals and files that were sent. The line stays."""

import re
import zlib
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from modeltranslation.fields import TranslationField

from programmes import access
from programmes.models import Amendment, ImportChunk, ImportFile, ImportJob, Signature, State
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


def may_blank(user: Any) -> bool:
    """Whether a person may remove personal data: administrators of the whole country, and superusers."""
    return user.is_superuser or (
        access.has_national_scope(user) and user.has_perm("programmes.change_assignment")
    )


@transaction.atomic
def blank_personal_data(part: Signature, *, by: Any, reason: str) -> Amendment | None:
    """Empties the personal columns of a child row wherever they are kept, and leaves a public line without them.

    Returns that line; None where the public never saw the record, which has no line.

    Raises:
        PermissionDenied: `by` is no administrator of the whole country.
        ValidationError: no reason, a reason that repeats what is to be removed, or nothing to remove.
    """
    if not may_blank(by):
        raise PermissionDenied(_("Only administrators of the whole country remove personal data."))
    part = Signature.objects.select_related("agreement", "organisation").get(pk=part.pk)
    owner, columns = part.agreement, personal_columns(Signature)
    reason = reason.strip()
    if not has_words(reason):
        raise ValidationError({"reason": _("Give the reason: the public reads it, for good.")})
    values = {getattr(part, column.attname) for column in columns} - {None, ""}
    if not values:
        raise ValidationError(_("There is no personal data here."))
    if _repeats(reason, part, values):
        raise ValidationError(
            {"reason": _("The reason repeats what is to be removed. Say it without the name.")}
        )
    with publication_lock() as at:
        line = _line(owner, at, by=by, reason=reason) if owner.sealed_at is not None else None
        _blank_row(part, columns, by)
        _blank_proposals(part)
        _blank_files(part, columns, values)
        if line is not None:
            emptied = empty_entries(owner, values)
            Amendment._base_manager.filter(pk=line.pk).update(applied_at=at)
            line.refresh_from_db()
            steps = [(Event.BLANKED, owner), (Event.PUBLISHED, line)]
            add_entries(steps, at, emptied=emptied)
        mark_change()
    return line


def _repeats(reason: str, part: Signature, values: set[str]) -> bool:
    """Whether a reason says what it is to remove: a whole value, or a word of the person's name, however written."""
    names = [
        getattr(part, one.attname) or ""
        for one in personal_columns(Signature)
        if one.name.startswith("person")
    ]
    words = [fold(word) for word in re.findall(r"\w+", reason)]
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


def _blank_row(part: Signature, columns: list[models.Field], by: Any) -> None:
    """The row and every state of it that its history keeps, under whichever key it had."""
    empty = {column.attname: None if column.null else "" for column in columns}
    for name, value in empty.items():
        setattr(part, name, value)
    part._history_user = by
    with amending(part.agreement):
        models.QuerySet(Signature).filter(pk=part.pk).update(**empty)
        part.save()
    models.QuerySet(Signature.history.model).filter(
        agreement_id=part.agreement_id, organisation_id=part.organisation_id
    ).update(**empty)


def _blank_proposals(part: Signature) -> None:
    """Old and new values of proposals hold whole child rows."""
    name, key = part_name(Signature), key_of(part.organisation)
    owner = part.agreement
    for row in Amendment._base_manager.filter(table=owner._meta.model_name, record=owner.pk):
        entries = [one for values in row.changes.get(name, ()) for one in values or ()]
        for entry in entries:
            if entry["organisation"] == key:
                for column in Signature.personal:
                    entry[column] = dict.fromkeys(entry[column] or (), "")
        if entries:
            Amendment._base_manager.filter(pk=row.pk).update(changes=row.changes)


def _blank_files(part: Signature, columns: list[models.Field], values: set[str]) -> None:
    """The files that brought such rows are emptied, as are those that hold the same words, workbooks of several tables
    among them; so is what is kept of their rows. Undecided ones are left aside."""
    history = Signature.history.filter(
        agreement_id=part.agreement_id, organisation_id=part.organisation_id
    )
    keys = {part.pk, *history.values_list("id", flat=True)}
    names = {column.name for column in columns}
    jobs = ImportJob.objects.filter(table=f"{Signature._meta.model_name}s")
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
