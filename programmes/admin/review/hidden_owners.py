"""What publishing would show with the records chosen: it is named before anybody agrees to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from programmes import services
from programmes.admin.review.proposals import name_with_kind, shown_with
from programmes.models import Amendment
from programmes.models.review import OwnedByReviewed, State
from programmes.models.sealed import Sealed

MOST_NAMED = 20
# so many records are looked through: more are never published under owners that differ
MOST_ASKED = 500


@dataclass(frozen=True)
class HiddenOwners:
    """names: what the public was never shown. unnamed: how many more. is_agreed: a proposal shows it anyway."""

    names: tuple[str, ...] = ()
    unnamed: int = 0
    is_agreed: bool = False


def hidden_below(rows: models.QuerySet[Any]) -> HiddenOwners:
    """What the public was never shown of all that the submitted ones among the rows rest on."""
    submitted = rows.filter(state=State.SUBMITTED)
    if rows.model is Amendment:
        shown = submitted.filter(kind=Amendment.Kind.SHOWING)[:MOST_ASKED]
        names = dict.fromkeys(name for row in shown for name in shown_with(row.amended()))
        return _cut(list(names), is_agreed=True)
    found: dict[tuple[type, int], Sealed] = {}
    for record in _unsealed_owners(submitted):
        for one in services.hidden_owners(record):
            found.setdefault((type(one), one.pk), one)
    return _cut([name_with_kind(record) for record in found.values()], is_agreed=False)


def _cut(names: list[str], *, is_agreed: bool) -> HiddenOwners:
    return HiddenOwners(tuple(names[:MOST_NAMED]), max(0, len(names) - MOST_NAMED), is_agreed)


def _unsealed_owners(rows: models.QuerySet[Any]) -> Iterator[Sealed]:
    """The records that rows and their parts name, and that nothing published rests on yet."""
    keys = rows.order_by().values("pk")
    tables = [(rows.model, "pk__in")]
    tables += [
        (relation.related_model, f"{relation.field.name}__in")
        for relation in rows.model._meta.related_objects
        if issubclass(relation.related_model, OwnedByReviewed)
    ]
    for model, path in tables:
        for field in model._meta.concrete_fields:
            related = field.related_model if field.is_relation else None
            if related and issubclass(related, Sealed):
                named_by = (
                    model._base_manager.filter(**{path: keys}).order_by().values(field.attname)
                )
                yield from related._base_manager.filter(pk__in=named_by, sealed_at=None)[
                    :MOST_ASKED
                ]
