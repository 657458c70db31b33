"""How far a promise was moved since it was first made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from programmes.calculations.assessment.promises import Promise, differ


@dataclass(frozen=True, slots=True)
class Slippage:
    """What became of the first promise.

    moves: how many announcements changed value, sense, qualifier, due date, baseline, waypoints
    or definition. months: calendar months from the first due date to the present one, negative
    when it came forward; None without either. value_change: of the target, as a share of the
    first; None of 0. moved_after_due: whether a move came after the date it moved had passed.
    """

    moves: int
    months: int | None
    value_change: Fraction | None
    moved_after_due: bool


def slippage(announcements: Sequence[Promise], original: Promise | None) -> Slippage | None:
    """Of announcements in order, from the original to the last; abandoning is not a move.

    None where nothing but one announcement was made since the original.
    """
    if original is None:
        return None
    since = [one for one in announcements if not one.abandoned]
    numbers = [one.number for one in since]
    since = since[numbers.index(original.number) :] if original.number in numbers else []
    if len(since) < 2:
        return None
    moves = [(one, two) for one, two in pairwise(since) if differ(one, two)]
    first, last = since[0], since[-1]
    return Slippage(
        moves=len(moves),
        months=_months(first.due, last.due),
        value_change=_change(first, last),
        moved_after_due=any(one.due is not None and one.due < two.announced for one, two in moves),
    )


def _months(first: date | None, last: date | None) -> int | None:
    if first is None or last is None:
        return None
    return (last.year - first.year) * 12 + last.month - first.month


def _change(first: Promise, last: Promise) -> Fraction | None:
    before, after = first.target, last.target
    if not before or after is None:
        return None
    return (after - before) / abs(before)
