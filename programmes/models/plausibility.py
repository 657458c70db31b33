"""What makes a figure or a promise doubtful, in one place for entry, files and review.

A doubtful figure is not wrong: it is published once somebody has looked and says in a few words why it is right.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from programmes.calculations.choices import Measure
from programmes.calculations.dates import PreciseDate
from programmes.models.amendment import Amendment
from programmes.models.corrections import place_in_order
from programmes.models.measurement import Measurement
from programmes.models.milestone import MilestoneStatement
from programmes.models.review import EDITABLE, State
from programmes.models.series import Series
from programmes.models.target import TargetRevision, present_announcement

TIMES = 10
# a figure of the same day that may stand beside another
BESIDE = (*EDITABLE, State.SUBMITTED, State.PUBLISHED)
MOST_DAYS_OF_MONTH = 31


class Doubt(StrEnum):
    """Why a value is doubtful."""

    TEN_TIMES_MORE = "ten_times_more"
    TEN_TIMES_LESS = "ten_times_less"
    NOTHING = "nothing"
    ABOVE_PROMISE = "above_promise"
    FALLING_TOTAL = "falling_total"
    NEXT_TEN_TIMES_MORE = "next_ten_times_more"
    NEXT_TEN_TIMES_LESS = "next_ten_times_less"
    NEXT_NOTHING = "next_nothing"
    NEXT_FALLS = "next_falls"
    BELOW_ZERO = "below_zero"
    DECIMALS = "decimals"
    AFTER_DUE = "after_due"


@dataclass(frozen=True)
class Reference:
    """What a value is held against: those published before and after it, with their days; the promise and its due date.

    None where there is none. Values in the unit of the series, ratios as shares of 1.
    """

    measure: str
    decimals: int = 4
    last: Decimal | None = None
    last_on: date | None = None
    following: Decimal | None = None
    following_on: date | None = None
    promised: Decimal | None = None
    due_on: date | None = None


# of a figure its day, its value, and of a ratio both numbers
DatedFigure = tuple[date | None, Decimal | None, Decimal | None, Decimal | None]
# the day, the key, value, numerator, denominator, and the day on which its period starts, if it has one
FigureRow = tuple[date, int, Decimal | None, Decimal | None, Decimal | None, date | None]
FIGURE_ROW_COLUMNS = ("as_of_on", "pk", "value", "numerator", "denominator", "period_start")


@dataclass(frozen=True)
class PublishedFigures:
    """What is published of one series: its figures, the latest first, those that wait to be published, and what is
    promised of it now, as (value, due date)."""

    figures: list[FigureRow] = field(default_factory=list)
    promise: tuple[Decimal, date | None] | None = None
    waiting: list[FigureRow] = field(default_factory=list)


def doubts(value: Decimal, on: date | None, reference: Reference) -> list[Doubt]:
    """What is doubtful of a value as of a day; empty: nothing."""
    return list(_doubts(value, on, reference))


def _doubts(value: Decimal, on: date | None, reference: Reference) -> Iterator[Doubt]:
    last, following, promised = reference.last, reference.following, reference.promised
    is_total = reference.measure == Measure.RUNNING_TOTAL
    if last and value and abs(value) >= TIMES * abs(last):
        yield Doubt.TEN_TIMES_MORE
    if last and value and abs(value) * TIMES <= abs(last):
        yield Doubt.TEN_TIMES_LESS
    if last and not value and not is_total:
        yield Doubt.NOTHING
    if promised is not None and value > promised and reference.measure != Measure.RATIO:
        yield Doubt.ABOVE_PROMISE
    if last is not None and is_total and value < last:
        yield Doubt.FALLING_TOTAL
    if following and value and abs(following) >= TIMES * abs(value):
        yield Doubt.NEXT_TEN_TIMES_MORE
    if following and value and abs(following) * TIMES <= abs(value):
        yield Doubt.NEXT_TEN_TIMES_LESS
    if following == 0 and value and not is_total:
        yield Doubt.NEXT_NOTHING
    if following is not None and is_total and following < value:
        yield Doubt.NEXT_FALLS
    if value < 0:
        yield Doubt.BELOW_ZERO
    if reference.measure != Measure.RATIO and value != round(value, reference.decimals):
        yield Doubt.DECIMALS
    if on is not None and reference.due_on is not None and on > reference.due_on:
        yield Doubt.AFTER_DUE


def doubts_of(row: Any, published: PublishedFigures | None = None) -> list[str]:
    """What is doubtful of a figure, an announcement or a proposal, in sentences that hold both values. Others: nothing.

    `published`: see reference_of_figure.
    """
    if isinstance(row, Measurement):
        value = _amount(row.value, row.numerator, row.denominator)
        found = _sentences(value, row.as_of_on, reference_of_figure(row, published))
        beside = _figures_of_days([row])[row.series_id] if published is None else published
        found += _of_same_day(row, beside)
        return found + _joins_a_sum(row) + _moved_far(row) + _corrected_far(row)
    if isinstance(row, Amendment):
        return _moved_between_sums(row)
    if isinstance(row, TargetRevision):
        whole = joined_sum(row.target.series) if row.target.series.sealed_at is None else None
        found = [] if whole is None else _counted_in(whole)
        found += _of_the_past(row.due, row.announced)
        if row.value is not None:
            found += _sentences(row.value, None, _reference_of_announcement(row))
        return found
    if isinstance(row, MilestoneStatement) and row.kind == MilestoneStatement.Kind.PLANNED:
        return _of_the_past(row.date, row.announced)
    return []


def _of_the_past(planned: PreciseDate, announced: PreciseDate) -> list[str]:
    """That what is promised or planned was over before the day on which it was announced."""
    if planned.last is None or announced.first is None or planned.last >= announced.first:
        return []
    return [
        _(
            "The date that is announced, %(on)s, had passed on the day of the announcement, %(announced)s."
        )
        % {
            "on": planned.last.strftime("%d/%m/%Y"),
            "announced": announced.first.strftime("%d/%m/%Y"),
        }
    ]


def joined_sum(series: Series) -> Series | None:
    """The sum that readers knew before a series was a part of it; None: no such.

    A sum's first publication seals the parts it then has: one that is sealed later, or not yet, was added since.
    """
    return _known_sum(series.part_of, series.sealed_at)


def _known_sum(whole: Series | None, before: datetime | None) -> Series | None:
    """Of a sum and what it is itself a part of, the first that readers knew before a moment; None: by now."""
    while whole is not None and not (
        whole.sealed_at and (before is None or whole.sealed_at < before)
    ):
        whole = whole.part_of
    return whole


def _joins_a_sum(row: Measurement) -> list[str]:
    """That a figure is the first of a series which was added to a sum that readers know."""
    whole = joined_sum(row.series)
    if whole is None:
        return []
    earlier = Measurement.objects.filter(series=row.series_id, published_at__isnull=False)
    return [] if earlier.exclude(pk=row.pk).exists() else _counted_in(whole)


def _moved_between_sums(row: Amendment) -> list[str]:
    """That a proposal makes a series a part of a sum that readers know, or no part of it any more."""
    if row.table != "series":
        return []
    left, joined = (_sum_of(code) for code in row.changes.get("part_of", (None, None)))
    return ([] if left is None else _no_longer_counted_in(left)) + (
        [] if joined is None else _counted_in(joined)
    )


def _sum_of(code: str | None) -> Series | None:
    return _known_sum(Series.objects.filter(code=code).first() if code else None, None)


def _counted_in(whole: Series) -> list[str]:
    return [
        _("The sum “%(sum)s”, which readers know already, counts this series from now on.")
        % {"sum": _named(whole)}
    ]


def _no_longer_counted_in(whole: Series) -> list[str]:
    return [
        _("The sum “%(sum)s”, which readers know already, no longer counts this series.")
        % {"sum": _named(whole)}
    ]


def _named(whole: Series) -> str:
    return _(", ").join((whole.name or whole.indicator.name, whole.territory.name))


def _figures_of_days(rows: Collection[Measurement]) -> dict[int, PublishedFigures]:
    """Of the series of some figures, by key, the figures of the same days. One query."""
    found = {row.series_id: PublishedFigures() for row in rows}
    _read_figures(found, Q(as_of_on__in={row.as_of_on for row in rows}, state__in=BESIDE))
    return found


def _read_figures(found: dict[int, PublishedFigures], which: Q) -> None:
    """Reads figures of some series, the latest first. One query."""
    # a translated table's own queryset would make a dict of each row
    rows = QuerySet[Measurement](Measurement).filter(which, series__in=found.keys())
    rows = rows.order_by("-as_of_on", "-pk")
    columns = rows.values_list("series", "state", *FIGURE_ROW_COLUMNS)
    for series, state, on, key, value, above, below, start in columns:
        one = found[series]
        (one.figures if state == State.PUBLISHED else one.waiting).append(
            (on, key, value, above, below, start)
        )


def _of_same_day(row: Measurement, known: PublishedFigures) -> list[str]:
    """That another figure of the series has the same day and period: one of them at most is published."""
    found = [
        (is_published, amounts)
        for is_published, figures in ((True, known.figures), (False, known.waiting))
        for on, key, *amounts, start in figures
        if (on, start) == (row.as_of_on, row.period_start)
        and key not in (row.pk, row.supersedes_id)
    ]
    if not found:
        # most figures of a long file: nothing is translated for them
        return []
    reference, on = reference_of_figure(row, PublishedFigures()), row.as_of_on.strftime("%d/%m/%Y")
    texts = {
        True: _(
            "%(value)s is published for %(on)s already, and one figure a day is: if it is wrong, correct it in place "
            "of entering another."
        ),
        False: _(
            "Another figure for %(on)s, %(value)s, is entered already and not yet published: one of both at most "
            "will be."
        ),
    }
    return [
        texts[is_published] % {"value": _shown(_amount(*amounts), reference), "on": on}
        for is_published, amounts in found
    ]


def _moved_far(row: Measurement) -> list[str]:
    """That a correction moves the day of a figure further than a new figure is waited for: hardly a typing error."""
    before, on = row.supersedes, row.as_of_on
    if before is None or on is None:
        return []
    if abs((on - before.as_of_on).days) <= row.series.interval_months * MOST_DAYS_OF_MONTH:
        return []
    return [
        _(
            "The correction moves the figure from %(before)s to %(on)s, further than the time between two figures."
        )
        % {"before": before.as_of_on.strftime("%d/%m/%Y"), "on": on.strftime("%d/%m/%Y")}
    ]


def _corrected_far(row: Measurement) -> list[str]:
    """That a correction makes a figure ten times more or less: more than a typing error usually does."""
    before = row.supersedes
    if before is None:
        return []
    old = _amount(before.value, before.numerator, before.denominator)
    new = _amount(row.value, row.numerator, row.denominator)
    reference = reference_of_figure(row, PublishedFigures())
    said = {"value": _shown(new, reference), "before": _shown(old, reference)}
    texts = {
        Doubt.TEN_TIMES_MORE: _("%(value)s is ten times what it corrects, %(before)s, or more."),
        Doubt.TEN_TIMES_LESS: _("%(value)s is a tenth of what it corrects, %(before)s, or less."),
    }
    found = doubts(new, None, replace(reference, last=old))
    return [texts[doubt] % said for doubt in found if doubt in texts]


def published_of(series: Collection[int]) -> dict[int, PublishedFigures]:
    """What is published of some series, by their keys: two queries, however many they are."""
    promises = _promises(series)
    found = {key: PublishedFigures(promise=promises.get(key)) for key in series}
    _read_figures(found, Q(state__in=BESIDE))
    return found


def doubts_of_figures(rows: Iterable[Measurement]) -> dict[int, list[str]]:
    """The same of many stored figures, by key; those of which nothing is doubtful are left out. Four queries, and
    one a level of sums.

    Their series and indicators are read with them.
    """
    by_key = {row.pk: row for row in rows}
    published = Measurement.objects.filter(series=OuterRef("series"), state=State.PUBLISHED)
    published = published.exclude(pk=OuterRef("pk"))
    # what corrects nothing excludes nothing: a comparison with NULL would exclude all
    plain = [key for key, row in by_key.items() if not row.supersedes_id]
    earlier = published.filter(as_of_on__lte=OuterRef("as_of_on")).order_by("-as_of_on", "-pk")
    later = published.filter(as_of_on__gt=OuterRef("as_of_on")).order_by("as_of_on", "pk")
    pairs = QuerySet[Measurement](Measurement).filter(pk__in=plain).order_by()
    beside: dict[int, list[int | None]] = {
        key: pair
        for key, *pair in pairs.values_list(
            "pk", Subquery(earlier.values("pk")[:1]), Subquery(later.values("pk")[:1])
        )
    }
    figures = Measurement.objects.in_bulk({key for pair in beside.values() for key in pair if key})
    promises = _promises({row.series_id for row in by_key.values()})
    _read_sums([row.series for row in by_key.values()])
    days = _figures_of_days(by_key.values())
    found = {}
    for key, row in by_key.items():
        if key in beside:
            last, following = (_dated(figures.get(one or 0)) for one in beside[key])
            reference = _reference(row, last, following, promises.get(row.series_id))
            value = _amount(row.value, row.numerator, row.denominator)
            found[key] = _sentences(value, row.as_of_on, reference)
            found[key] += _of_same_day(row, days[row.series_id]) + _joins_a_sum(row)
        else:
            found[key] = doubts_of(row)
    return {key: sentences for key, sentences in found.items() if sentences}


def _read_sums(series: Iterable[Series]) -> None:
    """Reads what some series are parts of, and so on upwards: a query a level."""
    waiting = [one for one in series if one.part_of_id]
    while waiting:
        keys = {one.part_of_id for one in waiting}
        wholes = Series.objects.select_related("indicator", "territory").in_bulk(keys)
        for one in waiting:
            one.part_of = wholes[one.part_of_id or 0]
        waiting = [one for one in wholes.values() if one.part_of_id]


def _dated(row: Measurement | None) -> DatedFigure | None:
    return None if row is None else (row.as_of_on, row.value, row.numerator, row.denominator)


def _promises(series: Collection[int]) -> dict[int, tuple[Decimal, date | None]]:
    """What is promised now of each series, and by when: of several targets, what was announced last. What was given up
    is promised no more."""
    rows = TargetRevision.objects.filter(target__series__in=series, published_at__isnull=False)
    entries = rows.select_related("target").in_bulk()
    stands = [row for row in entries.values() if row.state == State.PUBLISHED]
    stands.sort(key=lambda row: place_in_order(row, entries))
    present = {row.target_id: row for row in stands}
    return {
        row.target.series_id: (row.value, row.due_on)
        for row in stands
        if row is present[row.target_id]
        and row.kind != TargetRevision.Kind.ABANDONED
        and row.value is not None
    }


def reference_of_figure(row: Measurement, known: PublishedFigures | None = None) -> Reference:
    """What a figure is held against: those published before and after it, and what is promised of its series now.

    known: what is published of its series, where the caller has read it for many rows at once.
    """
    on = row.as_of_on or date.max
    if known is None and row.series.sealed_at is None:
        known = PublishedFigures()  # what is published of a series seals it
    if known is not None:
        others = [one for one in known.figures if one[1] not in (row.pk, row.supersedes_id)]
        before = next((one for one in others if one[0] <= on), None)
        after = min((one for one in others if one[0] > on), key=lambda one: one[:2], default=None)
        last, coming = ((one[0], *one[2:5]) if one else None for one in (before, after))
        return _reference(row, last, coming, known.promise)
    stored = Measurement.objects.filter(series=row.series_id, state=State.PUBLISHED)
    stored = stored.exclude(pk__in=[key for key in (row.pk, row.supersedes_id) if key])
    dated = stored.values_list("as_of_on", "value", "numerator", "denominator")
    earlier = dated.filter(as_of_on__lte=on).order_by("-as_of_on", "-pk").first()
    following = dated.filter(as_of_on__gt=on).order_by("as_of_on", "pk").first()
    return _reference(row, earlier, following, _promises({row.series_id}).get(row.series_id))


def _reference(
    row: Measurement,
    earlier: DatedFigure | None,
    following: DatedFigure | None,
    promise: tuple[Decimal, date | None] | None,
) -> Reference:
    indicator = row.series.indicator
    return Reference(
        measure=indicator.measure,
        decimals=indicator.decimals,
        last=earlier and _amount(*earlier[1:]),
        last_on=earlier and earlier[0],
        following=following and _amount(*following[1:]),
        following_on=following and following[0],
        promised=promise and promise[0],
        due_on=promise and promise[1],
    )


def _amount(value: Decimal | None, above: Decimal | None, below: Decimal | None) -> Decimal:
    if value is not None:
        return value
    assert above is not None
    assert below is not None
    return above / below


def _reference_of_announcement(row: TargetRevision) -> Reference:
    """An announcement is held against the one that is promised now."""
    indicator = row.target.series.indicator
    present = None
    if row.target_id is not None:
        present = present_announcement(row.target_id, but=row.pk)
    return Reference(
        # a promise may fall as well as grow, and promises nothing of itself
        measure=Measure.RATIO if indicator.measure == Measure.RATIO else Measure.LEVEL,
        decimals=indicator.decimals,
        last=None if present is None else present.value,
        last_on=None if present is None else present.announced_on,
    )


def _sentences(value: Decimal, on: date | None, reference: Reference) -> list[str]:
    found = doubts(value, on, reference)
    if not found:
        # most figures of a long file: nothing is translated for them
        return []
    said = {
        "value": _shown(value, reference),
        "last": _shown(reference.last, reference),
        "last_on": reference.last_on and reference.last_on.strftime("%d/%m/%Y"),
        "next": _shown(reference.following, reference),
        "next_on": reference.following_on and reference.following_on.strftime("%d/%m/%Y"),
        "promised": _shown(reference.promised, reference),
        "due": reference.due_on and reference.due_on.strftime("%d/%m/%Y"),
        "on": on and on.strftime("%d/%m/%Y"),
        "decimals": reference.decimals,
    }
    texts = {
        Doubt.TEN_TIMES_MORE: _(
            "%(value)s is ten times the value before it, or more: %(last)s on %(last_on)s."
        ),
        Doubt.TEN_TIMES_LESS: _(
            "%(value)s is a tenth of the value before it, or less: %(last)s on %(last_on)s."
        ),
        Doubt.NOTHING: _("The value is zero, after %(last)s on %(last_on)s."),
        Doubt.ABOVE_PROMISE: _("%(value)s is more than what was promised: %(promised)s."),
        Doubt.FALLING_TOTAL: _(
            "%(value)s is less than %(last)s on %(last_on)s, though a running total does not fall."
        ),
        Doubt.NEXT_TEN_TIMES_MORE: _(
            "The value after it, %(next)s on %(next_on)s, is ten times %(value)s, or more."
        ),
        Doubt.NEXT_TEN_TIMES_LESS: _(
            "The value after it, %(next)s on %(next_on)s, is a tenth of %(value)s, or less."
        ),
        Doubt.NEXT_NOTHING: _("The value after it, on %(next_on)s, is zero."),
        Doubt.NEXT_FALLS: _(
            "The value after it, %(next)s on %(next_on)s, is less than %(value)s, though a running total does not fall."
        ),
        Doubt.BELOW_ZERO: _("%(value)s is below zero."),
        Doubt.DECIMALS: _(
            "%(value)s has more decimals than its indicator, which has %(decimals)s."
        ),
        Doubt.AFTER_DUE: _("%(on)s lies after the due date of the promise, %(due)s."),
    }
    return [texts[doubt] % said for doubt in found]


def _shown(value: Decimal | None, reference: Reference) -> str:
    if value is None:
        return ""
    if reference.measure == Measure.RATIO:
        return f"{number_format((value * 100).normalize(), use_l10n=True)} %"
    return number_format(format(value.normalize(), "f"), use_l10n=True, force_grouping=True)
