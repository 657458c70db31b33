"""What counts as a reason: words that a reader sees."""

import unicodedata
from collections.abc import Mapping

from programmes import languages
from programmes.models.named import own_first

# letters to Unicode, nothing to a reader: the fillers of Hangul
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
# letters of whichever alphabet; marks, signs and the Arabic tatweel alone say nothing
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})


def has_words(text: str) -> bool:
    """Whether a text has a letter that a reader sees. Spaces, digits, signs and invisible characters are none."""
    return any(
        unicodedata.category(sign) in _LETTERS and sign not in _BLANK_LETTERS for sign in text
    )


def by_language(reason: str | Mapping[str, str]) -> dict[str, str]:
    """A reason by its languages. One that was given in a single box stands in that of its letters; where these leave
    it open, in that of whoever gives it."""
    if isinstance(reason, str):
        reason = {languages.language_of(reason, own_first()[0]): reason}
    return {language: text.strip() for language, text in reason.items() if text.strip()}
