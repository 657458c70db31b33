"""The place of one figure among others, as far as the figures allow it to be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from programmes.calculations.choices import LOWER_BOUNDS, UPPER_BOUNDS, Qualifier


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A figure as it was stated: the number, and whether it is one or only a bound."""

    value: Fraction
    qualifier: Qualifier = Qualifier.EXACTLY

    @property
    def least(self) -> Fraction | None:
        """The lowest it can be; None where only its upper bound is known."""
        return None if self.qualifier in UPPER_BOUNDS else self.value

    @property
    def most(self) -> Fraction | None:
        """The highest it can be; None where only its lower bound is known."""
        return None if self.qualifier in LOWER_BOUNDS else self.value


@dataclass(frozen=True, slots=True)
class Rank:
    """A place counted from the highest figure, 1, among `count` figures.

    It lies between `best` and `worst`, which differ where a figure is only a bound ("more than 35,000"). Equal figures
    share a place.
    """

    best: int
    worst: int
    count: int


def rank_of(figure: StatedFigure, others: Iterable[StatedFigure]) -> Rank | None:
    """The place of a figure among the others that were reported; None where there is no other.

    What was not reported takes no place: it is neither lowest nor zero.
    """
    compared = list(others)
    if not compared:
        return None
    return Rank(
        best=1 + sum(_is_above(one, figure) for one in compared),
        worst=1 + sum(_may_be_above(one, figure) for one in compared),
        count=1 + len(compared),
    )


def _is_above(one: StatedFigure, other: StatedFigure) -> bool:
    return one.least is not None and other.most is not None and one.least > other.most


def _may_be_above(one: StatedFigure, other: StatedFigure) -> bool:
    return one.most is None or other.least is None or one.most > other.least
