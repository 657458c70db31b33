"""What workers do by the clock, in place of a crontab."""

import logging
from datetime import time, timedelta
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from programmes.management.warming import warm_pages
from programmes.services.queue import when_refused
from programmes.services.schedule import Work, note_end, note_failure
from programmes.spreadsheets.importing import tasks as imports
from programmes.spreadsheets.importing.stranded_jobs import take_up_stranded
from programmes.spreadsheets.sending.public_files.data_files import (
    make_due_files,
    remove_old_files,
    state_of_files,
)

log = logging.getLogger(__name__)
# So long after it is done, an entry of the queue is removed.
ENTRIES_KEPT = timedelta(days=2)


def _command(*words: str) -> None:
    said = StringIO()
    call_command(*words, stdout=said)
    log.info("%s: %s", words[0], said.getvalue().strip())


def _take_up_left() -> None:
    take_up_stranded(timezone.now(), imports.check_job, imports.apply_job, imports.undo_job)


def _clean_up() -> None:
    call_command("clearsessions")
    remove_old_files(timezone.now())
    _command("remove_old_uploads")
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - ENTRIES_KEPT).delete()


def _send_digest() -> None:
    if settings.LEDGER_WITNESSES:
        _command("send_digest")


def _verify_ledger() -> None:
    kept = [f"--kept={settings.LEDGER_KEPT}"] if settings.LEDGER_KEPT else []
    _command("verify_ledger", *kept)


SCHEDULE = (
    Work("warm", warm_pages, every=timedelta(seconds=5), follows=state_of_files),
    # what is left of a turn waits for the next: between them comes what somebody waits for
    Work("files", make_due_files, every=timedelta(minutes=1)),
    Work("left", _take_up_left, every=timedelta(minutes=1)),
    Work("notices", lambda: _command("send_notices"), every=timedelta(minutes=15)),
    Work("reminders", lambda: _command("send_reminders"), at=time(7, 15), weekdays=True),
    Work("clean-up", _clean_up, at=time(3, 0)),
    Work("digest", _send_digest, at=time(23, 55)),
    Work("ledger", _verify_ledger, at=time(0, 10)),
)


@task(priority=-10)
def run_scheduled(name: str) -> None:
    """Does scheduled work."""
    next(work for work in SCHEDULE if work.name == name).do()
    note_end(name)


@when_refused(run_scheduled)
def tell_operator(name: str) -> bool:
    """What fails at each turn is told to the operator once."""
    return note_failure(name, "failed three times; see the log")
