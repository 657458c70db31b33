"""The promise line: one target in a few words, the same wherever it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from programmes import country
from programmes.calculations.amounts import bar, percent
from programmes.calculations.assessment.progress import share_of_time
from programmes.calculations.choices import Measure, Status
from programmes.languages import CODES
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.lines.withdrawals import Withdrawal
from programmes.selectors.promises.moves import MoveLine, move_of
from programmes.selectors.promises.promise_rows import AnnouncementRow, Names, PromiseRow
from programmes.selectors.promises.value_words import (
    announced_words,
    coverage_words,
    dated_value,
    last_promised,
    months_of,
    progress_towards,
    promised_words,
    value_date_words,
)
from programmes.selectors.wording.formats import (
    Unit,
    by_words,
    language,
    time_between,
    time_gone_words,
    unit_in,
)
from programmes.selectors.wording.names import NamedRecord
from programmes.selectors.wording.statuses import StatusLine, status_line
from programmes.selectors.wording.texts import Text, first_of

NEAR = timedelta(92)
# What is old, or of a promise that no longer runs, is not compared with it.
NOT_COMPARED = (
    Status.NO_RECENT_DATA,
    Status.RESULT_AWAITED,
    Status.DUE_DATE_PASSED,
    Status.ABANDONED,
    Status.WITHDRAWN,
    Status.NOT_STARTED,
)
# Whose last figure is told with how long ago it was.
OLD = (Status.NO_RECENT_DATA, Status.RESULT_AWAITED, Status.DUE_DATE_PASSED)
# Whose value is compared with what was promised for the way.
ON_THE_WAY = (Status.UNDER_WAY, Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND)
# Whose due date still matters.
RUNNING = (
    *OLD,
    Status.NO_DATA,
    *ON_THE_WAY,
)


class PromiseLine(NamedTuple):
    """What was promised, where it stands, who says so, as of when. Everything is ready to print.

    value, value_date: the last figure; empty where nothing is reported. note: what its source adds, or of how many
    parts it is the total. is_current: whether it may be compared with the promise. percent, bar and expected_bar are
    empty (None) unless it is; bars run from 0 to 100. time_gone: how much of the time has gone, beside progress; gone:
    the same as a bar. move: how far the promise was moved, None where it was not. last_known: of a figure that is not
    recent, how far it was and how long ago; last_bar: that progress. due: how long until the due date, or since;
    is_near: whether that wants attention. original_status: against the first announcement, where that promised
    something else. withdrawals: its own, and those of what it belongs to.
    """

    row: PromiseRow
    label: Text
    target: str
    by: str
    status: StatusLine
    value: str
    value_date: str
    note: Text
    is_current: bool
    percent: str
    bar: int | None
    expected_bar: int | None
    time_gone: str
    announced: str
    original_status: StatusLine | None
    move: MoveLine | None = None
    last_known: str = ""
    due: str = ""
    gone: int | None = None
    last_bar: int | None = None
    is_near: bool = False
    source: SourceLine | None = None
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether its last figure is old, or its due date near or past."""
        return bool(self.last_known) or self.is_near

    @property
    def marks(self) -> tuple[str, ...]:
        """That it is withdrawn, or what it belongs to."""
        return tuple(one.mark for one in self.withdrawals)

    @property
    def code(self) -> str:
        return self.row.code

    @property
    def place(self) -> NamedRecord:
        return NamedRecord(self.row.territory_code, text_of(self.row.territory_names))

    @property
    def is_national(self) -> bool:
        return self.row.territory_kind == country.ROOT

    def promised_of(self, announcement: AnnouncementRow) -> str:
        """The value that one of its announcements promised."""
        return promised_words(unit_of_row(self.row), announcement)

    @property
    def programme(self) -> NamedRecord | None:
        return _owner(self.row.programme_code, self.row.programme_names)

    @property
    def centre(self) -> NamedRecord | None:
        return _owner(self.row.centre_code, self.row.centre_names)


def _owner(code: str | None, names: Names) -> NamedRecord | None:
    return NamedRecord(code, text_of(names)) if code else None


def promised_and_reached(line: PromiseLine, *, by: bool = False) -> str:
    """What was promised, with its horizon where that is asked for, and what is reached.

    promis : 12 à l’horizon 2026 ; 9 (au 20 février 2026).
    """
    value = dated_value(line.value, line.value_date) if line.value else _("no figure published")
    target = line.target
    if by and line.by:
        target = _("%(target)s %(by)s") % {"target": target, "by": line.by}
    if not target:
        return value
    return _("promised: %(target)s; %(value)s") % {"target": target, "value": value}


def text_of(names: Names) -> Text:
    """A name in the language of the page."""
    return first_of(dict(zip(CODES, names, strict=True)))


def promise_line(
    row: PromiseRow,
    on: date,
    sources: Mapping[int, SourceLine],
    withdrawals: tuple[Withdrawal, ...] = (),
) -> PromiseLine:
    """The line of a target. `sources` by key."""
    line = _line(language(), row)
    gone = _time_gone(row, on)
    return line._replace(
        time_gone="" if gone is None or not line.percent else time_gone_words(gone),
        gone=None if gone is None else _bar(gone),
        last_known=_last_known(row, on) if line.last_bar is not None else "",
        due=_due(row, on),
        is_near=_is_near(row, on),
        source=sources.get(row.source or 0),
        withdrawals=withdrawals,
    )


@lru_cache(maxsize=16_384)
def _line(_language: str, row: PromiseRow) -> PromiseLine:
    """What follows from a row and the language alone. Kept: nearly all rows are those of a reader before."""
    unit, status, last = unit_of_row(row), Status(row.status), last_promised(row.said)
    is_current = row.value is not None and status not in NOT_COMPARED
    original = Status(row.original_status) if row.original_status else status
    return PromiseLine(
        row,
        text_of(row.series_names) or text_of(row.indicator_names),
        promised_words(unit, last),
        by_words(last.due) if last else "",
        status_line(status),
        "" if row.value is None else unit.amount(row.value, row.qualifier),
        _value_date(row),
        text_of(row.notes) or Text(coverage_words(row.covered, row.total, row.parts_are)),
        is_current,
        *(_drawn(row) if is_current else NOTHING_DRAWN),
        "",
        announced_words(unit, row.said),
        None if original is status else status_line(original),
        move=move_of(row, unit),
        last_bar=_bar(Fraction(row.progress))
        if row.progress is not None and status in OLD and row.as_of
        else None,
    )


def unit_of_row(row: PromiseRow) -> Unit:
    """The unit of its indicator, in the current language."""
    units = dict(zip(CODES, row.units, strict=True))
    return unit_in(units, Measure(row.measure), row.decimals)


def _value_date(row: PromiseRow) -> str:
    if row.value is None:
        return ""
    since = row.counted_from if row.measure == Measure.PER_PERIOD else None
    dated = row.dated
    if dated is None and row.oldest and row.as_of:
        dated = months_of(row.oldest, row.as_of)
    return value_date_words(since, dated, is_sum=row.is_sum)


NOTHING_DRAWN = ("", None, None)


def _drawn(row: PromiseRow) -> tuple[str, int | None, int | None]:
    """Progress as a percentage; what is reached and was expected as bars. Without progress, nothing."""
    if row.progress is None:
        return NOTHING_DRAWN
    expected = row.expected_progress
    return (
        _progress(row),
        _bar(Fraction(row.progress)),
        None if expected is None else _bar(Fraction(expected)),
    )


def _progress(row: PromiseRow) -> str:
    last = last_promised(row.said)
    return progress_towards(row.progress or Decimal(), row.value or Decimal(), last and last.value)


def _time_gone(row: PromiseRow, on: date) -> Fraction | None:
    due = row.said[-1].due.last if row.said else None
    return share_of_time(row.started_on, due, on) if row.started_on else None


def _last_known(row: PromiseRow, on: date) -> str:
    """How far it was when last reported, and how long ago that is: 7 %, il y a 30 mois."""
    words = {
        "progress": _progress(row),
        "ago": time_between(row.as_of or on, on),
    }
    return _("%(progress)s, %(ago)s ago") % words


def _due(row: PromiseRow, on: date) -> str:
    """How long until the due date, or since it. Empty where it no longer matters."""
    due = row.said[-1].due.last if row.said else None
    return due_words(due, on) if Status(row.status) in RUNNING else ""


def due_words(due: date | None, on: date) -> str:
    """How long until a due date, or since: échéance dans 33 jours. Empty where there is none."""
    if due is None:
        return ""
    if due == on:
        return _("due today")
    if due > on:
        return _("due in %(time)s") % {"time": time_between(on, due)}
    return _("due date passed %(time)s ago") % {"time": time_between(due, on)}


def _is_near(row: PromiseRow, on: date) -> bool:
    due = row.said[-1].due.last if row.said else None
    return due is not None and Status(row.status) in RUNNING and due - on < NEAR


def _bar(progress: Fraction) -> int:
    """Whole hundredths of a bar, never rounded up to full."""
    return int(percent(bar(progress)))


SEVERITY = (
    Status.FAR_BEHIND,
    Status.MISSED,
    Status.DUE_DATE_PASSED,
    Status.BEHIND,
    Status.RESULT_AWAITED,
    Status.NO_RECENT_DATA,
    Status.NO_DATA,
    Status.UNDER_WAY,
    Status.ON_TRACK,
    Status.ACHIEVED_LATE,
    Status.ACHIEVED_DATE_NOT_SHOWN,
    Status.ACHIEVED,
    Status.NOT_STARTED,
    Status.ABANDONED,
    Status.WITHDRAWN,
    Status.NOT_YET_PROMISED,
)


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many promises have a status."""

    status: StatusLine
    count: int


def counts_by_severity(counts: Mapping[str, int]) -> list[StatusCount]:
    """Each status that occurs with its count, those that want attention first."""
    return [
        StatusCount(status_line(status), counts[status])
        for status in SEVERITY
        if counts.get(status)
    ]
