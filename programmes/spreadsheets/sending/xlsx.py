"""What the XLSX files of the tracker have in common: texts, dates, widths."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

import rustpy_xlsxwriter
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from programmes.spreadsheets.columns.cells import (
    EARLIEST_DATE_CELL,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.values import guarded

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# limits of the format, not of the tracker
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
# A day cell from before is refused when it comes back: as a rule it is a number under the format of a date.
FIRST_DAY = date(EARLIEST_DATE_CELL, 1, 1)


class DoesNotFitError(Exception):
    """Something that an XLSX file cannot hold; the message says what to do."""


def xlsx_cell(value: Any) -> Any:
    """A cell as an XLSX file holds it: guarded text, a number, a date; None for nothing.

    Raises:
        DoesNotFitError: a text longer than a cell can be. It is never cut: the file would bring back less.
    """
    if isinstance(value, str):
        if not value:
            return None
        if len(value) > MAX_TEXT:
            raise DoesNotFitError(
                _(
                    "A text of %(length)s signs does not fit into a cell of an XLSX file, which holds"
                    " %(limit)s: “%(start)s…”. Export to CSV instead."
                )
                % {"length": len(value), "limit": MAX_TEXT, "start": value[:40]}
            )
        return guarded(value).replace("\r\n", "\n")
    if isinstance(value, date) and value < FIRST_DAY:
        return value.isoformat()
    return value


def column_width(column: Column) -> int:
    """The width of a column in signs, by what it holds."""
    widths: list[tuple[type[Widget] | tuple[type[Widget], ...], int]] = [
        ((DayCell, PreciseDateCell), 14),
        ((NumberCell, IntegerCell), 13),
        (YesNoCell, 10),
    ]
    for kind, width in widths:
        if isinstance(column.widget, kind):
            return max(width, min(len(str(column.label)) + 2, 30))
    limit = getattr(column.widget, "max_length", None) or 0
    return 22 if 0 < limit <= 120 or not hasattr(column.widget, "max_length") else 40


def write_sheet(
    target: BinaryIO,
    title: str,
    columns: list[Column],
    headings: list[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Writes one sheet of rows into a file, holding a few rows at a time.

    Raises:
        DoesNotFitError: there are more rows than a sheet can hold, or a text is too long.
    """
    header = rustpy_xlsxwriter.Format().set_bold().set_background_color("#E8EEF4")
    rustpy_xlsxwriter.write_worksheet(
        _records(headings, rows),
        target,
        title,
        freeze_row=1,
        datetime_format="yyyy-mm-dd",
        column_widths=[column_width(column) for column in columns],
        header_format=header,
        sheet_view={"right_to_left": get_language_bidi()},
    )


def _records(headings: list[str], rows: Iterable[Sequence[Any]]) -> Iterable[dict[str, Any]]:
    """The rows as the writer takes them. The first one names the columns, so there is one even where no row is."""
    number = 1
    for number, row in enumerate(rows, start=2):
        if number > MAX_ROWS:
            raise DoesNotFitError(
                _("A sheet of an XLSX file holds %(limit)s rows. Export to CSV instead.")
                % {"limit": MAX_ROWS - 1}
            )
        yield dict(zip(headings, row, strict=True))
    if number == 1:
        yield dict.fromkeys(headings)
