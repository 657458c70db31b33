"""Whether the parts of a target add up to it: for staff, who can mend it."""

from dataclasses import dataclass
from datetime import date

from programmes.calculations.figures import FigureError
from programmes.calculations.rollup import Part, difference
from programmes.models import Target
from programmes.selectors.formats import Unit, unit_of
from programmes.selectors.ledger import read_ledger, rule_of, with_relations


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
    parts = list(with_relations(Target.objects.published().filter(part_of=target)))
    whole = with_relations(Target.objects.published().filter(pk=target.pk)).first()
    if whole is None or not parts:
        return None
    ledger = read_ledger([whole, *parts], on)
    promised = [
        Part(key=part.code, promises=ledger.promises.get(part.pk, ()), figures=()) for part in parts
    ]
    try:
        found = difference(ledger.promises.get(whole.pk, ()), promised, rule_of(whole.series), on)
    except FigureError:
        return None
    if found is None:
        return None
    unit: Unit = unit_of(whole.series.indicator)
    sign = "+" if found > 0 else "−" if found < 0 else ""
    return SumOfParts(difference=f"{sign}{unit.amount(abs(found))}", adds_up=not found)
