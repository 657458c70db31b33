"""What a file would do, row by row, found without writing anything."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError
from programmes.spreadsheets.cells import as_text, is_empty
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.outcomes import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    CellError,
    Outcome,
    Unchanged,
)
from programmes.spreadsheets.reading import Sheet
from programmes.spreadsheets.resource import TableResource, messages_of

Raw = list[Any]


def check(sheet: Sheet, table: TableResource, *, by: Any) -> Iterator[Outcome | Unchanged]:
    """Compares each row of a sheet with what is stored.

    Writes nothing, and never shows values out of the sender's scope. Tables of many rows bring a quicker way to the
    same outcomes.
    """
    if table.quick_check is not None:
        return table.quick_check(sheet, table, by)
    return Check(sheet, table, by).outcomes()


class Check:
    """One pass over the rows of any table, through its model's own validation."""

    def __init__(self, sheet: Sheet, table: TableResource, by: Any) -> None:
        self.sheet, self.table, self.by = sheet, table, by
        self.lookups = Lookups(by)
        self.stored = table.existing(by)
        self.in_scope = set(
            access.changeable(table.model._default_manager.all(), by).values_list("pk", flat=True)
        )
        self.seen: dict[Any, int] = {}
        self.number_format = sheet.detected.get("number_format", "")

    def outcomes(self) -> Iterator[Outcome]:
        """What each row would do, in the file's order."""
        for number, raw in self.sheet.rows:
            cells, errors = self._read(number, raw)
            if not errors:
                try:
                    yield self._outcome(number, cells)
                    continue
                except ValidationError as error:
                    errors = self._located(error, number, raw)
                except FrozenRowError as error:
                    errors = [CellError(number, "", "", str(error))]
            yield Outcome(number, REFUSED, errors=errors)

    def _read(self, number: int, raw: Raw) -> tuple[dict[str, Any], list[CellError]]:
        """The values of a row's cells, and what is wrong with them."""
        cells, errors = {}, []
        for column, value in zip(self.sheet.columns, raw, strict=True):
            if column.readonly:
                continue
            try:
                cells[column.code] = column.read_cell(value, self.lookups, self.number_format)
            except ValueError as error:
                errors.append(CellError(number, column.code, as_text(value), str(error)))
                continue
            if column.required and is_empty(value):
                errors.append(CellError(number, column.code, "", _("This cell must not be empty.")))
        return cells, errors

    def _outcome(self, number: int, cells: dict[str, Any]) -> Outcome:
        key = self.table.key_of(cells)
        record = self.stored.get(key)
        # two keys may mean one record: a reference, and what else tells it apart
        for known in (key, record.pk) if record else (key,):
            if self.seen.setdefault(known, number) != number:
                raise ValidationError(
                    _("The same record stands in row %(row)s already. Keep one of the two.")
                    % {"row": self.seen[known]}
                )
        shown = " · ".join(part for part in key if part)
        if record is None:
            return self._new(number, shown, cells)
        if record.pk not in self.in_scope:
            raise ValidationError(_("This record lies outside your territories and programmes."))
        before, after = self._compared(record, cells)
        changed = [
            column
            for column, text in zip(self.sheet.columns, after, strict=True)
            if text is not None
        ]
        if not changed:
            return Outcome(number, UNCHANGED, shown, record.pk)
        refusal = self.table.refusal(record)
        if refusal:
            raise ValidationError({changed[0].code: refusal})
        self.table.settle(record, cells, is_new=False)
        self.table.check(record)
        return Outcome(number, CHANGED, shown, record.pk, before, after)

    def _new(self, number: int, shown: str, cells: dict[str, Any]) -> Outcome:
        missing = [
            column for column in self.table.columns if column.required and column.code not in cells
        ]
        if missing:
            raise ValidationError(
                {
                    column.code: _("A new record needs this column: it is not in the file.")
                    for column in missing
                }
            )
        record = self.table.blank(cells, self.by)
        self.table.settle(record, cells, is_new=True)
        if not self.table.placed(record, cells, self.by):
            raise ValidationError(
                _("This record would lie outside your territories and programmes.")
            )
        self.table.check(record)
        if hasattr(record, "code"):
            self.lookups.expect(record, "code")
        after = [
            (column.written(cells[column.code]) or None) if column.code in cells else None
            for column in self.sheet.columns
        ]
        return Outcome(number, NEW, shown, None, [None] * len(after), after)

    def _compared(
        self, record: models.Model, cells: dict[str, Any]
    ) -> tuple[list[str | None], list[str | None]]:
        """The texts before and after of the cells that would change."""
        befores: list[str | None] = []
        afters: list[str | None] = []
        for column in self.sheet.columns:
            before = after = None
            if column.code in cells and column.code not in self.table.keys:
                stored, sent = self.table.value_of(record, column.code), cells[column.code]
                keeps = sent in (None, "") and has_default(self.table, column)
                if not keeps and not column.same(stored, sent):
                    before = "" if stored is None else column.written(stored)
                    after = column.written(sent)
            befores.append(before)
            afters.append(after)
        return befores, afters

    def _located(self, error: ValidationError, number: int, raw: Raw) -> list[CellError]:
        """Each sentence beside the column it is about, found by code, attribute or the column of a date."""
        by_attribute = {column.attribute: column.code for column in self.table.columns}
        values = {column.code: value for column, value in zip(self.sheet.columns, raw, strict=True)}
        found = []
        for name, message in messages_of(error):
            stem = name.removesuffix("_on").removesuffix("_precision").removesuffix("_from")
            code = name if name in self.table.fields else by_attribute.get(name, "")
            code = code or (stem if stem in self.table.fields else "")
            found.append(CellError(number, code, as_text(values.get(code)), message))
        return found


def has_default(table: TableResource, column: Column) -> bool:
    """Whether an empty cell means "as usual": closed sets, counts and flags that are never empty on a record."""
    stored = {field.name: field for field in table.model._meta.fields}.get(column.attribute)
    return stored is not None and not stored.null and stored.has_default()
