"""The data dictionary: what stands in each column of each file, in one language, from the columns themselves."""

from django.utils import translation
from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.column_notes import data_note
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.public_files.published import public_columns, public_files


def dictionary(language: str) -> str:
    """The dictionary as Markdown, in a language."""
    with translation.override(language):
        parts = [
            "# " + _("Data dictionary"),
            _(
                "An empty cell is something that is not known. It never stands for zero. "
                "Codes do not change; together they link one table to another."
            ),
            *map(_table, public_files()),
        ]
    return "\n\n".join(parts) + "\n"


def _table(table: TableResource) -> str:
    titles = _("Code"), _("Header"), _("What stands in it")
    head = "| " + " | ".join(titles) + " |\n|---|---|---|"
    lines = []
    for column in public_columns(table):
        note = data_note(column)
        if column.code in table.keys:
            note = _("Says which record the row is.") + " " + note
        lines.append(f"| `{column.code}` | {_cell(str(column.label))} | {_cell(note)} |")
    title = table.label[:1].upper() + table.label[1:]
    return "\n".join([f"## {title} (`{table.name}`)", "", head, *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
