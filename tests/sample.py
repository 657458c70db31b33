"""The published sample dataset for tests: loaded as staff would once, then put back row by row.

Loading checks, records, submits and publishes some thousand rows, which takes seconds; dozens of test modules start
from the result. What loading itself does is tested where it is tested; here its rows are remembered and written again
as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from programmes.spreadsheets.sample import load_reference, load_sample

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
    found = remembered()
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in found.items():
            names = ", ".join(quote(name) for name in columns)
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)


@cache
def remembered() -> dict[str, tuple[list[str], Rows]]:
    """The columns and rows of each table that loading wrote, by table."""
    with taken_back():
        before = {table: {row[0] for row in rows} for table, (_, rows) in read().items()}
        load_reference()
        load_sample()
        after = read()
    written = {
        table: (columns, [row for row in rows if row[0] not in before[table]])
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
