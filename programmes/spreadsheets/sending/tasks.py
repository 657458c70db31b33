"""The making of files, as a worker does it beside more urgent work."""

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from programmes.models import ImportJob
from programmes.services.queue import when_refused
from programmes.spreadsheets.sending.error_markup import mark_job
from programmes.spreadsheets.sending.public_files import data_files
from programmes.spreadsheets.sending.xlsx import DoesNotFitError


@task(priority=-5)
def make_asked(key: int) -> None:
    """Makes the file that a reader asked for."""
    try:
        data_files.make_asked(key)
    except DoesNotFitError as error:
        data_files.refuse(key, str(error))


@when_refused(make_asked)
def tell_reader(key: int) -> None:
    """The page of a file that could not be made says so."""
    data_files.refuse(
        key,
        _("This file could not be made. Whoever runs the tracker has been told; try again later."),
    )


@task()
def mark(job_id: int, language: str) -> None:
    """Makes the file of a job with its errors marked, in the language of whoever asked for it."""
    state = "failed"
    try:
        with translation.override(language):
            mark_job(ImportJob.objects.get(pk=job_id), language)
        state = "done"
    finally:
        _note_marking(job_id, state)


@when_refused(mark)
def tell_sender(job_id: int, language: str) -> None:
    """The page of an import whose marked file could not be made says so, where its worker was gone each time too."""
    _note_marking(job_id, "failed")


def _note_marking(job_id: int, state: str) -> None:
    job = ImportJob.objects.get(pk=job_id)
    job.detected["marking"] = state
    job.save(update_fields=["detected"])
