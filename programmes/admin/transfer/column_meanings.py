"""The page on which the sender of a file says what its columns mean, where its headers do not. It needs no script."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from programmes.models import ImportJob
from programmes.models.named import own_first
from programmes.services.queue import waiting_or_running
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.importing import jobs, tasks
from programmes.spreadsheets.importing.job_states import CHECKABLE
from programmes.spreadsheets.importing.mappings import (
    give_meaning,
    likely_header,
    look,
    remembered_mapping,
    rows_of_top,
    suggested_mapping,
)
from programmes.spreadsheets.reading.headers import Row, letter_of
from programmes.spreadsheets.reading.mapping import (
    MOST_HEADER_ROWS,
    PERIOD,
    TURNED,
    SheetMapping,
    header_texts,
    meanings,
)
from programmes.spreadsheets.reading.sent_files import mapping_of
from programmes.type_names import staff_request

# so many values of a column are shown beside it, and so many rows of the sheet
SAMPLES = 3
SHOWN_ROWS = 12


def columns_view(
    request: HttpRequest,
    job: ImportJob,
    table: TableResource,
    context: dict[str, Any],
    job_address: str,
    *,
    is_small: bool,
) -> HttpResponse:
    """Shows the first rows of a sheet and asks what each column means; on POST keeps it and checks the file.

    `is_small`: the file may be read while its sender waits.
    """
    if job.state not in CHECKABLE:
        messages.error(
            request, _("This import is not checked again: its columns keep their meaning.")
        )
        return redirect(job_address)
    sheet = request.GET.get("sheet", request.POST.get("sheet", ""))
    top = job.detected.get("top") or {}
    is_other = bool(sheet) and sheet not in (top.get("sheet"), top.get("asked"))
    if not top or is_other:
        if not is_small:
            if not waiting_or_running(tasks.look_at_job, job.pk).exists():
                tasks.look_at_job.enqueue(job.pk, sheet)
            shown = context | {"job": job, "job_address": job_address, "waiting": True}
            return TemplateResponse(request, "admin/programmes/files/columns.html", shown)
        look(job, sheet)
        top = job.detected["top"]
    rows = rows_of_top(job)
    mapping, is_remembered = _mapping_to_show(request, job, table, rows)
    if request.method == "POST":
        try:
            give_meaning(job, mapping, rows, table, by=staff_request(request).user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if is_small:
                jobs.check(job)
            else:
                tasks.check_job.enqueue(job.pk)
            return redirect(job_address)
    shown = context | {
        "job": job,
        "job_address": job_address,
        "top": top,
        "message": job.message if job.detected.get("misfit") else "",
        "is_remembered": is_remembered,
        "sheets": top["sheets"],
        "sheet": top.get("sheet", ""),
        "header_numbers": [number for number, _cells in rows],
        "first_header": mapping.header_rows[0] if mapping.header_rows else 0,
        "header_count": len(mapping.header_rows),
        "counts": range(MOST_HEADER_ROWS + 1),
        "letters": [letter_of((top.get("first_column") or 0) + n) for n in range(_width(rows))],
        "rows": [
            {"number": number, "cells": cells, "is_header": number in mapping.header_rows}
            for number, cells in rows[:SHOWN_ROWS]
        ],
        **_asked(job, table, mapping, rows),
    }
    return TemplateResponse(request, "admin/programmes/files/columns.html", shown)


def _mapping_to_show(
    request: HttpRequest, job: ImportJob, table: TableResource, rows: list[Row]
) -> tuple[SheetMapping, bool]:
    """What the page shows: what was posted, asked for, said of this file, remembered, or suggested; and whether it is
    remembered."""
    if request.method == "POST":
        return _posted(request.POST, job, rows), False
    if "first" in request.GET:
        header_rows = _header_rows(request.GET, rows)
        return suggested_mapping(job, rows, header_rows, table), False
    sheet = job.detected["top"].get("sheet", "")
    said = mapping_of(job)
    if said is not None and said.sheet == sheet:
        return said, False
    kept = remembered_mapping(job.owner, job.table, sheet, rows)
    if kept is not None:
        return kept, True
    return suggested_mapping(job, rows, likely_header(rows, table), table), False


def _header_rows(sent: QueryDict, rows: list[Row]) -> tuple[int, ...]:
    """The numbers of the rows that name the columns, as the form says."""
    numbers = [number for number, _cells in rows]
    counts = [str(count) for count in range(MOST_HEADER_ROWS + 1)]
    first, count = sent.get("first", ""), sent.get("count", "1")
    if count not in counts or first not in map(str, numbers):
        return ()
    place = numbers.index(int(first))
    return tuple(numbers[place : place + int(count)])


def _posted(post: QueryDict, job: ImportJob, rows: list[Row]) -> SheetMapping:
    """The mapping that the form says."""
    top = job.detected["top"]
    header_rows = _header_rows(post, rows)
    start = top.get("first_column") or 0
    width = _width(rows)
    texts = header_texts(rows, header_rows, width)
    columns, said = {}, {}
    for place in range(width):
        letter = letter_of(start + place)
        if meaning := post.get(f"means-{letter}", ""):
            columns[letter] = meaning
        if meaning.startswith(TURNED):
            typed = [
                post.get(f"text-{letter}-{row}", "").strip() for row in range(len(header_rows))
            ]
            there = [line[place] if place < len(line) else "" for line in texts]
            if typed != there:
                said[letter] = tuple(typed)
    constants = {
        name.removeprefix("same-"): text.strip()
        for name in post
        if name.startswith("same-") and (text := str(post[name])).strip()
    }
    says = tuple(post.get(f"says-{row}", "") for row in range(len(header_rows)))
    return SheetMapping(top.get("sheet", ""), header_rows, columns, says, constants, said)


def _width(rows: list[Row]) -> int:
    return max((len(cells) for _number, cells in rows), default=0)


def _asked(
    job: ImportJob, table: TableResource, mapping: SheetMapping, rows: list[Row]
) -> dict[str, Any]:
    """The boxes of the form: one for each column of the file, each header row, and each column of the table."""
    known = meanings(table)
    start = job.detected["top"].get("first_column") or 0
    texts = header_texts(rows, mapping.header_rows, _width(rows))
    below = [
        cells
        for number, cells in rows
        if not mapping.header_rows or number > mapping.header_rows[-1]
    ]
    columns = []
    for place in range(_width(rows)):
        letter = letter_of(start + place)
        there = [line[place] if place < len(line) else "" for line in texts]
        typed = mapping.texts.get(letter, ())
        samples = [cells[place] for cells in below if place < len(cells) and cells[place]]
        columns.append(
            {
                "letter": letter,
                "header": " / ".join(dict.fromkeys(filter(None, there))),
                "texts": [
                    typed[row] if row < len(typed) else text for row, text in enumerate(there)
                ],
                "samples": samples[:SAMPLES],
                "means": mapping.columns.get(letter, ""),
            }
        )
    required = {column.code for column in table.columns if column.required}
    required |= {
        part.code
        for column in table.columns
        if column.required
        for part in getattr(column.widget, "parts", ())
    }
    # one language is enough: the reader's own is asked for
    required |= {f"{column.one_of}_{own_first()[0]}" for column in table.columns if column.one_of}
    same = [
        {"code": code, "label": label, "text": mapping.constants.get(code, "")}
        for code, label in known.items()
    ]
    told = {*mapping.codes} | ({"as_of"} if PERIOD in mapping.codes else set())
    is_first = [
        bool(one["text"]) or (one["code"] in required and one["code"] not in told) for one in same
    ]
    return {
        "columns": columns,
        "meanings": [(code, label) for code, label in known.items()],
        "turned": [(f"{TURNED}{code}", label) for code, label in known.items()],
        "says": [
            (number, mapping.says[row] if row < len(mapping.says) else "")
            for row, number in enumerate(mapping.header_rows)
        ],
        "same": [one for one, first in zip(same, is_first, strict=True) if first],
        "same_more": [one for one, first in zip(same, is_first, strict=True) if not first],
    }
