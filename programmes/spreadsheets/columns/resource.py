"""What a table does with the rows of a file, beyond its columns."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.declarative import DeclarativeMetaclass
from import_export.resources import Resource

from programmes import access
from programmes.models.columns import DATE_PARTS, precise_dates
from programmes.models.history import name_author
from programmes.services.entries import require
from programmes.spreadsheets.columns.column import Column
from programmes.type_names import Rows

Key = tuple[str, ...]
# between the parts of a key as people read it
BETWEEN = " · "


def shown_key(key: Key) -> str:
    """A key as people read it; no two records of a table have the same."""
    return BETWEEN.join(filter(None, key))


class TableType(DeclarativeMetaclass):
    """Makes of a list of columns, one a language (`in_each_language`), columns that each have their own name."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> "TableType":
        told: dict[str, Any] = {}
        for key, value in attributes.items():
            if isinstance(value, list) and all(isinstance(one, Column) for one in value):
                told |= {one.code: one for one in value}
            else:
                told[key] = value
        made: TableType = super().__new__(cls, name, bases, told)
        return made


class TableResource(Resource, metaclass=TableType):
    """The columns of one table and how its rows are found, built and saved.

    The columns are fields of import-export, declared as class attributes; the export runs through it. The import
    checks every row against what is stored without writing anything, then applies the whole in one transaction
    (see importing/).
    """

    name: ClassVar[str]
    model: ClassVar[type[models.Model]]
    # the columns that say which record a row is
    keys: ClassVar[tuple[str, ...]] = ("code",)
    # columns whose values stand on another record (see export_field)
    of_another_row: ClassVar[frozenset[str]] = frozenset()
    # columns that tell records apart where the columns of `keys` are empty
    nature: ClassVar[tuple[str, ...]] = ()
    # groups of columns by whose texts stored records are looked up; where there are none, the table is read whole
    narrowed_by: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # its new and changed drafts are written many at a time
    many_rows: ClassVar[bool] = False
    related: ClassVar[tuple[str, ...]] = ()
    many: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        # what earlier rows of the file being checked have taken, for tables that number their rows
        self.seen: dict[Any, int] = {}
        self._kept: dict[Any, set[int]] = {}
        self._empty: dict[str, Any] = {}

    @property
    def label(self) -> str:
        """What people call the table, in the reader's language."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def columns(self) -> list[Column]:
        """The columns in their order."""
        return list(self.fields.values())

    @property
    def parts(self) -> list[Column]:
        """Columns that a file may have in place of the one that names a record by its key."""
        return [part for column in self.columns for part in getattr(column.widget, "parts", ())]

    def queryset(self, by: User) -> models.QuerySet[Any]:
        """The rows that a member of staff may see, with all that their cells need."""
        return self.complete(access.visible(self.model._default_manager.all(), by))

    def complete(self, rows: Rows) -> Rows:
        """Rows with all that their cells need, in the order of an export."""
        return (
            rows.select_related(*self.related).prefetch_related(*self.many).order_by(*self.order())
        )

    def order(self) -> tuple[str, ...]:
        """The order of an export: by key."""
        return tuple(self.fields[key].attribute for key in self.keys)

    def is_told_apart(self, texts: dict[str, str]) -> bool:
        """Whether a stored record of these texts can be meant by its nature."""
        return True

    def text_of(self, record: Any, column: Column) -> str:
        """What a file shows of a record in a column."""
        value = self.value_of(record, column.code)
        return "" if value is None else column.written(value)

    def blank(self, cells: dict[str, Any], by: User) -> models.Model:
        """A new, unsaved record."""
        return self.model()

    def settle(self, record: Any, cells: dict[str, Any], *, is_new: bool) -> None:
        """Puts the read cells on the record (many-to-many ones wait for the save). Raises ValidationError."""
        for code, value in cells.items():
            column = self.fields[code]
            if not column.many:
                self.put(record, column, value)

    def put(self, record: Any, column: Column, value: Any) -> None:
        """Sets one value; a cell that is empty where the column may not be keeps the column's default."""
        if value is None or value == "":
            if column.code not in self._empty:
                self._empty[column.code] = _empty(self.model._meta.get_field(column.attribute))
            value = self._empty[column.code]
        setattr(record, column.attribute, value)

    def value_of(self, record: Any, code: str) -> Any:
        """The value that a record has now in a column."""
        return self.fields[code].of(record)

    def refusal(self, record: Any) -> str:
        """Why a stored record may not be changed by a file; empty where it may."""
        return ""

    def refusal_of_columns(self, codes: Iterable[str], by: User) -> str:
        """Why a person may not change these columns of any record; empty where they may."""
        held = access.held_columns(by, self.model)
        names = [
            str(column.label) for code in codes if (column := self.fields[code]).attribute in held
        ]
        if not names:
            return ""
        return _(
            "%(columns)s: only those to whom the whole country is assigned may change this."
        ) % {"columns": ", ".join(names)}

    def placed(self, record: Any, cells: dict[str, Any], by: User) -> bool:
        """Whether a record, new or moved, would lie in the sender's scope."""
        return True

    def owners_placed(self, owners: Iterable[models.Model | None], by: User) -> bool:
        """Whether any of the records that a new one hangs on may be changed by the sender.

        One that the same file makes counts: it has been checked itself.
        """
        return any(
            owner is not None and (owner.pk is None or self._keeps(owner, by)) for owner in owners
        )

    def _keeps(self, owner: models.Model, by: User) -> bool:
        """Whether a person may change a record: asked for a whole table at once, of which rows name many."""
        asked = type(owner), by.pk
        if asked not in self._kept:
            rows = access.changeable(type(owner)._default_manager.all(), by)
            self._kept[asked] = set(rows.order_by().values_list("pk", flat=True))
        return owner.pk in self._kept[asked]

    def check(self, record: Any) -> None:
        """Raises ValidationError where the record breaks a rule of its model; its sentences are named by columns."""
        unsaved = [
            field.name
            for field in self.model._meta.fields
            if isinstance(field, models.ForeignKey)
            and field.is_cached(record)
            and getattr(record, field.name) is not None
            and getattr(record, field.name).pk is None
        ]
        try:
            if unsaved:
                record.clean_fields(exclude=unsaved)
            else:
                record.full_clean()
        except ValidationError as error:
            raise self._by_column(record, error) from error

    def _by_column(self, record: Any, error: ValidationError) -> ValidationError:
        """The error with each field named by the column that holds it, where one does; a date is one."""
        dates = {
            f"{name}_{part}": name for name in precise_dates(self.model) for part in DATE_PARTS
        }
        found: dict[str, list[ValidationError]] = {}
        for name, sentences in error.error_dict.items():
            found.setdefault(dates.get(name, name), []).extend(sentences)
        codes = {
            name: column.code
            for column in reversed(self.columns)
            for name in (column.declared, column.attribute)
            if name in found and column.holds(record)
        }
        return ValidationError({codes.get(name, name): said for name, said in found.items()})

    def remove(self, record: Any, *, by: User) -> None:
        """Removes a record that an import made. Raises ProtectedError where others depend on it."""
        require(by, "delete", self.model)
        if not access.may_delete(by, record):
            raise PermissionDenied(access.outside_sentence(self.model))
        name_author(record, by)
        record.delete()

    def remove_all(self, records: list[Any], *, by: User) -> None:
        """Removes several, in that order. Raises as `remove`, and does not say which record it was."""
        for record in records:
            self.remove(record, by=by)

    def last_changed_by(self, record: Any) -> str:
        """Who touched a record last, as far as it is known."""
        latest = (
            record.history.select_related("history_user").first()
            if hasattr(record, "history")
            else None
        )
        return str(latest.history_user or "") if latest else ""

    def save(self, record: Any, cells: dict[str, Any], *, by: User, is_new: bool) -> None:
        """Writes one checked record. Raises PermissionDenied or ValidationError."""
        require(by, "add" if is_new else "change", self.model)
        refusal = "" if is_new else self.refusal_of_columns(cells, by)
        if refusal or (is_new and not access.may_add(by, self.model)):
            raise PermissionDenied(refusal or access.outside_sentence(self.model))
        record.full_clean()
        name_author(record, by)
        record.save()
        for code, value in cells.items():
            if self.fields[code].many:
                getattr(record, self.fields[code].attribute).set(value)
        if not access.may_change(by, record):
            raise PermissionDenied(access.outside_sentence(self.model))


def _empty(field: Any) -> Any:
    """What a column holds where a cell is empty."""
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""


def messages_of(error: ValidationError) -> list[tuple[str, str]]:
    """The (field, sentence) pairs of a validation error; an empty field where it is about the whole record."""
    if hasattr(error, "error_dict"):
        return [
            ("" if field == "__all__" else field, message)
            for field, errors in error.message_dict.items()
            for message in errors
        ]
    return [("", message) for message in error.messages]
