"""Sending tables out as CSV, XLSX or JSON, in a stream: memory does not grow with the rows."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from json.encoder import encode_basestring
from typing import Any

from django.db import models

from programmes.spreadsheets.columns.cells import (
    MANY,
    DayCell,
    IntegerCell,
    MomentCell,
    NumberCell,
    PreciseDateCell,
    RowsCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.query_rows import Cells, chunks
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.titles import table_title
from programmes.spreadsheets.columns.values import guarded
from programmes.spreadsheets.sending.xlsx import (
    CONTENT_TYPE,
    MAX_TEXT,
    write_sheet,
    xlsx_cell,
)

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": CONTENT_TYPE,
    "json": "application/json",
}
_PIECE = 64 * 1024
# what a text that `guarded` may change starts with
_TO_GUARD = frozenset("=+-@\t\r'")
# cells of these are numbers, days, moments, or digits with hyphens between
_NOTHING_TO_GUARD = (NumberCell, IntegerCell, DayCell, MomentCell, PreciseDateCell, YesNoCell)


def export_columns(
    table: TableResource, languages: str | Iterable[str] | None = None
) -> list[Column]:
    """The columns of an export. `languages`: those of the translated columns wanted, all of them where None."""
    if languages is None:
        return table.columns
    wanted = {languages} if isinstance(languages, str) else set(languages)
    return [column for column in table.columns if not column.language or column.language in wanted]


def export_stream(
    table: TableResource,
    rows: models.QuerySet[Any],
    *,
    kind: str,
    headings: str = "labels",
    languages: str | Iterable[str] | None = None,
) -> Iterator[bytes]:
    """The rows in one of FORMATS by its name (see `file_pieces`)."""
    columns = export_columns(table, languages)
    return file_pieces(table, columns, chunks(table, rows, columns), kind=kind, headings=headings)


def file_pieces(
    table: TableResource,
    columns: list[Column],
    found: Iterator[list[Cells]],
    *,
    kind: str,
    headings: str = "labels",
) -> Iterator[bytes]:
    """Cells that come a chunk of rows at a time, in one of FORMATS.

    `headings`: `labels` in the reader's language, or `codes`; the objects of JSON are always named by codes.

    Raises:
        DoesNotFitError: more rows, or a longer text, than XLSX can hold.
    """
    if kind == "json":
        return _json(columns, found)
    write: dict[str, Callable[..., Iterator[bytes]]] = {
        "csv": _csv,
        "xlsx": partial(_xlsx, table_title(table)),
    }
    return write[kind](_headings(columns, headings), columns, found)


def export_file(
    table: TableResource,
    rows: models.QuerySet[Any],
    *,
    kind: str,
    headings: str = "labels",
    languages: str | Iterable[str] | None = None,
) -> bytes:
    """The whole of a stream at once."""
    return b"".join(export_stream(table, rows, kind=kind, headings=headings, languages=languages))


def _headings(columns: list[Column], headings: str) -> list[str]:
    """Read before the stream starts: its language may be gone by the time it is sent.

    No two are the same, or XLSX would keep one column of the two: a label that stands twice is told apart by its code.
    """
    if headings == "codes":
        return [column.code for column in columns]
    labels = Counter(str(column.label) for column in columns)
    return [
        f"{column.label} ({column.code})" if labels[str(column.label)] > 1 else str(column.label)
        for column in columns
    ]


def _csv(
    headings: list[str], columns: list[Column], found: Iterator[list[Cells]]
) -> Iterator[bytes]:
    """UTF-8 with a mark, so that Excel shows Arabic; ISO dates, plain numbers, guarded texts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(headings)
    to_guard = [not isinstance(column.widget, _NOTHING_TO_GUARD) for column in columns]
    for chunk in found:
        # the writer puts down nothing for None, and a day as 2021-02-17
        safe = [
            _guarded(cells) if guard else cells
            for cells, guard in zip(chunk, to_guard, strict=True)
        ]
        writer.writerows(zip(*safe, strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _guarded(cells: Cells) -> Cells:
    return [guarded(cell) if cell[:1] in _TO_GUARD else cell for cell in cells]


def _xlsx(
    title: str, headings: list[str], columns: list[Column], found: Iterator[list[Cells]]
) -> Iterator[bytes]:
    """Dates and numbers are real ones. The file is written before the first piece is given."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (what gives it out closes it)
    try:
        write_sheet(file, title, columns, headings, _xlsx_rows(columns, found))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return _pieces(file)


def _xlsx_rows(columns: list[Column], found: Iterator[list[Cells]]) -> Iterator[tuple[Any, ...]]:
    kinds = [_xlsx_kind(column) for column in columns]
    for chunk in found:
        yield from zip(
            *(kind(cells) for kind, cells in zip(kinds, chunk, strict=True)), strict=True
        )


def _xlsx_kind(column: Column) -> Callable[[Cells], Cells]:
    if isinstance(column.widget, DayCell | PreciseDateCell):
        return lambda cells: [xlsx_cell(cell) for cell in cells]
    if isinstance(column.widget, _NOTHING_TO_GUARD):
        return lambda cells: cells
    return _xlsx_texts


def _xlsx_texts(cells: Cells) -> Cells:
    return [
        xlsx_cell(cell) if cell[:1] in _TO_GUARD or "\r" in cell or len(cell) > MAX_TEXT else cell
        for cell in cells
    ]


def _json(columns: list[Column], found: Iterator[list[Cells]]) -> Iterator[bytes]:
    """A list of objects by column code: numbers, true and false, ISO dates, lists; null for nothing."""
    names = (encode_basestring(column.code).replace("%", "%%") for column in columns)
    row = "{" + ", ".join(f"{name}: %s" for name in names) + "}"
    writers = [json_writer(column) for column in columns]
    before = "[\n"
    for chunk in found:
        texts = zip(
            *(map(write, cells) for write, cells in zip(writers, chunk, strict=True)), strict=True
        )
        yield (before + ",\n".join(row % cells for cells in texts)).encode()
        before = ",\n"
    yield ("\n]\n" if before != "[\n" else "[]\n").encode()


def json_writer(column: Column) -> Callable[[Any], str]:
    """How a cell of the column is written in JSON."""
    widget = column.widget
    if isinstance(widget, RowsCell) or (isinstance(widget, TextCell) and widget.lines):
        return _json_list
    if isinstance(widget, YesNoCell):
        return lambda cell: "null" if cell is None else "true" if cell else "false"
    return _json_cell


def _json_cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "null"
    if isinstance(cell, str):
        return encode_basestring(cell)
    # a number is written with the digits it has: no float in between
    return f'"{cell.isoformat()}"' if isinstance(cell, date) else str(cell)


def _json_list(cell: str) -> str:
    parts = (encode_basestring(part) for part in (cell or "").split(MANY) if part)
    return "[" + ", ".join(parts) + "]"


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
