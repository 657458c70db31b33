"""Exact numbers inside, decimals at the edge.

Quotients such as 1/3 have no exact decimal, and a rounded quotient compared with 0.90 is wrong
now and then. So the calculations use `Fraction`, and only what is displayed becomes `Decimal`,
through the functions below, which round half away from zero.
"""

from decimal import Decimal
from fractions import Fraction

# Ratios and amounts are stored with four decimals.
STORED_PLACES = 4


def exact(amount: Decimal) -> Fraction:
    """The decimal as a fraction, nothing lost."""
    # A zero may carry any exponent ("0E+9999999"), which Fraction would expand digit by digit.
    return Fraction(amount) if amount else Fraction(0)


def to_decimal(amount: Fraction, places: int = STORED_PLACES) -> Decimal:
    """The fraction rounded half away from zero to at most `places` decimals, for display.

    Trailing zeros are dropped: 1000 is `Decimal("1000")`. Independent of the decimal context.
    """
    scaled, rest = divmod(abs(amount.numerator) * 10**places, amount.denominator)
    if 2 * rest >= amount.denominator:
        scaled += 1
    while places and scaled % 10 == 0:
        scaled, places = scaled // 10, places - 1
    sign = "-" if amount < 0 and scaled else ""
    return Decimal(f"{sign}{scaled}E-{places}")


def percent(progress: Fraction, places: int = 0) -> Decimal:
    """Progress as a percentage to at most `places` decimals, neither capped nor floored.

    A progress below 1 is never rounded up to 100: 99.7 % of a target is shown as 99 %, since
    "100 %" beside "missed" would contradict itself.
    """
    shown = to_decimal(progress * 100, places)
    if progress < 1 and shown >= 100:
        return to_decimal(100 - Fraction(1, 10**places), places)
    return shown


def bar(progress: Fraction) -> Fraction:
    """The filled share of a progress bar, from 0 to 1. Without progress there is no bar."""
    return max(Fraction(0), min(Fraction(1), progress))
