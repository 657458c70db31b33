"""Loading the files that come with the tracker, through the same columns that staff use."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from programmes import country, languages, services
from programmes.models import (
    Agreement,
    Centre,
    ImportJob,
    Measurement,
    Milestone,
    MilestoneStatement,
    Programme,
    Reply,
    Site,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.spreadsheets.columns.doubts import Cause
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.writing.outcomes import DOUBTFUL, REFUSED, CellError

# in their name the files are loaded and published: no person stands behind them
OWN_ACCOUNTS = DATA_ACCOUNT, REVIEW_ACCOUNT = "reference-data", "reference-review"
FOLDER = settings.REFERENCE_DIR
# what is said of the sample's unusual figures: each was read in its source
CONFIRMED = "Vérifié dans la source citée."
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
    return _account(DATA_ACCOUNT)


def review_account() -> Any:
    """The account in whose name the sample is published: what one account entered, another publishes."""
    return _account(REVIEW_ACCOUNT)


def _account(name: str) -> Any:
    user, created = get_user_model().objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": True}
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
    with services.restated_together():
        _publish(folder)
    _name_the_site(folder)
    return counts


def _name_the_site(folder: Path) -> None:
    """Says who publishes the sample, where nobody has said so of the site."""
    if not Site.objects.exists():
        told = json.loads((folder / "site.json").read_text(encoding="utf-8"))
        site = Site(**told, country=Territory.objects.get(code=country.CODE))
        site.full_clean()
        site.save()


def _file_name(table: str) -> str:
    return table.replace("-", "_") + ".csv"


def _load(folder: Path, table: str) -> dict[str, int]:
    path = folder / _file_name(table)
    content = path.read_bytes()
    if content.count(b"\n") <= 1:  # a header and no row: nothing is known
        return {}
    user = data_account()
    # whoever publishes what is unusual says why it is right
    expected = {"confirmed": [Cause.UNUSUAL.value]}
    job = jobs.check(jobs.send(table, content, path.name, by=user, options=expected))
    if job.counts.get(REFUSED):
        refused = [row for chunk in job.chunks.filter(kind=REFUSED) for row in chunk.rows]
        raise FileRefusedError(
            table, [CellError(row, *error) for row, errors in refused for error in errors]
        )
    asked = [row for chunk in job.chunks.filter(kind=DOUBTFUL) for row in chunk.rows]
    if asked:
        raise FileRefusedError(
            table,
            [
                CellError(row, code, after, message)
                for row, doubts in asked
                for code, _before, after, _cause, message, _sent in doubts
            ],
        )
    applied = jobs.apply(job, by=user)
    if applied.state != ImportJob.State.APPLIED:
        raise FileRefusedError(table, [CellError(0, "", "", applied.message)])
    counts: dict[str, int] = job.counts
    job.delete()
    return counts


def _publish(folder: Path) -> None:
    """Shows what was announced; submits every draft, sets aside what the sample says, and publishes the rest in the
    order of the dates."""
    entered, reviewer = data_account(), review_account()
    for model in (Programme, Centre, Agreement, Milestone, Target):
        for record in model.objects.filter(is_public=False).order_by("pk"):
            # shown by now where another record that was shown rests on it
            if not model.objects.filter(pk=record.pk, is_public=True).exists():
                proposal = services.propose_showing(record, by=entered)
                services.publish(services.submit(proposal, by=entered), by=reviewer)
    with (folder / "set_aside.csv").open(encoding="utf-8-sig", newline="") as lines:
        reasons = {
            (line["table"], line["key"]): {
                code: line.get(f"reason_{code}") or "" for code in languages.CODES
            }
            for line in csv.DictReader(lines)
        }
    drafts: list[tuple[str, Any]] = [
        *(("target_revisions", row) for row in TargetRevision.objects.filter(state=State.DRAFT)),
        *(("measurements", row) for row in Measurement.objects.filter(state=State.DRAFT)),
        *(
            ("milestone_statements", row)
            for row in MilestoneStatement.objects.filter(state=State.DRAFT)
        ),
        *(("replies", row) for row in Reply.objects.filter(state=State.DRAFT)),
    ]
    for table, row in sorted(drafts, key=_told_on):
        row = services.submit(row, by=entered)
        reason = reasons.pop((table, _key(table, row)), None)
        if reason is None:
            services.publish(row, by=reviewer, confirmation=CONFIRMED)
        else:
            services.set_aside(row, by=reviewer, reason=reason)
    if reasons:
        raise FileRefusedError(
            "set_aside", [CellError(0, "key", ":".join(key), "no such row") for key in reasons]
        )


def _told_on(draft: tuple[str, Any]) -> date:
    """When it was said: what was said last is what changed last."""
    _table, row = draft
    if isinstance(row, Measurement):
        return row.as_of_on or date.min
    told = row.date.last if isinstance(row, Reply) else row.announced_on
    return told or date.min


def _key(table: str, row: Any) -> str:
    if table == "measurements":
        return f"{row.series.code}:{row.as_of.notation}:{row.source.code}"
    if isinstance(row, Reply):
        return row.code
    owner = row.target if table == "target_revisions" else row.milestone
    return f"{owner.code}:{row.number}"
