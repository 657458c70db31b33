"""Jobs: a file is kept, checked in steps that others can watch, applied whole or not at all, and taken back.

    send → check → apply → undo

What is refused, or in conflict, is set aside by its sender, or by the next file of theirs that is applied.

`check` holds no lock: it writes only its own progress. `apply` and `undo` are one transaction each, in which the
job's row is locked: a second click waits and finds the work done, and a process that dies leaves nothing behind.
"""

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, ImportChunk, ImportFile, ImportJob
from programmes.models.names import fold
from programmes.spreadsheets.applying import Conflict, ConflictError
from programmes.spreadsheets.checking import check as outcomes_of
from programmes.spreadsheets.headers import table_names
from programmes.spreadsheets.limits import NoRowsError
from programmes.spreadsheets.outcomes import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Unchanged
from programmes.spreadsheets.reading import (
    ReadOptions,
    Sheet,
    UnreadableFileError,
    open_sheet,
    sheets_of,
)
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.tables import TABLES
from programmes.spreadsheets.undoing import CannotUndoError, undo_chunks

CHUNK = 1000
# seconds between two times that a check says how far it is
PAUSE = 1.0
State = ImportJob.State


def require_import(user: Any, table: str) -> None:
    """Raises PermissionDenied unless the user may send files for that table."""
    meta = TABLES[table].model._meta
    if not user.has_perm(f"{meta.app_label}.import_{meta.model_name}"):
        raise PermissionDenied(_("You are not allowed to import into this table."))
    if not access.shares_reference_tables(user):
        raise PermissionDenied(_("No territory or programme has been assigned to you."))


def send(
    table: str,
    content: bytes,
    file_name: str,
    *,
    by: Any,
    options: dict[str, str] | None = None,
    at_once: bool = False,
) -> ImportJob:
    """Keeps a file as a job, to be checked. `at_once`: by this process, which prepares for it.

    Raises:
        PermissionDenied: `by` may not import into the table.
        UnreadableFileError: it is not a file of that table; no job is kept.
    """
    require_import(by, table)
    resource = TABLES[table]()
    meanwhile = partial(resource.foresee, by=by) if at_once else None
    with _many_rows(table):
        sheet = open_sheet(content, file_name, resource, ReadOptions(**(options or {})), meanwhile)
    # a workbook is packed already, most of them
    packed = zlib.compress(content, 0 if content.startswith(b"PK") else 1)
    with transaction.atomic():
        job = ImportJob.objects.create(
            owner=by,
            table=table,
            file_name=file_name[:200],
            options=options or {},
            language=get_language() or "fr",
        )
        ImportFile.objects.create(job=job, content=packed)
    # a check that follows in the same process goes on where the header was found
    job.opened = sheet, resource
    return job


def send_workbook(content: bytes, file_name: str, *, by: Any) -> list[ImportJob]:
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


def check(job: ImportJob) -> ImportJob:
    """Finds what a job would do and keeps it in chunks. Nothing else is written; running it again starts afresh."""
    job.chunks.all().delete()
    job.state, job.started_at, job.rows_done, job.message = State.CHECKING, timezone.now(), 0, ""
    job.counts, job.conflicts = {}, []
    try:
        with _many_rows(job.table):
            sheet, table = job.__dict__.pop("opened", None) or _open(job)
            job.columns = [column.code for column in sheet.columns]
            job.detected = {**sheet.detected, "ignored": ", ".join(sheet.ignored)}
            job.rows_total = sheet.height
            job.save()
            _keep(job, outcomes_of(sheet, table, by=job.owner))
    except UnreadableFileError as error:
        job.state, job.message = State.REFUSED, str(error)
        job.save()
        return job
    job.state = State.REFUSED if job.counts[REFUSED] else State.CHECKED
    job.rows_total = job.rows_done
    job.save()
    return job


def apply(job: ImportJob, *, by: Any) -> ImportJob:
    """Writes what a checked job showed, in one transaction. Applying it twice writes once.

    A row that someone changed since the preview is a conflict: nothing is written, and the job says which rows.

    Raises:
        PermissionDenied: `by` may not import into the table.
        ValidationError, FrozenRowError: the job cannot be applied, or a row is refused after all; nothing is written.
    """
    require_import(by, job.table)
    ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
        state=State.APPLYING, started_at=timezone.now(), rows_done=0, message=""
    )
    try:
        with _many_rows(job.table), transaction.atomic():
            return _apply(_locked(job), by=by)
    except ConflictError as error:
        return _fail(job, State.CONFLICT, str(error), error.conflicts)
    except (ValidationError, FrozenRowError, PermissionDenied) as error:
        _fail(job, State.CHECKED, _sentence(error))
        raise
    except Exception:
        # nothing was written: it may be tried again
        _fail(job, State.CHECKED, "")
        raise


def undo(job: ImportJob, *, by: Any) -> ImportJob:
    """Takes back all that an applied job wrote, in one transaction.

    Raises:
        CannotUndoError: rows were published or touched since; it says which and by whom. Nothing is undone.
        PermissionDenied: `by` may not import into the table, or no longer keeps a row.
        ValidationError: the job is not applied.
    """
    require_import(by, job.table)
    with transaction.atomic():
        locked = _locked(job)
        if locked.state == State.UNDONE:
            return locked
        if locked.state not in (State.APPLIED, State.UNDOING):
            raise ValidationError(_("Only an import that has been applied can be undone."))
        undo_chunks(locked, TABLES[locked.table](), by=by)
        locked.state, locked.undone_at, locked.message = State.UNDONE, timezone.now(), ""
        locked.save(update_fields=["state", "undone_at", "message"])
        return locked


def set_aside(job: ImportJob) -> None:
    """Takes a refused or conflicting job off its sender's home. Nothing of it goes, and it may be checked again."""
    ImportJob.objects.filter(pk=job.pk, state__in=(State.REFUSED, State.CONFLICT)).update(
        state=State.ASIDE
    )


def content_of(job: ImportJob) -> bytes:
    """The file as it was sent."""
    return zlib.decompress(bytes(ImportFile.objects.get(job=job).content))


def options_of(job: ImportJob) -> ReadOptions:
    """How the file is to be read."""
    return ReadOptions(**{name: text for name, text in job.options.items() if name != "left_out"})


def leave_out_conflicts(job: ImportJob) -> ImportJob:
    """Decides the conflicts of a job for what is stored: those rows are left out, and the job is checked again."""
    left_out = sorted(
        {*job.options.get("left_out", []), *(conflict["row"] for conflict in job.conflicts)}
    )
    job.options = {**job.options, "left_out": left_out}
    return check(job)


def _open(job: ImportJob) -> tuple[Sheet, TableResource]:
    table = TABLES[job.table]()
    meanwhile = partial(table.foresee, by=job.owner)
    return open_sheet(content_of(job), job.file_name, table, options_of(job), meanwhile), table


@contextmanager
def _many_rows(table: str) -> Iterator[None]:
    """No search for garbage while a table of many rows goes its quick way: it takes a quarter of the time.

    The rows of that way form no cycles; records, and the errors of their validation, do.
    """
    rests = TABLES[table].quick_check is not None and gc.isenabled()
    if rests:
        gc.disable()
    try:
        yield
    finally:
        if rests:
            gc.enable()


def _keep(job: ImportJob, outcomes: Iterator[Outcome | Unchanged]) -> None:
    """Writes outcomes to chunks as they come, and the progress with them.

    Once a second: each write has to wait for the disk.
    """
    left_out = set(job.options.get("left_out", []))
    waiting: dict[str, list[Any]] = {NEW: [], CHANGED: [], REFUSED: []}
    numbers = dict.fromkeys(waiting, 0)
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, REFUSED), 0)
    chunks: list[ImportChunk] = []
    written = monotonic()

    def stage(kind: str) -> None:
        chunk = ImportChunk(job=job, kind=kind, number=numbers[kind])
        chunk.rows = waiting[kind]
        chunks.append(chunk)
        numbers[kind] += 1
        waiting[kind] = []

    def write() -> None:
        ImportChunk.objects.bulk_create(chunks)
        chunks.clear()

    for outcome in outcomes:
        if isinstance(outcome, Unchanged):
            counts[UNCHANGED] += len(outcome.rows)
        else:
            action = UNCHANGED if outcome.row in left_out else outcome.action
            counts[action] += 1
            if action != UNCHANGED:
                waiting[action].append(outcome.staged())
                if len(waiting[action]) == CHUNK:
                    stage(action)
        if monotonic() - written > PAUSE:
            with transaction.atomic():
                write()
                done = sum(counts.values())
                ImportJob.objects.filter(pk=job.pk).update(rows_done=done)
            written = monotonic()
    for kind, rows in waiting.items():
        if rows:
            stage(kind)
    write()
    job.rows_done, job.counts = sum(counts.values()), counts


def _apply(job: ImportJob, *, by: Any) -> ImportJob:
    if job.state == State.APPLIED:
        return job
    if job.state == State.UNDONE:
        raise ValidationError(_("This import has been undone. Send the file again."))
    if job.state != State.APPLYING:
        raise ValidationError(
            _("Rows of this file are refused. Correct the file and send it again.")
        )
    table = TABLES[job.table]()
    applier = table.applier(job, table, by)
    applier.run()
    job.state, job.applied_at, job.rows_done = State.APPLIED, timezone.now(), job.rows_total
    job.save(update_fields=["state", "applied_at", "rows_done"])
    # what was refused before has been sent again, corrected
    ImportJob.objects.filter(
        owner=job.owner, table=job.table, pk__lt=job.pk, state=State.REFUSED
    ).update(state=State.ASIDE)
    return job


def _locked(job: ImportJob) -> ImportJob:
    return ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)


def _fail(
    job: ImportJob, state: str, message: str, conflicts: list[Conflict] | None = None
) -> ImportJob:
    job.state, job.message, job.conflicts = state, message, conflicts or []
    ImportJob.objects.filter(pk=job.pk, state=State.APPLYING).update(
        state=state, message=message, conflicts=job.conflicts
    )
    return job


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


__all__ = [
    "CannotUndoError",
    "UnreadableFileError",
    "apply",
    "check",
    "leave_out_conflicts",
    "require_import",
    "send",
    "send_workbook",
    "undo",
]
