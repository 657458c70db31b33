"""Open data on the sample: its files explain one another, and the dictionary explains them."""

import csv
import io

import openpyxl
import pytest
from django.test import Client

from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.sending.public_files.published import public_columns, public_tables
from tests.public.test_data import fetch, rows
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.mark.long
def test_every_code_in_a_file_stands_in_another():
    tables = {table.name: (table, rows(table.name, "?languages=all")) for table in public_tables()}
    by_model = {
        table.model: {row["code"] for row in found if "code" in row}
        for table, found in tables.values()
    }
    unknown = []
    for table, found in tables.values():
        for column in public_columns(table):
            model = getattr(column.widget, "model", None)
            if model is None or column.widget.key != "code":
                continue
            for row in found:
                cell = row[column.code]
                several = cell if isinstance(cell, list) else [cell] if cell else []
                unknown += [
                    (table.name, column.code, code)
                    for code in several
                    if code not in by_model[model]
                ]
    assert unknown == []


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(["ar", "fr", "en"]))
def test_headers_of_files_are_those_of_the_dictionary(language):
    page = Client().get(f"/{language}/data/").content.decode()
    for name in TABLES:
        plain = csv.reader(io.StringIO(fetch(f"data/{name}.csv", language).decode("utf-8-sig")))
        book = openpyxl.load_workbook(io.BytesIO(fetch(f"data/{name}.xlsx", language)))
        headers = next(plain)
        assert [cell.value for cell in book.active[1]] == headers
        coded = fetch(f"data/{name}.csv?languages=all", language).decode("utf-8-sig")
        for code in next(csv.reader(io.StringIO(coded))):
            assert f'<bdi class="code">{code}</bdi>' in page
        assert bool(book.active.sheet_view.rightToLeft) is (language == "ar")
