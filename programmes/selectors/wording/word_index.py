"""Words to find records by: folded, without endings of the plural, and near ones where a word is mistyped.

Held in memory, so that every database finds the same. A word is looked for as it stands, then as the beginning of
another, then without its ending; only where none of these is known, among the words that share most groups of three
letters with it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from programmes.models.names import fold

ARABIC = re.compile(r"[\u0600-\u06ff]")
# 21 436, 21.436, 21,436 and ٢١٬٤٣٦: \s is also the narrow space and the one that does not break
GROUPED = re.compile(r"(?<![\d.,\u066b\u066c])\d{1,3}(?:[\s.,\u066c]\d{3})+(?!\d)")
BETWEEN_GROUPS = re.compile(r"[\s.,\u066c]")
WORD = re.compile(r"\d+[.,\u066b]\d+|\w+")
DECIMAL_SIGN = str.maketrans(",\u066b", "..")
EXACT, ALIKE, BEGINS, NEAR = 10, 9, 7, 4
# 3,6 milliards: what the folded words behind a number make of it
SCALES = {
    **dict.fromkeys(("million", "millions", "مليون", "ملايين"), 10**6),
    **dict.fromkeys(("milliard", "milliards", "billion", "billions", "مليار", "مليارات"), 10**9),
}
# Shorter words are neither the beginning of another nor mistyped.
SHORTEST_BEGINNING, SHORTEST_TYPO, LONG = 3, 4, 8
MOST_NEAR = 12
PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال")
SUFFIXES_AR = ("ات", "ون", "ين", "ان", "ه", "ي")
SUFFIXES = ("aux", "es", "s", "x", "e")
SHORTEST_STEM = 3


def words_in(text: str) -> list[str]:
    """The folded words of a text, in order. A number is one word, however it is written: 21436, 56.3, 3600000000."""
    found: list[str] = []
    for word in _plain_words(text):
        if word in SCALES and found and is_number(found[-1]):
            found[-1] = f"{(Decimal(found[-1]) * SCALES[word]).normalize():f}"
        else:
            found.append(word)
    return found


def words_of(texts: Iterable[str]) -> set[str]:
    """The folded words of texts; a number of millions also without them."""
    return {word for text in texts if text for word in (*_plain_words(text), *words_in(text))}


def _plain_words(text: str) -> list[str]:
    plain = GROUPED.sub(lambda number: BETWEEN_GROUPS.sub("", number[0]), text)
    words = (fold(word).translate(DECIMAL_SIGN) for word in WORD.findall(plain))
    return [word for word in words if word]


def is_number(word: str) -> bool:
    """Whether a folded word is a number: it is then looked for as it stands."""
    return word[:1].isdigit() and word.replace(".", "").isdecimal()


def stem(word: str) -> str:
    """A folded word without the article and the usual endings of plural and gender: internats, internat."""
    if ARABIC.search(word):
        for prefix in PREFIXES:
            if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM:
                word = word.removeprefix(prefix)
                break
        endings: tuple[str, ...] = SUFFIXES_AR
    else:
        endings = SUFFIXES
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending) + ("al" if ending == "aux" else "")
    return word


def trigrams(word: str) -> set[str]:
    """The groups of three letters of a word, its beginning and end included."""
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


class WordIndex:
    """Which places (numbers of records) hold a word, and how much it says of each."""

    def __init__(self) -> None:
        self.places: dict[str, dict[int, int]] = defaultdict(dict)
        self.stems: dict[str, set[str]] = defaultdict(set)
        self.parts: dict[str, set[str]] = defaultdict(set)
        self.sorted: list[str] = []

    def add(self, place: int, words: Iterable[str], weight: int) -> None:
        """Adds the words of a record; of several weights of a word, the highest counts."""
        for word in words:
            known = self.places[word]
            known[place] = max(weight, known.get(place, 0))

    def close(self) -> None:
        """Makes what is needed for endings, beginnings and near words, when all words are in."""
        for word in self.places:
            self.stems[stem(word)].add(word)
            for part in trigrams(word):
                self.parts[part].add(word)
        self.sorted = sorted(self.places)

    def find(self, word: str) -> dict[int, int]:
        """The places of a folded word, each with how well it answers."""
        found: dict[int, int] = {}
        self._collect(found, self._alike(word))
        if not found and len(word) >= SHORTEST_TYPO and not is_number(word):
            self._collect(found, self._near(word))
        return found

    def _collect(self, found: dict[int, int], words: dict[str, int]) -> None:
        for word, quality in words.items():
            for place, weight in self.places[word].items():
                found[place] = max(quality * weight, found.get(place, 0))

    def _alike(self, word: str) -> dict[str, int]:
        alike = dict.fromkeys(self.stems.get(stem(word), ()), ALIKE)
        if len(word) >= SHORTEST_BEGINNING and not is_number(word):
            for beginning in {word, f"ال{word}"}:
                alike |= {one: max(BEGINS, alike.get(one, 0)) for one in self._beginning(beginning)}
        if word in self.places:
            alike[word] = EXACT
        return alike

    def _beginning(self, beginning: str) -> Iterable[str]:
        low, high = 0, len(self.sorted)
        while low < high:
            middle = (low + high) // 2
            if self.sorted[middle] < beginning:
                low = middle + 1
            else:
                high = middle
        while low < len(self.sorted) and self.sorted[low].startswith(beginning):
            yield self.sorted[low]
            low += 1

    def _near(self, word: str) -> dict[str, int]:
        """The words that a mistyped one may stand for: one slip in a short word, two in a long one."""
        shared: dict[str, int] = defaultdict(int)
        for part in trigrams(word):
            for other in self.parts.get(part, ()):
                shared[other] += 1
        most = 2 if len(word) >= LONG else 1
        best = sorted(shared, key=lambda one: (-shared[one], one))[: 8 * MOST_NEAR]
        near = [one for one in best if slips(word, one, most) <= most]
        return dict.fromkeys(near[:MOST_NEAR], NEAR)


def slips(one: str, other: str, most: int) -> int:
    """How many letters are missing, added, changed or swapped between two words; above `most`, no exact number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        last, before, row = before, row, [at, *[0] * len(other)]
        for to, sign in enumerate(other, start=1):
            row[to] = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != sign))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == sign:
                row[to] = min(row[to], last[to - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
