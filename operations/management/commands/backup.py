"""`manage.py backup`: the database and the attached files, as they stand now, in a folder of BACKUP_DIR."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.copies.checking import check_backup
from operations.copies.making import make_backup
from operations.copies.programs import BackupError


class Command(BaseCommand):
    help = "Makes a backup while the site runs, reads it again, and removes the oldest beyond BACKUP_KEEP."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "folder", nargs="?", default=settings.BACKUP_DIR, help="instead of BACKUP_DIR"
        )
        parser.add_argument(
            "--check", action="store_true", help="read the backup in `folder`, make none"
        )

    def handle(self, *args: Any, folder: str, check: bool, **options: Any) -> None:
        if not folder:
            raise CommandError("Say where: set BACKUP_DIR, or name a folder.")
        place = Path(folder)
        try:
            if check:
                listed = check_backup(place, settings.BACKUP_KEY)
            else:
                place, listed = make_backup(
                    place, key=settings.BACKUP_KEY, keep=settings.BACKUP_KEEP
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{place}: {sum(listed['rows'].values())} rows, {len(listed['media'])} files, whole"
        )
        for name in listed["missing"]:
            self.stderr.write(f"An attached file is missing, in the backup as on the disk: {name}")
