"""The file that was sent, given back with its errors marked where they stand.

The refused cells are coloured and bear a note, and a last column says in words what is to be corrected. The reader
ignores that column, so the corrected file can be sent as it is.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from pathlib import PurePath
from typing import Any

import openpyxl
import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from programmes.spreadsheets.cells import LANGUAGES, as_text, folded, guarded
from programmes.spreadsheets.reading import ReadOptions, Sheet, open_sheet
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.xlsx import MAX_TEXT, sheet_title

# Above this many rows only the refused ones are given back: the whole would not fit into memory.
WHOLE_UP_TO = 20_000
_REFUSED = "FFFFC7CE"
_EXPLAINED = "FFFFEB9C"
# says whose a note is, so that those of an earlier round are taken off
_AUTHOR = "import"

Errors = Mapping[int, list[Mapping[str, Any]]]


def mark_errors(
    content: bytes,
    file_name: str,
    errors: Iterable[Mapping[str, Any]],
    *,
    table: TableResource,
    language: str,
    options: ReadOptions | None = None,
) -> tuple[bytes, str]:
    """The file with its errors marked, as XLSX, and its name.

    An XLSX file keeps its other cells and sheets, with their formulas and formats. Of any other kind of file, and of
    one with more than WHOLE_UP_TO rows (only the refused ones are given back then), the cells of the table's columns
    are written anew.

    Args:
        errors: `row` (as the spreadsheet numbers them), `column` (its code; empty: the whole row), `message`.
        table: what the file was read as.
        language: that of the reader, for the explanations.
        options: what was chosen when the file was read.

    Raises:
        UnreadableFileError: it is not a file of that table.
    """
    by_row: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for error in errors:
        by_row[error["row"]].append(error)
    options = options or ReadOptions()
    with translation.override(language):
        sheet = open_sheet(content, file_name, table, options)
        is_large = sum(1 for _line in islice(sheet.rows, WHOLE_UP_TO + 1)) > WHOLE_UP_TO
        if sheet.detected["kind"] == "xlsx" and not is_large:
            marked = _marked_copy(content, sheet, by_row)
        else:  # the rows run once: they are read again
            again = open_sheet(content, file_name, table, options)
            marked = _written_anew(again, by_row, only_refused=is_large)
    return marked, f"{PurePath(file_name).stem}-errors.xlsx"


def explanation_heading() -> str:
    """The header of the column that explains, in the reader's language."""
    return _("What to correct")


def _explained(sheet: Sheet, errors: list[Mapping[str, Any]]) -> str:
    """What is wrong in a row, in words, each sentence after the header that the file has."""
    headers = dict(zip((column.code for column in sheet.columns), sheet.headers, strict=True))
    lines = [
        f"{headers.get(error['column'], error['column'])}: {error['message']}"
        if error["column"]
        else error["message"]
        for error in errors
    ]
    return guarded("\n".join(lines))[:MAX_TEXT]


def _marked_copy(content: bytes, sheet: Sheet, errors: Errors) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[sheet.name]
    header = int(sheet.detected["header_row"])
    places = _places(page, sheet, header)
    last = _explanation_column(page, header)
    _unmark(page, header)
    fill = PatternFill("solid", fgColor=_REFUSED)
    for row, found in errors.items():
        for error in found:
            if error["column"] in places:
                _mark(page.cell(row, places[error["column"]]), error["message"], fill)
        cell = page.cell(row, last, _explained(sheet, found))
        cell.fill = PatternFill("solid", fgColor=_EXPLAINED)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.active = book.index(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _places(page: Worksheet, sheet: Sheet, header: int) -> dict[str, int]:
    """Where each column of the table stands: headers are in the order of the file."""
    texts = [as_text(cell.value) for cell in page[header]]
    places: dict[str, int] = {}
    start = 0
    for column, written in zip(sheet.columns, sheet.headers, strict=True):
        start = texts.index(written, start) + 1
        places[column.code] = start
    return places


def _explanation_column(page: Worksheet, header: int) -> int:
    """The column that explains: that of an earlier round, emptied, or a new one behind the last."""
    names = set()
    for language in LANGUAGES:
        with translation.override(language):
            names.add(folded(explanation_heading()))
    last = next(
        (cell.column for cell in page[header] if folded(as_text(cell.value)) in names),
        page.max_column + 1,
    )
    for row in range(header + 1, page.max_row + 1):
        if (row, last) in page._cells:
            page.cell(row, last).value = None
            page.cell(row, last).fill = PatternFill()
    title = page.cell(header, last, explanation_heading())
    title.font, title.fill = Font(bold=True), PatternFill("solid", fgColor=_EXPLAINED)
    page.column_dimensions[title.column_letter].width = 60
    return last


def _unmark(page: Worksheet, header: int) -> None:
    """Takes the marks of an earlier round off."""
    for row in page.iter_rows(min_row=header + 1):
        for cell in row:
            if cell.comment is not None and cell.comment.author == _AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _mark(cell: Cell, message: str, fill: PatternFill) -> None:
    earlier = cell.comment.text + "\n" if cell.comment is not None else ""
    cell.comment = Comment(earlier + message, _AUTHOR, height=120, width=320)
    cell.fill = fill
    # the sheet of a workbook is protected: what is to be corrected can be
    cell.protection = Protection(locked=False)


def _written_anew(sheet: Sheet, errors: Errors, *, only_refused: bool) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet_title(sheet.name))
    if translation.get_language_bidi():
        page.right_to_left()
    width = len(sheet.columns)
    page.freeze_panes(1, 0)
    page.set_column(0, width - 1, 18)
    page.set_column(width, width, 60)
    headings = [*sheet.headers, explanation_heading()]
    if only_refused:
        headings.append(_("Row in the file that was sent"))
    page.write_row(0, 0, headings, book.add_format({"bold": True}))
    colours: dict[bool, dict[str, Any]] = {False: {}, True: {"bg_color": f"#{_REFUSED[2:]}"}}
    plain = {refused: book.add_format(look) for refused, look in colours.items()}
    days = {
        refused: book.add_format(look | {"num_format": "dd/mm/yyyy"})
        for refused, look in colours.items()
    }
    explained = book.add_format(
        {"bg_color": f"#{_EXPLAINED[2:]}", "text_wrap": True, "valign": "top"}
    )
    kept = (row for row in sheet.rows if row[0] in errors or not only_refused)
    for number, (sent_as, cells) in enumerate(kept, start=1):
        wrong = errors.get(sent_as, [])
        messages = {error["column"]: error["message"] for error in wrong}
        for place, (column, value) in enumerate(zip(sheet.columns, cells, strict=True)):
            refused = column.code in messages
            form = days if isinstance(value, date) else plain
            _write(page, number, place, value, form[refused])
            if refused:
                note = {"author": _AUTHOR, "x_scale": 2}
                page.write_comment(number, place, messages[column.code], note)
        if wrong:
            page.write_string(number, width, _explained(sheet, wrong), explained)
        if only_refused:
            page.write_number(number, width + 1, sent_as)
    book.close()
    return out.getvalue()


def _write(page: Any, row: int, place: int, value: Any, form: Any) -> None:
    """A cell as it was read. Texts stay texts: `1.234` is still to be decided by whoever typed it."""
    if value is None or value == "":
        page.write_blank(row, place, None, form)
    elif isinstance(value, bool):
        page.write_boolean(row, place, value, form)
    elif isinstance(value, date):
        page.write_datetime(row, place, value, form)
    elif isinstance(value, int | float):
        page.write_number(row, place, value, form)
    else:
        page.write_string(row, place, str(value)[:MAX_TEXT], form)
