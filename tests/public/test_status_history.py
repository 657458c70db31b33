"""Statuses over time, as data."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from programmes.selectors.promises.counts import (
    QuarterCount,
    counts_by_quarter,
    ends_of_quarters,
)
from programmes.selectors.promises.status_history import read_status_history, targets_of
from tests.builders import make_measurement, make_programme, make_province, make_series, make_target

pytestmark = pytest.mark.django_db


def make_promise() -> None:
    series = make_series("trained", programme=make_programme("pie"), territory=make_province())
    make_target(series=series, value=1000, announced="2021-02-01", due="2021-12-31")
    make_measurement(series, "2021-12-31", 400)


def test_nothing_announced_is_an_empty_file() -> None:
    assert counts_by_quarter(date(2022, 2, 15)) == []


def test_each_quarter_since_the_first_announcement_is_counted_and_the_day_itself() -> None:
    make_promise()
    assert counts_by_quarter(date(2022, 2, 15)) == [
        QuarterCount(date(2021, 3, 31), "pie", "MA-09", "no_data", 1),
        QuarterCount(date(2021, 6, 30), "pie", "MA-09", "no_data", 1),
        QuarterCount(date(2021, 9, 30), "pie", "MA-09", "no_data", 1),
        QuarterCount(date(2021, 12, 31), "pie", "MA-09", "missed", 1),
        QuarterCount(date(2022, 2, 15), "pie", "MA-09", "missed", 1),
    ]


def test_files_hold_what_is_counted(django_assert_num_queries: object) -> None:
    make_promise()
    rows = counts_by_quarter(date(2022, 2, 15))
    text = Client().get("/en/data/status-history.csv?on=2022-02-15").content.decode()
    assert list(csv.reader(io.StringIO(text)))[1:] == [[str(cell) for cell in row] for row in rows]
    told = Client().get("/en/data/status-history.json?on=2022-02-15").json()["rows"]
    assert told == [{**row._asdict(), "quarter": str(row.quarter)} for row in rows]
    assert Client().get("/en/data/status-history.xlsx").status_code == 404


@pytest.mark.usefixtures("sample")
def test_the_day_itself_adds_up_to_the_board() -> None:
    today = date(2026, 11, 28)
    counted = sum(one.promises for one in counts_by_quarter(today) if one.quarter == today)
    board = Client().get(f"/en/status/?on={today}").content.decode()
    groups = board.split('class="heading__kind">')[1:]
    assert counted == sum(int(one.partition("<")[0]) for one in groups) > 0


def test_history_of_a_programme_begins_with_its_own_first_announcement() -> None:
    make_promise()
    later = make_programme("later")
    make_target("later", series=make_series("later", programme=later), announced="2021-10-05")
    name, targets = targets_of("programme", "later")
    found = read_status_history(targets, date(2022, 2, 15))
    assert (name.text, [one.day for one in found.quarters]) == (
        "Programme later",
        [date(2021, 12, 31), date(2022, 2, 15)],
    )
    assert read_status_history(None, date(2022, 2, 15)).quarters[0].day <= date(2021, 3, 31)


def test_history_says_what_was_a_year_before_where_it_goes_back_so_far() -> None:
    programme = make_programme("history")
    series = make_series("late", programme=programme)
    make_target("late", series=series, announced="2021-02-01", due="2021-12-31")
    make_measurement(series, "2021-12-31", 400)
    series = make_series("silent", programme=programme)
    make_target("silent", series=series, announced="2022-01-10", due="2029-12-31")
    _name, targets = targets_of("programme", "history")
    with override("en"):
        short = read_status_history(targets, date(2021, 11, 1))
        long = read_status_history(targets, date(2022, 2, 15))
        assert (short.title, short.table) == (
            "Kept: 0 of 1; without a recent figure: 1",
            [("1 November 2021", [1], 1)],
        )
        assert long.title == (
            "Kept: 0 of 2; without a recent figure: 1 (a year before: 0 of 1, and 1)"
        )
        assert long.groups == ("missed", "silent")
        assert long.table == [("31 December 2021", [1, 0], 1), ("15 February 2022", [1, 1], 2)]


def test_quarter_ends_before_the_day_that_is_asked() -> None:
    ends = [date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31)]
    assert list(ends_of_quarters(date(2021, 2, 1), date(2022, 1, 1))) == ends
    assert list(ends_of_quarters(date(2021, 2, 1), date(2021, 12, 31))) == ends[:-1]
