"""Amendments as rows of a file that anyone may take: what changed, was shown or withdrawn. No file fills them."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.calculations.dates import written_moment
from programmes.models import Amendment, Source
from programmes.models.review import column_names
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    IntegerCell,
    MomentCell,
    RowCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.query_rows import CHUNK, Cells
from programmes.spreadsheets.columns.resource import BETWEEN, TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.type_names import Rows, certain

# What child rows say of people stays on the page of the record; where a file is kept, nobody outside learns.
WITHHELD_OF_PARTS = {"signatures": ("person",), "evidence": ("file",)}
REASONS = column_names(Amendment, "reason")
# Where the key of a reviewed row begins.
OWNERS = {"targetrevision": "target__code", "milestonestatement": "milestone__code"}


class AmendmentResource(TableResource):
    """One row for each column that an amendment changed; one without a column for what was shown or withdrawn."""

    name, model = "amendments", Amendment
    keys = ("number", "column")

    number = Column("number", _("number"), IntegerCell(), attribute="pk")
    kind = Column("kind", _("kind"), ChoiceCell(Amendment.Kind))
    table = Column("table", _("table"), TextCell())
    key = Column("key", _("code"), TextCell())
    column = Column("column", _("column"), TextCell())
    old = Column("old", _("old value"), TextCell())
    new = Column("new", _("new value"), TextCell())
    reason_columns = in_each_language("reason", _("reason"), TextCell())
    source = Column("source", _("source"), RowCell(Source))
    published_at = Column("published_at", _("published at"), MomentCell(), attribute="applied_at")

    def complete(self, rows: Rows) -> Rows:
        return rows.select_related("source").order_by("pk")


def amendment_cells(rows: models.QuerySet[Any]) -> Iterator[list[Cells]]:
    """The cells of published amendments, oldest first, a chunk of them at a time."""
    resources: list[type[TableResource]] = [*TABLES.values(), AmendmentResource]
    files = {str(resource.model._meta.model_name): resource.name for resource in resources}
    found = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        owners = _owners(chunk)
        yield [
            list(cells)
            for cells in zip(
                *(cells for row in chunk for cells in _cells(row, files, owners)), strict=True
            )
        ]


def _cells(
    row: Amendment, files: dict[str, str], owners: dict[tuple[str, int], str]
) -> Iterator[tuple[Any, ...]]:
    owner = owners.get((row.table, row.record))
    key = f"{owner}{BETWEEN}{row.key}" if owner else row.key
    said = (row.pk, row.kind, files[row.table], key)
    texts = (getattr(row, name) or "" for name in REASONS)
    why = (*texts, row.source.code if row.source else "", written_moment(certain(row.applied_at)))
    for name, values in sorted((row.changes or {"": (None, None)}).items()):
        yield (*said, name, *(_text(name, value) for value in values), *why)


def _text(name: str, value: Any) -> str:
    """A plain value as it stands; a text in several languages, a list or child rows as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    if name in WITHHELD_OF_PARTS:
        value = [
            {column: one for column, one in part.items() if column not in WITHHELD_OF_PARTS[name]}
            for part in value
        ]
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _owners(rows: list[Amendment]) -> dict[tuple[str, int], str]:
    """The code of the target or milestone of each announcement or statement. One query a table."""
    found: dict[tuple[str, int], str] = {}
    for table, path in OWNERS.items():
        keys = [row.record for row in rows if row.table == table]
        if keys:
            owners = Amendment(table=table).model._base_manager.filter(pk__in=keys)
            found |= {(table, pk): code for pk, code in owners.values_list("pk", path)}
    return found
