"""Spellings of one name fold to the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.models.names import fold, fold_header


@pytest.mark.parametrize(
    "spellings",
    [
        ("Fès-Meknès", "FES MEKNES", "fès–meknès", "Fes\u00a0Meknes", " fes_meknes "),
        ("L'Oriental", "l’oriental", "L ORIENTAL", "lʼOriental"),
        ("Cœur", "COEUR", "coeur"),
        ("الرحامنة", "الرحامنه", "الرّحامنة", "الرحـــامنة", "\u200fالرحامنة"),
        ("أكادير", "اكادير", "أگادير", "أݣادير", "آكادير"),
        ("إفران", "افران", "أفران", "ٱفران"),
        ("سيدي إفني", "سيدى افني", "سیدی إفنی"),
        ("العيون الساقية الحمراء", "العيون-الساقية الحمراء"),
        ("ﺍﻟﺮﺑﺎﻁ", "الرباط"),
        ("Zone 12", "zone ١٢", "ZONE ۱۲"),
        ("Tanger-Tétouan-Al Hoceïma", "tanger tetouan al hoceima"),
    ],
)
def test_spellings_fold_to_one_text(spellings: tuple[str, ...]) -> None:
    assert {fold(spelling) for spelling in spellings} == {fold(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الشرق", "شرق"),
        ("Rabat", "Rabat-Salé"),
        ("value", "value (%)"),
        ("name (fr)", "name (ar)"),
        ("قلعة", "قلاع"),
        ("1", "11"),
    ],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "header", ["Code", "code *", " CODE:", "\ufeffcode", "\u202bcode\u202c", "co de"]
)
def test_header_is_known_with_marks_and_a_star(header: str) -> None:
    assert fold_header(header) == "code"


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdéèàçôïÉÀ' -", max_size=20))
def test_case_and_accents_never_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())
