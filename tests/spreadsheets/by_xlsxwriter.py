"""XlsxWriter in the place of rustpy-xlsxwriter, as a plugin of pytest: -p tests.spreadsheets.by_xlsxwriter.

It takes what programmes/spreadsheets/sending/xlsx.py gives, so that the tests of exports show whether the one may be
exchanged for the other (docs/decisions/0005-spreadsheet-writers.md).
"""

import sys
from collections.abc import Iterable
from datetime import date
from types import ModuleType
from typing import Any, BinaryIO

import xlsxwriter


class Format(dict[str, Any]):
    def set_bold(self) -> "Format":
        return Format(self, bold=True)

    def set_background_color(self, color: str) -> "Format":
        return Format(self, bg_color=color)


def write_worksheet(
    records: Iterable[dict[str, Any]],
    target: BinaryIO,
    title: str | None = None,
    *,
    freeze_row: int = 0,
    datetime_format: str,
    column_widths: Iterable[int] = (),
    header_format: Format | None = None,
    sheet_view: dict[str, bool] | None = None,
) -> None:
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": False})
    day, head = book.add_format({"num_format": datetime_format}), book.add_format(header_format)
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(freeze_row, 0)
    if (sheet_view or {}).get("right_to_left"):
        sheet.right_to_left()
    for place, width in enumerate(column_widths):
        sheet.set_column(place, place, width)
    for number, record in enumerate(records, start=1):
        if number == 1:
            for place, name in enumerate(record):
                sheet.write_string(0, place, name, head)
        for place, value in enumerate(record.values()):
            if isinstance(value, bool):
                sheet.write_boolean(number, place, value)
            elif isinstance(value, str):
                sheet.write_string(number, place, value)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif value is not None:
                sheet.write_number(number, place, value)
    book.close()


substitute = ModuleType("rustpy_xlsxwriter")
substitute.Format, substitute.write_worksheet = Format, write_worksheet  # type: ignore[attr-defined]
sys.modules["rustpy_xlsxwriter"] = substitute
