import random
import re
from dataclasses import astuple, replace
from datetime import date, datetime

import pytest

from programmes.calculations.choices import MilestoneState, StatementKind
from programmes.calculations.dates import PreciseDate
from programmes.calculations.faults import FigureError
from programmes.calculations.milestones import Statement, assess_milestone, plans_of
from tests.calculations.builders import day, name_of, rows

STATEMENT = re.compile(
    r"(?P<announced>\S+) (?P<kind>\w+) ?(?P<when>[\d.-]*)"
    r"(?: source (?P<source>\S+))?(?: corrects (?P<corrects>\d+))?(?P<withdrawn> withdrawn)?"
)


def read_statements(text):
    found = []
    for number, item in enumerate(filter(None, text.split(";")), start=1):
        read = STATEMENT.fullmatch(item.strip())
        assert read, item
        found.append(
            Statement(
                kind=StatementKind(read["kind"]),
                number=number,
                when=PreciseDate.parse(read["when"]),
                announced=day(read["announced"]),
                source=day(read["source"]),
                corrects=int(read["corrects"]) if read["corrects"] else None,
                ended_at=datetime(2024, 5, 2) if read["withdrawn"] else None,
            )
        )
    return found


def written(delay):
    if delay is None:
        return ""
    days, months = astuple(delay)
    return f"{days} days" if days is not None else f"{months} months"


def notation(when):
    return when.notation if when else ""


@pytest.mark.parametrize("row", rows("milestones"), ids=name_of)
def test_milestone_of_each_case(row):
    statements = read_statements(row["statements"])
    random.Random(3).shuffle(statements)

    found = assess_milestone(statements, day(row["on"]))

    assert {
        "state": found.state,
        "original_plan": notation(found.original_plan),
        "plan": notation(found.plan),
        "postponed": str(found.postponed),
        "overdue_since": str(found.overdue_since or ""),
        "overdue": written(found.overdue),
        "happened": notation(found.happened),
        "after_original": written(found.after_original),
        "after_plan": written(found.after_plan),
    } == {key: text for key, text in row.items() if key not in ("case", "on", "statements")}


def test_every_state_has_a_case():
    assert {row["state"] for row in rows("milestones")} == set(MilestoneState)


@pytest.mark.parametrize(
    ("statements", "is_on_time"),
    [
        ("2021-01-01 planned 2023; 2023-07-01 reached 2023-06-01", True),
        ("2021-01-01 planned 2023; 2024-07-01 reached 2024-06-01", False),
        ("2021-01-01 planned 2023; 2024-07-01 reached 2023-06..2024-03", False),
        ("2021-01-01 planned 2023; 2024-07-01 reached 2023-06..2023-12", True),
        ("2023-07-01 reached 2023-06-01", False),
        ("2021-01-01 planned 2025", False),
    ],
)
def test_on_time_is_within_the_last_plan(statements, is_on_time):
    found = assess_milestone(read_statements(statements), date(2024, 12, 31))

    assert found.is_on_time is is_on_time


def planned(number, when, announced, entered=datetime(2026, 1, 1), **columns):
    return Statement(
        StatementKind.PLANNED,
        number,
        PreciseDate.parse(when),
        announced,
        published_at=entered,
        **columns,
    )


LATER = datetime(2026, 11, 1)


def reached(when, announced):
    return Statement(
        StatementKind.REACHED, 9, PreciseDate.parse(when), announced, published_at=LATER
    )


REACHED = reached("2026-10-10", date(2026, 10, 15))
OPENED = reached("2022-10", date(2022, 11, 1))


def told(standing):
    """By what the delays of a milestone are told."""
    return (
        notation(standing.original_plan),
        notation(standing.plan),
        standing.postponed,
        written(standing.after_original or standing.overdue),
    )


@pytest.mark.parametrize("when", ["2027", "2021"])
def test_plan_found_later_is_neither_the_first_nor_counted_as_postponed(when):
    first = planned(1, "2023", date(2020, 12, 31))
    found = planned(2, when, date(2020, 6, 30), LATER)
    plans = plans_of([found, first, REACHED], date(2026, 11, 2))
    assert plans_of([first], date(2020, 12, 30)).dated == ()
    assert plans_of([first], date(2020, 12, 31)).dated == (first,)

    standing = assess_milestone([found, first, REACHED], date(2026, 11, 2))
    assert told(standing) == ("2023", "2023", 0, "33 months")
    assert plans.dated == (first,)
    assert plans.found_later == {2: date(2026, 11, 1)}


def test_plan_found_later_between_two_others_changes_no_day_that_has_passed():
    first, second = planned(1, "2021", date(2020, 1, 1)), planned(2, "2024", date(2023, 1, 1))
    found = planned(3, "2024", date(2020, 6, 30), LATER)
    days = [date(2020, 12, 31), date(2022, 6, 30), date(2023, 6, 30), date(2025, 2, 28)]

    for on in days:
        before = assess_milestone([first, second], on)
        assert assess_milestone([first, found, second], on) == before
    assert told(assess_milestone([first, found, second], days[1])) == (
        "2021",
        "2021",
        0,
        "6 months",
    )
    assert plans_of([first, found, second], days[1]).found_later == {3: date(2026, 11, 1)}


def test_plan_found_after_the_milestone_was_reached_does_not_make_it_on_time():
    first = planned(1, "2023", date(2020, 1, 1))
    found = planned(2, "2026", date(2022, 6, 30), LATER.replace(day=2))

    standing = assess_milestone([first, found, REACHED], date(2026, 11, 2))

    assert (told(standing), standing.is_on_time) == (("2023", "2023", 0, "33 months"), False)


def test_plan_found_later_counts_once_nothing_that_was_announced_after_it_stands():
    first = planned(1, "2021", date(2020, 1, 1))
    second = planned(2, "2024", date(2023, 1, 1), ended_at=LATER)
    found = planned(3, "2022", date(2020, 6, 30), LATER)

    standing = assess_milestone([first, found, second], date(2023, 6, 30))
    before = assess_milestone([first, replace(second, ended_at=None)], date(2023, 6, 30))

    assert told(standing) == ("2021", "2022", 1, "6 months")
    assert told(before) == ("2021", "2024", 1, "")
    # found later it stays, for whoever reads the list
    assert plans_of([first, found, second], date(2023, 6, 30)).found_later == {3: date(2026, 11, 1)}


def test_plan_found_later_does_not_take_the_place_of_a_withdrawn_one_once_it_was_reached():
    first = planned(1, "2023", date(2020, 1, 1), ended_at=LATER)
    found = planned(2, "2026", date(2022, 6, 30), LATER.replace(day=2))

    standing = assess_milestone([first, found, REACHED], date(2026, 11, 2))

    assert (told(standing), standing.is_on_time) == (("2023", "", 0, "33 months"), False)


@pytest.mark.parametrize("announced", [date(2019, 1, 1), date(2021, 3, 1)])
def test_corrected_plan_takes_the_place_of_the_first(announced):
    entry = planned(1, "2021-09", date(2019, 10, 15), ended_at=LATER)
    second = planned(2, "2021-2022", date(2021, 2, 17))
    correction = planned(3, "2021-09", announced, LATER, corrects=1)

    standing = assess_milestone([correction, second, OPENED, entry], date(2023, 1, 1))

    assert told(standing) == ("2021-09", "2021-2022", 1, "13 months")


def test_corrected_plan_takes_the_place_of_the_second():
    first = planned(1, "2021-09", date(2019, 10, 15))
    entry = planned(2, "2021-2022", date(2021, 2, 17), ended_at=LATER)
    correction = planned(3, "2021-2022", date(2019, 1, 1), LATER, corrects=2)

    standing = assess_milestone([correction, first, OPENED, entry], date(2023, 1, 1))

    assert told(standing) == ("2021-09", "2021-2022", 1, "13 months")
    assert plans_of([correction, first, entry], date(2023, 1, 1)).found_later == {}


def test_earlier_plan_that_was_entered_on_the_same_day_is_the_first():
    first = planned(1, "2023", date(2020, 12, 31))
    before = planned(2, "2022", date(2020, 6, 30))
    standing = assess_milestone([before, first], date(2024, 6, 30))

    assert (standing.original_plan, standing.plan, standing.postponed) == (
        before.when,
        first.when,
        1,
    )


def test_two_statements_of_one_number_are_refused():
    with pytest.raises(FigureError) as refused:
        assess_milestone(read_statements("2021-01-01 planned 2023") * 2, date(2024, 1, 1))

    assert str(refused.value) == "same_number: two entries of one number"
