"""Values, dates and promises in words: with qualifier, unit and horizon."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.choices import Precision
from programmes.calculations.dates import PreciseDate
from programmes.selectors.promises.promise_rows import CENTRES, REGIONS
from programmes.selectors.wording.formats import (
    Unit,
    as_of_words,
    by_words,
    for_words,
    from_to_words,
    number,
    progress_words,
    said_words,
    since_words,
)
from programmes.type_names import certain

# So many steps of a promise are named one by one at most.
MOST_STEPS = 6
# Stored progress and values are cut to four decimals: a lesser difference says nothing.
NEGLIGIBLE = Fraction(1, 5000)


def promised_words(unit: Unit, announcement: Any) -> str:
    """The value that an announcement promises; empty where it promises none."""
    if announcement is None or announcement.value is None:
        return ""
    return unit.amount(announcement.value, announcement.qualifier, announcement.sense)


def promised_by_words(unit: Unit, announcement: Any) -> str:
    """The promised value with its horizon: 15 000 à l'horizon 2026."""
    target = promised_words(unit, announcement)
    by = by_words(announcement.due) if announcement else ""
    return _("%(target)s %(by)s") % {"target": target, "by": by} if by else target


def progress_towards(
    progress: Fraction | Decimal, value: Fraction | Decimal, promised: Decimal | None
) -> str:
    """Progress as a percentage. Where it does not count from 0, of what: 167 % de la progression promise.

    Nine of seven cities are more than the seven, whatever the start; of the way from four to seven they are 167 %.
    """
    words = progress_words(Fraction(progress))
    if not promised or abs(Fraction(value) / Fraction(promised) - Fraction(progress)) < NEGLIGIBLE:
        return words
    return _("%(progress)s of the promised change") % {"progress": words}


class Promising(Protocol):
    """What may promise a value: a stored announcement, or what a list reads of one."""

    @property
    def value(self) -> Decimal | None: ...


Announcement = TypeVar("Announcement", bound=Promising)


def last_promised(announcements: Iterable[Announcement]) -> Announcement | None:
    """The last announcement that promises a value: the present one, or the one before it was abandoned; or None."""
    return next((one for one in reversed(tuple(announcements)) if one.value is not None), None)


def months_of(first: date, last: date) -> PreciseDate:
    """From the month of one day to that of another; the day, where they are the same."""
    if first == last:
        return PreciseDate.of_day(first)
    start, end = (PreciseDate.of_month(day.year, day.month) for day in (first, last))
    return start if start == end else PreciseDate.of_span(certain(start.first), certain(end.last))


def value_date_words(since: date | None, dated: PreciseDate | None, *, is_sum: bool) -> str:
    """The date of a value: au 29 mai 2024. Of figures per period, since when they are added up; of a sum, from when."""
    if since:
        return since_words(since)
    if dated is None:
        return ""
    if is_sum and dated.precision is Precision.SPAN:
        return from_to_words(dated)
    return as_of_words(dated)


def dated_value(value: str, date: str) -> str:
    """A value and its date on one line: « 9 au 20 février » would be twelve days."""
    return f"{value} ({date})" if date else value


def coverage_words(covered: int | None, total: int | None, parts_are: str) -> str:
    """Of how many parts a value is the total: Total de 3 régions sur 4. Empty where it is no total of parts."""
    if covered is None:
        return ""
    pattern = {
        CENTRES: ngettext(
            "Total of %(covered)s out of %(total)s centres.",
            "Total of %(covered)s of %(total)s centres.",
            covered,
        ),
        REGIONS: ngettext(
            "Total of %(covered)s out of %(total)s regions.",
            "Total of %(covered)s of %(total)s regions.",
            covered,
        ),
    }.get(parts_are) or ngettext(
        "Total of %(covered)s out of %(total)s parts.",
        "Total of %(covered)s of %(total)s parts.",
        covered,
    )
    return pattern % {"covered": covered, "total": total}


def announced_words(unit: Unit, announcements: Iterable[Any]) -> str:
    """Annoncé pour 2023-2024, puis pour l'année de formation 2026-2027. The value is named where it changed too.

    Of a promise that was moved very often, the first and the last step, and how many lie between.
    """
    promised = [one for one in announcements if one.value is not None]
    if not promised:
        return ""
    values = [promised_words(unit, one) for one in promised]
    dues = [for_words(one.due) for one in promised]
    if len(set(values)) == 1:
        steps, first = dues, _("Announced %(step)s")
    elif len(set(dues)) == 1 and promised[0].due.last is None:
        steps, first = values, _("Announced: %(step)s")
    else:
        pairs = zip(values, dues, strict=True)
        steps = [_("%(target)s %(due)s") % {"target": one, "due": due} for one, due in pairs]
        first = _("Announced: %(step)s")
    steps = [step for step, before in zip(steps, [None, *steps], strict=False) if step != before]
    words = first % {"step": steps[0]}
    if len(steps) == 1:
        on = said_words(promised[0].announced)
        return _("%(announced)s (%(on)s)") % {"announced": words, "on": on}
    if len(steps) > MOST_STEPS:
        left_out = len(steps) - 2
        words = ngettext(
            "%(before)s, moved %(count)s time since",
            "%(before)s, moved %(count)s times since",
            left_out,
        ) % {"before": words, "count": number(left_out)}
        steps = steps[-2:]
    for step in steps[1:]:
        words = _("%(before)s, then %(step)s") % {"before": words, "step": step}
    return words
