"""What other trackers get wrong with the same inputs, and what must be here."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.calculations.amounts import bar, percent
from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Sense, Status
from programmes.calculations.dates import DateError, read_date
from programmes.calculations.faults import Fault, FigureError
from programmes.calculations.figures import Figure
from tests.calculations.builders import LEVEL, RATIO, TOTAL, make_figure, make_promise

D = Decimal
ON = date(2023, 6, 30)


def test_percentage_of_two_fifths_is_forty_and_not_a_hundred():
    result = assess([make_promise()], [make_figure(value=D(400))], TOTAL, ON)

    assert (percent(result.present.progress), bar(result.present.progress)) == (40, Fraction(2, 5))


def test_nothing_reported_is_nothing_and_not_zero():
    result = assess([make_promise()], [], TOTAL, ON)

    assert (result.status, result.present.value, result.present.progress) == (
        Status.NO_DATA,
        None,
        None,
    )


def test_ratio_by_groups_keeps_numerators_out_of_the_denominator():
    promise = make_promise(value=D("0.8"), baseline=D("0.2"))
    girls = PartSeries("girls", (Figure(ON, None, D(10), D(20)),))
    boys = PartSeries("boys", (Figure(ON, None, D(20), D(40)),))

    result = assess_sum([promise], [girls, boys], RATIO, ON)

    assert percent(result.present.value.amount) == 50


def test_real_zero_is_kept():
    result = assess([make_promise()], [make_figure(value=D(0))], TOTAL, ON)

    assert (result.present.value.amount, result.present.progress, result.status) == (
        0,
        0,
        Status.FAR_BEHIND,
    )


def test_real_zero_of_a_ratio_is_kept():
    figure = Figure(ON, None, D(0), D(60))

    result = assess([make_promise(value=D("0.8"))], [figure], RATIO, ON)

    assert result.present.value.amount == 0


def test_progress_counts_from_the_baseline():
    promise = make_promise(value=D(3000), baseline=D(2000))

    result = assess([promise], [make_figure(value=D(2000))], TOTAL, ON)

    assert result.present.progress == 0


def test_falling_indicator_at_its_target_is_at_a_hundred():
    promise = make_promise(value=D(10), baseline=D(100), sense=Sense.AT_MOST)

    result = assess([promise], [make_figure(value=D(10))], LEVEL, ON)

    assert (percent(result.present.progress), result.status) == (100, Status.ACHIEVED)


def test_falling_indicator_half_way_is_at_fifty():
    promise = make_promise(value=D(20), baseline=D(40), sense=Sense.AT_MOST)

    result = assess([promise], [make_figure(value=D(30))], LEVEL, ON)

    assert percent(result.present.progress) == 50


def test_falling_indicator_half_way_is_at_fifty_in_each_year_too():
    year = make_promise(
        value=D(20),
        baseline=D(40),
        sense=Sense.AT_MOST,
        baseline_on=date(2022, 12, 31),
        due=date(2023, 12, 31),
    )

    result = assess([year], [make_figure(value=D(30))], LEVEL, ON)

    assert percent(result.present.progress) == 50


def test_percentage_typed_beside_its_fraction_is_refused():
    with pytest.raises(FigureError) as refused:
        Figure(ON, D(60), numerator=D("0.4"), denominator=D("0.8"))

    assert refused.value.code == Fault.VALUE_AND_PARTS


@pytest.mark.parametrize("text", ["03/04/26", "04-03-26"])
def test_date_that_could_be_read_two_ways_is_an_error_that_says_so(text):
    with pytest.raises(DateError) as refused:
        read_date(text)

    assert (refused.value.code, refused.value.text) == ("two_digit_year", text)


def test_missing_progress_has_no_bar():
    promise = make_promise(baseline=None, baseline_on=None)

    result = assess([promise], [make_figure()], LEVEL, ON)

    assert (result.present.progress, result.status) == (None, Status.UNDER_WAY)


def test_ratio_typed_as_a_fraction_is_not_a_date():
    with pytest.raises(DateError):
        read_date("3/4")


def test_running_totals_are_read_as_the_last_one_and_not_summed():
    figures = [make_figure(date(2022, 6, 30), D(300)), make_figure(date(2023, 6, 30), D(500))]

    assert assess([make_promise()], figures, TOTAL, ON).present.value.amount == 500
