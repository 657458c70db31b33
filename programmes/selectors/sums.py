"""Whether the parts of a target add up to it: for staff, who can mend it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from programmes.calculations.figures import FigureError
from programmes.calculations.rollup import Part, difference
from programmes.models import Target
from programmes.selectors.formats import Unit, unit_of
from programmes.selectors.ledger import Ledger, read_ledger, rule_of
from programmes.selectors.target_rows import TargetRow


@dataclass(frozen=True, slots=True)
class SumOfParts:
    """What the parts of a target promise together, less what it promises itself, as it is printed.

    difference: with its sign, in the unit of the target. adds_up: it is zero.
    """

    difference: str
    adds_up: bool


def sum_of_parts(target: Target, on: date) -> SumOfParts | None:
    """The published promises of a target's direct parts against its own on a day.

    None where there is nothing to compare: no part, nothing promised, or a ratio, whose targets do not add up.
    """
    return sums_of_parts([target.pk], on).get(target.pk)


def sums_of_parts(target_ids: Iterable[int], on: date) -> dict[int, SumOfParts]:
    """The same of many targets, by key; those with nothing to compare are left out. One query."""
    keys = set(target_ids)
    ledger = read_ledger(Target.objects.filter(Q(pk__in=keys) | Q(part_of__in=keys)), on)
    parts: dict[int, list[TargetRow]] = defaultdict(list)
    for part in ledger.chosen:
        if part.part_of_id in keys:
            parts[part.part_of_id].append(part)
    wholes = [row for row in ledger.chosen if row.pk in parts]
    found = {whole.pk: _sum(whole, parts[whole.pk], ledger, on) for whole in wholes}
    return {pk: total for pk, total in found.items() if total is not None}


def _sum(whole: TargetRow, parts: list[TargetRow], ledger: Ledger, on: date) -> SumOfParts | None:
    promised = [
        Part(key=part.code, promises=ledger.told[part.pk].promises, figures=()) for part in parts
    ]
    try:
        found = difference(ledger.told[whole.pk].promises, promised, rule_of(whole.series), on)
    except FigureError:
        return None
    if found is None:
        return None
    unit: Unit = unit_of(whole.series.indicator)
    sign = "+" if found > 0 else "−" if found < 0 else ""
    return SumOfParts(difference=f"{sign}{unit.amount(abs(found))}", adds_up=not found)
