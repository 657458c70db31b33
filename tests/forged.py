"""Values that somebody sends for what they may not change: as the boxes of a form, or as the cells of a file."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from programmes.calculations.dates import PreciseDate
from programmes.models.review import OwnedByReviewed
from programmes.models.sealed import SealedPart, columns_of
from programmes.spreadsheets.columns.column import Column
from tests.another_value import another
from tests.sealed_rows import a_part


def boxes(row: models.Model, name: str) -> dict[str, Any]:
    """What a browser would send for another value of a declared column, set or list of child rows of a record."""
    if name in getattr(row, "precise_dates", {}):
        return {name: another_date(row, name).notation}
    field = row._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return lines(row, field.related_model)
    if isinstance(field, models.ManyToManyField):
        return {name: [one.pk for one in another_set(row, name)]}
    return {
        column.name: _typed(column, another(column, getattr(row, column.attname)))
        for column in columns_of(type(row))[name]
    }


def boxes_of_new(row: models.Model) -> dict[str, Any]:
    """What a browser would send to add a record."""
    return {
        column.name: _typed(column, getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if column.name != "id" and getattr(row, column.attname) is not None
    }


def lines(row: models.Model, part: Any, *, removed: bool = False) -> dict[str, Any]:
    """The lines of a list inside the form of a record: each stored one changed, or removed, and a new one added."""
    owner = next(field.name for field in part._meta.fields if field.related_model is type(row))
    prefix = part._meta.get_field(owner).remote_field.get_accessor_name()
    stored = [*part._base_manager.filter(**{owner: row}).order_by("pk")]
    names = [name for name in columns_of(part) if name not in ("id", owner, "sealed_at")]
    found: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(stored) + (0 if removed else 1),
        f"{prefix}-INITIAL_FORMS": len(stored),
    }
    added = [a_part(part, row)] if issubclass(part, SealedPart | OwnedByReviewed) else []
    for number, one in enumerate([*stored, *([] if removed else added)]):
        stem = f"{prefix}-{number}-"
        found |= {f"{stem}{owner}": row.pk, f"{stem}id": one.pk or ""}
        if removed:
            found[f"{stem}DELETE"] = "on"
            continue
        for name in names:
            found |= {f"{stem}{box}": value for box, value in boxes(one, name).items()}
    return found


def cell(row: Any, column: Column) -> str:
    """What a file would say for another value of a column of a stored row."""
    if column.many:
        return column.written(another_set(row, column.attribute))
    if column.attribute in getattr(row, "precise_dates", {}):
        return column.written(another_date(row, column.attribute))
    # a column of a row that this one names
    *path, name = column.attribute.split("__")
    model, owner = type(row), row
    for step in path:
        model, owner = model._meta.get_field(step).related_model, getattr(owner, step, None)
    field = model._meta.get_field(name)
    value = another(field, getattr(owner, field.attname, None))
    if field.is_relation and value is not None:
        value = field.related_model._base_manager.get(pk=value)
    return "" if value is None else column.written(value)


def an_earlier_state(row: Any, columns: dict[str, Any]) -> Any:
    """A line of the history of a record, in which it differs."""
    values = models.QuerySet(type(row)).filter(pk=row.pk).values().get()
    kept = row.history.model
    names = {field.attname for field in kept._meta.concrete_fields}
    state = {name: value for name, value in (values | columns).items() if name in names}
    return kept.objects.create(**state, history_date=timezone.now(), history_type="~")


def another_date(row: models.Model, name: str) -> PreciseDate:
    first, second = PreciseDate.parse("1999"), PreciseDate.parse("2001")
    return second if getattr(row, name) == first else first


def columns_of_date(row: models.Model, name: str) -> dict[str, Any]:
    """The three columns of another date."""
    changed = type(row)(**{name: another_date(row, name)})
    return {
        f"{name}_{part}": getattr(changed, f"{name}_{part}") for part in ("on", "precision", "from")
    }


def another_set(row: models.Model, name: str) -> list[Any]:
    """One record that a set does not hold."""
    members = getattr(row, name)
    return [members.model._base_manager.exclude(pk__in=members.values("pk")).order_by("pk").first()]


def _typed(column: models.Field, value: Any) -> Any:
    if isinstance(column, models.FileField):
        return SimpleUploadedFile("other.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    if isinstance(column, models.BooleanField):
        return "on" if value else ""
    return f"{value:%d/%m/%Y}" if type(value) is date else str(value)
