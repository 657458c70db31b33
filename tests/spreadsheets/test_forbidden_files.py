"""The road of files to what the public relies on: each column of each table becomes a proposal or is refused.

Tables and columns are read from the tables of spreadsheets: a new one is tried without a new test.
"""

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from programmes import access
from programmes.models import Amendment, ImportJob, State
from programmes.models.review import Reviewed
from programmes.models.sealed import KEPT, Sealed, SealedPart, part_name
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.sending.exporting import export_file
from tests import forged
from tests.sealed_rows import SEALED, a_reviewed, a_sealed, make_members, name_of, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
KEEPERS = ("editor", "administrator", "superuser")


@pytest.fixture(scope="module")
def members(sample: None, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return make_members()


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_no_file_changes_what_is_sealed_or_frozen(name: str, members: dict[str, Any]) -> None:
    table = TABLES[name]()
    row, record = row_of(table.model)
    before, proposed = stored(record), 0
    texts = {column.code: forged.cell(row, column) for column in relied_on(table)}
    assert texts
    cells = as_exported(table, row)
    for role, member in members.items():
        for codes in [*([code] for code in texts if role == "editor"), [*texts]]:
            # as in a request: who is assigned what is asked once
            with transaction.atomic(), access.remembering():
                job = sent(table, cells | {code: texts[code] for code in codes}, member)
                assert stored(record) == before, (role, codes)
                assert is_harmless(job, table, codes), (role, codes)
                proposed += Amendment.objects.open().count()
                transaction.set_rollback(True)
    assert (proposed > 0) is issubclass(table.model, Sealed | SealedPart)


def row_of(model: Any) -> tuple[Any, Any]:
    """A row of a table that nobody may change, and the record that it is, or is part of."""
    if issubclass(model, Sealed):
        row = record = a_sealed(model)
    elif issubclass(model, Reviewed):
        row = record = a_reviewed(model, State.PUBLISHED)
    else:
        owner = model._meta.get_field(model.owner_name).related_model
        record = (
            a_sealed(owner) if issubclass(owner, Sealed) else a_reviewed(owner, State.PUBLISHED)
        )
        row = model._base_manager.filter(**{model.owner_name: record}).order_by("pk").first()
    return row, record


def relied_on(table: TableResource) -> list[Column]:
    """The columns of a table that the public relies on: all of rows of review and of parts."""
    if not issubclass(table.model, Sealed):
        return table.columns
    names = {*SEALED[name_of(table.model)].split(), *KEPT}
    return [column for column in table.columns if column.declared in names]


def as_exported(table: TableResource, row: models.Model) -> dict[str, str]:
    """The cells of a row in a file, by their codes."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    file = export_file(table, table.complete(rows), kind="csv", headings="codes")
    (found,) = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    return found


def sent(table: TableResource, cells: dict[str, str], by: Any) -> ImportJob | None:
    """A file of one row, sent and applied. None where the person may send none."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, cells)
    writer.writeheader()
    writer.writerow(cells)
    try:
        job = jobs.check(jobs.send(table.name, out.getvalue().encode(), "sent.csv", by=by))
        return job if job.state == ImportJob.State.REFUSED else jobs.apply(job, by=by)
    except (PermissionDenied, ValidationError):
        return None


def is_harmless(job: ImportJob | None, table: TableResource, codes: list[str]) -> bool:
    """Whether a file was refused, changed nothing, proposed those columns, or made a row of another key."""
    if job is None or job.state != ImportJob.State.APPLIED:
        return True
    made = [*Amendment.objects.open()]
    if not made:
        written = job.counts["new"] + job.counts["changed"]
        return bool({*codes} & {*table.keys}) if written else True
    names = {part_name(table.model)} if issubclass(table.model, SealedPart) else set()
    names |= {table.fields[code].declared for code in codes}
    return [one.state for one in made] == ["draft"] and {*made[0].changes} <= names
