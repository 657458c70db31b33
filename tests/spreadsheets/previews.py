"""What the preview of a file says: sent by the form as a person sends it, and read off the page."""

import io
from dataclasses import dataclass, field
from typing import Any

from programmes.models import ImportJob
from programmes.spreadsheets.columns.tables import TABLES
from tests.spreadsheets.test_job_states import signed_in


@dataclass
class Preview:
    """What a page said.

    Attributes:
        sentence: why the whole file is refused; empty where it is not.
        new: of each new row, its texts by the code of their column.
        changed: of each changed row, what stands before and after, by the code of the column.
        asked: of each thing to be confirmed, its cell or row, and why it is asked.
        refused: of each refused cell, or row, where it is and why.
        counts: the rows of each kind, those without any left out.
        page: the page itself, and `job` the import behind it.
    """

    sentence: str = ""
    new: list[dict[str, str]] = field(default_factory=list)
    changed: list[dict[str, tuple[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    page: str = ""
    job: Any = None


def address_of(table: str, job: ImportJob | None = None, language: str = "en") -> str:
    """Where files of a table are sent, or the page of one that was."""
    name = TABLES[table].model._meta.model_name
    return f"/{language}/admin/programmes/{name}/import/" + (f"{job.pk}/" if job else "")


def preview(
    table: str, content: bytes, by: Any, name: str = "file.xlsx", **options: str
) -> Preview:
    """The page that answers a file sent by the form, in English."""
    sent = io.BytesIO(content)
    sent.name = name
    answer = signed_in(by).post(address_of(table), {"file": sent, **options}, follow=True)
    return _told(table, answer)


def answered(of: Preview, table: str, by: Any, **form: Any) -> Preview:
    """The page after one more step of its form: `do`, and what was ticked or typed."""
    return _told(table, signed_in(by).post(address_of(table, of.job), form, follow=True))


def _told(table: str, answer: Any) -> Preview:
    context, page = answer.context, answer.content.decode()
    form = context.get("form")
    if form is not None and form.errors:
        return Preview(" ".join(form.errors["file"]), page=page)
    job = context["job"]
    if answer.request["PATH_INFO"].endswith("/columns/"):
        return Preview(context["message"], page=page, job=job)
    codes = {str(column.label): column.code for column in TABLES[table]().columns}
    rows = {kind: context[kind] for kind in ("new", "changed", "doubtful", "refused")}
    shown = {kind: one.object_list if one else [] for kind, one in rows.items()}
    return Preview(
        job.message,
        [
            {codes[str(one["label"])]: one["after"] for one in row["changes"]}
            for row in shown["new"]
        ],
        [
            {codes[str(one["label"])]: (one["before"], one["after"]) for one in row["changes"]}
            for row in shown["changed"]
        ],
        [
            (doubt["address"] or f"row {row['row']}", doubt["message"])
            for row in shown["doubtful"]
            for doubt in row["doubts"]
        ],
        [(" ".join(cell.named), cell.message) for cell in shown["refused"]],
        {kind: count for kind, count in job.counts.items() if count},
        page,
        job,
    )
