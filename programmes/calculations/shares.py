"""Whether the announced shares of a target add up to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from programmes.calculations.choices import Measure


@dataclass(frozen=True, slots=True)
class SharesSum:
    """What the announced shares promise together, beside what the whole promises."""

    shares: Fraction
    whole: Fraction
    count: int

    @property
    def difference(self) -> Fraction:
        """Shares less whole: negative when shares are missing."""
        return self.shares - self.whole


def sum_of_shares(
    whole: Fraction | None, shares: Iterable[Fraction | None], measure: Measure
) -> SharesSum | None:
    """The present targets of the shares, added up beside that of the whole; None for one without.

    Shares not yet promised, abandoned or withdrawn have none, and are left out. None for ratios,
    which do not add up, and where there is nothing to compare.
    """
    targets = [one for one in shares if one is not None]
    if measure.is_ratio or whole is None or not targets:
        return None
    return SharesSum(sum(targets, Fraction(0)), whole, len(targets))
