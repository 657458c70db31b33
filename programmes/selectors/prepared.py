"""Queries that are put together once by each process, and on PostgreSQL planned once by each connection.

Putting a long query together takes longer than the database needs to answer it, and so does planning it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    Expression,
    Field,
    Model,
    QuerySet,
    TextField,
)
from psycopg import ClientCursor

KINDS: dict[type, tuple[type[Field], str]] = {
    int: (BigIntegerField, "bigint"),
    date: (DateField, "date"),
    str: (TextField, "text"),
}
# What a connection to PostgreSQL has planned, by name.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Asked(Expression):
    """A value by its name, filled in when the query is run."""

    def __init__(self, name: str, kind: type = int) -> None:
        field, self.sql_type = KINDS[kind]
        super().__init__(output_field=field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Among(Expression):
    """Whether a key of a table is in a list of them, filled in by its name when the query is run."""

    output_field = BooleanField()
    sql_type = "bigint[]"

    def __init__(self, model: type[Model], name: str) -> None:
        super().__init__()
        self.key, self.name = f'"{model._meta.db_table}"."id"', name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} IN (SELECT value FROM json_each(%s))", [self]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} = ANY(%s)", [self]


class Chosen(Expression):
    """Whether a row of a table is among those that are asked for, or in what `Prepared.more` adds to them.

    On PostgreSQL their keys are an array, whose rows it then looks up one by one: of a subquery it would expect half
    the table.
    """

    output_field = BooleanField()

    def __init__(self, model: type[Model], name: str = "chosen") -> None:
        super().__init__()
        self.key, self.keys = f'"{model._meta.db_table}"."id"', f"SELECT id FROM {name}"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} IN ({self.keys})", []

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return f"{self.key} = ANY(ARRAY({self.keys}))", []


class Choice:
    """Rows that are asked for again and again: a function that gives them as a queryset, and its arguments.

    The function is called once, with `Asked` in the place of each argument.
    """

    def __init__(self, rows: Callable[..., QuerySet], *values: Any) -> None:
        self.rows = rows
        self.values = {f"chosen_{place}": value for place, value in enumerate(values)}

    @property
    def queryset(self) -> QuerySet:
        return _written(self.rows, tuple(map(type, self.values.values())))


@cache
def _written(rows: Callable[..., QuerySet], kinds: tuple[type, ...]) -> QuerySet:
    return rows(*(Asked(f"chosen_{place}", kind) for place, kind in enumerate(kinds)))


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with a mark for each parameter: a constant, `Asked` or `Among`."""

    sql: str
    params: tuple[Any, ...]

    def run(self, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        filled = [
            _filled(values[one.name]) if isinstance(one, Asked | Among) else one
            for one in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            return cursor.fetchall()


def _filled(value: Any) -> Any:
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, list) and connection.vendor == "sqlite":
        return json.dumps(value)
    return value


@dataclass(frozen=True, slots=True)
class Planned:
    """The same for PostgreSQL to plan once for each connection. params: what is asked for, by name."""

    name: str
    definition: str
    execute: str
    params: tuple[str, ...]

    def plan(self) -> None:
        """Lets PostgreSQL plan it, once for each connection."""
        connection.ensure_connection()
        known = _planned.setdefault(connection.connection, set())
        if self.name not in known:
            connection.connection.execute(self.definition)
            known.add(self.name)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement and what is asked for, by name."""

    statement: Statement | Planned
    values: dict[str, Any]


def answers(*questions: Question | None) -> list[list[tuple[Any, ...]]]:
    """The rows of each question, none of what is None. Those that PostgreSQL has planned go there and back together."""
    found: list[list[tuple[Any, ...]]] = [[] for _question in questions]
    planned: dict[int, Planned] = {}
    params: list[Any] = []
    for place, one in enumerate(questions):
        if one is None:
            continue
        if isinstance(one.statement, Statement):
            found[place] = one.statement.run(one.values)
            continue
        one.statement.plan()
        planned[place] = one.statement
        params += [one.values[name] for name in one.statement.params]
    if planned:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(one.execute for one in planned.values()), params)
            for place in planned:
                found[place] = cursor.fetchall()
                cursor.nextset()
    return found


class Prepared:
    """A queryset of values written with `Asked` and `Chosen`. Its rows come as the database gives them.

    There is one statement for each choice and each order in which rows are asked for, of which there are a few in the
    code. more: further tables of keys, written in SQL after that of `chosen`.
    """

    def __init__(self, build: Callable[..., QuerySet], more: str = "") -> None:
        self.build, self.more = build, more
        self.written: dict[Any, Statement] = {}
        self.ready: dict[Any, Statement | Planned] = {}

    def rows(self, *terms: Any, **values: Any) -> list[tuple[Any, ...]]:
        """The answer to `ask` alone."""
        return answers(self.ask(*terms, **values))[0]

    def ask(
        self, *terms: Any, chosen: QuerySet | Choice | None = None, **values: Any
    ) -> Question | None:
        """Asks for the rows of `build(*terms)`, of the rows chosen. A queryset of these is put together each time.

        None where nothing can meet its conditions.
        """
        try:
            if isinstance(chosen, QuerySet):
                return Question(self._choosing(chosen, terms), values)
            if chosen is None:
                return Question(self._ready(None, terms), values)
            return Question(self._ready(chosen, terms), values | chosen.values)
        except EmptyResultSet:
            return None

    def _ready(self, chosen: Choice | None, terms: tuple[Any, ...]) -> Statement | Planned:
        key = (connection.vendor, chosen.rows if chosen else None, terms)
        if key not in self.ready:
            statement = self._choosing(chosen.queryset, terms) if chosen else self._written(terms)
            postgresql = connection.vendor == "postgresql"
            self.ready[key] = _planned_of(statement) if postgresql else statement
        return self.ready[key]

    def _choosing(self, chosen: QuerySet, terms: tuple[Any, ...]) -> Statement:
        outer = self._written(terms)
        sql, params = chosen.order_by().values("pk").query.sql_with_params()
        return Statement(
            f"WITH RECURSIVE chosen (id) AS ({sql}){self.more} {outer.sql}",
            (*params, *outer.params),
        )

    def _written(self, terms: tuple[Any, ...]) -> Statement:
        key = (connection.vendor, terms)
        if key not in self.written:
            sql, params = self.build(*terms).query.sql_with_params()
            self.written[key] = Statement(sql, tuple(params))
        return self.written[key]


def _planned_of(statement: Statement) -> Planned:
    """A statement with its constants written out, and numbers for what is asked for."""
    asked: dict[str, str] = {}
    for one in statement.params:
        if isinstance(one, Asked | Among):
            asked.setdefault(one.name, one.sql_type)
    numbers = {name: f"${number}" for number, name in enumerate(asked, start=1)}
    first, *pieces = statement.sql.split("%s")
    text, constants = [first], []
    for piece, param in zip(pieces, statement.params, strict=True):
        if isinstance(param, Asked | Among):
            text.append(numbers[param.name])
        else:
            text.append("%s")
            constants.append(param)
        text.append(piece)
    connection.ensure_connection()
    sql = ClientCursor(connection.connection).mogrify("".join(text), constants)
    name = f"tracker_{blake2b(sql.encode(), digest_size=12).hexdigest()}"
    types, marks = ", ".join(asked.values()), ", ".join("%s" for _ in asked)
    return Planned(
        name=name,
        definition=f"PREPARE {name}{f' ({types})' if types else ''} AS {sql}",
        execute=f"EXECUTE {name}{f' ({marks})' if marks else ''}",
        params=tuple(asked),
    )
