"""The sheet of a workbook that holds what its drop-downs offer: codes, with names beside them."""

from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.contrib.auth.models import User
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs

from programmes import access
from programmes.models import Category, Measurement, Series, Target
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    RowCell,
    RowsCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.values import guarded
from programmes.spreadsheets.sending.xlsx import MAX_TEXT

# A longer list is no help in a drop-down, and slows the spreadsheet program down.
LONGEST = 5000
_OF_SERIES = ("indicator", "programme", "centre", "territory")
_OF_ITS_SERIES = tuple(f"series__{name}" for name in _OF_SERIES)
# what the name of a row reads
_RELATED = {
    Measurement: _OF_ITS_SERIES,
    Target: _OF_ITS_SERIES,
    Series: _OF_SERIES,
    Category: ("dimension",),
}


class DropDownLists:
    """The lists of one workbook, each written once, on one sheet.

    `held_rows(model)` gives the rows of a table that the workbook itself holds, or None: figures are chosen among
    those of the workbook, not among all there are.
    """

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        by: User,
        *,
        title: str,
        held_rows: Callable[[type[models.Model]], list[models.Model] | None],
    ) -> None:
        self.by, self.title, self.held_rows = by, title, held_rows
        self.sheet = book.add_worksheet(title)
        self.header = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        self.places: dict[Any, str | None] = {}
        if translation.get_language_bidi():
            self.sheet.right_to_left()
        self.sheet.freeze_panes(1, 0)

    def source(self, column: Column) -> str | list[str] | None:
        """Where the drop-down of a column finds its values; None for a column without a list."""
        widget = column.widget
        if isinstance(widget, RowsCell):
            # to look the codes up: a drop-down gives one value only
            self._rows(widget.model, widget.key)
            return None
        if isinstance(widget, RowCell):
            return self._rows(widget.model, widget.key)
        if isinstance(widget, ChoiceCell):
            pairs = [(str(choice.label), choice.value) for choice in widget.choices]
            return self._list(widget.choices, str(column.label), pairs)
        if isinstance(widget, YesNoCell):
            return self._list(YesNoCell, _("yes or no"), [(_("yes"), "1"), (_("no"), "0")])
        if isinstance(widget, TextCell) and column.attribute == "category__code":
            return self._rows(Category, "code")
        return None

    def finish(self) -> None:
        """Locks the sheet once all lists stand on it."""
        self.sheet.protect("", {"format_columns": True})

    def _rows(self, model: type[models.Model], key: str) -> str | None:
        if (model, key) not in self.places:
            self.places[model, key] = None
            heading = str(model._meta.verbose_name_plural)
            pairs = self._pairs(model, key)
            if pairs:
                self._list((model, key), heading, pairs)
        return self.places[model, key]

    def _pairs(self, model: type[models.Model], key: str) -> list[tuple[str, str]]:
        """Codes and names of the rows that may be named; none where there are too many to choose from."""
        rows: Any = self.held_rows(model) if model is Measurement else None
        if rows is None:
            rows = access.visible(model._default_manager.all(), self.by)
            rows = rows.select_related(*_RELATED.get(model, ())).order_by(key)[: LONGEST + 1]
        else:
            models.prefetch_related_objects(rows, *_RELATED[model])
        pairs: dict[str, str] = {}
        for row in rows:
            name = f"{row} – {row.indicator.unit}" if isinstance(row, Series) else str(row)
            pairs.setdefault(getattr(row, key), name)
        return list(pairs.items()) if len(pairs) <= LONGEST else []

    def _list(self, name: Any, heading: str, pairs: list[tuple[str, str]]) -> str | None:
        """Writes a list once: values, then what they mean. Returns the range of the values."""
        if self.places.get(name) is None:
            place = 3 * sum(found is not None for found in self.places.values())
            # not the bare word: the sheet must not be taken for one whose header that word is
            self.sheet.write_string(
                0, place, _("%(table)s: values") % {"table": heading}, self.header
            )
            self.sheet.write_string(
                0, place + 1, _("%(table)s: meaning") % {"table": heading}, self.header
            )
            self.sheet.set_column(place, place, 24)
            self.sheet.set_column(place + 1, place + 1, 48)
            self.sheet.set_column(place + 2, place + 2, 3)
            for row, (value, meaning) in enumerate(pairs, start=1):
                self.sheet.write_string(row, place, guarded(value))
                self.sheet.write_string(row, place + 1, guarded(meaning)[:MAX_TEXT])
            quoted = self.title.replace("'", "''")
            self.places[name] = f"='{quoted}'!{xl_range_abs(1, place, len(pairs), place)}"
        return self.places[name]
