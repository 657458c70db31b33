"""Writes the rows of a database as SQL that SQLite and PostgreSQL understand.

Run in the checkout of a release, on a SQLite database that it filled: `python -m tests.releases.write >rows.sql`.
"""

import os
from datetime import date

import django
from django.db import connection, models

# what migrations make, and what nobody would miss
LEFT_OUT = (
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "django_",
)


def literal(field: models.Field, value: object) -> str:
    """A stored value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(field, models.BooleanField):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str | date):
        raise NotImplementedError(f"{field}: {value!r}")
    return "'" + str(value).replace("'", "''") + "'"


def write() -> None:
    """Two statements a table, on standard output: migrations may have put rows there."""
    quote = connection.ops.quote_name
    for model in django.apps.apps.get_models(include_auto_created=True):
        table, fields = model._meta.db_table, model._meta.concrete_fields
        if table.startswith(LEFT_OUT):
            continue
        names = ", ".join(quote(field.column) for field in fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {quote(table)} ORDER BY 1")
            rows = [", ".join(map(literal, fields, row)) for row in cursor.fetchall()]
        if rows:
            lines = ",\n".join(f"({row})" for row in rows)
            print(
                f"DELETE FROM {quote(table)};\n\nINSERT INTO {quote(table)} ({names}) VALUES\n{lines};\n"
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    write()
