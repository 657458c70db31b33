"""The titles that sheets bear."""

from collections.abc import Iterable

from programmes.spreadsheets.columns.resource import TableResource

TITLE_LENGTH = 31


def sheet_title(text: str, taken: Iterable[str] = ()) -> str:
    """A title that a sheet may bear: at most 31 signs, none of []:*?/\\, not one of those taken."""
    clean = " ".join("".join(" " if sign in "[]:*?/\\" else sign for sign in text).split())
    clean = clean.strip("'")[:TITLE_LENGTH].strip() or "-"
    used = {title.casefold() for title in taken}
    title, number = clean, 1
    while title.casefold() in used:
        number += 1
        title = f"{clean[: TITLE_LENGTH - len(str(number)) - 1]} {number}"
    return title


def table_title(table: TableResource) -> str:
    """The title of a table's sheet, in the reader's language."""
    return sheet_title(table.label)
