"""What the public may see, for the tables that editors keep (the reviewed ones: see review.py)."""

from datetime import datetime
from typing import Self

from django.db.models import Q

from programmes.models.sealed import SealedQuerySet, SealedRow, Showable


class PublicQuerySet(SealedQuerySet[SealedRow]):
    """Rows of a table with an `is_public` flag.

    `owners` names the foreign keys whose own row must be public too (or empty): a centre of a hidden
    programme stays visible, but a target of a hidden centre does not.
    """

    owners: tuple[str, ...] = ()

    def published(self, known: datetime | None = None) -> Self:
        """The rows the public may see; of what review shows, those that were shown by a moment (None: now)."""
        rows = self.filter(public_condition(self.owners))
        if known is None or not issubclass(self.model, Showable):
            return rows
        # what is shown is sealed in the same step
        return rows.filter(sealed_at__lte=known)


def public_condition(owners: tuple[str, ...], prefix: str = "") -> Q:
    """The condition under which a row at `prefix` is public: its flag, and that of each owner it has."""
    condition = Q(**{f"{prefix}is_public": True})
    for owner in owners:
        path = f"{prefix}{owner}"
        condition &= Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__is_public": True})
    return condition
