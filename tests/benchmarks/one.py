"""One measured run in a process of its own: `python -m tests.benchmarks.one CASE WAY ROWS`.

Prints the rows a second and the peak of memory above idle, as JSON. The database is the one of DATABASE_URL; its
figures are thrown away.
"""

import csv
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

import tablib  # noqa: E402 - after Django is ready
import xlsxwriter  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone, translation  # noqa: E402
from import_export import fields, resources, widgets  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from programmes.models import ImportJob, Measurement, ReviewEvent, Series, Source  # noqa: E402
from programmes.models.guards import guards_lifted  # noqa: E402
from programmes.models.measurement import new_reference  # noqa: E402
from programmes.spreadsheets.columns.tables import TABLES  # noqa: E402
from programmes.spreadsheets.columns.values import guarded  # noqa: E402
from programmes.spreadsheets.importing import jobs  # noqa: E402
from programmes.spreadsheets.importing.writing.drafts import update_rows  # noqa: E402
from programmes.spreadsheets.sending.exporting import export_stream  # noqa: E402
from tests.benchmarks.figures import (  # noqa: E402
    ENTERED,
    HEADER,
    SET,
    as_xlsx,
    insert,
    make_base,
    make_drafts,
    rows,
)
from tests.benchmarks.publishing import PUBLISHING, reviewer, submitted  # noqa: E402

VALUES = (
    "ref",
    "series__code",
    "period_start",
    "as_of_on",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source__code",
    "note_fr",
    "supersedes__ref",
    "state",
)


class StockResource(resources.ModelResource):
    """What import-export does when its documentation is followed."""

    series = fields.Field("series", "series", widgets.ForeignKeyWidget(Series, "code"))
    source = fields.Field("source", "source", widgets.ForeignKeyWidget(Source, "code"))

    class Meta:
        model = Measurement
        import_id_fields = ("ref",)
        fields = (
            "ref",
            "series",
            "as_of_on",
            "as_of_precision",
            "value",
            "qualifier",
            "source",
            "note_fr",
        )
        skip_unchanged = True
        report_skipped = False


def measured(count: int, work: Callable[[], Any]) -> dict[str, float]:
    """The rate and the peak of memory above what the process held before."""
    Path("/proc/self/clear_refs").write_text("5")
    idle = _peak()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return {"rate": count / seconds, "peak_mb": max(0.0, _peak() - idle)}


def _peak() -> float:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    return int(line.split()[1]) / 1024


def sheet(count: int, *, shift: int = 0, refs: list[str] | None = None) -> bytes:
    """The rows as a workbook, with the references of stored ones where given."""
    lines = rows(count, shift=shift)
    if refs is not None:
        lines = ((ref, *line[1:]) for ref, line in zip(refs, lines, strict=True))
    return as_xlsx(HEADER, lines)


def stock_dataset(count: int, *, shift: int = 0, refs: list[str] | None = None) -> bytes:
    """The same rows as a file that the stock resource understands."""
    header = (
        "ref",
        "series",
        "as_of_on",
        "as_of_precision",
        "value",
        "qualifier",
        "source",
        "note_fr",
    )
    lines = (
        (
            refs[number] if refs else new_reference(),
            line[1],
            line[3],
            "day",
            line[4] if line[5] is None else line[5] / 100,
            line[8],
            line[9],
            line[10],
        )
        for number, line in enumerate(rows(count, shift=shift))
    )
    return as_xlsx(header, lines)


def import_ours(content: bytes, user: Any) -> None:
    """A file sent, checked and applied."""
    job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
    assert not job.counts["refused"]
    jobs.apply(job, by=user)


def import_stock(content: bytes, user: Any) -> None:
    """A preview, then the import."""
    for dry_run in (True, False):
        dataset = tablib.Dataset().load(content, "xlsx")
        result = StockResource().import_data(dataset, dry_run=dry_run, raise_errors=True)
        assert not result.has_errors()


def import_floor(content: bytes, user: Any, *, changed: bool = False) -> None:
    """Reading and writing alone: no check, no preview, the same indexed table."""
    series = dict(Series.objects.values_list("code", "pk"))
    sources = dict(Source.objects.values_list("code", "pk"))
    keys = dict(Measurement.objects.values_list("ref", "pk")) if changed else {}
    now, found = timezone.now(), []
    lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
    next(iter(lines))
    for line in lines:
        amount = line[4] if line[4] != "" else float(line[5]) / 100
        row = (
            series[line[1]],
            None,
            line[3],
            "day",
            None,
            amount,
            None,
            None,
            line[8],
            sources[line[9]],
            line[10],
            line[10],
            None,
            "",
        )
        if changed:
            found.append((*row, user.pk, now, keys[line[0]]))
        else:
            found.append((*row, new_reference(), "draft", "", user.pk, user.pk, now, now))
    with transaction.atomic():
        if changed:
            names = (*SET, "changed_by_id", "changed_at")
            rows_of = (Measurement(**dict(zip((*names, "id"), one, strict=True))) for one in found)
            update_rows(Measurement, list(rows_of))
        else:
            insert(found, (*SET, *ENTERED))


def read_floor(content: bytes, user: Any) -> None:
    """Reading alone."""
    for _line in (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
    ):
        pass


def export_ours(kind: str, user: Any) -> None:
    """The stream of a list, thrown away."""
    table = TABLES["measurements"]()
    for _piece in export_stream(table, table.queryset(user), kind=kind):
        pass


def export_stock(kind: str) -> None:
    """The dataset of import-export, in the format."""
    dataset = StockResource().export(Measurement.objects.order_by("pk"))
    assert dataset.export(kind)


def export_floor(kind: str) -> None:
    """Values straight from the database into the writer."""
    found = Measurement.objects.order_by("pk").values_list(*VALUES).iterator(chunk_size=2000)
    with tempfile.TemporaryFile("w+" if kind == "csv" else "w+b") as out:
        if kind == "csv":
            csv.writer(out).writerows([guarded(cell) for cell in line] for line in found)
            return
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
        page = book.add_worksheet()
        for number, line in enumerate(found):
            page.write_row(
                number, 0, [str(cell) if hasattr(cell, "year") else cell for cell in line]
            )
        book.close()


def prepare(case: str, count: int) -> Any:
    """A database without figures, or with those that the case starts from. Returns the user."""
    user = get_user_model().objects.filter(username="bench").first() or make_base()
    ImportJob.objects.all().delete()
    with connection.cursor() as cursor:
        # not through the models, which would look at each row
        tables = (ReviewEvent._meta.db_table, Measurement._meta.db_table)
        with guards_lifted("figures of the run before"):
            for table in tables:
                whole = f"TRUNCATE {table} CASCADE"
                cursor.execute(
                    whole if connection.vendor == "postgresql" else f"DELETE FROM {table}"
                )
    if case not in ("import-new", "publish"):
        make_drafts(count, user)
    return user


def run(case: str, way: str, count: int) -> dict[str, float]:
    """Measures one way of one case."""
    user = prepare(case, count)
    if case.startswith("export-"):
        kind = case.removeprefix("export-")
        work = {
            "ours": lambda: export_ours(kind, user),
            "stock": lambda: export_stock(kind),
            "floor": lambda: export_floor(kind),
        }[way]
        return measured(count, work)
    if case == "publish":
        waiting, by = submitted(user), reviewer()
        return measured(len(waiting), lambda: PUBLISHING[way](waiting, by))
    refs = None
    if case != "import-new":
        refs = list(Measurement.objects.order_by("pk").values_list("ref", flat=True))
    shift = 1 if case == "import-changed" else 0
    if way == "stock":
        content = stock_dataset(count, shift=shift, refs=refs)
        return measured(count, lambda: import_stock(content, user))
    content = sheet(count, shift=shift, refs=refs)
    if way == "ours":
        return measured(count, lambda: import_ours(content, user))
    if case == "import-same":
        return measured(count, lambda: read_floor(content, user))
    return measured(count, lambda: import_floor(content, user, changed=case == "import-changed"))


if __name__ == "__main__":
    with translation.override("fr"):
        print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
