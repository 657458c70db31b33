"""What a page reads as known at a moment: what was published later is not there, what ended later still stands."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from programmes.models import Programme, Series, Target, Territory
from programmes.models.openings import read_openings
from programmes.selectors.lines.amendments import change_lines
from programmes.selectors.lines.peer_ranking import peer_lines
from programmes.selectors.lines.places import series_among
from programmes.selectors.lines.programmes_in_places import programmes_here, regions_of
from programmes.selectors.lines.series_lines import read_figures, read_series, series_line
from programmes.selectors.lines.sources import read_sources
from programmes.selectors.pages.centres import all_centres, centre_page
from programmes.selectors.pages.targets import target_page
from programmes.selectors.promises.promise_rows import promise_rows
from programmes.selectors.promises.replies import reply_lines
from programmes.selectors.wording.formats import day_words
from tests.builders import (
    amend,
    make_centre,
    make_indicator,
    make_measurement,
    make_milestone,
    make_programme,
    make_region,
    make_reply,
    make_series,
    make_source,
    make_statement,
    make_sum,
    make_target,
    set_aside_by_two,
    supersede,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)


def now() -> datetime:
    """A moment between what was published before and what is published after."""
    return timezone.now()


def figures(known: datetime | None = None) -> list[tuple[str, str, str]]:
    """The figures of every series: what stands, what was before, what does not stand."""
    with override("en"):
        found = []
        for one in read_series(Series.objects.all(), TODAY, known=known):
            sources, _own = read_sources(row.source_id for row in (*one.figures, *one.others))
            line = series_line(one, sources)
            found += [(row.value, row.state, "; ".join(map(str, row.was))) for row in line.figures]
            found += [(row.value, row.state, row.outcome.text) for row in line.others]
    return found


def test_late_figure_is_not_there_before_it_was_published():
    series = make_series()
    make_measurement(series, "2023-12-31", 10)
    before = now()
    make_measurement(series, "2024-12-31", 20)
    assert figures(before) == [("10", "", "")]
    assert figures() == [("10", "", ""), ("20", "", "")]


def test_corrected_figure_stands_until_it_was_corrected():
    series = make_series()
    wrong = make_measurement(series, "2023-12-31", 100)
    before = now()
    supersede(wrong, "Mistyped.")
    after = now()
    right = {"supersedes": wrong, "reason_en": "Mistyped."}
    make_measurement(series, "2023-12-31", 10, **right)
    assert figures(before) == [("100", "", "")]
    assert figures(after) == [("100", "superseded", "Mistyped.")]
    ((value, state, was),) = figures()
    assert (value, state) == ("10", "")
    assert was.startswith("was 100 as of 31 December 2023, corrected on ")
    assert was.endswith(": Mistyped.")


def test_long_series_is_cut_to_the_latest_figures_that_stood():
    series = make_series()
    for year in range(2005, 2020):
        wrong = make_measurement(series, f"{year}-12-31", year)
        supersede(wrong, "Mistyped.")
    kept = [make_measurement(series, f"{year}-06-30", year) for year in range(1990, 2004)]
    before = now()
    supersede(kept[-1], "Mistyped.")
    shown = read_figures(series, TODAY, known=before, most=12)
    assert [row.as_of_on.year for row in shown.figures] == list(range(1992, 2004))
    assert shown.is_cut
    assert [row.as_of_on.year for row in shown.others] == list(range(2008, 2020))
    today = read_figures(series, TODAY, most=12)
    assert [row.as_of_on.year for row in today.figures] == list(range(1991, 2003))


def test_centre_is_what_it_was_known_to_be():
    opening = make_milestone(centre=make_centre(sources=[make_source("first", "2020-08-17")]))
    make_statement(opening, "planned", "2021-09", "2020-08-17")
    before = now()
    make_statement(opening, "reached", "2022-10-04", "2022-11-01", number=2)
    with override("en"):
        (then,), (today,) = all_centres(TODAY, known=before).lines, all_centres(TODAY).lines
        (milestone,) = centre_page("centre", TODAY, known=before).milestones
    assert (then.state.words, then.opened) == ("Announced", "")
    assert then.note == "51 months overdue, nothing heard since"
    assert (today.state.words, today.opened) == ("Open", "4 October 2022")
    assert (milestone.reached, milestone.note) == (None, then.note)


def test_centre_is_in_no_list_before_anything_of_it_was_known():
    series = make_series(centre=make_centre(), territory=make_region())
    before = now()
    make_measurement(series, "2021-01-01", 5)
    make_statement(make_milestone(centre=series.centre), "planned", "2026", "2021-02-01")
    day = date(2022, 1, 1)
    assert all_centres(day, known=before).lines == ()
    assert [one.code for one in all_centres(day).lines] == ["centre"]
    shown = all_centres(timezone.localdate(), known=before).lines
    assert [one.code for one in shown] == ["centre"]


def test_statement_that_was_corrected_later_stands_without_its_outcome():
    opening = make_milestone(centre=make_centre())
    wrong = make_statement(opening, "reached", "2021-10-04", "2022-11-01")
    before = now()
    supersede(wrong, "Mistyped.")
    make_statement(opening, "reached", "2022-10-04", "2022-11-01", number=2, corrects=wrong)
    with override("en"):
        then, today = (
            centre_page("centre", TODAY, known=known).milestones[0] for known in (before, None)
        )
    assert [(one.date, one.struck, one.outcome.text) for one in then.statements] == [
        ("4 October 2021", False, "")
    ]
    assert [(one.date, one.struck, one.outcome.text) for one in today.statements] == [
        ("4 October 2021", True, "Mistyped."),
        ("4 October 2022", False, ""),
    ]


def test_openings_are_counted_as_they_were_known():
    work = {"programmes": [make_programme()]}
    first = make_milestone("one", centre=make_centre("a", **work))
    make_statement(first, "reached", "2022-10-04", "2022-11-01")
    moments = [now()]
    second = make_milestone("two", centre=make_centre("b", **work))
    make_statement(second, "reached", "2021-10-04", "2022-11-01")
    moments.append(now())
    withdraw(first)
    series = make_series("open", figures="milestones", counted_kind="city")
    counts = [
        [(one.day.year, one.count) for one in read_openings([series], known=known)[series.pk]]
        for known in (*moments, None)
    ]
    assert counts == [[(2022, 1)], [(2021, 1), (2022, 2)], [(2021, 1)]]


def test_rank_is_counted_among_what_was_known():
    beds = make_indicator("beds", name_fr="Lits")
    regions = [make_region("MA-09"), make_region("MA-01", "Tanger"), make_region("MA-02", "O")]
    moments = []
    for value, region in zip((30, 50, 40), regions, strict=True):
        series = make_series(f"beds-{value}", indicator=beds, territory=region)
        make_measurement(series, "2023-12-31", value)
        moments.append(now())
    with override("en"):
        places = [
            [one.place for one in peer_lines(regions[0], 3, TODAY, known=known)]
            for known in (*moments, None)
        ]
    assert places == [[], ["2 of 2"], ["3 of 3"], ["3 of 3"]]


def test_reply_is_read_from_its_publication_and_says_since_when_it_is_withdrawn():
    target = make_target()
    before = now()
    reply = make_reply(target)
    beside = now()
    withdraw(reply, "Mauvaise adresse")
    assert reply_lines(target.pk, TODAY, known=before) == ()
    (then,) = reply_lines(target.pk, TODAY, known=beside)
    assert (then.withdrawn, then.outcome.text) == ("", "")
    (today,) = reply_lines(target.pk, TODAY)
    since = day_words(timezone.localdate())
    assert (today.withdrawn, today.aside, today.outcome.text) == (since, "", "Mauvaise adresse")


def test_reply_that_was_set_aside_says_so_and_not_that_it_is_withdrawn():
    target = make_target()
    set_aside_by_two(make_reply(target), "Une autre source")
    (line,) = reply_lines(target.pk, TODAY)
    since = day_words(timezone.localdate())
    assert (line.withdrawn, line.aside, line.outcome.text) == ("", since, "Une autre source")


def test_programme_is_in_a_region_once_a_promise_of_it_is_known():
    region, programme = make_region(), make_programme()
    series = make_series(territory=region, programme=programme)
    before = now()
    make_target(series=series)
    assert list(regions_of(programme.pk, known=before)) == []
    assert [one.code for one in regions_of(programme.pk)] == ["MA-09"]


def test_programme_is_in_a_region_once_a_figure_or_promise_of_it_is_known():
    region, programme = make_region(), make_programme()
    series = make_series(territory=region, programme=programme)
    before = now()
    make_measurement(series, "2023-12-31", 5)
    inside = Territory.objects.within({region.pk})
    for known, codes in ((before, []), (None, ["programme"])):
        here = programmes_here(inside, series_among(region), known=known)
        assert [one.code for one in here] == codes
        regions = regions_of(Programme.objects.get().pk, known=known)
        assert [one.code for one in regions] == (["MA-09"] if codes else [])


def test_change_is_later_than_a_moment_after_it_alone():
    change = amend(make_programme(), name={"fr": "Autre nom", "ar": "", "en": ""})
    at = change.applied_at
    found = [
        change_lines([change], known=known)[0].later
        for known in (at - timedelta(microseconds=1), at, None)
    ]
    assert found == [True, False, False]


def told(code: str, known: datetime) -> tuple[str, str, str]:
    """What the page of a target says first, and the list it stands in."""
    page = target_page(code, TODAY, known=known)
    assert page is not None
    [line] = promise_rows(Target.objects.filter(code=code), TODAY, known=known)
    return page.sentence, str(page.line.value), str(int(line.value or 0))


def test_sum_is_told_by_the_parts_that_it_had_at_the_moment():
    whole = make_sum()
    parts = []
    for number, region in enumerate((make_region("MA-09"), make_region("MA-01", "Tanger"))):
        parts.append(make_series(f"part-{number}", territory=region, part_of=whole))
        make_measurement(parts[-1], "2024-12-31", 300)
    make_target("whole", series=whole, value=1000, due="2026-12-31")
    known = now()
    with override("en"):
        before = told("whole", known)
        assert "600" in before[0]
        amend(parts[0], part_of=None)
        late = make_series("part-2", territory=make_region("MA-02", "Oriental"), part_of=whole)
        make_measurement(late, "2024-12-31", 50)
        assert told("whole", known) == before
        assert "350" in told("whole", now())[0]


def test_count_is_told_by_the_openings_that_there_were_at_the_moment():
    programme = make_programme()
    openings = []
    for code in ("a", "b"):
        milestone = make_milestone(code, centre=make_centre(code, programmes=[programme]))
        make_statement(milestone, "reached", "2024-10-04", "2024-11-01")
        openings.append(milestone)
    series = make_series("open", figures="milestones", counted_kind="city")
    make_target("count", series=series, value=12, due="2026-12-31")
    known = now()
    with override("en"):
        before = told("count", known)
        assert before[1:] == ("2", "2")
        amend(openings[0], kind="inauguration")
        amend(openings[1].centre, territory=make_region("MA-01", "Tanger").code)
        amend(openings[1].centre, kind="other")
        assert told("count", known) == before
        assert told("count", now())[0] != before[0]
