"""Every rule of the arithmetic with its numbers, read from `cases.csv`.

Expected values may be written as sums of products ("2000+1000*910/1460"), so that a reader can
follow them; they are computed as exact fractions. `note` says why a promise is under way, or how
it stood when last measured.
"""

import random
import re
from fractions import Fraction

import pytest

from programmes.calculations.assessment.assess import assess
from programmes.calculations.choices import Status, UnderWay
from tests.calculations.builders import (
    day,
    name_of,
    read_figure,
    read_promise,
    read_rule,
    rows,
    several,
)


def computed(text):
    """The exact value of a sum of products of decimals, as written in the tables."""
    if not text:
        return None
    total = Fraction(0)
    for sign, term in re.findall(r"([+-]?)([0-9.*/]+)", text):
        product = Fraction(1)
        for operator, factor in re.findall(r"([*/]?)([0-9.]+)", term):
            product = product / Fraction(factor) if operator == "/" else product * Fraction(factor)
        total += -product if sign == "-" else product
    return total


def assessed(row, shuffle=False):
    promises = list(several(row["promises"], read_promise))
    figures = list(several(row["figures"], read_figure))
    if shuffle:
        random.Random(7).shuffle(promises)
        figures.reverse()
    rule = read_rule(row["measure"], row["interval"], row["delay"], row["decimals"])
    return assess(promises, figures, rule, day(row["on"]))


def note_of(outcome):
    return (outcome.under_way or outcome.when_measured or "") if outcome else ""


@pytest.mark.parametrize("row", rows("cases"), ids=name_of)
def test_assessment_of_each_case(row):
    result = assessed(row)
    present, against = result.present, result.against_original
    value = present.value if present else None

    assert (
        value.amount if value else None,
        value.as_of if value else None,
        present.progress if present else None,
        present.expected_value if present else None,
        present.expected_progress if present else None,
        result.status,
        against.status if against else None,
        note_of(present),
    ) == (
        computed(row["value"]),
        day(row["as_of"]),
        computed(row["progress"]),
        computed(row["expected_value"]),
        computed(row["expected_progress"]),
        Status(row["status"]),
        Status(row["against_original"]) if row["against_original"] else None,
        row["note"],
    )


@pytest.mark.parametrize("row", rows("cases"), ids=name_of)
def test_assessment_does_not_depend_on_the_order_of_input(row):
    assert assessed(row, shuffle=True) == assessed(row)


def test_every_status_has_a_case():
    assert {row["status"] for row in rows("cases")} == {status.value for status in Status}


def test_every_reason_not_to_compare_has_a_case():
    reasons = set(UnderWay) - {UnderWay.PARTS_MISSING}  # of sums alone

    assert {row["note"] for row in rows("cases") if row["status"] == "under_way"} == reasons
