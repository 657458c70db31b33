"""A territory beside those of its level."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.selectors.pages.places.territories import territory_page
from tests.builders import (
    make_centre,
    make_indicator,
    make_measurement,
    make_province,
    make_region,
    make_series,
    make_target,
)

pytestmark = pytest.mark.django_db


def report(value, code, *, on="2023-12-31", **columns):
    region = make_region(code, code)
    name = f"beds-{code}"
    series = make_series(name, indicator=make_indicator("beds", name_fr="Lits"), territory=region)
    return make_measurement(series, on, value, **columns)


def lines(code="MA-09", on=date(2024, 6, 1)):
    with override("en"):
        return [(one.place, one.missing, one.years) for one in territory_page(code, on).peers]


def test_place_counts_from_the_highest_among_those_that_reported():
    make_region("MA-12", "Dakhla")
    report(30, "MA-09")
    report(50, "MA-01", on="2021-12-31")
    report(0, "MA-02")
    assert lines() == [("2 of 3", 1, "2021-2023")]
    assert lines("MA-02") == [("3 of 3", 1, "2021-2023")]
    assert lines("MA-12") == []


def test_bound_leaves_the_place_open():
    report(30, "MA-09", qualifier="more_than")
    report(50, "MA-01")
    assert lines() == [("between 1 and 2 of 2", 0, "2023")]


def test_alone_there_is_nothing_to_compare():
    report(30, "MA-09")
    make_region("MA-01", "Tanger")
    assert lines() == []


def test_latest_figure_on_the_day_asked_counts_and_drafts_do_not():
    report(30, "MA-09")
    report(10, "MA-09", on="2022-12-31")
    report(20, "MA-01", on="2022-12-31")
    report(90, "MA-02", draft=True)
    assert lines() == [("1 of 2", 1, "2022-2023")]
    assert lines(on=date(2023, 1, 1)) == [("2 of 2", 1, "2022")]


def test_provinces_stand_beside_provinces_and_prefectures():
    for code, kind, value in (("MA-AGD", "prefecture", 5), ("MA-TAR", "province", 7)):
        place = make_province(code, code, kind=kind, hcp_code=code[-3:])
        make_measurement(make_series(code, territory=place), "2023-12-31", value)
    make_measurement(make_series("region", territory=make_region()), "2023-12-31", 100)
    assert lines("MA-AGD") == [("2 of 2", 0, "2023")]


def test_figures_of_two_centres_in_one_region_are_not_added_up():
    for number, code in enumerate(("MA-09", "MA-09", "MA-01")):
        region = make_region(code, code)
        centre = make_centre(f"centre-{number}", territory=region)
        series = make_series(f"places-{number}", territory=region, centre=centre)
        make_target(f"places-{number}", series=series)
        make_measurement(series, "2023-12-31", 5)
    assert lines() == []
