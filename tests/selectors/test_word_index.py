"""Words are found in other endings, from their beginning, and where they are mistyped."""

import pytest

from programmes.selectors.wording.word_index import (
    WordIndex,
    slips,
    stem,
    trigrams,
    words_in,
    words_of,
)

TEXTS = {
    1: "Marrakech-Safi مراكش-آسفي",
    2: "Internat de Benguérir داخلية بنجرير",
    3: "Jeunes formés : 15 000 en 2026",
    4: "Article sur le département",
}


@pytest.fixture
def index() -> WordIndex:
    made = WordIndex()
    for place, text in TEXTS.items():
        made.add(place, words_of([text]), 10)
    made.close()
    return made


@pytest.mark.parametrize(
    ("word", "places"),
    [
        ("marrakech", {1}),
        ("marakech", {1}),
        ("marrakesh", {1}),
        ("internats", {2}),
        ("bengerir", {2}),
        ("بنجرير", {2}),
        ("ابنجرير", {2}),
        ("15000", {3}),
        ("2026", {3}),
        ("2027", set()),
        ("forme", {3}),
        ("part", set()),  # inside departement: not a word of its own
        ("safi", {1}),
        ("zzzzzz", set()),
    ],
)
def test_word_finds_its_places(index, word, places):
    assert set(index.find(word)) == places


def test_exact_word_answers_better_than_its_beginning_or_a_slip(index):
    exact, begun, slip = (index.find(word)[1] for word in ("marrakech", "marrak", "marakech"))
    assert exact > begun > slip


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("internats", "internat"),
        ("regionaux", "regional"),
        ("المقاعد", "مقاعد"),
        ("متدربين", "متدرب"),
    ],
)
def test_stem_drops_the_article_and_the_ending(word, expected):
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("one", "other", "most", "expected"),
    [
        ("abc", "abc", 1, 0),
        ("abc", "abd", 1, 1),
        ("abcd", "acbd", 1, 1),
        ("abcd", "ab", 1, 2),
        ("marakech", "marrakech", 2, 1),
    ],
)
def test_slips_are_counted(one, other, most, expected):
    assert slips(one, other, most) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("21 436 lits", ["21436", "lits"]),
        ("21\u202f436", ["21436"]),
        ("1.234.567,89", ["1234567.89"]),
        ("1,234.5", ["1234.5"]),
        ("٢١٬٤٣٦٫٥", ["21436.5"]),
        ("2019 448", ["2019", "448"]),
        ("1 23", ["1", "23"]),
        ("21.02.2026", ["21.02", "2026"]),
        ("3,6 milliards de dirhams", ["3600000000", "de", "dirhams"]),
        ("1,5 million", ["1500000"]),
        ("مليون", ["مليون"]),
    ],
)
def test_number_is_one_word_however_it_is_written(text, words):
    assert words_in(text) == words


def test_number_of_millions_is_a_word_with_and_without_them():
    assert words_of(["3,6 milliards"]) == {"3.6", "milliards", "3600000000"}


def test_short_words_keep_their_ending() -> None:
    assert [stem(word) for word in ("tes", "mas", "vie", "aux", "sites")] == [
        "tes",
        "mas",
        "vie",
        "aux",
        "sit",
    ]


def test_groups_of_three_letters_hold_the_beginning_and_the_end() -> None:
    assert trigrams("ab") == {"  a", " ab", "ab "}
