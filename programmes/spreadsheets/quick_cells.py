"""The cells of many figures: each distinct one read once, and those of a row by their columns."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.values import is_empty


class Line(NamedTuple):
    """One thing of each column of a row: values, or texts. Of a column that the file lacks, None or an empty text."""

    ref: Any = None
    series: Any = None
    period_start: Any = None
    as_of: Any = None
    value: Any = None
    percent: Any = None
    numerator: Any = None
    denominator: Any = None
    qualifier: Any = None
    source: Any = None
    note: Any = None
    supersedes: Any = None


# what tells two figures without a reference apart
NATURE = ("series", "period_start", "as_of", "source", "supersedes")


class Cell(NamedTuple):
    """A cell as it is read: its value, its text as a file shows it, and why it is refused, if it is."""

    value: Any
    text: str
    sentence: str


class Memo(dict):
    """Reads each distinct cell of a column once. `refuses`: one of those read so far is refused."""

    def __init__(self, column: Column, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.column, self.read, self.refuses = column, read, False

    def cells(self, raws: Sequence[Any]) -> list[Cell]:
        """The cells of a column. Their kind is part of the key: 1 and True and 1.0 are one key otherwise."""
        first = raws[0]
        if isinstance(first, str) and raws.count(first) == len(raws):
            return [self[str, first]] * len(raws)
        return list(map(self.__getitem__, zip(map(type, raws), raws, strict=True)))

    def __missing__(self, key: tuple[type, Any]) -> Cell:
        try:
            value = self.read(key[1])
        except ValueError as error:
            found = Cell(None, "", str(error))
        else:
            needed = self.column.required and is_empty(key[1])
            found = Cell(
                value,
                self.column.written(value),
                _("This cell must not be empty.") if needed else "",
            )
        self.refuses = self.refuses or bool(found.sentence)
        if len(self) > 50_000:
            self.clear()
        self[key] = found
        return found
