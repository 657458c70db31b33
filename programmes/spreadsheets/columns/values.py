"""Raw cells, before a column says what they stand for: empty, faulty, and as the text that a person sees."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

# what a program writes in a cell whose formula failed, in the languages of our senders
_ERROR_CODES = (
    *("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"),
    *("#NOM?", "#NUL!", "#NOMBRE!", "#VALEUR!", "#EPARS!", "#PROPAGATION!"),
    *(f"Err:{number}" for number in range(501, 541)),
)


@dataclass(frozen=True)
class CellFault:
    """A cell that holds an error such as `#DIV/0!`; as `=`, a formula whose result is not in the file; or a value that
    its format shows as another."""

    code: str
    is_shown_otherwise: bool = False

    def __str__(self) -> str:
        return self.code

    @property
    def sentence(self) -> str:
        """Why the cell is refused, in the reader's language."""
        if self.code == "=":
            return _(
                "The cell holds a formula without its result."
                " Open the file in a spreadsheet program, save it and send it again."
            )
        if self.is_shown_otherwise:
            return _(
                "The cell shows something else than the value it holds: its format adds digits or leaves some out."
                " Give it a plain format, or type the value in its place."
            )
        return _(
            "The cell holds the error %(code)s. Correct its formula, or type the value in its place."
        ) % {"code": self.code}


# as text too, such as a CSV has: nothing else tells that the cell failed
FAULTY_TEXTS = {code: CellFault(code) for code in _ERROR_CODES}


# UTF-8 that was read as Windows-1252, or a sign that nothing could be made of
BROKEN = re.compile(
    "\ufffd|[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[ØÙÚ][\u0080-\u009f\u00a1-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ“”•˜™š›œžŸ]"
)
# what no text of a file may hold: control characters, and halves of a sign, which JSON can write by their numbers
NOT_KEPT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


# what steers the direction of text or takes no room, and comes with what is pasted; joiners inside words stay
INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u061c\ufeff]")
_WIDE_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def cleaned(text: str, *, is_name: bool = False) -> str:
    """A text as it is kept: composed (NFC), without invisible signs; in a name or code with plain spaces."""
    if text.isascii():
        return text
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _WIDE_SPACES.sub(" ", text).strip() if is_name else text


class CellRefusal(ValueError):
    """Why a cell is refused. `near`: what may stand in its place; `rounds`: rounding makes it right."""

    def __init__(self, sentence: str, near: Iterable[str] = (), *, rounds: bool = False) -> None:
        super().__init__(sentence)
        self.near, self.rounds = tuple(near), rounds


class NameCells(tuple[Any, ...]):
    """The cells of several columns that name one record together, in their order (see row_by_columns.py)."""

    def __str__(self) -> str:
        return " · ".join(filter(None, map(as_text, self)))


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing. Zero and False are something."""
    if isinstance(value, NameCells):
        return all(map(is_empty, value))
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """A cell as the text that a person sees in it: 15000, not 15000.0."""
    if isinstance(value, float):
        # 15 significant digits are all that a spreadsheet shows
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    return "" if value is None else str(value).strip()


def refuse_fault(value: Any) -> None:
    """Raises ValueError for a cell that holds an error, as one or as text, or a time, which no column takes."""
    if isinstance(value, str):
        value = FAULTY_TEXTS.get(value.strip(), value)
    if isinstance(value, CellFault):
        raise ValueError(value.sentence)
    if isinstance(value, time | timedelta):
        raise ValueError(sentence_of_time(value))


def sentence_of_time(value: Any) -> str:
    """Why a time of day is refused."""
    return _(
        "The cell holds a time, %(text)s, which no column takes. Format it and type it again."
    ) % {"text": as_text(value)}


def refuse_not_text(value: Any) -> None:
    """Raises ValueError for a date or a yes/no where text is expected.

    Spreadsheet programs turn 5-10 into 5 October and "vrai" into TRUE: what was typed is lost.
    """
    if isinstance(value, date | bool):
        raise ValueError(
            _(
                "The cell holds the date or the logical value %(text)s where text is expected."
                " Format it as text and type it again."
            )
            % {"text": as_text(value)}
        )


def folded(text: str) -> str:
    """Text with case and repeated spaces removed. Names and headers are compared as names.py folds them."""
    return " ".join(str(text).casefold().split())


# A text that starts with one of these is run as a formula by a spreadsheet program.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it; numbers are left alone."""
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def unguarded(text: str) -> str:
    """The text that `guarded` made harmless, as it was."""
    if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS):
        return text[1:]
    return text
