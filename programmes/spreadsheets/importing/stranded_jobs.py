"""Imports that nobody works on any more: their pages say so, and they may be tried again."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks.base import Task

from programmes.models import ImportJob
from programmes.services.queue import waiting_or_running

State = ImportJob.State
# A web server ends a request long before.
STRANDED_AFTER = timedelta(minutes=3)


def take_up_stranded(now: datetime, check: Task[..., Any], *others: Task[..., Any]) -> int:
    """Takes up imports that a web process left when it died: those to be checked are, others say what became of them.

    check, others: the tasks of imports; what waits for one of them is not left. How many there were.
    """
    found = 0
    running = (State.CHECKING, State.APPLYING, State.UNDOING)
    for job in ImportJob.objects.filter(state__in=running, started_at__lt=now - STRANDED_AFTER):
        if any(waiting_or_running(task, job.pk).exists() for task in (check, *others)):
            continue
        found += 1
        if job.state == State.CHECKING:
            check.enqueue(job.pk)
        else:
            end_stopped(ImportJob.objects.filter(pk=job.pk, state=job.state))
    return found


def end_stopped(jobs: QuerySet[ImportJob]) -> None:
    """Of jobs that nobody works on: nothing of them was written, or they are applied as before; each says so."""
    for job in jobs:
        with translation.override(job.language):
            if job.state in (State.WAITING, State.CHECKING, State.APPLYING):
                ends, sentence = State.FAILED, _stopped()
            elif job.state == State.UNDOING:
                ends, sentence = State.APPLIED, _not_undone()
            else:
                continue
        ImportJob.objects.filter(pk=job.pk, state=job.state).update(
            state=ends, message=sentence % {"number": job.pk}
        )


def _stopped() -> str:
    return _(
        "The work on this import broke off and was given up: nothing was written. Check the file again, then apply"
        " it; if it breaks off again, tell whoever runs the tracker the number of this import, %(number)s."
    )


def reading_stopped(job: ImportJob) -> str:
    """What the sender of a file is told whose first rows were read in vain, in the language that is active."""
    return _(
        "Reading this file broke off three times and was given up. Send it again; if it breaks off again, tell whoever"
        " runs the tracker the number of this import, %(number)s."
    ) % {"number": job.pk}


def _not_undone() -> str:
    return _(
        "Undoing broke off and was given up: the import is applied as before. Try again; if it breaks off again,"
        " tell whoever runs the tracker the number of this import, %(number)s."
    )
