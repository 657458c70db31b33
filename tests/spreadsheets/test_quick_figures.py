"""The quick way of checking figures comes to the same outcomes as the slow one, and accepts nothing a model refuses."""

import csv
import io
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import services
from programmes.models import Measurement, Series, Source
from programmes.spreadsheets import jobs
from programmes.spreadsheets.checking import Check
from programmes.spreadsheets.outcomes import Outcome
from programmes.spreadsheets.quick_figures import QuickCheck
from programmes.spreadsheets.reading import open_sheet
from programmes.spreadsheets.tables import TABLES
from tests.benchmarks.figures import HEADER as CODES
from tests.conftest import make_member
from tests.spreadsheets.plans import each, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

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
    "note": ["", "Rentrée", "=1+1", "x" * 301],
    "supersedes": ["", "", "PUBLISHED"],
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


def outcomes(check: Any, content: bytes, user: Any) -> list[Outcome]:
    table = TABLES["measurements"]()
    return list(each(check(open_sheet(content, "x.csv", table), table, user).outcomes()))


def shown(outcome: Outcome) -> tuple[Any, ...]:
    by_column: dict[tuple[str, str], list[str]] = {}
    for error in outcome.errors:
        by_column.setdefault((error.column, error.value), []).append(str(error.message))
    errors = {place: " ".join(sorted(sentences)) for place, sentences in by_column.items()}
    return (outcome.row, outcome.action, outcome.pk, outcome.before, outcome.after, errors)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS, columns=st.permutations(CODES), left_out=st.integers(0, 4))
def test_quick_check_equals_the_slow_one(
    editor: Any, rows: list[dict[str, str]], columns: list[str], left_out: int
) -> None:
    content = written(rows, columns[: len(columns) - left_out])
    quick, slow = outcomes(QuickCheck, content, editor), outcomes(Check, content, editor)
    assert [shown(outcome) for outcome in quick] == [shown(outcome) for outcome in slow]


@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_what_the_quick_check_accepts_the_model_accepts(
    editor: Any, rows: list[dict[str, str]]
) -> None:
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
    for check in (QuickCheck, Check):
        [outcome] = outcomes(check, content, editor)
        [error] = outcome.errors
        assert (error.column, error.value) == ("percent", "101")
