"""The place of a figure among others."""

from fractions import Fraction

import pytest

from programmes.calculations.choices import Qualifier
from programmes.calculations.ranking import Rank, StatedFigure, rank_of

MORE, UP_TO, ABOUT = Qualifier.MORE_THAN, Qualifier.UP_TO, Qualifier.ABOUT


def stated(value: object) -> StatedFigure:
    number, qualifier = value if isinstance(value, tuple) else (value, Qualifier.EXACTLY)
    return StatedFigure(Fraction(number), qualifier)


@pytest.mark.parametrize(
    ("own", "others", "best", "worst"),
    [
        (42, [37, 35], 1, 1),
        (37, [42, 35], 2, 2),
        (35, [42, 37], 3, 3),
        # equal figures share a place, and the next one is counted after both
        (42, [42, 35], 1, 1),
        (35, [42, 42], 3, 3),
        # "about" is taken by its number, as everywhere
        ((36, ABOUT), [42, 35], 2, 2),
        # a bound leaves open what it leaves open
        ((35, MORE), [42, 37], 1, 3),
        (37, [(35, MORE), 42], 2, 3),
        (42, [(45, MORE), 37], 2, 2),
        ((40, UP_TO), [42, 35], 2, 3),
        (42, [(40, UP_TO), 50], 2, 2),
        # zero is a figure
        (0, [1, 2], 3, 3),
        (1, [0], 1, 1),
    ],
)
def test_place_is_counted_from_the_highest_figure(own, others, best, worst):
    found = rank_of(stated(own), [stated(one) for one in others])
    assert found == Rank(best, worst, len(others) + 1)


def test_alone_a_figure_has_no_place():
    assert rank_of(stated(42), []) is None
