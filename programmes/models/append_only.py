"""Tables whose rows are written once: what their querysets refuse."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import models

from programmes.models.querysets import queryset_only
from programmes.models.review import FrozenRowError, is_lifted

Row = TypeVar("Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Adds rows, and neither changes nor removes them but within `guards_lifted`. sentence: what it says instead."""

    sentence: ClassVar[Any]

    def refuse(self) -> None:
        """Raises FrozenRowError, but within `guards_lifted`."""
        if not is_lifted():
            raise FrozenRowError(self.sentence)

    def update(self, **changes: Any) -> int:
        self.refuse()
        return super().update(**changes)

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        self.refuse()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self.refuse()
        return super()._raw_delete(using)

    def bulk_update(self, objs: Any, fields: Iterable[str], batch_size: int | None = None) -> int:
        raise FrozenRowError(self.sentence)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        if options.get("update_conflicts") or options.get("ignore_conflicts"):
            self.refuse()
        return super().bulk_create(objs, *args, **options)
