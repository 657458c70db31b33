"""Exact numbers inside, decimals at the edge.

Quotients such as 1/3 have no exact decimal, and a rounded quotient compared with 0.90 is wrong
now and then. So the calculations use `Fraction`, and only what is displayed becomes `Decimal`,
through the functions below, which round half away from zero.
"""

from decimal import Decimal
from fractions import Fraction

# Ratios and amounts are stored with four decimals.
STORED_PLACES = 4
# Beyond these a percentage is called next to nothing, or next to all.
MOST_PERCENT_PLACES = 4


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


def cut(amount: Fraction, places: int | None) -> Fraction:
    """The amount cut towards zero to so many decimals; None: not cut."""
    if places is None:
        return amount
    scaled = abs(amount.numerator) * 10**places // amount.denominator
    return Fraction(scaled if amount >= 0 else -scaled, 10**places)


def percent(progress: Fraction, places: int = 0) -> Decimal:
    """Progress as a percentage to so many decimals, neither capped nor floored.

    Nothing is rounded to 0 or 100 % that is neither: 99.7 % and 0.01 % of a target are shown with
    as many more decimals as tell them apart, four at most, beyond which they are cut.
    """
    exactly = progress * 100
    for more in range(places, max(places, MOST_PERCENT_PLACES) + 1):
        shown = to_decimal(exactly, more)
        if shown not in (0, 100) or shown == exactly:
            return shown
    step = Fraction(1, 10**more)
    if shown == 100:
        return to_decimal(100 - step if exactly < 100 else 100 + step, more)
    return to_decimal(step if exactly > 0 else -step, more)


def bar(progress: Fraction) -> Fraction:
    """The filled share of a progress bar, from 0 to 1. Without progress there is no bar."""
    return max(Fraction(0), min(Fraction(1), progress))
