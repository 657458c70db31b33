"""Kinds of cells: how a value is read from a file and written to one. Widgets of import-export.

`clean` gives the value for the record, `None` or "" for an empty cell; it raises ValueError with a sentence that says
what is accepted. `render` gives what a file holds: text, a number, a date.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from programmes.calculations.dates import DateError, PreciseDate, Precision, read_date
from programmes.models.date_sentences import date_sentence
from programmes.models.names import fold
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.numbers import read_number, write_number
from programmes.spreadsheets.values import (
    as_text,
    folded,
    guarded,
    is_empty,
    refuse_fault,
    refuse_not_text,
    unguarded,
)

__all__ = [
    "ChoiceCell",
    "DayCell",
    "IntegerCell",
    "NumberCell",
    "PreciseDateCell",
    "RowCell",
    "RowsCell",
    "TextCell",
    "YesNoCell",
    "as_text",
    "folded",
    "guarded",
    "is_empty",
]

LANGUAGES = ("fr", "ar", "en")
MANY = "|"


class Cell(Widget):
    """What all kinds share: an error cell or a time is refused, whatever the column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        refuse_fault(value)
        return self.read(value, **kwargs)

    def read(self, value: Any, **kwargs: Any) -> Any:
        """The value that a sound cell stands for. Raises ValueError."""
        raise NotImplementedError


class TextCell(Cell):
    """Text. `lines`: several values, one per line in the record, joined with | in the file."""

    def __init__(self, *, max_length: int | None = None, lines: bool = False) -> None:
        super().__init__()
        self.max_length, self.lines = max_length, lines

    def read(self, value: Any, **kwargs: Any) -> str:
        refuse_not_text(value)
        text = unguarded(as_text(value)).replace("\r\n", "\n")
        if "\x00" in text:
            raise ValueError(
                _("The text contains a sign that cannot be kept (NUL). Type it again.")
            )
        if self.lines:
            text = "\n".join(
                part.strip() for part in text.replace("\n", MANY).split(MANY) if part.strip()
            )
        if self.max_length and len(text) > self.max_length:
            raise ValueError(
                _("The text has %(length)s signs; at most %(limit)s are kept: “%(start)s”")
                % {
                    "length": len(text),
                    "limit": self.max_length,
                    "start": Truncator(text).chars(40),
                }
            )
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        text = value or ""
        return MANY.join(text.splitlines()) if self.lines else text


class NumberCell(Cell):
    """A quantity. `percent`: stored as a share of 1, written in files as 73 for 73 %."""

    def __init__(self, *, percent: bool = False, decimals: int = 4) -> None:
        super().__init__()
        self.percent, self.decimals = percent, decimals

    def read(self, value: Any, *, number_format: str = "", **kwargs: Any) -> Decimal | None:
        if is_empty(value):
            return None
        if self.percent and isinstance(value, str):
            value = value.replace("%", "").replace("٪", "")
        # a percentage keeps two decimals fewer: it is divided by a hundred
        number = read_number(
            value,
            decimals=self.decimals - 2 if self.percent else self.decimals,
            number_format=number_format,
        )
        return number / 100 if self.percent else number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Decimal | None:
        if value is None:
            return None
        return Decimal(write_number(value * 100 if self.percent else value))


class IntegerCell(Cell):
    """A whole number from zero."""

    def read(self, value: Any, *, number_format: str = "", **kwargs: Any) -> int | None:
        if is_empty(value):
            return None
        number = read_number(value, number_format=number_format)
        if number != number.to_integral_value() or not 0 <= number <= 2_147_483_647:
            raise ValueError(
                _("“%(text)s” is not a whole number from zero.") % {"text": as_text(value)}
            )
        return int(number)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int | None:
        return value


class DayCell(Cell):
    """A day, day first."""

    def read(self, value: Any, **kwargs: Any) -> date | None:
        stated = _read_date(value)
        if stated.precision is Precision.UNKNOWN:
            return None
        if stated.precision is not Precision.DAY:
            raise ValueError(
                _("“%(text)s” is not a day. Accepted: 17/02/2021 or 2021-02-17.")
                % {"text": as_text(value)}
            )
        return stated.last

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> date | None:
        return value


class PreciseDateCell(Cell):
    """A date with its precision: a day, 02/2021, 2021, 2021-2022 for a training year, 2023..2024 for a span."""

    def read(self, value: Any, **kwargs: Any) -> PreciseDate:
        return _read_date(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | date:
        if value.precision is Precision.DAY:
            return value.last
        return value.notation


class ChoiceCell(Cell):
    """One value of a closed set: its code, or its label in any of the three languages."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def read(self, value: Any, **kwargs: Any) -> str:
        if is_empty(value):
            return ""
        found = self._spellings.get(fold(as_text(value)), set())
        if len(found) == 1:
            return next(iter(found))
        raise ValueError(
            _("“%(text)s” is not known here. Accepted: %(accepted)s.")
            % {
                "text": as_text(value),
                "accepted": ", ".join(
                    f"{choice.label} ({choice.value})" for choice in self.choices
                ),
            }
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value or ""

    @cached_property
    def _spellings(self) -> dict[str, set[str]]:
        """The values that each folded label means, and each folded code, which comes before labels."""
        found: dict[str, set[str]] = {}
        for language in LANGUAGES:
            with translation.override(language):
                for choice in self.choices:
                    found.setdefault(fold(str(choice.label)), set()).add(choice.value)
        return found | {fold(choice.value): {choice.value} for choice in self.choices}


class YesNoCell(Cell):
    """Yes or no, in any of the three languages."""

    YES = {"1", "oui", "نعم", "yes", "true", "vrai", "صحيح", "o", "y"}
    NO = {"0", "non", "لا", "no", "false", "faux", "خطأ", "n"}

    def read(self, value: Any, **kwargs: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        if is_empty(value):
            return None
        word = fold(as_text(value))
        if word in self.YES:
            return True
        if word in self.NO:
            return False
        raise ValueError(
            _("“%(text)s” is neither yes nor no. Accepted: %(accepted)s.")
            % {"text": as_text(value), "accepted": "1, 0, oui, non, نعم, لا, yes, no"}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int | None:
        return None if value is None else int(value)


class RowCell(Cell):
    """Another record, by its key."""

    def __init__(self, model: type[models.Model], key: str = "code") -> None:
        super().__init__()
        self.model, self.key = model, key

    def read(self, value: Any, *, lookups: Lookups, **kwargs: Any) -> models.Model | None:
        if is_empty(value):
            return None
        return self.find(as_text(value), lookups)

    def find(self, code: str, lookups: Lookups) -> models.Model:
        """The record of that key. Raises ValueError where there is none that the sender may use."""
        found = lookups.find(self.model, self.key, code)
        if found is None:
            raise ValueError(
                _(
                    "“%(code)s” is neither the code nor the name of a record you can use in: %(table)s."
                )
                % {"code": code, "table": self.model._meta.verbose_name_plural}
            )
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return getattr(value, self.key) if value is not None else ""


class RowsCell(RowCell):
    """Several records, by their keys, joined with |."""

    def read(self, value: Any, *, lookups: Lookups, **kwargs: Any) -> list[models.Model]:
        codes = [code.strip() for code in as_text(value).split(MANY) if code.strip()]
        # two spellings of one record are that record once
        found = {id(record): record for record in (self.find(code, lookups) for code in codes)}
        return list(found.values())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        rows = value.all() if hasattr(value, "all") else value or []
        return MANY.join(sorted(getattr(row, self.key) for row in rows))


def _read_date(value: Any) -> PreciseDate:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return PreciseDate.of_day(value)
    try:
        return read_date(as_text(value))
    except DateError as error:
        raise ValueError(date_sentence(error)) from None
