"""The first sheet of a workbook: what it is for and how it is filled in."""

from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.models import Programme, Territory
from programmes.spreadsheets.columns.titles import sheet_title
from programmes.spreadsheets.sending.table_sheet import SheetPlan


def write_instructions(
    book: xlsxwriter.Workbook,
    sheets: Iterable[SheetPlan],
    *,
    territory: Territory | None,
    programme: Programme | None,
) -> None:
    """Writes the sheet, in the reader's language."""
    sheets = list(sheets)
    sheet = book.add_worksheet(sheet_title(_("Instructions"), [plan.title for plan in sheets]))
    bidi = translation.get_language_bidi()
    if bidi:
        sheet.right_to_left()
    look = {"text_wrap": True, "valign": "top", "reading_order": 2 if bidi else 1}
    plain = book.add_format(look)
    title = book.add_format(look | {"bold": True, "font_size": 16})
    heading = book.add_format(look | {"bold": True, "font_size": 12})
    grey = book.add_format(look | {"bg_color": "#E7E6E6"})
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    lines: list[tuple[str, Any]] = [(_("Workbook to fill in"), title)]
    if territory is not None:
        lines.append((_("Territory: %(name)s") % {"name": territory}, plain))
    if programme is not None:
        lines.append((_("Programme: %(name)s") % {"name": programme}, plain))
    lines.append((_("Sheets"), heading))
    lines += [(f"{plan.title}: {_count(len(plan.rows))}", plain) for plan in sheets]
    lines.append((_("How to fill it in"), heading))
    lines += [(f"{number}. {line}", plain) for number, line in enumerate(_rules(), start=1)]
    lines.append(
        (_("Grey cells are locked: keys, states, and what has been submitted or published."), grey)
    )
    for row, (line, form) in enumerate(lines):
        sheet.write_string(row, 0, line, form)
    sheet.protect("", {"format_columns": True})


def _count(rows: int) -> str:
    if not rows:
        return _("no row yet")
    return ngettext("%(n)s row filled in", "%(n)s rows filled in", rows) % {"n": rows}


def _rules() -> list[str]:
    return [
        _("Change a row that is there, or write a new one below the last."),
        _("Keep the headers: each one has a note with what is accepted, the unit and an example."),
        _(
            "Where a cell offers a list, choose from it. The sheet of lists gives the meaning of each code."
        ),
        _(
            "Write dates day first: 17/02/2021; a month 02/2021; a year 2021; a training year 2021-2022;"
            " a span 2023..2024."
        ),
        _("Write a number without its unit. A percentage is written as 73 for 73 %."),
        _("Leave a cell empty where nothing is known: zero says that there is none."),
        _("A correction of a published figure is a new row that names the reference it corrects."),
        _(
            "Save as XLSX and send the file back: nothing is written before you have seen what it would change."
        ),
    ]
