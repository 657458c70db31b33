"""From the bytes of a file to rows of cells: CSV in UTF-8 or UTF-16, XLSX, ODS."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from programmes.spreadsheets.cells import LANGUAGES, as_text, folded, is_empty
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.resource import TableResource

# a header stands near the top: a title and a few notes may come before it
HEADER_WITHIN = 20


class UnreadableFileError(Exception):
    """A file that cannot be read as the table; the message says what is accepted."""


@dataclass(frozen=True)
class SheetRow:
    """One row of a file: its number as the spreadsheet shows it, and its cells by column code."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The rows of the sheet that has the table's columns. `ignored` are headers that belong to no column."""

    name: str
    headers: dict[str, str]
    rows: list[SheetRow]
    ignored: list[str]


def read_sheet(content: bytes, file_name: str, table: TableResource) -> Sheet:
    """The sheet of a file that has the columns of a table.

    Raises:
        UnreadableFileError: with a sentence in the reader's language.
    """
    if not content.strip():
        raise UnreadableFileError(_("The file is empty."))
    if len(content) > settings.IMPORT_MAX_BYTES:
        raise UnreadableFileError(
            _("The file is larger than %(limit)s MB. Split it into several.")
            % {"limit": settings.IMPORT_MAX_BYTES // 1024 // 1024}
        )
    if content[:4] == b"PK\x03\x04":
        sheets = _workbook(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadableFileError(
            _(
                "This is an old XLS file or an encrypted workbook. Save it as XLSX, without a password."
            )
        )
    else:
        sheets = {file_name: list(enumerate(_delimited(content), start=1))}
    return _with_columns(sheets, table)


def _workbook(content: bytes) -> dict[str, list[tuple[int, list[Any]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > 20 * settings.IMPORT_MAX_BYTES:
                raise UnreadableFileError(
                    _("The workbook unpacks to too much. Split it into several.")
                )
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            # calamine leaves out blank rows at the top: `start` says how many
            first = (sheet.start[0] if sheet.start else 0) + 1
            sheets[name] = list(enumerate(sheet.to_python(skip_empty_area=True), start=first))
        return sheets
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFileError(
            _("The workbook cannot be read. Accepted: XLSX, ODS, or CSV in UTF-8.")
        ) from error


def _delimited(content: bytes) -> list[list[str]]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _("The text of the file is not in UTF-8. Save it as XLSX, or as CSV in UTF-8.")
        ) from error
    if "\x00" in text:
        raise UnreadableFileError(
            _("This is not a spreadsheet. Accepted: XLSX, ODS, or CSV in UTF-8.")
        )
    start = text[:5000]
    delimiter = max(",;\t", key=start.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFileError(
            _(
                "The CSV cannot be read: a quotation mark is opened and not closed, or a line is broken."
            )
        ) from error


def _with_columns(sheets: dict[str, list[tuple[int, list[Any]]]], table: TableResource) -> Sheet:
    names = _header_names(table.columns)
    best: tuple[int, Sheet] | None = None
    for sheet_name, rows in sheets.items():
        for position, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
            known = {
                index: names[folded(as_text(cell))]
                for index, cell in enumerate(cells)
                if folded(as_text(cell)) in names
            }
            keys_there = sum(code in known.values() for code in table.keys)
            if known and (best is None or (len(known), keys_there) > (best[0], 0)):
                sheet = _sheet(sheet_name, cells, known, rows[position + 1 :])
                best = (len(known), sheet)
    if best is None:
        raise UnreadableFileError(
            _("No column of the table “%(table)s” was found. Its columns: %(columns)s.")
            % {
                "table": table.model._meta.verbose_name_plural,
                "columns": ", ".join(f"{column.label} ({column.code})" for column in table.columns),
            }
        )
    sheet = best[1]
    _refuse_incomplete(sheet, table)
    return sheet


def _sheet(
    name: str, header: list[Any], known: dict[int, Column], rows: list[tuple[int, list[Any]]]
) -> Sheet:
    codes = [column.code for column in known.values()]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise UnreadableFileError(
            _("The column “%(column)s” stands in the file more than once.")
            % {"column": ", ".join(sorted(twice))}
        )
    found = [
        SheetRow(
            number,
            {
                column.code: cells[index] if index < len(cells) else None
                for index, column in known.items()
            },
        )
        for number, cells in rows
        if not all(is_empty(cell) for cell in cells)
    ]
    ignored = [
        as_text(cell)
        for index, cell in enumerate(header)
        if index not in known and not is_empty(cell)
    ]
    headers = {column.code: as_text(header[index]) for index, column in known.items()}
    return Sheet(name, headers, found, ignored)


def _refuse_incomplete(sheet: Sheet, table: TableResource) -> None:
    missing = [
        column
        for column in table.columns
        if column.required and column.code in table.keys and column.code not in sheet.headers
    ]
    if missing:
        raise UnreadableFileError(
            _("A column is missing: %(columns)s.")
            % {"columns": ", ".join(f"{column.label} ({column.code})" for column in missing)}
        )
    if not sheet.rows:
        raise UnreadableFileError(_("There is no row below the header."))


def _header_names(columns: list[Column]) -> dict[str, Column]:
    """Every name that a column goes by: its code and its label in each language."""
    names: dict[str, Column] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for column in columns:
                names.setdefault(folded(str(column.label)), column)
    for column in columns:
        names[folded(column.code)] = column
    return names
