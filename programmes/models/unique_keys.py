"""What no two rows of a table share, as conditions of triggers: what SQLite's REPLACE goes by."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models import Q


def unique_keys(model: type[models.Model]) -> Iterator[tuple[list[str], str]]:
    """For each unique key its columns, and the condition under which a row `met` shares it with NEW."""
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    keys: list[tuple[Sequence[str], Q]] = [
        ((field.name,), Q()) for field in model._meta.concrete_fields if field.unique
    ]
    keys += [(names, Q()) for names in model._meta.unique_together]
    keys += [
        (one.fields, one.condition or Q())
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    ]
    for names, condition in keys:
        same = [f'met."{fields[name]}" = NEW."{fields[name]}"' for name in names]
        same += [_written(condition, row, fields) for row in ("met", "NEW") if condition]
        among = [path.partition("__")[0] for path, _value in _comparisons(condition)]
        columns = dict.fromkeys(fields[name] for name in (*names, *among))
        yield list(columns), " AND ".join(same)


def _written(condition: Q, row: str, fields: dict[str, str]) -> str:
    """The condition of a constraint, of one of the two rows: all its comparisons, or not all of them."""
    terms = " AND ".join(_term(row, fields, path, value) for path, value in _comparisons(condition))
    return f"NOT ({terms})" if condition.negated else f"({terms})"


def _comparisons(condition: Q) -> list[tuple[str, Any]]:
    """The comparisons of a condition, each with its path. Conditions in it are to be written here."""
    children: list[Any] = condition.children
    return children


def _term(row: str, fields: dict[str, str], path: str, value: Any) -> str:
    """One comparison. Constraints have no others than these; a new kind is to be written here."""
    name, _sign, lookup = path.partition("__")
    place = f'{row}."{fields[name]}"'
    if value is None or lookup == "isnull":
        return f"{place} IS {'NOT ' if value is False else ''}NULL"
    if lookup or not isinstance(value, str):
        raise NotImplementedError(path)
    return f"{place} = '{value}'"
