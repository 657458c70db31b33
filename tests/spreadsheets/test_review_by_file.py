"""Reviewed rows by file: drafts, corrections, replies and parts obey what forms obey, and leave the same log."""

from typing import Any

import pytest

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    FrozenRowError,
    ImportJob,
    Measurement,
    MeasurementShare,
    Reply,
    ReviewEvent,
    Series,
    Source,
    TargetRevision,
    Waypoint,
)
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.jobs import CannotUndoError
from programmes.spreadsheets.sending.exporting import export_file
from tests.benchmarks.figures import SET
from tests.builders import make_indicator, make_measurement, make_series
from tests.conftest import make_member
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

COUNT, SOURCE = "1337-workstations", "afroplanete-2023-12-1337"
FIGURES = "series,as_of,value,source,note_fr,supersedes,reason_fr\n"
LATER = "This record awaits review: it can be changed only once it has been returned."
WHY = "Say why the earlier entry was wrong: the public reads it."
CORRECTED = "This entry was corrected already. Correct the entry that took its place."
PERIOD = "A correction keeps the period of the figure it corrects. Set that figure aside, and enter this one as new."


@pytest.fixture
def alice() -> Any:
    return make_member("alice", "contributor", "MA-REH")


@pytest.fixture
def basma() -> Any:
    return make_member("basma", "contributor", "MA-REH")


@pytest.fixture
def reviewer() -> Any:
    return make_member("rachid", "reviewer", "MA-REH")


def applied(table: str, text: str, by: Any) -> ImportJob:
    job = jobs.check(jobs.send(table, text.encode(), "juin.csv", by=by))
    assert job.state == "checked", [row for chunk in job.chunks.all() for row in chunk.rows]
    return jobs.apply(job, by=by)


def refusals(table: str, text: str, by: Any) -> list[tuple[str, str]]:
    plan = make_plan(table, text.encode(), "juin.csv", by=by)
    assert plan.counts["refused"] == 1
    return [(error.column, str(error.message)) for error in plan.errors]


def published() -> Measurement:
    return Measurement.objects.get(series__code=COUNT, state="published")


def draft(by: Any, **values: Any) -> Measurement:
    return services.record(
        Measurement(
            series=Series.objects.get(code=COUNT),
            source=Source.objects.get(code=SOURCE),
            **{"value": 310, "as_of": PreciseDate.of_year(2022), **values},
        ),
        by=by,
    )


def log_of(row: Any) -> list[tuple[str, str, str]]:
    lines = row.events.order_by("pk").values_list("from_state", "to_state", "by__username")
    return list(lines)


# The same change by form and by file


def test_the_same_change_by_form_and_by_file_ends_in_the_same_rows_and_events(
    alice: Any, basma: Any, reviewer: Any
) -> None:
    by_form, by_file = draft(alice), draft(alice)
    for one in (by_form, by_file):
        services.send_back(services.submit(one, by=alice), by=reviewer, note="Vérifier")
        one.refresh_from_db()
    by_form.value, by_form.note_fr = 999, "Relu"
    services.change_draft(by_form, by=basma)
    # two figures of one day: the file asks for a second look before it is applied
    text = f"ref,value,note_fr\n{by_file.ref},999,Relu\n"
    job = jobs.check(jobs.send("measurements", text.encode(), "juin.csv", by=basma))
    jobs.apply(jobs.check(jobs.confirm(job, ["unusual"], by=basma)), by=basma)
    columns = (*SET, "state", "entered_by", "changed_by")
    rows = Measurement.objects.filter(pk__in=[by_form.pk, by_file.pk]).values_list(*columns)
    assert len(set(rows)) == 1
    expected = [
        ("draft", "submitted", "alice"),
        ("submitted", "returned", "rachid"),
        ("returned", "returned", "basma"),
    ]
    assert log_of(by_form) == log_of(by_file) == expected


def test_changes_of_one_person_that_follow_each_other_are_one_line(alice: Any, basma: Any) -> None:
    row = draft(alice)
    for by, value in ((basma, 311), (basma, 312), (alice, 313), (basma, 314)):
        applied("measurements", f"ref,value\n{row.ref},{value}\n", by)
    same = ("draft", "draft")
    assert log_of(row) == [(*same, "basma"), (*same, "alice"), (*same, "basma")]


def test_new_rows_need_no_line(alice: Any) -> None:
    applied("measurements", FIGURES + f"{COUNT},2022,320,{SOURCE},,,\n", alice)
    row = Measurement.objects.get(value=320)
    assert (row.entered_by, log_of(row)) == (alice, [])


def test_whoever_changed_a_draft_by_file_cannot_publish_it(alice: Any) -> None:
    amina = make_member("amina", "administrator", "MA-REH")
    row = draft(alice)
    applied("measurements", f"ref,value\n{row.ref},999\n", amina)
    row.refresh_from_db()
    row = services.submit(row, by=alice)
    with pytest.raises(
        Exception, match="You changed this record: another reviewer must decide on it"
    ):
        services.publish(row, by=amina)


def test_change_of_a_share_by_file_is_a_change_of_its_figure(alice: Any, basma: Any) -> None:
    row = draft(alice)
    head = "measurement,dimension,category,value\n"
    applied("measurement-shares", head + f"{row.ref},sex,female,100\n", basma)
    row.refresh_from_db()
    assert (row.changed_by, log_of(row)) == (basma, [("draft", "draft", "basma")])
    applied("measurement-shares", head + f"{row.ref},sex,female,120\n", alice)
    assert log_of(row)[1:] == [("draft", "draft", "alice")]
    assert MeasurementShare.objects.get(measurement=row).value == 120


def test_change_of_a_waypoint_by_file_is_a_change_of_its_announcement(basma: Any) -> None:
    editor = make_member("edith", "editor", "MA")
    text = "code,indicator,territory,programme,value,due,announced,source\n"
    text += "reh-1000,young-people-trained,MA-REH,jobintech,1000,2027,2024-05-29,le360-2024-05-jobintech\n"
    applied("targets", text, editor)
    applied("waypoints", "target,number,date,value\nreh-1000,1,2026-01-01,500\n", basma)
    row = TargetRevision.objects.get(target__code="reh-1000")
    assert log_of(row) == [("draft", "draft", "basma")]
    assert Waypoint.objects.get(revision=row).value == 500


# What is submitted


def test_submitted_rows_and_their_parts_are_refused_in_the_preview(alice: Any) -> None:
    row = services.submit(draft(alice), by=alice)
    assert refusals("measurements", f"ref,value\n{row.ref},322\n", alice) == [("value", LATER)]
    text = f"measurement,dimension,category,value\n{row.ref},sex,female,100\n"
    assert refusals("measurement-shares", text, alice) == [
        ("", "The figure is submitted or published: its shares are never changed by a file.")
    ]


def test_figure_that_is_submitted_after_the_preview_is_a_conflict(alice: Any) -> None:
    row = draft(alice)
    job = jobs.check(
        jobs.send("measurements", f"ref,value\n{row.ref},322\n".encode(), "x.csv", by=alice)
    )
    services.submit(row, by=alice)
    assert jobs.apply(job, by=alice).state == "conflict"
    assert log_of(row) == [("draft", "submitted", "alice")]


def test_import_with_a_published_row_is_not_undone(alice: Any, reviewer: Any) -> None:
    job = applied("measurements", FIGURES + f"{COUNT},2022,320,{SOURCE},,,\n", alice)
    row = services.submit(Measurement.objects.get(value=320), by=alice)
    services.publish(row, by=reviewer)
    with pytest.raises(CannotUndoError) as refused:
        jobs.undo(job, by=alice)
    key = f"{COUNT} · 2022 · {SOURCE}"
    assert str(refused.value) == (
        f"This import can no longer be undone as a whole. Rows: 2 ({key}): submitted or published by rachid"
    )
    assert Measurement.objects.get(value=320).state == "published"


# Corrections


def test_reason_of_a_correction_is_read_and_exported(alice: Any) -> None:
    ref = published().ref
    applied("measurements", FIGURES + f"{COUNT},2019,301,{SOURCE},,{ref},Mal lu\n", alice)
    row = Measurement.objects.get(value=301)
    assert (row.supersedes.ref, row.reason_fr, row.note) == (ref, "Mal lu", "")
    table = TABLES["measurements"]()
    rows = Measurement.objects.filter(pk=row.pk)
    text = export_file(table, rows, kind="csv", headings="codes").decode("utf-8-sig")
    assert text.splitlines()[1].endswith(f",{ref},Mal lu,,,draft")
    again = make_plan("measurements", text.encode(), "x.csv", by=alice)
    assert again.counts["unchanged"] == 1
    applied("measurements", f"ref,reason_fr\n{row.ref},Deux chiffres intervertis\n", alice)
    row.refresh_from_db()
    assert row.reason_fr == "Deux chiffres intervertis"


def test_correction_without_a_reason_is_refused(alice: Any) -> None:
    ref = published().ref
    text = FIGURES + f"{COUNT},2023,301,{SOURCE},,{ref},\n"
    assert refusals("measurements", text, alice) == [("reason_fr", WHY)]
    row = draft(alice, supersedes=published(), reason_fr="Mal lu")
    assert refusals("measurements", f"ref,reason_fr\n{row.ref},\n", alice) == [("reason_fr", WHY)]


def test_correction_of_what_was_corrected_or_never_published_is_refused(
    alice: Any, reviewer: Any
) -> None:
    earlier = published()
    first = draft(alice, supersedes=earlier, as_of=earlier.as_of, reason_fr="Mal lu")
    text = FIGURES + f"{COUNT},2023,301,{SOURCE},,{{}},Encore\n"
    assert refusals("measurements", text.format(first.ref), alice) == [
        ("supersedes", "Only what is published is corrected. Change the draft itself.")
    ]
    services.publish(services.submit(first, by=alice), by=reviewer)
    assert refusals("measurements", text.format(earlier.ref), alice) == [("supersedes", CORRECTED)]


def test_correction_keeps_its_period(alice: Any) -> None:
    series = make_series(
        "diplomes-rhamna",
        indicator=make_indicator("diplomes", measure="per_period"),
        territory=Series.objects.get(code=COUNT).territory,
    )
    row = make_measurement(
        series, "2022-12-31", 5, period_start="2022-01-01", source=Source.objects.get(code=SOURCE)
    )
    head = "series,period_start,as_of,value,source,supersedes,reason_fr\n"
    text = head + f"diplomes-rhamna,2022-02-01,2022-12-31,6,{SOURCE},{row.ref},Mal lu\n"
    assert refusals("measurements", text, alice) == [("supersedes", PERIOD)]
    text = text.replace("2022-02-01", "2022-01-01")
    assert make_plan("measurements", text.encode(), "x.csv", by=alice).errors == []


# Replies


REPLIES = "code,target,organisation,date,text_fr,source\n"


def test_replies_arrive_as_drafts_and_go_through_review(alice: Any, basma: Any) -> None:
    editor = make_member("edith", "editor", "MA")
    line = "reponse,cmc-12,ofppt,2024-09-05,Neuf sont ouvertes.,map-2024-09-tanger\n"
    job = applied("replies", REPLIES + line, editor)
    row = Reply.objects.get()
    assert (row.state, row.entered_by, log_of(row)) == ("draft", editor, [])
    other = make_member("emil", "editor", "MA")
    applied("replies", "code,text_fr\nreponse,Dix sont ouvertes.\n", other)
    assert log_of(row) == [("draft", "draft", "emil")]
    row.refresh_from_db()
    services.submit(row, by=editor)
    assert refusals("replies", "code,text_fr\nreponse,Onze.\n", editor) == [("text_fr", LATER)]
    with pytest.raises(CannotUndoError, match="submitted or published by edith"):
        jobs.undo(job, by=editor)
    with pytest.raises(FrozenRowError):
        Reply.objects.all().delete()


def test_undo_of_replies_removes_the_drafts() -> None:
    editor = make_member("edith", "editor", "MA")
    line = "reponse,cmc-12,ofppt,2024-09-05,Neuf sont ouvertes.,map-2024-09-tanger\n"
    jobs.undo(applied("replies", REPLIES + line, editor), by=editor)
    assert not Reply.objects.exists()
    assert not ReviewEvent.objects.filter(reply__isnull=False).exists()
