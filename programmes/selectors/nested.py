"""The rows of a subquery as one value of the row that they belong to, so that both come in one query."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery, TextField

from programmes.calculations.dates import PreciseDate

# Reads numbers as they were written: a Decimal for each that has a point.
EXACT = json.JSONDecoder(parse_float=Decimal)


class Nested(Subquery):
    """A list of lists of the columns; read it with `nested_rows`. `columns` are fields or annotations of the rows.

    inner: it is a column of another.
    """

    template = "(SELECT %(gather)s(%(one)s(%(columns)s))%(cast)s FROM (%(subquery)s) AS nested)"
    on_postgresql = "json_agg"

    def __init__(self, rows: QuerySet, *columns: str, inner: bool = False, **extra: Any) -> None:
        names = ", ".join(f'nested."{column}"' for column in columns)
        extra = {"gather": "json_group_array", "one": "json_array", "columns": names, **extra}
        super().__init__(rows.values_list(*columns), TextField(), cast="", **extra)
        self.cast = "" if inner else "::text"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        words = {"gather": self.on_postgresql, "one": "json_build_array", "cast": self.cast}
        return self.as_sql(compiler, connection, **words)


class First(Nested):
    """The same of one row at most."""

    on_postgresql = "json_build_array"

    def __init__(self, rows: QuerySet, *columns: str, **extra: Any) -> None:
        super().__init__(rows[:1], *columns, gather="json_array", **extra)


class AtMost(Subquery):
    """How many rows there are, counted no further than a limit: as quick at a million rows as at ten."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet, limit: int, **extra: Any) -> None:
        super().__init__(rows.values("pk")[:limit], IntegerField(), **extra)


def nested_rows(value: Any) -> Iterable[list[Any]]:
    """The rows of a `Nested`, which come as text; on PostgreSQL, one inside another as a list."""
    if isinstance(value, str):
        value = EXACT.decode(value)
    return value or ()


def nested_day(text: str | None) -> date | None:
    """A date inside a `Nested`."""
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=4096)
def stored_date(on: str | None, precision: str, first: str | None) -> PreciseDate:
    """A date with its precision from three columns inside a `Nested`."""
    return PreciseDate.from_stored(nested_day(on), precision, nested_day(first))


def nested_amount(number: Decimal | int | None) -> Decimal | None:
    """A quantity inside a `Nested`."""
    return Decimal(number) if isinstance(number, int) else number
