"""What an entry of the ledger says of a record: its reviewed or sealed columns, as the public data files write them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import compress
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from programmes.calculations.dates import written_moment
from programmes.models import Amendment
from programmes.models.review import RecordPart, Reviewed
from programmes.models.sealed import KEPT, Sealed, parts_of, sealed_parts
from programmes.services import ledger
from programmes.services.ledger import RecordContent
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.query_rows import (
    Cells,
    QueryColumn,
    query_cells,
    query_columns,
    values_of,
)
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.exporting import json_writer
from programmes.spreadsheets.sending.public_files.amendments import amendment_cells
from programmes.spreadsheets.sending.public_files.published import (
    LAST_DAY,
    ReasonCell,
    public_columns,
    public_rows,
    public_tables,
)
from programmes.verify import KEYS, row_key


def record_content(record: models.Model) -> RecordContent:
    """A record as the data files write it, without what stays free to change and without people's names."""
    model = type(record)
    table = table_of(model)
    if isinstance(record, Amendment):
        cells = amendment_cells(table.complete(Amendment.objects.filter(pk=record.pk)))
        return RecordContent(table.name, str(record.pk), {table.name: _rows(table, cells)})
    values = _stored(model).get(pk=record.pk)
    rows = {table.name: _rows(table, query_cells([values], _query_columns(model)))}
    parts = _parts(model)
    for part in compress(parts, values[-len(parts) :]):
        found = table_of(part).complete(
            public_rows(part, LAST_DAY).filter(**{part.owner_name: record.pk})
        )
        queried = _query_columns(part)
        if part_rows := _rows(table_of(part), query_cells(values_of(found, queried), queried)):
            rows[table_of(part).name] = part_rows
    return RecordContent(table.name, row_key(table.name, rows[table.name][0]), rows)


# What follows from a sealed column: the number of the announcement that it names, the digest of a file.
DERIVED = ("corrects", "original", "file_digest")


@cache
def table_of(model: type[models.Model]) -> TableResource:
    """The table of a model in the data files."""
    return next(table for table in public_tables() if table.model is model)


@cache
def _query_columns(model: type[models.Model]) -> list[QueryColumn]:
    """How its columns are read without an instance."""
    queried = query_columns(table_of(model), list(kept_columns(model)))
    assert queried is not None, model
    return queried


def _parts(model: type[models.Model]) -> Sequence[type[RecordPart]]:
    """The models of the rows that an entry holds with a record."""
    return sealed_parts(model) if issubclass(model, Sealed) else parts_of(model)


@cache
def _stored(model: type[models.Model]) -> QuerySet[Any, Any]:
    """Its rows as the values of their cells; behind them, whether there are any of each part."""
    has = (
        Exists(QuerySet(part).filter(**{part.owner_name: OuterRef("pk")})) for part in _parts(model)
    )
    return values_of(QuerySet(model), _query_columns(model), *has)


@cache
def kept_columns(model: type[models.Model]) -> tuple[Column, ...]:
    """The columns that an entry holds: a sealed record's sealed ones, all that a reviewed row or a part has.

    A column that is read from another record is told by that record's own entries, unless it is part of the key; why
    one was withdrawn, by that of the amendment.
    """
    table = table_of(model)
    free = issubclass(model, Sealed) and not issubclass(model, Reviewed)
    sealed = {*model.sealed, *KEPT} if issubclass(model, Sealed) else set()
    return tuple(
        column
        for column in public_columns(table)
        if not isinstance(column.widget, ReasonCell)
        and (
            column.code in KEYS[table.name]
            or (column.declared in sealed if free else "__" not in column.attribute)
            or column.code in DERIVED
        )
    )


def _rows(table: TableResource, found: Iterable[list[Cells]]) -> list[dict[str, Any]]:
    """Rows with their values as JSON files write them: numbers by their digits, in texts."""
    columns = kept_columns(table.model)
    read = partial(json.loads, parse_int=str, parse_float=str)
    cells = [
        [[read(json_writer(column)(_written(cell))) for cell in one]
         for column, one in zip(columns, chunk, strict=True)]
        for chunk in found
    ]  # fmt: skip
    codes = [column.code for column in columns]
    return [dict(zip(codes, row, strict=True)) for one in cells for row in zip(*one, strict=True)]


def _written(cell: Any) -> Any:
    return written_moment(cell) if isinstance(cell, datetime) else cell


ledger.register_content(record_content)
