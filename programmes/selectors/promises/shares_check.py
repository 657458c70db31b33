"""Whether the announced shares of a target add up to it: said to staff, who can mend it, and to the public."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.calculations.choices import Measure
from programmes.calculations.shares import sum_of_shares as exact_sum
from programmes.models import Target
from programmes.selectors.promises.promise_lines import unit_of_row
from programmes.selectors.promises.promise_rows import PromiseRow, promise_rows


@dataclass(frozen=True, slots=True)
class SumOfShares:
    """What the announced shares of a target promise together, less what it promises itself, as it is printed.

    difference: with its sign, in the unit of the target. adds_up: it is zero. shares, whole: both sides of it.
    """

    difference: str
    adds_up: bool
    shares: str
    whole: str


def sum_of_shares(target: Target, on: date) -> SumOfShares | None:
    """The published promises of a target's announced shares against its own on a day.

    None where there is nothing to compare: no share, nothing promised, or a ratio, whose targets do not add up.
    """
    return sums_of_shares([target.pk], on).get(target.pk)


def sums_of_shares(target_ids: Iterable[int], on: date) -> dict[int, SumOfShares]:
    """The same of many targets, by key; those with nothing to compare are left out. Two queries."""
    keys = set(target_ids)
    rows = promise_rows(Target.objects.filter(Q(pk__in=keys) | Q(share_of__in=keys)), on)
    shares: dict[int | None, list[PromiseRow]] = defaultdict(list)
    for row in rows:
        shares[row.share_of].append(row)
    found = {row.target: _sum(row, shares[row.target]) for row in rows if row.target in keys}
    return {key: total for key, total in found.items() if total is not None}


def _sum(whole: PromiseRow, shares: Iterable[PromiseRow]) -> SumOfShares | None:
    found = exact_sum(_promised(whole), map(_promised, shares), Measure(whole.measure))
    if found is None:
        return None
    unit, difference = unit_of_row(whole), found.difference
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return SumOfShares(
        difference=f"{sign}{unit.amount(abs(difference))}",
        adds_up=not difference,
        shares=unit.amount(found.shares),
        whole=unit.amount(found.whole),
    )


def _promised(row: PromiseRow) -> Fraction | None:
    """What the present announcement of a target promises; None where it is abandoned or was taken back."""
    present = next((one for one in reversed(row.announcements) if one.stands), None)
    return None if present is None or present.value is None else Fraction(present.value)


def shares_sentence(whole: PromiseRow, shares: Iterable[PromiseRow]) -> str:
    """Says in public that the announced shares do not add up to the whole; empty where they do."""
    found = _sum(whole, shares)
    if found is None or found.adds_up:
        return ""
    return _("The announced shares add up to %(shares)s of %(whole)s.") % {
        "shares": found.shares,
        "whole": found.whole,
    }
