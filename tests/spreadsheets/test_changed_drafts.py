"""Drafts that a file changes, written many at a time."""

import csv
import io
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import ImportJob, Measurement, Series, Source
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.checking import SheetCheck
from programmes.spreadsheets.importing.writing.applying import Applier
from programmes.spreadsheets.importing.writing.drafts import DraftsApplier
from programmes.spreadsheets.reading.sheets import open_sheet
from programmes.spreadsheets.sending.exporting import export_file
from tests.conftest import make_member
from tests.spreadsheets.test_checked_figures import CELLS, CODES, outcomes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
CONFLICT = ("row", "key", "column", "shown", "now", "file")
# when a row was changed differs from one run to the next
WRITTEN = [
    field.attname
    for field in Measurement._meta.concrete_fields
    if field.attname not in ("changed_at",)
]
COUNT, RATIO = "1337-workstations", "jobintech-insertion"


def draft(series: str, stated: PreciseDate, by: Any, **values: Any) -> Measurement:
    """A draft, recorded as the form does."""
    found = Measurement(
        series=Series.objects.get(code=series),
        source=Source.objects.get(code="afroplanete-2023-12-1337"),
        as_of=stated,
        **values,
    )
    services.record(found, by=by)
    return found


@pytest.fixture
def editor() -> Any:
    return make_member("edith", "editor", "MA")


@pytest.fixture
def drafts(editor: Any) -> list[Measurement]:
    """Counts and ratios; the second as if entered one night, when the day had changed here and not in UTC."""
    published = Measurement.objects.get(series__code=COUNT, state="published")
    found = [
        draft(COUNT, PreciseDate.of_year(2022), editor, value=310),
        draft(COUNT, PreciseDate.of_day(date(2021, 3, 5)), editor, value=Decimal("12.5")),
        draft(RATIO, PreciseDate.of_month(2022, 4), editor, value=Decimal("0.73")),
        draft(RATIO, PreciseDate.of_training_year(2020), editor, numerator=3, denominator=4),
        draft(
            COUNT,
            PreciseDate.of_year(2023),
            editor,
            value=400,
            supersedes=published,
            reason_fr="Mal lu",
        ),
    ]
    night = datetime(2022, 12, 31, 23, 30, tzinfo=UTC)
    Measurement.objects.filter(pk=found[1].pk).update(entered_at=night)
    return found


def lines(drafts: list[Measurement]) -> list[dict[str, str]]:
    """The drafts as a file has them."""
    table = TABLES["measurements"]()
    found = Measurement.objects.filter(pk__in=[one.pk for one in drafts])
    text = export_file(table, found, kind="csv", headings="codes").decode("utf-8-sig")
    by_ref = {row["ref"]: row for row in csv.DictReader(io.StringIO(text), delimiter=text[3])}
    return [{code: by_ref[one.ref][code] for code in CODES} for one in drafts]


def as_file(rows: list[dict[str, str]], codes: tuple[str, ...] = CODES) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, codes, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sent(rows: list[dict[str, str]], user: Any, codes: tuple[str, ...] = CODES) -> ImportJob:
    return jobs.check(jobs.send("measurements", as_file(rows, codes), "x.csv", by=user))


def written(job: ImportJob, applier: type[Applier], user: Any) -> list[dict[str, Any]]:
    """What the figures are once a job is written so; it is then taken back."""
    with transaction.atomic():
        applier(job, TABLES["measurements"](), user).run()
        found = Measurement.objects.order_by("pk").values(*WRITTEN)
        rows = list(found.filter(state="draft"))
        transaction.set_rollback(True)
    return rows


@pytest.mark.long
@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_drafts_changed_many_at_a_time_are_as_those_changed_one_by_one(
    editor: Any, drafts: list[Measurement], data: Any
) -> None:
    rows = lines(drafts)
    for row in rows:
        for code in data.draw(st.sets(st.sampled_from(CODES[1:]), max_size=2)):
            row[code] = data.draw(st.sampled_from(CELLS[code])).replace("PUBLISHED", "")
    rows = data.draw(st.permutations(rows))
    others = data.draw(st.sets(st.sampled_from(CODES[1:]), max_size=4))
    codes = tuple(code for code in CODES if code not in others)
    content = as_file(rows, codes)
    found = outcomes(content, editor)
    good = [row for row, one in zip(rows, found, strict=True) if one.action != "refused"]
    if good:
        job = sent(good, editor, codes)
        assert written(job, DraftsApplier, editor) == written(job, Applier, editor)


def test_drafts_sent_back_as_they_are_change_nothing(
    editor: Any, drafts: list[Measurement]
) -> None:
    # as an older form may have left it
    Measurement.objects.filter(pk=drafts[0].pk).update(
        note_fr="Une ligne\u00a0rele\u0301e", reason_fr="Une\r\nligne"
    )
    assert sent(lines(drafts), editor).counts["unchanged"] == len(drafts)


def test_empty_qualifier_means_exactly(editor: Any, drafts: list[Measurement]) -> None:
    rows = [row | {"qualifier": ""} for row in lines(drafts)]
    assert sent(rows, editor).counts["unchanged"] == len(drafts)


def test_figure_is_dated_by_the_local_day_on_which_it_was_entered(
    editor: Any, drafts: list[Measurement]
) -> None:
    row = lines(drafts)[1]
    [error] = outcomes(as_file([row | {"as_of": "2023-01-02"}]), editor)[0].errors
    assert error.column == "as_of"
    content = as_file([row | {"as_of": "2023-01-01"}])
    table = TABLES["measurements"]()
    sheet = open_sheet(content, "x.csv", table)
    [fine] = SheetCheck(sheet, table, editor, frozenset(["unusual"])).outcomes()
    assert fine.action == "changed"


def test_of_two_figures_alike_a_file_without_references_means_the_newest(
    editor: Any, drafts: list[Measurement]
) -> None:
    newest = draft(COUNT, PreciseDate.of_year(2022), editor, value=320)
    row = lines([newest])[0] | {"ref": "", "value": "330"}
    [outcome] = outcomes(as_file([row]), editor)
    # and it is said to be one of two
    assert (outcome.action, outcome.pk) == ("doubtful", newest.pk)


def test_drafts_changed_by_someone_else_are_conflicts_and_nothing_is_written(
    editor: Any, drafts: list[Measurement]
) -> None:
    rows = [row | {"note_fr": "Du fichier"} for row in lines(drafts)[:3]]
    rows.reverse()
    job = sent(rows, editor)
    first, second, third = drafts[:3]
    for one in (second, third):
        one.refresh_from_db()
        one.note_fr = "D'une autre"
        services.change_draft(one, by=editor)
    services.submit(third, by=editor)
    job = jobs.apply(job, by=editor)
    assert job.state == "conflict"
    assert [tuple(one[name] for name in CONFLICT) for one in job.conflicts] == [
        (2, third.ref, "state", "", "submitted for review", ""),
        (3, second.ref, "note_fr", "", "D'une autre", "Du fichier"),
    ]
    first.refresh_from_db()
    assert first.note == ""


def test_two_rows_that_mean_one_record_are_refused(editor: Any, drafts: list[Measurement]) -> None:
    row = lines(drafts)[0]
    content = as_file([row | {"note_fr": "x"}, row | {"ref": "", "note_fr": "y"}])
    first, second = outcomes(content, editor)
    assert (first.action, second.action) == ("changed", "refused")
    assert "row 2" in second.errors[0].message


def test_source_dated_anew_since_the_preview_refuses_the_figure_and_writes_nothing(
    editor: Any, drafts: list[Measurement]
) -> None:
    first, second = drafts[:2]
    # one on which nothing published rests: its date is still free
    first.source = Source.objects.create(
        code="rapport-neuf",
        kind="report",
        title="Rapport",
        date_on=date(2023, 1, 31),
        date_precision="day",
    )
    services.change_draft(first, by=editor)
    job = sent([row | {"note_fr": "Du fichier"} for row in lines([first, second])], editor)
    Source.objects.filter(pk=first.source_id).update(date_on=date(2021, 6, 30))
    with pytest.raises(ValidationError):
        jobs.apply(job, by=editor)
    job.refresh_from_db()
    assert (job.state, job.message != "") == ("checked", True)
    second.refresh_from_db()
    assert second.note == ""


def test_figure_changed_elsewhere_since_the_preview_is_held_to_all_rules(
    editor: Any, drafts: list[Measurement]
) -> None:
    moved, published = drafts[0], Measurement.objects.get(series__code=COUNT, state="published")
    row = lines([moved])[0] | {"series": "jobintech-trained"}
    job = sent([row], editor, ("ref", "series"))
    assert job.counts["changed"] == 1
    moved.supersedes, moved.reason_fr = published, "Mal lu"
    services.change_draft(moved, by=editor)
    with pytest.raises(ValidationError, match="Row 2"):
        jobs.apply(job, by=editor)
    moved.refresh_from_db()
    assert (moved.series.code, job.conflicts) == (COUNT, [])


def test_what_fails_may_be_applied_again(editor: Any, drafts: list[Measurement]) -> None:
    job = sent([lines(drafts)[0] | {"note_fr": "Du fichier"}], editor)
    Measurement.objects.filter(pk=drafts[0].pk).delete()
    with pytest.raises(PermissionDenied):
        jobs.apply(job, by=editor)
    job.refresh_from_db()
    assert job.state == "checked"
