"""Keeping what the check of a job finds, and saying how far it is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from django.db import transaction

from programmes.models import ImportChunk, ImportJob
from programmes.spreadsheets.importing.job_states import note
from programmes.spreadsheets.importing.writing.outcomes import (
    CHANGED,
    DOUBTFUL,
    NEW,
    PROPOSED,
    REFUSED,
    UNCHANGED,
    Outcome,
    UnchangedRows,
)
from programmes.spreadsheets.reading.headers import LEFT_OUT
from programmes.spreadsheets.reading.listed_cells import ListedCell

CHUNK = 1000
# seconds between two times that a check says how far it is
PAUSE = 1.0


def keep(job: ImportJob, outcomes: Iterator[Outcome | UnchangedRows]) -> None:
    """Writes outcomes to chunks as they come, and the progress with them. Raises OvertakenError.

    Once a second: each write has to wait for the disk.
    """
    left_out = set(job.options.get("left_out", []))
    kinds = (NEW, CHANGED, PROPOSED, DOUBTFUL, REFUSED)
    waiting: dict[str, list[Any]] = {kind: [] for kind in kinds}
    numbers = dict.fromkeys(waiting, 0)
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, REFUSED), 0)
    causes: Counter[str] = Counter()
    done = 0
    chunks: list[ImportChunk] = []
    written = monotonic()

    def stage(kind: str) -> None:
        chunk = ImportChunk(job=job, kind=kind, number=numbers[kind])
        chunk.rows = waiting[kind]
        chunks.append(chunk)
        numbers[kind] += 1
        waiting[kind] = []

    def write() -> None:
        with transaction.atomic():
            note(job, rows_done=done)
            ImportChunk.objects.bulk_create(chunks)
        chunks.clear()

    for outcome in outcomes:
        if isinstance(outcome, UnchangedRows):
            counts[UNCHANGED] += len(outcome.rows)
            done += len(outcome.rows)
        elif outcome.row in left_out and outcome.action in (REFUSED, DOUBTFUL):
            counts[LEFT_OUT] = counts.get(LEFT_OUT, 0) + 1
            done += 1
        elif outcome.action == UNCHANGED or outcome.row in left_out:
            counts[UNCHANGED] += 1
            done += 1
        else:
            done += 1
            causes.update({doubt.cause for doubt in outcome.doubts})
            for one in outcome.apart() if outcome.proposes else (outcome,):
                counts[one.action] = counts.get(one.action, 0) + 1
                waiting[one.action].append(one.staged())
                if len(waiting[one.action]) == CHUNK:
                    stage(one.action)
        if monotonic() - written > PAUSE:
            write()
            written = monotonic()
    for kind, rows in waiting.items():
        if rows:
            stage(kind)
    write()
    job.counts = counts
    # of how many rows each cause is to be confirmed
    job.detected = {**job.detected, "causes": dict(causes)}


def keep_cells(job: ImportJob, cells: Sequence[ListedCell]) -> None:
    """Writes the cells that were not simply read to chunks of their own. Raises OvertakenError."""
    chunks = []
    for number, start in enumerate(range(0, len(cells), CHUNK)):
        chunk = ImportChunk(job=job, kind=ImportChunk.Kind.CELLS, number=number)
        chunk.rows = [list(cell) for cell in cells[start : start + CHUNK]]
        chunks.append(chunk)
    with transaction.atomic():
        note(job, rows_done=job.rows_done)
        ImportChunk.objects.bulk_create(chunks)
