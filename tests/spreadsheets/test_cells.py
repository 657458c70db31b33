"""What people type, and what it is taken for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.models import Series, Target
from programmes.spreadsheets.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    TextCell,
    YesNoCell,
    guarded,
)
from programmes.spreadsheets.numbers import read_number, write_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1\u00a0234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("١٢٣٤٫٥", "1234.5"),
        ("١٬٢٣٤٬٥٦٧", "1234567"),
        ("۱۲۳۴", "1234"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("0", "0"),
        (0, "0"),
        (15000.0, "15000"),
        (0.1 + 0.2, "0.3"),
        (Decimal("12.3400"), "12.34"),
    ],
)
def test_number_is_read(typed: Any, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "1.234",
            "1,234",
            "12.345",
            "-1.234",
            "١٬٢٣٤x",
            "3/4",
            "12a",
            "1,23,45",
            "1e5",
            "NaN",
            "inf",
            "--5",
            "1.2.3",
        ),
        *(True, float("nan"), float("inf"), "1" * 12, "0.12345", "9" * 30),
    ],
)
def test_number_is_refused(typed: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_number(typed)


def test_number_with_two_readings_shows_both() -> None:
    with pytest.raises(ValueError, match=r"1234.*1,234"):
        read_number("1.234")


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_number_written_is_read_again(number: Decimal) -> None:
    assert read_number(write_number(number)) == number


@given(st.text(max_size=30))
def test_number_reads_or_refuses_any_text(text: str) -> None:
    try:
        number = read_number(text)
    except ValueError:
        return
    assert read_number(write_number(number)) == number


@pytest.mark.parametrize(
    ("typed", "notation"),
    [
        (date(2026, 4, 3), "2026-04-03"),
        (datetime(2026, 4, 3), "2026-04-03"),
        ("03/04/2026", "2026-04-03"),
        ("2026-04-03", "2026-04-03"),
        ("02/2021", "2021-02"),
        (2021.0, "2021"),
        ("2021", "2021"),
        ("2021-2022", "2021-2022"),
        ("2023..2024", "2023..2024"),
        (None, ""),
    ],
)
def test_date_is_read_day_first(typed: Any, notation: str) -> None:
    assert PreciseDateCell().clean(typed).notation == notation


@pytest.mark.parametrize("typed", ["04/13/2026", "31/02/2026", "3/4/26", "soon", "2021-2024"])
def test_date_is_refused_with_what_is_accepted(typed: str) -> None:
    with pytest.raises(ValueError, match="17/02/2021"):
        PreciseDateCell().clean(typed)


def test_day_refuses_a_month() -> None:
    with pytest.raises(ValueError, match="17/02/2021"):
        DayCell().clean("02/2021")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("oui", True),
        ("نعم", True),
        ("Yes", True),
        ("1", True),
        (1.0, True),
        (True, True),
        ("non", False),
        ("لا", False),
        ("NO", False),
        ("0", False),
        (0, False),
        (False, False),
        ("", None),
    ],
)
def test_yes_and_no_in_three_languages(typed: Any, answer: bool | None) -> None:
    assert YesNoCell().clean(typed) is answer


def test_yes_or_no_refuses_another_word() -> None:
    with pytest.raises(ValueError, match="oui"):
        YesNoCell().clean("peut-être")


@pytest.mark.parametrize("typed", ["context", "CONTEXT", " context "])
def test_choice_is_known_by_its_code(typed: str) -> None:
    assert ChoiceCell(Series.Role).clean(typed) == "context"


def test_choice_is_known_by_its_label() -> None:
    assert ChoiceCell(Target.MeasuredBy).clean(str(Target.MeasuredBy.PARTS.label)) == "parts"


def test_choice_refused_names_what_is_accepted() -> None:
    with pytest.raises(ValueError, match="progress"):
        ChoiceCell(Series.Role).clean("maybe")


@pytest.mark.parametrize("typed", ["-1", "1,5", "9" * 11])
def test_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        IntegerCell().clean(typed)


def test_percentage_is_stored_as_a_share() -> None:
    cell = NumberCell(percent=True)
    assert [cell.clean(73), cell.clean("73 %"), cell.clean("56,3%")] == [
        Decimal("0.73"),
        Decimal("0.73"),
        Decimal("0.563"),
    ]
    assert cell.render(Decimal("0.73")) == Decimal(73)


@pytest.mark.parametrize(
    "text", ["=1+1", "+5", "-x", "@a", "'=1", "''-x", "'plain", "plain", "\tx"]
)
def test_formula_is_guarded_and_comes_back(text: str) -> None:
    shown = guarded(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t"))
    assert TextCell().clean(shown) == text


def test_negative_number_is_not_guarded() -> None:
    assert guarded(Decimal("-5")) == Decimal("-5")


def test_text_longer_than_its_column_is_refused() -> None:
    with pytest.raises(ValueError, match="41"):
        TextCell(max_length=40).clean("x" * 41)
