"""What a file would do, gathered for tests to look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing.checking import SheetCheck
from programmes.spreadsheets.importing.writing.outcomes import (
    CHANGED,
    NEW,
    PROPOSED,
    REFUSED,
    UNCHANGED,
    CellError,
    Outcome,
    UnchangedRows,
)
from programmes.spreadsheets.reading.sheets import ReadOptions, Sheet, open_sheet


@dataclass
class Plan:
    """The outcomes of a file."""

    sheet: Sheet
    rows: list[Outcome] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, REFUSED), 0)
    )

    def changes(self, key: str) -> list[tuple[str, str, str]]:
        """The (column, before, after) of the row of that key."""
        outcome = next(row for row in self.rows if row.key == key)
        return [
            (column.code, before or "", after)
            for column, before, after in zip(
                self.sheet.columns, outcome.before, outcome.after, strict=True
            )
            if after is not None
        ]


def each(outcomes: Iterator[Outcome | UnchangedRows]) -> Iterator[Outcome]:
    """Outcomes row by row."""
    for outcome in outcomes:
        if isinstance(outcome, UnchangedRows):
            yield from (Outcome(row, UNCHANGED) for row in outcome.rows)
        else:
            yield outcome


def make_plan(table: str, content: bytes, file_name: str, *, by: Any, **options: str) -> Plan:
    """What a file would do now. Raises UnreadableFileError."""
    resource = TABLES[table]()
    plan = Plan(open_sheet(content, file_name, resource, ReadOptions(**options)))
    for outcome in each(SheetCheck(plan.sheet, resource, by).outcomes()):
        plan.counts[outcome.action] = plan.counts.get(outcome.action, 0) + 1
        plan.errors += outcome.errors
        if outcome.action in (NEW, CHANGED, PROPOSED):
            plan.rows.append(outcome)
    return plan
