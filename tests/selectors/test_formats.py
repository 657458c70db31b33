"""Numbers and dates as Morocco writes them, in three languages."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from programmes.calculations.choices import Measure, Qualifier, Sense
from programmes.selectors.wording import formats
from programmes.selectors.wording.formats import Unit
from tests.builders import day

PEOPLE = Unit(Measure.RUNNING_TOTAL, 0, "personnes", "personnes")
THIN, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", f"1{THIN}234{THIN}567,5"), ("ar", "1.234.567,5"), ("en", "1,234,567.5")],
)
def test_number_is_grouped_in_each_language(language, expected):
    with override(language):
        assert formats.number(Decimal("1234567.5"), 1) == expected


def test_number_keeps_no_more_decimals_than_asked():
    with override("fr"):
        assert [formats.number(Decimal(text)) for text in ("2.5", "-2.5", "0", "0.4")] == [
            "3",
            "-3",
            "0",
            "0",
        ]


@pytest.mark.parametrize(
    ("language", "expected"), [("fr", f"56,3{NO_BREAK}%"), ("ar", "56,3%"), ("en", "56.3%")]
)
def test_percentage_has_its_sign_in_each_language(language, expected):
    with override(language):
        assert formats.percentage(Decimal("0.563"), 1) == expected


def test_progress_is_never_rounded_to_nothing_or_all():
    with override("en"):
        assert formats.progress_words(Fraction(999, 1000)) == "99.9%"
        assert formats.progress_words(Fraction(12, 100000)) == "0.01%"
        assert formats.progress_words(Fraction(6, 5)) == "120%"


DATES = [
    ("2021-02-17", "17 février 2021", "17 فبراير 2021", "17 February 2021"),
    ("2022-10-01", "1er octobre 2022", "1 أكتوبر 2022", "1 October 2022"),
    ("2026-08", "août 2026", "غشت 2026", "August 2026"),
    ("2026", "2026", "2026", "2026"),
    (
        "2026-2027",
        "année de formation 2026-2027",
        "السنة التكوينية 2026-2027",
        "2026-2027 training year",
    ),
    ("2023..2024", "2023-2024", "2023-2024", "2023-2024"),
    ("2025-01-01..2025-12-31", "2025", "2025", "2025"),
    (
        "2020-03..2021-05",
        "mars 2020 – mai 2021",
        "من مارس 2020 إلى ماي 2021",
        "March 2020 to May 2021",
    ),
    ("", "date non précisée", "تاريخ غير محدد", "date not given"),
]


@pytest.mark.parametrize(("notation", "fr", "ar", "en"), DATES)
def test_date_words_keep_the_precision(notation, fr, ar, en):
    found = []
    for language in ("fr", "ar", "en"):
        with override(language):
            found.append(formats.date_words(day(notation)))
    assert found == [fr, ar, en]


@pytest.mark.parametrize(
    ("words", "notation", "fr", "ar", "en"),
    [
        (
            "said_words",
            "2018-01-01..2024-04-27",
            "à une date inconnue, au plus tard le 27 avril 2024",
            "في تاريخ غير معروف، في 27 أبريل 2024 على أبعد تقدير",
            "on an unknown date, by 27 April 2024 at the latest",
        ),
        ("said_words", "2018..2019", "entre 2018 et 2019", "بين 2018 و2019", "sometime from 2018 to 2019"),
        ("said_words", "2019-09", "septembre 2019", "شتنبر 2019", "September 2019"),
        ("as_of_words", "2024-05-29", "au 29 mai 2024", "إلى غاية 29 ماي 2024", "as of 29 May 2024"),
        ("as_of_words", "2024-05", "en mai 2024", "في ماي 2024", "in May 2024"),
        ("by_words", "2026", "à l’horizon 2026", "في أفق 2026", "by 2026"),
        ("by_words", "2023..2024", "à l’horizon 2023-2024", "في أفق 2023-2024", "by 2023-2024"),
        ("by_words", "2025-12-31", "d’ici au 31 décembre 2025", "في أجل أقصاه 31 دجنبر 2025", "by 31 December 2025"),
        ("by_words", "", "", "", ""),
        ("for_words", "2026", "pour 2026", "لسنة 2026", "for 2026"),
        ("for_words", "", "sans échéance", "دون تحديد أجل", "without a due date"),
        ("dating_words", "2022-08", "remonte à août 2022", "ويعود إلى غشت 2022", "dates from August 2022"),
    ],
)  # fmt: skip
def test_words_around_a_date(words, notation, fr, ar, en):
    found = []
    for language in ("fr", "ar", "en"):
        with override(language):
            found.append(getattr(formats, words)(day(notation)))
    assert found == [fr, ar, en]


@pytest.mark.parametrize(
    ("qualifier", "fr", "ar"),
    [
        (Qualifier.EXACTLY, f"1{THIN}600", "1.600"),
        (Qualifier.ABOUT, f"environ 1{THIN}600", "حوالي 1.600"),
        (Qualifier.MORE_THAN, f"plus de 1{THIN}600", "أزيد من 1.600"),
        (Qualifier.AT_LEAST, f"au moins 1{THIN}600", "ما لا يقل عن 1.600"),
        (Qualifier.UP_TO, f"jusqu’à 1{THIN}600", "ما يصل إلى 1.600"),
        (Qualifier.LESS_THAN, f"moins de 1{THIN}600", "أقل من 1.600"),
    ],
)
def test_qualifier_is_printed_before_the_figure(qualifier, fr, ar):
    found = []
    for language in ("fr", "ar"):
        with override(language):
            found.append(PEOPLE.amount(Decimal(1600), qualifier))
    assert found == [fr, ar]


def test_target_at_most_says_so():
    with override("en"):
        assert PEOPLE.amount(Decimal(20), sense=Sense.AT_MOST) == "20 at most"


@pytest.mark.parametrize(
    ("amount", "fr", "ar", "en"),
    [
        (430_000_000, "430 millions de dirhams", "430 مليون درهم", "430 million dirhams"),
        (3_600_000_000, "3,6 milliards de dirhams", "3,6 مليار درهم", "3.6 billion dirhams"),
        (5_000_000, "5 millions de dirhams", "5 ملايين درهم", "5 million dirhams"),
        (1_234_567, f"1{THIN}234{THIN}567 dirhams", "1.234.567 درهم", "1,234,567 dirhams"),
    ],
)
def test_money_is_rounded_only_where_nothing_is_lost(amount, fr, ar, en):
    found = []
    for language, words in (("fr", "dirhams"), ("ar", "درهم"), ("en", "dirhams")):
        with override(language):
            found.append(Unit(Measure.LEVEL, 0, "dirhams", words).amount(Decimal(amount)))
    assert found == [fr, ar, en]


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, "شهر واحد"), (2, "شهران"), (3, "3 أشهر"), (11, "11 شهرا"), (100, "100 شهر"), (103, "103 أشهر")],
)  # fmt: skip
def test_months_agree_with_their_number_in_arabic(months, expected):
    with override("ar"):
        assert Unit(Measure.LEVEL, 0, "mois", "شهر").amount(Decimal(months)) == expected


def test_slow_pace_is_not_printed_as_none():
    with override("en"):
        assert PEOPLE.pace(Fraction(1, 4)) == "0.3"
        assert PEOPLE.pace(Fraction(41, 4)) == "10"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        # from the end of a month to the end of another: as a delay in months is counted
        ("2023-12-31", "2026-11-30", ("35 mois", "35 شهرا", "35 months")),
        ("2026-10-15", "2026-12-31", ("2 mois", "شهرين", "2 months")),
        ("2026-11-28", "2026-11-30", ("2 jours", "يومين", "2 days")),
        ("2026-11-20", "2026-12-31", ("41 jours", "41 يوما", "41 days")),
    ],
)
def test_time_between_two_days_as_it_stands_after_a_preposition(first, last, said):
    days = date.fromisoformat(first), date.fromisoformat(last)
    found = []
    for language in ("fr", "ar", "en"):
        with override(language):
            found.append(formats.time_between(*days))
    assert tuple(one.replace("\u202f", " ") for one in found) == said


@pytest.mark.parametrize(
    ("language", "none", "years", "span"),
    [
        (
            "fr",
            "à une date non précisée",
            "pendant l’année de formation 2021-2022",
            "d’octobre 2022 à février 2026",
        ),
        (
            "ar",
            "في تاريخ غير محدد",
            "خلال السنة التكوينية 2021-2022",
            "من أكتوبر 2022 إلى فبراير 2026",
        ),
        (
            "en",
            "on a date not given",
            "in the 2021-2022 training year",
            "from October 2022 to February 2026",
        ),
    ],
)
def test_date_of_a_figure_in_words(language, none, years, span):
    with override(language):
        found = (
            formats.as_of_words(day("")),
            formats.as_of_words(day("2021-2022")),
            formats.from_to_words(day("2022-10..2026-02")),
        )
    assert found == (none, years, span)
