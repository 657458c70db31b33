"""What is checked of a database before its tables are changed."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# The first step of the tables as they were before they were written down anew for the first release.
BEFORE_FIRST_RELEASE = ("programmes", "0001_tables")


@register(Tags.database)
def database_has_known_tables(
    app_configs: Any = None, databases: Sequence[str] | None = None, **options: Any
) -> list[Error]:
    """An older database is refused before anything in it is changed."""
    return [
        Error(
            f"The database “{alias}” was made before the first release and cannot be brought up to date: "
            "export its tables from the version that made it, then import them into a new database.",
            id="programmes.E001",
        )
        for alias in databases or ()
        if BEFORE_FIRST_RELEASE in MigrationRecorder(connections[alias]).applied_migrations()
    ]
