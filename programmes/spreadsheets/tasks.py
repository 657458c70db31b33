"""What a worker does in the background."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django_tasks import task

from programmes.models import FrozenRowError, ImportJob
from programmes.spreadsheets import jobs


@task()
def check_job(job_id: int) -> None:
    """Checks a file in its sender's language."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language):
        jobs.check(job)


@task()
def apply_job(job_id: int, user_id: int) -> None:
    """Applies a checked file. What is refused stands on the job for its sender to read."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language):
        try:
            jobs.apply(job, by=get_user_model().objects.get(pk=user_id))
        except (ValidationError, FrozenRowError, PermissionDenied):
            return


@task()
def undo_job(job_id: int, user_id: int) -> None:
    """Takes an applied file back. Where it cannot be, the job is applied as before and says why."""
    job = ImportJob.objects.get(pk=job_id)
    with translation.override(job.language):
        try:
            jobs.undo(job, by=get_user_model().objects.get(pk=user_id))
        except (jobs.CannotUndoError, ValidationError, PermissionDenied) as error:
            ImportJob.objects.filter(pk=job_id, state=ImportJob.State.UNDOING).update(
                state=ImportJob.State.APPLIED, message=str(error)
            )
