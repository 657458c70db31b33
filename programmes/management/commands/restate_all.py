"""`manage.py restate_all`: writes down anew where all targets stand, after the rules changed."""

from typing import Any

from django.core.management.base import BaseCommand

from programmes import services


class Command(BaseCommand):
    help = (
        "Writes down anew where all targets stand: after a change of the rules. "
        "What was said before stays known until now; where nothing else is said, nothing is written."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Something else is said of {services.restate_all()} targets.")
