"""What the site once said of real promises, and what the rules say of them."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.calculations.amounts import percent, to_decimal
from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.breakdowns import publishable_breakdown
from programmes.calculations.centres import CentreMilestone, centre_standing
from programmes.calculations.choices import CentreState, Measure, Status, UnderWay
from programmes.calculations.figures import Figure, Rule
from programmes.calculations.milestones import assess_milestone
from programmes.calculations.shares import sum_of_shares
from tests.calculations.builders import (
    LEVEL,
    PERIODS,
    TOTAL,
    make_figure,
    make_promise,
    read_figure,
    read_part,
    read_promise,
    several,
)
from tests.calculations.test_milestones import read_statements, written
from tests.calculations.timelines import assessment_on, timeline

D = Decimal
TODAY = date(2026, 11, 21)
CITIES = (
    "2020-08-17 #1: at_least 12 by 2024-12-31",
    "2025-10-21 #2: at_least 12 by 2027-08-31",
)
CITIES_OPEN = "2023-07-03=4; 2024-09-06=6; 2026-02-20=9"
DIGITAL = "2023-07-01..2023-07-31 #1: at_least 15000; 2024-05-29 #2: at_least 15000 by 2026-12-31"


def promises(*texts):
    return several("; ".join(texts), read_promise)


def test_past_its_due_date_a_promise_has_no_result_for_ever():
    figures = [make_figure(date(2024, 5, 29))]

    for on in (date(2025, 1, 1), date(2027, 1, 1), date(2050, 1, 1)):
        result = assess([make_promise()], figures, TOTAL, on)
        assert (result.status, result.present.stated.amount) == (Status.DUE_DATE_PASSED, 500)


def test_past_its_due_date_without_a_figure():
    assert assess([make_promise()], [], TOTAL, date(2025, 1, 1)).status is Status.DUE_DATE_PASSED


def test_two_parts_of_300_do_not_keep_a_promise_of_15000():
    whole = make_promise(value=D(15000))
    parts = [read_part("A {2022-12-31=240}"), read_part("B {2022-12-31=240}")]

    result = assess_sum([whole], parts, TOTAL, date(2023, 1, 1))
    announced = sum_of_shares(Fraction(15000), [Fraction(300)] * 2, Measure.RUNNING_TOTAL)

    assert (result.status, result.present.value.amount) == (Status.FAR_BEHIND, 480)
    assert (announced.shares, announced.whole) == (600, 15000)


def test_a_part_given_up_stays_a_part():
    parts = [read_part(f"{key} {{2023-12-31=250}}") for key in "ABC"] + [PartSeries("D", ())]
    whole = make_promise(due=date(2023, 12, 30))

    result = assess_sum([make_promise()], parts, TOTAL, date(2024, 10, 31))

    assert (result.status, percent(result.present.progress)) == (Status.ON_TRACK, 75)
    assert (result.present.value.coverage.covered, result.present.value.coverage.total) == (3, 4)
    past = assess_sum([whole], parts, TOTAL, date(2024, 6, 30))
    assert past.status is Status.DUE_DATE_PASSED


def test_postponed_after_the_date_passed():
    late = make_promise(number=2, announced=date(2025, 2, 1), due=date(2030, 12, 31))
    figures = [make_figure(date(2024, 6, 30))]

    before = assess([make_promise()], figures, TOTAL, date(2025, 2, 1))
    after = assess([make_promise(), late], figures, TOTAL, date(2025, 2, 1))

    assert (after.status, after.present.under_way) == (
        Status.UNDER_WAY,
        UnderWay.NO_FIGURE_SINCE,
    )
    assert (before.status, after.original.status) == (Status.DUE_DATE_PASSED,) * 2
    assert after.slippage.moved_after_due


def test_places_of_twelve_cities_are_the_sum_of_every_series_with_its_dates():
    whole = promises("2019-09-12 #1: at_least 34000")
    reported = {
        "2022-10-31": 2000, "2023-05-31": 3000, "2024-09-30": 2500, "2024-10-31": 1536,
        "2025-01-31": 3500, "2025-09-30": 4000, "2025-10-31": 2400, "2026-02-28": 2500,
    }  # fmt: skip
    parts = [
        read_part(f"city{at} {{{day}={value}}}") for at, (day, value) in enumerate(reported.items())
    ]
    parts += [PartSeries(f"silent{at}", ()) for at in range(4)]

    present = assess_sum(whole, parts, LEVEL, TODAY).present

    assert present.value.amount == 21436
    assert (present.value.oldest, present.value.as_of) == (date(2022, 10, 31), date(2026, 2, 28))
    assert (present.value.coverage.covered, present.value.coverage.total) == (8, 12)
    assert present.outdated == ("city0", "city1", "city2", "city3")


def test_five_years_of_200_are_a_thousand_since_the_start():
    years = "; ".join(f"{year}-01-01/{year}-12-31=200" for year in range(2021, 2026))
    promise = make_promise(due=date(2026, 12, 31))

    present = assess([promise], several(years, read_figure), PERIODS, date(2026, 6, 30)).present

    assert (present.value.amount, present.start.first) == (1000, date(2021, 1, 1))
    assert present.value.missing == ()


def test_a_period_that_starts_on_the_baseline_date_counts_and_a_missing_year_is_named():
    years = "2021-01-01/2021-12-31=200; 2023-01-01/2023-12-31=200"

    present = assess(
        [make_promise()], several(years, read_figure), PERIODS, date(2024, 6, 30)
    ).present

    assert present.value.amount == 400
    assert [(one.first, one.last) for one in present.value.missing] == [
        (date(2022, 1, 1), date(2022, 12, 31))
    ]


def test_due_at_the_end_of_2023_and_first_met_a_year_later():
    promise = make_promise(due=date(2023, 12, 31))
    figures = [make_figure(date(2024, 12, 30), D(1000))]

    result = assess([promise], figures, TOTAL, date(2025, 1, 1))

    assert result.status is Status.ACHIEVED_DATE_NOT_SHOWN


def test_a_figure_before_the_promise_achieves_nothing():
    promise = make_promise(
        announced=date(2024, 1, 1), baseline=None, baseline_on=None, due=date(2026, 12, 31)
    )
    figures = [make_figure(date(2019, 12, 31), D(1200))]

    present = assess([promise], figures, TOTAL, date(2024, 6, 30)).present

    assert (present.status, present.value) == (Status.NO_DATA, None)
    assert (present.before.amount, present.met_when_announced) == (1200, True)


def test_twelve_cities_are_on_track_today_and_missed_against_the_original():
    rule = Rule(Measure.RUNNING_TOTAL, decimals=0)

    result = assess(promises(*CITIES), several(CITIES_OPEN, read_figure), rule, TODAY)

    assert (result.status, result.original.status) == (Status.ON_TRACK, Status.MISSED)
    assert (result.present.expected_value, percent(result.present.progress)) == (9, 75)
    assert percent(result.present.time_gone(TODAY)) == 89
    assert result.slippage.months == 32


def test_digital_trades_are_far_behind_in_2025():
    figures = several("2024-05-29=1000", read_figure)

    result = assess(promises(DIGITAL), figures, TOTAL, date(2025, 6, 30))

    assert (result.status, percent(result.present.progress)) == (Status.FAR_BEHIND, 7)
    assert percent(result.present.time_gone(date(2025, 6, 30))) == 56


def test_planned_for_2023_or_for_april_2019_and_nothing_since():
    on = date(2024, 6, 30)

    found = [
        assess_milestone(read_statements(f"2018-01-01 planned {when}"), on)
        for when in ("2023", "2019-04")
    ]

    assert [(one.state, written(one.overdue)) for one in found] == [
        ("overdue", "6 months"),
        ("overdue", "62 months"),
    ]


def test_reached_after_the_plan_and_postponed_twice():
    said = (
        "2021-01-01 planned 2022-09-01; 2022-06-01 planned 2022-12-01;"
        "2022-11-01 planned 2023-02-01; 2023-02-20 reached 2023-02-11"
    )

    found = assess_milestone(read_statements(said), date(2023, 3, 1))

    assert (written(found.after_original), written(found.after_plan), found.postponed) == (
        "163 days",
        "10 days",
        2,
    )


@pytest.mark.parametrize(
    ("said", "on", "state"),
    [
        ({"inauguration": "2021-06-01 reached 2021-06-01"}, date(2021, 6, 1), "inaugurated"),
        ({"inauguration": "2021-06-01 reached 2021-06-01"}, date(1999, 1, 1), "not_yet_announced"),
        (
            {
                "opening": "2020-09-01 reached 2020-09-01; 2023-09-01 reached 2023-09-01",
                "closing": "2021-09-01 reached 2021-09-01",
            },
            date(2024, 1, 1),
            "open",
        ),
    ],
)
def test_states_of_centres(said, on, state):
    milestones = [
        CentreMilestone(kind, tuple(read_statements(text))) for kind, text in said.items()
    ]

    assert centre_standing(milestones, date(2021, 1, 1), on).state == CentreState(state)


def test_cities_counted_from_their_openings_have_a_figure_every_day():
    rule = Rule(Measure.RUNNING_TOTAL, decimals=0, counted=True)
    opened = several("2022-09-30=1; 2023-09-30=2; 2023-10-31=3", read_figure)

    result = assess(promises(CITIES[0]), opened, rule, date(2024, 12, 30))
    due = assess(promises(CITIES[0]), opened, rule, date(2024, 12, 31))

    assert (result.status, result.present.value.amount) == (Status.FAR_BEHIND, 3)
    assert (due.status, due.present.value.as_of) == (Status.MISSED, date(2024, 12, 31))


def test_women_98_of_100_gives_two_men_away():
    assert publishable_breakdown({"women": D(98)}, D(100)) is None


def test_a_cited_page_stays_as_it_was_known():
    on, cited = date(2023, 12, 31), datetime(2024, 3, 1)
    figure = make_figure(published_at=datetime(2023, 9, 1))
    late = make_figure(date(2023, 12, 31), D(700), published_at=datetime(2024, 5, 1))
    mistyped = replace(late, value=D(70), ended_at=datetime(2024, 6, 1))
    corrected = replace(late, published_at=datetime(2024, 6, 1))
    before = assess([make_promise()], [figure], TOTAL, on, cited)

    for rows in ([figure, late], [figure, mistyped, corrected]):
        assert assess([make_promise()], rows, TOTAL, on, cited) == before
        assert assessment_on(timeline([make_promise()], rows, TOTAL, known=cited), on) == before
    assert assess([make_promise()], [figure, late], TOTAL, on).present.value.amount == 700


def test_a_projected_day_already_past_is_not_printed():
    figures = [make_figure(date(2022, 6, 30), D(600)), make_figure(date(2023, 6, 30), D(900))]

    pace = assess([make_promise()], figures, TOTAL, date(2024, 6, 30)).present.pace

    assert (pace.projected, pace.projected_after(date(2024, 6, 30))) == (date(2023, 10, 30), None)


def test_on_track_with_a_pace_that_leads_away_projects_nothing():
    figures = [make_figure(date(2022, 6, 30), D(930)), make_figure(date(2023, 6, 30), D(900))]

    present = assess([make_promise()], figures, TOTAL, date(2023, 6, 30)).present

    assert (present.status, to_decimal(present.pace.recent, 1)) == (Status.ON_TRACK, D("-2.5"))
    assert present.pace.projected is None


@pytest.mark.parametrize(("value", "target", "shown"), [(999, 1000, "99.9"), (12, 100000, "0.01")])
def test_nothing_is_rounded_to_0_or_100_per_cent_that_is_neither(value, target, shown):
    promise = make_promise(value=D(target))

    present = assess(
        [promise], [Figure(date(2023, 6, 30), D(value))], TOTAL, date(2023, 6, 30)
    ).present

    assert str(percent(present.progress)) == shown
