"""CSV and TSV: which encoding and delimiter a file is in, and its rows.

The delimiter is the one of comma, semicolon and tab with which the header names the most columns of the table.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from programmes.spreadsheets.reading.encodings import check_text, codec_of, detect_encoding
from programmes.spreadsheets.reading.headers import (
    HEADER_WITHIN,
    FoundSheet,
    Header,
    HeaderSearch,
    Row,
    RowMarks,
    WholeSheet,
    blocks_of,
    letter_of,
)
from programmes.spreadsheets.reading.limits import (
    Clock,
    Limits,
    UnreadableFileError,
)

DELIMITERS = {",": ",", ";": ";", "tab": "\t"}

# Excel writes this line to say which delimiter follows, and shows the rows without it
_DELIMITER_LINE = re.compile(r'"?sep=([,;\t])"?\r?\n?\Z', re.IGNORECASE)
_CHECK_EVERY = 1000
# a line with so many delimiters is no row of a table; counted before the cells are made
_MOST_DELIMITERS = 100_000


def open_text(
    content: bytes,
    file_name: str,
    search: HeaderSearch | WholeSheet,
    encoding: str,
    delimiter: str,
    limits: Limits,
    clock: Clock,
) -> FoundSheet:
    """The rows of a delimited file. Empty `encoding` and `delimiter`: as detected.

    Raises:
        UnreadableFileError: here, or while its rows are read.
    """
    _refuse_markup(content)
    encoding = encoding or detect_encoding(content)
    check_text(content, encoding, clock)
    told, skipped = _delimiter_line(content, encoding)
    headers: dict[str, Header | None] = {}
    tops: dict[str, list[Row]] = {}
    for name in [delimiter] if delimiter else [told] if told else DELIMITERS:
        tops[name] = _top(content, encoding, DELIMITERS[name], skipped)
        headers[name] = search.find(tops[name])
    # the order of DELIMITERS decides between equals, as in a file of one column
    delimiter = max(headers, key=lambda name: one.fit if (one := headers[name]) else (0, 0))
    if headers[delimiter] is None:
        _refuse_broken(content, encoding, DELIMITERS[delimiter], skipped)
    header = search.check(headers[delimiter])
    lines = _lines(content, encoding, DELIMITERS[delimiter], skipped, limits)
    marks = RowMarks()
    return FoundSheet(
        file_name,
        header,
        {"kind": "csv", "encoding": encoding, "delimiter": delimiter},
        blocks_of(
            _rows(_parsed(lines, DELIMITERS[delimiter]), header, delimiter, limits, clock, marks)
        ),
        max(0, content.count(b"\n") + 1 - header.number),
        marks,
        top=[row for row in tops[delimiter] if row[0] <= header.number],
    )


def _refuse_markup(content: bytes) -> None:
    """Other programs save web pages and XML under a spreadsheet's name."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head")):
        raise UnreadableFileError(
            _(
                "This is a web page or XML under a spreadsheet's name."
                " Open it in a spreadsheet program, save it as XLSX and send that."
            )
        )


def _text(content: bytes, encoding: str) -> Iterator[str]:
    return io.TextIOWrapper(io.BytesIO(content), encoding=codec_of(content, encoding), newline="")


def _delimiter_line(content: bytes, encoding: str) -> tuple[str, int]:
    """The delimiter that the first line says, and how many lines to skip; ("", 0) where it says none."""
    told = _DELIMITER_LINE.match(next(iter(_text(content, encoding)), "")[:10])
    if told is None:
        return "", 0
    return {sign: name for name, sign in DELIMITERS.items()}[told.group(1)], 1


def _lines(
    content: bytes, encoding: str, delimiter: str, skipped: int, limits: Limits | None = None
) -> Iterator[str]:
    for number, line in enumerate(_text(content, encoding)):
        if number < skipped:
            continue
        if line.count(delimiter) > _MOST_DELIMITERS:
            if limits is None:
                return
            limits.check_columns(line.count(delimiter) + 1)
        yield line


def _parsed(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=True)


def _top(content: bytes, encoding: str, delimiter: str, skipped: int) -> list[Row]:
    """The first rows that are not blank, as one delimiter makes them; those before a broken one."""
    rows: list[Row] = []
    try:
        parsed = _parsed(_lines(content, encoding, delimiter, skipped), delimiter)
        for number, cells in enumerate(parsed, start=1):
            if any(map(str.strip, cells)):
                rows.append((number, cells))
            if len(rows) == HEADER_WITHIN:
                break
    except csv.Error:
        pass
    return rows


def _refuse_broken(content: bytes, encoding: str, delimiter: str, skipped: int) -> None:
    """Says that the CSV is broken, where that is why no header was found."""
    parsed = _parsed(_lines(content, encoding, delimiter, skipped), delimiter)
    for row in range(1, HEADER_WITHIN + 1):
        try:
            if next(parsed, None) is None:
                return
        except csv.Error as error:
            raise _broken(row, error) from error


def _rows(
    parsed: Iterator[list[str]],
    header: Header,
    delimiter: str,
    limits: Limits,
    clock: Clock,
    marks: RowMarks,
) -> Iterator[Row]:
    """The rows below the header; time is counted by blocks, so that checking them is not."""
    number = count = cells_read = 0
    others = set(range(header.width)).difference(header.indexes)
    block: list[Row] = []
    is_read = False
    while True:
        with clock:
            block.clear()
            try:
                for cells in parsed:
                    number += 1
                    if number > header.number and any(map(str.strip, cells)):
                        count += 1
                        cells_read += max(len(cells), header.width)
                        _check_width(cells, number, header, delimiter, limits)
                        for index in others.intersection(range(len(cells))):
                            if cells[index].strip():
                                marks.leave(number, letter_of(index), cells[index])
                        block.append((number, _picked(cells, header.indexes)))
                    if len(block) == _CHECK_EVERY or number % _CHECK_EVERY == 0:
                        break
                else:
                    is_read = True
            except csv.Error as error:
                raise _broken(number + 1, error) from error
            limits.check_rows(count)
            limits.check_cells(cells_read)
            clock.check()
        yield from block
        if is_read:
            return


def _check_width(
    cells: list[str], number: int, header: Header, delimiter: str, limits: Limits
) -> None:
    limits.check_columns(len(cells))
    if len(cells) > header.width and any(map(str.strip, cells[header.width :])):
        # one more cell than headers is a delimiter inside a value: every cell after it would be in a wrong column
        raise UnreadableFileError(
            _(
                "Row %(row)s has %(cells)s cells, the header has %(headers)s."
                " A value that contains “%(delimiter)s” must stand between quotation marks."
            )
            % {
                "row": number,
                "cells": len(cells),
                "headers": header.width,
                "delimiter": delimiter,
            }
        )


def _picked(cells: list[str], indexes: list[int]) -> list[Any]:
    return [cells[index] if index < len(cells) else "" for index in indexes]


def _broken(row: int, error: csv.Error) -> UnreadableFileError:
    if "field limit" in str(error):
        return UnreadableFileError(
            _(
                "The text in row %(row)s is longer than a cell can be. Perhaps a quotation mark is missing."
            )
            % {"row": row}
        )
    return UnreadableFileError(
        _(
            "The CSV cannot be read from row %(row)s: a quotation mark is opened and not closed,"
            " or is followed by text."
        )
        % {"row": row}
    )
