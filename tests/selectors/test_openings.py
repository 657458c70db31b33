"""Series that are counted from openings: each step is dated and sourced by what was said of it."""

from datetime import date

import pytest
from django.utils import timezone, translation

from programmes.models import Series, Target
from programmes.selectors.desk.quality import CHECKS
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.series_lines import read_figures
from programmes.selectors.pages.targets import target_page
from programmes.spreadsheets.importing.sample import data_account
from tests.builders import (
    amend,
    make_centre,
    make_measurement,
    make_milestone,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_source,
    make_statement,
    make_sum,
    make_target,
    show,
    withdraw,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)


def open_centre(code: str, on: str, source: str | None = None, **columns: object) -> object:
    """A centre that opened on a day, as a source of its own says."""
    columns.setdefault("programmes", [make_programme()])
    centre = make_centre(code, **columns)
    milestone = make_milestone(f"opening-{code}", centre=centre)
    make_statement(milestone, "reached", on, "2024-06-01", source=make_source(source or code))
    return milestone


def make_count(**columns: object) -> Series:
    return make_series("open", figures="milestones", counted_kind="city", **columns)


def steps(series: Series, on: date = TODAY) -> list[tuple[int, str, str]]:
    return [
        (int(one.value), one.as_of.notation, " · ".join(centre.name for centre in one.opened))
        for one in read_figures(series, on).figures
    ]


def test_each_opening_is_a_step_with_its_date_and_those_of_one_day_are_one():
    open_centre("b", "2023-05")
    open_centre("a", "2022-10-04")
    open_centre("c", "2024-03-01")
    open_centre("d", "2024-03-01")
    series = make_count()
    assert steps(series) == [
        (1, "2022-10-04", "Cité a"),
        (2, "2023-05", "Cité b"),
        (4, "2024-03-01", "Cité c · Cité d"),
    ]
    assert steps(series, date(2023, 5, 30)) == [(1, "2022-10-04", "Cité a")]


def test_other_kinds_places_programmes_and_plans_are_not_counted():
    open_centre("here", "2022-10-04", territory=make_province())
    open_centre("annex", "2022-10-04", kind="school")
    open_centre("elsewhere", "2022-10-04", territory=make_region("MA-01", "Tanger"))
    open_centre("other", "2022-10-04", programmes=[make_programme("other")])
    planned = make_milestone("opening-planned", centre=make_centre("planned"))
    make_statement(planned, "planned", "2022-10-04", "2022-01-01")
    gone = open_centre("gone", "2022-10-04")
    withdraw(gone)
    assert steps(make_count(territory=make_region())) == [(1, "2022-10-04", "Cité here")]


def test_centre_that_opened_twice_is_counted_once():
    open_centre("a", "2022-10-04")
    again = make_milestone("again", centre=Series.centre.field.related_model.objects.get(code="a"))
    make_statement(again, "reached", "2023-10-04", "2024-01-01")
    assert steps(make_count()) == [(1, "2022-10-04", "Cité a")]


def test_promise_is_judged_by_the_openings_on_every_day():
    target = make_target(series=make_count(), value=3, due="2023-12-31")
    open_centre("a", "2022-10-04")
    open_centre("b", "2023-05-30")
    lines = read_page_rows(date(2024, 1, 1), targets=Target.objects.all()).promises()
    assert [(one.status.code, one.value) for one in lines] == [("missed", "2")]
    open_centre("c", "2024-03-01")
    with translation.override("en"):
        page = target_page(target.code, date(2024, 6, 1))
    assert page.line.status.code == "achieved_late"
    assert [(one.value, one.day, one.source.code) for one in page.figures] == [
        ("1", "4 October 2022", "a"),
        ("2", "30 May 2023", "b"),
        ("3", "1 March 2024", "c"),
    ]


def test_count_of_openings_is_a_part_of_a_sum():
    whole = make_sum()
    make_target(series=whole, value=5)
    here = make_series(
        "here", territory=make_region(), part_of=whole, figures="milestones", counted_kind="city"
    )
    show(here)
    make_measurement(
        make_series("there", territory=make_region("MA-01", "Tanger"), part_of=whole),
        "2023-01-01",
        2,
    )
    open_centre("a", "2022-10-04")
    (line,) = read_page_rows(date(2023, 6, 1), targets=Target.objects.all()).promises()
    assert line.value == "3"


def found(on: date = TODAY) -> list[str]:
    rows = CHECKS["openings-series"].rows(data_account(), on)
    return [one.code for one in rows]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figures", "codes"),
    [
        ([], ["open"]),
        ([("2022-12-31", 1)], ["open"]),
        ([("2022-12-31", 2), ("2023-12-31", 2)], ["open"]),
        ([("2022-12-31", 1), ("2023-12-31", 2)], []),
    ],
)
def test_staff_are_told_of_figures_that_disagree_with_the_openings(figures, codes):
    series = make_series("open", counted_kind="city")
    make_target(series=series)
    open_centre("a", "2022-10-04")
    open_centre("b", "2023-05-30")
    for on, value in figures:
        make_measurement(series, on, value)
    assert found() == codes


@pytest.mark.usefixtures("sample")
def test_sample_agrees_with_its_openings():
    assert found() == []
    assert [one[:2] for one in steps(Series.objects.get(code="cmc-open"))] == [
        (1, "2022-10-04"),
        (2, "2022-10-24"),
        (3, "2022-11-07"),
        (4, "2023-05-30"),
        (6, "2024-09-06"),
        (7, "2024-09"),
        (8, "2025-11-06"),
        (9, "2026-02-20"),
    ]


def test_cited_page_of_a_count_keeps_its_sentence_after_an_opening_is_found_later():
    target = make_target(series=make_count(), value=3, due="2030-12-31", announced="2021-01-01")
    open_centre("a", "2022-10-04")
    known = timezone.now()
    with translation.override("en"):
        before = target_page(target.code, date(2024, 6, 1), known=known)
        open_centre("b", "2023-05-30")
        after = target_page(target.code, date(2024, 6, 1), known=known)
        now = target_page(target.code, date(2024, 6, 1))
    assert (after.sentence, after.inputs) == (before.sentence, before.inputs)
    assert (before.line.value, now.line.value) == ("1", "2")


def test_cited_page_keeps_its_sentence_after_the_interval_is_amended():
    series = make_series("trained", interval_months=12)
    target = make_target(series=series, value=1000, due="2030-12-31", announced="2021-01-01")
    make_measurement(series, "2023-12-31", 400)
    known = timezone.now()
    with translation.override("en"):
        before = target_page(target.code, date(2024, 6, 1), known=known)
        amend(series, interval_months=1)
        after = target_page(target.code, date(2024, 6, 1), known=known)
        now = target_page(target.code, date(2024, 6, 1))
    assert (after.sentence, after.inputs) == (before.sentence, before.inputs)
    assert (before.line.status.code, now.line.status.code) == ("on_track", "no_recent_data")


def test_paces_of_a_count_are_as_of_the_day_asked():
    target = make_target(series=make_count(), value=4, due="2026-09-30", announced="2022-01-01")
    for code, on in (("a", "2022-10-04"), ("b", "2025-06-01")):
        centre = make_centre(code, programmes=[make_programme()])
        opening = make_milestone(f"opening-{code}", centre=centre)
        make_statement(opening, "reached", on, on, source=make_source(code, on))
    with translation.override("en"):
        page = target_page(target.code, date(2025, 12, 31))
        inputs = {one.name: one.value for one in page.inputs}
    # one more in the last year, two left for nine months
    assert inputs["Recent pace, a month"] == "0.08"
    assert inputs["Required pace, a month"] == "0.2"
    assert "At this pace, met in December 2027." in page.sentence
    # nothing in the last year: no pace that leads anywhere
    with translation.override("en"):
        page = target_page(target.code, date(2026, 9, 1))
    assert "At this pace" not in page.sentence
    assert {one.name: one.value for one in page.inputs}["Recent pace, a month"] == "0"
