"""Files that were sent or made: which of them hold a text, and taking away what personal data they hold.

A workbook of several tables is kept once for each of its sheets.
"""

import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.models import DataFile, ImportChunk, ImportFile, ImportJob, Signature
from programmes.models.sealed import personal_columns

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1256")
# imports that may still be applied: they would bring back what was removed
UNDECIDED = (
    ImportJob.State.WAITING,
    ImportJob.State.CHECKING,
    ImportJob.State.CHECKED,
    ImportJob.State.CONFLICT,
)
_REFERENCE = re.compile(rb"&#([0-9]{1,7}|x[0-9a-fA-F]{1,6});")


def files_with(texts: Iterable[str]) -> list[int]:
    """The keys of the files in which one of some texts stands, in whichever way files write it."""
    wanted = {written for text in texts for written in _written(text)}
    files = ImportFile.objects.order_by().values_list("pk", "content").iterator(chunk_size=1)
    return [
        key
        for key, packed in files
        if any(text in part for part in _parts(zlib.decompress(bytes(packed))) for text in wanted)
    ]


def _written(text: str) -> Iterator[bytes]:
    for one in {text, escape(text), json.dumps(text)[1:-1]}:
        for encoding in ENCODINGS:
            encoded = one.encode(encoding, "ignore")
            if encoded.decode(encoding) == one:
                yield encoded


def _parts(content: bytes) -> Iterator[bytes]:
    """A file, or the parts of a package: what was too large once opened was refused when it was sent."""
    if not content.startswith(b"PK"):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            yield _REFERENCE.sub(_letter, package.read(name))


def _letter(reference: re.Match[bytes]) -> bytes:
    """A letter that XML writes by its number."""
    digits = reference[1]
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return chr(number).encode("utf-8", "ignore") if number <= sys.maxunicode else b""


def forget_made_files() -> None:
    """Files of the data that were made go, and exports of staff: they are made anew without what was removed."""
    made = DataFile.objects.exclude(stored="", before="")
    for row in made:
        for stored in filter(None, (row.stored, row.before)):
            transaction.on_commit(partial(row.storage.delete, stored))
    made.filter(owner=None).update(stored="", before="", made_from="")
    made.exclude(owner=None).delete()


def empty_files(rows: Collection[Any], values: set[str]) -> None:
    """Empties the files that brought rows of signatories, of whom some states are kept, and those that hold the same
    words, workbooks of several tables among them; so is what is kept of their rows. Undecided ones are left aside."""
    # a state in the history has the key of its row beside its own
    key = Signature._meta.pk.attname
    keys = {getattr(row, key) for row in rows if isinstance(row, models.Model)}
    columns = personal_columns(Signature)
    names = {column.name for column in columns}
    jobs = ImportJob.objects.filter(table=f"{Signature._meta.model_name}s")
    jobs = jobs if rows else jobs.none()
    files = ImportFile.objects.filter(Q(job__in=jobs) | Q(pk__in=files_with(values)))
    ImportJob.objects.filter(file__in=files, state__in=UNDECIDED).update(
        state=ImportJob.State.ASIDE,
        message=_("Personal data was removed since this file was sent. Send it again without it."),
    )
    # what was typed in the preview of one is as personal as what it held
    for job in ImportJob.objects.filter(file__in=files, options__has_key="repairs"):
        del job.options["repairs"]
        job.save(update_fields=["options"])
    files.update(content=zlib.compress(b""), marked=b"")
    for job in jobs.exclude(conflicts=[]):
        job.conflicts = [one for one in job.conflicts if one["column"] not in names]
        job.save(update_fields=["conflicts"])
    # what is listed of their cells may hold the same words, whatever their table
    told = ImportChunk.objects.filter(kind=ImportChunk.Kind.CELLS)
    told.filter(Q(job__in=jobs) | Q(job__file__in=files)).delete()
    for chunk in ImportChunk.objects.filter(job__in=jobs).select_related("job"):
        if chunk.kind in (ImportChunk.Kind.REFUSED, ImportChunk.Kind.DOUBTFUL):
            chunk.rows = [
                [number, [_told_nothing(cell) if cell[0] in names else cell for cell in cells]]
                for number, cells in chunk.rows
            ]
            chunk.save(update_fields=["payload"])
        else:
            places = [n for n, name in enumerate(chunk.job.columns) if name in names]
            aside = chunk.job.state == ImportJob.State.ASIDE
            chunk.rows = [
                _emptied(row, places) if aside or row[2] in keys else row for row in chunk.rows
            ]
            chunk.save(update_fields=["payload"])


def _told_nothing(cell: list[Any]) -> list[Any]:
    """A refused cell, or one to be confirmed, of which only the column is left."""
    emptied = {str: "", list: [], bool: False}
    return [cell[0], *(emptied[type(one)] for one in cell[1:])]


def _emptied(row: list[Any], places: list[int]) -> list[Any]:
    number, key, pk, *values = row
    return [
        number,
        key,
        pk,
        *([None if n in places else one for n, one in enumerate(cells)] for cells in values),
    ]
