"""Records by their names, for lists and links: those of several tables in one query."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from programmes.languages import CODES
from programmes.models import Series
from programmes.selectors.wording.texts import Text, first_of, translated

# A record by its table and its code, which never changes.
Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that has a page: its code and name. `note` is what a list adds, such as a role.

    mark: says since when it is withdrawn; empty where it stands. table: that of the record; empty where none is needed.
    """

    code: str
    name: Text
    note: str = ""
    mark: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Which names to read: of the rows themselves, or of what they lead to by `path` (`organisation__`).

    note and order are columns of the rows themselves, code and name of what they lead to.
    """

    rows: QuerySet[Any]
    path: str = ""
    name: str = "name"
    code: str = "code"
    note: str = ""
    order: str = "code"

    @property
    def table(self) -> str:
        """That of the records named."""
        fields = (self.rows.model._meta.get_field(one) for one in self.path.split("__") if one)
        model: Any = next((one.related_model for one in fields), self.rows.model)
        return str(model._meta.model_name)


def named(row: Any, field: str = "name") -> NamedRecord:
    """A row by its code and translated name (or title)."""
    return NamedRecord(row.code, translated(row, field), table=row._meta.model_name)


def series_label(series: Series) -> Text:
    """What a series is called where it stands for itself: by its own name, else by that of its indicator."""
    return translated(series, "name") or translated(series.indicator, "name")


def named_if_public(row: Any, field: str = "name") -> NamedRecord | None:
    """The same for a row that was read together with another; None where there is none to show."""
    return named(row, field) if row is not None and row.is_public else None


def record_of(row: Any) -> Record:
    """A record of which the model or the name was read."""
    return (row.table if isinstance(row, NamedRecord) else row._meta.model_name), row.code


def read_names(**relations: Relation) -> dict[str, tuple[NamedRecord, ...]]:
    """The names of each relation, in its order. One query for all of them; the rows must be published ones."""
    first, *others = (_columns(key, relation) for key, relation in relations.items())
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *row in first.union(*others) if others else first:
        found[key].append(tuple(row))
    return {
        key: tuple(
            NamedRecord(
                code,
                first_of(dict(zip(CODES, names, strict=True))),
                note,
                table=relation.table,
            )
            for _order, code, note, *names in sorted(found[key])
        )
        for key, relation in relations.items()
    }


def _columns(key: str, relation: Relation) -> QuerySet[Any]:
    def column(name: str, path: str = "") -> Any:
        return F(f"{path}{name}") if name else Value("")

    # A translated table's own queryset selects its columns in the order of a set, which differs from one process to
    # the next: a union would mix them up. The columns here name their language themselves.
    rows: Any = relation.rows
    rows = rows.rewrite(False) if hasattr(rows, "rewrite") else rows
    found: QuerySet[Any] = (
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
                for lang in CODES
            },
        )
        .values_list("key", "order", "shown_code", "note", *(f"name_in_{x}" for x in CODES))
    )
    return found
