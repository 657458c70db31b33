"""What a target's page says of how its status comes about."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone
from django.utils.translation import override

from programmes.models import Category, Dimension, Measurement, MeasurementShare
from programmes.selectors.pages.targets import target_page
from programmes.selectors.promises.breakdowns import publishable
from programmes.selectors.promises.target import announcement_lines
from programmes.selectors.promises.target.trajectories import MOST_POINTS, Point, thinned
from tests.builders import (
    amend,
    make_agreement,
    make_indicator,
    make_measurement,
    make_organisation,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_sum,
    make_target,
    publish,
    set_aside,
)

pytestmark = pytest.mark.django_db


def inputs(on: date) -> list[tuple[str, str]]:
    with override("en"):
        return [(one.name, one.value) for one in target_page("target", on).inputs]


def test_old_figure_says_until_when_it_was_recent():
    target = make_target(series=make_series(interval_months=6), due="2030-12-31")
    make_measurement(target.series, "2022-01-31", 400)
    assert inputs(date(2023, 6, 1)) == [
        ("Reporting interval", "6 months"),
        ("Last figure taken as recent until", "31 January 2023"),
        ("Due date", "31 December 2030"),
    ]
    assert ("Progress", "40%") in inputs(date(2022, 6, 1))


def test_figure_older_than_a_due_date_that_has_passed_names_it():
    target = make_target(due="2022-03-31")
    make_measurement(target.series, "2022-01-31", 400)
    assert inputs(date(2022, 6, 1))[-1] == ("Due date", "31 March 2022")


def test_who_is_responsible_and_the_agreement_are_named():
    make_target(responsible=make_organisation("office"), agreement=make_agreement("agreement"))
    found = target_page("target", date(2023, 6, 1))
    assert (found.responsible.code, found.agreement.code) == ("office", "agreement")


def page(on: date):
    with override("en"):
        return target_page("target", on)


def pairs(lines) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in lines]


def test_what_progress_is_counted_from_is_said_where_nobody_gave_a_starting_point():
    target = make_target(announced="2021-01-01", due="2024-12-31")
    make_measurement(target.series, "2022-01-01", 240)
    assert inputs(date(2022, 6, 1)) == [
        (
            "Baseline",
            "0 on the day of the announcement (1 January 2021), as no starting point was given",
        ),
        ("Progress", "24%"),
        ("Time gone", "35%"),
        ("Expected on that date", "250, by even progress, which nobody promised"),
        ("Expected progress", "25%"),
        ("Required pace, a month", "21"),
    ]


def test_total_counts_from_its_last_figure_by_the_announcement():
    target = make_target(announced="2021-01-01", due="2024-12-31")
    make_measurement(target.series, "2020-06-30", 200)
    make_measurement(target.series, "2022-01-01", 400)
    assert inputs(date(2022, 6, 1))[:2] == [
        ("Before the promise", "200 on 30 June 2020"),
        (
            "Baseline",
            "200, the last figure by the day of the announcement (1 January 2021), as no starting point was given",
        ),
    ]


def test_figure_that_met_the_promise_before_it_was_made_is_told_and_gives_no_status():
    target = make_target(announced="2024-01-01", due="2026-12-31")
    make_measurement(target.series, "2019-12-31", 1200)
    found = page(date(2024, 3, 1))
    assert pairs(found.inputs) == [
        ("Before the promise", "1,200 on 31 December 2019: already met when announced")
    ]
    assert found.line.status.code == "no_data"


def test_how_far_a_promise_was_moved():
    target = make_target(due="2024-12-31", announced="2021-01-01")
    make_revision(target, 2, value=1250, due="2027-06-30", announced="2025-02-01")
    assert pairs(page(date(2025, 6, 1)).moved) == [
        ("Times it was moved", "1"),
        ("Due date put back by", "30 months"),
        ("Target changed by", "+25%"),
        ("Moved after its due date had passed", "yes"),
    ]


def test_promise_that_was_never_moved_says_nothing_of_it():
    make_target()
    assert page(date(2022, 6, 1)).moved == ()


def test_each_announcement_has_its_own_status():
    target = make_target(due="2022-12-31", announced="2021-01-01")
    for number, announced, due in (
        (2, "2022-02-01", "2023-12-31"),
        (3, "2023-02-01", "2026-12-31"),
    ):
        make_revision(target, number, value=1000, due=due, announced=announced)
    make_measurement(target.series, "2024-01-31", 400)
    found = page(date(2024, 6, 1))
    assert [one.status.code for one in found.revisions] == ["missed", "missed", "behind"]


@pytest.mark.slow
def test_promise_moved_very_often_shows_the_first_and_the_latest_and_says_how_many():
    target = make_target(due="2030-12-31", announced="2021-01-01")
    for number in range(2, 61):
        on = date(2021, 1, 1) + timedelta(number)
        make_revision(target, number, value=1000 + number, due="2030-12-31", announced=str(on))
    found = page(date(2022, 1, 1))
    assert [one.number for one in found.revisions] == [1, *range(21, 61)]
    assert found.revisions_cut == (
        "Of 60 announcements, the first, the original and the latest 40 are shown here."
    )
    assert found.line.announced == (
        "Announced: 1,000 for 31 December 2030, moved 58 times since, then 1,060 for 31 December 2030"
    )


def test_announced_shares_that_do_not_add_up_are_said():
    whole = make_target(value=15000, series=make_sum())
    for number in (1, 2):
        region = make_region(f"MA-0{number}", f"Région {number}")
        series = make_series(f"part-{number}", territory=region, part_of=whole.series)
        make_target(f"part-{number}", series=series, share_of=whole, value=300)
        make_measurement(series, "2023-01-01", 240)
    found = page(date(2023, 2, 1))
    assert found.shares == "The announced shares add up to 600 of 15,000."
    assert (found.line.value, found.line.status.code) == ("480", "far_behind")


def break_down(figure: Measurement, shares: dict[str, int]) -> None:
    sex = Dimension.objects.create(code="sex", name_fr="Sexe")
    names = {"f": "Femmes", "m": "Hommes"}
    for position, (code, value) in enumerate(shares.items()):
        category = Category.objects.create(
            dimension=sex, code=code, name_fr=names[code], position=position
        )
        MeasurementShare.objects.create(measurement=figure, category=category, value=value)


@pytest.mark.parametrize(
    ("shares", "printed"),
    [
        ({"f": 60, "m": 40}, [("Femmes", "60"), ("Hommes", "40")]),
        ({"f": 98}, []),
        ({"f": 4, "m": 93}, [("Hommes", "93"), ("Others", "7")]),
    ],
)
def test_breakdown_keeps_small_groups_untold(shares, printed):
    target = make_target()
    figure = make_measurement(target.series, "2022-01-01", 100, draft=True)
    break_down(figure, shares)
    publish(figure)
    (found,) = page(date(2022, 6, 1)).breakdowns
    assert [(one.name.text, one.value) for one in found.shares] == printed


@pytest.mark.parametrize(
    ("shares", "printed"),
    [
        ({"f": 60, "m": 40}, [("Femmes", "60"), ("Hommes", "40")]),
        # of the 100 that the ratio is of, two would be told
        ({"f": 98}, []),
    ],
)
def test_breakdown_of_a_ratio_is_of_those_that_its_denominator_counts(shares, printed):
    ratio = make_indicator("inserted", measure="ratio")
    target = make_target(series=make_series("inserted", indicator=ratio), value="0.8")
    figure = make_measurement(
        target.series, "2022-01-01", numerator=50, denominator=100, draft=True
    )
    break_down(figure, shares)
    publish(figure)
    (found,) = page(date(2022, 6, 1)).breakdowns
    assert [(one.name.text, one.value) for one in found.shares] == printed
    assert publishable().filter(measurement=figure).count() == len(printed)


def test_promise_on_the_way_tells_its_paces_and_where_they_lead():
    target = make_target(value=1000, baseline=0, baseline_on=date(2021, 1, 1), due="2024-12-31")
    make_measurement(target.series, "2022-01-01", 200)
    make_measurement(target.series, "2023-01-01", 400)
    assert inputs(date(2023, 2, 1)) == [
        ("Baseline", "0 on 1 January 2021"),
        ("Progress", "40%"),
        ("Time gone", "52%"),
        ("Expected on that date", "500, by even progress, which nobody promised"),
        ("Expected progress", "50%"),
        ("Recent pace, a month", "17"),
        ("Required pace, a month", "25"),
        ("Projected date", "31 December 2025"),
    ]


def test_paces_of_a_promise_that_is_met_are_not_required():
    target = make_target(value=1000, baseline=0, baseline_on=date(2021, 1, 1), due="2024-12-31")
    make_measurement(target.series, "2022-01-01", 200)
    make_measurement(target.series, "2023-01-01", 1000)
    assert inputs(date(2023, 2, 1)) == [
        ("Baseline", "0 on 1 January 2021"),
        ("Progress", "100%"),
        ("Time gone", "52%"),
        ("Expected on that date", "500, by even progress, which nobody promised"),
        ("Expected progress", "50%"),
        ("Recent pace, a month", "67"),
    ]


def test_two_figures_without_a_due_date_are_drawn_and_one_is_not():
    target = make_target(due="")
    make_measurement(target.series, "2022-01-01", 200)
    make_measurement(target.series, "2023-01-01", 400)
    assert page(date(2022, 6, 1)).trajectory is None
    drawn = page(date(2023, 6, 1)).trajectory
    assert [float(one.value) for one in drawn.measured] == [200, 400]


def test_part_of_a_sum_shows_its_last_figure_by_the_day():
    whole = make_sum()
    make_target(series=whole)
    part = make_series("part", territory=make_region(), part_of=whole)
    make_measurement(part, "2022-01-01", 200)
    make_measurement(part, "2023-01-01", 400)
    with override("en"):
        found = [target_page("target", on).parts for on in (date(2022, 6, 1), date(2023, 6, 1))]
    assert [[(one.value, one.day) for one in parts] for parts in found] == [
        [("200", "1 January 2022")],
        [("400", "1 January 2023")],
    ]


def test_interval_that_was_amended_before_the_moment_is_that_of_the_moment():
    target = make_target(series=make_series(interval_months=6), due="2030-12-31")
    make_measurement(target.series, "2022-01-31", 400)
    moments = [timezone.now()]
    for months in (12, 24):
        amend(target.series, interval_months=months)
        moments.append(timezone.now())
    found = []
    for known in moments:
        with override("en"):
            told = target_page("target", date(2026, 6, 1), known=known).inputs
        found += [one.value for one in told if one.name == "Reporting interval"]
    assert found == ["6 months", "12 months", "24 months"]


def test_sources_cited_on_a_day_are_those_of_what_was_said_by_then():
    target = make_target(source=make_source("first", "2021-01-01"), announced="2021-01-01")
    make_revision(
        target, 2, value=1200, announced="2022-06-01", source=make_source("second", "2022-06-01")
    )
    with override("en"):
        found = [
            sorted(one.code for one in target_page("target", on).sources)
            for on in (date(2022, 5, 31), date(2022, 6, 1))
        ]
    assert found == [["first"], ["first", "second"]]


def test_of_many_announcements_the_latest_are_shown_before_those_of_another_source(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(announcement_lines, "MOST", 2)
    target = make_target(announced="2021-01-01")
    for number, announced in ((2, "2022-01-01"), (3, "2023-01-01")):
        make_revision(target, number, value=1000 + number, announced=announced)
    set_aside(make_revision(target, 4, value=5, announced="2021-06-01", draft=True), "Mal lu")
    assert [one.number for one in page(date(2024, 1, 1)).revisions] == [1, 2, 3]


def test_line_of_a_very_long_series_keeps_its_ends_lows_and_heights():
    first, many = date(2000, 1, 1), 4 * MOST_POINTS
    points = [Point(first + timedelta(at), Fraction(at % 2), "") for at in range(many)]
    points[many // 2] = Point(points[many // 2].on, Fraction(9), "")
    drawn = thinned(tuple(points))
    assert thinned(drawn[:MOST_POINTS]) == drawn[:MOST_POINTS]
    assert (drawn[0], drawn[-1]) == (points[0], points[-1])
    assert points[many // 2] in drawn
    assert len(drawn) == MOST_POINTS + 1
