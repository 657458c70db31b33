"""Pages hold what is theirs: of a body its centres, of the calendar what is to come or passed without a word."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.selectors.pages.board import status_board
from programmes.selectors.pages.calendar import calendar_page
from programmes.selectors.pages.organisations import organisation_page
from tests.builders import (
    make_centre,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
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
