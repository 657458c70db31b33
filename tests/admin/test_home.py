"""The home page says what awaits each person, of their own territories alone, in a fixed number of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import access, services
from programmes.admin.review.review_history import log_saved
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Centre,
    ImportJob,
    Measurement,
    Milestone,
    MilestoneStatement,
    Series,
    Site,
)
from programmes.selectors.desk.tasks import desk_of
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_milestone,
    make_series,
    make_source,
    make_superuser,
    make_target,
    published,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

MOST_QUERIES = 15


@pytest.fixture
def today() -> Any:
    return timezone.localdate()


def _follow(place: Any, root: Any, **columns: Any) -> Series:
    """A series with a published target, and no figure yet."""
    series = make_series(place, **columns)
    revision = make_target(series, root).revisions.get()
    published(revision, root)
    return series


def _report(series: Series, root: Any, on: Any) -> Measurement:
    source = make_source()
    source.date = PreciseDate.of_day(on)
    source.save()
    row = Measurement(series=series, value=10, source=source)
    row.as_of = PreciseDate.of_day(on)
    services.record(row, by=root)
    return published(row, root)


def _plan(centre: Centre, root: Any, on: Any, kind: str = "planned") -> Milestone:
    milestone = make_milestone(centre=centre)
    row = MilestoneStatement(milestone=milestone, kind=kind, source=make_source())
    row.date, row.announced = PreciseDate.of_day(on), PreciseDate.parse("2026-01-05")
    services.state(row, by=root)
    published(row, root)
    return milestone


def _counts(user: Any, on: Any) -> dict[tuple[str, str], int]:
    tasks = desk_of(user, on).tasks
    return {(task.kind, task.model.__name__): task.count for task in tasks if task.count}


def test_figures_are_due_after_one_interval_and_late_after_two(
    root: Any, alice: Any, bob: Any, places: Any
) -> None:
    series = _follow(places["MA-ERR"], root, interval_months=6)
    reported = _report(series, root, timezone.localdate() - timedelta(days=10)).as_of_on
    assert _counts(alice, reported + timedelta(days=100)) == {}
    assert _counts(alice, reported + timedelta(days=200)) == {("due", "Series"): 1}
    assert _counts(alice, reported + timedelta(days=400)) == {("late", "Series"): 1}
    assert _counts(bob, reported + timedelta(days=400)) == {}


def test_context_and_series_without_a_target_are_never_due(
    root: Any, alice: Any, places: Any, today: Any
) -> None:
    make_series(places["MA-ERR"])
    published(make_measurement(make_series(places["MA-ERR"], role="context"), root), root)
    assert _counts(alice, today + timedelta(days=2000)) == {}


def test_returned_record_shows_its_reason_to_its_author_alone(
    root: Any, alice: Any, bob: Any, reviewer: Any, places: Any
) -> None:
    row = make_measurement(make_series(places["MA-ERR"]), alice)
    services.submit(row, by=alice)
    services.send_back(row, by=reviewer, note="La source <b>dit</b> autre chose.")
    html = signed_in(alice).get("/fr/admin/").content.decode()
    assert "La source &lt;b&gt;dit&lt;/b&gt; autre chose." in html
    for other in (bob, reviewer, root):
        assert "autre chose" not in signed_in(other).get("/fr/admin/").content.decode()


def test_home_repeats_no_words_of_another_language(alice: Any, places: Any) -> None:
    row = make_measurement(make_series(places["MA-ERR"]), alice)
    log_saved(alice, row, None)
    entry = LogEntry.objects.get(user=alice)
    assert entry.object_repr not in signed_in(alice).get("/ar/admin/").content.decode()


def test_who_keeps_the_site_is_asked_who_publishes_it_until_that_is_said(
    alice: Any, places: Any
) -> None:
    chief = make_superuser("chief")
    sentence = "Qui publie ce site : son éditeur ou son contact n’est pas encore indiqué"

    def lines(user: Any) -> str:
        return signed_in(user).get("/fr/admin/").content.decode().replace("\xa0", " ")

    Site.objects.all().delete()
    assert (sentence in lines(chief), sentence in lines(alice)) == (True, False)
    Site.objects.create(
        name_fr="Suivi", publisher_ar="عمالة الرحامنة", contact="contact@example.org"
    )
    assert sentence not in lines(chief)


def test_reviewers_are_told_what_others_submitted(
    alice: Any, bob: Any, reviewer: Any, places: Any, today: Any
) -> None:
    abroad = make_member("remy", "reviewer", "MA-REH")
    services.submit(make_measurement(make_series(places["MA-ERR"]), alice), by=alice)
    assert _counts(reviewer, today) == {("review", "ReviewEvent"): 1}
    assert _counts(abroad, today) == {}
    assert _counts(bob, today) == {}


def test_milestones_soon_and_past_until_they_are_reached(
    root: Any, alice: Any, bob: Any, places: Any, today: Any
) -> None:
    centre = make_centre(places["MA-ERR"], name_ar="مركز", name_en="Centre")
    _plan(centre, root, today + timedelta(days=30))
    past = _plan(centre, root, today - timedelta(days=30))
    _plan(centre, root, today + timedelta(days=90))
    assert _counts(alice, today) == {("past", "Milestone"): 1, ("soon", "Milestone"): 1}
    assert _counts(bob, today) == {}
    row = MilestoneStatement(milestone=past, kind="reached", source=make_source())
    row.date, row.announced = PreciseDate.parse("2026-01-02"), PreciseDate.parse("2026-01-05")
    services.state(row, by=root)
    published(row, root)
    assert _counts(alice, today) == {("soon", "Milestone"): 1}


@pytest.mark.long
def test_each_line_leads_to_a_list_of_as_many_rows(
    root: Any, alice: Any, editor: Any, reviewer: Any, places: Any, today: Any
) -> None:
    _fill(places["MA-ERR"], root, alice, editor, today)
    _fill(places["MA-REH"], root, root, root, today)
    seen = set()
    for user in (alice, editor, reviewer, root):
        client = signed_in(user)
        desk = client.get("/en/admin/").context["desk"]
        assert desk.lines
        for line in desk.lines:
            page = client.get(line.url, follow=True).context
            if "adminform" in page:  # the table of one record leads to it
                rows = 1
            else:
                rows = page["cl"].result_count if "cl" in page else page["page"].paginator.count
            assert str(rows) == line.count, (user, line.text)
            seen.add(line.text)
    assert len(seen) >= 9


def test_other_province_sees_none_of_it(
    root: Any, alice: Any, bob: Any, charlie: Any, editor: Any, places: Any, today: Any
) -> None:
    _fill(places["MA-ERR"], root, alice, editor, today)
    assert _counts(alice, today)
    assert _counts(bob, today) == {}
    assert _counts(charlie, today) == {}
    assert signed_in(charlie).get("/fr/admin/").context["desk"] is None


@pytest.mark.slow
def test_queries_do_not_grow_with_rows(
    root: Any, alice: Any, editor: Any, reviewer: Any, places: Any, today: Any
) -> None:
    people = (root, alice, editor, reviewer)
    _fill(places["MA-ERR"], root, alice, editor, today)
    few = [_queries(user, today) for user in people]
    for _more in range(4):
        _fill(places["MA-ERR"], root, alice, editor, today)
    assert [_queries(user, today) for user in people] == few
    assert max(few) <= MOST_QUERIES


def _queries(user: Any, on: Any) -> int:
    """Of the desk itself; what the page asks around it is counted with every other page."""
    user = type(user).objects.get(pk=user.pk)
    user.get_all_permissions()
    with CaptureQueriesContext(connection) as queries, access.remembering():
        desk_of(user, on)
    return len(queries)


def _fill(place: Any, root: Any, author: Any, editor: Any, today: Any) -> None:
    """Something of every kind of task."""
    series = _follow(place, root)
    _report(series, root, today - timedelta(days=400))
    _report(_follow(place, root), root, today - timedelta(days=900))
    make_measurement(series, author)
    services.submit(make_measurement(series, author, as_of="02/02/2026"), by=author)
    returned = make_measurement(series, author, as_of="03/02/2026")
    services.submit(returned, by=author)
    services.send_back(returned, by=root, note="À revoir.")
    centre = make_centre(place)
    _plan(centre, root, today + timedelta(days=30))
    _plan(centre, root, today - timedelta(days=30))
    for state in ("refused", "applying", "checked"):
        ImportJob.objects.create(owner=author, table="centres", file_name="c.csv", state=state)


def test_a_record_is_untranslated_where_its_name_is(editor: Any, places: Any, today: Any) -> None:
    make_centre(places["MA-ERR"], name_ar="مركز", name_en="Centre")
    assert ("untranslated", "Centre") not in _counts(editor, today)
    make_centre(places["MA-ERR"], name_ar="مركز", facilities_ar="ورشات", facilities_en="Workshops")
    assert _counts(editor, today)["untranslated", "Centre"] == 1
