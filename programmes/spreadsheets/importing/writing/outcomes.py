"""What one row of a file would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
# what the public relies on is not changed by a file: the row becomes a proposal, beside what it changes at once
PROPOSED = "proposed"
# neither accepted nor refused: nothing of the row is applied until its sender has confirmed it
DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class CellError:
    """Why a row is refused: in which column and what is accepted. An empty column: the row as a whole.

    `every`: each cell of the column that says the same is refused. `near`: what may stand in its place. `rounds`:
    rounding makes it right.
    """

    row: int
    column: str
    value: str
    message: str
    every: bool = False
    near: Sequence[str] = ()
    rounds: bool = False

    def staged(self) -> list[Any]:
        """The error as it is kept in a chunk of the job."""
        return [self.column, self.value, self.message, self.every, list(self.near), self.rounds]


class CellDoubt(NamedTuple):
    """What is to be confirmed of a row: in which column, what is stored, how the file is read, the cause and why.

    `sent`: the cell as it stands in the file, where each one that says the same is asked about; empty otherwise.
    """

    column: str
    before: str
    after: str
    cause: str
    message: str
    sent: str = ""


@dataclass(slots=True)
class Outcome:
    """What a row would do: make a record, change or propose to change one, leave it, or nothing, as it is refused.

    `before` and `after` are aligned with the columns of the file: texts as a file shows them, None where nothing
    changes. `proposes` holds the places of those that would become a proposal.
    """

    row: int
    action: str
    key: str = ""
    pk: int | None = None
    before: Sequence[str | None] = ()
    after: Sequence[str | None] = ()
    errors: Sequence[CellError] = ()
    doubts: Sequence[CellDoubt] = ()
    proposes: frozenset[int] = frozenset()

    def staged(self) -> list[Any]:
        """The row as it is kept in a chunk of the job."""
        if self.action == DOUBTFUL:
            return [self.row, [list(doubt) for doubt in self.doubts]]
        if self.action == REFUSED:
            return [self.row, [error.staged() for error in self.errors]]
        return [self.row, self.key, self.pk, self.before, self.after]

    def apart(self) -> Iterator["Outcome"]:
        """What the row changes at once, and what it proposes."""
        for action in (CHANGED, PROPOSED):
            before, after = (
                [
                    text if (place in self.proposes) == (action == PROPOSED) else None
                    for place, text in enumerate(texts)
                ]
                for texts in (self.before, self.after)
            )
            if any(text is not None for text in after):
                yield Outcome(self.row, action, self.key, self.pk, before, after)


@dataclass(slots=True)
class UnchangedRows:
    """The outcomes of rows whose records stay as they are, by their numbers: most of a file sent again."""

    rows: Sequence[int]
