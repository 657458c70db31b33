"""Writing down where targets stand, in the step that publishes what changes it.

`restate_after` is called by every step that changes what the public reads, under the lock of publication;
`restated_together` gathers those of many steps into one. What was written before is never changed: it ends, and what
is said instead stands beside it. `differences` works all of it out anew and compares.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import models, transaction

from programmes.calculations.assessment.assess import RULE_VERSION
from programmes.calculations.assessment.outcome import Assessment
from programmes.calculations.choices import FiguresFrom
from programmes.models import (
    Centre,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Programme,
    Series,
    Source,
    Standing,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.data_version import marked_together
from programmes.models.histories import PublishedHistory, read_histories
from programmes.models.standing import CONTENT, FOR_GOOD
from programmes.services.lock import publication_lock

DIGITS, PLACES = 15, 6
AT_ONCE = 200
FROM_THE_BEGINNING = date.min
_LISTS = {CONTENT.index(name) for name in ("announcements", "missing", "outdated")}

# What a row says, in the order of CONTENT, lists as tuples.
Content = tuple[Any, ...]


class StandingPeriod(NamedTuple):
    """What is said of a target from a day to a day, both included."""

    first: date
    last: date
    content: Content


class Difference(NamedTuple):
    """A target of which something else is written down than follows from what is published.

    written: what is written and does not follow; wanted: what follows and is not written.
    """

    target: str
    written: tuple[StandingPeriod, ...]
    wanted: tuple[StandingPeriod, ...]


# By target, the first day of which something else may have to be said: gathered while several steps are one.
_gathered: ContextVar[dict[int, date] | None] = ContextVar("gathered", default=None)


def restate_after(targets: Iterable[int], at: datetime, since: date = FROM_THE_BEGINNING) -> None:
    """Writes down where targets stand since something was published at a moment.

    Args:
        since: the first day of which something else may have to be said.
    """
    gathered = _gathered.get()
    if gathered is None:
        restate(targets, at, since)
        return
    for key in targets:
        gathered[key] = min(since, gathered.get(key, since))


@contextmanager
def restated_together() -> Iterator[None]:
    """Within it nothing is written down; at its end all is, once for each target, at one moment. The data is given
    another version once.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if _gathered.get() is not None:
        yield
        return
    gathered: dict[int, date] = {}
    token = _gathered.set(gathered)
    try:
        with marked_together():
            yield
    finally:
        _gathered.reset(token)
    if gathered:
        with publication_lock() as at:
            restate_each(gathered, at)


def restate(targets: Iterable[int], at: datetime, since: date = FROM_THE_BEGINNING) -> None:
    """Writes down where targets stand, as known from a moment, from a day on."""
    restate_each(dict.fromkeys(targets, since), at)


def restate_each(since: Mapping[int, date], at: datetime) -> None:
    """The same of each target from a day of its own."""
    keys = sorted(since)
    for start in range(0, len(keys), AT_ONCE):
        _restate({key: since[key] for key in keys[start : start + AT_ONCE]}, at)


def _restate(since: Mapping[int, date], at: datetime) -> None:
    ended, begun = list[int](), list[Standing]()
    written = _written(since)
    for key, history in read_histories(since).items():
        rows = written.get(key, {})
        wanted = set(_wanted(history, rows, since[key]))
        ended += [pk for period, pk in rows.items() if period not in wanted]
        begun += [_row(key, period, at) for period in sorted(wanted - set(rows), key=_first)]
    Standing.objects.end(ended, at)
    Standing.objects.bulk_create(begun)


def _first(period: StandingPeriod) -> date:
    return period.first


def _wanted(
    history: PublishedHistory, written: Iterable[StandingPeriod], since: date
) -> list[StandingPeriod]:
    """What is to be said from the first day of what is written and not past, joined to it."""
    before = min(written, key=_first, default=None)
    if before is None:
        return standing_periods(history)
    found = standing_periods(history, since)
    if before.first < since:
        found.insert(0, StandingPeriod(before.first, since - timedelta(1), before.content))
    return _joined(found)


def standing_periods(
    history: PublishedHistory, since: date = FROM_THE_BEGINNING, known: datetime | None = None
) -> list[StandingPeriod]:
    """What follows of a target from what is published, from a day on, as known at a moment (None: now)."""
    keys = {id(figure): pk for pk, figure in history.figures}
    return _joined(
        StandingPeriod(
            step.first,
            step.last or FOR_GOOD,
            _content(step.assessment, history, keys),
        )
        for step in history.steps(since, known)
    )


def _joined(found: Iterable[StandingPeriod]) -> list[StandingPeriod]:
    """Those that follow each other and say the same as one."""
    joined = list[StandingPeriod]()
    for one in found:
        if joined and joined[-1].content == one.content:
            joined[-1] = joined[-1]._replace(last=one.last)
        else:
            joined.append(one)
    return joined


def _written(since: Mapping[int, date]) -> dict[int, dict[StandingPeriod, int]]:
    """What is said now of targets on a day or later, with the keys of the rows."""
    found: dict[int, dict[StandingPeriod, int]] = {}
    rows = Standing.objects.known().filter(
        target__in=list(since), until_day__gte=min(since.values())
    )
    columns = ("pk", "target_id", "from_day", "until_day", *CONTENT)
    for pk, target, first, last, *content in rows.order_by().values_list(*columns):
        if last >= since[target]:
            for place in _LISTS:
                content[place] = tuple(content[place])
            found.setdefault(target, {})[StandingPeriod(first, last, tuple(content))] = pk
    return found


def _row(target: int, period: StandingPeriod, at: datetime) -> Standing:
    return Standing(
        target_id=target,
        from_day=period.first,
        until_day=period.last,
        known_from=at,
        **dict(zip(CONTENT, period.content, strict=True)),
    )


def _content(assessment: Assessment, history: PublishedHistory, keys: Mapping[int, int]) -> Content:
    """What a row says of an assessment. Of what was withdrawn altogether, the last announcement is measured."""
    revisions = history.revisions
    present, original = assessment.present, assessment.original
    outcome = assessment.measured
    value = outcome.stated if outcome else None
    figure = value.figure if value else None
    coverage = value.coverage if value else None
    pace = outcome.pace if outcome else None
    slippage = assessment.slippage
    said = {
        "rule_version": RULE_VERSION,
        "status": assessment.status.value,
        "original_status": original.status.value if original else "",
        "when_measured": outcome.when_measured.value if outcome and outcome.when_measured else "",
        "under_way": outcome.under_way.value if outcome and outcome.under_way else "",
        "figure_id": None if history.rule.counted else keys.get(id(figure)),
        "opening_id": keys.get(id(figure)) if history.rule.counted else None,
        "present_id": revisions[present.promise.number] if present else None,
        "original_id": revisions[original.promise.number] if original else None,
        "value": stored_number(value.amount) if value else None,
        "numerator": figure.numerator if figure else None,
        "denominator": figure.denominator if figure else None,
        "qualifier": value.qualifier.value if value else "",
        "as_of": value.as_of if value else None,
        "oldest": value.oldest if value else None,
        "counted_from": outcome.start.first if outcome else None,
        "started_on": outcome.start.last if outcome else None,
        "progress": stored_number(outcome.progress) if outcome else None,
        "expected_progress": stored_number(outcome.expected_progress) if outcome else None,
        "recent_pace": stored_number(pace.recent) if pace else None,
        "required_pace": stored_number(pace.required) if pace else None,
        "projected": pace.projected if pace else None,
        "moves": slippage.moves if slippage else None,
        "months_moved": slippage.months if slippage else None,
        "value_change": stored_number(slippage.value_change) if slippage else None,
        "moved_after_due": bool(slippage and slippage.moved_after_due),
        "covered": coverage.covered if coverage else None,
        "total": coverage.total if coverage else None,
        "announcements": tuple(revisions[number] for number in assessment.announced),
        "missing": coverage.missing if coverage else (),
        "outdated": outcome.outdated if outcome else (),
    }
    return tuple(said[name] for name in CONTENT)


def stored_number(number: Fraction | None) -> Decimal | None:
    """A number as it is stored: cut towards zero to six decimals, fifteen digits at most; zero only where it is."""
    if number is None or not number:
        return number if number is None else Decimal(0)
    size = abs(number)
    places = max(0, min(PLACES, DIGITS - len(str(int(size)))))
    scaled = max(1, size.numerator * 10**places // size.denominator)
    scaled = min(scaled, 10 ** (DIGITS) - 1)
    return Decimal(f"{'-' if number < 0 else ''}{scaled}E-{places}")


# Which targets a record decides of

# What decides which centres had opened, where, on which day.
OPENINGS = (MilestoneStatement, Milestone, Centre, Programme, Source, Territory)


def targets_resting_on(*records: models.Model) -> set[int]:
    """The targets of which something else may have to be said once something is published of records."""
    found, series = set[int](), set[int]()
    for one in records:
        if isinstance(one, Target):
            found.add(one.pk)
        elif isinstance(one, TargetRevision):
            found.add(one.target_id)
        elif isinstance(one, Measurement):
            series.add(one.series_id)
        elif isinstance(one, Series):
            series.add(one.pk)
        elif isinstance(one, Indicator):
            series |= set(one.series.order_by().values_list("pk", flat=True))
        elif isinstance(one, OPENINGS):
            counted = Series.objects.filter(figures=FiguresFrom.MILESTONES).order_by()
            series |= set(counted.values_list("pk", flat=True))
    return found | _targets_on(series)


def _targets_on(series: set[int]) -> set[int]:
    """The targets on some series, and on the sums that hold their figures, sum above sum. A query a level."""
    found, seen = set[int](), set[int]()
    while series:
        seen |= series
        rows: models.QuerySet[Series] = models.QuerySet(Series).filter(pk__in=series).order_by()
        beside = set(rows.values_list("targets", "part_of", "part_of__figures"))
        found |= {target for target, *_sum in beside if target}
        series = {
            above for _target, above, figures in beside if above and figures == FiguresFrom.PARTS
        }
        series -= seen
    return found


# All at once


def differences() -> Iterator[Difference]:
    """The targets of which something else is written down than follows from what is published. Repairs nothing."""
    for some in _pieces():
        written = _written(dict.fromkeys(some, FROM_THE_BEGINNING))
        histories = read_histories(some)
        for key, code in some.items():
            rows = set(written.get(key, {}))
            wanted = set(standing_periods(histories[key])) if key in histories else set()
            if rows != wanted:
                yield Difference(
                    code,
                    tuple(sorted(rows - wanted, key=_first)),
                    tuple(sorted(wanted - rows, key=_first)),
                )


def restate_all() -> int:
    """Writes down anew where all targets stand, at one moment: after the rules changed. Returns how many changed.

    What was said under the rules before stays known until then.
    """
    with transaction.atomic(), publication_lock() as at:
        for some in _pieces():
            _restate(dict.fromkeys(some, FROM_THE_BEGINNING), at)
        return Standing.objects.filter(known_from=at).values("target").distinct().count()


def _pieces() -> Iterator[dict[int, str]]:
    """The codes of targets by key, so many at once."""
    codes = dict(Target.objects.order_by("pk").values_list("pk", "code"))
    keys = list(codes)
    for start in range(0, len(keys), AT_ONCE):
        yield {key: codes[key] for key in keys[start : start + AT_ONCE]}
