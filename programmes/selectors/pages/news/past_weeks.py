"""What moved in a week: an entry of a feed for each of the last weeks that ended with something to tell."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import Target
from programmes.selectors.pages.news.update_scopes import UpdateScope
from programmes.selectors.pages.news.updates import UpdateLine, read_updates
from programmes.selectors.promises.counts import standings_on
from programmes.selectors.wording.formats import day_words
from programmes.selectors.wording.texts import plain
from programmes.type_names import certain

WEEKS, MOST, MOST_NAMED = 4, 500, 40


@dataclass(frozen=True, slots=True)
class Week:
    """A week that ended: `at` is the moment after it, `key` its number in its year."""

    key: str
    at: datetime
    title: str
    words: str


def weeks_of(on: date, *, known: datetime | None = None, scope: UpdateScope) -> tuple[Week, ...]:
    """The last four weeks, from Monday to Sunday, that had ended by a day and a moment; none that was silent.

    Three queries, and those of the names that amendments bring. At most 500 steps are told.
    """
    first = on - timedelta(days=on.weekday() + 7 * WEEKS)
    starts = [first + timedelta(days=7 * number) for number in range(WEEKS)]
    last = _begins(starts[-1] + timedelta(days=7))
    until = last - timedelta(microseconds=1)
    if known is not None and known < until:
        until = known
    after = _begins(first)
    if until <= after:
        return ()
    lines = read_updates(on, known=until, after=after, scope=scope, count=MOST).lines
    by_week: dict[date, list[UpdateLine]] = {
        day: list(some) for day, some in groupby(lines, key=lambda one: _monday(one.at))
    }
    passed = _due_dates_passed(starts[0], starts[-1] + timedelta(days=6), known, scope)
    found = (_week(day, by_week.get(day, []), passed[day]) for day in reversed(starts))
    return tuple(one for one in found if one is not None and (known is None or one.at <= known))


def _week(monday: date, lines: list[UpdateLine], passed: int) -> Week | None:
    if not lines and not passed:
        return None
    sunday = monday + timedelta(days=6)
    year, number, _day = monday.isocalendar()
    counts = Counter(one.what for one in lines)
    told = [
        _("%(what)s: %(count)s") % {"what": what, "count": count} for what, count in counts.items()
    ]
    if passed:
        told.insert(0, _("Due dates passed: %(count)s") % {"count": passed})
    named = [
        _("%(what)s: %(label)s") % {"what": one.what, "label": one.label.plain}
        + (f" ({plain(one.detail)})" if one.detail else "")
        for one in lines
        if one.alters
    ]
    words = {"first": day_words(monday), "last": day_words(sunday)}
    return Week(
        key=f"{year}-W{number:02}",
        at=_begins(monday + timedelta(days=7)),
        title=_("What moved from %(first)s to %(last)s") % words,
        words=". ".join([_("; ").join(told), *named[:MOST_NAMED]]) + ".",
    )


def _due_dates_passed(
    first: date, last: date, known: datetime | None, scope: UpdateScope
) -> Counter[date]:
    """How many promises were due in each week, as they stand on the last day of all. One query."""
    rows = standings_on(last, known).filter(present__due_on__range=(first, last))
    if scope.targets is not None:
        rows = rows.filter(target__in=scope.targets.values("pk"))
    elif scope.series is not None:
        mine = Target.objects.filter(series__in=scope.series.values("pk"))
        rows = rows.filter(target__in=mine.values("pk"))
    days = map(certain, rows.order_by().values_list("present__due_on", flat=True))
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def _monday(at: datetime) -> date:
    day = timezone.localdate(at)
    return day - timedelta(days=day.weekday())


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
