"""Jobs: a file is checked, shown, and applied in one transaction, all of it or nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, ImportJob
from programmes.spreadsheets.checking import Plan, check, fingerprint
from programmes.spreadsheets.reading import UnreadableFileError, read_sheet
from programmes.spreadsheets.resource import relink
from programmes.spreadsheets.tables import TABLES


class ChangedSinceError(Exception):
    """What the file would do is no longer what was shown; nothing has been written."""


def require_import(user: Any, table: str) -> None:
    """Raises PermissionDenied unless the user may send files for that table."""
    meta = TABLES[table].model._meta
    if not user.has_perm(f"{meta.app_label}.import_{meta.model_name}"):
        raise PermissionDenied(_("You are not allowed to import into this table."))
    if not access.shares_reference_tables(user):
        raise PermissionDenied(_("No territory or programme has been assigned to you."))


def make_plan(table: str, content: bytes, file_name: str, *, by: Any) -> Plan:
    """What a file would do now. Raises UnreadableFileError."""
    resource = TABLES[table]()
    return check(read_sheet(content, file_name, resource), resource, by=by)


def send(table: str, content: bytes, file_name: str, *, by: Any) -> ImportJob:
    """Keeps a file as a job and checks it. Nothing but the job is written.

    Raises:
        PermissionDenied: `by` may not import into the table.
        UnreadableFileError: it is not a file of that table; no job is kept.
    """
    require_import(by, table)
    plan = make_plan(table, content, file_name, by=by)
    report = plan.report()
    return ImportJob.objects.create(
        owner=by,
        table=table,
        file_name=file_name[:200],
        content=content,
        state=ImportJob.State.REFUSED if plan.errors else ImportJob.State.CHECKED,
        report=report | {"fingerprint": fingerprint(report)},
    )


def apply(job: ImportJob, *, by: Any) -> ImportJob:
    """Writes what a checked job showed, in one transaction.

    Applying a job twice changes nothing the second time.

    Raises:
        PermissionDenied: `by` may not import into the table.
        ChangedSinceError: someone changed a record in between; the job now shows the present state.
        ValidationError, FrozenRowError: a row is refused after all; nothing is written.
    """
    require_import(by, job.table)
    try:
        with transaction.atomic():
            return _apply(job, by=by)
    except ChangedSinceError:
        plan = make_plan(job.table, bytes(job.content), job.file_name, by=by)
        report = plan.report()
        job.report = report | {"fingerprint": fingerprint(report)}
        job.state = ImportJob.State.REFUSED if plan.errors else ImportJob.State.CHECKED
        job.save(update_fields=["report", "state"])
        raise


def _apply(job: ImportJob, *, by: Any) -> ImportJob:
    locked = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if locked.state == ImportJob.State.APPLIED:
        return locked
    if locked.state == ImportJob.State.REFUSED:
        raise ValidationError(
            _("Rows of this file are refused. Correct the file and send it again.")
        )
    plan = make_plan(locked.table, bytes(locked.content), locked.file_name, by=by)
    if fingerprint(plan.report()) != locked.report["fingerprint"]:
        raise ChangedSinceError(
            _("Records have changed since the preview. Look at it again; nothing was written.")
        )
    write(plan, by=by)
    locked.state = ImportJob.State.APPLIED
    locked.applied_at = timezone.now()
    locked.save(update_fields=["state", "applied_at"])
    return locked


@transaction.atomic
def write(plan: Plan, *, by: Any) -> None:
    """Writes every row of a plan without errors. Raises ValidationError with the row that is refused after all."""
    if plan.errors:
        first = plan.errors[0]
        raise ValidationError(f"{plan.sheet.name}, {first.row}, {first.column}: {first.message}")
    for row in plan.rows:
        relink(row.record)
        try:
            plan.table.save(row.record, row.cells, by=by, is_new=row.action == "new")
        except (ValidationError, FrozenRowError) as error:
            sentence = (
                " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            )
            raise ValidationError(
                _("Row %(row)s is refused: %(reason)s") % {"row": row.row, "reason": sentence}
            ) from error


__all__ = [
    "ChangedSinceError",
    "UnreadableFileError",
    "apply",
    "make_plan",
    "require_import",
    "send",
    "write",
]
