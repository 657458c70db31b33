"""Record text with the language it is really in: what is not translated falls back to French, and says so."""

from dataclasses import dataclass
from typing import Any

from programmes.selectors.formats import language

FALLBACK = "fr"


@dataclass(frozen=True, slots=True)
class Text:
    """A text to print. `lang` is empty where it is in the language of the page."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Text("")


def translated(row: Any, field: str, here: str = "") -> Text:
    """A translated column of a row in the language of the page (`here`, where it is known), else in French."""
    if row is None:
        return NOTHING
    here = here or language()
    if own := getattr(row, f"{field}_{here}", None):
        return Text(own)
    fallback = getattr(row, f"{field}_{FALLBACK}", None) or ""
    return Text(fallback, FALLBACK if fallback and here != FALLBACK else "")


def stated_in(text: str, lang: str) -> Text:
    """A text whose language is recorded beside it, such as the wording of a promise."""
    return Text(text, lang if text and lang and lang != language() else "")
