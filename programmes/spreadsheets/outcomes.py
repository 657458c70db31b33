"""What one row of a file would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(frozen=True, slots=True)
class CellError:
    """Why a row is refused: in which column and what is accepted. An empty column: the row as a whole."""

    row: int
    column: str
    value: str
    message: str


@dataclass(slots=True)
class Outcome:
    """What a row would do: make a record, change one, leave it as it is, or nothing because it is refused.

    `before` and `after` are aligned with the columns of the file: texts as a file shows them, None where nothing
    changes.
    """

    row: int
    action: str
    key: str = ""
    pk: int | None = None
    before: Sequence[str | None] = ()
    after: Sequence[str | None] = ()
    errors: Sequence[CellError] = ()

    def staged(self) -> list[Any]:
        """The row as it is kept in a chunk of the job."""
        if self.action == REFUSED:
            return [self.row, [[error.column, error.value, error.message] for error in self.errors]]
        return [self.row, self.key, self.pk, self.before, self.after]


@dataclass(slots=True)
class Unchanged:
    """The outcomes of rows whose records stay as they are, all at once: most of a file sent again."""

    rows: Sequence[int]
    keys: Sequence[str]
    pks: Sequence[int]

    def each(self) -> Iterator[Outcome]:
        """The same row by row."""
        return map(Outcome, self.rows, repeat(UNCHANGED), self.keys, self.pks)
