"""Queries that are put together once by each process: of a long one that is most of its cost."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, DateField, Expression, Model, QuerySet


class Day(Expression):
    """The day that is asked for, filled in when the query is run."""

    output_field = DateField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [Day]


class Chosen(Expression):
    """Whether a row of a table is among those that are asked for, whose keys are filled in when the query is run.

    `inner` is what the keys are read by; on PostgreSQL as an array, whose rows it then looks up by their keys: of a
    subquery it would expect half the table.
    """

    output_field = BooleanField()

    def __init__(self, model: type[Model], inner: str = "%s") -> None:
        super().__init__()
        self.key, self.inner = f'"{model._meta.db_table}"."id"', inner

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} IN ({self.inner})", [Chosen]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} = ANY(ARRAY({self.inner}))", [Chosen]


class Prepared:
    """A queryset of values written with `Day` and `Chosen`. Its rows come as the database gives them.

    There is one statement for each order in which rows are asked for, of which there are a few in the code.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self.statements: dict[tuple[Any, ...], tuple[list[str], tuple[Any, ...]]] = {}

    def rows(self, chosen: QuerySet, on: date, *terms: Any) -> list[tuple[Any, ...]]:
        """The rows of `build(*terms)` on a day, of the rows chosen."""
        key = (connection.vendor, *terms)
        if key not in self.statements:
            sql, params = self.build(*terms).query.sql_with_params()
            self.statements[key] = sql.split("%s"), params
        pieces, params = self.statements[key]
        try:
            inner, inner_params = chosen.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # nothing can meet its conditions
            return []
        day = connection.ops.adapt_datefield_value(on)
        sql, filled = [pieces[0]], []
        for piece, param in zip(pieces[1:], params, strict=True):
            if param is Chosen:
                sql.append(inner)
                filled += inner_params
            else:
                sql.append("%s")
                filled.append(day if param is Day else param)
            sql.append(piece)
        with connection.cursor() as cursor:
            cursor.execute("".join(sql), filled)
            return cursor.fetchall()
