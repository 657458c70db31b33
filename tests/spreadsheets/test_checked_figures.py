"""What the check of figures accepts and refuses is what their model does."""

import csv
import io
import os
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import services
from programmes.calculations.dates import read_date
from programmes.models import Measurement, Series, Source
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.checking import SheetCheck
from programmes.spreadsheets.importing.writing.outcomes import Outcome
from programmes.spreadsheets.reading.sheets import open_sheet
from tests.benchmarks.figures import HEADER
from tests.conftest import make_member
from tests.spreadsheets.plans import each, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

CODES = (*HEADER, "reason_fr")
EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
SERIES = [
    "1337-workstations",
    "jobintech-insertion",
    "offshoring-jobs-2014-2018",
    "jobintech-trained",
    "none",
]
SOURCES = [
    "afroplanete-2023-12-1337",
    "le360-2024-05-jobintech",
    "article-digital-offshoring-fr",
    "none",
]
CELLS = {
    "ref": ["", "", "", "PUBLISHED", "DRAFT", "unknown"],
    "series": SERIES,
    "period_start": ["", "", "2014-01-01", "01/2014", "2030-01-01"],
    "as_of": ["2023", "2022", "2021-09", "2023-12-06", "2029", "2021-2022", "", "31/02/2020"],
    "value": ["", "5", "0", "-3", "1.234", "1 000,5", "x", "320"],
    "percent": ["", "", "73", "101", "56,3 %", "-1"],
    "numerator": ["", "", "3", "9"],
    "denominator": ["", "", "4", "0"],
    "qualifier": ["", "about", "environ", "maybe"],
    "source": SOURCES,
    "note_fr": ["", "Rentrée", "=1+1", "x" * 301],
    "supersedes": ["", "", "PUBLISHED"],
    "reason_fr": ["", "Mal lu", "=1"],
}
ROWS = st.lists(
    st.fixed_dictionaries({code: st.sampled_from(CELLS[code]) for code in CODES}),
    min_size=3,
    max_size=20,
)


@pytest.fixture
def editor() -> Any:
    """An editor with a draft on the series."""
    user = make_member("edith", "editor", "MA")
    draft = Measurement(
        series=Series.objects.get(code="1337-workstations"),
        value=310,
        source=Source.objects.get(code="afroplanete-2023-12-1337"),
    )
    draft.as_of_on, draft.as_of_precision = "2022-12-31", "year"
    draft.as_of_on = draft._meta.get_field("as_of_on").to_python(draft.as_of_on)
    services.record(draft, by=user)
    return user


def written(rows: list[dict[str, str]], columns: list[str]) -> bytes:
    """The rows as a CSV of those columns, with real references in the place of their names."""
    refs = {
        "PUBLISHED": Measurement.objects.get(
            series__code="1337-workstations", state="published"
        ).ref,
        "DRAFT": Measurement.objects.get(series__code="1337-workstations", state="draft").ref,
    }
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(columns)
    writer.writerows([[refs.get(row[code], row[code]) for code in columns] for row in rows])
    return out.getvalue().encode()


def outcomes(content: bytes, user: Any) -> list[Outcome]:
    table = TABLES["measurements"]()
    return list(each(SheetCheck(open_sheet(content, "x.csv", table), table, user).outcomes()))


@pytest.mark.long
@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_what_the_check_accepts_the_model_accepts(editor: Any, rows: list[dict[str, str]]) -> None:
    good = [
        row
        for number, row in enumerate(rows, start=2)
        if not any(
            error.row == number
            for error in make_plan(
                "measurements", written(rows, list(CODES)), "x.csv", by=editor
            ).errors
        )
    ]
    if not good:
        return
    job = jobs.check(jobs.send("measurements", written(good, list(CODES)), "x.csv", by=editor))
    if job.counts["refused"]:
        return
    job = jobs.apply(job, by=editor)
    made = [row for chunk in job.chunks.all() for row in chunk.rows]
    for row in Measurement.objects.filter(pk__in=[pk for _row, _key, pk, _before, _after in made]):
        row.full_clean()
        assert (row.state, row.changed_by) == ("draft", editor)
    jobs.undo(job, by=editor)


def test_percentage_above_a_hundred_is_refused_in_its_own_column(editor: Any) -> None:
    row = dict.fromkeys(CODES, "") | {
        "series": "jobintech-insertion",
        "as_of": "2023",
        "percent": "101",
        "source": "afroplanete-2023-12-1337",
    }
    content = written([row], list(CODES))
    [outcome] = outcomes(content, editor)
    [error] = outcome.errors
    assert (error.column, error.value) == ("percent", "101")


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_what_the_check_of_figures_refuses_full_clean_refuses(
    editor: Any, rows: list[dict[str, str]]
) -> None:
    table, read = TABLES["measurements"](), []

    class Both(type(table)):  # type: ignore[misc]
        def check(self, record: Any) -> None:
            by_model = by_check = ""
            try:
                TableResource.check(self, record)
            except ValidationError as error:
                by_model = {name: sorted(said) for name, said in error.message_dict.items()}
            try:
                super().check(record)
            except ValidationError as error:
                by_check = {name: sorted(said) for name, said in error.message_dict.items()}
                raise
            finally:
                read.append((by_model, by_check))

    both = Both()
    list(SheetCheck(open_sheet(written(rows, list(CODES)), "x.csv", both), both, editor).outcomes())
    assert [one for one, _other in read] == [other for _one, other in read]


def test_sentence_on_a_date_is_named_by_its_column(editor: Any) -> None:
    table = TABLES["measurements"]()
    row = Measurement(
        series=Series.objects.get(code="1337-workstations"),
        source=Source.objects.get(code="afroplanete-2023-12-1337"),
        entered_by=editor,
        value=1,
    )
    row.as_of = read_date("2029")
    for check in (table.check, partial(TableResource.check, table)):
        with pytest.raises(ValidationError) as refused:
            check(row)
        assert list(refused.value.message_dict) == ["as_of"]
