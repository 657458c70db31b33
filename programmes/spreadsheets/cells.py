"""Kinds of cells: how a value is read from a file and written to one. Widgets of import-export.

`clean` gives the value for the record, `None` or "" for an empty cell; it raises ValueError with a sentence that says
what is accepted. `render` gives what a file holds: text, a number, a date.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from programmes.calculations.dates import DateError, PreciseDate, Precision, read_date
from programmes.models.date_sentences import date_sentence
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.numbers import read_number, write_number

LANGUAGES = ("fr", "ar", "en")
MANY = "|"


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing. Zero and False are something."""
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """A cell as the text that a person sees in it: 15000, not 15000.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    return "" if value is None else str(value).strip()


def folded(text: str) -> str:
    """Text with case and repeated spaces removed, to compare words typed by people."""
    return " ".join(str(text).casefold().split())


# A text that starts with one of these is run as a formula by a spreadsheet program.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it; numbers are left alone."""
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def unguarded(text: str) -> str:
    """The text that `guarded` made harmless, as it was."""
    if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS):
        return text[1:]
    return text


class TextCell(Widget):
    """Text. `lines`: several values, one per line in the record, joined with | in the file."""

    def __init__(self, *, max_length: int | None = None, lines: bool = False) -> None:
        super().__init__()
        self.max_length, self.lines = max_length, lines

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
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


class NumberCell(Widget):
    """A quantity. `percent`: stored as a share of 1, written in files as 73 for 73 %."""

    def __init__(self, *, percent: bool = False, decimals: int = 4) -> None:
        super().__init__()
        self.percent, self.decimals = percent, decimals

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        if is_empty(value):
            return None
        if self.percent and isinstance(value, str):
            value = value.replace("%", "").replace("٪", "")
        # a percentage keeps two decimals fewer: it is divided by a hundred
        number = read_number(value, decimals=self.decimals - 2 if self.percent else self.decimals)
        return number / 100 if self.percent else number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Decimal | None:
        if value is None:
            return None
        return Decimal(write_number(value * 100 if self.percent else value))


class IntegerCell(Widget):
    """A whole number from zero."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if is_empty(value):
            return None
        number = read_number(value)
        if number != number.to_integral_value() or not 0 <= number <= 2_147_483_647:
            raise ValueError(
                _("“%(text)s” is not a whole number from zero.") % {"text": as_text(value)}
            )
        return int(number)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int | None:
        return value


class DayCell(Widget):
    """A day, day first."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
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


class PreciseDateCell(Widget):
    """A date with its precision: a day, 02/2021, 2021, 2021-2022 for a training year, 2023..2024 for a span."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> PreciseDate:
        return _read_date(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | date:
        if value.precision is Precision.DAY:
            return value.last
        return value.notation


class ChoiceCell(Widget):
    """One value of a closed set: its code, or its label in any of the three languages."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if is_empty(value):
            return ""
        wanted = folded(as_text(value))
        for choice in self.choices:
            if wanted == folded(choice.value) or wanted in self._labels(choice):
                return choice.value
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

    @staticmethod
    def _labels(choice: models.TextChoices) -> set[str]:
        found = set()
        for language in LANGUAGES:
            with translation.override(language):
                found.add(folded(choice.label))
        return found


class YesNoCell(Widget):
    """Yes or no, in any of the three languages."""

    YES = {"1", "oui", "نعم", "yes", "true", "vrai", "صحيح", "o", "y"}
    NO = {"0", "non", "لا", "no", "false", "faux", "خطأ", "n"}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        if is_empty(value):
            return None
        word = folded(as_text(value))
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


class RowCell(Widget):
    """Another record, by its key."""

    def __init__(self, model: type[models.Model], key: str = "code") -> None:
        super().__init__()
        self.model, self.key = model, key

    def clean(
        self, value: Any, row: Any = None, *, lookups: Lookups, **kwargs: Any
    ) -> models.Model | None:
        if is_empty(value):
            return None
        return self.find(as_text(value), lookups)

    def find(self, code: str, lookups: Lookups) -> models.Model:
        """The record of that key. Raises ValueError where there is none that the sender may use."""
        found = lookups.find(self.model, self.key, code)
        if found is None:
            raise ValueError(
                _("“%(code)s” is not the code of a record you can use in: %(table)s.")
                % {"code": code, "table": self.model._meta.verbose_name_plural}
            )
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return getattr(value, self.key) if value is not None else ""


class RowsCell(RowCell):
    """Several records, by their keys, joined with |."""

    def clean(
        self, value: Any, row: Any = None, *, lookups: Lookups, **kwargs: Any
    ) -> list[models.Model]:
        codes = [code.strip() for code in as_text(value).split(MANY) if code.strip()]
        return [self.find(code, lookups) for code in dict.fromkeys(codes)]

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
