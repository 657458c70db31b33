"""Dates as they are printed: a day, a month, a year, a training year, a span, or unknown.

A period is kept by its first and its last day. Due and announced dates take the last day; an
as-of date is never later than its source (`as_of`). A training year runs from 1 September to
31 August, so "2021-2022" ends on 31 August 2022.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from programmes.calculations.choices import Precision

# The mean month, 365.25 / 12 days, used for paces.
DAYS_PER_MONTH = Fraction(487, 16)
FIRST_MONTH_OF_TRAINING = 9
# Outside these years a typed date is a slip of the keyboard, or a Hijri year (1445).
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199


class DateFault(StrEnum):
    """Why a date is refused."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"
    TWO_DIGIT_YEAR = "two_digit_year"
    MONTH_FIRST = "month_first"
    NOT_CONSECUTIVE = "not_consecutive"
    BACKWARDS = "backwards"
    YEAR_OUT_OF_RANGE = "year_out_of_range"
    AFTER_SOURCE = "after_source"
    IN_FUTURE = "in_future"


class DateError(ValueError):
    """A date that is refused: `code` says why, `text` is the date as it was given."""

    def __init__(self, code: DateFault, text: str) -> None:
        super().__init__(f"{code.value}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class PreciseDate:
    """A period of time as stated. Both ends are None when, and only when, it is unknown.

    Build it with the `of_...` constructors.

    Raises:
        ValueError: the ends are not those of a period of that precision.
    """

    last: date | None
    precision: Precision
    first: date | None

    def __post_init__(self) -> None:
        if self.last is None or self.first is None:
            if (self.last, self.first, self.precision) != (None, None, Precision.UNKNOWN):
                raise ValueError("only an unknown date has no first and last day")
        elif isinstance(self.first, datetime) or isinstance(self.last, datetime):
            raise ValueError("a date has no time of day")
        elif self.first > self.last:
            raise ValueError(f"the period ends before it begins: {self.first} to {self.last}")
        elif self.precision is Precision.UNKNOWN:
            raise ValueError("an unknown date has neither a first nor a last day")
        elif not self._fits(self.first, self.last):
            raise ValueError(f"not a {self.precision.value}: {self.first} to {self.last}")

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day.

        Raises:
            ValueError: it is unknown.
        """
        if self.first is None or self.last is None:
            raise ValueError("an unknown date has neither a first nor a last day")
        return self.first, self.last

    def _fits(self, first: date, last: date) -> bool:
        return self.precision is Precision.SPAN or _period(self.precision, last) == (first, last)

    @classmethod
    def of_day(cls, day: date) -> "PreciseDate":
        return cls(last=day, precision=Precision.DAY, first=day)

    @classmethod
    def of_month(cls, year: int, month: int) -> "PreciseDate":
        return cls._containing(Precision.MONTH, date(year, month, 1))

    @classmethod
    def of_year(cls, year: int) -> "PreciseDate":
        return cls._containing(Precision.YEAR, date(year, 1, 1))

    @classmethod
    def of_training_year(cls, start_year: int) -> "PreciseDate":
        """1 September of `start_year` to 31 August of the next year."""
        start = date(start_year, FIRST_MONTH_OF_TRAINING, 1)
        return cls._containing(Precision.TRAINING_YEAR, start)

    @classmethod
    def of_span(cls, first: date, last: date) -> "PreciseDate":
        return cls(last=last, precision=Precision.SPAN, first=first)

    @classmethod
    def unknown(cls) -> "PreciseDate":
        return cls(last=None, precision=Precision.UNKNOWN, first=None)

    @classmethod
    @lru_cache(maxsize=20_000)
    def from_stored(cls, on: date | None, precision: str, first: date | None) -> "PreciseDate":
        """The date as stated, from its stored effective day, precision and, for a span, start.

        The effective day of a figure may be earlier than the last day stated (`as_of`), so a
        month, year or training year is the one that contains `on`. A clipped span ends on `on`.
        An unknown date may have an effective day too: that of its source.

        Raises:
            ValueError: the three do not fit together.
        """
        kind = Precision(precision)
        if (first is not None) != (kind is Precision.SPAN):
            raise ValueError("a span, and nothing else, is stored with its first day")
        if kind is Precision.UNKNOWN:
            return cls.unknown()
        if on is None:
            raise ValueError(f"a {kind.value} is stored with its effective day")
        if first is not None:
            return cls.of_span(first, on)
        return cls._containing(kind, on)

    @classmethod
    def _containing(cls, precision: Precision, on: date) -> "PreciseDate":
        first, last = _period(precision, on)
        return cls(last=last, precision=precision, first=first)

    @property
    def notation(self) -> str:
        """The one way this date is written in files; `parse` restores it exactly.

        A span of whole years is written in years, one of whole months in months, else in days.
        """
        if self.first is None or self.last is None:
            return ""
        if self.precision is Precision.TRAINING_YEAR:
            return f"{self.first.year:04}-{self.last.year:04}"
        if self.precision is not Precision.SPAN:
            return _written(self.first, self.precision)
        for unit in (Precision.YEAR, Precision.MONTH):
            if _period(unit, self.first)[0] == self.first and (
                _period(unit, self.last)[1] == self.last
            ):
                return f"{_written(self.first, unit)}..{_written(self.last, unit)}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> "PreciseDate":
        """The date written in the notation of files; an empty text is an unknown date.

        The two ends of a span may be of different kinds (`2021..2022-06`).

        Raises:
            DateError: it is not written that way, or no such date exists.
        """
        if text == "":
            return cls.unknown()
        ends = text.split("..")
        if len(ends) > 2 or not all(_NOTATION.fullmatch(end) for end in ends):
            raise DateError(DateFault.UNREADABLE, text)
        return _read(ends, text)


def span_of(first: date, last: date) -> PreciseDate:
    """The days from one to another by the simplest name: a day, a month, a year, a training year, or a span."""
    for kind in (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.TRAINING_YEAR):
        if _period(kind, last) == (first, last):
            return PreciseDate(last, kind, first)
    return PreciseDate.of_span(first, last)


def read_date(text: str) -> PreciseDate:
    """A date as a person or a spreadsheet writes it, day first; blank is an unknown date.

    Reads 2021-02-17, 17/02/2021, 17-02-2021, 17.02.2021, 02/2021, 2021-02, 2021, the training
    year 2021-2022 or 2021/2022, and spans of days, months or years with `..`. Arabic and
    Persian digits are read, spaces around separators and directional marks ignored. Months, quarters, halves in words:
    mars 2021, 3 mars 2021, غشت 2021, T1 2025, 2025Q1, الفصل الأول 2025, 1er semestre 2025; fin 2020 is December
    (`is_loose_date`).

    Raises:
        DateError: anything else. Nothing is guessed: a two-digit year, a month before the day
            and a day that does not exist are refused.
    """
    tidy = text.translate(_TIDY)
    tidy = re.sub(r"\s*([-/.])\s*", r"\1", tidy.strip())
    if tidy == "":
        return PreciseDate.unknown()
    tidy = _in_figures(tidy)
    ends = tidy.split("..")
    if len(ends) > 2:
        raise DateError(DateFault.UNREADABLE, text)
    stated = _read(ends, text)
    for end in (stated.first, stated.last):
        if end is not None and not EARLIEST_YEAR <= end.year <= LATEST_YEAR:
            raise DateError(DateFault.YEAR_OUT_OF_RANGE, text)
    return stated


def is_loose_date(text: str) -> bool:
    """Whether a date is said in words that fit several days, such as "end of 2020"."""
    return _END_OF_YEAR.fullmatch(text.translate(_TIDY).strip()) is not None


def training_year_cut_short(text: str) -> str:
    """The training year that a month may stand for: 2008-2009 for 2008-09; empty where it can only be a month."""
    found = re.fullmatch(r"([0-9]{4})\s*[-/]\s*([0-9]{2})", text.translate(_TIDY).strip())
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        return ""
    return f"{found[1]}-{int(found[1]) + 1}"


def _in_figures(text: str) -> str:
    """Months, quarters and halves of a year in words as the notation writes them: mars 2021, T1 2025, fin 2020."""
    if found := _END_OF_YEAR.fullmatch(text):
        return f"{found[1]}-12"
    if found := _QUARTER.fullmatch(text):
        year, number = (found[2], found[1]) if found[1] else (found[3], found[4])
        first = 3 * int(number) - 2
        return f"{year}-{first:02}..{year}-{first + 2:02}"
    for words, months in ((_QUARTER_IN_WORDS, 3), (_HALF_IN_WORDS, 6)):
        if found := words.fullmatch(text):
            number = _ORDINALS.get(unicodedata.normalize("NFC", found[1] or found[2]).casefold())
            if number is not None and number * months <= 12:
                last = months * number
                return f"{found[3]}-{last - months + 1:02}..{found[3]}-{last:02}"
    if found := _DATE_IN_WORDS.fullmatch(text):
        month = _MONTHS.get(unicodedata.normalize("NFC", found[2]).rstrip(".").casefold())
        if month is not None:
            day = f"-{int(found[1]):02}" if found[1] else ""
            return f"{found[3]}-{month:02}{day}"
    return text


def as_of(stated: PreciseDate, source: PreciseDate | None, recorded: date) -> date:
    """The effective day of a figure: the earliest of its last day, its source's, and `recorded`.

    An unknown date, of the figure or of its source, sets no limit.

    Raises:
        DateError: the stated period begins after the source's last day (`after_source`), or
            after the day it was recorded (`in_future`).
    """
    limit = source.last if source else None
    if stated.first is not None:
        if limit is not None and stated.first > limit:
            raise DateError(DateFault.AFTER_SOURCE, stated.notation)
        if stated.first > recorded:
            raise DateError(DateFault.IN_FUTURE, stated.notation)
    return min(day for day in (stated.last, limit, recorded) if day is not None)


def months_between(first: date, last: date) -> Fraction:
    """Months of 30.4375 days from `first` to `last`; negative when `last` is earlier."""
    return (last - first).days / DAYS_PER_MONTH


def whole_months(first: date, last: date) -> int:
    """The calendar months that have wholly passed between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    next_day = first + timedelta(1)
    if next_day.day == 1:  # from the end of a month to the end of another
        return months if (last + timedelta(1)).day == 1 else months - 1
    return months if last.day >= first.day else months - 1


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of a shorter month.

    Stops at the last day of the calendar rather than failing on a far date.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# The invisible marks that steer text direction, and two that come with pasted text.
_MARKS = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_TIDY: dict[int, str | None] = {
    **{ord(mark): None for mark in _MARKS},
    # The two hyphens and the en dash of typeset text.
    **{ord(dash): "-" for dash in "\u2010\u2011\u2013"},
    **{0x0660 + digit: str(digit) for digit in range(10)},
    **{0x06F0 + digit: str(digit) for digit in range(10)},
}
_END_OF_YEAR = re.compile(
    r"(?:(?:[àa] la )?fin(?: de)?(?: l['’]année)?|(?:في )?نهاية(?: سنة)?|متم(?: سنة)?|(?:the )?end(?: of)?)"
    r" ([0-9]{4})",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"[TQ]([1-4])[ /-]?([0-9]{4})|([0-9]{4})[ /-]?[TQ]([1-4])", re.IGNORECASE)
_QUARTER_IN_WORDS = re.compile(
    r"(?:([^\W_]+) (?:trimestre|quarter)(?: de| of)?|(?:الفصل|الربع) (\w+)(?: من)?(?: سنة)?) ([0-9]{4})",
    re.IGNORECASE,
)
# S1 is not among them: it is a week too
_HALF_IN_WORDS = re.compile(
    r"(?:([^\W_]+) (?:semestre|half|half-year)(?: de| of)?|(?:الأسدس|الاسدس|النصف) (\w+)(?: من)?(?: سنة)?) ([0-9]{4})",
    re.IGNORECASE,
)
_ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "1er premier first 1st الأول الاول",
            "2e 2ème deuxième second 2nd الثاني",
            "3e 3ème troisième third 3rd الثالث",
            "4e 4ème quatrième fourth 4th الرابع",
        ),
        start=1,
    )
    for name in names.split()
}
_DATE_IN_WORDS = re.compile(r"(?:([0-9]{1,2})(?:er)?[ -])?([^\W\d_]+\.?)[ -]?([0-9]{4})")
_MONTH_NAMES = (
    "janvier janv jan january يناير",
    "février fevrier févr fevr fév fev february feb فبراير",
    "mars march mar مارس",
    "avril avr april apr أبريل ابريل إبريل",
    "mai may ماي مايو",
    "juin june jun يونيو",
    "juillet juil july jul يوليوز يوليو",
    "août aout august aug غشت أغسطس",
    "septembre sept sep september شتنبر سبتمبر",
    "octobre oct october أكتوبر اكتوبر",
    "novembre nov november نونبر نوفمبر",
    "décembre decembre déc dec december دجنبر ديسمبر",
)
_MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
}
_NOTATION = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-[0-9]{4})?")
_THREE = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_TWO = re.compile(r"([0-9]{1,4})[-/]([0-9]{1,4})")


def _period(precision: Precision, on: date) -> tuple[date, date]:
    """The first and last day of the day, month, year or training year that contains `on`."""
    if precision is Precision.MONTH:
        return on.replace(day=1), on.replace(day=monthrange(on.year, on.month)[1])
    if precision is Precision.YEAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    if precision is Precision.TRAINING_YEAR:
        start = on.year if on.month >= FIRST_MONTH_OF_TRAINING else on.year - 1
        return date(start, FIRST_MONTH_OF_TRAINING, 1), date(start + 1, 8, 31)
    return on, on


def _written(day: date, precision: Precision) -> str:
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)
    return day.isoformat()[:length]


def _read(ends: list[str], text: str) -> PreciseDate:
    """One date, or the span between two; `text` is what was given, for the message."""
    try:
        dates = [_read_one(end) for end in ends]
    except DateError as error:
        raise DateError(error.code, text) from None
    except ValueError:
        raise DateError(DateFault.IMPOSSIBLE, text) from None
    if len(dates) == 1:
        return dates[0]
    first, last = dates[0].first, dates[1].last
    if Precision.TRAINING_YEAR in (dates[0].precision, dates[1].precision):
        raise DateError(DateFault.UNREADABLE, text)
    if first is None or last is None or first > last:
        raise DateError(DateFault.BACKWARDS, text)
    return PreciseDate.of_span(first, last)


def _read_one(text: str) -> PreciseDate:
    """A day, month, year or training year. A ValueError says that no such date exists."""
    if three := _THREE.fullmatch(text):
        return _read_day(three[1], three[3], three[4])
    if two := _TWO.fullmatch(text):
        return _read_pair(two[1], two[2])
    if re.fullmatch("[0-9]{4}", text):
        return PreciseDate.of_year(int(text))
    if re.fullmatch("[0-9]{2}", text):
        raise DateError(DateFault.TWO_DIGIT_YEAR, text)
    raise DateError(DateFault.UNREADABLE, text)


def _read_day(left: str, middle: str, right: str) -> PreciseDate:
    if len(left) == 4 and len(right) <= 2:
        return PreciseDate.of_day(date(int(left), int(middle), int(right)))
    if len(left) <= 2 and len(right) == 4:
        if int(middle) > 12 and 1 <= int(left) <= 12:
            raise DateError(DateFault.MONTH_FIRST, left)
        return PreciseDate.of_day(date(int(right), int(middle), int(left)))
    if len(left) <= 2 and len(right) <= 2:
        raise DateError(DateFault.TWO_DIGIT_YEAR, right)
    raise DateError(DateFault.UNREADABLE, left)


def _read_pair(left: str, right: str) -> PreciseDate:
    lengths = len(left), len(right)
    if lengths == (4, 4):
        if int(right) != int(left) + 1:
            raise DateError(DateFault.NOT_CONSECUTIVE, left)
        return PreciseDate.of_training_year(int(left))
    if lengths[0] == 4 and lengths[1] <= 2:
        # "2021-22" is a training year cut short, not month 22.
        if int(right) > 12 and int(right) == (int(left) + 1) % 100:
            raise DateError(DateFault.TWO_DIGIT_YEAR, right)
        return PreciseDate.of_month(int(left), int(right))
    if lengths[0] <= 2 and lengths[1] == 4:
        return PreciseDate.of_month(int(right), int(left))
    if max(lengths) <= 2:
        raise DateError(DateFault.TWO_DIGIT_YEAR, right)
    raise DateError(DateFault.UNREADABLE, left)


def written_moment(moment: datetime) -> str:
    """A moment as files and the ledger write it: as of Greenwich, to the microsecond. Texts sort as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
