"""`manage.py grant_serving_role NAME`: what the account that serves the site may do in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection, transaction

from operations.roles import grant_serving


class Command(BaseCommand):
    help = "Gives an account of PostgreSQL what serving takes, nothing past the guards. Run as the owner of the tables."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "name", help="an account that exists: CREATE ROLE name LOGIN PASSWORD '…'"
        )

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no accounts: who may write its file may do everything.")
        if name == connection.settings_dict["USER"]:
            raise CommandError(f"{name} owns the tables; whoever serves is to be another account.")
        try:
            with transaction.atomic():
                grant_serving(connection, name)
        except Error as error:
            raise CommandError(str(error).strip().partition("\n")[0]) from error
        self.stdout.write(f"{name} may read and write rows, and nothing past the guards.")
