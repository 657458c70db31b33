"""Cells of a file that were not simply read: where each stands, and what was done with it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models import ImportChunk, ImportJob
from programmes.spreadsheets.reading.headers import ABOVE, LEFT_OUT, NO_ROW, OTHER_SHEET


class CellHandling(models.TextChoices):
    """What was done with a cell that was not simply read."""

    LEFT = "left", _("left aside: its column has no meaning here")
    ABOVE = ABOVE, _("left aside: it stands above the header")
    NO_ROW = NO_ROW, _("left aside: nothing of its row is turned into one")
    OTHER_SHEET = OTHER_SHEET, _("left aside: another sheet is read")
    LEFT_OUT = LEFT_OUT, _("left aside by its sender, with its row")
    REFUSED = ImportChunk.Kind.REFUSED.value, _("refused")
    WITH_ROW = "with_row", _("refused with its row")
    DOUBTFUL = ImportChunk.Kind.DOUBTFUL.value, _("to be confirmed, with its row")
    CONFIRMED = "confirmed", _("confirmed by its sender, and read")


class ListedCell(NamedTuple):
    """A cell that was not simply read: where it stands, what it holds, where it went, and the sentence that says why.

    `letter`: empty for a whole row. `sheet`: empty where it is the one that is read.
    """

    row: int
    letter: str
    text: str
    went: str
    sentence: str = ""
    sheet: str = ""


def listed_cells(job: ImportJob) -> Iterator[ListedCell]:
    """Those of a job, as its check kept them: sheet by sheet, as they stand in the file."""
    for chunk in job.chunks.filter(kind=ImportChunk.Kind.CELLS):
        yield from (ListedCell(*cell) for cell in chunk.rows)
