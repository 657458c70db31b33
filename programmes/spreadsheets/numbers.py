"""Numbers as people type them in three languages."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

# Arabic-Indic and Persian digits, the Arabic decimal and thousands signs
_EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789,", "٬")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’\u200e\u200f\u061c]")
_PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?\Z")
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?\Z"),  # 1.234.567,8
    ".": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z"),  # 1,234,567.8
}


def read_number(value: Any, *, decimals: int = 4) -> Decimal:
    """A number from a cell: a real number, or text such as `1 234,5`, `1.234,5`, `1,234.5`, `١٢٣٤٫٥`.

    Raises:
        ValueError: it is not a number, is not finite, has more than 11 digits before the decimals or more of them
            than are kept, or could be read
            two ways (`1.234`); the message says so in the reader's language.
    """
    if isinstance(value, bool):
        raise ValueError(_not_a_number(value))
    if isinstance(value, Decimal | int):
        number = Decimal(value)
    elif isinstance(value, float):
        # a spreadsheet keeps 0.1 + 0.2 as 0.30000000000000004: 15 significant digits are all it ever meant
        number = Decimal(f"{value:.15g}")
    else:
        number = _from_text(str(value))
    return _bounded(number, value, decimals)


def write_number(number: Decimal) -> str:
    """A number as text that can be read one way only: `.` before the decimals, never exactly three of them."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _dot, decimals = text.partition(".")
    return f"{whole}.{decimals}0" if len(decimals) == 3 else text


def _from_text(text: str) -> Decimal:
    tidy = _SPACES.sub("", text.translate(_EASTERN)).replace("−", "-")
    if _PLAIN.match(tidy):
        decimals = re.search(r"(?:[.,](\d+))?\Z", tidy).group(1)
        if decimals and len(decimals) == 3 and re.match(r"[1-9]\d{0,2}[.,]", tidy.lstrip("+-")):
            whole = re.match(r"[+-]?\d+", tidy).group()
            raise ValueError(
                _(
                    "“%(text)s” can be read as %(large)s or as %(small)s. Write %(large)s or %(plain)s."
                )
                % {
                    "text": text,
                    "large": whole + decimals,
                    "small": f"{whole},{decimals}",
                    "plain": f"{whole},{decimals}0",
                }
            )
        return Decimal(tidy.replace(",", "."))
    for point, pattern in _GROUPED.items():
        if pattern.match(tidy):
            thousands = "." if point == "," else ","
            return Decimal(tidy.replace(thousands, "").replace(point, "."))
    raise ValueError(_not_a_number(text))


def _bounded(number: Decimal, value: Any, decimals: int) -> Decimal:
    if not number.is_finite():
        raise ValueError(_not_a_number(value))
    number = number.normalize()
    if -number.as_tuple().exponent > decimals or abs(number) >= Decimal(10) ** 11:
        raise ValueError(
            _(
                "“%(text)s” is too long: at most 11 digits are kept before the decimal sign and %(decimals)s after it."
            )
            % {"text": str(value)[:60], "decimals": decimals}
        )
    return number


def _not_a_number(value: Any) -> str:
    return _("“%(text)s” is not a number. Accepted: 1234.5, 1 234,5 or 1.234,5.") % {"text": value}
