"""Rows by keys that another query gives."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.lookups import In


class KeyIn(In):
    """Whether a column is among the keys of some rows.

    PostgreSQL reads the keys first, as an array, and then looks each up: of a subquery it would expect so many that it
    reads the whole table.
    """

    def __init__(self, column: str, rows: QuerySet) -> None:
        super().__init__(F(column), rows.order_by().values("pk"))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        keys, params = self.process_rhs(compiler, connection)
        return f"{left} = ANY(ARRAY{keys})", (*left_params, *params)
