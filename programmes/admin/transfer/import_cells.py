"""Cells of a file on the page of its import: where they stand, which are refused, and what is typed in their place."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from programmes.admin.forms.keys import can_be_key
from programmes.models import ImportFile, ImportJob
from programmes.spreadsheets.importing.repairs import Repairs
from programmes.spreadsheets.importing.tally import ColumnTally
from programmes.spreadsheets.importing.writing.outcomes import REFUSED
from programmes.spreadsheets.reading.headers import OtherSheet
from programmes.spreadsheets.reading.listed_cells import CellHandling, listed_cells
from programmes.spreadsheets.reading.sent_files import addresses_of
from programmes.spreadsheets.sending import tasks

# so many addresses of equal cells are named
MOST_NAMED = 6
# a longer text is corrected in the file: on the page it would stand once more for each cell
LONGEST_TYPED = 2_000


def can_be_typed(column: str, text: str) -> bool:
    """Whether another text can be typed in place of a cell; no column: what is asked is asked of a whole row."""
    return bool(column) and len(text) <= LONGEST_TYPED


@dataclass
class RefusedCell:
    """A refused cell, or all that say the same: `rows` are the numbers of those of which each is typed for itself."""

    column: str
    value: str
    message: str
    every: bool
    near: list[str]
    addresses: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def can_be_typed(self) -> bool:
        """Whether another text can be typed in its place."""
        return can_be_typed(self.column, self.value)

    @property
    def more(self) -> int:
        """How many cells are not named."""
        return len(self.addresses) - MOST_NAMED

    @property
    def named(self) -> list[str]:
        """Where the first of them stand."""
        return self.addresses[:MOST_NAMED]


def refused_cells(job: ImportJob, rows: list[Any]) -> list[RefusedCell]:
    """The refused cells of some rows, equal ones as one."""
    addresses = addresses_of(job)
    found: dict[tuple[Any, ...], RefusedCell] = {}
    for number, cells in rows:
        for column, value, message, every, near, _rounds in cells:
            key = (column, value, message) if column else (number, message)
            cell = found.setdefault(key, RefusedCell(column, value, message, every, near))
            address = addresses.cell(number, column) if column else addresses.told(number)
            if address not in cell.addresses:
                cell.addresses.append(address)
            cell.rows.append(number)
    return list(found.values())


def doubtful_rows(job: ImportJob, rows: list[Any]) -> list[dict[str, Any]]:
    """Rows to be confirmed, with what is asked of each."""
    addresses = addresses_of(job)
    return [
        {
            "number": number,
            "numbers": [number],
            "row": addresses.told(number),
            "doubts": [
                {
                    "column": column,
                    "place": f"{number}-{place}",
                    "address": addresses.cell(number, column) if column else "",
                    "before": before,
                    "after": after,
                    "message": message,
                    "sent": sent,
                    "can_be_typed": can_be_typed(column, sent),
                }
                for place, (column, before, after, _cause, message, sent) in enumerate(doubts)
            ],
        }
        for number, doubts in rows
    ]


def refuses_decimals(job: ImportJob) -> bool:
    """Whether cells are refused that rounding would make right."""
    first = job.chunks.filter(kind=REFUSED).first()
    return first is not None and any(
        rounds for _row, cells in first.rows for *_cell, rounds in cells
    )


def typed_cells(post: QueryDict) -> list[tuple[str, str, str, list[int]]]:
    """What was typed in place of cells: column, text of the cell, what is typed, rows; none: wherever it is refused."""
    found = []
    for name in post:
        if not name.startswith("cell-"):
            continue
        place = name.removeprefix("cell-")
        now = post.get(f"near-{place}") or post.get(f"now-{place}", "").strip()
        is_emptied = f"empty-{place}" in post
        if now or is_emptied:
            rows = _row_numbers(post.get(f"rows-{place}", ""))
            text = "" if is_emptied else now
            found.append((str(post[name]), post.get(f"was-{place}", ""), text, rows))
    return found


def rows_left_out(post: QueryDict) -> set[int]:
    """The numbers of the rows that a person ticked to be left out."""
    return set(_row_numbers(" ".join(post.getlist("left_out"))))


def _row_numbers(text: str) -> list[int]:
    """The numbers of rows that a form carries, with spaces between."""
    return [int(one) for one in text.split() if can_be_key(one)]


def typed_in(job: ImportJob) -> list[dict[str, Any]]:
    """What was typed in the preview so far."""
    repairs, addresses = Repairs.of(job), addresses_of(job)
    every = [
        {"column": code, "where": _("wherever it is refused"), "was": was, "now": now}
        for code, cells in repairs.every.items()
        for was, now in cells.items()
    ]
    single = [
        {"column": code, "where": addresses.cell(number, code), "was": "", "now": now}
        for number, cells in repairs.rows.items()
        for code, now in cells.items()
    ]
    return every + single


def cell_counts(job: ImportJob) -> Mapping[str, Any] | None:
    """Where each cell of the file went: the columns that were read, the other sheets, and the sums; None where it was
    not checked."""
    columns = [ColumnTally(*one) for one in job.detected.get("cells", [])]
    if not columns:
        return None
    others = [OtherSheet(*one) for one in job.detected.get("other_sheets", [])]
    sums = {
        name: sum(getattr(column, name) for column in columns)
        for name in ("read", "doubtful", "refused", "left")
    }
    sums["left"] += sum(other.cells for other in others)
    sums["headers"] = job.detected.get("headers", 0)
    return {"columns": columns, "others": others, "total": sum(sums.values()), **sums}


def cells_by_handling(job: ImportJob, went: str) -> list[dict[str, Any]]:
    """The cells of the file that were not simply read, or those of them that went one way."""
    here = job.detected.get("sheet", "")
    has_letters = job.detected.get("kind") != "json"
    return [
        {
            "sheet": cell.sheet or here,
            # the values of a JSON have names in place of letters
            "address": f"{cell.letter}{cell.row}" if has_letters and cell.letter else cell.row,
            "name": ("" if has_letters else cell.letter) if cell.letter else _("the whole row"),
            "text": cell.text,
            "went": CellHandling(cell.went).label,
            "sentence": cell.sentence,
        }
        for cell in listed_cells(job)
        if went in ("", cell.went)
    ]


def ask_marking(job: ImportJob, language: str) -> None:
    """Lets a worker make the marked file."""
    ImportFile.objects.filter(job=job).update(marked=b"")
    job.detected["marking"] = "waiting"
    job.save(update_fields=["detected"])
    tasks.mark.enqueue(job.pk, language)


def marked_content(job: ImportJob) -> bytes | None:
    """The marked file; None where none is made yet."""
    packed = bytes(ImportFile.objects.get(job=job).marked)
    return zlib.decompress(packed) if packed else None
