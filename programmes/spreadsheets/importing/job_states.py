"""From which state of a job to which: where it may be checked anew, and how its work ends."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import ImportJob
from programmes.spreadsheets.importing.writing.applying import Conflict
from programmes.type_names import certain

State = ImportJob.State
# the states in which nothing of a job is written, or about to be: it may be checked anew
CHECKABLE = (
    State.WAITING,
    State.CHECKING,
    State.CHECKED,
    State.REFUSED,
    State.CONFLICT,
    State.ASIDE,
    State.FAILED,
)
CHANGED_BY = "changed_by"
MAY_BE_SET_ASIDE = (State.REFUSED, State.CONFLICT, State.FAILED)


class OvertakenError(Exception):
    """The same job is being checked anew by now: what this check finds is no longer wanted."""


def note(job: ImportJob, **columns: Any) -> None:
    """Writes columns of a job that is being checked. Raises OvertakenError where another check of it began since."""
    mine = ImportJob.objects.filter(
        pk=job.pk, state=ImportJob.State.CHECKING, started_at=job.started_at
    )
    if not mine.update(**columns):
        raise OvertakenError
    for name, value in columns.items():
        setattr(job, name, value)


def locked(job: ImportJob) -> ImportJob:
    """A job as it is stored, locked until the caller's transaction ends."""
    return ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)


def empty_job(
    job: ImportJob, state: str, *, options: dict[str, Any] | None = None, by: User | None = None
) -> None:
    """Empties a job of what was found before.

    `options`: how its file is to be read from now on, as `by` says: where it is not as before, they changed the
    content of its rows, and the job keeps that (CHANGED_BY).

    Raises:
        ValidationError: what was found is written, or about to be.
    """
    with transaction.atomic():
        stored = locked(job)
        if stored.state not in CHECKABLE:
            raise ValidationError(_not_checkable(stored.state))
        if options is None:
            options = stored.options
        elif _content(options) != _content(stored.options):
            options = with_changed_by(options, {*changed_by(stored), certain(by).pk})
        else:
            options = with_changed_by(options, changed_by(stored))
        stored.chunks.all().delete()
        afresh: dict[str, Any] = {
            "state": state,
            "started_at": timezone.now(),
            "rows_done": 0,
            "message": "",
            "counts": {},
            "conflicts": [],
            "options": options,
        }
        ImportJob.objects.filter(pk=job.pk).update(**afresh)
    for name, value in afresh.items():
        setattr(job, name, value)


def changed_by(job: ImportJob) -> set[int]:
    """The keys of those who changed what the rows of a job say, since its file was sent."""
    return set(job.options.get(CHANGED_BY, []))


def with_changed_by(options: dict[str, Any], people: set[int]) -> dict[str, Any]:
    """Options that name those who changed what the rows of their job say."""
    return {**options, CHANGED_BY: sorted(people)} if people else options


def _content(options: dict[str, Any]) -> dict[str, Any]:
    """What of the options says how cells are read: all but which rows are left out."""
    beside = ("left_out", CHANGED_BY)
    return {name: value for name, value in options.items() if value and name not in beside}


def _not_checkable(state: str) -> str:
    if state == State.UNDONE:
        return _("This import has been undone. Send the file again.")
    if state == State.APPLYING:
        return _("This import is being applied: it is not checked again.")
    return _(
        "This import has been applied: it is not checked again. Undo it, or send the file again."
    )


def end_check(job: ImportJob, **columns: Any) -> None:
    """Ends a check; what an overtaken one came to is forgotten."""
    try:
        note(job, **columns)
    except OvertakenError:
        job.refresh_from_db()


def end_applying(
    job: ImportJob, state: str, message: str, conflicts: list[Conflict] | None = None
) -> None:
    """Ends the applying of a job that was not written, unless another process wrote it."""
    ImportJob.objects.filter(pk=job.pk, state=State.APPLYING).update(
        state=state, message=message, conflicts=conflicts or []
    )
    job.refresh_from_db()


def end_undo(job: ImportJob, message: str, *, only: str = "") -> None:
    """A job that could not be undone is applied as before, and says why: `only` where it is in that state."""
    states = (only,) if only else (State.UNDOING, State.APPLIED)
    ImportJob.objects.filter(pk=job.pk, state__in=states).update(
        state=State.APPLIED, message=message
    )
    job.refresh_from_db()
