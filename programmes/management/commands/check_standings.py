"""`manage.py check_standings`: whether what is written of targets follows from what is published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programmes import services


class Command(BaseCommand):
    help = (
        "Works out anew where all targets stand and names those of which something else is written. "
        "Changes nothing; fails where there is any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = [difference.target for difference in services.differences()]
        if found:
            raise CommandError(
                f"Of {len(found)} targets something else is written than follows from what is published: "
                f"{', '.join(found)}"
            )
        self.stdout.write("All that is written of targets follows from what is published.")
