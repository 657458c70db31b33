"""What a file would do is shown first, and done whole or not at all."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from programmes import services
from programmes.access import visible
from programmes.models import (
    Category,
    ImportJob,
    Measurement,
    MeasurementShare,
    Programme,
    Sector,
    Series,
    Source,
    State,
    Target,
    TargetRevision,
)
from programmes.spreadsheets.columns.stored import StoredRows
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.jobs import (
    CannotUndoError,
    apply,
    check,
    set_job_aside,
    undo,
)
from programmes.spreadsheets.sending.exporting import export_file
from tests.builders import make_measurement, make_programme
from tests.conftest import make_member
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

MEASUREMENTS = "ref,series,as_of,value,source,note\n"


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.fixture
def alice() -> Any:
    return make_member("alice", "contributor", "MA-REH")


@pytest.fixture(autouse=True)
def horticulture() -> Sector:
    """A sector on which nothing published rests: a file changes it at once."""
    return Sector.objects.create(code="horticulture", name_fr="Horticulture")


def send(table: str, content: bytes, name: str, *, by: Any) -> ImportJob:
    """A file sent and checked."""
    return jobs.check(jobs.send(table, content, name, by=by))


def errors_of(table: str, text: str, user: Any) -> list[tuple[int, str, str]]:
    plan = make_plan(table, text.encode(), f"{table}.csv", by=user)
    return [(error.row, error.column, error.value) for error in plan.errors]


def test_preview_counts_and_writes_nothing(editor: Any) -> None:
    text = "code,name_fr\nhorticulture,Soins\nnouveau,Nouveau\n"
    sector = Sector.objects.get(code="horticulture")
    plan = make_plan("sectors", text.encode(), "x.csv", by=editor)
    assert plan.errors == []
    assert plan.counts["new"] == 1
    assert plan.changes("horticulture") == [("name_fr", sector.name_fr, "Soins")]
    sector.refresh_from_db()
    assert sector.name_fr != "Soins"
    assert not Sector.objects.filter(code="nouveau").exists()


def test_apply_writes_and_keeps_history(editor: Any) -> None:
    job = send(
        "sectors", b"code,name_fr\nhorticulture,Soins\nnouveau,Nouveau\n", "x.csv", by=editor
    )
    apply(job, by=editor)
    sector = Sector.objects.get(code="horticulture")
    assert sector.name_fr == "Soins"
    assert [record.name_fr for record in sector.history.all()[:1]] == ["Soins"]
    assert Sector.objects.get(code="nouveau").name_fr == "Nouveau"


def test_apply_twice_writes_once(editor: Any) -> None:
    job = send("sectors", b"code,name_fr\nnouveau,Nouveau\n", "x.csv", by=editor)
    apply(job, by=editor)
    Sector.objects.filter(code="nouveau").update(name_fr="Autre")
    apply(job, by=editor)
    assert Sector.objects.get(code="nouveau").name_fr == "Autre"


def test_apply_after_someone_changed_a_row_is_a_conflict(editor: Any) -> None:
    job = send(
        "sectors", b"code,name_fr\nhorticulture,Soins\nnouveau,Nouveau\n", "x.csv", by=editor
    )
    sector = Sector.objects.get(code="horticulture")
    before = sector.name_fr
    sector.name_fr = "Hygi\u00e8ne"
    sector.save()
    job = apply(job, by=editor)
    assert job.state == "conflict"
    assert job.conflicts == [
        {
            "row": 2,
            "key": "horticulture",
            "column": "name_fr",
            "shown": before,
            "now": "Hygi\u00e8ne",
            "file": "Soins",
        }
    ]
    assert not Sector.objects.filter(code="nouveau").exists()


def test_conflict_decided_for_the_file(editor: Any) -> None:
    job = send("sectors", b"code,name_fr\nhorticulture,Soins\n", "x.csv", by=editor)
    Sector.objects.filter(code="horticulture").update(name_fr="Autre")
    job = jobs.check(apply(job, by=editor))
    assert apply(job, by=editor).state == "applied"
    assert Sector.objects.get(code="horticulture").name_fr == "Soins"


def test_conflict_decided_for_what_is_stored(editor: Any) -> None:
    job = send(
        "sectors", b"code,name_fr\nhorticulture,Soins\nnouveau,Nouveau\n", "x.csv", by=editor
    )
    Sector.objects.filter(code="horticulture").update(name_fr="Autre")
    job = jobs.check(jobs.leave_out_conflicts(apply(job, by=editor)))
    assert job.counts == {"new": 1, "changed": 0, "unchanged": 1, "refused": 0}
    apply(job, by=editor)
    assert Sector.objects.get(code="horticulture").name_fr == "Autre"
    assert Sector.objects.filter(code="nouveau").exists()


def test_file_with_one_wrong_row_is_refused_whole(editor: Any) -> None:
    job = send("sectors", b"code,name_fr\nnouveau,Nouveau\nbad code,X\n", "x.csv", by=editor)
    assert job.state == "refused"
    with pytest.raises(ValidationError):
        apply(job, by=editor)
    assert not Sector.objects.filter(code="nouveau").exists()


def test_every_error_is_shown_with_row_column_and_value(editor: Any) -> None:
    text = (
        "code,kind,name_fr,territory,programmes,is_public\n"
        "a,city,A,MA-XX,,1\n"
        "b,palace,B,MA-REH,,1\n"
        "c,city,,MA-REH,,1\n"
        "d,city,D,MA-REH,nothing,perhaps\n"
        "e,annex,E,MA-REH,,1\n"
        "f,city,F,MA-REH,,1\n"
        "f,city,F,MA-REH,,1\n"
    )
    assert errors_of("centres", text, editor) == [
        (2, "territory", "MA-XX"),
        (3, "kind", "palace"),
        (4, "name_fr", ""),
        (5, "programmes", "nothing"),
        (5, "is_public", "perhaps"),
        (6, "", ""),
        (8, "", ""),
    ]


def test_figures_arrive_as_drafts(alice: Any) -> None:
    text = MEASUREMENTS + ",1337-workstations,30/06/2023,320,afroplanete-2023-12-1337,Rentrée\n"
    apply(send("measurements", text.encode(), "x.csv", by=alice), by=alice)
    row = Measurement.objects.get(series__code="1337-workstations", value=320)
    assert (row.state, row.entered_by, row.note) == (State.DRAFT, alice, "Rentrée")


@pytest.mark.parametrize(
    # the source is of December 2023: that is the day that counts of a year, and of a training year
    "as_of",
    ["30/06/2023", "06/2023", "2023", "2023-2024", "01/01/2023..30/06/2023"],
)
def test_figures_sent_twice_without_reference_are_entered_once(alice: Any, as_of: str) -> None:
    text = MEASUREMENTS + f",1337-workstations,{as_of},320,afroplanete-2023-12-1337,\n"
    apply(send("measurements", text.encode(), "x.csv", by=alice), by=alice)
    plan = make_plan("measurements", text.encode(), "x.csv", by=alice)
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}


def test_of_a_long_series_only_what_is_near_the_dates_of_a_file_is_read() -> None:
    series = Series.objects.get(code="1337-workstations")
    for year in range(1990, 2020):
        make_measurement(series, f"{year}-06-30", year)
    rows = StoredRows(TABLES["measurements"]())
    rows.read({"series": [series.code] * 2, "as_of": ["1995-06-30", "1997"]})
    assert rows.column("as_of") == ["1995-06-30", "1996-06-30", "1997-06-30"]


def test_published_figure_is_never_changed_by_a_file(alice: Any) -> None:
    row = Measurement.objects.get(series__code="1337-workstations")
    text = f"ref,value\n{row.ref},999\n"
    assert errors_of("measurements", text, alice) == [(2, "value", "999")]


def test_figure_of_another_territory_is_refused_and_not_shown(alice: Any) -> None:
    row = Measurement.objects.get(series__code="jobintech-trained")
    plan = make_plan("measurements", f"ref,value\n{row.ref},999\n".encode(), "x.csv", by=alice)
    assert [(error.row, error.value) for error in plan.errors] == [(2, "")]
    assert "1000" not in str(plan.errors)
    new = MEASUREMENTS + ",jobintech-trained,2025,2000,le360-2024-05-jobintech,\n"
    assert errors_of("measurements", new, alice) == [(2, "series", "jobintech-trained")]


def test_wrong_figures_are_refused_where_they_stand(alice: Any) -> None:
    source = "afroplanete-2023-12-1337"
    text = (
        MEASUREMENTS + f",1337-workstations,13/31/2023,320,{source},\n"
        f",1337-workstations,2024-02-01,320,{source},\n"
        f",1337-workstations,2022,1.234,{source},\n"
        f",1337-workstations,2022,,{source},\n"
        ",1337-workstations,2022,5,no-such-source,\n"
        f"m-unknown,1337-workstations,2022,5,{source},\n"
    )
    assert errors_of("measurements", text, alice) == [
        (2, "as_of", "13/31/2023"),
        (3, "as_of", "2024-02-01"),
        (4, "value", "1.234"),
        (5, "", ""),
        (6, "source", "no-such-source"),
        (7, "ref", "m-unknown"),
    ]


def test_new_target_finds_or_makes_its_series(editor: Any) -> None:
    text = (
        "code,indicator,territory,programme,value,due,announced,source\n"
        "reh-1000,young-people-trained,MA-REH,jobintech,1000,2027,2024-05-29,le360-2024-05-jobintech\n"
    )
    apply(send("targets", text.encode(), "x.csv", by=editor), by=editor)
    target = Target.objects.get(code="reh-1000")
    assert (target.series.territory.code, target.series.programme.code) == ("MA-REH", "jobintech")
    first = target.revisions.get()
    assert (first.number, first.value, first.due.notation, first.state) == (
        1,
        1000,
        "2027",
        State.DRAFT,
    )


def test_moved_promise_is_refused_and_points_to_the_revisions(editor: Any) -> None:
    content = export_file(
        TABLES["targets"](),
        TABLES["targets"]().queryset(editor).filter(code="jobintech-15000"),
        kind="csv",
        headings="codes",
    )
    moved = content.decode("utf-8-sig").replace(",15000,", ",9000,")
    assert errors_of("targets", moved, editor) == [(2, "value", "9000")]
    assert TargetRevision.objects.get(target__code="jobintech-15000", number=1).value == 15000


def test_revision_must_bear_the_next_number(editor: Any) -> None:
    head = "target,number,value,announced,source\n"
    row = "jobintech-15000,{},16000,2024-06-01,lobservateur-2024-09-cmc\n"
    source = TargetRevision.objects.get(target__code="cmc-7").source.code
    row = row.replace("lobservateur-2024-09-cmc", source)
    assert errors_of("target-revisions", head + row.format(7), editor)[0][1] == "number"


def test_import_without_permission_is_refused(alice: Any) -> None:
    with pytest.raises(PermissionDenied):
        send("programmes", b"code,name_fr\nx,X\n", "x.csv", by=alice)
    assert not Programme.objects.filter(code="x").exists()


def test_import_without_assignment_is_refused() -> None:
    nobody = make_member("nobody", "editor")
    with pytest.raises(PermissionDenied):
        send("sectors", b"code,name_fr\nx,X\n", "x.csv", by=nobody)


def test_ratio_is_written_under_percent(editor: Any) -> None:
    source = "le360-2024-05-jobintech"
    head = "series,as_of,value,percent,source\n"
    assert errors_of(
        "measurements", head + f"jobintech-insertion,2023,0.7,,{source}\n", editor
    ) == [(2, "value", "0.7")]
    plan = make_plan(
        "measurements",
        (head + f"jobintech-insertion,2023,,70,{source}\n").encode(),
        "x.csv",
        by=editor,
    )
    assert plan.errors == []
    text = head + f"jobintech-insertion,2023,,70,{source}\n"
    apply(send("measurements", text.encode(), "x.csv", by=editor), by=editor)
    assert Measurement.objects.get(
        series__code="jobintech-insertion", state="draft"
    ).value == Decimal("0.7")


def test_draft_is_changed_and_submitted_is_not(alice: Any) -> None:
    text = MEASUREMENTS + ",1337-workstations,30/06/2023,320,afroplanete-2023-12-1337,\n"
    apply(send("measurements", text.encode(), "x.csv", by=alice), by=alice)
    row = Measurement.objects.get(value=320)
    change = f"ref,value\n{row.ref},321\n"
    apply(send("measurements", change.encode(), "x.csv", by=alice), by=alice)
    row.refresh_from_db()
    assert row.value == 321
    services.submit(row, by=alice)
    assert errors_of("measurements", f"ref,value\n{row.ref},322\n", alice) == [(2, "value", "322")]


# Undo


def test_stored_record_is_made_part_of_a_new_one_of_the_same_file(editor: Any) -> None:
    make_programme("smaller", is_public=False)
    # a name that the code of the new one is taken for while it is not there
    make_programme("other", is_public=False, name_fr="Larger")
    text = "code,name_fr,parent\nlarger,Plus grand,\nsmaller,Plus petit,larger\n"
    job = apply(send("programmes", text.encode(), "p.csv", by=editor), by=editor)
    assert (job.state, job.message) == ("applied", "")
    smaller = Programme.objects.get(code="smaller")
    assert smaller.parent is not None
    assert (smaller.name_fr, smaller.parent.code) == ("Plus petit", "larger")
    assert undo(job, by=editor).state == "undone"
    smaller.refresh_from_db()
    assert (smaller.name_fr, smaller.parent) == ("Programme smaller", None)
    assert not Programme.objects.filter(code="larger").exists()


def test_set_of_a_stored_record_is_changed_and_undo_gives_it_back(editor: Any) -> None:
    stored = Sector.objects.get(code="horticulture")
    Sector.objects.create(code="weaving", name_fr="Tissage")
    programme = make_programme("small", is_public=False, sectors=[stored])

    def sectors() -> list[str]:
        return sorted(programme.sectors.values_list("code", flat=True))

    text = "code,name_fr,sectors\nsmall,Programme small,horticulture | Tissage\n"
    job = apply(send("programmes", text.encode(), "p.csv", by=editor), by=editor)
    assert (job.state, sectors()) == ("applied", ["horticulture", "weaving"])
    assert undo(job, by=editor).state == "undone"
    assert sectors() == ["horticulture"]


def test_undo_takes_back_new_and_changed_records(editor: Any) -> None:
    before = Sector.objects.get(code="horticulture").name_fr
    job = apply(
        send("sectors", b"code,name_fr\nhorticulture,Soins\nnouveau,Nouveau\n", "x.csv", by=editor),
        by=editor,
    )
    assert undo(job, by=editor).state == "undone"
    assert Sector.objects.get(code="horticulture").name_fr == before
    assert not Sector.objects.filter(code="nouveau").exists()


def test_undo_is_refused_where_a_record_was_touched_since(editor: Any) -> None:
    job = apply(
        send("sectors", b"code,name_fr\nhorticulture,Soins\n", "x.csv", by=editor), by=editor
    )
    sector = Sector.objects.get(code="horticulture")
    sector.name_fr, sector._history_user = "Autre", make_member("paul", "editor", "MA")
    sector.save()
    with pytest.raises(CannotUndoError) as refused:
        undo(job, by=editor)
    assert [(row, key) for row, key, _reason in refused.value.rows] == [(2, "horticulture")]
    assert "paul" in str(refused.value)
    assert Sector.objects.get(code="horticulture").name_fr == "Autre"


def test_undo_is_refused_where_another_record_depends_on_a_new_one(editor: Any) -> None:
    text = b"code,kind,title,is_public\nnouveau,article,Nouveau,1\n"
    job = apply(send("sources", text, "x.csv", by=editor), by=editor)
    Measurement.objects.bulk_create(
        [
            Measurement(
                series=Series.objects.get(code="1337-workstations"),
                source=Source.objects.get(code="nouveau"),
                value=1,
                as_of_on="2020-01-01",
                as_of_precision="day",
            )
        ]
    )
    with pytest.raises(CannotUndoError):
        undo(job, by=editor)
    assert Source.objects.filter(code="nouveau").exists()


def test_undo_is_refused_where_shares_were_entered_on_a_new_figure(alice: Any) -> None:
    line = ",1337-workstations,2022,320,afroplanete-2023-12-1337,\n"
    job = apply(send("measurements", (MEASUREMENTS + line).encode(), "x.csv", by=alice), by=alice)
    row = Measurement.objects.get(series__code="1337-workstations", as_of_on="2022-12-31")
    MeasurementShare.objects.create(
        measurement=row, category=Category.objects.first(), value=Decimal(20)
    )
    with pytest.raises(CannotUndoError) as refused:
        undo(job, by=alice)
    [(_row, _key, reason)] = refused.value.rows
    assert reason == "other records depend on it"
    assert MeasurementShare.objects.filter(measurement=row).exists()


def test_undo_of_figures_is_refused_once_one_is_submitted(alice: Any) -> None:
    line = ",1337-workstations,{},320,afroplanete-2023-12-1337,\n"
    text = MEASUREMENTS + line.format("2022") + line.format("2021")
    job = apply(send("measurements", text.encode(), "x.csv", by=alice), by=alice)
    row = Measurement.objects.get(series__code="1337-workstations", as_of_on="2022-12-31")
    services.submit(row, by=alice)
    with pytest.raises(CannotUndoError) as refused:
        undo(job, by=alice)
    assert [row for row, _key, _reason in refused.value.rows] == [2]
    assert Measurement.objects.filter(series__code="1337-workstations").count() == 3


def test_undo_of_figures_removes_and_restores(alice: Any) -> None:
    line = ",1337-workstations,{},{},afroplanete-2023-12-1337,\n"
    first = MEASUREMENTS + line.format("2022", 320)
    apply(send("measurements", first.encode(), "x.csv", by=alice), by=alice)
    second = MEASUREMENTS + line.format("2022", 321) + line.format("2021", 300)
    job = send("measurements", second.encode(), "x.csv", by=alice)
    assert job.counts == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    undo(apply(job, by=alice), by=alice)
    drafts = Measurement.objects.filter(series__code="1337-workstations", state="draft")
    assert [(row.as_of.notation, row.value) for row in drafts] == [("2022", 320)]


def test_undo_of_a_target_removes_its_announcement(editor: Any) -> None:
    text = (
        "code,indicator,territory,programme,value,due,announced,source\n"
        "reh-1000,young-people-trained,MA-REH,jobintech,1000,2027,2024-05-29,le360-2024-05-jobintech\n"
    )
    job = apply(send("targets", text.encode(), "x.csv", by=editor), by=editor)
    undo(job, by=editor)
    # as in a worker, there is no request that tells who it is
    made = Series.history.filter(indicator__code="young-people-trained", territory__code="MA-REH")
    for changes in (Target.history.filter(code="reh-1000"), made):
        assert set(changes.values_list("history_user", flat=True)) == {editor.pk}
    assert not Target.objects.filter(code="reh-1000").exists()
    assert not TargetRevision.objects.filter(target__code="reh-1000").exists()


def test_job_is_seen_by_its_owner_and_by_administrators(alice: Any, editor: Any) -> None:
    text = MEASUREMENTS + ",1337-workstations,2022,320,afroplanete-2023-12-1337,\n"
    send("measurements", text.encode(), "x.csv", by=alice)
    admin = make_member("amina", "administrator", "MA")
    seen = {
        user.username: visible(ImportJob.objects.all(), user).count()
        for user in (alice, editor, admin)
    }
    assert seen == {"alice": 1, "edith": 0, "amina": 1}


def test_a_later_file_that_is_applied_sets_refused_ones_aside(editor: Any) -> None:
    other = make_member("emil", "editor", "MA")
    refused = b"code,name_fr\nNot a code,x\n"
    mine = send("sectors", refused, "x.csv", by=editor)
    others = send("sectors", refused, "x.csv", by=other)
    table = send("indicators", refused, "x.csv", by=editor)
    good = send("sectors", b"code,name_fr\nnouveau,Nouveau\n", "x.csv", by=editor)
    later = send("sectors", refused, "x.csv", by=editor)
    apply(good, by=editor)
    states = dict(ImportJob.objects.values_list("pk", "state"))
    assert states == {
        mine.pk: "aside",
        others.pk: "refused",
        table.pk: "refused",
        good.pk: "applied",
        later.pk: "refused",
    }
    mine.refresh_from_db()
    assert check(mine).state == "refused"  # nothing of it went


def test_sender_sets_a_refused_file_aside(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    job = send("sectors", b"code,name_fr\nNot a code,x\n", "x.csv", by=editor)
    home, page = "/fr/admin/", f"/fr/admin/programmes/sector/import/{job.pk}/"
    assert "Mes imports refusés" in client.get(home).content.decode()
    assert client.post(page, {"do": "set_aside"}).url == home
    assert "Mes imports refusés" not in client.get(home).content.decode()
    assert "Not a code" in client.get(page).content.decode()
    assert "x.csv" in client.get("/fr/admin/programmes/importjob/").content.decode()


def test_only_what_is_refused_or_in_conflict_is_set_aside(editor: Any) -> None:
    job = send("sectors", b"code,name_fr\nnouveau,Nouveau\n", "x.csv", by=editor)
    with pytest.raises(ValidationError) as refused:
        set_job_aside(job)
    assert refused.value.messages == [
        "Only an import that was refused, is in conflict or stopped is set aside."
    ]
    job.refresh_from_db()
    assert job.state == "checked"
