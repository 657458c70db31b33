"""The cells of many figures: each distinct one read once, and those of a row by their columns."""

from collections.abc import Callable, Sequence
from decimal import Decimal
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


MOST_REMEMBERED = 50_000
NUMBERS = frozenset((bool, int, float, Decimal))
# what tells two figures without a reference apart
NATURE = ("series", "period_start", "as_of", "source", "supersedes")


class Cell(NamedTuple):
    """A cell as it is read: its value, its text as a file shows it, and why it is refused, if it is."""

    value: Any
    text: str
    sentence: str


class Memo:
    """Reads each distinct cell of a column once. `refuses`: one of those read so far is refused."""

    def __init__(self, column: Column, read: Callable[[Any], Any]) -> None:
        self.column, self.read, self.refuses = column, read, False
        self._cells: dict[frozenset[type], _Memory] = {}
        self._texts: dict[frozenset[type], _Memory] = {}

    def cells(self, raws: Sequence[Any]) -> list[Cell]:
        """What some cells of the column say."""
        return self._all(self._cells, self._cell, raws)

    def texts(self, raws: Sequence[Any]) -> list[str | None]:
        """The texts of some cells, None for one that is refused."""
        return self._all(self._texts, self._text, raws)

    @staticmethod
    def _all(
        memories: dict[frozenset[type], "_Memory"],
        make: Callable[[Any], Any],
        raws: Sequence[Any],
    ) -> list[Any]:
        kinds = frozenset(map(type, raws))
        # 1 and True and 1.0 are one key: where a column has several kinds of number, each has its own memory
        if len(kinds & NUMBERS) < 2:
            memory = memories.get(kinds) or memories.setdefault(kinds, _Memory(make))
            if raws.count(raws[0]) == len(raws):
                return [memory[raws[0]]] * len(raws)
            return list(map(memory.__getitem__, raws))
        for kind in kinds:
            memories.setdefault(frozenset((kind,)), _Memory(make))
        return [memories[frozenset((type(raw),))][raw] for raw in raws]

    def _cell(self, raw: Any) -> Cell:
        try:
            value = self.read(raw)
        except ValueError as error:
            self.refuses = True
            return Cell(None, "", str(error))
        if self.column.required and is_empty(raw):
            self.refuses = True
            return Cell(value, self.column.written(value), _("This cell must not be empty."))
        return Cell(value, self.column.written(value), "")

    def _text(self, raw: Any) -> str | None:
        cell = self._cell(raw)
        return None if cell.sentence else cell.text


class _Memory(dict[Any, Any]):
    """What was made of each thing."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, raw: Any) -> Any:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        self[raw] = made = self.make(raw)
        return made
