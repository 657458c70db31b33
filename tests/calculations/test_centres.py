from datetime import date

import pytest

from programmes.calculations.centres import CentreMilestone, centre_standing
from programmes.calculations.choices import CentreState, MilestoneState
from tests.calculations.test_milestones import read_statements

ON = date(2024, 6, 30)


def milestones(text):
    """`kind: statements | kind: statements`"""
    found = []
    for item in filter(None, text.split("|")):
        kind, _, said = item.strip().partition(":")
        found.append(CentreMilestone(kind, tuple(read_statements(said))))
    return found


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("", "not_yet_announced"),
        ("opening: 2021-01-01 planned 2026", "announced"),
        ("launch: 2021-01-01 reached 2021-01-01", "project_launched"),
        ("signature: 2021-01-01 reached 2021-01-01", "announced"),
        ("works_start: 2021-01-01 reached 2021-01-01", "under_construction"),
        (
            "launch: 2021-01-01 reached 2021-01-01 | works_start: 2022-01-01 reached 2022-01-01",
            "under_construction",
        ),
        (
            "handover: 2023-01-01 reached 2023-01-01 | works_start: 2022-01-01 reached 2022-01-01",
            "handed_over",
        ),
        ("inauguration: 2021-06-01 reached 2021-06-01", "inaugurated"),
        (
            "inauguration: 2023-06-01 reached 2023-06-01 | opening: 2022-09-01 reached 2022-09-01",
            "open",
        ),
        ("opening: 2022-09-01 reached 2022-09-01", "open"),
        (
            "opening: 2022-09-01 reached 2022-09-01 | closing: 2023-06-01 reached 2023-06-01",
            "closed",
        ),
        ("closing: 2023-06-01 reached 2023-06-01", "closed"),
        (
            "opening: 2022-09-01 reached 2022-09-01 | closing: 2023-06-01 reached 2023-06-01"
            " | opening: 2024-02-01 reached 2024-02-01",
            "open",
        ),
        (
            "closing: 2023-06-01 reached 2023-06-01 | works_start: 2024-01-01 reached 2024-01-01",
            "closed",
        ),
        ("closing: 2023-01-01 planned 2023", "announced"),
        ("opening: 2025-01-01 reached 2024-06-30", "open"),
        ("opening: 2025-01-01 reached 2024-07-01", "not_yet_announced"),
        ("other: 2021-01-01 reached 2021-01-01", "announced"),
    ],
)
def test_state_of_a_centre(said, state):
    assert centre_standing(milestones(said), None, ON).state == CentreState(state)


@pytest.mark.parametrize(
    ("announced", "on", "state"),
    [
        (None, ON, CentreState.NOT_YET_ANNOUNCED),
        (date(2020, 1, 1), date(1999, 1, 1), CentreState.NOT_YET_ANNOUNCED),
        (date(2020, 1, 1), date(2019, 12, 31), CentreState.NOT_YET_ANNOUNCED),
        (date(2020, 1, 1), date(2020, 1, 1), CentreState.ANNOUNCED),
    ],
)
def test_centre_is_announced_from_the_first_thing_published_on_it(announced, on, state):
    assert centre_standing([], announced, on).state is state


def test_opening_still_to_come_is_said_beside_the_state():
    said = "works_start: 2021-01-01 reached 2021-01-01 | opening: 2021-01-01 planned 2023"

    found = centre_standing(milestones(said), None, ON)

    assert (found.state, found.opening.state) == (
        CentreState.UNDER_CONSTRUCTION,
        MilestoneState.OVERDUE,
    )


def test_cancelled_opening_is_said_beside_the_state():
    said = "opening: 2021-01-01 planned 2023; 2022-01-01 cancelled 2022-01-01"

    found = centre_standing(milestones(said), None, ON)

    assert (found.state, found.opening.state) == (
        CentreState.ANNOUNCED,
        MilestoneState.CANCELLED,
    )


def test_last_opening_of_a_reopened_centre():
    said = (
        "opening: 2024-02-01 reached 2024-02-01 | opening: 2022-09-01 reached 2022-09-01"
        " | closing: 2023-06-01 reached 2023-06-01"
    )

    found = centre_standing(milestones(said), None, ON)

    assert found.opening.happened.last == date(2024, 2, 1)


def test_centre_without_an_opening_has_none():
    assert centre_standing([], date(2020, 1, 1), ON).opening is None
