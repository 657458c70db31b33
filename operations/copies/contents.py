"""What a copy of the database holds: its rows by table, and the ledger in one figure."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

LEDGER = "programmes_ledgerentry"
# Sessions, and attempts to sign in by address: nobody wants them back.
LEFT_OUT = ("django_session", "usersessions_usersession", "programmes_cache")


class Contents(NamedTuple):
    """rows: by table. ledger: the sum of the digests of its entries, whatever their order; "0" of none."""

    rows: dict[str, int]
    ledger: str


def contents_of_database(connection: BaseDatabaseWrapper) -> Contents:
    """What is in a database, as the transaction of the caller sees it; but for what a backup leaves out."""
    quote, rows = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - set(LEFT_OUT)):
            cursor.execute(f"SELECT COUNT(*) FROM {quote(table)}")
            rows[table] = cursor.fetchone()[0]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT number, digest FROM {LEDGER}")
        return Contents(rows, _ledger(iter(cursor.fetchone, None)))


def contents_of_file(path: Path) -> Contents:
    """What is in a copy on SQLite.

    Raises:
        sqlite3.Error: it is broken.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        if (said := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(said)
        names = [
            name
            for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in LEFT_OUT and not name.startswith("sqlite_")
        ]
        rows = {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names
        }
        return Contents(rows, _ledger(copy.execute(f"SELECT number, digest FROM {LEDGER}")))


def contents_of_script(lines: IO[bytes]) -> Contents:
    """What is in the data of a dump of PostgreSQL, written as COPY."""
    rows: dict[str, int] = {}
    pairs = (pair for table, pair in _copied(lines, rows) if table == LEDGER)
    return Contents(rows, _ledger(pairs))


def _copied(lines: Iterable[bytes], rows: dict[str, int]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Counts the rows of each table, and gives number and digest of those of the ledger."""
    table, places = "", (0, 0)
    for line in lines:
        if table:
            if line == b"\\.\n":
                table = ""
                continue
            rows[table] += 1
            if table == LEDGER:
                cells = line.rstrip(b"\n").split(b"\t")
                yield table, (int(cells[places[0]]), cells[places[1]].decode())
        elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            head, _, names = line[5:].decode().partition(" (")
            table = head.rpartition(".")[2].strip('"')
            rows[table] = 0
            if table == LEDGER:
                columns = [name.strip(' "') for name in names.partition(")")[0].split(",")]
                places = columns.index("number"), columns.index("digest")


def _ledger(pairs: Iterable[tuple[int, str]]) -> str:
    total = 0
    for number, digest in pairs:
        total += int.from_bytes(hashlib.sha256(f"{number}:{digest}".encode()).digest(), "big")
    return f"{total % 2**256:x}"
