"""The glossary: terms of the site in the languages of the site, from a file of the reference data."""

import csv
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from programmes.languages import CODES, direction
from programmes.models.names import fold
from programmes.selectors.wording.formats import language

FILE = settings.REFERENCE_DIR / "glossary.csv"


@dataclass(frozen=True, slots=True)
class Term:
    """A term in the language of the page, what it means, and what it is in the others (language, direction, word)."""

    code: str
    word: str
    meaning: str
    others: tuple[tuple[str, str, str], ...]


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def glossary() -> tuple[Term, ...]:
    """Every term, in the order of the alphabet of the page."""
    here = language()
    terms = (
        Term(
            code=row["term"],
            word=_text(row, "", here),
            meaning=_text(row, "definition_", here),
            others=tuple(
                (lang, direction(lang), row[lang])
                for lang in CODES
                if lang != here and row.get(lang)
            ),
        )
        for row in _rows()
    )
    return tuple(sorted(terms, key=lambda term: fold(term.word)))


def _text(row: dict[str, str], column: str, here: str) -> str:
    """A text in the language of the page, else in the first of the site that has it."""
    return next((row[column + code] for code in (here, *CODES) if row.get(column + code)), "")
