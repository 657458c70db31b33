"""What published rows rest on is sealed: it changes only in the open, by an amendment.

Each public table names its `sealed` columns and, with a reason of a few words, its `open` ones. `seal` stamps
`sealed_at`, once, on every record that a published row rests on: those that its sealed columns name, and so on upwards.
From then on `save`, the queryset, many-to-many sets, child rows and, on both databases, triggers (guards.py) refuse
a change of a sealed column, and the removal of the record. `amending` is how a published amendment passes.

What is `Showable` stays hidden until somebody shows it: a programme, centre, agreement, target or milestone.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import compress
from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.fields import TranslationField

from programmes.models.columns import DATE_PARTS, precise_dates
from programmes.models.querysets import queryset_only
from programmes.models.review import (
    FrozenRowError,
    PartQuerySet,
    RecordPart,
    differing,
    is_lifted,
    passes,
    passes_key,
    stored_values,
)
from programmes.type_names import Words

# Columns that the mechanism itself keeps, on whichever table has them.
KEPT = ("is_public", "sealed_at", "withdrawn_at")
SHOWN_BY_REVIEW = gettext_lazy("New records start hidden and are shown through review.")
REMOVAL_REFUSED = gettext_lazy(
    "The public relies on this record: it is never removed. It can be withdrawn, with a reason."
)


class SealedError(FrozenRowError):
    """Raised on a change of sealed columns that is no amendment. `columns` names them."""

    def __init__(self, model: type[models.Model], columns: Iterable[str]) -> None:
        self.columns = sorted(columns)
        labels = [label_of_column(model, name) for name in self.columns]
        super().__init__(
            _(
                "The public relies on this record: %(columns)s can only be changed by an amendment, which says in "
                "public what changed and why. Propose a change."
            )
            % {"columns": get_text_list(labels, _("and"))}
        )


SealedRow = TypeVar("SealedRow", bound="Sealed", covariant=True)
SealedRowPart = TypeVar("SealedRowPart", bound="SealedPart", covariant=True)


class SealedQuerySet(models.QuerySet[SealedRow]):
    """Refuses the ways around `save()`."""

    def sealed(self) -> Self:
        """The records that something published rests on, or that were shown."""
        return self.filter(sealed_at__isnull=False)

    def update(self, **changes: Any) -> int:
        names = _guarded_names(self.model, changes)
        if names and not is_lifted():
            if self.sealed().exists():
                raise SealedError(self.model, names)
            if names & {*KEPT, *self.model.settled}:
                raise FrozenRowError(SHOWN_BY_REVIEW)
        return super().update(**changes)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        kept = [name for name in (*KEPT, *self.model.settled) if name != "is_public"]
        shown = options.get("update_conflicts") or any(
            getattr(row, name, None) is not None for row in objs for name in kept
        )
        if shown and not is_lifted():
            raise FrozenRowError(SHOWN_BY_REVIEW)
        return super().bulk_create(objs, *args, **options)

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_sealed()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_sealed()
        return super()._raw_delete(using)

    def _refuse_sealed(self) -> None:
        if not is_lifted() and self.sealed().exists():
            raise FrozenRowError(REMOVAL_REFUSED)


class Sealed(models.Model):
    """A record of a public table.

    sealed: the columns, many-to-many sets and child rows (by their related name) that the public relies on.
    identity: those of them that no amendment changes. settled: those that a rule of their model fills, which checks
    them itself, and that no queryset writes. open: the rest, each with the reason why it stays free.
    """

    sealed: ClassVar[tuple[str, ...]] = ()
    identity: ClassVar[tuple[str, ...]] = ("code",)
    settled: ClassVar[tuple[str, ...]] = ()
    open: ClassVar[dict[str, Words]] = {}
    # related names of the records that it is the sum of: sealed with it
    added_up: ClassVar[tuple[str, ...]] = ()

    sealed_at = models.DateTimeField(gettext_lazy("relied on since"), null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Saves what is not sealed.

        Raises:
            SealedError: a sealed column of a record that the public relies on would change.
            FrozenRowError: a new record would be shown without review.
        """
        stored = stored_values(self)
        if self.sealed_at is not None and (stored is None or stored["sealed_at"] is None):
            if not is_lifted():
                raise FrozenRowError(SHOWN_BY_REVIEW)
        elif stored is not None and stored["sealed_at"] is not None and not passes(self):
            changed = changed_columns(self, stored)
            if changed:
                raise SealedError(type(self), changed)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        stored = stored_values(self)
        if stored is not None and stored["sealed_at"] is not None and not is_lifted():
            raise FrozenRowError(REMOVAL_REFUSED)
        return super().delete(*args, **options)


class Showable(Sealed):
    """A record that stays hidden until a reviewed step shows it, and that can then only be withdrawn."""

    is_public = models.BooleanField(
        gettext_lazy("shown to the public"), default=False, editable=False
    )
    withdrawn_at = models.DateTimeField(gettext_lazy("withdrawn since"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was shown and then withdrawn: its page says so, and still answers."""
        return self.withdrawn_at is not None


def showable_check(table: str) -> models.CheckConstraint:
    """The constraint of what is `Showable`: it is public from the moment it is sealed, and for good."""
    return models.CheckConstraint(
        condition=Q(is_public=True, sealed_at__isnull=False)
        | Q(is_public=False, sealed_at__isnull=True, withdrawn_at__isnull=True),
        name=f"{table}_shown_is_sealed",
        violation_error_message=gettext_lazy(
            "A record is shown by a step of review, and can then only be withdrawn."
        ),
    )


class SealedPartQuerySet(PartQuerySet[SealedRowPart]):
    """Child rows of a sealed record are part of it."""

    def update(self, **changes: Any) -> int:
        self._refuse_sealed()
        return super().update(**changes)

    @queryset_only
    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_sealed()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_sealed()
        return super()._raw_delete(using)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        objs = list(objs)
        for row in objs:
            row.refuse_sealed_owner()
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        objs = list(objs)
        for row in objs:
            row.refuse_sealed_owner()
        return super().bulk_create(objs, *args, **options)

    def _refuse_sealed(self) -> None:
        owner = self.model.owner_name
        sealed = self.filter(**{f"{owner}__sealed_at__isnull": False})
        for key in set(sealed.values_list(f"{owner}_id", flat=True)):
            owner_model = self.model.owner_field().related_model
            if not passes_key(owner_model, key):
                raise SealedError(owner_model, [part_name(self.model)])


class SealedPart(RecordPart):
    """A child row that belongs to a sealed record.

    personal: the columns that say something of a person and may be emptied (services/erasing/blanking.py).
    """

    personal: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        stored = stored_values(self)
        if stored is None or differing(self, stored):
            self.refuse_sealed_owner()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.refuse_sealed_owner()
        return super().delete(*args, **options)

    def refuse_sealed_owner(self) -> None:
        """Raises SealedError where the record it belongs to, now or as stored, is sealed."""
        field = self.owner_field()
        owners = {getattr(self, field.attname)}
        if self.pk:
            owners |= set(
                type(self)._base_manager.filter(pk=self.pk).values_list(field.attname, flat=True)
            )
        model = field.related_model
        found = model._base_manager.filter(pk__in=owners - {None}, sealed_at__isnull=False)
        for key in found.values_list("pk", flat=True):
            if not passes_key(model, key):
                raise SealedError(model, [part_name(type(self))])


# What each table has


def text_of(field: models.Field[Any, Any]) -> str | None:
    """The text that a column is one language of. None: it is no translation."""
    return field.translated_field.name if isinstance(field, TranslationField) else None


@cache
def columns_of(model: type[models.Model]) -> dict[str, tuple[models.Field[Any, Any], ...]]:
    """The database columns of each declared name: a date has three, a translated text one a language."""
    found: dict[str, list[models.Field[Any, Any]]] = {}
    dates = precise_dates(model)
    stems = {f"{name}_{suffix}": name for name in dates for suffix in DATE_PARTS}
    translated = {text_of(field) for field in model._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        name = text_of(field)
        if name is None:
            if field.name in translated:
                # what lies in the untranslated column is whatever was saved last, and nobody reads it
                continue
            name = stems.get(field.name, field.name)
        found.setdefault(name, []).append(field)
    return {name: tuple(fields) for name, fields in found.items()}


def table_named_by(field: models.Field[Any, Any] | models.ForeignObjectRel) -> type[models.Model]:
    """The table of the records that a relation names."""
    assert field.related_model is not None
    return field.related_model


def sealed_fields(model: type[Sealed]) -> dict[str, str]:
    """The declared name of each sealed database column, by its attribute, those of the mechanism included."""
    names = {*model.sealed, *KEPT}
    return {
        field.attname: name
        for name, fields in columns_of(model).items()
        if name in names
        for field in fields
    }


def sealed_sets(model: type[Sealed]) -> list[models.ManyToManyField[Any, Any]]:
    """Its sealed many-to-many sets that have no table of their own."""
    return [
        field
        for field in model._meta.many_to_many
        if field.name in model.sealed and table_of_set(field)._meta.auto_created
    ]


def table_of_set(field: models.ManyToManyField[Any, Any]) -> type[models.Model]:
    """The table in which a many-to-many set is kept."""
    through = field.remote_field.through
    assert through is not None
    return through


def sealed_parts(model: type[Sealed]) -> list[type[SealedPart]]:
    """The models of its child rows."""
    return [
        part
        for relation in model._meta.related_objects
        if relation.get_accessor_name() in model.sealed
        and issubclass(part := relation.related_model, SealedPart)
    ]


def personal_columns(model: type[SealedPart]) -> list[models.Field[Any, Any]]:
    """The database columns of what a table declares as personal, in each language."""
    return [
        field
        for field in model._meta.concrete_fields
        if (text_of(field) or field.name) in model.personal
    ]


def part_name(model: type[SealedPart]) -> str:
    """What the owner calls the child rows of that model."""
    return str(model.owner_field().remote_field.get_accessor_name())


def sealed_models() -> list[type[Sealed]]:
    """Every table that is sealed."""
    return [
        model
        for model in apps.get_app_config("programmes").get_models()
        if issubclass(model, Sealed)
    ]


def label_of_column(model: type[models.Model], name: str) -> str:
    """What staff call a declared name, in the language of the reader."""
    dates = precise_dates(model)
    if name in dates:
        return str(dates[name])
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return str(field.related_model._meta.verbose_name_plural)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


def changed_columns(record: Sealed, stored: dict[str, Any]) -> set[str]:
    """The sealed columns in which a record differs from what is stored. A translation filled in is no change."""
    changed: dict[str, list[models.Field[Any, Any]]] = {}
    fields = {field.attname: field for field in record._meta.concrete_fields}
    for attname, name in sealed_fields(type(record)).items():
        field = fields[attname]
        if name in record.settled and stored[attname] is None:
            continue  # its model's rule decides
        if field.to_python(getattr(record, attname)) != stored[attname]:
            changed.setdefault(name, []).append(field)
    return {
        name for name, fields in changed.items() if not _only_fills(record, stored, name, fields)
    }


def _only_fills(
    record: Sealed, stored: dict[str, Any], name: str, changed: list[models.Field[Any, Any]]
) -> bool:
    """Whether the change adds languages to a text that another language has already."""
    columns = columns_of(type(record))[name]
    return all(
        isinstance(field, TranslationField)
        and not stored[field.attname]
        and any(stored[other.attname] for other in columns)
        for field in changed
    )


def _guarded_names(model: type[Sealed], changes: Iterable[str]) -> set[str]:
    """The sealed names among columns that would be written."""
    sealed = sealed_fields(model)
    known = {field.name: field.attname for field in model._meta.concrete_fields}
    found = {sealed.get(known.get(name, name)) for name in changes}
    translated = {name for name in changes if name in model.sealed}
    return {name for name in found if name} | translated


# Sealing


def unsealed_below(row: models.Model) -> list[Sealed]:
    """The records that a row rests on, at any depth, and that are not sealed yet, itself included.

    Where another record is sealed, so is all it rests on: the search ends there.
    """
    found: dict[tuple[type[models.Model], int], Sealed] = {}
    is_sealed = isinstance(row, Sealed) and row.sealed_at is not None
    waiting: list[models.Model] = [*_rests_on(row)] if is_sealed else [row]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Sealed):
            if one.sealed_at is not None or (type(one), one.pk) in found:
                continue
            found[type(one), one.pk] = one
        waiting += _rests_on(one)
    return list(found.values())


def _rests_on(row: models.Model) -> list[Sealed]:
    """The records not sealed yet that a stored row names: by its columns, its sets, its parts, and what it adds up.

    Which of them are such is one question; those are then read.
    """
    names, roads = list(_references(type(row))), list(_roads(type(row)))
    if len(names) + len(roads) > 1:
        said = _question(type(row)).get(pk=row.pk)
        stamps, leads = said[: len(names)], said[len(names) :]
        names = [name for name, stamp in zip(names, stamps, strict=True) if stamp is None]
        roads = list(compress(roads, leads))
    found = [one for name in names if (one := getattr(row, name)) is not None]
    for model, back in roads:
        found += model._base_manager.filter(sealed_at=None, **{back: row.pk})
    return [one for one in found if one.sealed_at is None]


@cache
def _question(model: type[models.Model]) -> models.QuerySet[models.Model, tuple[Any, ...]]:
    """Of rows, the stamps of the records in their columns, and whether each road leads to one that is not sealed."""
    stamps = (f"{name}__sealed_at" for name in _references(model))
    leads = (
        models.Exists(
            models.QuerySet(named).filter(sealed_at=None, **{back: models.OuterRef("pk")})
        )
        for named, back in _roads(model)
    )
    return models.QuerySet(model).values_list(*stamps, *leads)


@cache
def _references(model: type[models.Model]) -> tuple[str, ...]:
    """The names of its foreign keys to sealed tables; of a sealed table, of the sealed ones."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation
        and issubclass(table_named_by(field), Sealed)
        and (not issubclass(model, Sealed) or field.name in model.sealed)
    )


@cache
def _roads(model: type[models.Model]) -> tuple[tuple[type[Sealed], str], ...]:
    """The tables of which a row names records otherwise than in a column: in a set, as what it adds up, in a part. Each
    with the path from there to the row."""
    found, parts = [], parts_of(model)
    if issubclass(model, Sealed):
        parts = tuple(sealed_parts(model))
        found = [(_sealed_by(field), field.related_query_name()) for field in sealed_sets(model)]
        for name in model.added_up:
            relation = model._meta.get_field(name)
            assert isinstance(relation, models.ManyToOneRel)
            found.append((_sealed_by(relation), relation.field.name))
    for part in parts:
        for name in _references(part):
            field = part._meta.get_field(name)
            assert isinstance(field, models.ForeignKey)
            if field.related_model is not model:
                path = f"{field.related_query_name()}__{part.owner_name}"
                found.append((_sealed_by(field), path))
    return tuple(found)


def _sealed_by(field: models.Field[Any, Any] | models.ForeignObjectRel) -> type[Sealed]:
    """The sealed table whose records a relation names."""
    table = table_named_by(field)
    assert issubclass(table, Sealed)
    return table


@cache
def parts_of(model: type[models.Model]) -> tuple[type[RecordPart], ...]:
    """The models of the rows that belong to a row: shares, waypoints, signatures …"""
    return tuple(
        part
        for relation in model._meta.related_objects
        if issubclass(part := relation.related_model, RecordPart)
        and part.owner_name == relation.field.name
    )


def seal(records: Iterable[Sealed], at: datetime) -> None:
    """Stamps the records: from that moment the public relies on them. What was hidden is shown.

    Part of a publication, which gives the data its other version.
    """
    by_model: dict[type[Sealed], list[Sealed]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    for model, found in by_model.items():
        stamp = {"sealed_at": at} | ({"is_public": True} if hasattr(model, "is_public") else {})
        unsealed = models.QuerySet[Sealed](model).filter(sealed_at=None)
        unsealed.filter(pk__in=[record.pk for record in found]).update(**stamp)
        for record in found:
            for name, value in stamp.items():
                setattr(record, name, value)


# Many-to-many sets


@cache
def _owners_of_sets() -> dict[type[models.Model], tuple[type[Sealed], str]]:
    return {
        table_of_set(field): (model, field.name)
        for model in sealed_models()
        for field in sealed_sets(model)
    }


@receiver(m2m_changed)
def refuse_sealed_set(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: Any, **options: Any
) -> None:
    """A set is a sealed column too."""
    if not action.startswith("pre_") or sender not in _owners_of_sets() or pk_set == set():
        return
    model, name = _owners_of_sets()[sender]
    if not reverse:
        keys = {instance.pk}
    elif pk_set is not None:
        keys = pk_set
    else:
        keys = set(model._base_manager.filter(**{name: instance}).values_list("pk", flat=True))
    found = model._base_manager.filter(pk__in=keys, sealed_at__isnull=False)
    for key in found.values_list("pk", flat=True):
        if not passes_key(model, key):
            raise SealedError(model, [name])
