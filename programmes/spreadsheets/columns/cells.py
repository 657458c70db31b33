"""Kinds of cells: how a value is read from a file and written to one. Widgets of import-export.

`clean` gives the value for the record, `None` or "" for an empty cell; it raises ValueError with a sentence that says
what is accepted. `render` gives what a file holds: text, a number, a date.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from programmes import languages
from programmes.calculations.choices import Precision
from programmes.calculations.dates import (
    DateError,
    PreciseDate,
    is_loose_date,
    read_date,
    training_year_cut_short,
    written_moment,
)
from programmes.models.date_sentences import date_sentence
from programmes.models.names import fold
from programmes.spreadsheets.columns.doubts import Cause, Doubt
from programmes.spreadsheets.columns.lookups import Lookups
from programmes.spreadsheets.columns.numbers import read_number, write_number
from programmes.spreadsheets.columns.values import (
    BROKEN,
    CellRefusal,
    as_text,
    cleaned,
    is_empty,
    refuse_fault,
    refuse_not_text,
    sentence_of_time,
    unguarded,
)

MANY = "|"
# what a date cell holds from before it is a number that was given the format of a date
EARLIEST_DATE_CELL = 1950
# where a spreadsheet counts its days from: the number 2021 is the day 13/07/1905, in text too once it was shown so
_DAY_ZERO = date(1899, 12, 30)
_YEARS = range(1950, 2101)


class Cell(Widget):
    """What all kinds share: an error cell or a time is refused, whatever the column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        refuse_fault(value)
        return self.read(value, **kwargs)

    def read(self, value: Any, **kwargs: Any) -> Any:
        """The value that a sound cell stands for. Raises ValueError."""
        raise NotImplementedError

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        """Why a cell that was read is to be confirmed by its sender; None where it is certain."""
        return None


USUAL_DECIMALS = 4
# letters of which a program that did not know them made question marks
_ONLY_ASKING = re.compile(r"[?\s]*\?{3}[?\s]*")


class TextCell(Cell):
    """Text. `lines`: several values, one per line in the record, joined with | in the file."""

    def __init__(self, *, max_length: int | None = None, lines: bool = False) -> None:
        super().__init__()
        self.max_length, self.lines = max_length, lines

    def read(self, value: Any, **kwargs: Any) -> str:
        refuse_not_text(value)
        text = self.tidy(unguarded(as_text(value)).replace("\r\n", "\n"))
        if "\x00" in text:
            raise ValueError(
                _("The text contains a sign that cannot be kept (NUL). Type it again.")
            )
        if BROKEN.search(text) or _ONLY_ASKING.fullmatch(text):
            raise ValueError(
                _(
                    "“%(text)s” was broken by another program: some of its signs are not those that were typed. "
                    "Type it again."
                )
                % {"text": Truncator(text).chars(40)}
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

    def tidy(self, text: str) -> str:
        """A text as it is kept: names and codes, which have a length, with plain spaces."""
        return cleaned(text, is_name=self.max_length is not None)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        text = value or ""
        return MANY.join(text.splitlines()) if self.lines else text


class HcpCodeCell(TextCell):
    """The code of a territory at the High Commission for Planning: 01, 01.511. Spreadsheets make 1 and 1.511 of it."""

    def tidy(self, text: str) -> str:
        found = re.fullmatch(r"(\d{1,2})(?:[.,](\d{1,3}))?", super().tidy(text))
        if found is None:
            return super().tidy(text)
        region, province = found.groups()
        return region.zfill(2) + (f".{province.ljust(3, '0')}" if province else "")


class NumberCell(Cell):
    """A quantity. `percent`: stored as a share of 1, written in files as 73 for 73 %."""

    def __init__(self, *, percent: bool = False, decimals: int = USUAL_DECIMALS) -> None:
        super().__init__()
        self.percent, self.decimals = percent, decimals

    def read(
        self, value: Any, *, number_format: str = "", rounding: int | None = None, **kwargs: Any
    ) -> Decimal | None:
        if is_empty(value):
            return None
        if self.percent and isinstance(value, str):
            value = value.replace("%", "").replace("٪", "")
        # a percentage keeps two decimals fewer: it is divided by a hundred
        number = read_number(
            value,
            decimals=self.decimals - 2 if self.percent else self.decimals,
            number_format=number_format,
            # a place on a map keeps its own decimals: two would move it by a kilometre
            rounding=rounding if self.decimals <= USUAL_DECIMALS else rounding and self.decimals,
        )
        return number / 100 if self.percent else number

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        if not self.percent or not value or abs(value) >= Decimal("0.01"):
            return None
        if isinstance(raw, str) and ("%" in raw or "٪" in raw):
            return None
        said = {"text": as_text(raw), "more": write_number(value * 10_000)}
        return Doubt(
            Cause.FRACTION,
            _("“%(text)s” is read as %(text)s %%, less than one per cent. Was %(more)s %% meant?")
            % said,
        )

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

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
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

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        return _year_as_day(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class MomentCell(Cell):
    """A moment, to the microsecond and as of Greenwich: 2025-03-01T14:30:00.000000Z. No file fills it."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return written_moment(value) if value else ""


class PreciseDateCell(Cell):
    """A date with its precision: a day, 02/2021, 2021, 2021-2022 for a training year, 2023..2024 for a span."""

    def read(self, value: Any, **kwargs: Any) -> PreciseDate:
        return _read_date(value)

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        if isinstance(raw, str) and (year := training_year_cut_short(raw)):
            sentence = _("“%(text)s” is read as a month. Was the training year %(year)s meant?")
            return Doubt(Cause.LOOSE_DATE, sentence % {"text": as_text(raw), "year": year})
        if not isinstance(raw, str) or not is_loose_date(raw):
            return _year_as_day(value.last if value.precision is Precision.DAY else None)
        said = {"text": as_text(raw), "month": value.notation}
        return Doubt(Cause.LOOSE_DATE, _("“%(text)s” is read as the month %(month)s.") % said)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value.precision is Precision.DAY:
            return value.last
        return value.notation


class ChoiceCell(Cell):
    """One value of a closed set: its code, or its label in any language of the site."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def read(self, value: Any, **kwargs: Any) -> str:
        if is_empty(value):
            return ""
        found = self._spellings.get(fold(as_text(value)), set())
        if len(found) == 1:
            return next(iter(found))
        raise CellRefusal(
            _("“%(text)s” is not known here. Accepted: %(accepted)s.")
            % {
                "text": as_text(value),
                "accepted": ", ".join(
                    f"{choice.label} ({choice.value})" for choice in self.choices
                ),
            },
            self.choices.values,
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value or ""

    @cached_property
    def _spellings(self) -> dict[str, set[str]]:
        """The values that each folded label means, and each folded code, which comes before labels."""
        found: dict[str, set[str]] = {}
        for language in languages.CODES:
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
    """Another record, by its key. `related`: what its rules ask of it, read with it."""

    def __init__(
        self, model: type[models.Model], key: str = "code", related: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.model, self.key, self.related = model, key, related

    def read(  # type: ignore[override]  # it is always given what it looks up in
        self, value: Any, *, lookups: Lookups, **kwargs: Any
    ) -> models.Model | None:
        if is_empty(value):
            return None
        return self.find(as_text(value), lookups)

    def find(self, code: str, lookups: Lookups) -> models.Model:
        """The record of that key. Raises ValueError where there is none that the sender may use."""
        found = lookups.find(self.model, self.key, code, self.related)
        if found is not None:
            return found
        near = lookups.near(self.model, self.key, code)
        if len(near) == 1:
            return near[0]
        sentence = _(
            "“%(code)s” is neither the code nor the name of a record you can use in: %(table)s."
        ) % {"code": code, "table": self.model._meta.verbose_name_plural}
        if near:
            listed = ", ".join(f"{row} ({getattr(row, self.key)})" for row in near)
            sentence += " " + _("Near it: %(records)s.") % {"records": listed}
        raise CellRefusal(sentence, [getattr(row, self.key) for row in near])

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        for text in as_text(raw).split(MANY):
            name = text.strip()
            if name and lookups.find(self.model, self.key, name, self.related) is None:
                near = lookups.near(self.model, self.key, name)[0]
                said = {"text": name, "record": f"{near} ({getattr(near, self.key)})"}
                return Doubt(Cause.NEAR_NAME, _("“%(text)s” is read as %(record)s.") % said)
        return None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return getattr(value, self.key) if value is not None else ""


class RowsCell(RowCell):
    """Several records, by their keys, joined with |."""

    def read(  # type: ignore[override]  # several in the place of one
        self, value: Any, *, lookups: Lookups, **kwargs: Any
    ) -> list[models.Model]:
        codes = [code.strip() for code in as_text(value).split(MANY) if code.strip()]
        # two spellings of one record are that record once
        found = {id(record): record for record in (self.find(code, lookups) for code in codes)}
        return list(found.values())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        rows = value.all() if hasattr(value, "all") else value or []
        return MANY.join(sorted(getattr(row, self.key) for row in rows))


def _year_as_day(day: date | None) -> Doubt | None:
    if day is None or (year := (day - _DAY_ZERO).days) not in _YEARS:
        return None
    said = {"day": day.strftime("%d/%m/%Y"), "year": year}
    return Doubt(
        Cause.YEAR_AS_DAY,
        _(
            "%(day)s is what a program makes of the number %(year)s under the format of a date. Was the year meant?"
        )
        % said,
    )


def _read_date(value: Any) -> PreciseDate:
    if isinstance(value, datetime):
        if value.time() != time.min:
            raise ValueError(sentence_of_time(value))
        value = value.date()
    if isinstance(value, date):
        if value.year < EARLIEST_DATE_CELL:
            raise ValueError(
                _(
                    "The cell holds the day %(day)s: as a rule a number such as 2021 under the format of a date."
                    " Format it as text and type it again."
                )
                % {"day": value.strftime("%d/%m/%Y")}
            )
        return PreciseDate.of_day(value)
    try:
        return read_date(as_text(value))
    except DateError as error:
        raise ValueError(date_sentence(error)) from None
