"""What the sender of a file typed in its preview, in place of cells that were refused or doubtful."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from programmes.models import ImportJob
from programmes.spreadsheets.importing.job_states import State, begin

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


def repair(job: ImportJob, cells: Iterable[tuple[str, str, str, list[int]]]) -> ImportJob:
    """Keeps what the sender typed: the job waits to be checked.

    Args:
        cells: the code of a column, the text of its cell, what is typed in its place, and the numbers of the rows where
            it is; no rows: wherever the column has that text and it is refused or doubtful.

    Raises:
        ValidationError: the job is applied, undone, or on the way there.
    """
    repairs = Repairs.of(job)
    for code, was, now, rows in cells:
        if rows:
            for number in rows:
                repairs.rows.setdefault(number, {})[code] = now
        else:
            repairs.every.setdefault(code, {})[was] = now
    begin(job, State.WAITING, options={**job.options, NAME: repairs.stored()})
    return job
