"""`manage.py load_reference`: territories of the country, and the dimensions of breakdowns."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programmes.spreadsheets.importing.sample import FileRefusedError, load_reference


class Command(BaseCommand):
    help = "Loads or updates territories, dimensions and categories. Harmless to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_reference()
        except FileRefusedError as error:
            raise CommandError(str(error)) from error
        for table, count in counts.items():
            self.stdout.write(f"{table}: {count}")
