"""Everything in one ZIP: a Frictionless data package. The same data give the same bytes."""

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from programmes import languages
from programmes.selectors.wording.site import site_words
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    RowCell,
    RowsCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.column_notes import data_note
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.public_files.addresses import page_address
from programmes.spreadsheets.sending.public_files.dictionary import dictionary
from programmes.spreadsheets.sending.public_files.published import (
    public_columns,
    public_file,
    public_files,
)

# The first year that a ZIP can hold: what is in it says itself of which day it is.
MOMENT = (1980, 1, 1, 0, 0, 0)
MARK = "\ufeff".encode()


def package(on: date, known: datetime | None, asked: str) -> Iterator[bytes]:
    """The ZIP in pieces: each table as CSV, the dictionary in each language, and what describes them.

    Memory does not grow with the rows. asked: the clocks as addresses write them.
    """
    out: Any = _Pieces()  # as much of a file as a ZIP needs
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        described = json.dumps(descriptor(on, asked), ensure_ascii=False, indent=1)
        texts = {"datapackage.json": described}
        texts |= {f"dictionary-{code}.md": dictionary(code) for code in languages.CODES}
        for name, text in texts.items():
            archive.writestr(_member(name), text.encode())
            yield from out.taken()
        for table in public_files():
            with archive.open(_member(f"{table.name}.csv"), "w") as member:
                for number, piece in enumerate(public_file(table, on, known=known, kind="csv")):
                    # the mark that Excel wants would stand in the name of the first column
                    member.write(piece.removeprefix(MARK) if number == 0 else piece)
                    yield from out.taken()
            yield from out.taken()
    yield from out.taken()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, MOMENT)
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
    info.external_attr = 0o644 << 16
    return info


class _Pieces:
    """What a ZIP is written to: it is handed on at once."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.waiting.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> Iterator[bytes]:
        """What was written since it was last asked."""
        pieces, self.waiting = self.waiting, []
        yield from pieces


def descriptor(on: date, asked: str = "") -> dict[str, Any]:
    """The description of the package (Frictionless Data Package), its words in the site's first language."""
    with translation.override(languages.FIRST):
        who = site_words()
        found: dict[str, Any] = {
            "profile": "tabular-data-package",
            "name": "promises",
            "title": who.name.text,
            "description": _(
                "What was promised, where it stands, who says so, as of when. As of %(day)s."
            )
            % {"day": on.isoformat()},
            "homepage": page_address(f"data/{asked}"),
            "version": on.isoformat(),
        }
        if who.publisher:
            found["contributors"] = [{"title": who.publisher.text, "role": "publisher"}]
        if who.licence:
            licence = {"title": who.licence, "name": who.licence.replace(" ", "-")}
            if who.licence_address:
                licence["path"] = who.licence_address
            found["licenses"] = [licence]
        found["resources"] = [_resource(table) for table in public_files()]
    return found


def _resource(table: TableResource) -> dict[str, Any]:
    columns = public_columns(table)
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
    }
    if len(table.keys) == 1:
        schema["primaryKey"] = list(table.keys)
    keys = [key for column in columns if (key := _foreign_key(column, table))]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.label,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    widget = column.widget
    kind = "string"
    if isinstance(widget, NumberCell):
        kind = "number"
    elif isinstance(widget, IntegerCell):
        kind = "integer"
    elif isinstance(widget, YesNoCell):
        kind = "boolean"
    elif isinstance(widget, DayCell):
        kind = "date"
    found: dict[str, Any] = {
        "name": column.code,
        "type": kind,
        "title": str(column.label),
        "description": data_note(column),
    }
    if kind == "boolean":
        found |= {"trueValues": ["1"], "falseValues": ["0"]}
    if isinstance(widget, ChoiceCell):
        found["constraints"] = {"enum": list(widget.choices.values)}
    return found


def _foreign_key(column: Column, table: TableResource) -> dict[str, Any] | None:
    """To the table that a code is of: what leaves names nothing that does not."""
    widget = column.widget
    if not isinstance(widget, RowCell) or isinstance(widget, RowsCell) or widget.key != "code":
        return None
    names = (one.name for one in public_files() if one.model is widget.model)
    owner = next(names, None)
    if owner is None:
        return None
    own = "" if owner == table.name else owner
    return {"fields": [column.code], "reference": {"resource": own, "fields": ["code"]}}
