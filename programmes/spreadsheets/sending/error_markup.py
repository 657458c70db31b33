"""The file that was sent, given back with its errors marked where they stand, and with what was typed in its preview.

The refused cells are coloured and bear a note, and a last column says in words what is to be corrected. The reader
ignores that column, so the corrected file can be sent as it is. Made by a worker (see tasks.py).
"""

import io
import pickle
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import languages
from programmes.models import ImportChunk, ImportFile, ImportJob
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.titles import sheet_title
from programmes.spreadsheets.columns.values import as_text, folded, guarded
from programmes.spreadsheets.reading.headers import Row, WholeSheet, index_of, rows_in_blocks
from programmes.spreadsheets.reading.limits import Limits
from programmes.spreadsheets.reading.listed_cells import CellHandling, ListedCell, listed_cells
from programmes.spreadsheets.reading.mapping import SheetMapping, open_mapped
from programmes.spreadsheets.reading.sent_files import mapping_of, options_of, sent_content
from programmes.spreadsheets.reading.sheets import ReadOptions, Sheet, open_found, open_sheet
from programmes.spreadsheets.sending.xlsx import MAX_TEXT

# Above this many rows only the refused ones are given back: the whole would not fit into memory.
WHOLE_UP_TO = 20_000
_REFUSED = "FFFFC7CE"
_EXPLAINED = "FFFFEB9C"
# says whose a note is, so that those of an earlier round are taken off
_AUTHOR = "import"
# what was decided of a cell, or has still to be
_DECIDED = {
    CellHandling.CONFIRMED: gettext_lazy("Confirmed in the preview: %(sentence)s"),
    CellHandling.DOUBTFUL: gettext_lazy("To be confirmed in the preview: %(sentence)s"),
    CellHandling.LEFT_OUT: gettext_lazy("Left out in the preview, with its row."),
}
_SCRIPT = Path(__file__).with_name("marking_process.py")

Place = tuple[int, int]
Errors = Iterable[Mapping[str, Any]]
# by column: what was typed in place of a text; by row and column: what was typed in one cell
Typed = Mapping[str, Mapping[Any, Any]]


def mark_job(job: ImportJob, language: str) -> None:
    """Keeps the marked file of a job beside the one that was sent; empty where it cannot be made, with a sentence."""
    errors = [
        {"row": row, "column": column, "value": value, "message": message}
        for chunk in job.chunks.filter(kind=ImportChunk.Kind.REFUSED)
        for row, cells in chunk.rows
        for column, value, message, *_more in cells
    ]
    content, _name = mark_errors(
        sent_content(job),
        job.file_name,
        errors,
        table=TABLES[job.table](),
        language=language,
        options=options_of(job),
        mapping=mapping_of(job),
        typed=job.options.get("repairs", {}),
        asked=[cell for cell in listed_cells(job) if cell.went in _DECIDED],
    )
    ImportFile.objects.filter(job=job).update(marked=zlib.compress(content, 0))


def marked_name(file_name: str) -> str:
    """What the marked file of a file is called."""
    return f"{PurePath(file_name).stem}-errors.xlsx"


def mark_errors(
    content: bytes,
    file_name: str,
    errors: Errors,
    *,
    table: TableResource,
    language: str,
    options: ReadOptions | None = None,
    mapping: SheetMapping | None = None,
    typed: Typed | None = None,
    asked: Iterable[ListedCell] = (),
) -> tuple[bytes, str]:
    """The file with its errors marked, as XLSX, and its name.

    An XLSX file keeps its other cells and sheets, with their formulas and formats. Of any other kind of file, of one
    with more than WHOLE_UP_TO rows (only the refused ones are given back then), and of one that openpyxl cannot hold
    within the bounds, the cells of the sheet are written anew.

    Args:
        errors: `row` (as the check numbered them), `column` (its code; empty: the whole row), `message`.
        table: what the file was read as.
        language: that of the reader, for the explanations.
        options: what was chosen when the file was read.
        mapping: what its columns mean, where its sender said so.
        typed: what was typed in the preview, as repairs.Repairs keeps it.
        asked: what was to be confirmed there, ticked or not, and what was left out.

    Raises:
        UnreadableFileError: it is not a file of that table.
    """
    options = options or ReadOptions()
    with translation.override(language):
        if mapping is None:
            sheet = open_sheet(content, file_name, table, options)
        else:
            sheet = open_mapped(content, file_name, table, mapping, options)
        marks = _Markup(sheet, errors, typed or {}, asked)
        book = None
        if sheet.detected["kind"] == "xlsx" and not marks.is_large:
            book = _marked_copy(content, sheet, marks)
        if book is None:
            rows = _grid(content, file_name, table, options, sheet)
            book = _written_anew(sheet, rows, marks)
    return book, marked_name(file_name)


def explanation_heading() -> str:
    """The header of the column that explains, in the reader's language."""
    return _("What to correct")


@dataclass
class _Markup:
    """What is to be marked, by the rows and columns of the file, counted from 1."""

    sheet: Sheet
    errors: Errors
    repairs: Typed
    asked: Iterable[ListedCell] = ()
    notes: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))
    explained: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    typed: dict[Place, tuple[str, str]] = field(default_factory=dict)
    decided: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))
    is_large: bool = False

    def __post_init__(self) -> None:
        headers = {
            column.code: header or column.code
            for column, header in zip(self.sheet.columns, self.sheet.headers, strict=True)
        }
        for error in self.errors:
            number, code, message = error["row"], error["column"], error["message"]
            for cell in self._cells(number, code):
                if message not in self.notes[cell]:
                    self.notes[cell].append(message)
            letter = next(filter(None, self.sheet.addresses.letters_of(number, code)), "")
            # of columns that were turned into rows each has its own header
            header = self.sheet.names.get(letter) or headers.get(code, code)
            line = f"{header}: {message}" if code else message
            lines = self.explained[self.sheet.addresses.row(number)]
            if line not in lines:
                lines.append(line)
        for asked in self.asked:
            self._decide(asked)
        count = 0
        for number, cells in islice(self.sheet.rows, WHOLE_UP_TO + 1):
            count += 1
            self._type(number, cells)
        self.is_large = count > WHOLE_UP_TO

    def _cells(self, number: int, code: str) -> list[Place]:
        row = self.sheet.addresses.row(number)
        if not any(self.sheet.addresses.letters):  # a JSON: columns stand as they were found
            codes = [column.code for column in self.sheet.columns]
            return [(row, codes.index(code) + 1)] if code in codes else []
        letters = filter(None, self.sheet.addresses.letters_of(number, code))
        return [(row, index_of(letter) + 1) for letter in letters]

    def _decide(self, cell: ListedCell) -> None:
        """Notes what the sender confirmed, or has still to; of a whole row beside its first cell."""
        names = list(self.sheet.names)
        letter = cell.letter or next(iter(names), "")
        if not (cell.sentence or cell.went == CellHandling.LEFT_OUT) or letter not in names:
            return
        # columns of a JSON stand as they were found
        has_letters = any(self.sheet.addresses.letters)
        place = 1 + (index_of(letter) if has_letters else self.sheet.headers.index(letter))
        note = _DECIDED[CellHandling(cell.went)] % {"sentence": cell.sentence}
        if all(note not in self.decided[cell.row, other] for other in range(1, place + 1)):
            self.decided[cell.row, place].append(note)

    def _type(self, number: int, cells: list[Any]) -> None:
        every, single = self.repairs.get("every", {}), self.repairs.get("rows", {})
        if not every and not single:
            return
        for column, cell in zip(self.sheet.columns, cells, strict=True):
            was = as_text(cell)
            now = every.get(column.code, {}).get(was)
            now = single.get(str(number), {}).get(column.code, now)
            places = self._cells(number, column.code)
            # a record that several columns name has no cell of its own to type into
            if now is not None and len(places) == 1:
                note = _("Corrected in the preview. In the file: “%(text)s”.") % {"text": was}
                self.typed[places[0]] = guarded(now), note

    def lines(self, row: int) -> str:
        """What is wrong in a row, in words, each sentence after the header that the file has."""
        return str(guarded("\n".join(self.explained[row])))[:MAX_TEXT]


def _titles() -> set[str]:
    names = set()
    for language in languages.CODES:
        with translation.override(language):
            names |= {folded(explanation_heading()), folded(_("Row in the file that was sent"))}
    return names


def _marked_copy(content: bytes, sheet: Sheet, marks: _Markup) -> bytes | None:
    """The workbook with its marks; None where it does not fit into the bounds."""
    asked = {
        "sheet": sheet.name,
        "header_row": max(1, int(sheet.detected["header_row"])),
        "author": _AUTHOR,
        "title": explanation_heading(),
        "titles": _titles(),
        "refused": _REFUSED,
        "beside": _EXPLAINED,
        "notes": [(*cell, "\n".join(notes)) for cell, notes in marks.notes.items()],
        "decided": [(*cell, "\n".join(notes)) for cell, notes in marks.decided.items() if notes],
        "typed": [(*cell, *typed) for cell, typed in marks.typed.items()],
        "explained": {row: marks.lines(row) for row in list(marks.explained)},
    }
    limits = Limits.of_settings()
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_SCRIPT), str(limits.memory_bytes), str(limits.seconds)],
            input=pickle.dumps((content, asked), protocol=5),
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def _grid(
    content: bytes, file_name: str, table: TableResource, options: ReadOptions, sheet: Sheet
) -> Iterable[Row]:
    """All rows of the sheet that was read, each cell in its place, as a person sees them."""
    if not any(sheet.addresses.letters):  # a JSON: its names stand for letters
        again = open_sheet(content, file_name, table, options)
        return [(0, list(sheet.headers)), *again.rows]
    options = replace(
        options,
        sheet=sheet.detected.get("sheet", ""),
        encoding=sheet.detected.get("encoding", ""),
        delimiter=sheet.detected.get("delimiter", ""),
    )
    found = open_found(content, file_name, WholeSheet(), options)
    before = [""] * (found.first_column or 0)
    return ((number, [*before, *cells]) for number, cells in rows_in_blocks(found.blocks))


def _written_anew(sheet: Sheet, rows: Iterable[Row], marks: _Markup) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet_title(sheet.name))
    if translation.get_language_bidi():
        page.right_to_left()
    header = int(sheet.detected["header_row"])
    formats = _Formats(book)
    titles = _titles()
    width, left_out = 0, set[int]()
    place = -1
    for number, cells in rows:
        if marks.is_large and (
            number < header or (number > header and number not in marks.explained)
        ):
            continue
        place = place + 1 if marks.is_large or header == 0 else number - 1
        if number == header:
            left_out = {n for n, cell in enumerate(cells) if folded(as_text(cell)) in titles}
            kept = [cell for n, cell in enumerate(cells) if n not in left_out]
            width = len(kept)
            page.freeze_panes(place + 1, 0)
            page.set_column(0, width - 1, 18)
            page.set_column(width, width, 60)
            page.write_row(place, 0, kept, formats.bold)
            more = [_("Row in the file that was sent")] if marks.is_large else []
            page.write_row(place, width, [explanation_heading(), *more], formats.bold)
            continue
        width = width or len(cells)
        kept = [(n, cell) for n, cell in enumerate(cells) if n not in left_out]
        for column, (index, value) in enumerate(kept):
            at = number, index + 1
            text, note = marks.typed.get(at, (None, ""))
            notes = [*filter(None, [note]), *marks.decided.get(at, []), *marks.notes.get(at, [])]
            _write(
                page,
                place,
                column,
                value if text is None else text,
                formats.of(value, at in marks.notes),
            )
            if notes:
                page.write_comment(
                    place, column, "\n".join(notes), {"author": _AUTHOR, "x_scale": 2}
                )
        if number in marks.explained:
            page.write_string(place, width, marks.lines(number), formats.explained)
            if marks.is_large:
                page.write_number(place, width + 1, number)
    book.close()
    return out.getvalue()


class _Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True})
        self.explained = book.add_format(
            {"bg_color": f"#{_EXPLAINED[2:]}", "text_wrap": True, "valign": "top"}
        )
        colour = {"bg_color": f"#{_REFUSED[2:]}"}
        day = {"num_format": "dd/mm/yyyy"}
        self.looks = {
            (is_day, is_refused): book.add_format(
                (day if is_day else {}) | (colour if is_refused else {})
            )
            for is_day in (False, True)
            for is_refused in (False, True)
        }

    def of(self, value: Any, is_refused: bool) -> Any:
        """How a cell of a value looks."""
        return self.looks[isinstance(value, date), is_refused]


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
