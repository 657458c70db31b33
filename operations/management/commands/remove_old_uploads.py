"""`manage.py remove_old_uploads`: spreadsheets that were sent in long ago go; what they did stays."""

import zlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from programmes.models import ImportFile, ImportJob

# Jobs of these states are done with; the others may still need their file.
ENDED = (ImportJob.State.APPLIED, ImportJob.State.UNDONE, ImportJob.State.ASIDE)


class Command(BaseCommand):
    help = "Empties the files, sent and marked, of imports that ended and were sent more than UPLOADS_KEPT_DAYS ago."

    def handle(self, *args: Any, **options: Any) -> None:
        empty = zlib.compress(b"")
        before = timezone.now() - timedelta(days=settings.UPLOADS_KEPT_DAYS)
        old = ImportFile.objects.filter(job__state__in=ENDED, job__created_at__lt=before)
        kept = old.exclude(content=empty, marked=b"")
        self.stdout.write(f"{kept.update(content=empty, marked=b'')} files removed")
