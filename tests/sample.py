"""The published sample dataset for tests: loaded as staff would once, then put back row by row.

Loading checks, records, submits and publishes some thousand rows, which takes seconds; dozens of test modules start
from the result. What loading itself does is tested where it is tested; here its rows are remembered and written again
as they were.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone, translation

from programmes.models.guards import guards_lifted
from programmes.spreadsheets.importing.sample import load_reference, load_sample
from tests.databases import alone, fingerprint

# What loading the sample runs through, and what of it is only looked at or called by hand.
LOADED_BY = ("programmes", "tracker/settings.py", "requirements.txt", "tests/sample.py")
NOT_LOADED_BY = (
    "programmes/admin/",
    "programmes/public/",
    "programmes/management/",
    "programmes/static/",
    "programmes/templatetags/",
)
Rows = list[tuple[Any, ...]]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is not there after."""
    atomic = transaction.atomic()
    atomic.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def put_sample() -> None:
    """The reference tables and the published sample, as `load_reference` and `load_sample` leave them."""
    found = remembered(timezone.localdate())
    quote = connection.ops.quote_name
    with guards_lifted("the sample, as it was"), connection.cursor() as cursor:
        for table, (columns, rows) in found.items():
            names = ", ".join(quote(name) for name in columns)
            marks = ", ".join(["%s"] * len(columns))
            # a row that loading changed, as the clock of publications, stands there already
            cursor.executemany(
                f"DELETE FROM {quote(table)} WHERE {quote(columns[0])} = %s",
                [row[:1] for row in rows],
            )
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)
        if connection.vendor == "postgresql":
            # as autovacuum would leave the tables: of what it takes for empty it plans minutes of work
            cursor.execute(f"ANALYZE {', '.join(map(quote, found))}")
        # PostgreSQL counts on from the rows it numbered itself
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)


@cache
def remembered(day: date) -> dict[str, tuple[list[str], Rows]]:
    """The columns and rows of each table that loading wrote or changed, by table. Kept between runs.

    They are read anew when the program changes, and on another day: the sample was published today.
    """
    name = f"sample-{connection.vendor}"
    with alone(name) as folder:
        kept = folder / f"{name}-{day}-{fingerprint(LOADED_BY, but=NOT_LOADED_BY)}.pickle"
        if kept.exists():
            return pickle.loads(kept.read_bytes())
        found = _load()
        for old in folder.glob(f"{name}-*.pickle"):
            old.unlink()
        kept.write_bytes(pickle.dumps(found))
        return found


def _load() -> dict[str, tuple[list[str], Rows]]:
    # the columns that have no language hold what was said in the one of the moment
    with taken_back(), translation.override(settings.LANGUAGE_CODE):
        before = {table: {row[0]: row for row in rows} for table, (_, rows) in read().items()}
        load_reference()
        load_sample()
        after = read()
    written = {
        table: (columns, [row for row in rows if row != before[table].get(row[0])])
        for table, (columns, rows) in after.items()
    }
    return {table: found for table, found in written.items() if found[1]}


def read() -> dict[str, tuple[list[str], Rows]]:
    """The columns and rows of every table of the tracker and of its accounts, keys first."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            columns = [field.column for field in model._meta.concrete_fields]
            columns.sort(key=lambda name: name != key)
            names = ", ".join(connection.ops.quote_name(name) for name in columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")
            found[table] = columns, cursor.fetchall()
    return found
