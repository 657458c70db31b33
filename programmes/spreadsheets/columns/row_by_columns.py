"""A record that is named by what it is about, in several columns: a series by its indicator and its territory."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from programmes.models import State
from programmes.spreadsheets.columns.cells import RowCell
from programmes.spreadsheets.columns.doubts import Doubt
from programmes.spreadsheets.columns.lookups import Lookups, SeveralRecordsError
from programmes.spreadsheets.columns.values import CellRefusal, NameCells, as_text, is_empty

if TYPE_CHECKING:
    from programmes.spreadsheets.columns.column import Column

MOST_NEAR = 3
MOST_LISTED = 5
# rows of review that nothing new is added to
ENDED = (State.SUPERSEDED, State.WITHDRAWN)


class RowByColumnsCell(RowCell):
    """Another record, by its key, or by the cells of several columns where these name exactly one.

    `parts`: these columns, the one that narrows most first; a file that has the record's own column has none of them.
    """

    def __init__(
        self,
        model: type[models.Model],
        key: str = "code",
        related: tuple[str, ...] = (),
        parts: "tuple[Column, ...]" = (),
    ) -> None:
        super().__init__(model, key, related)
        self.parts = parts

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, NameCells):
            return self._by_columns(value, **kwargs)
        return super().clean(value, row, **kwargs)

    def _by_columns(
        self, value: NameCells, *, lookups: Lookups, **kwargs: Any
    ) -> models.Model | None:
        """The one record that the cells name. Raises ValueError where they name none, or several."""
        if is_empty(value):
            return None
        asked = {
            part: part.widget.clean(cell, lookups=lookups, **kwargs)
            for part, cell in zip(self.parts, value, strict=True)
            if not is_empty(cell)
        }
        first, wanted = next(iter(asked.items()))
        rows = lookups.grouped(self.model, self.key, self.related, first.attribute).get(wanted, [])
        rows = [row for row in rows if getattr(row, "state", None) not in ENDED]
        found = [row for row in rows if all(part.same(part.of(row), asked[part]) for part in asked)]
        if len(found) > MOST_LISTED:
            raise CellRefusal(
                _(
                    "“%(name)s” fits %(count)s records: %(records)s and others."
                    " Say more, such as the programme or the centre."
                )
                % {
                    "name": as_text(value),
                    "count": len(found),
                    "records": self._listed(found[:MOST_NEAR]),
                },
                [getattr(row, self.key) for row in found[:MOST_NEAR]],
            )
        if len(found) > 1:
            raise SeveralRecordsError(as_text(value), found, self.key)
        if not found:
            sentence = _("“%(name)s” names nothing that you can use in: %(table)s.") % {
                "name": as_text(value),
                "table": self.model._meta.verbose_name_plural,
            }
            if rows:
                sentence += " " + _("Near it: %(records)s.") % {
                    "records": self._listed(rows[:MOST_NEAR])
                }
            raise CellRefusal(sentence, [getattr(row, self.key) for row in rows[:MOST_NEAR]])
        return found[0]

    def _listed(self, rows: list[models.Model]) -> str:
        return ", ".join(f"{row} ({getattr(row, self.key)})" for row in rows)

    def doubt(self, raw: Any, value: Any, lookups: Lookups) -> Doubt | None:
        if not isinstance(raw, NameCells):
            return super().doubt(raw, value, lookups)
        cells = zip(self.parts, raw, strict=True)
        doubts = (
            part.widget.doubt(cell, part.read_cell(cell, lookups), lookups)
            for part, cell in cells
            if not is_empty(cell)
        )
        return next((doubt for doubt in doubts if doubt is not None), None)
