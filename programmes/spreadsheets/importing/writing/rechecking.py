"""Whether what the preview of a file called new is new still, when the file is applied."""

from itertools import repeat

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import ImportChunk, ImportJob
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.stored import StoredRows
from programmes.spreadsheets.importing.writing.applying import Conflict, ConflictError
from programmes.spreadsheets.importing.writing.outcomes import NEW, PROPOSED


def look_again(job: ImportJob, table: TableResource, by: User) -> None:
    """Looks once more for the records that the rows of a job would make, by what tells records of the table apart.

    The caller holds publication_lock(): of two files with the same rows, the second finds those of the first.

    Raises:
        ConflictError: with every value that is stored otherwise, and every row that is stored as it stands.
    """
    # a row of a sealed record's parts that is new has no primary key either
    chunks = job.chunks.filter(kind__in=(NEW, PROPOSED))
    keys = {
        key
        for chunk in chunks.iterator(chunk_size=1)
        for key, pk in zip(chunk.parts[1], chunk.parts[2], strict=True)
        if pk is None
    }
    stored = _stored_under(keys, table, by) if keys else {}
    if not stored:
        return
    conflicts = [
        conflict
        for chunk in chunks.iterator(chunk_size=1)
        for conflict in _conflicts(chunk, job.columns, stored)
    ]
    raise ConflictError(
        conflicts,
        _(
            "Rows that were new in the preview have been entered since, by this file sent twice or by another one."
            " Nothing was written: decide first."
        ),
    )


def _stored_under(
    keys: set[str], table: TableResource, by: User
) -> dict[str, dict[str, str] | None]:
    """The texts of the records that stand under some keys; None in place of those out of the sender's scope."""
    stored = StoredRows(table)
    places = stored.under(keys)
    here = [stored.pks[place] for place in places.values()]
    rows = table.model._default_manager.filter(pk__in=here)
    seen = set(access.visible(rows, by).values_list("pk", flat=True))
    return {
        key: stored.texts(place) if stored.pks[place] in seen else None
        for key, place in places.items()
    }


def _conflicts(
    chunk: ImportChunk, columns: list[str], stored: dict[str, dict[str, str] | None]
) -> list[Conflict]:
    numbers, keys, pks, _befores, afters = chunk.parts
    lines = zip(*(column or repeat(None, len(keys)) for column in afters), strict=True)
    found: list[Conflict] = []
    for row, key, pk, line in zip(numbers, keys, pks, lines, strict=True):
        if pk is not None or key not in stored:
            continue
        now = stored[key]
        differing = [
            (code, now.get(code, ""), text)
            for code, text in zip(columns, line, strict=True)
            if now is not None and text is not None and text != now.get(code, "")
        ]
        found += [
            Conflict(row=row, key=key, column=code, shown="", now=there, file=text)
            for code, there, text in differing or [("", _("entered already"), "")]
        ]
    return found
