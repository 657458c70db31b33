"""Several values as one: the rows of a subquery beside the row that they belong to, or many columns of a row."""

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery, TextField

from programmes.calculations.dates import PreciseDate

# Reads numbers as they were written: a Decimal for each that has a point.
EXACT = json.JSONDecoder(parse_float=Decimal)


class Nested(Subquery):
    """A list of lists of the columns; read it with `nested_rows`. `columns` are fields or annotations of the rows.

    PostgreSQL gives all of them as texts: of what is written in one go it need not find out for each value what it is.
    """

    # with || '' it is a text for SQLite too, also inside another
    template = (
        "(SELECT json_group_array(json_array(%(columns)s)) || '' FROM (%(subquery)s) AS nested)"
    )
    on_postgresql = (
        "(SELECT to_json(array_agg(ARRAY[%(texts)s]))::text FROM (%(subquery)s) AS nested)"
    )

    def __init__(self, rows: QuerySet, *columns: str) -> None:
        names = [f'nested."{column}"' for column in columns]
        super().__init__(
            rows.values_list(*columns),
            TextField(),
            columns=", ".join(names),
            texts=", ".join(f"{name}::text" for name in names),
        )

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.on_postgresql)


class First(Nested):
    """The same of one row at most."""

    template = "(SELECT json_array(json_array(%(columns)s)) || '' FROM (%(subquery)s) AS nested)"
    on_postgresql = "(SELECT to_json(ARRAY[ARRAY[%(texts)s]])::text FROM (%(subquery)s) AS nested)"

    def __init__(self, rows: QuerySet, *columns: str) -> None:
        super().__init__(rows[:1], *columns)


class Packed(Func):
    """Columns of the row itself as one text, which a process that has read it before knows at once.

    Read it with `EXACT.decode`; PostgreSQL gives all of them as texts.
    """

    function = "json_array"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        pieces, params = [], []
        for column in self.get_source_expressions():
            sql, given = compiler.compile(column)
            pieces.append(f"({sql})::text")
            params += given
        return f"to_json(ARRAY[{', '.join(pieces)}])::text", params


class AtMost(Subquery):
    """How many rows there are, counted no further than a limit: as quick at a million rows as at ten."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet, limit: int, **extra: Any) -> None:
        super().__init__(rows.values("pk")[:limit], IntegerField(), **extra)


def nested_rows(text: str | None) -> list[list[Any]]:
    """The rows of a `Nested`."""
    return EXACT.decode(text) if text else []


def nested_key(number: str | int | None) -> int | None:
    """A whole number inside a `Nested`, such as a key."""
    return None if number is None else int(number)


def nested_flag(flag: str | int | None) -> bool:
    """A yes or no inside a `Nested`."""
    return flag in ("true", 1)


def nested_day(text: str | None) -> date | None:
    """A date inside a `Nested`."""
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=4096)
def stored_date(on: str | None, precision: str, first: str | None) -> PreciseDate:
    """A date with its precision from three columns inside a `Nested`."""
    return PreciseDate.from_stored(nested_day(on), precision, nested_day(first))


def nested_amount(number: Decimal | str | int | None) -> Decimal | None:
    """A quantity inside a `Nested`."""
    return None if number is None else Decimal(number)
