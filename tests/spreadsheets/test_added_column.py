"""Adding a column to figures takes a model, a migration, a line of columns and its words: tried on a copy."""

from pathlib import Path

import pytest

from tests.scratch import add_before, make_copy, run_in

pytestmark = pytest.mark.long

MODEL = "    note = models.CharField(\n"
COLUMN = "    supersedes = Column("
USED = """
import django
django.setup()
from django.contrib.auth import get_user_model
from programmes.models import Measurement
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.sending.exporting import export_file
from tests.benchmarks.figures import make_base

user = make_base(series=10)
table = TABLES["measurements"]()

def sent(text):
    job = jobs.check(jobs.send("measurements", text.encode(), "x.csv", by=user))
    assert not job.counts["refused"], [chunk.rows for chunk in job.chunks.all()]
    return job

# new, by COPY's way; changed; the same again; out, and back
job = sent("series,as_of,value,source,sample size\\nserie-00001,2024,5,source-1,120\\n")
assert jobs.apply(job, by=user).state == "applied"
row = Measurement.objects.get()
assert row.sample_size == 120
job = sent(f"ref,sample_size\\n{row.ref},130\\n")
assert job.counts["changed"] == 1
jobs.apply(job, by=user)
row.refresh_from_db()
assert row.sample_size == 130
for kind in ("csv", "xlsx", "json"):
    content = export_file(table, Measurement.objects.all(), kind=kind, headings="labels")
    again = jobs.check(jobs.send("measurements", content, f"x.{kind}", by=user))
    assert again.counts["unchanged"] == 1, again.counts
jobs.undo(job, by=user)
row.refresh_from_db()
assert row.sample_size == 120
print("done")
"""


def test_a_column_of_figures_is_added_in_one_place_each(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    add_before(
        copy / "programmes/models/measurement.py",
        MODEL,
        '    sample_size = models.PositiveIntegerField(_("sample size"), null=True, blank=True)\n',
    )
    add_before(
        copy / "programmes/spreadsheets/columns/tables/figures.py",
        COLUMN,
        '    sample_size = Column("sample_size", _("sample size"), IntegerCell())\n',
    )
    run_in(copy, "manage.py", "makemigrations", "programmes", "--name", "sample_size", "-v0")
    run_in(copy, "manage.py", "migrate", "-v0")
    assert run_in(copy, "-c", USED).strip() == "done"
