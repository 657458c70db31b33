"""The state of a centre follows from what was published of its milestones."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.selectors.centres import all_centres, centre_page
from tests.builders import (
    make_centre,
    make_milestone,
    make_source,
    make_statement,
    set_aside,
    supersede,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)


def state(on: date = TODAY) -> str:
    with override("en"):
        (line,) = all_centres(on)
    return line.state.words


def test_centre_without_a_statement_is_announced():
    make_centre()
    assert state() == "Announced"


def test_centre_with_a_planned_date_is_planned():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "planned", "2021-2022", "2021-02-17")
    assert state() == "Planned"


def test_centre_whose_works_began_is_under_construction():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "planned", "2023", "2021-02-17")
    works = make_milestone("works", "works_start", centre=centre)
    make_statement(works, "reached", "2021-10-28", "2021-11")
    assert state() == "Under construction"


def test_inauguration_alone_does_not_open_a_centre():
    centre = make_centre()
    inauguration = make_milestone("inauguration", "inauguration", centre=centre)
    make_statement(inauguration, "reached", "2021-02-17", "2021-02-17")
    assert state() == "Announced"


def test_centre_with_trainees_is_open_from_that_day_even_where_said_later():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "reached", "2022-10-04", "2023-07-04")
    assert [state(date(2022, 10, 3)), state(date(2022, 10, 4))] == ["Announced", "Open"]


def test_centre_that_closed_is_closed():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "reached", "2022-10-04", "2022-10-04")
    closing = make_milestone("closing", "closing", centre=centre)
    make_statement(closing, "reached", "2024-06-30", "2024-06-30")
    assert [state(date(2024, 6, 29)), state()] == ["Open", "Closed"]


def test_centre_whose_opening_was_cancelled_says_so():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "planned", "2023", "2021-02-17")
    make_statement(opening, "cancelled", "", "2022-02-17", number=2)
    assert state() == "Cancelled"


def test_draft_and_set_aside_statements_do_not_open_a_centre():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "reached", "2022-10-04", "2022-10-04", draft=True)
    other = make_statement(opening, "reached", "2022-10-03", "2022-10-04", number=2, draft=True)
    set_aside(other, "Une autre source.")
    assert state() == "Announced"


def test_hidden_centre_is_not_listed():
    make_centre(is_public=False)
    assert all_centres(TODAY) == ()
    assert centre_page("centre", TODAY) is None


def test_annex_follows_its_centre():
    first = make_centre("b-city")
    make_centre("a-annex", kind="annex", parent=first)
    make_centre("c-city")
    with override("fr"):
        assert [line.code for line in all_centres(TODAY)] == ["b-city", "a-annex", "c-city"]


def test_page_keeps_planned_and_reached_apart_and_shows_the_other_source():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "planned", "2021-09", "2019-10-15")
    make_statement(opening, "planned", "2021-2022", "2021-02-17", number=2)
    make_statement(opening, "reached", "2022-11-07", "2022-11", number=3)
    other = make_statement(
        opening, "reached", "2022-11-03", "2022-11", number=4, draft=True, source=make_source("b")
    )
    set_aside(other, "Dit plus tard.")
    with override("fr"):
        (milestone,) = centre_page("centre", TODAY).milestones
    assert [one.date for one in milestone.planned] == [
        "septembre 2021",
        "année de formation 2021-2022",
    ]
    assert milestone.reached.date == "7 novembre 2022"
    aside = [(one.date, one.outcome) for one in milestone.statements if one.aside]
    assert aside == [("3 novembre 2022", "Dit plus tard.")]


def test_corrected_statement_stays_readable_and_struck():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    wrong = make_statement(opening, "reached", "2021-11-07", "2022-11")
    supersede(wrong, "Année mal saisie.")
    make_statement(opening, "reached", "2022-11-07", "2022-11", number=2, corrects=wrong)
    with override("fr"):
        (milestone,) = centre_page("centre", TODAY).milestones
    assert [(one.date, one.struck) for one in milestone.statements] == [
        ("7 novembre 2021", True),
        ("7 novembre 2022", False),
    ]
    assert milestone.reached.date == "7 novembre 2022"
