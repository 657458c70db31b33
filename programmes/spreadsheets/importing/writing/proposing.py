"""What the public relies on is not changed by a file: what a row says otherwise becomes a proposal.

A row of a sealed record proposes its sealed columns; a row of a table whose rows are part of a sealed record (who takes
part, stages, signatures) proposes that record's child rows, all rows of the file in one proposal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from modeltranslation.fields import TranslationField

from programmes import services
from programmes.models import Amendment
from programmes.models.amendment import WAITS_ALREADY
from programmes.models.sealed import Sealed, SealedPart, columns_of, part_name
from programmes.models.sealed_values import key_of, row_value, value_of
from programmes.services.amendments import identity_refused
from programmes.services.entries import require
from programmes.spreadsheets.columns.column import Column
from programmes.type_names import certain


def relied_on(record: models.Model) -> Sealed | None:
    """The sealed record that a row is, or is part of; None where the public does not rely on it."""
    if isinstance(record, SealedPart):
        record = getattr(record, record.owner_name)
    return record if isinstance(record, Sealed) and record.sealed_at is not None else None


def sealed_columns(record: models.Model, columns: Iterable[Column]) -> list[Column]:
    """Those of some columns of a stored record that only a proposal changes."""
    if relied_on(record) is None:
        return []
    if not isinstance(record, Sealed):
        return list(columns)
    return [column for column in columns if column.declared in record.sealed]


class ProposalFinder:
    """What the rows of one file would propose, as its check finds it."""

    def __init__(self, model: type[models.Model], by: User) -> None:
        self.model, self.by = model, by

    def refuse(self, record: models.Model, changed: Sequence[Column]) -> None:
        """Raises ValidationError beside each column of a sealed record that not even a proposal changes."""
        if relied_on(record) is None or not isinstance(record, Sealed):
            return
        errors = {}
        for column in changed:
            if column.declared in record.identity:
                errors[column.code] = identity_refused([str(column.label)])
            elif column.declared == "is_public":
                errors[column.code] = _(
                    "The public relies on this record: it can no longer be hidden."
                )
        if errors:
            raise ValidationError(errors)

    def values(self, record: models.Model, changed: Sequence[Column]) -> dict[str, Any]:
        """The plain values that a stored record has now in the sealed columns that a row would change."""
        if isinstance(record, SealedPart):
            return {}
        names: dict[str, list[Column]] = {}
        for column in sealed_columns(record, changed):
            names.setdefault(column.declared, []).append(column)
        return {
            name: value_of(record, name)
            for name, columns in names.items()
            if not _only_fills(record, name, columns)
        }

    def proposed(
        self, record: models.Model, cells: dict[str, Any], before: dict[str, Any], columns: Any
    ) -> set[str]:
        """The declared names that a settled row would propose anew: the same that waits already is left out.

        Raises:
            ValidationError: another proposal for a column waits, or the sender may propose nothing.
        """
        if before:
            self._require()
        left = set(before)
        for name, old in before.items():
            new = new_value(record, name, cells, columns)
            for other in self._waiting.get(record.pk, []):
                if name not in other.changes:
                    continue
                if other.changes[name] != [old, new]:
                    raise ValidationError({_code_of(name, columns): str(WAITS_ALREADY)})
                left.discard(name)
        return left

    def proposes_row(self, part: SealedPart, was: dict[str, Any] | None) -> bool:
        """Whether a new or changed child row of a sealed record is a new proposal. Raises as `proposed`."""
        self._require()
        owner, name, now = relied_on(part), part_name(type(part)), row_value(part)
        for other in self._waiting.get(certain(owner).pk, []):
            if name not in other.changes:
                continue
            _old, new = other.changes[name]
            if now in new and (was is None or was not in new):
                return False
            raise ValidationError(str(WAITS_ALREADY))
        return True

    def _require(self) -> None:
        try:
            require(self.by, "add", Amendment)
        except PermissionDenied as error:
            raise ValidationError(str(error)) from error

    @cached_property
    def _waiting(self) -> dict[int, list[Amendment]]:
        """The open proposals of the table whose records are sealed, by record."""
        model = self.model
        if issubclass(model, SealedPart):
            model = model.owner_field().related_model
        found: dict[int, list[Amendment]] = {}
        for one in Amendment.objects.open().filter(
            table=model._meta.model_name, kind=Amendment.Kind.CHANGE
        ):
            found.setdefault(one.record, []).append(one)
        return found


@dataclass
class ProposalDraft:
    """One proposal in the making: the record, its new plain values, and the rows of the file that it is made of."""

    record: Sealed
    values: dict[str, Any]
    rows: list[tuple[int, int, str]] = field(default_factory=list)


class Proposals:
    """The proposals that the rows of a checked job become, one for each record."""

    def __init__(self) -> None:
        self.made: dict[int, ProposalDraft] = {}
        self._keys: dict[int, list[int]] = {}

    def add(
        self, record: models.Model, cells: dict[str, Any], columns: Any, row: tuple[int, int, str]
    ) -> None:
        """Adds a settled row: its number, its place among all rows that propose, and its key."""
        owner = relied_on(record)
        if owner is None:
            raise ValidationError(
                _("The public does not rely on this record yet. Check the file again.")
            )
        if isinstance(record, SealedPart):
            self._add_part(record, owner, row)
            return
        names = {columns[code].declared for code in cells}
        values = {name: new_value(record, name, cells, columns) for name in names}
        stored = type(owner)._default_manager.get(pk=owner.pk)
        self.made[owner.pk] = ProposalDraft(stored, values, [row])

    def _add_part(self, part: Any, owner: Sealed, row: tuple[int, int, str]) -> None:
        name = part_name(type(part))
        if owner.pk not in self.made:
            self.made[owner.pk] = ProposalDraft(owner, {name: value_of(owner, name)})
            rows = type(part)._base_manager.filter(**{part.owner_name: owner}).order_by("pk")
            self._keys[owner.pk] = list(rows.values_list("pk", flat=True))
        entered = self.made[owner.pk]
        if part.pk is None:
            entered.values[name].append(row_value(part))
        else:
            entered.values[name][self._keys[owner.pk].index(part.pk)] = row_value(part)
        entered.rows.append(row)

    def waiting(self) -> list[ProposalDraft]:
        """Those for whose record another proposal of the same columns has been entered since the preview."""
        return [
            one
            for one in self.made.values()
            if any(
                one.values.keys() & other.changes.keys()
                for other in Amendment.objects.open().of(one.record)
            )
        ]

    def enter(self, one: ProposalDraft, *, by: User, reason: str) -> Amendment | None:
        """Enters a proposal as a draft. Raises as services.propose_change."""
        return services.propose_change(one.record, one.values, by=by, reason=reason)


def new_value(record: models.Model, name: str, cells: dict[str, Any], columns: Any) -> Any:
    """The plain value that a settled row gives a declared name; sets are not on the record, but in the cells."""
    for code, value in cells.items():
        if columns[code].many and columns[code].declared == name:
            return sorted(key_of(one) for one in value)
    return value_of(record, name)


def _code_of(name: str, columns: Any) -> str:
    return next(str(code) for code, column in columns.items() if column.declared == name)


def _only_fills(record: models.Model, name: str, changed: list[Column]) -> bool:
    """Whether the columns add languages to a text that another language has already: that is free."""
    texts = columns_of(type(record)).get(name, ())
    return (
        bool(texts)
        and all(isinstance(text, TranslationField) for text in texts)
        and not any(getattr(record, column.attribute) for column in changed)
        and any(getattr(record, text.attname) for text in texts)
    )
