"""What the file of one target says of the target itself, beside each figure: which one it is, what was promised,
how it stands, and what is withdrawn.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.choices import Measure
from programmes.models import Standing, Target
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.promise_rows import AnnouncementRow
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.query_rows import Cells

TARGET = Column("target", gettext_lazy("target"), RowCell(Target))
SINCE = Column("target_withdrawn_at", gettext_lazy("target withdrawn since"), DayCell())
WHY = Column("target_withdrawn_reason", gettext_lazy("why it was withdrawn"), TextCell())
OWNERS = Column("owners_withdrawn", gettext_lazy("what it belongs to and is withdrawn"), TextCell())

STATUS = Column("target_status", gettext_lazy("status of the target"), ChoiceCell(Standing.Status))
# What was promised first, and last; of a ratio, in %.
FIRST_VALUE = Column("first_promised", gettext_lazy("value first promised"), NumberCell())
FIRST_DUE = Column("first_due", gettext_lazy("due date first promised"), PreciseDateCell())
VALUE = Column("promised", gettext_lazy("value promised now"), NumberCell())
DUE = Column("promised_due", gettext_lazy("due date promised now"), PreciseDateCell())


def target_cells(line: PromiseLine) -> dict[Column, Any]:
    """The same cells beside every row of the file of a target, by their columns."""
    own = next((one for one in line.withdrawals if one.table == "target"), None)
    above = [f"{one.code}{_(': ')}{one.mark}. {one.why}" for one in line.withdrawals if one != own]
    said = [one for one in line.row.said if one.value is not None]
    first, last = (said[0], said[-1]) if said else (None, None)
    return {
        TARGET: line.code,
        FIRST_VALUE: _value(first, line),
        FIRST_DUE: FIRST_DUE.widget.render(first.due) if first else "",
        VALUE: _value(last, line),
        DUE: DUE.widget.render(last.due) if last else "",
        STATUS: line.status.code,
        SINCE: timezone.localdate(own.at) if own else None,
        WHY: own.reason.text if own else "",
        OWNERS: " ".join(above),
    }


def _value(said: AnnouncementRow | None, line: PromiseLine) -> Any:
    """A promised value as files write it."""
    if said is None or said.value is None:
        return None
    ratio = line.row.measure == Measure.RATIO
    return NumberCell(percent=ratio).render(said.value)


def with_cells_beside(
    found: Iterator[list[Cells]], columns: list[Column], beside: dict[Column, Any]
) -> Iterator[list[Cells]]:
    """Cells of `columns`, with some that are the same beside every row.

    Where there is no row, they stand on a row of their own: a promise without a figure is still told.
    """
    rows = 0
    for chunk in found:
        rows += len(chunk[0])
        yield [*chunk, *([value] * len(chunk[0]) for value in beside.values())]
    if not rows:
        yield [*([""] for _column in columns), *([value] for value in beside.values())]
