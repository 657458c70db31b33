"""Of when the newest whole backup is: told in the database, as the folder of backups is closed to all but root."""

from datetime import datetime

from programmes.models import ScheduledWork

NAME = "backup"


def note_backup(made: datetime) -> None:
    """A backup of that moment is whole."""
    ScheduledWork.objects.update_or_create(name=NAME, defaults={"finished_at": made})


def newest_backup() -> datetime | None:
    """The moment of the newest one; None where none was ever made."""
    return ScheduledWork.objects.filter(name=NAME).values_list("finished_at", flat=True).first()
