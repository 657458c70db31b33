"""Jobs: a file is kept, checked in steps that others can watch, applied whole or not at all, and taken back.

    send → check → apply → undo

What is refused, or in conflict, is set aside by its sender, or by the next file of theirs that is applied.

`check` holds no lock: it writes only its own progress. `apply` and `undo` are one transaction each, in which the
job's row is locked: a second click waits and finds the work done, and a process that dies leaves nothing behind.
`apply` also holds the lock of whatever is published, so that two files with the same rows make them once.

An error that nobody foresaw stops a job, which says so and may be tried again; what it was stands in the log. Where the
database was lost, a worker tries again itself (`again`).
"""

import logging
import zlib
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programmes import languages
from programmes.models import (
    EDITABLE,
    Amendment,
    FrozenRowError,
    ImportFile,
    ImportJob,
    Target,
    TargetRevision,
)
from programmes.models.amendment import REASON_MISSING
from programmes.models.names import fold
from programmes.models.reasons import has_words
from programmes.models.review import OwnedByReviewed, Reviewed, note_changes
from programmes.services.lock import publication_lock
from programmes.spreadsheets.columns.permissions import require_import
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.checking import SheetCheck
from programmes.spreadsheets.importing.job_states import (
    MAY_BE_SET_ASIDE,
    OvertakenError,
    changed_by,
    empty_job,
    end_applying,
    end_check,
    end_undo,
    locked,
    note,
    with_changed_by,
)
from programmes.spreadsheets.importing.keeping import CHUNK, keep, keep_cells
from programmes.spreadsheets.importing.repairs import Repairs
from programmes.spreadsheets.importing.writing.applying import ConflictError
from programmes.spreadsheets.importing.writing.drafts import applier_of
from programmes.spreadsheets.importing.writing.outcomes import CHANGED, NEW, PROPOSED, REFUSED
from programmes.spreadsheets.importing.writing.rechecking import look_again
from programmes.spreadsheets.importing.writing.undoing import CannotUndoError, undo_chunks
from programmes.spreadsheets.reading.headers import HeaderError, table_names
from programmes.spreadsheets.reading.limits import Limits, NoRowsError, UnreadableFileError
from programmes.spreadsheets.reading.mapping import can_be_mapped
from programmes.spreadsheets.reading.sent_files import open_job, read_options, sent_content
from programmes.spreadsheets.reading.sheets import (
    open_sheet,
    sheets_of,
)

State = ImportJob.State
log = logging.getLogger(__name__)
# the database went away, or gave another the right of way: whoever tries again may succeed
LOST = (OperationalError, InterfaceError)


def send(
    table: str,
    content: bytes,
    file_name: str,
    *,
    by: User,
    options: dict[str, Any] | None = None,
    to_map: bool = False,
    later: bool = False,
) -> ImportJob:
    """Keeps a file as a job, to be checked.

    `to_map`: where its headers do not fit, it is kept as refused, with that sentence, until its sender has said what
    its columns mean. `later`: it is not opened now; what is wrong with it stands on the job once it is checked.

    Raises:
        PermissionDenied: `by` may not import into the table.
        HeaderError: its headers do not fit the table; no job is kept, unless `to_map`.
        UnreadableFileError: it is not a file of that table; no job is kept.
    """
    require_import(by, table)
    resource = TABLES[table]()
    sheet, misfit = None, ""
    try:
        Limits.of_settings().check_file(len(content))
        if not later:
            sheet = open_sheet(content, file_name, resource, read_options(options or {}))
    except HeaderError as error:
        if not to_map or not can_be_mapped(content):
            raise
        misfit = str(error)
    # a workbook is packed already, most of them
    packed = zlib.compress(content, 0 if content.startswith(b"PK") else 1)
    with transaction.atomic():
        job = ImportJob.objects.create(
            owner=by,
            table=table,
            file_name=file_name[:200],
            options=options or {},
            language=get_language() or languages.FIRST,
            state=State.REFUSED if misfit else State.WAITING,
            message=misfit,
            detected={"misfit": "1"} if misfit else {},
        )
        ImportFile.objects.create(job=job, content=packed)
    # a check that follows in the same process goes on where the header was found
    if sheet is not None:
        job.opened = sheet, resource
    return job


def send_workbook(content: bytes, file_name: str, *, by: User) -> list[ImportJob]:
    """Keeps a workbook of several tables as one job for each sheet that bears a table's name and has rows.

    They stand in the order in which they are to be applied: what others refer to comes first.

    Raises:
        PermissionDenied: `by` may not import into one of the tables; no job is kept.
        UnreadableFileError: no sheet bears the name of a table, none has rows, or one cannot be read; no job is kept.
    """
    titles = {fold(title): title for title in sheets_of(content)}
    named = [
        (name, titles[title])
        for name, table in TABLES.items()
        for title in sorted(table_names(table()) & titles.keys())
    ]
    if not named:
        raise UnreadableFileError(
            _("No sheet of this file bears the name of a table. Send it from the table's own list.")
        )
    found = []
    with transaction.atomic():
        for name, title in named:
            try:
                job = send(name, content, file_name, by=by, options={"sheet": title})
            except NoRowsError:
                continue
            # not one open reader for each sheet
            del job.opened
            found.append(job)
    if not found:
        raise NoRowsError
    return found


def start_again(
    job: ImportJob, *, options: dict[str, Any] | None = None, by: User | None = None
) -> ImportJob:
    """Sets a job back to where it waits to be checked, read as `options` say, given by `by`, where there are any.

    Raises:
        ValidationError: it is applied, undone, or on the way there.
    """
    empty_job(job, State.WAITING, options=options, by=by)
    return job


def check(job: ImportJob, *, again: bool = False) -> ImportJob:
    """Finds what a job would do and keeps it in chunks. Nothing else is written; running it again starts afresh.

    Raises:
        ValidationError: it is applied, undone, or on the way there.
    """
    empty_job(job, State.CHECKING)
    try:
        sheet, table = job.__dict__.pop("opened", None) or (None, TABLES[job.table]())
        sheet = sheet or open_job(job, table)
        columns = [column.code for column in sheet.columns]
        detected = {
            **sheet.detected,
            "ignored": ", ".join(sheet.ignored),
            "addresses": sheet.addresses.letters,
            "top": job.detected.get("top", {}),
        }
        note(job, columns=columns, detected=detected, rows_total=sheet.height)
        confirmed = frozenset(job.options.get("confirmed", []))
        left_out = frozenset(job.options.get("left_out", []))
        checked = SheetCheck(sheet, table, job.owner, confirmed, Repairs.of(job), left_out)
        keep(job, checked.outcomes())
        keep_cells(job, checked.tally.cells())
        cells = checked.tally.columns()
        hidden = [one.letter for one in cells if one.letter in sheet.marks.hidden_columns]
        found = {
            **job.detected,
            "cells": cells,
            "headers": sheet.marks.headers,
            "other_sheets": sheet.marks.others,
            "left_aside": dict(sheet.marks.left),
            "hidden_columns": hidden,
            "hidden_rows": len(set(map(sheet.addresses.row, sheet.marks.hidden))),
            "invisible": checked.invisible,
        }
        state = State.REFUSED if job.counts[REFUSED] else State.CHECKED
        end_check(job, state=state, counts=job.counts, rows_total=job.rows_done, detected=found)
    except UnreadableFileError as error:
        misfit = isinstance(error, HeaderError) and can_be_mapped(sent_content(job))
        found = {**job.detected, "misfit": "1"} if misfit else job.detected
        end_check(job, state=State.REFUSED, message=str(error), detected=found)
    except OvertakenError:
        job.refresh_from_db()
    except Exception as error:
        if again and isinstance(error, LOST):
            raise
        log.exception("Import %s could not be checked.", job.pk)
        sentence = _(
            "Checking stopped at an error of the tracker: nothing was written. Check the file again;"
            " if it stops again, tell whoever runs the tracker the number of this import, %(number)s."
        )
        end_check(job, state=State.FAILED, message=sentence % {"number": job.pk})
    return job


def give_reason(job: ImportJob, reason: str, *, by: User) -> None:
    """Keeps the reason that the proposals of a checked job will give. Empty: each is given its own before it is
    submitted.

    Raises:
        ValidationError: it has no letter that a reader sees.
    """
    if reason.strip() and not has_words(reason):
        raise ValidationError(REASON_MISSING)
    if not reason.strip():
        return
    with transaction.atomic():
        stored = locked(job)
        if stored.state == State.CHECKED:
            options = {**stored.options, "reason": reason.strip()}
            job.options = with_changed_by(options, {*changed_by(stored), by.pk})
            job.save(update_fields=["options"])


def apply(job: ImportJob, *, by: User, again: bool = False) -> ImportJob:
    """Writes what a checked job showed, in one transaction. Applying it twice writes once.

    A row that someone changed since the preview, or that was new then and has been entered, is a conflict: nothing is
    written, and the job says which rows.

    Raises:
        PermissionDenied: `by` may not import into the table.
        ValidationError, FrozenRowError: the job cannot be applied, or a row is refused after all; nothing is written.
    """
    try:
        require_import(by, job.table)
        ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
            state=State.APPLYING, started_at=timezone.now(), rows_done=0, message=""
        )
        with transaction.atomic(), publication_lock():
            return _apply(locked(job), by=by)
    except ConflictError as error:
        end_applying(job, State.CONFLICT, str(error), error.conflicts)
    except (ValidationError, FrozenRowError, PermissionDenied) as error:
        end_applying(job, State.CHECKED, _sentence(error))
        raise
    except Exception as error:
        if again and isinstance(error, LOST):
            raise
        log.exception("Import %s could not be applied.", job.pk)
        end_applying(
            job,
            State.FAILED,
            _(
                "Applying stopped at an error of the tracker: nothing was written. Check the file again, then apply"
                " it; if it stops again, tell whoever runs the tracker the number of this import, %(number)s."
            )
            % {"number": job.pk},
        )
    return job


def undo(job: ImportJob, *, by: User, again: bool = False) -> ImportJob:
    """Takes back all that an applied job wrote, in one transaction.

    Raises:
        CannotUndoError: rows were published or touched since; it says which and by whom. Nothing is undone.
        PermissionDenied: `by` may not import into the table, or no longer keeps a row.
        ValidationError: the job is not applied.
    """
    try:
        require_import(by, job.table)
        with transaction.atomic():
            return _undo(locked(job), by=by)
    except (CannotUndoError, PermissionDenied, ValidationError) as error:
        # a worker's: whoever waits for the answer is told by it
        end_undo(job, _sentence(error), only=State.UNDOING)
        raise
    except Exception as error:
        if again and isinstance(error, LOST):
            raise
        log.exception("Import %s could not be undone.", job.pk)
        end_undo(
            job,
            _(
                "Undoing stopped at an error of the tracker: the import is applied as before. Try again; if it stops"
                " again, tell whoever runs the tracker the number of this import, %(number)s."
            )
            % {"number": job.pk},
        )
    return job


def set_job_aside(job: ImportJob) -> None:
    """Takes a job that was refused, is in conflict or stopped off its sender's home.

    Nothing of it goes, and it may be checked again.

    Raises:
        ValidationError: it is in another state by now.
    """
    found = ImportJob.objects.filter(pk=job.pk, state__in=MAY_BE_SET_ASIDE)
    if not found.update(state=State.ASIDE):
        raise ValidationError(
            _("Only an import that was refused, is in conflict or stopped is set aside.")
        )


def leave_out_conflicts(job: ImportJob) -> ImportJob:
    """Decides the conflicts of a job for what is stored: those rows are left out, and the job waits to be checked."""
    left_out = sorted(
        {*job.options.get("left_out", []), *(conflict["row"] for conflict in job.conflicts)}
    )
    return start_again(job, options={**job.options, "left_out": left_out})


def confirm(job: ImportJob, ticked: Iterable[str], *, by: User) -> ImportJob:
    """Keeps what a person ticked of what is to be confirmed, causes and numbers of rows: the job waits to be checked.

    Raises:
        ValidationError: it is applied, undone, or on the way there.
    """
    confirmed = sorted({*job.options.get("confirmed", []), *ticked})
    return start_again(job, options={**job.options, "confirmed": confirmed}, by=by)


def _apply(job: ImportJob, *, by: User) -> ImportJob:
    if job.state == State.APPLIED:
        return job
    if job.state == State.UNDONE:
        raise ValidationError(_("This import has been undone. Send the file again."))
    if job.state == State.REFUSED:
        raise ValidationError(
            _("Rows of this file are refused. Correct the file and send it again.")
        )
    if job.state != State.APPLYING:
        raise ValidationError(_("This import is not checked. Check it again, then apply it."))
    table = TABLES[job.table]()
    look_again(job, table, by)
    applier_of(table)(job, table, by).run()
    _name_others(job, by)
    job.state, job.applied_at, job.rows_done = State.APPLIED, timezone.now(), job.rows_total
    job.save(update_fields=["state", "applied_at", "rows_done"])
    # what was refused before has been sent again, corrected
    ImportJob.objects.filter(
        owner=job.owner, table=job.table, pk__lt=job.pk, state=State.REFUSED
    ).update(state=State.ASIDE)
    return job


def _name_others(job: ImportJob, by: User) -> None:
    """Whoever sent a file that another person applied, or typed in its preview, entered its rows too: none of them
    publishes one."""
    model: Any = TABLES[job.table].model
    others = get_user_model().objects.filter(pk__in={job.owner_id, *changed_by(job)} - {by.pk})
    for person in others.order_by("pk"):
        for chunk in job.chunks.filter(kind__in=(NEW, CHANGED, PROPOSED)):
            keys = [key for key in (chunk.parts[2] if chunk.kind == CHANGED else chunk.made) if key]
            if chunk.kind == PROPOSED:
                note_changes(Amendment, keys, by=person)
            elif issubclass(model, Reviewed):
                note_changes(model, keys, by=person)
            elif issubclass(model, OwnedByReviewed):
                owner = model._meta.get_field(model.owner_name)
                owners = model._base_manager.filter(pk__in=keys).order_by()
                owners = owners.values_list(owner.attname, flat=True).distinct()
                note_changes(owner.related_model, owners, by=person)
            elif model is Target:
                first = TargetRevision.objects.filter(target__in=keys, state__in=EDITABLE)
                note_changes(TargetRevision, first.values_list("pk", flat=True), by=person)


def _undo(job: ImportJob, *, by: User) -> ImportJob:
    if job.state == State.UNDONE:
        return job
    if job.state not in (State.APPLIED, State.UNDOING):
        raise ValidationError(_("Only an import that has been applied can be undone."))
    undo_chunks(job, TABLES[job.table](), by=by)
    job.state, job.undone_at, job.message = State.UNDONE, timezone.now(), ""
    job.save(update_fields=["state", "undone_at", "message"])
    return job


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


__all__ = [
    "CHUNK",
    "CannotUndoError",
    "UnreadableFileError",
    "apply",
    "check",
    "confirm",
    "give_reason",
    "leave_out_conflicts",
    "send",
    "send_workbook",
    "set_job_aside",
    "start_again",
    "undo",
]
