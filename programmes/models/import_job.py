"""One file sent in, and what it would do, did, or had undone."""

import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """A spreadsheet sent in: whose it is, what it would do, what it did.

    The file itself is kept in the row, so that any process on any machine can work on it, and its name is only a
    label. What it would do stands in its chunks.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be checked")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        REFUSED = "refused", _("refused")
        APPLYING = "applying", _("being applied")
        CONFLICT = "conflict", _("in conflict with later changes")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        ASIDE = "aside", _("left aside")
        FAILED = "failed", _("stopped by an error")

    # what read its header in this process, for the check that follows: of rooms above this one
    opened: Any

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="import_jobs",
    )
    table = models.CharField(_("table"), max_length=40)
    file_name = models.CharField(_("file name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="fr")
    options = models.JSONField(_("options"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    detected = models.JSONField(_("detected"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    counts = models.JSONField(_("counts"), default=dict)
    conflicts = models.JSONField(_("conflicts"), default=list)
    message = models.TextField(_("message"), blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_total = models.PositiveIntegerField(_("rows in all"), default=0)
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """The file of a job as it was sent, packed: beside the job, so that its state can be written without it.

    `marked`: the same with its errors marked, once a worker has made it; empty until then.
    """

    job = models.OneToOneField(
        ImportJob, verbose_name=_("import"), on_delete=models.CASCADE, related_name="file"
    )
    content = models.BinaryField(_("content"))
    marked = models.BinaryField(_("file with its errors marked"), default=bytes)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.job.file_name


class ColumnMapping(models.Model):
    """What a person said the columns of a file mean, for the next file of the same shape."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="column_mappings",
    )
    table = models.CharField(_("table"), max_length=40)
    shape = models.CharField(_("digest of the headers"), max_length=64)
    mapping = models.JSONField(_("meaning of the columns"))
    used_at = models.DateTimeField(_("used at"), auto_now=True)

    class Meta:
        verbose_name = _("meaning of columns")
        verbose_name_plural = _("meanings of columns")
        ordering = ["-used_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "table", "shape"],
                name="column_mapping_unique",
                violation_error_message=_(
                    "This person has already said what the columns of such a file mean."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.shape[:8]}"


class ImportChunk(models.Model):
    """Up to a thousand rows of a job: new, changed, proposed, refused ones, or some to be confirmed; or cells.

    A row of new or changed records is [row number, key, primary key or None, before, after]: `before` and `after` are
    aligned with the job's columns and hold texts as a file shows them, None where nothing changes. A refused row is
    [row number, [[column, value, sentence, every, near, rounds], ...]], one to be confirmed [row number, [[column,
    stored, read, cause, sentence, sent], ...]] (see spreadsheets/importing/writing/outcomes.py). A cell that was not
    simply read is [row, letter, text, where it went, sentence, sheet] (see spreadsheets/importing/tally.py). `made`
    holds the primary keys of the records that new rows made, or of the amendments that the proposals of rows became,
    once the job is applied: an undo takes these back.

    Rows are kept column by column, and of a column where no row has anything nothing is kept.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        PROPOSED = "proposed", _("proposed")
        DOUBTFUL = "doubtful", _("to be confirmed")
        REFUSED = "refused", _("refused")
        CELLS = "cells", _("cells that were not simply read")

    # of these no column holds the texts of a record
    PLAIN = (Kind.REFUSED, Kind.DOUBTFUL, Kind.CELLS)

    job = models.ForeignKey("ImportJob", on_delete=models.CASCADE, related_name="chunks")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveIntegerField()
    payload = models.BinaryField()
    made = models.JSONField(default=list)

    class Meta:
        verbose_name = _("part of an import")
        verbose_name_plural = _("parts of imports")
        ordering = ["job", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "kind", "number"],
                name="import_chunk_unique",
                violation_error_message=_("These rows of the file are kept already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind} {self.number}"

    @property
    def rows(self) -> list[Any]:
        """The rows kept here."""
        numbers, *others = self.parts
        if self.kind in self.PLAIN:
            return [list(row) for row in zip(numbers, *others, strict=True)]
        keys, pks, befores, afters = others
        lines = zip(
            numbers,
            keys,
            (self.made if self.kind == self.Kind.NEW else None) or pks,
            _rows_of(befores, len(numbers)),
            _rows_of(afters, len(numbers)),
            strict=True,
        )
        return [list(line) for line in lines]

    @rows.setter
    def rows(self, rows: list[Any]) -> None:
        parts: list[Any] = list(zip(*rows, strict=True))
        if self.kind not in self.PLAIN:
            parts[3:] = map(_columns_of, parts[3:])
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        self.payload = zlib.compress(text.encode(), 1)

    @property
    def parts(self) -> list[Any]:
        """The rows by what they hold: numbers; keys, primary keys, columns before and after; or errors.

        A column is the texts of all rows, or None where no row has any.
        """
        parts: list[Any] = json.loads(zlib.decompress(bytes(self.payload)))
        return parts


def _columns_of(rows: Sequence[Sequence[str | None]]) -> list[Sequence[str | None] | None]:
    columns = zip(*rows, strict=True)
    return [None if column.count(None) == len(column) else column for column in columns]


def _rows_of(
    columns: list[list[str | None] | None], count: int
) -> Iterator[tuple[str | None, ...]]:
    return zip(*(column or repeat(None, count) for column in columns), strict=True)
