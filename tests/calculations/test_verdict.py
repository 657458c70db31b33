from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.calculations.dates import DAYS_PER_MONTH
from programmes.calculations.figures import Qualifier, Sense, Status
from programmes.calculations.pace import NO_PACE, Pace, pace
from programmes.calculations.progress import (
    combined,
    current_value,
    history,
    promise_history,
    promise_progress,
)
from programmes.calculations.trajectory import expected_progress, expected_value, trajectory
from programmes.calculations.verdict import (
    announced_by,
    assess,
    differ,
    original,
    present,
    standing_of,
)
from tests.calculations.builders import (
    DUE,
    LEVEL,
    PERIODS,
    START,
    TOTAL,
    Waypoint,
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

D = Decimal
ON = date(2023, 6, 30)


@pytest.mark.parametrize("row", rows("pace"), ids=name_of)
def test_pace_of_each_case(row):
    promise, rule = read_promise(row["promise"]), read_rule(row["measure"])
    values = promise_history(promise, several(row["figures"], read_figure), rule, day(row["on"]))

    assert pace(promise, values) == Pace(
        recent=computed(row["recent"]),
        since=day(row["since"]),
        required=computed(row["required"]),
        projected=day(row["projected"]),
    )


def test_month_of_pace_has_30_days_and_seven_sixteenths():
    assert Fraction("30.4375") == DAYS_PER_MONTH


def test_assessment_carries_the_pace_unless_the_data_is_old():
    figures = [make_figure(date(2022, 6, 30), D(300)), make_figure()]

    assert assess([make_promise()], figures, TOTAL, ON).pace.since == date(2022, 6, 30)
    assert assess([make_promise()], figures, TOTAL, date(2025, 1, 1)).pace == NO_PACE


def test_assessment_with_old_data_keeps_only_the_figure():
    figure = make_figure()

    result = assess([make_promise()], [figure], TOTAL, date(2025, 1, 1))

    assert result.status is Status.NO_RECENT_DATA
    assert result.current.figure == figure
    assert result.stated == result.current
    assert (result.progress, result.expected_value, result.expected_progress) == (None, None, None)
    assert (result.pace, result.decided_by) == (NO_PACE, None)


def test_assessment_names_both_promises():
    first, last = make_promise(), make_promise(number=2, value=D(2000))

    result = assess([last, first], [], TOTAL, ON)

    assert (result.promise, result.original) == (last, first)
    assert (result.against_original.promise, result.against_original.original) == (first, first)


def test_assessment_before_any_promise_is_empty():
    result = assess([make_promise()], [make_figure()], TOTAL, date(2020, 1, 1))

    assert (result.promise, result.original, result.current) == (None, None, None)
    assert (result.status, result.status_against_original) == (Status.NOT_YET_PROMISED, None)


def test_value_that_settled_the_verdict_is_stated_when_the_last_contradicts_it():
    judged, later = make_figure(DUE, D(1000)), make_figure(date(2025, 6, 30), D(800))

    result = assess([make_promise()], [judged, later], LEVEL, date(2025, 7, 1))

    assert result.status is Status.ACHIEVED
    assert (result.current.value, result.stated.value, result.decided_by.value) == (800, 1000, 1000)


def test_level_before_its_due_date_is_settled_by_its_last_figure():
    figures = [make_figure(date(2022, 6, 30), D(1000)), make_figure(value=D(1100))]

    assert assess([make_promise()], figures, LEVEL, ON).decided_by.value == 1100


def test_last_value_is_stated_when_it_agrees_with_the_verdict():
    first, later = make_figure(DUE, D(1000)), make_figure(date(2025, 6, 30), D(1200))

    result = assess([make_promise()], [first, later], TOTAL, date(2025, 7, 1))

    assert (result.current.value, result.stated.value, result.decided_by.value) == (
        1200,
        1200,
        1000,
    )


def test_last_value_of_a_missed_total_is_stated():
    judged, later = make_figure(DUE, D(900)), make_figure(date(2025, 6, 30), D(950))

    result = assess([make_promise()], [judged, later], TOTAL, date(2025, 7, 1))

    assert result.status is Status.MISSED
    assert (result.stated.value, result.decided_by.value) == (950, 900)


def test_total_missed_is_settled_by_the_first_figure_after_the_due_date():
    figures = [make_figure(date(2024, 6, 30), D(800)), make_figure(DUE, D(900))]
    later = make_figure(date(2025, 3, 31), D(950))

    result = assess([make_promise()], [*figures, later], TOTAL, date(2025, 7, 1))

    assert result.decided_by.value == 900


def test_current_value_rests_on_its_figures():
    early = make_figure(date(2022, 12, 31), D("10.5"), period_start=date(2022, 1, 1))
    late = make_figure(
        date(2023, 6, 30), D(20), period_start=date(2023, 1, 1), qualifier=Qualifier.ABOUT
    )

    current = current_value([late, early], PERIODS, ON, baseline=D(5))

    assert (current.figure, current.figures) == (late, (early, late))
    assert (current.shown, current.qualifier) == (D("35.5"), Qualifier.ABOUT)
    assert [(one.value, one.figures) for one in history([late, early], PERIODS, ON)] == [
        (D("10.5"), (early,)),
        (D("30.5"), (early, late)),
    ]


def test_current_value_leaves_out_what_is_older_than_the_baseline():
    old = make_figure(date(2021, 12, 31), D(400))

    assert current_value([old], TOTAL, ON, baseline_on=date(2021, 12, 31)).figure == old
    assert current_value([old], TOTAL, ON, baseline_on=date(2022, 1, 1)) is None


def test_current_value_is_none_without_figures():
    assert current_value([], TOTAL, ON) is None


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


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2020, 1, 1), 10),
        (date(2021, 1, 1), 10),
        (date(2021, 1, 2), 19),
        (date(2021, 1, 11), 100),
        (date(2021, 1, 16), 55),
        (date(2021, 1, 21), 10),
        (date(2021, 1, 30), 910),
        (date(2021, 1, 31), 1010),
        (date(2022, 1, 31), 1010),
    ],
)
def test_expected_value_through_waypoints(on, expected):
    promise = make_promise(
        value=D(1010),
        baseline=D(10),
        due=date(2021, 1, 31),
        waypoints=(Waypoint(date(2021, 1, 21), D(10)), Waypoint(date(2021, 1, 11), D(100))),
    )

    assert expected_value(promise, TOTAL, on) == expected
    assert expected_progress(promise, TOTAL, on) == Fraction(expected - 10, 1000)


def test_trajectory_has_its_corners_in_order_of_time():
    promise = make_promise(waypoints=(Waypoint(ON, D(300)),))

    assert trajectory(promise, TOTAL) == ((START, 0), (ON, 300), (DUE, 1000))


@pytest.mark.parametrize(
    ("overrides", "rule"),
    [
        ({"due": None}, TOTAL),
        ({"baseline_on": None}, TOTAL),
        ({"baseline": None}, LEVEL),
        ({"value": None, "abandoned": True}, TOTAL),
    ],
)
def test_no_expectation_without_a_line(overrides, rule):
    promise = make_promise(**overrides)

    assert trajectory(promise, rule) == ()
    assert expected_value(promise, rule, ON) is None
    assert expected_progress(promise, rule, ON) is None


def test_expectation_of_a_total_without_a_baseline_starts_from_zero():
    promise = make_promise(baseline=None, due=date(2021, 1, 11))

    assert expected_value(promise, TOTAL, date(2021, 1, 6)) == 500


def test_progress_is_none_without_a_value_or_a_target():
    promise, given_up = make_promise(), make_promise(value=None, abandoned=True)
    current = current_value([make_figure()], TOTAL, ON)

    assert promise_progress(None, promise, TOTAL) is None
    assert promise_progress(current, given_up, TOTAL) is None
    assert promise_progress(current, promise, TOTAL) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("done", "expected", "status"),
    [
        (None, Fraction(1), "under_way"),
        (Fraction(1), None, "under_way"),
        (Fraction(9, 10), Fraction(1), "on_track"),
        (Fraction(89, 100), Fraction(1), "behind"),
        (Fraction(7, 10), Fraction(1), "behind"),
        (Fraction(69, 100), Fraction(1), "far_behind"),
        (Fraction(0), Fraction(0), "on_track"),
        (Fraction(-1, 100), Fraction(0), "behind"),
        (Fraction(-1, 10), Fraction(-1, 10), "on_track"),
        (Fraction(-2, 10), Fraction(-1, 10), "behind"),
        (Fraction(0), Fraction(1, 100), "far_behind"),
    ],
)
def test_standing_of_progress_against_the_expected(done, expected, status):
    assert standing_of(done, expected) == status


def test_thresholds_are_exact_where_decimal_quotients_are_not():
    wrong = [
        days
        for days in range(1, 400)
        if standing_of(Fraction(9 * days, 4000), Fraction(days, 400)) is not Status.ON_TRACK
        or standing_of(Fraction(7 * days, 4000), Fraction(days, 400)) is not Status.BEHIND
    ]

    assert wrong == []


def test_announced_by_a_day_in_order_without_corrected_entries():
    first, typo = make_promise(), make_promise(number=2, value=D(9))
    correction = make_promise(number=3, value=D(900), corrects=2)
    later = make_promise(number=4, announced=date(2023, 1, 1))
    promises = [later, correction, typo, first]

    assert announced_by(promises, date(2022, 12, 31)) == (first, correction)
    assert announced_by(promises, date(2023, 1, 1)) == (first, correction, later)
    assert (present(promises, ON), original(promises, ON)) == (later, first)
    assert (present(promises, date(2020, 1, 1)), original([], ON)) == (None, None)


@pytest.mark.parametrize(
    ("overrides", "different"),
    [
        ({"announced": ON, "number": 2}, False),
        ({"number": 2, "corrects": 1}, False),
        ({"value": D("1000.0")}, False),
        ({"value": D(1001)}, True),
        ({"due": date(2025, 1, 1)}, True),
        ({"baseline": D(1)}, True),
        ({"baseline_on": date(2021, 1, 2)}, True),
        ({"sense": Sense.AT_MOST}, True),
        ({"waypoints": (Waypoint(ON, D(1)),)}, True),
        ({"abandoned": True}, True),
    ],
)
def test_differ_of_two_announcements(overrides, different):
    other = make_promise(**overrides)

    assert (differ(make_promise(), other), differ(other, make_promise())) == (different, different)
