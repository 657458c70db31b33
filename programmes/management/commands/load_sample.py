"""`manage.py load_sample`: real public announcements, to try the tracker on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programmes.models import Programme
from programmes.spreadsheets.importing.sample import FileRefusedError, load_sample


class Command(BaseCommand):
    help = "Loads and publishes the sample dataset into a tracker that has no programme yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if Programme.objects.exists():
            self.stdout.write("The tracker has programmes already: the sample is left out.")
            return
        try:
            counts = load_sample()
        except FileRefusedError as error:
            raise CommandError(str(error)) from error
        for table, count in counts.items():
            self.stdout.write(f"{table}: {count}")
