"""What counts as a reason: words that a reader sees."""

import unicodedata

# letters to Unicode, nothing to a reader: the fillers of Hangul
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
# letters of whichever alphabet; marks, signs and the Arabic tatweel alone say nothing
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})


def has_words(text: str) -> bool:
    """Whether a text has a letter that a reader sees. Spaces, digits, signs and invisible characters are none."""
    return any(
        unicodedata.category(sign) in _LETTERS and sign not in _BLANK_LETTERS for sign in text
    )
