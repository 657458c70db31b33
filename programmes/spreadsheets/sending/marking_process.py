"""Marks the cells of an XLSX in a process of its own. Run by error_markup.py; it knows nothing of the site.

openpyxl holds a whole workbook in memory, fifty times the size of its file, and opens what people send only here,
where the system bounds memory and time.

Arguments: bytes of memory, seconds. In: a pickled tuple of the file and what is to be marked. Out: the marked file;
nothing where it does not fit into the bounds.
"""

import io
import pickle
import sys
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

# started in isolation: no other folder is looked in
sys.path.append(str(Path(__file__).parents[1] / "reading"))
from workbook_process import bound  # type: ignore[import-not-found]  # of the folder added above


def mark(content: bytes, asked: dict[str, Any]) -> bytes:
    """The workbook with what is asked: `typed`, `decided`, `notes` and `explained`, rows and columns counted from 1."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[asked["sheet"]]
    header, author = asked["header_row"], asked["author"]
    last = explanation_column(page, header, asked)
    unmark(page, header, author, asked["refused"])
    for row, column, text, note in asked["typed"]:
        cell = page.cell(row, column)
        cell.value, cell.number_format = text, "@"
        cell.data_type = "s"
        comment(cell, note, author)
    for row, column, note in asked["decided"]:
        comment(page.cell(row, column), note, author)
    fill = PatternFill("solid", fgColor=asked["refused"])
    for row, column, note in asked["notes"]:
        cell = page.cell(row, column)
        comment(cell, note, author)
        cell.fill = fill
        # the sheet of a workbook is protected: what is to be corrected can be
        cell.protection = Protection(locked=False)
    for row, text in asked["explained"].items():
        cell = page.cell(row, last, text)
        cell.fill = PatternFill("solid", fgColor=asked["beside"])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.active = book.index(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comment(cell: Any, note: str, author: str) -> None:
    """Adds a note to a cell, below the one that it has."""
    earlier = cell.comment.text + "\n" if cell.comment is not None else ""
    cell.comment = Comment(earlier + note, author, height=120, width=320)


def explanation_column(page: Worksheet, header: int, asked: dict[str, Any]) -> int:
    """The column that explains: that of an earlier round, emptied, or a new one behind the last."""
    last = next(
        (
            cell.column
            for cell in page[header]
            if " ".join(str(cell.value).casefold().split()) in asked["titles"]
        ),
        page.max_column + 1,
    )
    for row in range(header + 1, page.max_row + 1):
        if (row, last) in page._cells:
            page.cell(row, last).value = None
            page.cell(row, last).fill = PatternFill()
    title = page.cell(header, last, asked["title"])
    title.font, title.fill = Font(bold=True), PatternFill("solid", fgColor=asked["beside"])
    page.column_dimensions[title.column_letter].width = 60
    return int(last)


def unmark(page: Worksheet, header: int, author: str, colour: str) -> None:
    """Takes the marks of an earlier round off; colours of the sender's own stay."""
    for row in page.iter_rows(min_row=header + 1):
        for cell in row:
            if cell.comment is not None and cell.comment.author == author:
                cell.comment = None
                if cell.fill.fgColor.rgb == colour:
                    cell.fill = PatternFill()


if __name__ == "__main__":
    bound(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(mark(*pickle.load(sys.stdin.buffer)))
