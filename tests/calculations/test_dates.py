import dataclasses
import string
from contextlib import suppress
from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programmes.calculations.choices import Precision
from programmes.calculations.dates import (
    DateError,
    DateFault,
    PreciseDate,
    add_months,
    as_of,
    months_between,
    read_date,
    span_of,
    training_year_cut_short,
)
from tests.calculations.builders import day, name_of, rows

SEPARATORS = str.maketrans("", "", "-/.")
CODES = {fault.value for fault in DateFault}


@pytest.mark.parametrize("row", rows("dates"), ids=name_of)
def test_read_date_of_each_text(row):
    if row["read"] in CODES:
        with pytest.raises(DateError) as refused:
            read_date(row["text"])
        assert (refused.value.code, refused.value.text) == (row["read"], row["text"])
        assert str(refused.value) == f"{row['read']}: {row['text']}"
        return

    stated = read_date(row["text"])

    assert stated.notation == row["read"]
    assert stated == PreciseDate(day(row["last"]), Precision(row["precision"]), day(row["first"]))


@pytest.mark.parametrize("row", rows("dates"), ids=name_of)
def test_parse_of_each_text(row):
    if row["parsed"] in CODES:
        with pytest.raises(DateError) as refused:
            PreciseDate.parse(row["text"])
        assert (refused.value.code, refused.value.text) == (row["parsed"], row["text"])
        return

    stated = PreciseDate.parse(row["text"])

    assert stated.notation == row["parsed"]
    assert stated == PreciseDate(day(row["last"]), Precision(row["precision"]), day(row["first"]))


@pytest.mark.parametrize(
    "mark", "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
def test_read_date_with_directional_marks(mark):
    assert read_date(f"{mark}17{mark}/02/2021{mark}") == PreciseDate.of_day(date(2021, 2, 17))


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\t", "\n"])
def test_read_date_with_other_spaces(space):
    assert read_date(f"{space}17{space}/02/{space}2021") == PreciseDate.of_day(date(2021, 2, 17))


@pytest.mark.parametrize("letter", string.ascii_letters + string.punctuation.translate(SEPARATORS))
def test_read_date_refused_with_any_other_character(letter):
    with pytest.raises(DateError) as refused:
        read_date(f"17{letter}/02/2021")
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("row", rows("as_of"), ids=name_of)
def test_as_of_of_each_case(row):
    stated = PreciseDate.parse(row["stated"])
    source, recorded = PreciseDate.parse(row["source"]), day(row["recorded"])
    if row["as_of"] in CODES:
        with pytest.raises(DateError) as refused:
            as_of(stated, source, recorded)
        assert (refused.value.code, refused.value.text) == (row["as_of"], row["stated"])
        return

    assert as_of(stated, source, recorded) == day(row["as_of"])


def test_as_of_without_a_source():
    assert as_of(PreciseDate.of_year(2021), None, date(2022, 1, 1)) == date(2021, 12, 31)


@pytest.mark.parametrize(
    ("built", "first", "last", "precision"),
    [
        (PreciseDate.of_day(date(2021, 2, 17)), date(2021, 2, 17), date(2021, 2, 17), "day"),
        (PreciseDate.of_month(2021, 2), date(2021, 2, 1), date(2021, 2, 28), "month"),
        (PreciseDate.of_year(2021), date(2021, 1, 1), date(2021, 12, 31), "year"),
        (PreciseDate.of_training_year(2021), date(2021, 9, 1), date(2022, 8, 31), "training_year"),
        (
            PreciseDate.of_span(date(2021, 2, 17), date(2021, 2, 17)),
            date(2021, 2, 17),
            date(2021, 2, 17),
            "span",
        ),
        (PreciseDate.unknown(), None, None, "unknown"),
    ],
)
def test_constructor_of_each_precision(built, first, last, precision):
    assert (built.first, built.last, built.precision) == (first, last, precision)


@pytest.mark.parametrize(
    ("last", "precision", "first", "message"),
    [
        (date(2021, 2, 27), Precision.MONTH, date(2021, 2, 1), "not a month"),
        (date(2021, 2, 28), Precision.MONTH, date(2021, 2, 2), "not a month"),
        (date(2021, 12, 30), Precision.YEAR, date(2021, 1, 1), "not a year"),
        (date(2022, 8, 31), Precision.TRAINING_YEAR, date(2021, 9, 2), "not a training_year"),
        (date(2021, 2, 18), Precision.DAY, date(2021, 2, 17), "not a day"),
        (date(2021, 2, 16), Precision.SPAN, date(2021, 2, 17), "the period ends before it begins"),
        (None, Precision.DAY, None, "only an unknown date"),
        (None, Precision.UNKNOWN, date(2021, 2, 17), "only an unknown date"),
        (date(2021, 2, 17), Precision.UNKNOWN, None, "only an unknown date"),
        (date(2021, 2, 17), Precision.SPAN, None, "only an unknown date"),
        (date(2021, 2, 17), Precision.UNKNOWN, date(2021, 2, 17), "an unknown date has neither"),
        (datetime(2021, 2, 17), Precision.SPAN, date(2021, 2, 17), "a date has no time of day"),
        (date(2021, 2, 17), Precision.SPAN, datetime(2021, 2, 17), "a date has no time of day"),
    ],
)
def test_precise_date_refused_when_its_ends_do_not_fit(last, precision, first, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        PreciseDate(last, precision, first)


def test_precise_date_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PreciseDate.of_year(2021).last = date(2022, 1, 1)


@pytest.mark.parametrize(
    ("on", "precision", "first", "notation"),
    [
        (date(2021, 2, 17), "day", None, "2021-02-17"),
        (date(2021, 2, 17), "month", None, "2021-02"),
        (date(2021, 2, 17), "year", None, "2021"),
        (date(2021, 8, 31), "training_year", None, "2020-2021"),
        (date(2021, 9, 1), "training_year", None, "2021-2022"),
        (date(2022, 8, 31), "training_year", None, "2021-2022"),
        (date(2021, 2, 17), "span", date(2021, 1, 1), "2021-01-01..2021-02-17"),
        (date(2021, 2, 17), "unknown", None, ""),
        (None, "unknown", None, ""),
    ],
)
def test_from_stored_with_an_effective_day_inside_the_period(on, precision, first, notation):
    assert PreciseDate.from_stored(on, precision, first).notation == notation


@pytest.mark.parametrize(
    ("on", "precision", "first", "message"),
    [
        (None, "day", None, "a day is stored with its effective day"),
        (None, "span", date(2021, 1, 1), "a span is stored with its effective day"),
        (date(2021, 2, 17), "span", None, "a span, and nothing else"),
        (date(2021, 2, 17), "month", date(2021, 2, 1), "a span, and nothing else"),
        (date(2021, 2, 17), "unknown", date(2021, 2, 1), "a span, and nothing else"),
        (date(2021, 2, 17), "week", None, "'week' is not a valid Precision"),
    ],
)
def test_from_stored_refused_when_its_parts_do_not_fit(on, precision, first, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        PreciseDate.from_stored(on, precision, first)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2021, 1, 15), 0, date(2021, 1, 15)),
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2021, 11, 30), 1, date(2021, 12, 30)),
        (date(2021, 12, 31), 1, date(2022, 1, 31)),
        (date(2021, 8, 31), 24, date(2023, 8, 31)),
        (date(2021, 3, 31), -1, date(2021, 2, 28)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(9999, 12, 31), 1, date.max),
        (date(9999, 1, 1), 12, date.max),
    ],
)
def test_add_months_at_the_end_of_months(start, months, expected):
    assert add_months(start, months) == expected


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2021, 1, 1), date(2021, 1, 1), 0),
        (date(2021, 1, 1), date(2025, 1, 1), 48),
        (date(2025, 1, 1), date(2021, 1, 1), -48),
        (date(2021, 1, 1), date(2021, 1, 2), Fraction(10000, 304375)),
    ],
)
def test_months_between_in_mean_months(first, last, months):
    assert months_between(first, last) == months


days = st.dates(min_value=date(1, 1, 2))
precise_dates = st.one_of(
    days.map(PreciseDate.of_day),
    st.builds(PreciseDate.of_month, st.integers(1, 9999), st.integers(1, 12)),
    st.integers(1, 9999).map(PreciseDate.of_year),
    st.integers(1, 9998).map(PreciseDate.of_training_year),
    st.tuples(st.dates(), st.dates()).map(lambda ends: PreciseDate.of_span(*sorted(ends))),
    st.tuples(st.integers(1, 9999), st.integers(1, 9999)).map(
        lambda years: PreciseDate.of_span(
            date(min(years), 1, 1),
            date(max(years), 12, 31),
        )
    ),
    st.just(PreciseDate.unknown()),
)


@given(precise_dates)
def test_notation_is_parsed_back_to_the_same_date(stated):
    assert PreciseDate.parse(stated.notation) == stated


@given(precise_dates)
def test_notation_is_read_back_to_the_same_date_within_the_years_allowed(stated):
    ends = [end.year for end in (stated.first, stated.last) if end]
    if all(1900 <= year <= 2199 for year in ends):
        assert read_date(stated.notation) == stated
    else:
        with pytest.raises(DateError) as refused:
            read_date(stated.notation)
        assert refused.value.code == "year_out_of_range"


@pytest.mark.slow
@given(st.text() | st.text(alphabet="0123456789٠٢۱/-. \u200f–", max_size=22))
@example("9999-9999")
@example("0000-0001")
@example("99999999999999999999")
def test_read_date_never_fails_but_with_a_date_error(text):
    for read in (read_date, PreciseDate.parse):
        with suppress(DateError):
            stated = read(text)
            assert PreciseDate.parse(stated.notation) == stated


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_day_first_and_iso_read_the_same_day(day_typed):
    written = day_typed.strftime("%d/%m/%Y")
    assert read_date(written) == read_date(day_typed.isoformat())


@given(precise_dates, precise_dates, days)
def test_as_of_is_never_later_than_any_of_its_limits(stated, source, recorded):
    limits = [one for one in (stated.last, source.last, recorded) if one]
    if stated.first and stated.first > min(limits):
        with pytest.raises(DateError):
            as_of(stated, source, recorded)
        return
    effective = as_of(stated, source, recorded)
    assert effective == min(limits)
    assert stated.first is None or stated.first <= effective


@pytest.mark.parametrize(
    ("first", "last", "notation"),
    [
        ("2022-01-01", "2022-12-31", "2022"),
        ("2022-02-01", "2022-02-28", "2022-02"),
        ("2022-02-01", "2022-02-01", "2022-02-01"),
        ("2021-09-01", "2022-08-31", "2021-2022"),
        ("2022-01-01", "2023-12-31", "2022..2023"),
        ("2022-01-02", "2022-12-31", "2022-01-02..2022-12-31"),
    ],
)
def test_span_by_its_simplest_name(first, last, notation):
    assert span_of(date.fromisoformat(first), date.fromisoformat(last)).notation == notation


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2008-09", "2008-2009"),
        (" 2008/09 ", "2008-2009"),
        ("1999-00", "1999-2000"),
        ("2008-10", ""),
        ("2008-08", ""),
        ("2009-08", ""),
        ("2008-2009", ""),
    ],
)
def test_month_that_may_stand_for_a_training_year(text, year):
    assert training_year_cut_short(text) == year
