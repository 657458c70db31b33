"""Record text with the language it is really in: what is not translated falls back to another one, and says so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import category

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from programmes.languages import CODES, name_in
from programmes.selectors.wording.formats import language


@dataclass(frozen=True, slots=True)
class Text:
    """A text to print. `lang` is empty where it is in the language of the page."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def word(self) -> str:
        """The small word that says its language; empty where it is in that of the page."""
        if not self.lang:
            return ""
        return _("(in %(language)s)") % {"language": name_in(self.lang, language())}

    @property
    def plain(self) -> str:
        """The text where it cannot be marked, such as in a picture or a feed: the word behind it says its language."""
        return f"{self.text} {self.word}" if self.lang else self.text

    @property
    def open_ended(self) -> "Text":
        """The text without its full stop, for a sentence that goes on or ends behind it."""
        return replace(self, text=self.text.rstrip(" ."))


NOTHING = Text("")
# Letters by the direction in which they are written.
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z\u00c0-\u058f\u1e00-\u1fff\u2c00-\u2dff]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
# What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def isolated(text: str) -> str:
    """A text that keeps its own direction, whatever stands around it, where no element can say so."""
    return f"\u2068{text}\u2069"


def printable(text: str) -> str:
    """A text on one line, without signs of control and direction. Its spaces stay: those in numbers do not break."""
    return "".join(
        sign if sign.isprintable() or category(sign) == "Zs" else " " if sign.isspace() else ""
        for sign in text
    )


def for_xml(text: str) -> str:
    """A text, or a whole drawing, without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def named_apart(name: str) -> str:
    """A name on a line of the page's language. Letters of the other direction would draw what stands beside them along:
    a name that has any is isolated."""
    foreign = _LEFT_TO_RIGHT if get_language_bidi() else _RIGHT_TO_LEFT
    return isolated(name) if foreign.search(name) else name


def direction_of(text: str) -> str:
    """For `dir`: a line of names that keep their direction runs as the page does, others as their letters do.

    A browser that is left to find out takes the direction of the first name for that of the whole line.
    """
    if "\u2068" not in text:
        return "auto"
    return "rtl" if get_language_bidi() else "ltr"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of the site with texts of records in them, each of which keeps its language."""

    pattern: str
    parts: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, pattern: str, **parts: Any) -> "Sentence":
        """A sentence by its pattern, such as `Reason: %(reason)s.`, and what stands in it."""
        return cls(pattern, tuple(parts.items()))

    def __bool__(self) -> bool:
        return bool(self.pattern)

    def __str__(self) -> str:
        parts = {name: one.plain if isinstance(one, Text) else str(one) for name, one in self.parts}
        return self.pattern % parts


def plain(words: "str | Text | Sentence") -> str:
    """Words where no part of them can be marked: of each text of another language a word says so."""
    return words.plain if isinstance(words, Text) else str(words)


def translated(row: Any, field: str) -> Text:
    """A translated column of a row in the language of the page, else in the first that has it."""
    if row is None:
        return NOTHING
    return first_of({lang: getattr(row, f"{field}_{lang}", None) for lang in CODES})


def first_of(names: Mapping[str, str | None]) -> Text:
    """A text by its languages, in that of the page, else in the first that has it."""
    if own := names.get(language()):
        return Text(own)
    lang = next((code for code in CODES if names.get(code)), "")
    return Text(names[lang] or "", lang) if lang else NOTHING


def stated_in(text: str, lang: str) -> Text:
    """A text whose language is recorded beside it, such as the wording of a promise."""
    return Text(text, lang if text and lang and lang != language() else "")
