"""Sending tables out, as CSV or XLSX."""

import io
from datetime import date
from typing import Any

import tablib
from django.db import models
from import_export.formats.base_formats import CSV, XLSX

from programmes.spreadsheets.cells import guarded
from programmes.spreadsheets.resource import TableResource

FORMATS = {"csv": CSV, "xlsx": XLSX}


def dataset(
    table: TableResource, rows: models.QuerySet, *, headings: str = "labels"
) -> tablib.Dataset:
    """The rows of a table under its columns. `headings`: `labels` in the reader's language, or `codes`."""
    data = table.export(rows)
    data.headers = [
        column.code if headings == "codes" else str(column.label) for column in table.columns
    ]
    return data


def export_file(
    table: TableResource, rows: models.QuerySet, *, kind: str, headings: str = "labels"
) -> bytes:
    """A file of the rows: `csv` (UTF-8 with a mark, so that Excel shows Arabic) or `xlsx`."""
    data = dataset(table, rows, headings=headings)
    if kind == "csv":
        plain = tablib.Dataset(
            *[[_csv_cell(cell) for cell in row] for row in data],
            headers=[str(h) for h in data.headers],
        )
        return b"\xef\xbb\xbf" + CSV().export_data(plain).encode()
    guarded_rows = tablib.Dataset(
        *[[guarded(cell) for cell in row] for row in data], headers=data.headers
    )
    content = XLSX().export_data(guarded_rows)
    return content if isinstance(content, bytes) else io.BytesIO(content).getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return guarded("" if value is None else value)
