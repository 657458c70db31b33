"""How fast a series moves, and where that leads."""

from datetime import date
from fractions import Fraction

import pytest

from programmes.calculations.assessment.assess import assess
from programmes.calculations.assessment.pace import NO_PACE, Pace, projection
from programmes.calculations.dates import DAYS_PER_MONTH
from tests.calculations.builders import (
    TOTAL,
    day,
    make_figure,
    make_promise,
    name_of,
    read_figure,
    read_promise,
    read_rule,
    rows,
    several,
)
from tests.calculations.test_cases import computed

PROMISE = "2021-01-01 #1: at_least 1000 by 2024-12-31 from 0 on 2021-01-01"


def outcome_of(promise, figures, rule, on):
    return assess([read_promise(promise)], several(figures, read_figure), rule, on).present


@pytest.mark.parametrize("row", rows("pace"), ids=name_of)
def test_pace_of_each_case(row):
    found = outcome_of(
        row["promise"], row["figures"], read_rule(row["measure"]), day(row["on"])
    ).pace

    assert found == Pace(
        recent=computed(row["recent"]),
        since=day(row["since"]),
        required=computed(row["required"]),
        projected=day(row["projected"]),
    )


def test_month_of_pace_has_30_days_and_seven_sixteenths():
    assert Fraction("30.4375") == DAYS_PER_MONTH


def test_nothing_is_projected_from_old_data():
    figures = "2022-01-01=300; 2023-01-01=500"

    recent = outcome_of(PROMISE, figures, TOTAL, date(2024, 12, 31)).pace
    old = outcome_of(PROMISE, figures, read_rule("running_total", "6"), date(2024, 12, 31)).pace

    assert (recent.projected, old.projected) == (date(2025, 7, 2), None)
    assert old.recent == recent.recent


def test_projected_day_is_printed_only_while_it_lies_ahead():
    pace = Pace(projected=date(2024, 5, 1))

    assert pace.projected_after(date(2024, 4, 30)) == date(2024, 5, 1)
    assert pace.projected_after(date(2024, 5, 1)) is None
    assert NO_PACE.projected_after(date(2024, 5, 1)) is None


@pytest.mark.parametrize(("steps", "is_even"), [("", True), (" via 2022-01-01=100", False)])
def test_progress_is_even_unless_steps_were_promised(steps, is_even):
    assert outcome_of(PROMISE + steps, "2023-01-01=300", TOTAL, date(2023, 1, 1)).is_even is is_even


def test_no_pace_without_a_figure():
    assert assess([make_promise()], [], TOTAL, date(2023, 6, 30)).present.pace == NO_PACE


def test_figure_before_the_promise_has_no_part_in_the_pace():
    figures = [make_figure(date(2020, 6, 30)), make_figure(date(2021, 6, 30))]

    assert assess([make_promise()], figures, TOTAL, date(2021, 6, 30)).present.pace.recent is None


@pytest.mark.parametrize(
    ("promise", "figures", "expected"),
    [
        # 400 in 730 days: 600 more in 1,095 days, a year after the due date
        (
            PROMISE,
            "2021-01-01=0; 2023-01-01=400",
            (date(2024, 12, 31), 400 + Fraction(400 * 730, 730)),
        ),
        # 800 in 730 days: the remaining 200 in 182.5 days
        (PROMISE, "2021-01-01=0; 2023-01-01=800", (date(2023, 7, 3), Fraction(1000))),
        # projected for the due date itself: the target, and not what a whole day more would make
        (PROMISE, "2021-01-01=0; 2023-01-01=500.1", (date(2024, 12, 31), Fraction(1000))),
        # one report has no pace; standing still or moving away leads nowhere
        (PROMISE, "2023-01-01=400", None),
        (PROMISE, "2022-01-01=400; 2023-01-01=400", None),
        (PROMISE, "2022-01-01=400; 2023-01-01=300", None),
        # already there
        (PROMISE, "2022-01-01=400; 2023-01-01=1000", None),
        # no due date, or none ahead
        ("2021-01-01 #1: at_least 1000 from 0 on 2021-01-01", "2021-01-01=0; 2023-01-01=400", None),
        (PROMISE, "2023-01-01=0; 2024-12-31=400", None),
    ],
)
def test_projection_follows_the_recent_pace(promise, figures, expected):
    found = outcome_of(promise, figures, TOTAL, several(figures, read_figure)[-1].as_of)

    assert projection(found.promise, found.value, found.pace) == expected
