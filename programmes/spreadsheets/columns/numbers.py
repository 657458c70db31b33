"""Numbers as people type them in three languages."""

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.values import CellRefusal

# How a file writes its numbers, where its sender says so: the decimal sign and the sign between thousands.
# Any kind of space between thousands, and the Arabic signs, can be read one way only and are always accepted.
NUMBER_FORMATS = {"1 234,5": (",", ""), "1.234,5": (",", "."), "1,234.5": (".", ",")}

# Arabic-Indic and Persian digits; `d` stands for the Arabic decimal sign, a space for the Arabic thousands sign
_EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬،−", "01234567890123456789d ,-")
_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")
_SPACES = re.compile(r"[\s'’]")
_LONGEST = 100
_MOST_DIGITS = 11
# drops zeros at the end and rounds nothing, however many digits a file writes
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

_SIGN = r"(?P<sign>[+-]? ?)"
_WHOLE = r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?: [0-9]{3})+)"
_SIMPLE = re.compile(rf"{_SIGN}{_WHOLE}(?:(?P<point>[.,d])(?P<decimals>[0-9]+))?\Z")
_GROUPED = re.compile(
    rf"{_SIGN}(?P<whole>[1-9][0-9]{{0,2}}(?P<thousands>[.,])[0-9]{{3}}(?:(?P=thousands)[0-9]{{3}})*)"
    rf"(?:(?P<point>[.,d])(?P<decimals>[0-9]+))?\Z"
)


def read_number(
    value: Any, *, decimals: int = 4, number_format: str | None = None, rounding: int | None = None
) -> Decimal:
    """A number from a cell: a real number, or text such as `1 234,5`, `1.234,5`, `1,234.5`, `١٢٣٤٫٥`.

    Args:
        decimals: how many are kept.
        number_format: one of NUMBER_FORMATS, where the sender chose how the file writes numbers; empty: they did not;
            None: it comes from no file, and is typed in a box by itself.
        rounding: so many decimals are rounded to, where the sender chose it.

    Raises:
        ValueError: it is not a number, is not finite, has more than 11 digits before the decimals or more of them
            than are kept, contradicts the chosen format or, without one, could be read two ways (`1.234`); the
            message says so in the reader's language.
    """
    if isinstance(value, bool):
        raise ValueError(_not_a_number(value))
    if isinstance(value, Decimal | int):
        number = Decimal(value)
    elif isinstance(value, float):
        # a spreadsheet keeps 0.1 + 0.2 as 0.30000000000000004: 15 significant digits are all it ever meant
        number = Decimal(f"{value:.15g}")
    else:
        number = _from_text(str(value), number_format)
    if rounding is not None and number.is_finite() and number.adjusted() < _MOST_DIGITS:
        # what 16 computed decimals of a CSV say is a float: halves go up, as in a spreadsheet
        number = number.quantize(Decimal(1).scaleb(-rounding), ROUND_HALF_UP, context=_EXACT)
    return _bounded(number, value, decimals)


def write_number(number: Decimal) -> str:
    """A number as text that can be read one way only: `.` before the decimals, never exactly three of them."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _dot, decimals = text.partition(".")
    return f"{whole}.{decimals}0" if len(decimals) == 3 else text


def _from_text(text: str, number_format: str | None) -> Decimal:
    tidy = _SPACES.sub(" ", _MARKS.sub("", text).strip().translate(_EASTERN))
    if len(tidy) > _LONGEST:
        raise ValueError(_not_a_number(text))
    simple, grouped = _SIMPLE.match(tidy), _GROUPED.match(tidy)
    if number_format:
        return _in_format(text, simple, grouped, number_format)
    if simple and grouped:  # one sign with three digits behind it
        raise ValueError(_two_readings(text, simple, is_of_file=number_format is not None))
    found = simple or grouped
    if found is None or _same_sign_twice(found):
        raise ValueError(_not_a_number(text))
    return _number(found)


def _in_format(
    text: str, simple: re.Match[str] | None, grouped: re.Match[str] | None, number_format: str
) -> Decimal:
    """The one reading that agrees with the chosen format."""
    point, thousands = NUMBER_FORMATS[number_format]
    if simple and simple["point"] in (None, "d", point):
        return _number(simple)
    if grouped and grouped["thousands"] == thousands and grouped["point"] in (None, "d", point):
        return _number(grouped)
    if simple or grouped:
        raise ValueError(
            _("“%(text)s” contradicts the number format chosen for the file, %(format)s.")
            % {"text": text, "format": number_format}
        )
    raise ValueError(_not_a_number(text))


def _number(found: re.Match[str]) -> Decimal:
    whole = re.sub(r"[ .,]", "", found["whole"])
    return Decimal(f"{found['sign'].strip()}{whole}.{found['decimals'] or '0'}")


def _same_sign_twice(found: re.Match[str]) -> bool:
    return found.re is _GROUPED and found["point"] == found["thousands"]


def _two_readings(text: str, found: re.Match[str], *, is_of_file: bool) -> str:
    whole = found["sign"].strip() + found["whole"]
    if is_of_file:
        words = _(
            "“%(text)s” can be read as %(large)s or as %(small)s."
            " Write %(large)s or %(plain)s, or choose the number format of the file."
        )
    else:
        words = _(
            "“%(text)s” can be read as %(large)s or as %(small)s. Write %(large)s or %(plain)s."
        )
    return words % {
        "text": text,
        "large": whole + found["decimals"],
        "small": f"{whole},{found['decimals']}",
        "plain": f"{whole},{found['decimals']}0",
    }


def _bounded(number: Decimal, value: Any, decimals: int) -> Decimal:
    """The number without zeros at its end. The size is asked first: 1e999999999 is too large to be worked with."""
    if not number.is_finite():
        raise ValueError(_not_a_number(value))
    if not number:
        return Decimal(0)
    fits = -decimals <= number.adjusted() < _MOST_DIGITS
    plain = number.normalize(_EXACT) if fits else number
    if not fits or -int(plain.as_tuple().exponent) > decimals:
        raise CellRefusal(
            _(
                "“%(text)s” is too long: at most 11 digits are kept before the decimal sign and %(decimals)s after it."
            )
            % {"text": str(value)[:60], "decimals": decimals},
            rounds=number.adjusted() < _MOST_DIGITS,
        )
    return plain


def _not_a_number(value: Any) -> str:
    return _("“%(text)s” is not a number. Accepted: 1234.5, 1 234,5 or 1.234,5.") % {
        "text": str(value)[:60]
    }
