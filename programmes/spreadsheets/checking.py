"""What a file would do, row by row, found without writing anything."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError
from programmes.spreadsheets.cells import as_text, is_empty
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.reading import Sheet, SheetRow
from programmes.spreadsheets.resource import Key, TableResource, messages_of


@dataclass(frozen=True)
class CellError:
    """Why a row is refused: where it stands and what is accepted. An empty column: the row as a whole."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class FieldChange:
    """One value that would change, as the file would show it before and after."""

    column: str
    before: str
    after: str


@dataclass
class RowPlan:
    """What would be done with one row: `new` or `changed`."""

    row: int
    key: str
    action: str
    changes: list[FieldChange]
    record: models.Model = field(repr=False)
    cells: dict[str, Any] = field(repr=False)


@dataclass
class Plan:
    """What a whole file would do."""

    table: TableResource
    sheet: Sheet
    rows: list[RowPlan] = field(default_factory=list)
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, unchanged, refused."""
        return {
            "new": sum(row.action == "new" for row in self.rows),
            "changed": sum(row.action == "changed" for row in self.rows),
            "unchanged": self.unchanged,
            "refused": len({error.row for error in self.errors}),
        }

    def report(self) -> dict[str, Any]:
        """The plan as plain data, to be kept with the job."""
        return {
            "sheet": self.sheet.name,
            "ignored": self.sheet.ignored,
            "counts": self.counts,
            "rows": [
                {
                    "row": row.row,
                    "key": row.key,
                    "action": row.action,
                    "changes": [asdict(change) for change in row.changes],
                }
                for row in self.rows
            ],
            "errors": [asdict(error) for error in self.errors],
        }


def fingerprint(report: dict[str, Any]) -> str:
    """A digest of what would be done: two equal ones mean that nothing has changed in between."""
    return hashlib.sha256(json.dumps(report, sort_keys=True).encode()).hexdigest()


def check(sheet: Sheet, table: TableResource, *, by: Any) -> Plan:
    """Compares a sheet with what is stored. Writes nothing, and never shows values out of the sender's scope."""
    plan = Plan(table, sheet)
    lookups = Lookups(by)
    stored = table.existing(by)
    in_scope = set(
        access.changeable(table.model._default_manager.all(), by).values_list("pk", flat=True)
    )
    seen: dict[Key, int] = {}
    for row in sheet.rows:
        cells, errors = _read(row, table, lookups)
        plan.errors += errors
        if errors:
            continue
        try:
            _check_row(plan, row, cells, stored, in_scope, seen, lookups, by)
        except ValidationError as error:
            plan.errors += _errors_of(error, row, table)
        except FrozenRowError as error:
            plan.errors.append(CellError(row.number, "", "", str(error)))
    return plan


def _read(
    row: SheetRow, table: TableResource, lookups: Lookups
) -> tuple[dict[str, Any], list[CellError]]:
    """The values of a row's cells, and what is wrong with them."""
    cells, errors = {}, []
    for column in table.columns:
        if column.code not in row.cells or column.readonly:
            continue
        raw = row.cells[column.code]
        try:
            value = column.read_cell(raw, lookups)
        except ValueError as error:
            errors.append(CellError(row.number, column.code, as_text(raw), str(error)))
            continue
        if column.required and is_empty(raw):
            errors.append(CellError(row.number, column.code, "", _("This cell must not be empty.")))
        cells[column.code] = value
    return cells, errors


def _check_row(
    plan: Plan,
    row: SheetRow,
    cells: dict[str, Any],
    stored: dict[Key, models.Model],
    in_scope: set[int],
    seen: dict[Key, int],
    lookups: Lookups,
    by: Any,
) -> None:
    table = plan.table
    key = table.key_of(cells)
    if key in seen:
        raise ValidationError(
            _("The same record stands in row %(row)s already. Keep one of the two.")
            % {"row": seen[key]}
        )
    seen[key] = row.number
    record = stored.get(key)
    if record is None:
        record = _new(table, row, cells, by)
        changes = [
            FieldChange(code, "", table.fields[code].written(value))
            for code, value in cells.items()
            if table.fields[code].written(value)
        ]
        plan.rows.append(RowPlan(row.number, _shown(key), "new", changes, record, cells))
        if hasattr(record, "code"):
            lookups.expect(record, "code")
        return
    if record.pk not in in_scope:
        raise ValidationError(_("This record lies outside your territories and programmes."))
    changes = _changes(table, record, cells)
    if not changes:
        plan.unchanged += 1
        return
    refusal = table.refusal(record)
    if refusal:
        raise ValidationError({changes[0].column: refusal})
    table.settle(record, cells, is_new=False)
    table.check(record)
    plan.rows.append(RowPlan(row.number, _shown(key), "changed", changes, record, cells))


def _new(table: TableResource, row: SheetRow, cells: dict[str, Any], by: Any) -> models.Model:
    missing = [column for column in table.columns if column.required and column.code not in cells]
    if missing:
        raise ValidationError(
            {
                column.code: _("A new record needs this column: it is not in the file.")
                for column in missing
            }
        )
    record = table.blank(cells, by)
    table.settle(record, cells, is_new=True)
    if not table.placed(record, cells, by):
        raise ValidationError(_("This record would lie outside your territories and programmes."))
    table.check(record)
    return record


def _changes(
    table: TableResource, record: models.Model, cells: dict[str, Any]
) -> list[FieldChange]:
    changes = []
    for code, value in cells.items():
        column = table.fields[code]
        before = table.value_of(record, code)
        keeps_default = (
            value in (None, "") and code not in table.keys and _has_default(table, column)
        )
        if code in table.keys or keeps_default or column.same(before, value):
            continue
        changes.append(
            FieldChange(
                code, "" if before is None else column.written(before), column.written(value)
            )
        )
    return changes


def _has_default(table: TableResource, column: Any) -> bool:
    """Whether an empty cell means "as usual": closed sets, counts and flags that are never empty on a record."""
    names = {name.name: name for name in table.model._meta.fields}
    stored = names.get(column.attribute)
    return stored is not None and not stored.null and stored.has_default()


def _shown(key: Key) -> str:
    return " · ".join(part for part in key if part)


def _errors_of(error: ValidationError, row: SheetRow, table: TableResource) -> list[CellError]:
    """Each sentence beside the column it is about, found by code, attribute or the column of a date."""
    by_attribute = {column.attribute: column.code for column in table.columns}
    found = []
    for name, message in messages_of(error):
        stem = name.removesuffix("_on").removesuffix("_precision").removesuffix("_from")
        code = (
            name
            if name in table.fields
            else by_attribute.get(name) or (stem if stem in table.fields else "")
        )
        found.append(CellError(row.number, code, as_text(row.cells.get(code)), message))
    return found
