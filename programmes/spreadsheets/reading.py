"""From the bytes of a file to rows of cells: XLSX, XLS, ODS, CSV, TSV and JSON.

What was detected (encoding, delimiter, sheet) is said, and the sender may choose otherwise. Nothing is guessed in
silence: what cannot be read for certain is refused with a sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.utils.translation import gettext as _

from programmes.spreadsheets import delimited, json_records, workbooks
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.headers import Block, Row, rows_of
from programmes.spreadsheets.limits import Clock, Limits, NoRowsError, UnreadableFileError
from programmes.spreadsheets.numbers import NUMBER_FORMATS
from programmes.spreadsheets.resource import TableResource


@dataclass(frozen=True)
class ReadOptions:
    """What the sender chose in place of what was detected; empty where nothing was chosen.

    Attributes:
        encoding: `utf-8`, `utf-16`, `cp1252` or `cp1256`.
        delimiter: `,`, `;` or `tab`.
        number_format: `1 234,5`, `1.234,5` or `1,234.5`; empty: as typed, and what can be read two ways is refused.
        sheet: the name of the sheet to read.
    """

    encoding: str = ""
    delimiter: str = ""
    number_format: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Sheet:
    """The sheet of a file that has the columns of a table.

    Attributes:
        columns: the table's columns that were found, in the file's order.
        headers: how the file writes them, aligned with `columns`.
        ignored: headers that belong to no column.
        detected: `kind` (csv, json, xlsx, xls, ods), `encoding`, `delimiter`, `number_format`, `sheet`, `header_row`.
        blocks: the numbers of some rows, as a spreadsheet program shows them, and their raw cells column by column,
            as `columns`. Blank rows are left out. They run once, and may raise UnreadableFileError on the way.
        height: how many rows there are at most, blank ones counted.
    """

    name: str
    columns: list[Column]
    headers: list[str]
    ignored: list[str]
    detected: dict[str, str]
    blocks: Iterator[Block]
    height: int

    @cached_property
    def rows(self) -> Iterator[Row]:
        """The same rows one by one, in place of `blocks`."""
        return rows_of(self.blocks)


_DEFAULT = ReadOptions()


def open_sheet(
    content: bytes,
    file_name: str,
    table: TableResource,
    options: ReadOptions = _DEFAULT,
    meanwhile: Callable[[int], None] | None = None,
) -> Sheet:
    """The sheet of a file that has the columns of a table. The kind of file is told by its bytes, not its name.

    `meanwhile` is called with about as many rows as a workbook may have, while another process opens it.

    Raises:
        UnreadableFileError: with a sentence in the reader's language.
    """
    _refuse_unknown(options)
    limits = Limits.of_settings()
    limits.check_file(len(content))
    if not content or content.isspace():
        raise UnreadableFileError(_("The file is empty."))
    clock = Clock(limits.seconds)
    with clock:
        if workbooks.is_workbook(content):
            found = workbooks.open_workbook(content, table, options.sheet, limits, clock, meanwhile)
        elif json_records.is_json(content):
            found = json_records.open_json(content, file_name, table, limits, clock)
        else:
            found = delimited.open_text(
                content, file_name, table, options.encoding, options.delimiter, limits, clock
            )
        first = next(found.blocks, None)
    if first is None:
        raise NoRowsError
    header = found.header
    return Sheet(
        found.name,
        header.columns,
        header.written,
        header.ignored,
        {
            **found.detected,
            "number_format": options.number_format,
            "header_row": str(header.number),
        },
        chain([first], found.blocks),
        found.height,
    )


def sheets_of(content: bytes) -> list[str]:
    """The names of a workbook's sheets; none where it is not a workbook.

    Raises:
        UnreadableFileError: it is one and cannot be read.
    """
    limits = Limits.of_settings()
    limits.check_file(len(content))
    if not workbooks.is_workbook(content):
        return []
    clock = Clock(limits.seconds)
    with clock:
        return workbooks.sheet_names(content, limits, clock)


def _refuse_unknown(options: ReadOptions) -> None:
    accepted = {
        "encoding": delimited.ENCODINGS,
        "delimiter": delimited.DELIMITERS,
        "number_format": NUMBER_FORMATS,
    }
    for name, choices in accepted.items():
        chosen = getattr(options, name)
        if chosen and chosen not in choices:
            raise UnreadableFileError(
                _("“%(choice)s” cannot be chosen here. Accepted: %(accepted)s.")
                % {"choice": chosen, "accepted": "   ".join(choices)}
            )
