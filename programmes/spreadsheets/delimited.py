"""CSV and TSV: which encoding and delimiter a file is in, and its rows.

The encoding is told by the bytes, by the first of these rules that applies:

1. it begins with a mark of UTF-8 or UTF-16: that one;
2. it is valid UTF-8: UTF-8 (text of another encoding with an accent or Arabic letter is practically never valid);
3. read as cp1256, more of its words are wholly Arabic (two letters or more) than mix Arabic and Latin letters:
   cp1256. French in cp1252 reads in cp1256 as words of both scripts (`ةcole` for `École`), or the same;
4. else cp1252. A file that has bytes without a meaning there is refused, and the sender can choose an encoding.

The delimiter is the one of comma, semicolon and tab with which the header names the most columns of the table.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from programmes.spreadsheets.headers import (
    HEADER_WITHIN,
    Found,
    Header,
    Row,
    blocks_of,
    check_header,
    find_header,
    header_names,
)
from programmes.spreadsheets.limits import Clock, Limits, UnreadableFileError, not_a_spreadsheet
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.values import FAULTY_TEXTS, NOT_KEPT

ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1256")
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CHUNK = 1024 * 1024
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# Excel writes this line to say which delimiter follows, and shows the rows without it
_DELIMITER_LINE = re.compile(r'"?sep=([,;\t])"?\r?\n?\Z', re.IGNORECASE)
_CHECK_EVERY = 1000
# a line with so many delimiters is no row of a table; counted before the cells are made
_MOST_DELIMITERS = 100_000


def open_text(
    content: bytes,
    file_name: str,
    table: TableResource,
    encoding: str,
    delimiter: str,
    limits: Limits,
    clock: Clock,
) -> Found:
    """The rows of a delimited file. Empty `encoding` and `delimiter`: as detected.

    Raises:
        UnreadableFileError: here, or while its rows are read.
    """
    _refuse_markup(content)
    encoding = encoding or detect_encoding(content)
    _check_text(content, encoding, clock)
    told, skipped = _delimiter_line(content, encoding)
    names = header_names(table.columns)
    headers: dict[str, Header | None] = {}
    for name in [delimiter] if delimiter else [told] if told else DELIMITERS:
        headers[name] = find_header(_top(content, encoding, DELIMITERS[name], skipped), names)
    # the order of DELIMITERS decides between equals, as in a file of one column
    delimiter = max(headers, key=lambda name: headers[name].fit if headers[name] else (0, 0))
    if headers[delimiter] is None:
        _refuse_broken(content, encoding, DELIMITERS[delimiter], skipped)
    header = check_header(headers[delimiter], table)
    lines = _lines(content, encoding, DELIMITERS[delimiter], skipped, limits)
    return Found(
        file_name,
        header,
        {"kind": "csv", "encoding": encoding, "delimiter": delimiter},
        blocks_of(_rows(_parsed(lines, DELIMITERS[delimiter]), header, delimiter, limits, clock)),
        max(0, content.count(b"\n") + 1 - header.number),
    )


def detect_encoding(content: bytes) -> str:
    """The encoding of a text, by the rules above."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    if _is_utf8(content):
        return "utf-8"
    arabic = mixed = 0
    for word in _WORD.findall(content[: 4 * _CHUNK].decode("cp1256")):
        if _ARABIC.search(word):
            if _LATIN.search(word):
                mixed += 1
            elif len(word) > 1:
                arabic += 1
    return "cp1256" if arabic > mixed else "cp1252"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _codec(content: bytes, encoding: str) -> str:
    """The name of Python's codec, which leaves a mark out of the text."""
    if encoding == "utf-8":
        return "utf-8-sig"
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # chosen by the sender: Latin letters, digits and delimiters have their zero byte first in big-endian
        return "utf-16-be" if content[0:200:2].count(0) > content[1:200:2].count(0) else "utf-16-le"
    return encoding


def _check_text(content: bytes, encoding: str, clock: Clock) -> None:
    decoder = codecs.getincrementaldecoder(_codec(content, encoding))()
    try:
        for start in range(0, len(content), _CHUNK):
            text = decoder.decode(content[start : start + _CHUNK])
            if NOT_KEPT.search(text):
                raise not_a_spreadsheet()
            clock.check()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _(
                "The text of the file is not in %(encoding)s."
                " Choose its encoding, or save it as XLSX or as CSV in UTF-8."
            )
            % {"encoding": encoding}
        ) from error


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
    return io.TextIOWrapper(io.BytesIO(content), encoding=_codec(content, encoding), newline="")


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
    parsed: Iterator[list[str]], header: Header, delimiter: str, limits: Limits, clock: Clock
) -> Iterator[Row]:
    """The rows below the header; time is counted by blocks, so that checking them is not."""
    number = count = cells_read = 0
    block: list[Row] = []
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
                        block.append((number, _picked(cells, header.indexes)))
                    if len(block) == _CHECK_EVERY or number % _CHECK_EVERY == 0:
                        break
                else:
                    parsed = None
            except csv.Error as error:
                raise _broken(number + 1, error) from error
            limits.check_rows(count)
            limits.check_cells(cells_read)
            clock.check()
        yield from block
        if parsed is None:
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
    values = [cells[index] if index < len(cells) else "" for index in indexes]
    return [FAULTY_TEXTS.get(value, value) for value in values]


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
