"""The rows of a table as cells, read straight from the database: what a large export is made of.

Building a model instance for each row costs more than everything else together. Here the columns of a table are turned
into paths of `values_list()` once, and the cells are made column by column, some hundred rows at a time. They are the
cells that `TableResource.export_field` gives; a table whose columns are not understood here goes through it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.functions import Cast
from import_export.fields import Field

from programmes.calculations.choices import Precision
from programmes.calculations.dates import PreciseDate
from programmes.models import Indicator
from programmes.models.sealed import table_of_set
from programmes.spreadsheets.columns.cells import (
    MANY,
    ChoiceCell,
    DayCell,
    IntegerCell,
    MomentCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    RowsCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables.figures import AmountColumn
from programmes.type_names import certain

# Rows held at a time. What is made of so few stays in the processor's cache: 2,000 at a time took a third longer.
CHUNK = 250
# plain texts: looking a member of an enumeration up, once a cell, takes longer than all the rest
_DAY, _RATIO = Precision.DAY.value, Indicator.Measure.RATIO.value

Cells = Sequence[Any]


@dataclass(frozen=True)
class QueryColumn:
    """How the cells of one column are made: from the values at `paths`, each given as one sequence per chunk.

    `number`: the first of them is a number, asked for as text: on SQLite a Decimal costs more than a whole row.
    """

    paths: tuple[str, ...]
    cells: Callable[..., Cells]
    number: bool = False


def chunks(
    table: TableResource, rows: models.QuerySet[Any], columns: list[Column]
) -> Iterator[list[Cells]]:
    """The cells of a queryset, a chunk of rows at a time: for each column the sequence of its cells."""
    queried = query_columns(table, columns)
    if queried is None:
        return _from_instances(table, rows, columns)
    return query_cells(values_of(rows, queried).iterator(chunk_size=CHUNK), queried)


def query_columns(table: TableResource, columns: list[Column]) -> list[QueryColumn] | None:
    """How each column is read without an instance; None where one of them cannot be."""
    if any(column.code in table.of_another_row for column in columns):
        return None
    queried = [_query_column(table.model, column) for column in columns]
    known = [one for one in queried if one is not None]
    return known if len(known) == len(queried) else None


def values_of(
    rows: models.QuerySet[Any], queried: list[QueryColumn], *more: Any
) -> models.QuerySet[Any, Any]:
    """The values that the cells of rows are made from; behind them, those of `more` expressions."""
    numbers = {column.paths[0] for column in queried if column.number}
    texts = {path: f"text_of_{path}" for path in numbers}
    plain: Any = rows.select_related(None).prefetch_related(None)
    # a translated table's own queryset would make a dict of each row
    plain = plain.rewrite(False) if hasattr(plain, "rewrite") else plain
    values: models.QuerySet[Any, Any] = plain.annotate(
        **{text: Cast(path, models.TextField()) for path, text in texts.items()}
    ).values_list(*(texts.get(path, path) for path in _paths(queried)), *more)
    return values


def query_cells(
    found: Iterable[tuple[Any, ...]], queried: list[QueryColumn]
) -> Iterator[list[Cells]]:
    """The cells made from such values, a chunk of rows at a time."""
    places = {path: place for place, path in enumerate(_paths(queried))}
    found = iter(found)
    while chunk := list(islice(found, CHUNK)):
        values = list(zip(*chunk, strict=True))
        yield [column.cells(*(values[places[path]] for path in column.paths)) for column in queried]


def _paths(queried: list[QueryColumn]) -> list[str]:
    return list(dict.fromkeys(path for column in queried for path in column.paths))


def _from_instances(
    table: TableResource, rows: models.QuerySet[Any], columns: list[Column]
) -> Iterator[list[Cells]]:
    found = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield [
            [
                table.export_field(column, row)
                if column.code in table.fields
                else column.export(row)
                for row in chunk
            ]
            for column in columns
        ]


def _query_column(model: type[models.Model], column: Column) -> QueryColumn | None:
    path, widget = column.attribute, column.widget
    render = type(widget).render
    if column.many:
        return _many(model, column) if render is RowsCell.render else None
    if isinstance(column, AmountColumn):
        paths = (path, _measure_path(model))
        return QueryColumn(paths, partial(_amounts, widget, column.percent), number=True)
    if type(column).export is not Field.export or type(column).get_value is not Field.get_value:
        return None
    if render is PreciseDateCell.render:
        parts = (f"{path}_on", f"{path}_precision", f"{path}_from")
        return QueryColumn(parts, _precise_dates)
    if render is RowCell.render:
        return QueryColumn((f"{path}__{widget.key}",), _texts)
    if not _is_stored(model, path):
        return None
    if render is ChoiceCell.render or (render is TextCell.render and not widget.lines):
        return QueryColumn((path,), _texts)
    if render in (IntegerCell.render, DayCell.render, MomentCell.render):
        return QueryColumn((path,), _as_they_are)
    if render is NumberCell.render:
        return QueryColumn((path,), partial(_numbers, widget), number=True)
    if render is YesNoCell.render or isinstance(widget, TextCell | DayCell):
        return QueryColumn((path,), lambda values: [widget.render(value) for value in values])
    return None


def _is_stored(model: type[models.Model], path: str) -> bool:
    """Whether a path leads to a column of the database, not to a property of the model."""
    *owners, name = path.split("__")
    try:
        for owner in owners:
            related = model._meta.get_field(owner).related_model
            if related is None:
                return False
            model = related
        return model._meta.get_field(name).concrete
    except (FieldDoesNotExist, AttributeError):
        return False


def _measure_path(model: type[models.Model]) -> str:
    """From a measurement, a revision or a waypoint to the measure of its indicator (see figures.is_ratio)."""
    names = {field.name for field in model._meta.get_fields()}
    through = (
        "revision__target__" if "revision" in names else "target__" if "target" in names else ""
    )
    return f"{through}series__indicator__measure"


def _as_they_are(values: Cells) -> Cells:
    return values


def _texts(values: Cells) -> Cells:
    return [value or "" for value in values]


def _numbers(widget: NumberCell, texts: Cells) -> Cells:
    return [None if text is None else _number(widget, text) for text in texts]


def _amounts(widget: NumberCell, percent: bool, texts: Cells, measures: Cells) -> Cells:
    return [
        _number(widget, text) if text is not None and (measure == _RATIO) is percent else None
        for text, measure in zip(texts, measures, strict=True)
    ]


def _number(widget: NumberCell, text: str) -> Decimal:
    """What the cell shows of a number, given as the database writes it: `15000` or `15000.0000`."""
    whole = text.removesuffix(".0000")
    if not widget.percent and whole.isdecimal():
        return Decimal(whole)
    return certain(widget.render(Decimal(text)))


def _precise_dates(days: Cells, precisions: Cells, firsts: Cells) -> Cells:
    return [
        day if precision == _DAY else _notation(day, precision, first)
        for day, precision, first in zip(days, precisions, firsts, strict=True)
    ]


@lru_cache(maxsize=4096)
def _notation(day: date | None, precision: str, first: date | None) -> str:
    return PreciseDate.from_stored(day, precision, first).notation


def _many(model: type[models.Model], column: Column) -> QueryColumn:
    """The keys of many-to-many rows, read once per chunk."""
    field = model._meta.get_field(str(column.attribute))
    assert isinstance(field, models.ManyToManyField)
    owner, key = field.m2m_field_name(), f"{field.m2m_reverse_field_name()}__{column.widget.key}"
    links = table_of_set(field)._default_manager

    def cells(owners: Cells) -> Cells:
        found: dict[Any, list[str]] = {}
        pairs = links.filter(**{f"{owner}__in": owners}).values_list(f"{owner}_id", key)
        for pk, code in pairs.order_by():
            found.setdefault(pk, []).append(code)
        return [MANY.join(sorted(found.get(pk, ()))) for pk in owners]

    return QueryColumn(("pk",), cells)
