"""Geometry of the charts."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from django.utils.translation import override

from programmes.calculations.choices import Measure
from programmes.public.pictures.charts import trajectory_chart
from programmes.selectors.promises.target.trajectories import Point, Trajectory, TrajectoryLine
from programmes.selectors.wording.formats import Unit


def chart(values, *, due=date(2024, 12, 31), target=12, level=False, start=None):
    measured = tuple(
        Point(date(2022 + place, 1, 1), Fraction(value), str(value))
        for place, value in enumerate(values)
    )
    ends = [Point(due, Fraction(target))]
    if start is not None:
        ends.insert(0, Point(date(2022, 1, 1), Fraction(start)))
    line = TrajectoryLine(tuple(ends), str(target), "2024")
    unit = Unit(Measure.LEVEL if level else Measure.RUNNING_TOTAL)
    with override("en"):
        return trajectory_chart(Trajectory(unit, measured, line, None, level))


def test_nothing_to_draw_gives_no_chart():
    assert trajectory_chart(None) is None


def test_totals_are_drawn_from_zero_with_ticks_at_whole_years():
    found = chart([4, 6, 9])
    assert found.from_zero
    assert [step.label for step in found.steps] == ["0", "5", "10", "15"]
    assert [year.label for year in found.years] == ["2022", "2023", "2024", "2025"]
    assert (found.years[0].at, found.years[-1].at) == (found.left, found.right)


def test_time_runs_from_left_to_right_and_values_upwards():
    dots = chart([4, 6, 9]).dots
    assert [dot.x for dot in dots] == sorted(dot.x for dot in dots)
    assert [dot.y for dot in dots] == sorted((dot.y for dot in dots), reverse=True)


def test_level_far_from_zero_may_leave_it_and_says_so():
    assert not chart([980, 990, 1000], target=1000, level=True).from_zero
    assert chart([980, 990, 1000], target=1000).from_zero


def test_promise_without_a_starting_point_is_a_flag_without_a_line():
    assert chart([4, 6]).present.line == ""
    assert chart([4, 6], start=0).present.line.count(",") == 2


def test_labels_that_would_touch_are_left_out_but_never_the_last():
    measured = tuple(
        Point(date(2022, month, 1), Fraction(month), str(month)) for month in range(1, 13)
    )
    data = Trajectory(Unit(Measure.RUNNING_TOTAL), measured, None, None, False)
    with override("en"):
        labels = [dot.label for dot in trajectory_chart(data).dots]
    assert labels[-1] == "12"
    assert "" in labels


@pytest.mark.parametrize("highest", [1, 3, 7, 12, 99, 100, 101, 12_536, 34_000, 4_400_000_000])
def test_scale_reaches_the_highest_value_in_a_few_steps(highest):
    steps = chart([0, highest], target=highest).steps
    assert 2 <= len(steps) <= 6


def test_single_zero_is_drawn():
    assert len(chart([0, 0], target=0).dots) == 2


def test_long_labels_neither_touch_each_other_nor_the_axis_nor_leave_the_drawing():
    measured = tuple(
        Point(date(2022, month, 1), Fraction(month * 100_000), f"{month},100,000")
        for month in range(1, 13)
    )
    data = Trajectory(Unit(Measure.RUNNING_TOTAL), measured, None, None, False)
    with override("en"):
        found = trajectory_chart(data)
    ends = [
        (dot.label_x - len(dot.label) * 4, dot.label_x + len(dot.label) * 4)
        for dot in found.dots
        if dot.label
    ]
    assert len(ends) > 2
    assert all(end <= start for (_start, end), (start, _end) in pairwise(ends))
    assert (ends[0][0] >= found.left, ends[-1][1] <= found.width) == (True, True)
    assert found.left >= len(found.steps[-1].label) * 8


@pytest.mark.parametrize(("value", "is_under"), [(11, True), (13, False)])
def test_where_the_pace_leads_is_labelled_on_the_side_away_from_the_promise(value, is_under):
    day = date(2024, 12, 31)
    line = TrajectoryLine(
        (Point(date(2022, 1, 1), Fraction(0)), Point(day, Fraction(12))), "12", "2024"
    )
    measured = (
        Point(date(2022, 1, 1), Fraction(0), "0"),
        Point(date(2023, 1, 1), Fraction(4), "4"),
    )
    ahead = Point(day, Fraction(value), str(value))
    data = Trajectory(Unit(Measure.RUNNING_TOTAL), measured, line, None, False, ahead)
    with override("en"):
        end = trajectory_chart(data).ahead_end
    assert (end.label_y > end.y) is is_under
