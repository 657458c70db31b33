"""Which imports a person sees and acts on: their own, and as an administrator those of which they keep every row.

A row is kept where its record may be changed by them: the record that it changed or made, or that a new row would
make. Where that cannot be known, as of a file whose rows are refused, are to be confirmed or were never checked, the
import is its sender's alone, and theirs who keep the whole country. The file itself may hold rows and sheets of other
places besides: those who keep every row that is written do not see it.
"""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models

from programmes import access
from programmes.models import Amendment, FrozenRowError, ImportChunk, ImportJob
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.writing.applying import Applier
from programmes.spreadsheets.importing.writing.outcomes import (
    CHANGED,
    DOUBTFUL,
    NEW,
    PROPOSED,
    REFUSED,
)

# new rows of an import that is not applied are read cell by cell: no more than so many of them
MOST_READ = 1000


def kept_of_others(jobs: models.QuerySet[ImportJob], user: User) -> list[int]:
    """The keys of the imports that a person sees as an administrator, beside those that access says are theirs."""
    if not user.has_perm("programmes.view_importjob") or not access.shares_reference_tables(user):
        return []
    others = jobs.exclude(pk__in=access.visible(jobs, user).order_by().values("pk")).order_by()
    return [job.pk for job in others if keeps_every_row(user, job)]


def jobs_in_sight(jobs: models.QuerySet[ImportJob], user: User) -> models.QuerySet[ImportJob]:
    """The imports of a queryset that a person sees and acts on."""
    return access.visible(jobs, user) | jobs.filter(pk__in=kept_of_others(jobs, user))


def may_see_file(user: User, job: ImportJob) -> bool:
    """Whether a person may see what stands in the file of an import, beside the rows that it writes."""
    return access.visible(ImportJob.objects.filter(pk=job.pk), user).exists()


def keeps_every_row(user: User, job: ImportJob) -> bool:
    """Whether every row of an import is known to lie in a person's scope."""
    if job.counts.get(REFUSED, 1) or job.counts.get(DOUBTFUL):
        return False
    if not any(map(job.counts.get, (CHANGED, NEW, PROPOSED))):
        return False
    was_applied = job.state in (ImportJob.State.APPLIED, ImportJob.State.UNDOING)
    if not was_applied and job.counts.get(NEW, 0) > MOST_READ:
        return False
    model = TABLES[job.table].model
    if model in access.SHARED and not access.has_national_scope(user):
        # what all use is whoever's made it: an import of it is its sender's
        return False
    for chunk in job.chunks.filter(kind__in=(CHANGED, NEW, PROPOSED)):
        keys = [pk for pk in chunk.parts[2] if pk is not None]
        if was_applied and chunk.kind == NEW:
            if len(chunk.made) != len(chunk.parts[2]):
                return False
            keys = chunk.made
        elif was_applied and chunk.kind == PROPOSED:
            made = [pk for pk in chunk.made if pk is not None]
            if not access.changes_all(user, Amendment, made):
                return False
        elif not _keeps_new(user, job, chunk):
            return False
        if not access.changes_all(user, model, keys):
            return False
    return True


def _keeps_new(user: User, job: ImportJob, chunk: ImportChunk) -> bool:
    """Whether the records that the rows of a chunk would make are a person's, as far as they can be made now."""
    table = TABLES[job.table]()
    reader = Applier(job, table, user)
    # as checked: what an undone import made is gone, and its rows still bear those keys
    stored = chunk.parts[2]
    new = [row[-1] for row, pk in zip(chunk.rows, stored, strict=True) if pk is None]
    if new and not access.may_add(user, table.model):
        return False
    for after in new:
        try:
            cells = reader.cells(after)
            record = table.blank(cells, user)
            table.settle(record, cells, is_new=True)
        except (ValueError, ValidationError, FrozenRowError):
            return False
        if not table.placed(record, cells, user):
            return False
        if hasattr(record, "code"):
            reader.lookups.expect(record, "code")
    return True
