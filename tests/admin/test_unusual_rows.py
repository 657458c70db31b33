"""The preview of a file asks about what is unusual of each row; ticked, it comes in as a draft."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from programmes.models import ImportJob, Measurement, Source, TargetRevision
from programmes.spreadsheets.importing import jobs
from tests import builders as public
from tests.admin.conftest import confirm, signed_in
from tests.conftest import make_member

PLAIN = {"\xa0": " ", "\u202f": " "}
FIGURES = "ref,series,as_of,value,source\n"


@pytest.fixture
def sender(places: Any) -> Any:
    return make_member("samir", "editor", "MA")


@pytest.fixture
def series(places: Any) -> Any:
    series = public.make_series("total", territory=places["MA-ERR"])
    public.make_target("total", series=series, value=15000, due="2026-12-31")
    public.make_measurement(series, "2023-12-31", 900)
    public.make_measurement(series, "2025-06-30", 1000)
    public.make_source("report", date=public.day("2026-01-01"))
    return series


def rows_of(by: Any, table: str, text: str) -> tuple[ImportJob, dict[int, str]]:
    """A file sent, and what its preview says is unusual, by row."""
    with translation.override("en"):
        job = jobs.check(jobs.send(table, text.encode(), "sent.csv", by=by))
    model = {"measurements": "measurement", "target-revisions": "targetrevision"}.get(
        table, table.removesuffix("s")
    )
    address = reverse(f"admin:programmes_{model}_import_job", args=[job.pk])
    page = signed_in(by).get(address.replace("/fr/", "/en/", 1))
    assert page.status_code == 200
    assert job.counts.get("refused", 0) == 0, [chunk.rows for chunk in job.chunks.all()]
    told = {}
    for kind in ("new", "changed"):
        for row in page.context[kind].object_list if page.context[kind] else ():
            told[int(row["row"])] = ""
    for row in page.context["doubtful"].object_list if page.context["doubtful"] else ():
        [doubt] = row["doubts"]
        assert doubt["message"] in page.content.decode()
        told[row["number"]] = doubt["message"].translate(str.maketrans(PLAIN))
    return job, told


def test_unusual_new_figures_are_told_and_let_in_as_drafts(
    sender: Any, series: Any, reviewer: Any
) -> None:
    text = (
        f"{FIGURES},total,2025-09-30,1490000,report\n"
        ",total,2024-06-30,950,report\n"
        ",total,2024-09-30,1100,report\n"
    )
    job, told = rows_of(sender, "measurements", text)
    assert told == {
        2: "1,490,000 is ten times the value before it, or more: 1,000 on 30/06/2025."
        " 1,490,000 is more than what was promised: 15,000.",
        3: "",
        4: "The value after it, 1,000 on 30/06/2025, is less than 1,100, though a running total does not fall.",
    }
    assert job.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0, "doubtful": 2}
    job = jobs.check(jobs.confirm(job, ["unusual"], by=job.owner))
    assert jobs.apply(job, by=sender).state == ImportJob.State.APPLIED
    row = Measurement.objects.get(value=1100)
    assert row.state == "draft"
    words = {"looked": "on", "confirmation": "Recompté"}
    confirm(sender, "measurement", "submit_rows", row)
    assert Measurement.objects.get(pk=row.pk).state == "draft", "without a tick and a word"
    confirm(sender, "measurement", "submit_rows", row, looked="on", confirmation="Compté deux fois")
    assert row.events.get(to_state="submitted").note == "Compté deux fois"
    confirm(reviewer, "measurement", "publish_rows", row)
    assert Measurement.objects.get(pk=row.pk).state == "submitted", "without a tick and a word"
    confirm(reviewer, "measurement", "publish_rows", row, **words)
    row.refresh_from_db()
    assert (row.state, row.confirmation) == ("published", "Recompté")


def test_unusual_change_of_a_draft_is_told(sender: Any, series: Any) -> None:
    report = Source.objects.get(code="report")
    draft = public.make_measurement(series, "2025-09-30", 1200, source=report, draft=True)
    _job, told = rows_of(sender, "measurements", f"ref,value\n{draft.ref},12\n")
    assert told == {
        2: "12 is a tenth of the value before it, or less: 1,000 on 30/06/2025."
        " 12 is less than 1,000 on 30/06/2025, though a running total does not fall."
    }


def test_unusual_announcement_is_told(sender: Any, series: Any) -> None:
    text = (
        "target,number,value,due,announced,source,reason_fr\n"
        "total,2,150000,2026-12-31,2025-01-01,report,Doublé\n"
    )
    _job, told = rows_of(sender, "target-revisions", text)
    assert told == {2: "150,000 is ten times the value before it, or more: 15,000 on 01/01/2021."}
    assert TargetRevision.objects.count() == 1


def test_first_announcement_below_zero_is_told(sender: Any, series: Any) -> None:
    text = "code,series,value,due,announced,source\nother,total,-5,2026-12-31,2025-01-01,report\n"
    _job, told = rows_of(sender, "targets", text)
    assert told == {2: "-5 is below zero."}


def test_table_without_figures_tells_nothing(sender: Any, series: Any) -> None:
    _job, told = rows_of(sender, "centres", "code,kind,name_fr,territory\na,school,A,MA-ERR\n")
    assert told == {2: ""}
