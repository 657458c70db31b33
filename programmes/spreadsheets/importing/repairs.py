"""What was typed in the preview of a file, in place of cells that are refused or doubtful.

Whoever typed it changed the rows of the file: the job keeps who (job_states.py), and none of them publishes a row.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.models import ImportJob
from programmes.spreadsheets.importing.job_states import State, empty_job
from programmes.spreadsheets.importing.writing.outcomes import DOUBTFUL, REFUSED

NAME = "repairs"


@dataclass
class Repairs:
    """Texts in place of cells.

    Attributes:
        every: by the code of a column and the text of a cell, what is read wherever that text is refused or doubtful.
        rows: by the number of a row and the code of a column, what is read in that one cell.
    """

    every: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, job: ImportJob) -> Self:
        """Those of a job."""
        stored = job.options.get(NAME, {})
        rows = {int(number): dict(cells) for number, cells in stored.get("rows", {}).items()}
        return cls({code: dict(cells) for code, cells in stored.get("every", {}).items()}, rows)

    def of_column(self, code: str) -> dict[str, str]:
        """What is read in place of the refused and doubtful cells of a column, by their text."""
        return self.every.get(code, {})

    def stored(self) -> dict[str, Any]:
        """The same as JSON."""
        rows = {str(number): cells for number, cells in self.rows.items()}
        return {"every": self.every, "rows": rows}


def repair(
    job: ImportJob,
    cells: Iterable[tuple[str, str, str, list[int]]],
    *,
    by: User,
    left_out: Collection[int] = (),
) -> ImportJob:
    """Keeps what a person typed: the job waits to be checked.

    Args:
        cells: the code of a column, the text of its cell, what is typed in its place, and the numbers of the rows where
            it is; no rows: wherever the column has that text and it is refused or doubtful.
        left_out: the numbers of rows that are refused or to be confirmed and are not wanted: a total, a note under the
            table.

    Raises:
        ValidationError: a cell is neither refused nor doubtful; or the job is applied, undone, or on the way there.
    """
    cells, repairs = list(cells), Repairs.of(job)
    asked = _asked_about(job, repairs) if cells or left_out else set()
    if not {*_places(cells)} <= asked:
        raise ValidationError(
            _(
                "Only cells that are refused or to be confirmed are typed anew here. Correct the others in the file and"
                " send it again."
            )
        )
    for code, was, now, rows in cells:
        if rows:
            for number in rows:
                repairs.rows.setdefault(number, {})[code] = now
        else:
            repairs.every.setdefault(code, {})[was] = now
    options = {**job.options, NAME: repairs.stored()} if cells else dict(job.options)
    if gone := {number for _code, number in asked if number in left_out}:
        options["left_out"] = sorted({*job.options.get("left_out", []), *gone})
    empty_job(job, State.WAITING, options=options, by=by)
    return job


def _places(cells: Iterable[tuple[str, str, str, list[int]]]) -> Iterator[tuple[str, int | str]]:
    """Of each cell the code of its column, and the number of its row or, wherever it is, its text."""
    for code, was, _now, rows in cells:
        places: list[int] | list[str] = rows or [was]
        yield from ((code, place) for place in places)


def _asked_about(job: ImportJob, repairs: Repairs) -> set[tuple[str, int | str]]:
    """The places of the cells that are refused or doubtful, and of those that were until something was typed."""
    found: set[tuple[str, int | str]] = {
        (code, was) for code, texts in repairs.every.items() for was in texts
    }
    found |= {(code, number) for number, texts in repairs.rows.items() for code in texts}
    for chunk in job.chunks.filter(kind__in=(REFUSED, DOUBTFUL)):
        for number, cells in chunk.rows:
            for cell in cells:
                text = cell[1] if chunk.kind == REFUSED else cell[-1]
                found |= {(cell[0], number), (cell[0], text)}
    return found
