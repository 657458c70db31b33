from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from programmes.calculations.amounts import bar, cut, exact, percent, to_decimal


@pytest.mark.parametrize(
    ("amount", "places", "shown"),
    [
        (Fraction(1000), 4, "1000"),
        (Fraction(0), 4, "0"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(-2, 3), 4, "-0.6667"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(49, 100), 0, "0"),
        (Fraction(-49, 100), 0, "0"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(1, 2), 4, "0.5"),
        (Fraction(-3), 2, "-3"),
        (Fraction(10), 0, "10"),
        (Fraction(99999999999999999999999999999999, 1), 4, "99999999999999999999999999999999"),
    ],
)
def test_to_decimal_rounds_half_away_from_zero(amount, places, shown):
    with localcontext() as context:
        context.prec = 3
        assert str(to_decimal(amount, places)) == shown


def test_to_decimal_gives_four_places_unless_said():
    assert to_decimal(Fraction(1, 7)) == Decimal("0.1429")


@pytest.mark.parametrize(
    ("progress", "places", "shown"),
    [
        (Fraction(2, 5), 0, "40"),
        (Fraction(6, 5), 0, "120"),
        (Fraction(-1, 2), 0, "-50"),
        (Fraction(0), 0, "0"),
        (Fraction(1), 0, "100"),
        (Fraction(996, 1000), 0, "99.6"),
        (Fraction(994, 1000), 0, "99"),
        (Fraction(999, 1000), 0, "99.9"),
        (Fraction(996, 1000), 1, "99.6"),
        (Fraction(99996, 100000), 1, "99.996"),
        (Fraction(1004, 1000), 0, "100.4"),
        (Fraction(1, 3), 1, "33.3"),
        (Fraction(12, 100000), 0, "0.01"),
        (Fraction(4, 1000), 0, "0.4"),
        (Fraction(-4, 1000), 0, "-0.4"),
        (1 - Fraction(1, 10**12), 0, "99.9999"),
        (1 + Fraction(1, 10**12), 0, "100.0001"),
        (Fraction(1, 10**12), 0, "0.0001"),
        (-Fraction(1, 10**12), 0, "-0.0001"),
        (1 - Fraction(1, 10**12), 8, "99.99999999"),
    ],
)
def test_percent_is_never_rounded_to_nothing_or_all(progress, places, shown):
    assert str(percent(progress, places)) == shown


@pytest.mark.parametrize(
    ("amount", "places", "kept"),
    [
        (Fraction(19, 2), 0, 9),
        (Fraction(-19, 2), 0, -9),
        (Fraction(2, 3), 2, Fraction(66, 100)),
        (Fraction(2, 3), None, Fraction(2, 3)),
        (Fraction(0), 0, 0),
    ],
)
def test_cut_goes_towards_zero(amount, places, kept):
    assert cut(amount, places) == kept


def test_percent_is_whole_unless_said():
    assert percent(Fraction(1, 3)) == 33


@pytest.mark.parametrize(
    ("progress", "filled"),
    [
        (Fraction(-1, 2), 0),
        (Fraction(0), 0),
        (Fraction(2, 5), Fraction(2, 5)),
        (Fraction(1), 1),
        (Fraction(6, 5), 1),
    ],
)
def test_bar_stops_at_both_ends(progress, filled):
    assert bar(progress) == filled


def test_exact_loses_nothing():
    assert exact(Decimal("99999999999.9999")) == Fraction(999999999999999, 10000)
