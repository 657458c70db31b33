"""The languages of the site, as the settings name them, with what Babel knows of each.

The first one is that of codes and of a reader who chose none. A text that is missing in one is shown in the first that
has it, and says so.
"""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
FIRST: str = settings.LANGUAGE_CODE
_ARABIC, _LATIN = re.compile(r"[\u0620-\u06d3]"), re.compile(r"[A-Za-z\u00c0-\u024f]")
# What tells languages apart that share their letters.
_TELLING = {
    "fr": re.compile(
        r"[àâçèéêëîïôùûœ]|\b(?:aux?|avec|ces?|cette|contre|dans|de|des|du|elle|en|est|et|il|la|les?|ne|ou|par|pas|pour|que|qui"
        r"|sans|sont|sur|une?)\b|\b[cdln][’']",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:an?|and|are|as|at|by|for|from|has|have|in|is|it|of|that|the|their|to|was|were|which|with)\b",
        re.IGNORECASE,
    ),
}


@cache
def locale_of(code: str) -> Locale:
    """How a language is written in the country of the site; where Babel has no such form, as it is written anywhere."""
    try:
        return Locale.parse(f"{code}_{settings.COUNTRY}")
    except UnknownLocaleError:
        return Locale.parse(code)


@cache
def own_name(code: str) -> str:
    """What a language calls itself, with a capital letter where it has any: Français."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


@cache
def name_in(code: str, reader: str) -> str:
    """What a language is called in a sentence of another one: français, French, الفرنسية."""
    return Locale.parse(code).get_language_name(reader) or code


def _label(code: str) -> str:
    # where no language is active, as in migrations, it is called as in English
    name = name_in(code, get_language() or "en")
    return name[:1].upper() + name[1:]


# What a language is called as a label, in the language of whoever reads it: Français, French, الفرنسية.
label = lazy(_label, str)


@cache
def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    return str(Locale.parse(code).text_direction)


def language_of(text: str, reader: str) -> str:
    """The language of a text of which nobody said it, by its letters and small words; where these leave it open, the
    reader's own, else the first of the site in these letters."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if not arabic and not latin:
        return reader
    is_rtl = arabic > latin
    alike = [code for code in CODES if (direction(code) == "rtl") == is_rtl] or [FIRST]
    count = {code: len(_TELLING[code].findall(text)) if code in _TELLING else 0 for code in alike}
    return max(alike, key=lambda code: (count[code], code == reader))
