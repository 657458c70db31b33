"""A condition that the database answers before the rest of a query."""

from typing import Any

from django.db import models


class KeyInSubquery(models.Func):
    """Whether the key of a row is one of those that a query finds.

    PostgreSQL is told to find these first, which SQLite does anyway. Left to itself it takes rows for more than they
    are (every fourth standing for one that covers a given day) and, of a million, reads all to print the hundred of a
    region: 0.16 s on both processors for each page of a past day, in place of 0.01 s.
    """

    template, arg_joiner, output_field = "%(expressions)s", " IN ", models.BooleanField()

    def __init__(self, keys: models.QuerySet[Any, Any]) -> None:
        found = models.Subquery(keys)
        # of a query that can find nothing, Django then knows that this one cannot either
        found.empty_result_set_value = NotImplemented
        super().__init__("pk", found)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, arg_joiner=" = ANY(ARRAY", template="%(expressions)s)", **context
        )
