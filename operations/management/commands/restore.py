"""`manage.py restore FOLDER`: a backup, into an empty database and an empty MEDIA_ROOT."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from operations.copies.programs import BackupError
from operations.copies.restoring import restore_backup


class Command(BaseCommand):
    help = "Restores a backup into an empty database and an empty MEDIA_ROOT; refuses any other. Checks the ledger."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            listed = restore_backup(folder, key=settings.BACKUP_KEY)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows, files = sum(listed["rows"].values()), len(listed["media"])
        self.stdout.write(f"{rows} rows and {files} files of {listed['made']} are back.")
        call_command("verify_ledger", stdout=self.stdout)
