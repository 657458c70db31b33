from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Status
from programmes.calculations.shares import SharesSum, sum_of_shares
from programmes.calculations.values import MissingPeriod, combined
from tests.calculations.builders import (
    PERIODS,
    TOTAL,
    day,
    make_figure,
    make_promise,
    name_of,
    read_figure,
    read_part,
    read_promise,
    read_rule,
    rows,
    several,
)
from tests.calculations.test_cases import computed, note_of

D = Decimal
ON = date(2023, 6, 30)


def parts_of(row):
    return [read_part(text.strip()) for text in row["parts"].split("&") if text.strip()]


def summed(row, backwards=False):
    promises, parts = several(row["whole"], read_promise), parts_of(row)
    if backwards:
        parts = [PartSeries(one.key, one.figures[::-1]) for one in parts]
    return assess_sum(promises, parts, read_rule(row["measure"], row["interval"]), day(row["on"]))


@pytest.mark.parametrize("row", rows("sums"), ids=name_of)
def test_sum_of_each_case(row):
    result = summed(row)
    present = result.present
    value = present.value
    coverage = value.coverage if value else None

    assert (
        value.amount if value else None,
        value.oldest if value else None,
        value.as_of if value else None,
        f"{coverage.covered}/{coverage.total}" if coverage else "",
        " ".join(coverage.missing) if coverage else "",
        " ".join(present.outdated),
        present.progress,
        present.expected_value,
        result.status,
        note_of(present),
    ) == (
        computed(row["value"]),
        day(row["oldest"]),
        day(row["as_of"]),
        row["covered"],
        row["missing"],
        row["outdated"],
        computed(row["progress"]),
        computed(row["expected_value"]),
        Status(row["status"]),
        row["note"],
    )


@pytest.mark.parametrize("row", rows("sums"), ids=name_of)
def test_sum_does_not_depend_on_the_order_of_figures(row):
    assert summed(row, backwards=True) == summed(row)


def test_bare_ratios_are_named():
    parts = [read_part("A {2022-12-31=9|10}"), read_part("B {2022-12-31=0.5}"), PartSeries("C", ())]
    promise = make_promise(value=D("0.8"))

    coverage = assess_sum([promise], parts, read_rule("ratio"), ON).present.value.coverage

    assert (coverage.unweighted, coverage.missing, coverage.covered, coverage.total) == (
        ("B",),
        ("B", "C"),
        1,
        3,
    )


def test_missing_period_of_a_sum_names_its_part():
    parts = [
        read_part("A {2021-01-01/2021-12-31=1; 2022-01-01/2022-12-31=1}"),
        read_part("B {2022-01-01/2022-12-31=1}"),
    ]

    value = assess_sum([make_promise()], parts, PERIODS, ON).present.value

    assert value.missing == (MissingPeriod(date(2021, 1, 1), date(2021, 12, 31), "B"),)


@pytest.mark.parametrize(
    ("figures", "missing"),
    [
        ("2021-01-01/2021-12-31=1; 2022-01-01/2022-12-31=1", []),
        ("2021-01-01/2021-12-31=1; 2023-01-01/2023-12-31=1", ["2022-01-01 2022-12-31"]),
        ("2022-01-01/2022-12-31=1", ["2021-01-01 2021-12-31"]),
        # the summer between two training years is no missing year
        ("2021-01-01/2021-08-31=1; 2021-09-01/2022-06-30=1; 2022-09-01/2023-06-30=1", []),
        # half a year is half a year, the first one of 181 days too
        ("2021-01-01/2021-06-30=1; 2022-01-01/2022-12-31=1", ["2021-07-01 2021-12-31"]),
        ("2021-07-01/2021-12-31=1; 2022-01-01/2022-12-31=1", ["2021-01-01 2021-06-30"]),
        ("2021-01-01/2021-06-30=1; 2021-12-31/2022-12-31=1", []),
        (
            "2022-01-01/2022-12-31=1; 2024-01-01/2024-12-31=1",
            ["2021-01-01 2021-12-31", "2023-01-01 2023-12-31"],
        ),
    ],
)
def test_missing_periods_are_named(figures, missing):
    found = several(figures, read_figure)

    value = assess([make_promise()], found, PERIODS, date(2025, 1, 1)).present.value

    assert [f"{one.first} {one.last}" for one in value.missing] == missing


@pytest.mark.parametrize("is_sum", [False, True])
def test_period_before_the_start_is_told_as_before_the_promise(is_sum):
    figures = several(
        "2018-01-01/2018-12-31=60; 2019-01-01/2019-12-31=70; 2021-01-01/2021-12-31=1", read_figure
    )

    present = (
        assess_sum([make_promise()], [PartSeries("A", figures)], PERIODS, ON)
        if is_sum
        else assess([make_promise()], figures, PERIODS, ON)
    ).present

    assert (present.before.amount, present.value.amount) == (70, 1)


def test_period_that_ends_on_the_baseline_date_is_before_the_promise():
    figures = several("2020-01-02/2021-01-01=60", read_figure)

    present = assess([make_promise()], figures, PERIODS, ON).present

    assert (present.before.amount, present.value) == (60, None)


def test_sum_has_no_figure_of_its_own():
    result = assess_sum([make_promise()], [PartSeries("A", (make_figure(),))], TOTAL, ON)

    assert result.present.value.figure is None


def test_pace_of_a_sum_is_between_days_with_the_same_parts():
    growing = "A {2021-06-30=100; 2022-06-30=200; 2023-06-30=400}"
    newcomer = "B {2022-12-31=50; 2023-06-30=80}"

    alone = assess_sum([make_promise()], [read_part(growing)], TOTAL, ON).present.pace
    both = assess_sum(
        [make_promise()], [read_part(growing), read_part(newcomer)], TOTAL, ON
    ).present.pace

    assert (alone.since, alone.recent) == (date(2022, 6, 30), 200 * Fraction("30.4375") / 365)
    # B reported on 31 December 2022 for the first time: 230 in 181 days
    assert (both.since, both.recent) == (date(2022, 12, 31), 230 * Fraction("30.4375") / 181)


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        ([], "exactly"),
        (["exactly", "exactly"], "exactly"),
        (["exactly", "more_than"], "more_than"),
        (["at_least", "at_least"], "at_least"),
        (["at_least", "more_than", "exactly"], "more_than"),
        (["up_to", "less_than"], "less_than"),
        (["up_to", "exactly"], "up_to"),
        (["more_than", "less_than"], "about"),
        (["about", "more_than"], "about"),
        (["about", "up_to"], "about"),
    ],
)
def test_qualifier_of_a_sum(qualifiers, expected):
    assert combined(Qualifier(one) for one in qualifiers) == expected


def test_qualifier_of_a_sum_of_parts():
    parts = [read_part("A {2023-06-30=300}"), read_part("B {2023-06-30=100.5 more_than}")]

    value = assess_sum([make_promise()], parts, TOTAL, ON).present.value

    assert (value.shown, value.qualifier) == (D("400.5"), Qualifier.MORE_THAN)


@pytest.mark.parametrize(
    ("targets", "found"),
    [
        ((600, 400), SharesSum(Fraction(1000), Fraction(1000), 2)),
        ((300, "300.5"), SharesSum(Fraction("600.5"), Fraction(1000), 2)),
        ((), None),
    ],
)
def test_sum_of_announced_shares(targets, found):
    assert sum_of_shares(Fraction(1000), map(Fraction, targets), Measure.RUNNING_TOTAL) == found


def test_sum_of_announced_shares_leaves_out_what_promises_nothing():
    found = sum_of_shares(Fraction(1000), [Fraction(600), None], Measure.RUNNING_TOTAL)

    assert (found.shares, found.count, found.difference) == (600, 1, -400)


@pytest.mark.parametrize(
    ("whole", "measure"),
    [(Fraction(1000), Measure.RATIO), (None, Measure.RUNNING_TOTAL)],
)
def test_no_sum_of_shares_where_there_is_nothing_to_compare(whole, measure):
    assert sum_of_shares(whole, [Fraction(600)], measure) is None
