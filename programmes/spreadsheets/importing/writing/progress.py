"""How far a job is while its rows are written.

They are written in one transaction, which shows nothing of itself until it ends. On PostgreSQL the number therefore
stands in the name that the connection goes by, which others see at once; it goes with the transaction. SQLite has no
such place: there is no number then, only a bar that moves.
"""

from time import monotonic

from django.db import connection

# seconds between two times that it is told
PAUSE = 0.5
_NAME = "import %s: "


class Progress:
    """Counts the rows that a transaction writes for a job."""

    def __init__(self, job_id: int) -> None:
        self.job_id, self.done, self.told = job_id, 0, monotonic()

    def add(self, rows: int) -> None:
        """So many more rows were written."""
        self.done += rows
        if connection.vendor != "postgresql" or monotonic() - self.told < PAUSE:
            return
        self.told = monotonic()
        with connection.cursor() as cursor:
            name = f"{_NAME % self.job_id}{self.done}"
            cursor.execute("SELECT set_config('application_name', %s, true)", [name])


def rows_written(job_id: int) -> int | None:
    """How many rows of a job another connection has written by now; None where that is not known."""
    if connection.vendor != "postgresql":
        return None
    name = _NAME % job_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND starts_with(application_name, %s)",
            [name],
        )
        found = cursor.fetchone()
    return int(found[0].removeprefix(name)) if found else None
