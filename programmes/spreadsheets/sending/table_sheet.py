"""One table's sheet in a workbook: its header with notes, its rows, what is locked, what the cells offer."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.column_notes import header_note
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.dropdowns import DropDownLists
from programmes.spreadsheets.sending.xlsx import column_width, xlsx_cell

# Rows below those filled in that offer the drop-downs; the cells below them are unlocked too.
ROOM = 1000
# 2021, typed into a cell for days, is kept as the 2021st day: one of 1905. What lies before 1910 is such a slip.
_EARLIEST, _LATEST = date(1910, 1, 1), date(2199, 12, 31)
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
}
# A cell for a date of any precision is text: a spreadsheet program would take 02/2021 for a day, or turn it around.
_KINDS: list[tuple[type, str]] = [
    (DayCell, "day"),
    (PreciseDateCell, "text"),
    (NumberCell, "plain"),
    (IntegerCell, "plain"),
]


@dataclass
class SheetPlan:
    """A table of the workbook: the title of its sheet, and its rows."""

    table: TableResource
    title: str
    rows: list[models.Model] = field(repr=False, default_factory=list)


class Formats:
    """The formats of cells, each made once: by what a cell holds and whether it is locked."""

    PATTERNS = {"day": "dd/mm/yyyy", "whole": "#,##0", "decimal": "#,##0.00##", "text": "@"}

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple[str, bool], Any] = {}
        self.header = book.add_format(
            {
                "bold": True,
                "bg_color": "#1F4E79",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "valign": "top",
            }
        )

    def of(self, kind: str, *, locked: bool) -> Any:
        """The format of a cell; a locked one is grey."""
        if (kind, locked) not in self.made:
            look: dict[str, Any] = {"locked": locked, "valign": "top"}
            if kind in self.PATTERNS:
                look["num_format"] = self.PATTERNS[kind]
            if locked:
                look |= {"bg_color": "#E7E6E6", "font_color": "#404040"}
            self.made[kind, locked] = self.book.add_format(look)
        return self.made[kind, locked]


def write_table(sheet: Worksheet, plan: SheetPlan, formats: Formats, lists: DropDownLists) -> None:
    """Writes the sheet of a table: what is not the sender's to change is locked."""
    table = plan.table
    if translation.get_language_bidi():
        sheet.right_to_left()
    sheet.freeze_panes(
        1, sum(code == column.code for code, column in zip(table.keys, table.columns, strict=False))
    )
    sheet.set_row(0, 32)
    last = len(plan.rows) + ROOM
    for place, column in enumerate(table.columns):
        is_key = column.code in table.keys
        # a key that is not required is given by the tracker
        given = column.readonly or (is_key and not column.required)
        sheet.set_column(
            place, place, column_width(column), formats.of(_blank_kind(column), locked=given)
        )
        sheet.write_string(0, place, str(column.label), formats.header)
        offered = None if given else lists.source(column)
        sheet.write_comment(
            0,
            place,
            header_note(column, key=is_key, drop_down=offered is not None),
            {"x_scale": 2.2, "y_scale": 1.6, "author": ""},
        )
        if not given:
            _validate(sheet, place, last, column, offered)
    for number, record in enumerate(plan.rows, start=1):
        frozen = bool(table.refusal(record))
        for place, column in enumerate(table.columns):
            locked = frozen or column.readonly or column.code in table.keys
            _write_cell(
                sheet, number, place, _shown(table, column, record), locked, formats, column
            )
    sheet.protect("", _ALLOWED)


def _shown(table: TableResource, column: Column, record: models.Model) -> Any:
    """A cell as people read it: closed sets and yes/no in words, which the import takes as well as codes."""
    cell = table.export_field(column, record)
    if isinstance(column.widget, ChoiceCell) and cell:
        return str(column.widget.choices(cell).label)
    if isinstance(column.widget, YesNoCell) and cell is not None:
        return str(_("yes") if cell else _("no"))
    return xlsx_cell(cell)


def _write_cell(
    sheet: Worksheet,
    row: int,
    place: int,
    value: Any,
    locked: bool,
    formats: Formats,
    column: Column,
) -> None:
    if value is None:
        sheet.write_blank(row, place, None, formats.of(_blank_kind(column), locked=locked))
    elif isinstance(value, str):
        sheet.write_string(row, place, value, formats.of("text", locked=locked))
    elif isinstance(value, date):
        # its types know no days, only moments
        day: Any = value
        sheet.write_datetime(row, place, day, formats.of("day", locked=locked))
    else:
        kind = "whole" if value == int(value) else "decimal"
        if column.code.endswith("year"):
            kind = "plain"
        sheet.write_number(row, place, value, formats.of(kind, locked=locked))


def _blank_kind(column: Column) -> str:
    """The format of an empty cell."""
    return next((kind for widget, kind in _KINDS if isinstance(column.widget, widget)), "text")


def _validate(
    sheet: Worksheet, place: int, last: int, column: Column, offered: str | list[str] | None
) -> None:
    """The drop-down of a column, or the check that a day is a day."""
    rule: dict[str, Any] | None = None
    if offered is not None:
        rule = {
            "validate": "list",
            "source": offered,
            # another spelling, or a code that this very workbook makes, is for the import to judge
            "show_error": isinstance(column.widget, ChoiceCell | YesNoCell),
            "error_title": _("Not in the list"),
            "error_message": _("Choose a value from the list."),
        }
    elif isinstance(column.widget, DayCell):
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": _EARLIEST,
            "maximum": _LATEST,
            "error_title": _("Not a day"),
            "error_message": _("Write a day, as 17/02/2021."),
        }
    elif isinstance(column.widget, PreciseDateCell):
        cell = f"{xl_col_to_name(place)}2"
        rule = {
            "validate": "custom",
            "value": f"=OR(ISTEXT({cell}),{cell}>=DATE({_EARLIEST.year},{_EARLIEST.month},{_EARLIEST.day}))",
            "error_title": _("Not a date"),
            "error_message": _(
                "For a month or a year, empty the cell, give it the format “text”, and write 02/2021 or 2021."
            ),
        }
    if rule is not None:
        sheet.data_validation(1, place, last, place, rule)
