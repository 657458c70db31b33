"""Tables leave as CSV, XLSX and JSON, with the same cells whatever way they are read."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from programmes import services
from programmes.calculations.dates import PreciseDate, written_moment
from programmes.models import (
    Category,
    Measurement,
    MeasurementShare,
    Sector,
    Series,
    Source,
    Target,
    TargetRevision,
    Waypoint,
)
from programmes.spreadsheets.columns.query_rows import chunks, query_columns
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.titles import sheet_title
from programmes.spreadsheets.importing.sample import data_account
from programmes.spreadsheets.sending.exporting import (
    export_columns,
    export_file,
    export_stream,
)
from programmes.spreadsheets.sending.public_files.promises import StandingResource
from programmes.spreadsheets.sending.xlsx import DoesNotFitError
from tests.builders import make_evidence, make_source
from tests.spreadsheets.office import needs_libreoffice, saved_by_libreoffice
from tests.spreadsheets.plans import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def make_figure(code: str, **overrides: Any) -> Measurement:
    series = Series.objects.get(code=code)
    source = Source.objects.filter(date_precision="day").order_by("-date_on").first()
    values = {"as_of": PreciseDate.of_year(2022), "source": source} | overrides
    return services.record(Measurement(series=series, **values), by=data_account())


@pytest.fixture
def more() -> None:
    """Rows of the tables that the sample leaves empty, and figures with every kind of cell."""
    fraction = make_figure("jobintech-insertion", numerator=Decimal(73), denominator=Decimal(100))
    make_figure("1337-workstations", value=Decimal("-0.125") + 1, note_fr="=1+1")
    figure = Measurement.objects.get(series__code="1337-workstations", state="published")
    span = PreciseDate.of_span(date(2021, 1, 1), date(2021, 6, 30))
    make_figure(
        "1337-workstations", value=Decimal("0.5"), as_of=span, supersedes=figure, reason="=A1+1"
    )
    MeasurementShare.objects.create(
        measurement=fraction, category=Category.objects.all()[0], value=Decimal("1.5")
    )
    make_evidence(make_source("annexed"))
    source = fraction.source
    for target in (
        Target.objects.get(code="jobintech-15000"),
        Target.objects.filter(series__indicator__measure="ratio").first(),
    ):
        if target is None:
            continue
        revision = services.revise(
            TargetRevision(
                target=target,
                number=target.revisions.count() + 1,
                value=Decimal("0.8"),
                announced=source.date,
                source=source,
                reason="Avenant",
            ),
            by=data_account(),
        )
        Waypoint.objects.create(revision=revision, on=date(2025, 1, 1), value=Decimal("0.5"))


def cells_of(table: Any, rows: Any) -> Iterator[tuple[Any, ...]]:
    for chunk in chunks(table, rows, table.columns):
        yield from zip(*chunk, strict=True)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.slow
@pytest.mark.usefixtures("more")
@pytest.mark.parametrize("name", list(TABLES))
def test_cells_read_from_the_database_are_those_of_the_records(name: str) -> None:
    table = TABLES[name]()
    rows = table.queryset(data_account())
    assert rows.exists() or name == "replies"
    assert list(cells_of(table, rows)) == [
        tuple(table.export_field(column, row) for column in table.columns) for row in rows
    ]


def test_all_tables_but_targets_are_read_without_records() -> None:
    through_records = [
        name for name, table in TABLES.items() if query_columns(table(), table().columns) is None
    ]
    assert through_records == ["targets"]


def test_where_promises_stood_is_read_without_records_and_says_the_same() -> None:
    """As many rows as there are figures: through records a million of them took seven minutes instead of one."""
    table = StandingResource()
    columns = [table.fields[name] for name in table.get_export_order()]
    rows = table.rows(date(2026, 1, 31), None)
    assert query_columns(table, columns)
    # moments are written last: what was not known yet of them goes first
    cells = [
        tuple(written_moment(cell) if isinstance(cell, datetime) else cell for cell in row)
        for chunk in chunks(table, rows, columns)
        for row in zip(*chunk, strict=True)
    ]
    assert cells == [tuple(table.export_field(column, row) for column in columns) for row in rows]
    assert len(cells) > 50


@pytest.mark.parametrize("name", ["measurements", "centres"])
def test_export_reads_the_database_a_fixed_number_of_times(
    name: str, django_assert_num_queries: Any
) -> None:
    table = TABLES[name]()
    rows = table.queryset(data_account())
    many = sum(column.many for column in table.columns)
    for some in (rows[:1], rows):
        with django_assert_num_queries(1 + many):
            list(export_stream(table, some, kind="csv"))


def test_negative_number_is_plain_and_text_is_guarded() -> None:
    Sector.objects.create(code="horticulture", name_fr="=1+1", name_ar="البستنة", name_en="-x")
    table = TABLES["sectors"]()
    content = export_file(table, Sector.objects.filter(code="horticulture"), kind="csv")
    assert lines(content)[1][:4:2] == ["horticulture", "البستنة"]
    assert (lines(content)[1][1], lines(content)[1][3]) == ("'=1+1", "'-x")
    assert content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("value", "written"),
    [("15000", "15000"), ("0.5", "0.5"), ("1234.125", "1234.1250"), ("-3", "-3"), ("0", "0")],
)
def test_numbers_in_csv_are_read_one_way_only(value: str, written: str) -> None:
    row = make_figure("1337-workstations", value=Decimal(5))
    Measurement.objects.filter(pk=row.pk).update(value=Decimal(value))
    table = TABLES["measurements"]()
    content = export_file(
        table, Measurement.objects.filter(pk=row.pk), kind="csv", headings="codes"
    )
    assert dict(zip(*lines(content), strict=True))["value"] == written


def test_xlsx_holds_dates_and_numbers_as_such_and_formulas_as_text() -> None:
    row = make_figure(
        "1337-workstations",
        value=Decimal("1234.125"),
        note_fr="=1+1",
        as_of=PreciseDate.of_day(date(2022, 2, 17)),
    )
    table = TABLES["measurements"]()
    content = export_file(
        table, Measurement.objects.filter(pk=row.pk), kind="xlsx", headings="codes"
    )
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    found = {page.cell(1, n).value: page.cell(2, n) for n in range(1, page.max_column + 1)}
    assert (found["value"].value, found["value"].data_type) == (1234.125, "n")
    assert (found["as_of"].value.date(), found["as_of"].is_date) == (date(2022, 2, 17), True)
    assert (found["note_fr"].value, found["note_fr"].data_type) == ("'=1+1", "s")
    assert found["percent"].value is None
    assert page.freeze_panes == "A2"


def test_xlsx_opens_in_calamine_with_the_same_cells() -> None:
    table = TABLES["centres"]()
    rows = table.queryset(data_account())
    content = export_file(table, rows, kind="xlsx", headings="codes")
    found = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert found[0] == [column.code for column in table.columns]
    assert [row[0] for row in found[1:]] == [row.code for row in rows]


def test_xlsx_in_arabic_runs_from_right_to_left() -> None:
    table = TABLES["sectors"]()
    with translation.override("ar"):
        content = export_file(table, table.queryset(data_account()), kind="xlsx")
    assert openpyxl.load_workbook(io.BytesIO(content)).active.sheet_view.rightToLeft is True


def test_xlsx_without_rows_has_its_header() -> None:
    table = TABLES["sectors"]()
    content = export_file(table, Sector.objects.none(), kind="xlsx", headings="codes")
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in page[1]] == [column.code for column in table.columns]
    assert page.cell(2, 1).value is None


def test_text_longer_than_a_cell_is_refused_before_anything_is_sent() -> None:
    table = TABLES["programmes"]()
    rows = table.queryset(data_account())
    rows.model.objects.filter(pk=rows[0].pk).update(summary_fr="x" * 32_768)
    with pytest.raises(DoesNotFitError, match="32"):
        export_stream(table, rows, kind="xlsx")
    assert b"x" * 32_768 in export_file(table, rows, kind="csv")


def test_json_holds_numbers_lists_and_nothing_as_such() -> None:
    row = make_figure("jobintech-insertion", value=Decimal("0.73"))
    table = TABLES["measurements"]()
    found = json.loads(
        b"".join(export_stream(table, Measurement.objects.filter(pk=row.pk), kind="json"))
    )
    assert found == [
        {
            "ref": row.ref,
            "series": "jobintech-insertion",
            "period_start": None,
            "as_of": "2022",
            "value": None,
            "percent": 73,
            "numerator": None,
            "denominator": None,
            "qualifier": "exactly",
            "source": row.source.code,
            "note_fr": None,
            "note_ar": None,
            "note_en": None,
            "supersedes": None,
            "reason_fr": None,
            "reason_ar": None,
            "reason_en": None,
            "state": "draft",
        }
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("more")
@pytest.mark.parametrize("name", list(TABLES))
def test_json_of_every_table_has_every_row(name: str) -> None:
    table = TABLES[name]()
    rows = table.queryset(data_account())
    found = json.loads(export_file(table, rows, kind="json"))
    assert len(found) == rows.count()
    assert all(list(row) == [column.code for column in table.columns] for row in found)
    lists = {
        column.code for column in table.columns if column.many or column.code == "other_spellings"
    }
    assert all(isinstance(row[code], list) for row in found for code in lists)


def test_one_language_leaves_the_others_out() -> None:
    table = TABLES["sectors"]()
    assert [column.code for column in export_columns(table, "ar")] == [
        "code",
        "name_ar",
        "is_public",
    ]
    content = export_file(
        table, table.queryset(data_account()), kind="csv", headings="codes", languages="ar"
    )
    plan = make_plan("sectors", content, "sectors.csv", by=data_account())
    assert (plan.errors, plan.counts["unchanged"]) == ([], Sector.objects.count())


def test_headings_are_in_the_language_in_which_the_export_was_asked_for() -> None:
    table = TABLES["sectors"]()
    with translation.override("fr"):
        stream = export_stream(table, Sector.objects.none(), kind="csv")
        expected = [str(column.label) for column in table.columns]
    with translation.override("en"):
        assert lines(b"".join(stream))[0] == expected


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("name", list(TABLES))
def test_headings_of_a_table_differ(name: str, language: str) -> None:
    with translation.override(language):
        labels = [str(column.label) for column in TABLES[name]().columns]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a/b: [c]?", "a b c"),
        ("x" * 40, "x" * 31),
        ("", "-"),
        ("'quoted'", "quoted"),
        ("taken", "taken 2"),
        ("y" * 31, "y" * 29 + " 2"),
    ],
)
def test_title_of_a_sheet_is_one_that_it_may_bear(text: str, title: str) -> None:
    assert sheet_title(text, ["Taken", "y" * 31]) == title


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_opens_and_saves_an_export(tmp_path: Path) -> None:
    user, table = data_account(), TABLES["measurements"]()
    rows = table.queryset(user)
    with translation.override("ar"):
        content = export_file(table, rows, kind="xlsx")
    saved = saved_by_libreoffice(tmp_path, ("measurements.xlsx", content))
    plan = make_plan("measurements", saved["measurements.xlsx"], "x.xlsx", by=user)
    assert plan.errors == []
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": rows.count(), "refused": 0}
