"""Which guards the database has, and which it should have."""

from django.db import connection

from programmes.models.guards import REPLACING, guards


def names_of_guards() -> set[str]:
    """The triggers that the database has."""
    question = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'guard%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return {name for (name,) in cursor.fetchall()}


def expected_guards() -> set[str]:
    """TRUNCATE is known to PostgreSQL alone, REPLACE to SQLite alone."""
    sqlite = connection.vendor == "sqlite"
    return {
        one.name
        for one in guards()
        if (one.event != "TRUNCATE" if sqlite else one.detail != REPLACING)
    }
