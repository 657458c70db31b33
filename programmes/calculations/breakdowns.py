"""Which categories of a breakdown may be published, so that nobody is told apart in a small group."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class PublishedBreakdown:
    """What may be published: categories with their values, and the small ones together.

    others: None where no category is small.
    """

    shares: tuple[tuple[str, Decimal], ...]
    others: Decimal | None = None


def publishable_breakdown(
    shares: Mapping[str, Decimal], total: Decimal | None
) -> PublishedBreakdown | None:
    """The categories of a breakdown into people, those of 1 to 4 joined as others of 5 or more.

    The remainder, total less shares, counts as a category: whoever knows the total and the others
    knows it too. None: it may not be published at all.
    """
    remainder = total - sum(shares.values(), Decimal(0)) if total is not None else Decimal(0)
    small = [one for one in (*shares.values(), remainder) if is_small(one)]
    if not small:
        return PublishedBreakdown(tuple(shares.items()))
    together = sum(small, Decimal(0))
    if together < SMALLEST_GROUP:
        return None
    large = tuple((key, value) for key, value in shares.items() if not is_small(value))
    return PublishedBreakdown(large, together)


def is_small(value: Decimal) -> bool:
    """Whether so few people could be told apart: 1 to 4."""
    return 0 < value < SMALLEST_GROUP
