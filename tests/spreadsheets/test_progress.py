"""How far a job is, as others see it while its one transaction goes on."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from programmes.spreadsheets.importing.writing import progress
from programmes.spreadsheets.importing.writing.progress import Progress, rows_written


def seen_elsewhere(job_id: int) -> int | None:
    """What another connection sees."""
    found: list[int | None] = []

    def look() -> None:
        found.append(rows_written(job_id))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_rows_written_are_seen_before_the_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(progress, "PAUSE", 0)
    with transaction.atomic():
        written = Progress(12)
        assert seen_elsewhere(12) is None
        written.add(1000)
        written.add(234)
        assert seen_elsewhere(12) == 1234
        assert seen_elsewhere(1) is None
    assert seen_elsewhere(12) is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_where_nothing_is_written() -> None:
    assert seen_elsewhere(12) is None
