"""What single columns of files refuse, find and ask, each with its sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied

from programmes.models import (
    Category,
    Evidence,
    ImportJob,
    Measurement,
    MilestoneStatement,
    Sector,
    Target,
    TargetRevision,
)
from programmes.spreadsheets.columns.cells import DayCell, NumberCell
from programmes.spreadsheets.columns.column_notes import header_note
from programmes.spreadsheets.columns.memo import Memo
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.sending.exporting import export_file
from tests.builders import (
    make_measurement,
    make_milestone,
    make_programme,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
    published_by_two,
    withdraw,
)
from tests.conftest import make_member
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

KEPT = "A target keeps its first announcement. Enter the change on the sheet of target revisions."
EMPTY = "This cell must not be empty."
STAYS = "A target stays on its series. Make a new target for another one."


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


def refusals(table: str, text: str, by: Any) -> list[tuple[str, str]]:
    """The refused cells of a file: column and sentence."""
    plan = make_plan(table, text.encode(), f"{table}.csv", by=by)
    return [(error.column, error.message) for error in plan.errors]


def test_a_file_neither_moves_a_first_announcement_nor_a_target(editor: Any) -> None:
    table = TABLES["targets"]()
    rows = table.queryset(editor).filter(code="jobintech-15000")
    text = export_file(table, rows, kind="csv", headings="codes").decode("utf-8-sig")
    assert refusals("targets", text.replace(",15000,", ",9000,"), editor) == [("value", KEPT)]
    elsewhere = "code,programme\njobintech-15000,1337\n"
    assert refusals("targets", elsewhere, editor) == [("programme", STAYS)]


def test_a_new_target_is_checked_whole_before_anything_is_written(editor: Any) -> None:
    head = "code,indicator,territory,programme,value,baseline,baseline_date,due,announced,source\n"
    place = "young-people-trained,MA-REH,jobintech"
    source = "le360-2024-05-jobintech"
    told = f"bad code,{place},1000,0,2021-01-01,2027,2024-05-29,{source}\n"
    assert [column for column, _sentence in refusals("targets", head + told, editor)] == ["code"]
    told = f"reh-1000,{place},1000,0,2028-01-01,2027,2024-05-29,{source}\n"
    assert refusals("targets", head + told, editor) == [
        ("", "The due date lies before the date of the baseline. Check both dates.")
    ]
    make_series("context", role="context", programme=make_programme("p"))
    told = "code,series,value,due,announced,source\nreh-1000,context,1000,2027,2024-05-29,{}\n"
    sentence = (
        "This series is context, never progress: no target can be set on it. Choose the series of what is promised, or "
        "make one."
    )
    assert refusals("targets", told.format(source), editor) == [("series", sentence)]


def test_the_next_number_is_that_of_the_same_target(editor: Any) -> None:
    longer = make_target("longer", value=10)
    target = Target.objects.get(code="jobintech-15000")
    for number in range(2, target.revisions.count() + 2):
        make_revision(longer, number, value=10 + number, announced="2022-01-01", draft=True)
    source = make_source("later", "2024-06-02").code
    head = "target,number,value,announced,reason_fr,source\n"
    row = "jobintech-15000,{},16000,2024-06-01,Plus,{}\n"
    following = target.revisions.count() + 1
    assert refusals("target-revisions", head + row.format(following, source), editor) == []


def test_an_announcement_says_which_of_its_target_it_corrects(editor: Any) -> None:
    make_target("earlier")
    first = make_target("later").revisions.get()
    head = "target,number,kind,corrects,value,announced,due,reason_fr,source\n"
    row = f"later,2,correction,1,900,2021-01-01,2024-12-31,Mal lu,{first.source.code}\n"
    job = jobs.check(jobs.send("target-revisions", (head + row).encode(), "r.csv", by=editor))
    assert job.state == ImportJob.State.CHECKED, job.message
    jobs.apply(job, by=editor)
    assert TargetRevision.objects.get(target__code="later", number=2).corrects == first


def test_a_waypoint_names_an_announcement_that_is_there(editor: Any) -> None:
    make_target("later")
    head = "target,number,date,value\n"
    assert refusals("waypoints", head + "later,,2023-01-01,5\n", editor) == [("number", EMPTY)]
    assert refusals("waypoints", head + "later,2,2023-01-01,5\n", editor) == [
        ("number", "There is no number 2 here.")
    ]


def test_a_statement_bears_the_next_number_and_its_draft_is_changed(editor: Any) -> None:
    milestone = make_milestone("works", programme=make_programme())
    source = make_statement(milestone, "planned", "2023-01-01", "2022-01-01").source.code
    head = "milestone,number,kind,date,announced,reason_fr,source\n"
    row = "works,{},planned,{},2022-02-01,Retard,{}\n"
    assert refusals("milestone-statements", head + row.format(3, "2023", source), editor) == [
        ("number", "The next statement on this milestone has the number 2.")
    ]
    for date_given in ("2023-02", "2023-03"):
        text = head + row.format(2, date_given, source)
        job = jobs.check(jobs.send("milestone-statements", text.encode(), "s.csv", by=editor))
        jobs.apply(job, by=editor)
        [stored] = MilestoneStatement.objects.filter(milestone=milestone, number=2)
        assert (stored.date.notation, stored.changed_by) == (date_given, editor)


def test_a_statement_says_which_it_corrects(editor: Any) -> None:
    milestone = make_milestone("works", programme=make_programme())
    first = make_statement(milestone, "planned", "2023-01-01", "2022-01-01")
    head = "milestone,number,kind,date,announced,corrects,reason_fr,source\n"
    row = f"works,2,planned,2023-02-01,2022-01-01,1,Mal lu,{first.source.code}\n"
    job = jobs.check(jobs.send("milestone-statements", (head + row).encode(), "s.csv", by=editor))
    assert job.state == ImportJob.State.CHECKED, job.message
    jobs.apply(job, by=editor)
    assert MilestoneStatement.objects.get(milestone=milestone, number=2).corrects == first


def test_evidence_is_added_to_a_source_of_ones_own(editor: Any) -> None:
    other = make_member("other", "contributor", "MA-REH")
    source = make_source("shown")
    text = f"source,title,url\n{source.code},Annexe,https://example.ma/a\n"
    assert refusals("evidence", text, editor) == []
    jobs.apply(jobs.check(jobs.send("evidence", text.encode(), "e.csv", by=editor)), by=editor)
    assert Evidence.objects.get(title="Annexe").source == source
    assert [column for column, _sentence in refusals("evidence", text, other)] == [""]


def test_a_right_that_was_lost_since_the_check_is_asked_when_it_is_applied(editor: Any) -> None:
    job = jobs.check(jobs.send("sectors", b"code,name_fr\nnew,Neuf\n", "s.csv", by=editor))
    assert job.state == ImportJob.State.CHECKED
    editor.groups.remove(Group.objects.get(name="editor"))
    with pytest.raises(PermissionDenied):
        jobs.apply(job, by=type(editor).objects.get(pk=editor.pk))
    assert not Sector.objects.filter(code="new").exists()


@contextmanager
def lost(person: Any, right: str) -> Iterator[Any]:
    """That person, as long as their role is without a right."""
    role, one = person.groups.get(), Permission.objects.get(codename=right)
    role.permissions.remove(one)
    yield type(person).objects.get(pk=person.pk)
    role.permissions.add(one)


@pytest.mark.parametrize("table", ["sectors", "measurement-shares"])
def test_whoever_applies_or_undoes_a_file_has_the_right_to_each_of_its_steps(
    editor: Any, table: str
) -> None:
    if table == "sectors":
        text = "code,name_fr\nnew,{}\n"
    else:
        figure = make_measurement(
            make_series("s", programme=make_programme("p")), "2023", 5, draft=True
        )
        category = Category.objects.order_by("pk").first()
        assert category is not None
        start = f"{figure.ref},{category.dimension.code},{category.code}"
        text = f"measurement,dimension,category,value\n{start},{{}}\n"
    model = TABLES[table].model
    before = model._default_manager.count()
    sentence = f"You are not allowed to do this with: {model._meta.verbose_name_plural}."

    def sent(value: str) -> ImportJob:
        return jobs.check(jobs.send(table, text.format(value).encode(), "f.csv", by=editor))

    def refused(action: str, step: Callable[..., object], job: ImportJob) -> None:
        with lost(editor, f"{action}_{model._meta.model_name}") as person:
            with pytest.raises(PermissionDenied) as error:
                step(job, by=person)
            assert str(error.value) == sentence
            job.refresh_from_db()

    made = sent("2")
    refused("add", jobs.apply, made)
    jobs.apply(made, by=editor)
    changed = sent("3")
    refused("change", jobs.apply, changed)
    jobs.apply(changed, by=editor)
    jobs.undo(changed, by=editor)
    refused("delete", jobs.undo, made)
    assert model._default_manager.count() == before + 1
    jobs.undo(made, by=editor)
    assert model._default_manager.count() == before


def test_history_says_who_applied_and_undid_a_file(editor: Any) -> None:
    def applied(name: str) -> ImportJob:
        text = f"code,name_fr\nnew,{name}\n".encode()
        return jobs.apply(jobs.check(jobs.send("sectors", text, "s.csv", by=editor)), by=editor)

    made, changed = applied("Neuf"), applied("Autre")
    jobs.undo(changed, by=editor)
    jobs.undo(made, by=editor)
    told = Sector.history.filter(code="new").order_by("history_id")
    assert list(told.values_list("history_type", "history_user")) == [
        (kind, editor.pk) for kind in "+~~-"
    ]


def test_what_all_share_is_removed_by_those_of_the_whole_country() -> None:
    sector = Sector.objects.create(code="new", name_fr="Neuf")
    with pytest.raises(PermissionDenied) as error:
        TABLES["sectors"]().remove(sector, by=make_member("regional", "editor", "MA-REH"))
    assert str(error.value) == (
        "This is kept for the whole country: only those to whom all of it is assigned may do it."
    )
    assert Sector.objects.filter(code="new").exists()


def test_names_near_one_that_is_not_known_are_listed(editor: Any) -> None:
    for code in ("near-a", "near-b"):
        make_series(code, programme=make_programme(f"p-{code}"))
    source = make_source().code
    text = f"series,as_of,value,source\nnear-,2023,5,{source}\n"
    [(column, sentence)] = refusals("measurements", text, editor)
    assert column == "series"
    assert "near-a" in sentence


def counts(table: str, text: str, by: Any) -> dict[str, int]:
    """How many rows of a file are of each kind, where there are any."""
    plan = make_plan(table, text.encode(), f"{table}.csv", by=by)
    assert plan.errors == []
    return {action: count for action, count in plan.counts.items() if count}


def test_a_correction_sent_again_is_the_same_until_it_no_longer_holds(editor: Any) -> None:
    first = make_measurement(make_series("s", programme=make_programme("p")), "2023", 5)
    head = "series,as_of,value,source,supersedes,reason_fr\n"
    text = f"{head}s,2023,6,{first.source.code},{first.ref},Mal lu\n"
    jobs.apply(jobs.check(jobs.send("measurements", text.encode(), "m.csv", by=editor)), by=editor)
    assert counts("measurements", text, editor) == {"unchanged": 1}
    correction = published_by_two(Measurement.objects.get(supersedes=first))
    assert counts("measurements", text, editor) == {"unchanged": 1}
    withdraw(Measurement.objects.get(pk=first.pk))
    correction.refresh_from_db()
    assert correction.state == "withdrawn"
    assert refusals("measurements", text, editor) == [
        (
            "supersedes",
            "This entry was corrected already. Correct the entry that took its place.",
        )
    ]


def test_what_a_file_says_of_the_state_is_not_read(editor: Any) -> None:
    figure = make_measurement(
        make_series("s", programme=make_programme("p")), "2023", 5, draft=True
    )
    text = f"ref,series,as_of,value,source,state\n{figure.ref},s,2023,{{}},{figure.source.code},published\n"
    assert counts("measurements", text.format(5), editor) == {"unchanged": 1}
    job = jobs.check(jobs.send("measurements", text.format(6).encode(), "m.csv", by=editor))
    jobs.apply(job, by=editor)
    figure.refresh_from_db()
    assert (figure.value, figure.state) == (6, "draft")


def test_shares_are_given_to_the_figure_that_still_holds(editor: Any) -> None:
    series = make_series("s", programme=make_programme("p"))
    withdraw(make_measurement(series, "2023", 5))
    standing = make_measurement(series, "2023", 6, draft=True)
    category = Category.objects.order_by("pk").first()
    assert category is not None
    head = "series,as_of,dimension,category,value\n"
    text = f"{head}s,2023,{category.dimension.code},{category.code},2\n"
    plan = make_plan("measurement-shares", text.encode(), "s.csv", by=editor)
    assert plan.errors == []
    [row] = plan.rows
    assert row.after[0] == standing.ref


def test_a_name_that_is_near_is_asked_where_several_columns_name_a_series(editor: Any) -> None:
    make_series("s", programme=make_programme("p", name_fr="Formation des artisans"))
    head = "indicator,territory,programme,as_of,value,source\n"
    row = "people-trained,MA,{},2023,5,{}\n"
    source = make_source().code
    near = "“Formation des artisan” is read as Formation des artisans (p)."
    for name, asked in (("Formation des artisans", []), ("Formation des artisan", [near])):
        text = head + row.format(name, source)
        job = jobs.check(jobs.send("measurements", text.encode(), "m.csv", by=editor))
        rows = [row for chunk in job.chunks.filter(kind="doubtful") for row in chunk.rows]
        assert [doubt[4] for _row, doubts in rows for doubt in doubts] == asked


def test_a_record_has_a_code(editor: Any) -> None:
    assert refusals("sectors", "code,name_fr\n,Neuf\n", editor) == [("code", EMPTY)]


def test_one_and_yes_are_not_one_cell() -> None:
    column = TABLES["measurements"]().fields["value"]
    memo = Memo(column, lambda raw: column.read_cell(raw, None))
    for cells in ([1, True], [True, 1]):
        told = dict(zip(map(type, cells), memo.cells(cells), strict=True))
        assert (told[int].value, told[int].sentence) == (1, "")
        assert told[bool].sentence.startswith("“True” is not a number.")


def test_of_a_long_text_a_sentence_quotes_the_start() -> None:
    column = TABLES["indicators"]().fields["is_public"]
    memo = Memo(column, lambda raw: column.read_cell(raw, None))
    told = [cell.sentence for cell in memo.cells(["a" * 500, "a" * 501])]
    for sentence, quoted in zip(told, ("a" * 500, "a" * 499 + "…"), strict=True):
        assert sentence.startswith(f"“{quoted}” is neither yes nor no.")


@pytest.mark.parametrize(
    ("written", "value", "is_asked"),
    [("1", "0.01", False), ("0,9", "0.009", True), ("0,9 %", "0.009", False), ("0", "0", False)],
)
def test_a_percentage_below_one_is_asked(written: str, value: str, is_asked: bool) -> None:
    cell = NumberCell(percent=True)
    read = cell.read(written)
    assert read == Decimal(value)
    doubt = cell.doubt(written, read, None)
    assert (doubt is not None) == is_asked


def test_a_date_cell_of_1950_is_a_date_and_of_1949_a_number() -> None:
    cell = DayCell()
    assert cell.read(date(1950, 1, 1)) == date(1950, 1, 1)
    with pytest.raises(ValueError, match="The cell holds the day 31/12/1949"):
        cell.read(date(1949, 12, 31))


@pytest.mark.parametrize(
    ("table", "code", "ending"),
    [
        ("series", "interval_months", "Example: 12"),
        ("series", "delay_days", "Example: 30"),
        ("territories", "population_year", "Example: 2024"),
        ("centres", "latitude", "Example: 33.5731"),
        ("measurements", "percent", "Example: 56.3"),
        ("measurements", "value", "Example: 15000"),
        ("measurements", "period_start", "Example: 17/02/2021"),
        (
            "measurements",
            "series",
            "A code. The codes and their names stand in the sheet of lists.",
        ),
        ("programmes", "sectors", "Codes, with | between them. They stand in the sheet of lists."),
        ("centres", "locality_fr", "Text of at most 200 signs."),
        ("organisations", "other_spellings", "Several may be given, with | between them."),
        (
            "programmes",
            "is_public",
            "Shown for information: a record is shown and withdrawn by a step of review.",
        ),
        ("measurements", "state", "Shown for information: what is written here is not read."),
        ("programmes", "code", "Example: cmc-souss-massa"),
    ],
)
def test_note_on_a_header_ends_with_an_example_or_with_what_is_accepted(
    table: str, code: str, ending: str
) -> None:
    column = TABLES[table]().fields[code]
    assert header_note(column, key=False, drop_down=False).splitlines()[-1] == ending


def test_note_on_the_header_of_a_key_says_that_it_stays() -> None:
    column = TABLES["sectors"]().fields["code"]
    assert header_note(column, key=True, drop_down=False).splitlines() == [
        "Must be filled in.",
        "Says which record the row is: it is not changed in a row that is filled in.",
        "Text of at most 80 signs.",
        "Example: cmc-souss-massa",
    ]


def test_note_on_a_header_with_a_list_leads_to_the_sheet_of_lists() -> None:
    column = TABLES["centres"]().fields["locality_fr"]
    assert header_note(column, key=False, drop_down=True).splitlines() == [
        "May stay empty.",
        "A code. The codes and their names stand in the sheet of lists.",
    ]
