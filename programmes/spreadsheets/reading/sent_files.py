"""The file of a job as it was sent, opened as its sender said that it is to be read."""

import zlib
from typing import Any

from programmes.models import ImportFile, ImportJob
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.reading.mapping import SheetMapping, open_mapped
from programmes.spreadsheets.reading.sheets import Addresses, ReadOptions, Sheet, open_sheet

# what the options of a job hold beside how its file is to be read
OTHER_OPTIONS = ("left_out", "reason", "confirmed", "repairs", "mapping", "changed_by")


def sent_content(job: ImportJob) -> bytes:
    """The file as it was sent."""
    return zlib.decompress(bytes(ImportFile.objects.get(job=job).content))


def read_options(options: dict[str, Any]) -> ReadOptions:
    """What the options of a job say of how its file is to be read."""
    return ReadOptions(
        **{name: text for name, text in options.items() if name not in OTHER_OPTIONS}
    )


def options_of(job: ImportJob) -> ReadOptions:
    """How the file of a job is to be read."""
    return read_options(job.options)


def addresses_of(job: ImportJob) -> Addresses:
    """Where the cells of a job's rows stand in its file."""
    return Addresses(job.detected.get("addresses") or [{}])


def mapping_of(job: ImportJob) -> SheetMapping | None:
    """What its columns mean, where its sender said so."""
    stored = job.options.get("mapping")
    return SheetMapping.of_stored(stored) if stored else None


def open_job(job: ImportJob, table: TableResource) -> Sheet:
    """The sheet of a job's file. Raises UnreadableFileError."""
    mapping = mapping_of(job)
    if mapping is None:
        return open_sheet(sent_content(job), job.file_name, table, options_of(job))
    return open_mapped(sent_content(job), job.file_name, table, mapping, options_of(job))
