"""Pages hold what is theirs: of a body its centres, of the calendar what is to come or passed without a word."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.calculations.choices import Status
from programmes.models import Territory
from programmes.selectors.pages import calendar
from programmes.selectors.pages.board import status_board
from programmes.selectors.pages.calendar import calendar_page
from programmes.selectors.pages.centres import centre_page
from programmes.selectors.pages.home import home_page
from programmes.selectors.pages.methodology import status_rules, worked_examples
from programmes.selectors.pages.organisations import organisation_page
from programmes.selectors.pages.places.comparison import compare
from programmes.selectors.pages.places.region_figures import figure_choices, region_figures
from programmes.selectors.pages.programmes import programme_page
from tests.builders import (
    make_centre,
    make_indicator,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
    withdraw,
)

pytestmark = pytest.mark.django_db

ON = date(2025, 6, 1)


def make_promise(code: str, due: str, figure: str = "", value: int = 100) -> None:
    series = make_series(code, programme=make_programme())
    make_target(code, series=series, value=100, baseline=0, due=due)
    if figure:
        make_measurement(series, figure, value)


def test_page_of_a_body_lists_the_centres_that_it_runs() -> None:
    own, other = make_organisation("own"), make_organisation("other")
    for code, operator in (("ours", own), ("theirs", other), ("nobodys", None)):
        make_centre(code, operator=operator, sources=[make_source()])
    with override("en"):
        page = organisation_page("own", ON)
    assert [line.code for line in page.centres] == ["ours"]


def test_calendar_holds_what_is_to_come_and_what_passed_without_a_word() -> None:
    make_promise("running", "2026-12-31", "2025-05-01", 50)
    make_promise("met", "2026-12-31", "2025-05-01", 100)
    make_promise("passed", "2025-03-31", "2025-01-01", 50)
    make_promise("missed", "2024-12-31", "2024-12-31", 50)
    programme = make_programme()
    for code, day, kind in (
        ("planned", "2025-09-01", "planned"),
        ("overdue", "2025-02-01", "planned"),
        ("reached", "2025-02-01", "planned"),
    ):
        milestone = make_milestone(code, programme=programme)
        make_statement(milestone, kind, day, "2024-06-01", source=make_source())
        if code == "reached":
            said = make_source("said", "2025-02-02")
            make_statement(milestone, "reached", "2025-02-01", "2025-02-01", 2, source=said)
    with override("en"):
        page = calendar_page(ON)
        coming, passed = (
            [(one.page, one.code, str(one.label.text), str(one.detail)) for one in dates]
            for dates in (page.coming, page.passed)
        )
    assert coming == [
        ("programme", "programme", "Jalon planned", "opening to trainees"),
        ("target", "running", "Young people trained", "promised: 100; 50 (as of 1 May 2025)"),
    ]
    assert passed == [
        ("programme", "programme", "Jalon overdue", "opening to trainees"),
        ("target", "passed", "Young people trained", "promised: 100; 50 (as of 1 January 2025)"),
    ]


def test_board_lists_the_most_moved_first_and_the_longest_overdue_first() -> None:
    for code, moves in (("once", 1), ("never", 0), ("twice", 2)):
        target = make_target(code, series=make_series(code, programme=make_programme()), due="2023")
        for number in range(moves):
            make_revision(
                target, number + 2, value=1000, due=str(2024 + number), announced=f"202{2 + number}-01-01",
                reason_fr="Repoussé", source=make_source(f"s{number}", f"202{2 + number}-01-02"),
            )  # fmt: skip
    with override("en"):
        moved = [line.code for line in status_board(date(2027, 1, 1), sort="moved").lines]
        overdue = [line.code for line in status_board(date(2027, 1, 1), sort="overdue").lines]
    assert moved == ["twice", "once"]
    assert overdue == ["never", "once", "twice"]


def test_calendar_keeps_the_nearest_of_more_dates_than_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calendar, "MOST", 2)
    for code, due in (("c", "2027-12-31"), ("a", "2028-12-31"), ("b", "2026-12-31")):
        make_promise(code, due, "2025-05-01", 50)
    with override("en"):
        assert [one.code for one in calendar_page(ON).coming] == ["b", "c"]


def test_calendar_leaves_out_a_milestone_while_its_cancellation_stands() -> None:
    programme = make_programme()
    for code in ("cancelled", "again", "not-cancelled"):
        milestone = make_milestone(code, programme=programme)
        make_statement(milestone, "planned", "2025-09-01", "2024-06-01")
        said = make_source("said", "2025-02-02")
        gone = make_statement(milestone, "cancelled", "", "2025-01-01", 2, source=said)
        if code == "again":
            make_statement(
                milestone, "planned", "2026-09-01", "2025-02-01", 3, source=said, reason_fr="Repris"
            )
        if code == "not-cancelled":
            withdraw(gone)
    with override("en"):
        found = [(str(one.label.text), one.words) for one in calendar_page(ON).coming]
    assert found == [
        ("Jalon not-cancelled", "1 September 2025"),
        ("Jalon again", "1 September 2026"),
    ]


def test_home_leads_with_the_promise_of_which_was_reported_last() -> None:
    for code, figure in (("before", "2024-01-01"), ("after", "2025-01-01"), ("never", "")):
        make_promise(code, "2026-12-31", figure, 50)
    with override("en"):
        page = home_page(ON)
    assert [line.code for line in (*page.leading, *page.following)] == ["after"]


def test_programme_lists_all_its_centres_where_no_promise_counts_them() -> None:
    programme = make_programme()
    make_promise("places", "2026-12-31", "2025-05-01", 50)
    make_centre("city", programmes=[programme], sources=[make_source()])
    with override("en"):
        page = programme_page("programme", ON)
    assert page.counted is None
    assert [row.code for row in page.timelines.rows] == ["city"]


def test_programme_lists_promises_by_place_and_the_figures_without_one() -> None:
    for code, place in (("a", make_region()), ("b", make_region("MA-01", "Tanger"))):
        series = make_series(code, programme=make_programme(), territory=place)
        make_target(code, series=series)
        make_measurement(series, "2024-12-31", 5)
    make_measurement(make_series("alone", programme=make_programme()), "2024-12-31", 5)
    with override("en"):
        page = programme_page("programme", ON)
    assert [line.code for line in page.promises] == ["b", "a"]
    assert [line.code for line in page.series] == ["alone"]


def test_page_of_a_programme_names_its_own_sources_also_where_it_cites_no_other() -> None:
    make_programme("cited", sources=[make_source("own")])
    with override("en"):
        page = programme_page("cited", ON)
    assert [one.code for one in page.sources] == ["own"]


def test_page_of_a_centre_is_its_own_also_where_an_annex_lies_further_north() -> None:
    centre = make_centre("centre", sources=[make_source()])
    north = make_region("MA-01", "Tanger")
    make_centre("annex", kind="annex", parent=centre, territory=north, sources=[make_source()])
    with override("en"):
        page = centre_page("centre", ON)
    assert (page.line.code, [one.code for one in page.annexes]) == ("centre", ["annex"])


def test_methodology_tells_its_rules_and_examples_in_words() -> None:
    with override("en"):
        assert [rule.status.code for rule in status_rules()] == [one.value for one in Status]
        examples = worked_examples()
        told = {
            key: [(one.name, one.value) for one in (*examples[key].given, *examples[key].results)]
            for key in ("sum", "no_baseline", "two_promises")
        }
    assert told == {
        "sum": [
            ("Promise", "1,200 by 31 December 2024, from 0 on 1 January 2021"),
            ("Oriental", "290 as of 1 January 2023"),
            ("Souss-Massa", "110 as of 1 July 2022"),
            ("Fez-Meknes", "not reported"),
            ("Asked on", "1 January 2023"),
            ("Oldest figure of", "1 July 2022"),
            ("Current value", "400"),
            ("As of", "1 January 2023"),
            ("Progress", "33.3%"),
            ("Expected on that date", "600"),
            ("Expected progress", "50%"),
            ("Time gone", "50%"),
            ("Status", "Far behind"),
            ("Parts that reported", "2"),
            ("Parts in all", "3"),
            ("Not reported", "Fez-Meknes"),
        ],
        "no_baseline": [
            ("Promise", "1,000 by 31 December 2024"),
            (
                "Figures",
                "150 as of 30 June 2020; 200 as of 31 December 2020; 400 as of 31 December 2021",
            ),
            ("Asked on", "1 January 2022"),
            ("Current value", "400"),
            ("As of", "31 December 2021"),
            ("Progress", "25%"),
            ("Expected on that date", "399.5"),
            ("Expected progress", "24.9%"),
            ("Time gone", "25%"),
            ("Status", "On track"),
        ],
        "two_promises": [
            ("Original promise", "12 by 31 August 2024"),
            ("Promise", "12 by 31 August 2027"),
            ("Figures", "6 as of 6 September 2024; 9 as of 20 February 2026"),
            ("Asked on", "1 March 2026"),
            ("Current value", "9"),
            ("As of", "20 February 2026"),
            ("Progress", "75%"),
            ("Expected on that date", "9.4"),
            ("Expected progress", "78.3%"),
            ("Time gone", "78.7%"),
            ("Status", "On track"),
            ("Against the first announcement", "Not met by the due date"),
            ("Times it was moved", "1"),
            ("Months it was moved", "36"),
        ],
    }


def test_figures_of_regions_are_those_of_the_chosen_indicator_by_programme() -> None:
    regions = [make_region("MA-01", "Tanger"), make_region("MA-02", "Oriental"), make_region()]
    beds, rooms = make_indicator("beds", name_en="Beds"), make_indicator("rooms", name_en="Rooms")
    other = make_programme("other")
    for place, region in enumerate(regions):
        series = make_series(f"beds-{place}", indicator=beds, territory=region)
        make_measurement(series, "2025-01-01", 100 - place)
        programme = other if place == 0 else make_programme()
        series = make_series(
            f"rooms-{place}", indicator=rooms, territory=region, programme=programme
        )
        make_measurement(series, "2025-01-01", (30, 40, 20)[place])
    with override("en"):
        choices = figure_choices()
        page = region_figures("rooms", choices, ON)
    assert [one.code for one in choices] == ["beds", "rooms"]
    assert page.chosen.code == "rooms"
    bars = [
        (
            group.programme.code,
            [(bar.region.code, bar.line.last.value, bar.bar) for bar in group.bars],
        )
        for group in page.groups
    ]
    assert bars == [
        ("programme", [("MA-02", "40", "100.0%"), ("MA-09", "20", "50.0%")]),
        ("other", [("MA-01", "30", "100.0%")]),
    ]


def test_national_promise_stands_once_beside_the_regions() -> None:
    make_target("national", value=15000)
    make_region("MA-01", "Tanger")
    make_region()
    regions = list(Territory.objects.regions().select_related("parent__parent"))
    with override("en"):
        page = compare(regions, ON)
    assert page.promises == ()
    assert [line.code for line in page.national] == ["national"]
