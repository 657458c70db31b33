"""Numbers as people type them, and what they are taken for."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from programmes.spreadsheets.columns.cells import NumberCell
from programmes.spreadsheets.columns.numbers import read_number, write_number


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


def test_text_that_is_too_long_for_any_number_is_none() -> None:
    for count, sentence in ((100, "” is too long: "), (101, "” is not a number. ")):
        with pytest.raises(ValueError, match=sentence) as error:
            read_number("1" * count)
        assert str(error.value).startswith(f"“{'1' * 60}{sentence}")


def test_number_with_two_readings_shows_both() -> None:
    with pytest.raises(ValueError, match=r"1234.*1,234"):
        read_number("1.234")


@pytest.mark.parametrize(
    ("typed", "number_format", "number"),
    [
        ("1.234", "1 234,5", None),
        ("1,234", "1 234,5", "1.234"),
        ("1 234,5", "1 234,5", "1234.5"),
        ("1.234,5", "1 234,5", None),
        ("1234.5", "1 234,5", None),
        ("1.234", "1.234,5", "1234"),
        ("1,234", "1.234,5", "1.234"),
        ("1 234,5", "1.234,5", "1234.5"),
        ("1.234.567,8", "1.234,5", "1234567.8"),
        ("12.5", "1.234,5", None),
        ("1234.567", "1.234,5", None),
        ("0.123", "1.234,5", None),
        ("1.234", "1,234.5", "1.234"),
        ("1,234", "1,234.5", "1234"),
        ("-1,234.5", "1,234.5", "-1234.5"),
        ("12,5", "1,234.5", None),
        ("1.234,5", "1,234.5", None),
        ("١٢٣٤٫٥", "1,234.5", "1234.5"),
        ("١٬٢٣٤", "1 234,5", "1234"),
        ("15000", "1,234.5", "15000"),
        (1.234, "1.234,5", "1.234"),
        ("x", "1.234,5", None),
    ],
)
def test_number_is_read_in_the_chosen_format_or_refused(
    typed: Any, number_format: str, number: str | None
) -> None:
    if number is None:
        with pytest.raises(ValueError, match=r"contradicts|not a number"):
            read_number(typed, number_format=number_format)
    else:
        assert read_number(typed, number_format=number_format) == Decimal(number)
        assert NumberCell().clean(typed, number_format=number_format) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("١٫٢٣٤", "1.234"),
        ("1\u2009234\u202f567,8", "1234567.8"),
        ("1'234.567", "1234.567"),
        ("\u200f- 1 234\u200e", "-1234"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("١٢،٥", "12.5"),
    ],
)
def test_sign_that_can_be_read_one_way_only_is_read(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["12 34", "1 2 3", "0.123.456", "1.234.5", "1,234,5", "٣/٤", "१२"]
)
def test_signs_that_do_not_group_thousands_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_number(typed)


def test_number_that_another_format_writes_says_which_one_was_chosen() -> None:
    said = r"^“1\.234,5” contradicts the number format chosen for the file, 1,234\.5\.$"
    with translation.override("en"), pytest.raises(ValueError, match=said):
        read_number("1.234,5", number_format="1,234.5")


def test_ambiguous_number_says_that_the_format_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="choose the number format"):
        NumberCell().clean("1,234")


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_number_written_is_read_again(number: Decimal) -> None:
    assert read_number(write_number(number)) == number


@pytest.mark.slow
@given(st.text(max_size=30))
def test_number_reads_or_refuses_any_text(text: str) -> None:
    try:
        number = read_number(text)
    except ValueError:
        return
    assert read_number(write_number(number)) == number
