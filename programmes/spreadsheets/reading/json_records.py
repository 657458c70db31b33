"""JSON: a list of objects, one for each record, as an export writes it.

Names are looked up as headers are, by a column's code or its label. Records are read one after the other, so that what
is made of a file does not grow with it.
"""

import codecs
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.cells import MANY
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.values import NOT_KEPT, guarded, is_empty
from programmes.spreadsheets.reading.headers import (
    FoundSheet,
    Header,
    HeaderSearch,
    Row,
    RowMarks,
    blocks_of,
)
from programmes.spreadsheets.reading.limits import Clock, Limits, NoRowsError, UnreadableFileError
from programmes.type_names import certain

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# a list that holds objects, or nothing: the title above a CSV may begin with a bracket too
_START = re.compile(r"\s*\[\s*[\{\]]")
_BETWEEN = re.compile(r"\s*")
_CHECK_EVERY = 1000

Record = dict[str, Any]


def is_json(content: bytes) -> bool:
    """Whether a file begins as a list of objects does."""
    return _START.match(_decoded(content[:400], "replace")) is not None


def open_json(
    content: bytes, file_name: str, table: TableResource, limits: Limits, clock: Clock
) -> FoundSheet:
    """The records of a file, numbered from 1.

    Raises:
        UnreadableFileError: here, or while its records are read.
    """
    # every value stands behind one of these
    limits.check_cells(content.count(b",") + content.count(b"[") + content.count(b"{"))
    try:
        text = _decoded(content, "strict")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _("The JSON file is not in UTF-8. Save it in UTF-8 and send it again.")
        ) from error
    first = next(_records(text, limits, clock), None)
    if first is None:
        raise NoRowsError
    names = list(first)
    search = HeaderSearch(table)
    header = search.check(search.find([(0, names)]))
    marks = RowMarks()
    return FoundSheet(
        file_name,
        header,
        {"kind": "json"},
        blocks_of(_rows(text, names, header, marks, limits, clock)),
        content.count(b"{"),
        marks,
        first_column=None,
    )


def _decoded(content: bytes, errors: str) -> str:
    encoding = "utf-16" if content.startswith(_MARKS[1:]) else "utf-8-sig"
    return content.decode(encoding, errors)


def _rows(
    text: str, names: list[str], header: Header, marks: RowMarks, limits: Limits, clock: Clock
) -> Iterator[Row]:
    """The cells of the columns that were found. Every record has the names of the first: what is left out of one
    could mean that nothing changes or that there is nothing."""
    kept = [names[index] for index in header.indexes]
    for number, record in enumerate(_records(text, limits, clock), start=1):
        if record.keys() != set(names):
            raise UnreadableFileError(
                _(
                    "Record %(row)s does not have the same names as the first one: %(names)s."
                    " Give null where there is nothing."
                )
                % {"row": number, "names": ", ".join(sorted(record.keys() ^ set(names)))[:300]}
            )
        try:
            cells = [_cell(name, record[name]) for name in kept]
        except ValueError as error:
            raise _unreadable(number, error) from error
        for name in header.ignored:
            if not is_empty(record[name]):
                marks.leave(number, name, record[name])
        if not all(map(is_empty, cells)):
            yield number, cells


def _records(text: str, limits: Limits, clock: Clock) -> Iterator[Record]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_record,
        parse_float=Decimal,
        parse_int=Decimal,
        parse_constant=_refuse_constant,
    )
    place, count = text.index("[") + 1, 0
    try:
        while True:
            with clock:
                place = certain(_BETWEEN.match(text, place)).end()
                if not count and text[place : place + 1] == "]":
                    place += 1
                    break
                record, place = decoder.raw_decode(text, place)
                if not isinstance(record, dict):
                    raise json.JSONDecodeError("", text, place)
                count += 1
                limits.check_rows(count)
                limits.check_columns(len(record))
                place = certain(_BETWEEN.match(text, place)).end()
                end = text[place : place + 1]
                if end not in (",", "]"):
                    raise json.JSONDecodeError("", text, place)
                place += 1
                if count % _CHECK_EVERY == 0:
                    clock.check()
            yield record
            if end == "]":
                break
        rest = certain(_BETWEEN.match(text, place)).end()
        if rest < len(text):
            raise json.JSONDecodeError("", text, rest)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            _("The JSON cannot be read from line %(line)s, sign %(sign)s.")
            % {"line": error.lineno, "sign": error.colno}
        ) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(count + 1, error) from error


def _record(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    for text in (*record, *record.values()):
        if isinstance(text, str) and NOT_KEPT.search(text):
            raise ValueError(_("it holds a control character or half a sign."))
    if len(record) < len(pairs):
        raise ValueError(_("a name stands in it more than once."))
    return record


def _refuse_constant(text: str) -> None:
    raise ValueError(_("%(text)s is not a number.") % {"text": text})


def _cell(name: str, value: Any) -> Any:
    """A value as a cell of a CSV would hold it: lists joined, texts guarded as texts of files are."""
    if isinstance(value, list) and all(
        isinstance(part, str) and MANY not in part for part in value
    ):
        value = MANY.join(value)
        if NOT_KEPT.search(value):
            raise ValueError(_("it holds a control character or half a sign."))
    if isinstance(value, dict | list):
        raise ValueError(
            _("“%(name)s” holds neither text, a number, true, false, null nor a list of texts.")
            % {"name": name[:100]}
        )
    return "" if value is None else guarded(value)


def _unreadable(number: int, error: Exception) -> UnreadableFileError:
    reason = error if isinstance(error, ValueError) else _("it is nested too deeply.")
    return UnreadableFileError(
        _("Record %(row)s of the JSON cannot be read: %(reason)s")
        % {"row": number, "reason": reason}
    )
