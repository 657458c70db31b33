"""The cells of a column: each distinct one read once."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.doubts import Doubt
from programmes.spreadsheets.columns.values import (
    INVISIBLE,
    CellRefusal,
    NameCells,
    as_text,
    is_empty,
)

MOST_REMEMBERED = 50_000
# of a longer text a sentence quotes the start
LONGEST_QUOTED = 500
NUMBERS = frozenset((bool, int, float, Decimal))


class ReadCell(NamedTuple):
    """A cell as it is read: its value, its text as a file shows it, and why it is refused, if it is.

    `near`: what may stand in place of a refused one; `rounds`: rounding makes it right.
    """

    value: Any
    text: str
    sentence: str
    doubt: Doubt | None = None
    near: tuple[str, ...] = ()
    rounds: bool = False


class Memo:
    """Reads each distinct cell of a column once. `refuses`: one of those read so far is refused.

    `repairs`: by the text of a cell that is refused or doubtful, what is read in its place.
    """

    def __init__(
        self,
        column: Column,
        read: Callable[[Any], Any],
        doubt: Callable[[Any, Any], Doubt | None] = lambda _raw, _value: None,
        repairs: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.column, self.read, self.doubt = column, read, doubt
        self.repairs = repairs
        self.refuses = False
        self.invisible: set[str] = set()
        self._memories: dict[frozenset[type], _Memory] = {}

    def cells(self, raws: Sequence[Any]) -> list[ReadCell]:
        """What some cells of the column say."""
        kinds = frozenset(map(type, raws))
        # 1 and True and 1.0 are one key: where a column has several kinds of number, each has its own memory
        if len(kinds & NUMBERS) < 2:
            return list(map(self._memory(kinds).__getitem__, raws))
        return [self._memory(frozenset((type(raw),)))[raw] for raw in raws]

    def forget(self) -> None:
        """Reads every cell anew: what it names may be known by now."""
        self._memories.clear()

    def _memory(self, kinds: frozenset[type]) -> "_Memory":
        return self._memories.get(kinds) or self._memories.setdefault(kinds, _Memory(self._cell))

    def _cell(self, raw: Any) -> ReadCell:
        cell = self._read(raw)
        if self.repairs and (cell.sentence or cell.doubt):
            now = self.repairs.get(as_text(raw))
            cell = cell if now is None else self._read(now)
        self.refuses = self.refuses or bool(cell.sentence)
        if isinstance(raw, str) and not raw.isascii():
            self.invisible.update(INVISIBLE.findall(raw))
        return cell

    def _read(self, raw: Any) -> ReadCell:
        cell = self._told(raw)
        if not isinstance(raw, str | NameCells) or len(text := as_text(raw)) <= LONGEST_QUOTED:
            return cell
        # each sentence would hold the whole text once more
        start = Truncator(text).chars(LONGEST_QUOTED)
        doubt = cell.doubt and cell.doubt._replace(
            sentence=cell.doubt.sentence.replace(text, start)
        )
        return cell._replace(sentence=cell.sentence.replace(text, start), doubt=doubt)

    def _told(self, raw: Any) -> ReadCell:
        try:
            value = self.read(raw)
        except CellRefusal as error:
            return ReadCell(None, "", str(error), None, error.near, error.rounds)
        except ValueError as error:
            return ReadCell(None, "", str(error))
        if self.column.required and is_empty(raw):
            return ReadCell(value, self.column.written(value), _("This cell must not be empty."))
        return ReadCell(value, self.column.written(value), "", self.doubt(raw, value))


class _Memory(dict[Any, ReadCell]):
    """What was made of each cell."""

    def __init__(self, make: Callable[[Any], ReadCell]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, raw: Any) -> ReadCell:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        self[raw] = made = self.make(raw)
        return made
