"""For any column of any table, a value that it does not have: what generated tests try to write."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from modeltranslation.fields import TranslationField

from programmes.models.guards import guards_lifted
from programmes.models.sealed import Sealed, columns_of


def another(field: models.Field, value: Any) -> Any:
    """Another value for a column of a stored row, of the kind that the column keeps."""
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk=value).order_by("pk")
        return others.values_list("pk", flat=True).first()
    if field.choices:
        return next(key for key, _label in field.flatchoices if key != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1
    if isinstance(field, models.DecimalField):
        return (value or Decimal(0)) + 1
    if isinstance(field, models.DateTimeField | models.DateField):
        length = None if isinstance(field, models.DateTimeField) else 10
        return (
            value + timedelta(days=1)
            if value
            else field.to_python("2001-02-03 00:00+00:00"[:length])
        )
    if isinstance(field, models.URLField):
        return f"{value or 'https://example.ma/'}x"
    if isinstance(field, models.JSONField):
        return {"another": [None, value]}
    return f"{value or ''}x"[-field.max_length :] if field.max_length else f"{value or ''}x"


def filled(record: Sealed) -> Sealed:
    """A sealed record whose texts stand in every language, and whose settled columns are settled: nothing is left
    that may be filled in."""
    columns = {}
    for fields in columns_of(type(record)).values():
        translated = [field for field in fields if isinstance(field, TranslationField)]
        for field in translated:
            if not getattr(record, field.attname):
                columns[field.attname] = f"({field.language})"
    for name in record.settled:
        field = record._meta.get_field(name)
        if getattr(record, field.attname) is None:
            columns[field.attname] = another(field, None)
    with guards_lifted("what was left empty"):
        models.QuerySet(type(record)).filter(pk=record.pk).update(**columns)
    record.refresh_from_db()
    return record


def copied(row: models.Model, **columns: Any) -> models.Model:
    """An unsaved row like another, but for its keys."""
    values = models.QuerySet(type(row)).filter(pk=row.pk).values().get()
    made = type(row)(**{name: value for name, value in values.items() if name != "id"})
    for field in row._meta.concrete_fields:
        if field.attname == "number" or (field.unique and not field.primary_key):
            value = getattr(row, field.attname)
            setattr(
                made,
                field.attname,
                value + 900 if isinstance(value, int) else ("z" + value)[: field.max_length],
            )
    for name, value in columns.items():
        setattr(made, name, value)
    return made
