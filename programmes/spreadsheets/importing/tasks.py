"""What a worker does in the background."""

from contextlib import suppress

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django_tasks import task

from programmes.models import FrozenRowError, ImportJob
from programmes.services.queue import when_refused
from programmes.spreadsheets.importing import jobs, mappings, stranded_jobs


@task()
def check_job(job_id: int) -> None:
    """Checks a file in its sender's language, unless it was applied meanwhile."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language), suppress(ValidationError):
        jobs.check(job, again=True)


@task()
def look_at_job(job_id: int, sheet: str) -> None:
    """Reads the first rows of a sheet, for its sender to say what its columns mean."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language):
        mappings.look(job, sheet)


@task()
def apply_job(job_id: int, user_id: int) -> None:
    """Applies a checked file. What is refused stands on the job for its sender to read."""
    job = ImportJob.objects.get(pk=job_id)
    refusals = (ValidationError, FrozenRowError, PermissionDenied)
    with translation.override(job.language), suppress(*refusals):
        jobs.apply(job, by=get_user_model().objects.get(pk=user_id), again=True)


@task()
def undo_job(job_id: int, user_id: int) -> None:
    """Takes an applied file back. Where it cannot be, the job is applied as before and says why."""
    job = ImportJob.objects.get(pk=job_id)
    refusals = (jobs.CannotUndoError, ValidationError, PermissionDenied)
    with translation.override(job.language), suppress(*refusals):
        jobs.undo(job, by=get_user_model().objects.get(pk=user_id), again=True)


@when_refused(check_job)
@when_refused(apply_job)
@when_refused(undo_job)
def tell_owner(job_id: int, user_id: int = 0) -> None:
    """The page of an import that was tried in vain says so."""
    stranded_jobs.end_stopped(ImportJob.objects.filter(pk=job_id))


@when_refused(look_at_job)
def tell_sender(job_id: int, sheet: str) -> None:
    """The page that waits for the first rows of a sheet says that they were read in vain."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language):
        mappings.tell_unread(job, sheet, stranded_jobs.reading_stopped(job))
