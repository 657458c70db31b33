"""Sealed columns as plain values, in the notation of files: what an amendment keeps, and the ledger after it.

A text in several languages is a mapping by language, a date its notation, another record its code, a set of records
the list of their codes, child rows a list of mappings. Empty is None.
"""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models.columns import precise_dates
from programmes.models.review import RecordPart, translated_columns
from programmes.models.sealed import columns_of, table_named_by


def value_of(record: models.Model, name: str) -> Any:
    """The plain value of a declared name of a record."""
    if name in precise_dates(record):
        return getattr(record, name).notation or None
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return _part_values(record, _parts_by(field))
    if isinstance(field, models.ManyToManyField):
        return sorted(key_of(one) for one in getattr(record, name).all())
    columns = translated_columns(type(record)).get(name)
    if columns is not None:
        return {column.language: getattr(record, column.attname) or "" for column in columns}
    if field.is_relation:
        one = getattr(record, name)
        return None if one is None else key_of(one)
    return _plain(getattr(record, name))


def whole_value(record: models.Model, name: str, value: Any) -> Any:
    """A plain value as `value_of` would give it: languages that it does not name stay, the order of a set is none.

    Raises:
        ValidationError: it names a record that does not exist.
    """
    if name in precise_dates(record):
        return value or None
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return value or []
    if isinstance(field, models.ManyToManyField):
        return sorted(
            {key_of(_record_by_key(table_named_by(field), key, record)) for key in value or []}
        )
    if name in translated_columns(type(record)):
        return value_of(record, name) | {language: text or "" for language, text in value.items()}
    assert isinstance(field, models.Field)
    if field.is_relation:
        return key_of(_record_by_key(table_named_by(field), value, record)) if value else None
    return _plain(field.to_python(value))


def set_value(record: models.Model, name: str, value: Any) -> None:
    """Gives a record that plain value. Sets and child rows are written at once, the rest with the record.

    Raises:
        ValidationError: the value names a record that does not exist.
    """
    if name in precise_dates(record):
        setattr(record, name, PreciseDate.parse(value or ""))
        return
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        _set_rows(record, _parts_by(field), value)
    elif isinstance(field, models.ManyToManyField):
        getattr(record, name).set(
            [_record_by_key(table_named_by(field), key, record) for key in value]
        )
    elif name in translated_columns(type(record)):
        for column in translated_columns(type(record))[name]:
            setattr(record, column.attname, value.get(column.language) or None)
    elif field.is_relation:
        setattr(
            record,
            name,
            None if value is None else _record_by_key(table_named_by(field), value, record),
        )
    else:
        assert isinstance(field, models.Field)
        setattr(record, name, field.to_python("" if value is None and not field.null else value))


def key_of(record: models.Model) -> str:
    """The key of a record in files: its code, its reference, its number among those of its owner, or its own."""
    for name in ("code", "ref"):
        if hasattr(record, name):
            return str(getattr(record, name))
    return str(getattr(record, "number", record.pk))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or None
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


def _record_by_key(model: type[models.Model], key: str, record: models.Model) -> Any:
    if hasattr(model, "number"):
        rows = model._base_manager.filter(number=key, target=record)
    else:
        rows = model._base_manager.filter(code=key)
    try:
        return rows.get()
    except ObjectDoesNotExist:
        raise ValidationError(
            _("%(table)s: there is no “%(key)s”.") % {"table": model._meta.verbose_name, "key": key}
        ) from None


def _part_values(record: models.Model, model: type[RecordPart]) -> list[dict[str, Any]]:
    rows = model._base_manager.filter(**{model.owner_name: record}).order_by("pk")
    return [row_value(row) for row in rows]


def _parts_by(relation: models.ManyToOneRel) -> type[RecordPart]:
    table = relation.related_model
    assert issubclass(table, RecordPart)
    return table


def row_value(row: RecordPart) -> dict[str, Any]:
    """The plain value of one child row."""
    kept = ("id", row.owner_name)
    return {name: value_of(row, name) for name in columns_of(type(row)) if name not in kept}


def _set_rows(record: models.Model, model: type[RecordPart], value: list[dict[str, Any]]) -> None:
    """Makes the child rows anew: they have no identity of their own."""
    for row in model._base_manager.filter(**{model.owner_name: record}):
        row.delete()
    for entry in value:
        row = model(**{model.owner_name: record})
        for name, one in entry.items():
            set_value(row, name, one)
        row.full_clean()
        row.save()
