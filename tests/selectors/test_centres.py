"""The state of a centre follows from what was published of its milestones."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from programmes.models import MilestoneStatement
from programmes.models.guards import guards_lifted
from programmes.public.pictures.time_charts import lane_chart
from programmes.selectors.pages.centres import all_centres, centre_page
from programmes.selectors.pages.places.territories import territory_page
from programmes.selectors.pages.programmes import programme_page
from programmes.selectors.wording.formats import day_words
from tests.builders import (
    day,
    make_centre,
    make_milestone,
    make_programme,
    make_province,
    make_region,
    make_source,
    make_statement,
    set_aside,
    supersede,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)


def state(on: date = TODAY) -> str:
    with override("en"):
        (line,) = all_centres(on).lines
    return line.state.words


def test_centre_without_anything_dated_is_announced_from_the_day_it_was_shown():
    make_centre()
    today = timezone.localdate()
    assert state(today) == "Announced"
    assert all_centres(today - timedelta(days=1)).lines == ()


def test_centre_with_a_planned_date_is_announced_and_its_opening_overdue():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "planned", "2021-2022", "2021-02-17")
    with override("en"):
        (line,) = all_centres(TODAY).lines
    assert (line.state.words, line.note) == ("Announced", "40 months overdue, nothing heard since")


@pytest.mark.parametrize("corrected", [False, True])
def test_plan_found_later_is_told_with_its_day_and_moves_no_delay(corrected: bool):
    opening = make_milestone(centre=make_centre())
    first = make_statement(opening, "planned", "2023", "2020-12-31")
    with guards_lifted("a day passes"):
        yesterday = timezone.now() - timedelta(days=1)
        MilestoneStatement.objects.filter(pk=first.pk).update(published_at=yesterday)
    found = make_statement(opening, "planned", "2028", "2020-06-30", 2, reason="Retrouvée")
    if corrected:
        supersede(found, "Mal lu")
        make_statement(opening, "planned", "2027", "2020-06-30", 3, reason="Mal lu", corrects=found)
    with override("en"):
        (line,) = all_centres(TODAY).lines
        (milestone,) = centre_page("centre", TODAY).milestones
        entered = f"{day_words(timezone.localdate())}"
    assert (line.planned, line.note) == ("2023", "24 months overdue, nothing heard since")
    assert milestone.note == "24 months overdue, nothing heard since"
    assert [one.date for one in milestone.planned] == ["2023"]
    told = [(one.date, one.found_later) for one in milestone.statements if one.stands]
    assert told == [("2027" if corrected else "2028", entered), ("2023", "")]


def test_centre_is_in_no_list_before_anything_was_published_on_it():
    make_centre(sources=[make_source("announced", "2020-08-17")])
    assert all_centres(date(1999, 1, 1)).lines == ()
    assert all_centres(date(2020, 8, 16)).lines == ()
    assert state(date(2020, 8, 17)) == "Announced"
    with override("en"):
        page = centre_page("centre", date(1999, 1, 1))
    assert page.line.state.words == "Not yet announced"


def test_centre_whose_works_began_is_under_construction():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "planned", "2023", "2021-02-17")
    works = make_milestone("works", "works_start", centre=centre)
    make_statement(works, "reached", "2021-10-28", "2021-11")
    assert state() == "Under construction"


def test_inauguration_alone_inaugurates_and_opens_nothing():
    centre = make_centre()
    inauguration = make_milestone("inauguration", "inauguration", centre=centre)
    make_statement(inauguration, "reached", "2021-02-17", "2021-02-17")
    assert state() == "Inaugurated"


def test_centre_with_trainees_is_open_from_that_day_even_where_said_later():
    centre = make_centre(sources=[make_source("announced", "2020-08-17")])
    make_statement(make_milestone(centre=centre), "reached", "2022-10-04", "2023-07-04")
    assert [state(date(2022, 10, 3)), state(date(2022, 10, 4))] == ["Announced", "Open"]


def test_centre_that_closed_is_closed_until_it_opens_again():
    centre = make_centre()
    make_statement(make_milestone(centre=centre), "reached", "2022-10-04", "2022-10-04")
    closing = make_milestone("closing", "closing", centre=centre)
    source = make_source("later", "2025-02-01")
    make_statement(closing, "reached", "2024-06-30", "2024-06-30", source=source)
    assert [state(date(2024, 6, 29)), state(date(2024, 6, 30))] == ["Open", "Closed"]
    again = make_milestone("again", "opening", centre=centre)
    make_statement(again, "reached", "2025-01-15", "2025-01-15", source=source)
    assert [state(date(2025, 1, 14)), state()] == ["Closed", "Open"]


def test_centre_whose_opening_was_cancelled_says_so():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "planned", "2023", "2021-02-17")
    make_statement(opening, "cancelled", "", "2022-02-17", number=2)
    with override("en"):
        (line,) = all_centres(TODAY).lines
        (milestone,) = centre_page("centre", TODAY).milestones
    assert (line.state.words, line.note) == ("Announced", "opening cancelled")
    assert milestone.cancelled is milestone.statements[-1]


def test_draft_and_set_aside_statements_do_not_open_a_centre():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "reached", "2022-10-04", "2022-10-04", draft=True)
    other = make_statement(opening, "reached", "2022-10-03", "2022-10-04", number=2, draft=True)
    set_aside(other, "Une autre source.")
    assert state(timezone.localdate()) == "Announced"


def test_hidden_centre_is_not_listed():
    make_centre(is_public=False)
    assert all_centres(TODAY).lines == ()
    assert centre_page("centre", TODAY) is None


def test_annex_follows_its_centre():
    first = make_centre("b-city")
    make_centre("a-annex", kind="annex", parent=first)
    make_centre("c-city")
    with override("fr"):
        lines = all_centres(timezone.localdate()).lines
    assert [line.code for line in lines] == ["b-city", "a-annex", "c-city"]


def test_page_keeps_planned_and_reached_apart_and_shows_the_other_source():
    centre = make_centre()
    opening = make_milestone(centre=centre)
    make_statement(opening, "planned", "2021-09", "2019-10-15")
    make_statement(opening, "planned", "2021-2022", "2021-02-17", number=2)
    make_statement(opening, "reached", "2022-11-07", "2022-11", number=3)
    other = make_statement(
        opening,
        "reached",
        "2022-11-03",
        "2022-11",
        number=4,
        draft=True,
        source=make_source("b", is_public=False),
    )
    set_aside(other, "Dit plus tard.")
    with override("fr"):
        (milestone,) = centre_page("centre", TODAY).milestones
    assert [one.date for one in milestone.planned] == [
        "septembre 2021",
        "année de formation 2021-2022",
    ]
    assert milestone.reached.date == "7 novembre 2022"
    aside = [(one.date, one.outcome.text, one.source) for one in milestone.statements if one.aside]
    # its source is not public
    assert aside == [("3 novembre 2022", "Dit plus tard.", None)]


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


def note(on: date = TODAY) -> str:
    with override("en"):
        (milestone,) = centre_page("centre", on).milestones
    return milestone.note


def test_milestone_says_how_long_it_is_overdue_and_how_often_it_was_postponed():
    opening = make_milestone(centre=make_centre())
    make_statement(opening, "planned", "2021-09-10", "2019-10-15")
    make_statement(opening, "planned", "2022-09", "2021-09-30", number=2)
    assert note(date(2021, 9, 11)) == "1 day overdue, nothing heard since"
    assert note(date(2023, 3, 31)) == ("6 months overdue, nothing heard since; postponed 1 time")


def test_milestone_says_how_long_after_its_plans_it_was_reached():
    opening = make_milestone(centre=make_centre())
    make_statement(opening, "planned", "2021-09-10", "2019-10-15")
    make_statement(opening, "planned", "2022-09-01", "2021-09-30", number=2)
    make_statement(opening, "reached", "2022-09-13", "2022-09-15", number=3)
    assert note() == "368 days after its first plan; 12 days after its last plan; postponed 1 time"


def test_milestone_reached_within_its_plan_is_on_time():
    opening = make_milestone(centre=make_centre())
    make_statement(opening, "planned", "2022", "2019-10-15")
    make_statement(opening, "reached", "2022-09-13", "2022-09-15", number=2)
    assert note() == "on time"


@pytest.mark.parametrize(
    ("number", "announced"), [(1, "2021-03-01"), (1, "2019-01-01"), (2, "2019-01-01")]
)
def test_corrected_plan_stays_in_its_place(number: int, announced: str):
    opening = make_milestone(kind="opening", centre=make_centre())
    plans = [
        make_statement(opening, "planned", "2021-09", "2019-10-15"),
        make_statement(opening, "planned", "2021-2022", "2021-02-17", number=2),
    ]
    make_statement(opening, "reached", "2022-11-07", "2022-11", number=3)
    told = note()
    assert told == "13 months after its first plan; 2 months after its last plan; postponed 1 time"
    wrong = plans[number - 1]
    supersede(wrong, "Date mal lue")
    date_of_plan = "2021-09" if number == 1 else "2021-2022"
    make_statement(
        opening, "planned", date_of_plan, announced, 4, reason="Date mal lue", corrects=wrong
    )
    with override("en"):
        (line,) = all_centres(TODAY).lines
        (milestone,) = centre_page("centre", TODAY).milestones
    assert milestone.note == told
    assert line.planned == "September 2021, then 2021-2022 training year"
    assert [one.date for one in milestone.planned] == ["September 2021", "2021-2022 training year"]
    assert not any(one.found_later for one in milestone.statements)
    # the last plan is the second still: who says its date again moves nothing
    again = MilestoneStatement(milestone=opening, kind="planned", date=day("2021-2022"))
    assert not again.moves_without_reason()
    again.date = day("2021-09")
    assert again.moves_without_reason()
    shown = ["September 2021", "2021-2022 training year"]
    shown.insert(number, shown[number - 1])
    assert [one.date for one in milestone.statements] == [*shown, "7 November 2022"]


def test_picture_of_openings_ends_where_a_centre_closed():
    programme = make_programme()
    centre = make_centre(programmes=[programme])
    source = make_source("said", "2023-01-01")
    opening, closing = (
        make_milestone(kind, kind, centre=centre) for kind in ("opening", "closing")
    )
    make_statement(opening, "planned", "2020-09", "2019-10-15", source=source)
    make_statement(opening, "reached", "2020-10-01", "2020-10-01", number=2, source=source)
    make_statement(closing, "reached", "2022-01-10", "2022-01-10", source=source)
    with override("en"):
        page = programme_page(programme.code, date(2022, 6, 1))
        (row,) = page.timelines.rows
        (before,) = programme_page(programme.code, date(2022, 1, 9)).timelines.rows
    assert (row.closed, row.state) == (date(2022, 1, 10), "Closed")
    assert row.note.endswith("; closed: 10 January 2022")
    assert (before.closed, before.state) == (None, "Open")
    (drawn,) = lane_chart(page.timelines, date(2022, 6, 1)).lanes
    assert float(drawn.open.end.rstrip("%")) < 95


def test_openings_of_a_region_are_those_of_training_centres():
    region = make_region()
    for code, kind in (("city", "city"), ("house", "boarding"), ("data", "other")):
        make_centre(code, kind=kind, territory=region, sources=[make_source()])
    with override("en"):
        page = territory_page(region.code, TODAY)
    assert len(page.centres) == 3
    assert [row.code for row in page.timelines.rows] == ["city"]
    assert page.timelines.title.startswith("Openings: 0 of 1,")


def test_timeline_names_the_region_where_each_centre_has_its_own_and_the_centre_elsewhere():
    programme = make_programme()
    north, south = make_region("MA-01", "Tanger"), make_region()
    make_centre("a", territory=north, programmes=[programme], sources=[make_source()])
    second = make_centre("b", territory=south, programmes=[programme], sources=[make_source()])
    works = make_milestone("works", "works_start", centre=second)
    make_statement(works, "planned", "2024-09", "2024-01-10")
    with override("fr"):
        rows = programme_page(programme.code, TODAY).timelines.rows
        assert sorted(row.name.text for row in rows) == sorted([north.name, south.name])
        # what was planned has not begun
        assert {row.works for row in rows} == {None}
        make_centre("c", territory=south, programmes=[programme], sources=[make_source()])
        rows = programme_page(programme.code, TODAY).timelines.rows
    assert sorted(row.name.text for row in rows) == ["Cité a", "Cité b", "Cité c"]


def test_centres_of_a_region_stand_together_wherever_in_it_they_lie():
    for code, territory in (("b", make_region()), ("a", make_province()), ("c", make_region())):
        make_centre(code, territory=territory, sources=[make_source()])
    assert [line.code for line in all_centres(TODAY).lines] == ["a", "b", "c"]


def test_centre_is_announced_since_the_earliest_day_of_what_was_said_of_it_and_taken_back():
    opening = make_milestone(centre=make_centre())
    make_statement(opening, "planned", "2024", "2021-02-17")
    withdraw(make_statement(opening, "planned", "2025", "2020-12-01", 2, reason_fr="Retrouvée"))
    assert all_centres(date(2020, 11, 30)).lines == ()
    assert state(date(2020, 12, 1)) == "Announced"


def test_step_of_a_centre_is_told_from_the_day_on_which_it_was_said():
    works = make_milestone("works", "works_start", centre=make_centre())
    make_statement(works, "reached", "2021-06-15", "2021-06-15")
    with override("en"):
        (line,) = all_centres(date(2021, 6, 15)).lines
    assert line.milestones == "start of works, 15 June 2021"


def test_timelines_name_the_regions_of_centres_in_provinces_those_that_opened_first():
    programme = make_programme()
    for code, name, opened in (("1", "Tanger", ""), ("2", "Oriental", "2023-01-10")):
        region = make_region(f"MA-0{code}", name)
        province = make_province(
            f"MA-P{code}", f"Province {code}", parent=region, hcp_code=f"0{code}.001"
        )
        centre = make_centre(code, territory=province, programmes=[programme])
        opening = make_milestone(f"opening-{code}", centre=centre)
        make_statement(opening, "planned", "2020-12-31", "2019-01-10")
        if opened:
            make_statement(opening, "reached", opened, opened, 2)
    works = make_milestone("works", "works_start", centre=centre)
    make_statement(works, "reached", "2019-06-01", "2020-06-15")
    with override("fr"):
        rows = programme_page(programme.code, TODAY).timelines.rows
        assert [row.name.text for row in rows] == ["Oriental", "Tanger"]
        found = [
            [
                row.works
                for row in programme_page(programme.code, on).timelines.rows
                if row.code == "2"
            ]
            for on in (date(2019, 5, 31), date(2019, 6, 1))
        ]
    assert found == [[None], [date(2019, 6, 1)]]
