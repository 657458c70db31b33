"""Giving the columns of a sent file their meaning, and remembering it for the next file of the same shape."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from programmes.calculations.dates import DateError, read_date
from programmes.models import ColumnMapping, ImportJob
from programmes.models.names import fold_header
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.values import as_text, is_empty
from programmes.spreadsheets.importing.job_states import State, empty_job, locked
from programmes.spreadsheets.reading.headers import Row, find_header, header_names, letter_of
from programmes.spreadsheets.reading.limits import UnreadableFileError
from programmes.spreadsheets.reading.mapping import (
    TURNED,
    SheetMapping,
    check_mapping,
    header_digest,
    header_texts,
    meanings,
    read_top,
)
from programmes.spreadsheets.reading.sent_files import options_of, sent_content
from programmes.spreadsheets.reading.sheets import sheets_of

# of those that a person keeps for a table, the latest are looked through
LOOKED_THROUGH = 50
# the first rows of a sheet that are shown, and so much of each of their cells
MOST_ROWS, MOST_SIGNS = 25, 120


def look(job: ImportJob, sheet: str) -> None:
    """Keeps the first rows of a sheet of a job's file as a person sees them, and the names of its sheets.

    `sheet`: its name; empty: the first one that is shown. What cannot be read is told in their place.
    """
    content = sent_content(job)
    try:
        options = replace(options_of(job), sheet=sheet)
        found, rows = read_top(content, job.file_name, options, MOST_ROWS)
        top: dict[str, Any] = {
            "sheet": found.detected.get("sheet", ""),
            "asked": sheet,
            "sheets": sheets_of(content),
            "first_column": found.first_column,
            "rows": [
                [number, [as_text(cell)[:MOST_SIGNS] for cell in cells]] for number, cells in rows
            ],
        }
    except UnreadableFileError as error:
        tell_unread(job, sheet, str(error))
    else:
        _keep_top(job, top)


def tell_unread(job: ImportJob, sheet: str, message: str) -> None:
    """Keeps a sentence in place of the first rows of a sheet that could not be read."""
    top = {
        "sheet": sheet,
        "asked": sheet,
        "message": message,
        "rows": [],
        "sheets": job.detected.get("top", {}).get("sheets", []),
        "first_column": 0,
    }
    _keep_top(job, top)


def _keep_top(job: ImportJob, top: dict[str, Any]) -> None:
    with transaction.atomic():
        stored = locked(job)
        stored.detected["top"] = top
        stored.save(update_fields=["detected"])
    job.detected = stored.detected


def rows_of_top(job: ImportJob) -> list[Row]:
    """The first rows that were kept of a job's file."""
    return [(number, cells) for number, cells in job.detected["top"]["rows"]]


def suggested_mapping(
    job: ImportJob, rows: list[Row], header_rows: tuple[int, ...], table: TableResource
) -> SheetMapping:
    """What the columns seem to mean by their headers: names of columns, and dates that are columns.

    Columns of dates are turned into rows, of values.
    """
    top = job.detected["top"]
    names = header_names([*table.parts, *table.columns])
    width = max((len(cells) for _number, cells in rows), default=0)
    texts = header_texts(rows, header_rows, width)
    known = meanings(table)
    held = "value" if "value" in known else ""
    date = next((code for code in ("as_of", "date") if code in known), "")
    columns: dict[str, str] = {}
    says = [""] * len(header_rows)
    for place in range(width):
        letter = letter_of((top["first_column"] or 0) + place)
        for line, text in enumerate(said[place] if place < len(said) else "" for said in texts):
            column = names.get(fold_header(text)) if text else None
            if column is not None and column.code in known and column.code not in columns.values():
                columns[letter] = column.code
            elif held and date and _is_date(text):
                columns[letter], says[line] = f"{TURNED}{held}", date
    return SheetMapping(top["sheet"], header_rows, columns, tuple(says))


def likely_header(rows: list[Row], table: TableResource) -> tuple[int, ...]:
    """The row that names the columns, as it seems: the one with the table's names, else the first with most texts."""
    found = find_header(rows, header_names([*table.parts, *table.columns]))
    if found is not None:
        return (found.number,)
    filled = [(sum(not is_empty(cell) for cell in cells), -number) for number, cells in rows[:10]]
    return (-max(filled)[1],) if filled else ()


def _is_date(text: str) -> bool:
    try:
        return bool(text) and read_date(text).first is not None
    except DateError:
        return False


def remembered_mapping(owner: User, table: str, sheet: str, rows: list[Row]) -> SheetMapping | None:
    """What a person said of the last file of the table whose headers were the same."""
    for kept in ColumnMapping.objects.filter(owner=owner, table=table)[:LOOKED_THROUGH]:
        mapping = SheetMapping.of_stored({**kept.mapping, "sheet": sheet})
        if header_digest(rows, mapping.header_rows) == kept.shape:
            return mapping
    return None


def give_meaning(
    job: ImportJob, mapping: SheetMapping, rows: list[Row], table: TableResource, *, by: User
) -> ImportJob:
    """Keeps what the columns of a job's file mean, for the job and for the next file of whoever says it: the job waits
    to be checked.

    What was ticked and typed before belongs to other rows, and is forgotten.

    Raises:
        ValidationError: rows cannot be made so; or the job is applied, undone, or on the way there.
    """
    try:
        check_mapping(mapping, table)
    except UnreadableFileError as error:
        raise ValidationError(str(error)) from error
    options: dict[str, Any] = {
        name: value
        for name, value in job.options.items()
        if name not in ("confirmed", "repairs", "left_out", "sheet")
    }
    empty_job(job, State.WAITING, options={**options, "mapping": mapping.stored()}, by=by)
    ColumnMapping.objects.update_or_create(
        owner=by,
        table=job.table,
        shape=header_digest(rows, mapping.header_rows),
        defaults={"mapping": mapping.stored()},
    )
    return job
