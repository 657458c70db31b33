"""The moment of the last publication: one row, which whoever publishes locks."""

from datetime import UTC, datetime

from django.db import models

# What it says before the first publication: before whatever a clock can say.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class PublicationClock(models.Model):
    """One row, of key `ONLY`. services/lock.py locks it, and takes its moments from it."""

    ONLY = 1

    last = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.last.isoformat()
