"""The glossary: terms of the site in three languages, from a file that comes with the tracker."""

import csv
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from programmes.languages import CODES
from programmes.models.names import fold
from programmes.selectors.wording.formats import language

FILE = settings.REFERENCE_DIR / "glossary.csv"


@dataclass(frozen=True, slots=True)
class Term:
    """A term in the language of the page, what it means, and what it is in the others (language, word)."""

    code: str
    word: str
    meaning: str
    others: tuple[tuple[str, str], ...]


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
            word=row[here],
            meaning=row[f"definition_{here}"],
            others=tuple((lang, row[lang]) for lang in CODES if lang != here),
        )
        for row in _rows()
    )
    return tuple(sorted(terms, key=lambda term: fold(term.word)))
