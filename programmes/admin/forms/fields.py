"""Boxes of the staff's forms: dates with their precision, days, numbers as people type them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.choices import Precision
from programmes.calculations.dates import DateError, DateFault, PreciseDate, read_date
from programmes.models.date_sentences import date_sentence
from programmes.models.reasons import has_words
from programmes.spreadsheets.columns.numbers import read_number, write_number

# Signs that turn the direction of what follows; they have no place in a name and can disguise one.
_DISGUISES = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
LONGEST_DATE = 60
DATE_HELP = gettext_lazy(
    "The day first: 17/02/2021. Also 02/2021, 2021, 2021-2022 for a training year, 2023..2024 for a span."
)


def undisguised(value: Any) -> Any:
    """Text without the invisible signs that override the direction of writing."""
    return value.translate(_DISGUISES) if isinstance(value, str) else value


def require_words(text: str) -> str:
    """The text of a reason.

    Raises:
        ValidationError: it is not empty, and has no letter that a reader sees.
    """
    if text and not has_words(text):
        raise ValidationError(_("There is no letter here that can be read: say it in words."))
    return text


def written_date(when: PreciseDate) -> str:
    """A precise date as it is typed, day first; `read_date` reads it back to the same date."""
    if when.precision is Precision.TRAINING_YEAR:
        return when.notation
    return "..".join("/".join(reversed(end.split("-"))) for end in when.notation.split(".."))


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST_DATE:
        raise DateError(DateFault.UNREADABLE, f"{text[:20]}…")


class PreciseDateFormField(forms.Field):
    """One box for a date with its precision. Empty is an unknown date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", DATE_HELP)
        options.setdefault(
            "widget",
            forms.TextInput(
                # digits alone go from left to right, what begins with an Arabic word as that does
                attrs={"dir": "auto", "size": 24, "autocomplete": "off", "class": "precise-date"}
            ),
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> PreciseDate:
        if isinstance(value, PreciseDate):
            return value
        try:
            _refuse_long(value or "")
            return read_date(value or "")
        except DateError as error:
            raise ValidationError(date_sentence(error), code=error.code.value) from None

    def validate(self, value: PreciseDate) -> None:
        if self.required and value.last is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def prepare_value(self, value: Any) -> Any:
        return written_date(value) if isinstance(value, PreciseDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial or "") != self.to_python(data)
        except ValidationError:
            return True


class DayFormField(forms.DateField):
    """A day, read as everywhere else here: day first, Arabic digits too, nothing guessed."""

    widget = AdminDateWidget

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            _refuse_long(value)
            stated = read_date(value)
        except DateError as error:
            raise ValidationError(date_sentence(error), code=error.code.value) from None
        if stated.precision is Precision.UNKNOWN:
            return None
        if stated.precision is not Precision.DAY:
            raise ValidationError(
                _("“%(text)s” is not a day. Accepted: 17/02/2021 or 2021-02-17.") % {"text": value},
                code="not_a_day",
            )
        return stated.last

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"dir": "auto"}


class AmountFormField(forms.DecimalField):
    """A number as people type it: 1 234,5 · 1.234,5 · 1,234.5 · ١٢٣٤٫٥. What can be read two ways is refused."""

    def __init__(self, **options: Any) -> None:
        options["widget"] = forms.TextInput(
            attrs={"dir": "ltr", "inputmode": "decimal", "size": 18, "class": "amount"}
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # its stubs take it for a whole number
        if value in self.empty_values or isinstance(value, Decimal):
            return super().to_python(value)
        text = str(value).replace("%", "").replace("٪", "")
        if not text.strip():
            return None
        try:
            return read_number(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return write_number(value).replace(".", get_format("DECIMAL_SEPARATOR"))
