"""Kinds of columns that several tables share: codes, quantities, dates with their precision, other spellings."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self, TypeGuard, TypeVar, overload

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.calculations.choices import Precision
from programmes.calculations.dates import PreciseDate
from programmes.type_names import Words

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NUMBER_FROM_ONE = _("Numbers start at 1.")


# what a field takes, and what it gives: Django's types of it, with None where the column may be empty
Given = TypeVar("Given", contravariant=True)
Read = TypeVar("Read", covariant=True)


class CodeField(models.CharField[Given, Read]):
    """A short stable key, used in addresses and files. Lower-case letters, digits and hyphens."""

    def __init__(self, verbose_name: Words | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("unique", True)
        kwargs.setdefault(
            "validators",
            [
                RegexValidator(
                    r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
                    _(
                        "A code has lower-case letters a to z, digits and single hyphens, e.g. cmc-souss-massa."
                    ),
                )
            ],
        )
        super().__init__(verbose_name or _("code"), **kwargs)

    def deconstruct(self) -> Any:
        """Says whether it is unique in both cases: a history table has the same column, not unique."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["unique"] = self.unique
        return name, path, args, kwargs


class QuantityField(models.DecimalField[Given, Read]):
    """A figure: at most 15 digits, 4 of them decimals (SQLite keeps no more). None is unknown, zero is zero."""

    def __init__(self, verbose_name: Words | None = None, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 15, 4
        super().__init__(verbose_name, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


def is_number(value: Any) -> TypeGuard[Decimal | int]:
    """Whether a quantity has been read as a finite number: what a field refused is still text."""
    return isinstance(value, Decimal | int) and Decimal(value).is_finite()


class DatePrecision(models.TextChoices):
    """How exactly a date is known, in words."""

    DAY = Precision.DAY.value, _("day")
    MONTH = Precision.MONTH.value, _("month")
    YEAR = Precision.YEAR.value, _("year")
    TRAINING_YEAR = Precision.TRAINING_YEAR.value, _("training year")
    SPAN = Precision.SPAN.value, _("span")
    UNKNOWN = Precision.UNKNOWN.value, _("unknown")


# what the names of the three columns of a date with its precision end with
DATE_PARTS = ("on", "precision", "from")


class PreciseDateProperty(property):
    """Reads and takes a PreciseDate on the three columns `<name>_on`, `<name>_precision`, `<name>_from`."""

    def __init__(self, name: str) -> None:
        def read(row: models.Model) -> PreciseDate:
            return PreciseDate.from_stored(
                getattr(row, f"{name}_on"),
                getattr(row, f"{name}_precision"),
                getattr(row, f"{name}_from"),
            )

        def write(row: models.Model, value: PreciseDate | None) -> None:
            value = value or PreciseDate.unknown()
            setattr(row, f"{name}_on", value.last)
            setattr(row, f"{name}_precision", value.precision.value)
            setattr(row, f"{name}_from", value.first if value.precision is Precision.SPAN else None)

        super().__init__(read, write)


class PreciseDateField:
    """Adds a date with its precision to a table.

    Three columns: `<name>_on` is the last day, which comparisons use; `<name>_precision`; and `<name>_from`,
    the first day of a span. `row.<name>` reads and takes a `calculations.dates.PreciseDate`.
    Unknown is no day at all. Django sees three ordinary columns; the table also takes the constraints
    of `precise_date_checks`.
    """

    if TYPE_CHECKING:
        # what stands in its place on a row: PreciseDateProperty
        @overload
        def __get__(self, row: None, model: type[models.Model]) -> Self: ...
        @overload
        def __get__(self, row: models.Model, model: type[models.Model]) -> PreciseDate: ...
        def __get__(self, row: Any, model: Any) -> Any: ...
        def __set__(self, row: models.Model, value: PreciseDate | None) -> None: ...

    def __init__(self, verbose_name: Words) -> None:
        self.verbose_name = verbose_name
        self.columns = {
            "on": models.DateField(verbose_name, null=True, blank=True),
            "precision": models.CharField(
                _("precision"), max_length=13, choices=DatePrecision, default=DatePrecision.UNKNOWN
            ),
            "from": models.DateField(_("first day"), null=True, blank=True),
        }

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        for suffix, column in self.columns.items():
            cls.add_to_class(f"{name}_{suffix}", column)
        setattr(cls, name, PreciseDateProperty(name))
        dates = {**precise_dates(cls), name: self.verbose_name}
        cls.precise_dates = dates  # type: ignore[attr-defined]  # `precise_dates` reads it


def precise_dates(model: type[models.Model] | models.Model) -> dict[str, Words]:
    """The dates of a table that have a precision, each with what it is called, by name."""
    dates: dict[str, Words] = getattr(model, "precise_dates", {})
    return dates


def precise_date_checks(table: str, *names: str) -> list[models.CheckConstraint]:
    """Constraints that keep the three columns of each named date in step."""
    checks = []
    periods = [one.value for one in Precision if one not in (Precision.SPAN, Precision.UNKNOWN)]
    for name in names:
        on, precision, first = f"{name}_on", f"{name}_precision", f"{name}_from"
        unknown = Q(
            **{precision: Precision.UNKNOWN.value, f"{on}__isnull": True, f"{first}__isnull": True}
        )
        span = Q(
            **{
                precision: Precision.SPAN.value,
                f"{first}__isnull": False,
                f"{on}__gte": models.F(first),
            }
        )
        other = Q(
            **{
                f"{precision}__in": periods,
                f"{on}__isnull": False,
            },
            **{f"{first}__isnull": True},
        )
        checks.append(
            models.CheckConstraint(
                condition=unknown | span | other,
                name=f"{table}_{name}_precision",
                violation_error_message=_(
                    "A date and its precision do not go together; enter the date again."
                ),
            )
        )
    return checks


def other_spellings() -> models.TextField[str, str]:
    """Other ways a name is written, in any language, one per line: search and files find the record by each."""
    return models.TextField(
        _("other spellings"),
        blank=True,
        help_text=_("One per line, in any language. Search finds the record by each."),
    )


def public_flag() -> models.BooleanField[bool, bool]:
    """Whether the public may read of a record of a reference table. Always so once something published rests on it."""
    return models.BooleanField(_("public"), default=True, help_text=_("Shown on the public pages."))


def entered_by() -> "models.ForeignKey[User | None, User | None]":
    """Who made a record that all use: they may change it (see access)."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
