"""How much of a file is read: each limit is a setting and has a sentence of its own."""

from dataclasses import dataclass
from time import monotonic
from typing import Self

from django.conf import settings
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024


class UnreadableFileError(Exception):
    """A file that cannot be read as the table; the message says, in the reader's language, what to do about it."""


class NoRowsError(UnreadableFileError):
    """A file with a header and nothing below it."""

    def __init__(self) -> None:
        super().__init__(_("There is no row below the header."))


@dataclass(frozen=True)
class Limits:
    """The limits in force; tests make smaller ones."""

    file_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int
    cells: int
    sheets: int
    seconds: int
    memory_bytes: int

    @classmethod
    def of_settings(cls) -> Self:
        """The limits that the settings `IMPORT_MAX_…` say now."""
        return cls(
            file_bytes=settings.IMPORT_MAX_BYTES,
            unpacked_bytes=settings.IMPORT_MAX_UNPACKED_BYTES,
            rows=settings.IMPORT_MAX_ROWS,
            columns=settings.IMPORT_MAX_COLUMNS,
            cells=settings.IMPORT_MAX_CELLS,
            sheets=settings.IMPORT_MAX_SHEETS,
            seconds=settings.IMPORT_MAX_SECONDS,
            memory_bytes=settings.IMPORT_MAX_MEMORY_BYTES,
        )

    def check_file(self, size: int) -> None:
        """Raises UnreadableFileError where a file has more bytes than are accepted."""
        if size > self.file_bytes:
            raise UnreadableFileError(
                _("The file is larger than %(limit)s MB. Split it into several.")
                % {"limit": _megabytes(self.file_bytes)}
            )

    def check_unpacked(self, size: int) -> None:
        """Raises UnreadableFileError where the parts of a workbook are larger than is read."""
        if size > self.unpacked_bytes:
            raise UnreadableFileError(
                _("The workbook unpacks to more than %(limit)s MB. Split it into several.")
                % {"limit": _megabytes(self.unpacked_bytes)}
            )

    def check_rows(self, count: int) -> None:
        """Raises UnreadableFileError where there are more rows than are read."""
        if count > self.rows:
            raise UnreadableFileError(
                _("The sheet has more than %(limit)s rows. Split it into several files.")
                % {"limit": self.rows}
            )

    def check_columns(self, count: int) -> None:
        """Raises UnreadableFileError where a sheet is wider than is read."""
        if count > self.columns:
            raise UnreadableFileError(
                _(
                    "The sheet is %(found)s columns wide; at most %(limit)s are read."
                    " Delete the columns to the right of the table."
                )
                % {"found": count, "limit": self.columns}
            )

    def check_cells(self, count: int) -> None:
        """Raises UnreadableFileError where a sheet has more cells, empty ones included, than are read."""
        if count > self.cells:
            raise UnreadableFileError(
                _(
                    "The sheet has more than %(limit)s cells, empty ones included."
                    " Delete what stands outside the table, or split it into several files."
                )
                % {"limit": self.cells}
            )

    def check_sheets(self, count: int) -> None:
        """Raises UnreadableFileError where a workbook has more sheets than are looked at."""
        if count > self.sheets:
            raise UnreadableFileError(
                _("The workbook has more than %(limit)s sheets. Keep the sheet that is to be read.")
                % {"limit": self.sheets}
            )

    def too_much_memory(self) -> UnreadableFileError:
        """The refusal of a workbook whose content, spread out, is larger than the memory it may take."""
        return UnreadableFileError(
            _(
                "The workbook needs more memory than it may take: cells stand too far from the table,"
                " or long texts are repeated too often. Delete what stands outside the table, or split it."
            )
        )


class Clock:
    """The time spent on reading, counted inside `with clock:` only: what is done with the rows is not reading."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._left = float(seconds)
        self._since = 0.0
        self._depth = 0

    def __enter__(self) -> Self:
        if not self._depth:
            self._since = monotonic()
        self._depth += 1
        return self

    def __exit__(self, *exc: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._left -= monotonic() - self._since

    @property
    def left(self) -> float:
        """The seconds that remain; not above zero when they are over."""
        return self._left - (monotonic() - self._since if self._depth else 0)

    def check(self) -> None:
        """Raises UnreadableFileError when the time is over."""
        if self.left <= 0:
            raise self.over()

    def over(self) -> UnreadableFileError:
        """The refusal of a file that takes too long."""
        return UnreadableFileError(
            _("Reading the file took longer than %(limit)s seconds. Split it into several.")
            % {"limit": self.seconds}
        )


def damaged() -> UnreadableFileError:
    """The refusal of a workbook that breaks off or contradicts itself."""
    return UnreadableFileError(
        _(
            "The workbook cannot be read: it is damaged."
            " Open it in a spreadsheet program, save it as XLSX and send it again."
        )
    )


def protected() -> UnreadableFileError:
    """The refusal of an encrypted workbook."""
    return UnreadableFileError(
        _("The workbook is protected by a password. Save it without one and send it again.")
    )


def with_macros() -> UnreadableFileError:
    """The refusal of a workbook that holds programs."""
    return UnreadableFileError(
        _("The workbook holds macros. Save it as XLSX, without macros, and send it again.")
    )


def not_a_spreadsheet() -> UnreadableFileError:
    """The refusal of a file of another kind."""
    return UnreadableFileError(
        _("This is not a spreadsheet. Accepted: XLSX, XLS, ODS, CSV, or JSON.")
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0")
