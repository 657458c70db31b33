"""Names as people spell them: two spellings of one name fold to the same text."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart, as they are exchanged in practice.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ٱ": "ا",  # the other alefs, and hamza on waw and yeh, are taken apart by Unicode
        "ى": "ي",
        "ی": "ي",
        "ے": "ي",
        "ة": "ه",
        "ہ": "ه",
        "ە": "ه",
        "ک": "ك",
        # the hard g, which Morocco writes in several ways: أكادير, أگادير, أݣادير
        "گ": "ك",
        "ڭ": "ك",
        "ݣ": "ك",
        "ڤ": "ف",
        "پ": "ب",
        "ـ": None,  # tatweel stretches a word
    }
)
# How the letters of a folded Arabic text are written in a code: ASCII signs, one way each, for the eye only.
_LATIN = str.maketrans(
    {
        "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r",
        "ز": "z", "س": "s", "ش": "ch", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "ع": "a", "غ": "gh", "ف": "f",
        "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "ou", "ي": "i", "ء": None,
    }
)  # fmt: skip
_APOSTROPHES = frozenset("'’‘‛`´ʼʻʽʾʿʹ′＇")
# marks on letters, marks of direction, spaces, control signs, hyphens, underscores
_DROPPED = frozenset({"Mn", "Me", "Cf", "Zs", "Zl", "Zp", "Cc", "Pd", "Pc"})
_ASCII_DROPPED = {
    code: None
    for code in range(128)
    if unicodedata.category(chr(code)) in _DROPPED or chr(code) in _APOSTROPHES
}
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")
_REQUIRED_MARK = re.compile(r"[*:]+\Z")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """A text without what people write differently: case, accents, spaces, hyphens, apostrophes, Arabic variants.

    Folded: أ إ آ ٱ as ا, ى ی as ي, ة as ه, ؤ as و, ئ as ي, گ ڭ as ك, no tatweel, no vowel signs, digits as 0 to 9.
    The article ال stays, and so does other punctuation: it tells names apart.
    """
    if text.isascii():  # most codes, and many names
        return text.lower().translate(_ASCII_DROPPED)
    for _round in range(3):  # case folding can make signs that are folded again
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def fold_header(text: str) -> str:
    """A header folded, without the star or colon that some put behind it."""
    return _REQUIRED_MARK.sub("", fold(text))


def code_stem(text: str) -> str:
    """A text as a code can be: a to z, digits, hyphens between words. Empty where nothing of it can be written so."""
    letters = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text)
        if unicodedata.category(sign) not in ("Mn", "Cf") and sign not in _APOSTROPHES
    )
    words = (fold(word).translate(_LATIN) for word in _BETWEEN_WORDS.split(letters))
    return "-".join(filter(None, (_NOT_IN_CODES.sub("", word) for word in words)))


def _fold_once(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(
        _digit(sign)
        for sign in apart.translate(_LETTERS)
        if unicodedata.category(sign) not in _DROPPED and sign not in _APOSTROPHES
    )


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
