"""Finding rows by their keys while a file is checked: each table is read once."""

from typing import Any

from django.db import models

from programmes import access


class Lookups:
    """The rows that the sender may refer to, by key, and those that earlier rows of the same file will make.

    A row outside the sender's scope is not found, as if it did not exist.
    """

    def __init__(self, by: Any) -> None:
        self.by = by
        self._rows: dict[tuple[type[models.Model], str], dict[str, models.Model]] = {}

    def find(self, model: type[models.Model], key: str, value: str) -> models.Model | None:
        """The row whose column `key` holds the value, None where there is none in scope."""
        return self._table(model, key).get(value)

    def expect(self, row: models.Model, key: str) -> None:
        """Makes a row that is still to be saved known to the rows after it."""
        self._table(type(row), key)[getattr(row, key)] = row

    def _table(self, model: type[models.Model], key: str) -> dict[str, models.Model]:
        if (model, key) not in self._rows:
            rows = access.visible(model._default_manager.all(), self.by)
            self._rows[model, key] = {getattr(row, key): row for row in rows}
        return self._rows[model, key]
