"""The country of the site, as country.json of its reference data describes it: what kinds of territories it has, on
which level each lies, and where the tiles of its regions stand.

Level 0 is the country itself, level 1 what pages call regions, level 2 what these are divided into.
"""

import json
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

from programmes import languages

# the code of the territory in which all others lie, and of its kind
CODE: str = settings.COUNTRY
ROOT = "country"
# as many columns and rows as the stylesheet lays out (.c0 to .c4, .r0 to .r6)
COLUMNS, ROWS = 5, 7

_told = json.loads((settings.REFERENCE_DIR / "country.json").read_text(encoding="utf-8"))


def _in_language(texts: dict[str, str]) -> str:
    """A text in the language of the page, else in the first that has it; without a language, as developers read it."""
    here = get_language() or "en"
    return next((texts[code] for code in (here, *languages.CODES, *texts) if texts.get(code)), "")


_lazily = lazy(_in_language, str)


class TerritoryKind(NamedTuple):
    """A kind of territory. part_of: the sentence that refuses one in the wrong place. before, behind: the words that
    people write beside the name of one."""

    code: str
    level: int
    name: str
    part_of: str
    before: tuple[str, ...]
    behind: tuple[str, ...]


KINDS = tuple(
    TerritoryKind(
        one["code"],
        one["level"],
        _lazily(one["name"]),
        _lazily(one.get("part_of", {})),
        tuple(one.get("before", ())),
        tuple(one.get("behind", ())),
    )
    for one in _told["kinds"]
)
LEVELS: dict[str, int] = {kind.code: kind.level for kind in KINDS}
# column and row of a region, by its code; the others follow where there is room
TILES: dict[str, tuple[int, int]] = {
    code: (column, row) for code, (column, row) in _told["tiles"].items()
}


@cache
def of_level(level: int) -> tuple[str, ...]:
    """The kinds of a level, by their codes."""
    return tuple(kind.code for kind in KINDS if kind.level == level)


REGIONS, LOCAL = of_level(1), of_level(2)


def level_name(level: int) -> str:
    """What the territories of a level are called together, in the language of the page; empty where there is none."""
    return "".join(_in_language(one["name"]) for one in _told["levels"][level : level + 1])


def beside_others(level: int) -> str:
    """The heading above the figures of one beside those of the others of its level."""
    return _in_language(_told["levels"][level].get("beside", {}))
