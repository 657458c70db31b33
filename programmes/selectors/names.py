"""Records by their names, for lists and links: those of several tables in one query."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from programmes.selectors.formats import language
from programmes.selectors.texts import FALLBACK, Text, translated

LANGUAGES = ("fr", "ar", "en")


@dataclass(frozen=True, slots=True)
class Named:
    """A record that has a page: its code and name. `note` is what a list adds, such as a role."""

    code: str
    name: Text
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Which names to read: of the rows themselves, or of what they lead to by `path` (`organisation__`).

    note and order are columns of the rows themselves, code and name of what they lead to.
    """

    rows: QuerySet
    path: str = ""
    name: str = "name"
    code: str = "code"
    note: str = ""
    order: str = "code"


def named(row: Any, field: str = "name") -> Named:
    """A row by its code and translated name (or title)."""
    return Named(row.code, translated(row, field))


def named_if_public(row: Any, field: str = "name") -> Named | None:
    """The same for a row that was read together with another; None where there is none to show."""
    return named(row, field) if row is not None and row.is_public else None


def read_names(**relations: Relation) -> dict[str, tuple[Named, ...]]:
    """The names of each relation, in its order. One query for all of them; the rows must be published ones."""
    return in_relations(names_of(**relations))


def names_of(**relations: Relation) -> QuerySet:
    """The query for the names of each relation."""
    first, *others = (_columns(key, relation) for key, relation in relations.items())
    return first.union(*others) if others else first


def in_relations(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Named, ...]]:
    """The names that `names_of` gives, by relation; a relation without any has none."""
    found: dict[str, list[tuple]] = defaultdict(list)
    for key, order, code, note, *names in rows:
        found[key].append((order, code, note, names))
    return defaultdict(
        tuple,
        {
            key: tuple(
                Named(code, _text(names), note) for _order, code, note, names in sorted(rows)
            )
            for key, rows in found.items()
        },
    )


def _columns(key: str, relation: Relation) -> QuerySet:
    def column(name: str, path: str = "") -> Any:
        return F(f"{path}{name}") if name else Value("")

    # A translated table's own queryset selects its columns in the order of a set, which differs from one process to
    # the next: a union would mix them up. The columns here name their language themselves.
    rows = relation.rows.rewrite(False) if hasattr(relation.rows, "rewrite") else relation.rows
    return (
        rows.order_by()
        .annotate(
            key=Value(key),
            order=Cast(column(relation.order), CharField()),
            shown_code=Cast(column(relation.code, relation.path), CharField()),
            note=Cast(column(relation.note), CharField()),
            **{
                f"name_in_{lang}": Cast(
                    column(f"{relation.name}_{lang}", relation.path), CharField()
                )
                for lang in LANGUAGES
            },
        )
        .values_list("key", "order", "shown_code", "note", *(f"name_in_{x}" for x in LANGUAGES))
    )


def _text(names: list[str | None]) -> Text:
    by_language = dict(zip(LANGUAGES, names, strict=True))
    if own := by_language[language()]:
        return Text(own)
    return Text(by_language[FALLBACK] or "", FALLBACK)
