"""Loading the files that come with the tracker, through the same columns that staff use."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from programmes import services
from programmes.models import Measurement, MilestoneStatement, State, TargetRevision
from programmes.spreadsheets import jobs
from programmes.spreadsheets.outcomes import REFUSED, CellError
from programmes.spreadsheets.tables import TABLES

FOLDER = Path(__file__).resolve().parent.parent / "reference"
REFERENCE_TABLES = ("territories", "dimensions", "categories")


class FileRefusedError(Exception):
    """A file of the tracker's own that its columns refuse."""

    def __init__(self, table: str, errors: list[CellError]) -> None:
        lines = [
            f"{table}, row {e.row}, {e.column or '-'}: {e.value!r}: {e.message}" for e in errors
        ]
        super().__init__("\n".join(lines))


def data_account() -> Any:
    """The account in whose name the files are loaded. It has no password: nobody signs in with it."""
    user, created = get_user_model().objects.get_or_create(
        username="reference-data", defaults={"is_staff": True, "is_superuser": True}
    )
    if created:
        user.set_unusable_password()
        user.save()
    return user


@transaction.atomic
def load_reference() -> dict[str, dict[str, int]]:
    """Loads or updates the territories and the dimensions. Returns the counts of each table."""
    return {table: _load(FOLDER, table) for table in REFERENCE_TABLES}


@transaction.atomic
def load_sample() -> dict[str, dict[str, int]]:
    """Loads the sample dataset and publishes it. Returns the counts of each table."""
    folder = FOLDER / "sample"
    counts = {
        table: _load(folder, table)
        for table in TABLES
        if table not in REFERENCE_TABLES and (folder / _file_name(table)).exists()
    }
    _publish(folder)
    return counts


def _file_name(table: str) -> str:
    return table.replace("-", "_") + ".csv"


def _load(folder: Path, table: str) -> dict[str, int]:
    path = folder / _file_name(table)
    content = path.read_bytes()
    if content.count(b"\n") <= 1:  # a header and no row: nothing is known
        return {}
    user = data_account()
    job = jobs.check(jobs.send(table, content, path.name, by=user))
    if job.counts[REFUSED]:
        refused = [row for chunk in job.chunks.filter(kind=REFUSED) for row in chunk.rows]
        raise FileRefusedError(
            table, [CellError(row, *error) for row, errors in refused for error in errors]
        )
    jobs.apply(job, by=user)
    counts = job.counts
    job.delete()
    return counts


def _publish(folder: Path) -> None:
    """Submits every draft, sets aside what the sample says, and publishes the rest in the order of the dates."""
    user = data_account()
    with (folder / "set_aside.csv").open(encoding="utf-8-sig", newline="") as lines:
        reasons = {
            (line["table"], line["key"]): line["reason_fr"] for line in csv.DictReader(lines)
        }
    drafts: list[tuple[str, Any]] = [
        *(("target_revisions", row) for row in TargetRevision.objects.filter(state=State.DRAFT)),
        *(("measurements", row) for row in Measurement.objects.filter(state=State.DRAFT)),
        *(
            ("milestone_statements", row)
            for row in MilestoneStatement.objects.filter(state=State.DRAFT)
        ),
    ]
    for table, row in sorted(drafts, key=_told_on):
        services.submit(row, by=user)
        reason = reasons.pop((table, _key(table, row)), None)
        if reason is None:
            services.publish(row, by=user)
        else:
            services.set_aside(row, by=user, reason=reason)
    if reasons:
        raise FileRefusedError(
            "set_aside", [CellError(0, "key", ":".join(key), "no such row") for key in reasons]
        )


def _told_on(draft: tuple[str, Any]) -> date:
    """When it was said: what was said last is what changed last."""
    _table, row = draft
    told = row.as_of_on if isinstance(row, Measurement) else row.announced_on
    return told or date.min


def _key(table: str, row: Any) -> str:
    if table == "measurements":
        return f"{row.series.code}:{row.as_of.notation}:{row.source.code}"
    owner = row.target if table == "target_revisions" else row.milestone
    return f"{owner.code}:{row.number}"
