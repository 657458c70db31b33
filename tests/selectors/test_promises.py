"""The promise line: what it says, and what it keeps silent."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.models import Target
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.promises.counts import standings_on
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import track_record_of_counts
from tests.builders import (
    make_indicator,
    make_measurement,
    make_programme,
    make_revision,
    make_series,
    make_source,
    make_target,
    withdraw,
)

pytestmark = pytest.mark.django_db


def line(on: date, language: str = "fr") -> PromiseLine:
    with override(language):
        (found,) = read_page_rows(on, targets=Target.objects.all()).promises()
    return found


def make_cities() -> Target:
    target = make_target("cities", value=12, due="2023..2024", announced="2020-08-17")
    make_revision(target, 2, value=12, due="2026-2027", announced="2025-10-21")
    source = make_source("ofppt", "2026-02-20", publisher="OFPPT")
    make_measurement(target.series, "2024-09-06", 6)
    make_measurement(target.series, "2026-02-20", 9, source=source, note="Neuvième.")
    return target


def test_line_of_the_twelve_cities():
    make_cities()
    found = line(date(2026, 11, 1))
    assert (found.target, found.by) == ("12", "pour l’année de formation 2026-2027")
    assert (found.value, found.value_date) == ("9", "au 20 février 2026")
    assert (found.percent, found.bar, found.expected_bar) == ("75\u00a0%", 75, 75)
    assert found.time_gone == "88\u00a0% du temps écoulé"
    assert found.status.words == "En bonne voie"
    assert found.original_status.words == "Non atteint à l’échéance"
    assert found.announced == "Annoncé pour 2023-2024, puis pour l’année de formation 2026-2027"
    assert found.source.label == "OFPPT, 20 février 2026"
    assert found.note.text == "Neuvième."


def test_line_of_the_twelve_cities_in_arabic():
    make_cities()
    found = line(date(2026, 11, 1), "ar")
    assert (found.value, found.value_date) == ("9", "إلى غاية 20 فبراير 2026")
    assert found.percent == "75%"
    assert found.announced == "أُعلن عنه للفترة 2023-2024، ثم للسنة التكوينية 2026-2027"


def test_line_on_an_earlier_day_knows_nothing_later():
    make_cities()
    found = line(date(2024, 12, 31))
    assert (found.by, found.value, found.original_status) == ("à l’horizon 2023-2024", "6", None)
    assert found.announced == "Annoncé pour 2023-2024 (17 août 2020)"


def test_line_before_the_first_announcement_does_not_exist():
    make_cities()
    assert read_page_rows(date(2020, 8, 16), targets=Target.objects.all()).promises() == ()


def test_old_figure_has_neither_percentage_nor_bar_nor_expectation():
    target = make_target(due="2026", baseline=0, baseline_on=date(2021, 1, 1))
    make_measurement(target.series, "2022-05-29", 400)
    found = line(date(2025, 1, 1))
    assert found.status.code == "no_recent_data"
    assert (found.percent, found.bar, found.expected_bar, found.is_current) == (
        "",
        None,
        None,
        False,
    )
    assert (found.value, found.value_date) == ("400", "au 29 mai 2022")
    assert found.last_known == "40\u00a0%, il y a 31 mois"
    assert line(date(2022, 6, 1)).last_known == ""


def test_nothing_reported_is_not_zero():
    make_target()
    found = line(date(2023, 1, 1))
    assert (found.value, found.percent, found.bar, found.source) == ("", "", None, None)


def test_reported_zero_is_a_figure():
    target = make_target(baseline=0, baseline_on=date(2021, 1, 1))
    make_measurement(target.series, "2021-01-01", 0)
    found = line(date(2021, 6, 1), "en")
    assert (found.value, found.percent, found.bar) == ("0", "0%", 0)


def test_progress_above_the_target_is_printed_and_the_bar_stops():
    target = make_target(value=100)
    make_measurement(target.series, "2023-01-01", 120)
    found = line(date(2023, 6, 1), "en")
    assert (found.percent, found.bar) == ("120%", 100)


def test_announced_value_is_named_where_it_changed():
    target = make_target(value=4220, due="", announced="2019-09-12")
    make_revision(target, 2, value=4500, due="", announced="2021-07-12")
    assert line(date(2022, 1, 1), "en").announced == "Announced: 4,220, then 4,500"


def test_announced_value_and_date_are_named_where_both_changed():
    target = make_target(value=10, due="2022", announced="2020")
    make_revision(target, 2, value=12, due="2024", announced="2021-07-12")
    assert line(date(2022, 1, 1), "en").announced == "Announced: 10 for 2022, then 12 for 2024"


def test_context_series_is_never_a_promise_line():
    make_target(series=make_series("context", role="context"))
    make_series("other")
    with override("fr"):
        lines = read_page_rows(
            date(2024, 1, 1), targets=Target.objects.filter(series__role="progress")
        ).promises()
    assert lines == ()
    assert not standings_on(date(2024, 1, 1)).exists()


def test_target_that_was_never_shown_has_no_line():
    make_target(
        series=make_series("s", programme=make_programme("hidden", is_public=False)), draft=True
    )
    assert read_page_rows(date(2024, 1, 1), targets=Target.objects.all()).promises() == ()


def test_ratio_is_printed_as_a_percentage():
    indicator = make_indicator("rate", measure="ratio", unit_fr="%")
    target = make_target(
        series=make_series("rate", indicator=indicator), value="0.8", baseline="0.2"
    )
    make_measurement(target.series, "2023-01-01", numerator=30, denominator=60)
    found = line(date(2023, 6, 1))
    assert (found.target, found.value) == ("80\u00a0%", "50\u00a0%")


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_does_not_grow_with_the_lines(django_assert_num_queries, count):
    for number in range(count):
        target = make_target(f"target-{number}")
        make_measurement(target.series, "2023-01-01", number)
    with django_assert_num_queries(5):
        assert (
            len(read_page_rows(date(2023, 6, 1), targets=Target.objects.all()).promises()) == count
        )


def test_progress_that_does_not_count_from_zero_says_of_what():
    """Nine of the seven cities are more than the seven; of the way from four to seven they are 167 %."""
    target = make_target("cities", value=7, baseline=4, baseline_on=date(2023, 7, 3))
    make_measurement(target.series, "2024-06-30", 9)
    day = date(2024, 7, 1)
    assert [line(day, language).percent for language in ("fr", "ar", "en")] == [
        "167\u00a0% de la progression promise",
        "167% من التقدم الملتزم به",
        "167% of the promised change",
    ]


def test_announcement_that_was_withdrawn_is_not_among_those_of_its_promise():
    target = make_target(value=10, due="2022", announced="2020")
    withdraw(make_revision(target, 2, value=12, due="2024", announced="2021-07-12"))
    found = line(date(2022, 1, 1), "en")
    assert (found.target, found.announced) == ("10", "Announced for 2022 (2020)")


def test_six_steps_of_a_promise_are_told_and_of_seven_the_first_and_the_last():
    target = make_target(value=1, due="", announced="2020")
    for number in range(2, 8):
        make_revision(target, number, value=number, due="", announced=f"202{number}")
    assert [line(date(year, 12, 31), "en").announced for year in (2026, 2027)] == [
        "Announced: 1, then 2, then 3, then 4, then 5, then 6",
        "Announced: 1, moved 5 times since, then 7",
    ]


@pytest.mark.parametrize(
    ("language", "bars"),
    [
        ("en", [("kept", "0.00%", "75.00%", "37.50%"), ("missed", "75.00%", "25.00%", "87.50%")]),
        ("ar", [("kept", "25.00%", "75.00%", "62.50%"), ("missed", "0.00%", "25.00%", "12.50%")]),
    ],
)
def test_bar_of_what_became_of_promises_is_shared_by_their_groups(language, bars):
    with override(language):
        found = track_record_of_counts({"achieved": 3, "missed": 1}, 0, 0, 0)
    assert [(one.code, one.start, one.width, one.middle) for one in found.groups] == bars
