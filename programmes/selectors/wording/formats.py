"""Numbers and dates as Morocco writes them, in the current language.

French groups by a narrow space (15 000) and puts a space before the per cent sign; Arabic groups by a point
(15.000), keeps the digits 0-9 and the Moroccan month names; Babel knows all of this as fr_MA and ar_MA.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, ngettext, npgettext
from django.utils.translation import gettext as _

from programmes import languages
from programmes.calculations.amounts import MOST_PERCENT_PLACES, percent, to_decimal
from programmes.calculations.choices import Measure, Precision, Qualifier, Sense
from programmes.calculations.dates import PreciseDate, whole_months

NO_BREAK = "\u00a0"
MILLION, BILLION = Decimal(10**6), Decimal(10**9)
# Units of measurement by their French names, by which indicators mostly keep them.
MONEY = ("mad", "dh", "dhs", "dirham", "dirhams")
TIME = {
    **dict.fromkeys(("heure", "heures"), "hour"),
    **dict.fromkeys(("jour", "jours"), "day"),
    **dict.fromkeys(("mois",), "month"),
    **dict.fromkeys(("an", "ans", "année", "années"), "year"),
}
LONGEST_SYMBOL = 5
# A pace is printed with so many decimals at most.
MOST_DECIMALS_OF_PACE = 6
# Days between which something was said; more of them say no more than that its day is not known.
LONGEST_SPAN = 366
# Shorter times are told in days.
FEWEST_MONTHS = 2


@dataclass(frozen=True, slots=True)
class LanguageFormat:
    """How one language writes numbers and months."""

    group: str
    point: str
    per_cent: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]


@cache
def _language_format(language: str) -> LanguageFormat:
    locale = languages.locale_of(language)
    symbols = locale.number_symbols
    symbols = symbols.get("latn", symbols)
    per_cent = locale.percent_formats[None].pattern
    wide, short = (locale.months["format"][width] for width in ("wide", "abbreviated"))
    return LanguageFormat(
        group=symbols["group"],
        point=symbols["decimal"],
        per_cent=f"{NO_BREAK}%" if "\u00a0" in per_cent else "%",
        months=tuple(wide[number] for number in range(1, 13)),
        short_months=tuple(short[number] for number in range(1, 13)),
    )


def language() -> str:
    """The language of the page."""
    return get_language() or languages.FIRST


# French before a month that begins with a vowel: d’avril, d’août, d’octobre.
OF_A_VOWEL = re.compile(r"\bde (?=[ao])")


def number(amount: Decimal | Fraction | int, decimals: int = 0) -> str:
    """A number with at most so many decimals, grouped: 1 234,5 · 1.234,5 · 1,234.5. Half rounds up."""
    signs = _language_format(language())
    shown = to_decimal(Fraction(amount), decimals)
    whole, _point, rest = f"{abs(shown):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", signs.group)
    text = f"{grouped}{signs.point}{rest}" if rest else grouped
    return f"-{text}" if shown < 0 else text


def percentage(share: Decimal | Fraction, decimals: int = 0) -> str:
    """A share of 1 as a percentage: 56,3 % in French, 56,3% in Arabic."""
    return number(Fraction(share) * 100, decimals) + _language_format(language()).per_cent


def progress_words(progress: Fraction) -> str:
    """Progress as a percentage; nothing is rounded to 0 or 100 % that is neither."""
    return number(percent(progress), MOST_PERCENT_PLACES) + _language_format(language()).per_cent


def time_gone_words(share: Fraction) -> str:
    """How much of the time from start to due date has gone: 56 % du temps écoulé."""
    return _("%(share)s of the time gone") % {"share": progress_words(share)}


class Unit(NamedTuple):
    """How the figures of an indicator are written.

    `canonical` is the unit in the first language that has it, as stored; `words` in the current language. Units of
    measurement (dirhams, months, m²) are printed beside a figure. What is counted (people, places) is not: the label
    before the figure already says it, and the noun would have to agree with the number.
    """

    measure: Measure
    decimals: int = 0
    canonical: str = ""
    words: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.measure is Measure.RATIO

    def bare(self, amount: Decimal | Fraction) -> str:
        """The figure alone, as on an axis; a percentage keeps its sign."""
        if self.is_ratio:
            return percentage(amount, self.decimals)
        return number(amount, self.decimals)

    def amount(
        self, amount: Decimal | Fraction, qualifier: str = Qualifier.EXACTLY, sense: str = ""
    ) -> str:
        """The figure with its unit and qualifier: plus de 1 600 · حوالي 300.000 · 430 millions de dirhams."""
        return qualified(self.measured(amount), qualifier, sense)

    def pace(self, a_month: Fraction) -> str:
        """A change per month; below ten, one decimal more, and as many as it takes not to print a slow pace as none."""
        size = abs(a_month) * (100 if self.is_ratio else 1)
        decimals = self.decimals + (size < 10)
        while 0 < size * 10**decimals < 1 and decimals < MOST_DECIMALS_OF_PACE:
            decimals += 1
        return self._replace(decimals=decimals).amount(a_month)

    def measured(self, amount: Decimal | Fraction) -> str:
        """The figure with its unit of measurement, without a qualifier."""
        unit = self.canonical.casefold()
        if self.is_ratio:
            return self.bare(amount)
        if unit in TIME:
            return _duration(unit, amount, self.bare(amount))
        if unit in MONEY and (words := _round_millions(amount, self.words)):
            return words
        if unit in MONEY or (unit and len(unit) <= LONGEST_SYMBOL and not unit.isalpha()):
            return _("%(number)s %(unit)s") % {"number": self.bare(amount), "unit": self.words}
        return self.bare(amount)


def unit_of(indicator: Any) -> Unit:
    """The unit of an indicator row, in the current language."""
    words = {code: getattr(indicator, f"unit_{code}") for code in languages.CODES}
    return unit_in(words, Measure(indicator.measure), indicator.decimals)


def unit_in(words: Mapping[str, str | None], measure: Measure, decimals: int) -> Unit:
    """The unit called so in each language, in the current one or in the first that has it."""
    canonical = next((word.strip() for word in words.values() if word), "")
    return Unit(measure, decimals, canonical, words.get(language()) or canonical)


def _round_millions(amount: Decimal | Fraction, unit: str) -> str:
    """A sum of money in millions or billions, where that loses nothing: 3,6 milliards de dirhams. Else empty."""
    exact = Fraction(amount)
    for size, words in ((BILLION, _billions), (MILLION, _millions)):
        scaled = exact / Fraction(size)
        if scaled >= 1 and (scaled * 100).denominator == 1:
            return words(_plural_of(scaled)) % {"number": number(scaled, 2), "unit": unit}
    return ""


def _millions(count: int) -> str:
    return ngettext("%(number)s million %(unit)s", "%(number)s million %(unit)s", count)


def _billions(count: int) -> str:
    return ngettext("%(number)s billion %(unit)s", "%(number)s billion %(unit)s", count)


def _duration(unit: str, amount: Decimal | Fraction, figure: str) -> str:
    """A number of hours, days, months or years, which agree with it."""
    count = _plural_of(Fraction(amount))
    words = {
        "hour": ngettext("%(number)s hour", "%(number)s hours", count),
        "day": ngettext("%(number)s day", "%(number)s days", count),
        "month": ngettext("%(number)s month", "%(number)s months", count),
        "year": ngettext("%(number)s year", "%(number)s years", count),
    }
    return words[TIME[unit]] % {"number": figure}


def in_months(months: int) -> str:
    """A number of months: 6 mois."""
    return ngettext("%(number)s month", "%(number)s months", months) % {"number": number(months)}


def in_days(days: int) -> str:
    """A number of days: 12 jours."""
    return ngettext("%(number)s day", "%(number)s days", days) % {"number": number(days)}


def time_between(first: date, last: date) -> str:
    """From one day to another, as it stands after a word such as *in* or *since*: 33 jours, 35 mois, بعد شهرين.

    In days below two months, else in whole months.
    """
    months = whole_months(first, last)
    if months < FEWEST_MONTHS:
        days = (last - first).days
        words = npgettext("after a preposition", "%(number)s day", "%(number)s days", days)
        return words % {"number": number(days)}
    words = npgettext("after a preposition", "%(number)s month", "%(number)s months", months)
    return words % {"number": number(months)}


def _plural_of(amount: Fraction) -> int:
    """The count by which a noun agrees. A fraction takes the general form of the plural."""
    return int(amount) if amount.denominator == 1 and amount >= 0 else 100


def qualified(figure: str, qualifier: str, sense: str = "") -> str:
    """A figure with the word printed before it, and the side that a target sets."""
    text = _before(qualifier) % {"figure": figure}
    return _("%(figure)s at most") % {"figure": text} if sense == Sense.AT_MOST else text


def _before(qualifier: str) -> str:
    match qualifier:
        case Qualifier.ABOUT:
            return _("about %(figure)s")
        case Qualifier.MORE_THAN:
            return _("more than %(figure)s")
        case Qualifier.AT_LEAST:
            return _("at least %(figure)s")
        case Qualifier.UP_TO:
            return _("up to %(figure)s")
        case Qualifier.LESS_THAN:
            return _("less than %(figure)s")
    return "%(figure)s"


def day_words(day: date) -> str:
    """17 août 2026 · 17 غشت 2026 · 17 August 2026."""
    number_of_day = "1er" if day.day == 1 and language() == "fr" else str(day.day)
    return f"{number_of_day} {_language_format(language()).months[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """17 août 2026 à 14 h 30 · 17 غشت 2026 على الساعة 14:30 · 17 August 2026 at 14:30, by the clocks of Morocco."""
    local = timezone.localtime(moment)
    return _("%(day)s at %(hour)s:%(minute)s") % {
        "day": day_words(local.date()),
        "hour": f"{local.hour}",
        "minute": f"{local.minute:02}",
    }


def month_words(day: date) -> str:
    """août 2026 · غشت 2026 · August 2026."""
    return f"{_language_format(language()).months[day.month - 1]} {day.year}"


def _years(when: PreciseDate) -> str:
    first, last = when.days
    return f"{first.year}-{last.year}"


def _is_whole_years(when: PreciseDate) -> bool:
    first, last = when.days
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def _step_of(when: PreciseDate) -> Callable[[date], str]:
    """How the two ends of a span are said exactly: by their years, months or days."""
    if _is_whole_years(when):
        return lambda day: str(day.year)
    first, last = when.days
    month = PreciseDate.of_month(last.year, last.month)
    return month_words if first.day == 1 and month.last == last else day_words


def _span(when: PreciseDate) -> str:
    """A span by its years, months or days, whichever says it exactly: 2023-2024, mars 2020 à mai 2021."""
    if _is_whole_years(when):
        first, last = when.days
        return str(first.year) if first.year == last.year else _years(when)
    words, (first, last) = _step_of(when), when.days
    return _("%(first)s to %(last)s") % {"first": words(first), "last": words(last)}


def date_words(when: PreciseDate) -> str:
    """A date as it was stated: 17 février 2021, février 2021, 2026, année de formation 2026-2027."""
    if when.last is None:
        return _("date not given")
    match when.precision:
        case Precision.DAY:
            return day_words(when.last)
        case Precision.MONTH:
            return month_words(when.last)
        case Precision.YEAR:
            return str(when.last.year)
        case Precision.TRAINING_YEAR:
            return _("%(years)s training year") % {"years": _years(when)}
    return _span(when)


def said_words(when: PreciseDate) -> str:
    """The day on which something was said. Within a span it is not known which: entre le 1er mai et le 6 juin 2021."""
    if when.precision is not Precision.SPAN:
        return date_words(when)
    words, (first, last) = _step_of(when), when.days
    if words is day_words and (last - first).days > LONGEST_SPAN:
        return _("on an unknown date, by %(day)s at the latest") % {"day": day_words(last)}
    pattern = (
        _("between %(first)s and %(last)s")
        if words is day_words
        else _("sometime from %(first)s to %(last)s")
    )
    return pattern % {"first": words(first), "last": words(last)}


def as_of_words(when: PreciseDate) -> str:
    """The date that a figure speaks of: au 29 mai 2024 · إلى غاية 29 ماي 2024."""
    if when.last is None:
        return _("on a date not given")
    match when.precision:
        case Precision.DAY:
            return _("as of %(day)s") % {"day": day_words(when.last)}
        case Precision.MONTH:
            return _("in %(month)s") % {"month": month_words(when.last)}
        case Precision.YEAR:
            return _("in %(year)s") % {"year": when.last.year}
        case Precision.TRAINING_YEAR:
            return _("in the %(years)s training year") % {"years": _years(when)}
    return _("over %(span)s") % {"span": _span(when)}


def from_to_words(when: PreciseDate) -> str:
    """From when to when the figures of a sum are: d’octobre 2022 à février 2026."""
    words, (first, last) = _step_of(when), when.days
    text = _("from %(first)s to %(last)s") % {"first": words(first), "last": words(last)}
    return OF_A_VOWEL.sub("d’", text) if language() == "fr" else text


def since_words(start: date) -> str:
    """Since when figures are added up: depuis janvier 2021, or the day where it is not the first of a month."""
    if start.day == 1:
        return _("since %(month)s") % {"month": month_words(start)}
    return _("since %(day)s") % {"day": day_words(start)}


def dating_words(when: PreciseDate) -> str:
    """How old a last figure is: date du 29 mai 2024 · remonte à mai 2024."""
    if when.last is None:
        return _("is undated")
    match when.precision:
        case Precision.DAY:
            return _("dates from %(day)s") % {"day": day_words(when.last)}
        case Precision.MONTH:
            return _("dates from %(month)s") % {"month": month_words(when.last)}
        case Precision.YEAR:
            return _("dates from %(year)s") % {"year": when.last.year}
        case Precision.TRAINING_YEAR:
            return _("dates from the %(years)s training year") % {"years": _years(when)}
    return _("covers %(span)s") % {"span": _span(when)}


def by_words(when: PreciseDate) -> str:
    """The horizon of a target: à l'horizon 2026 · في أفق 2026. Empty where no due date was given."""
    if when.last is None:
        return ""
    match when.precision:
        case Precision.DAY:
            return _("by %(day)s") % {"day": day_words(when.last)}
        case Precision.MONTH:
            return _("by %(month)s") % {"month": month_words(when.last)}
        case Precision.YEAR:
            return _("by %(year)s") % {"year": when.last.year}
        case Precision.TRAINING_YEAR:
            return _("by the %(years)s training year") % {"years": _years(when)}
        case Precision.SPAN if _is_whole_years(when):
            return _("by %(year)s") % {"year": _years(when)}
    return _("by %(day)s") % {"day": day_words(when.last)}


def for_words(when: PreciseDate) -> str:
    """What an announcement was for: pour 2026, pour l'année de formation 2026-2027, sans échéance."""
    if when.last is None:
        return _("without a due date")
    match when.precision:
        case Precision.DAY:
            return _("for %(day)s") % {"day": day_words(when.last)}
        case Precision.MONTH:
            return _("for %(month)s") % {"month": month_words(when.last)}
        case Precision.YEAR:
            return _("for %(year)s") % {"year": when.last.year}
        case Precision.TRAINING_YEAR:
            return _("for the %(years)s training year") % {"years": _years(when)}
    return _("for %(span)s") % {"span": _span(when)}
