"""What people type, and what it is taken for."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from programmes.models import Series
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.values import CellFault, guarded


@pytest.mark.parametrize(
    "cell", [TextCell(), NumberCell(), IntegerCell(), DayCell(), PreciseDateCell(), YesNoCell()]
)
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (CellFault("#DIV/0!"), "#DIV/0!"),
        (CellFault("="), "without its result"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "a time"),
    ],
)
def test_failed_cell_or_time_is_refused_in_every_column(
    cell: Any, value: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        cell.clean(value)


@pytest.mark.parametrize("value", [date(2026, 10, 5), datetime(2026, 10, 5, 1), True])
def test_text_that_a_program_turned_into_something_else_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="where text is expected"):
        TextCell().clean(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(15.0, "15"), (0.1 + 0.2, "0.3"), (1234.5, "1234.5"), (1e20, "1e+20"), (-2.0, "-2")],
)
def test_number_in_a_text_column_is_what_a_person_sees(value: float, text: str) -> None:
    assert TextCell().clean(value) == text


@pytest.mark.parametrize("typed", ["OUI", " Oui ", "نَعم", "Vrai"])
def test_yes_is_known_in_any_spelling(typed: str) -> None:
    assert YesNoCell().clean(typed) is True


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
    assert ChoiceCell(Series.Figures).clean(str(Series.Figures.PARTS.label)) == "parts"


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
    assert cell.clean("56.25") == Decimal("0.5625")
    with pytest.raises(ValueError, match="2 after it"):
        cell.clean("56.2525")


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
