"""Centres over time: when each was planned to open, when it did, and how far that is from the first plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from programmes.calculations.choices import (
    CentreState,
    MilestoneKind,
    MilestoneState,
    Precision,
    StatementKind,
)
from programmes.calculations.dates import PreciseDate
from programmes.calculations.milestones import (
    MilestoneStanding,
    plans_of,
    reached_by,
    standing_statements,
)
from programmes.models import Territory
from programmes.selectors.lines.centre_lines import STATE_WORDS, CentreRow
from programmes.selectors.lines.milestone_lines import delay_words, plan_words
from programmes.selectors.lines.withdrawals import Withdrawals
from programmes.selectors.wording.formats import date_words
from programmes.selectors.wording.texts import Text, translated
from programmes.type_names import certain

IN_TIME, LATE, UNDATED, OVERDUE, AHEAD, NO_DATE = (
    "in_time",
    "late",
    "undated",
    "overdue",
    "ahead",
    "no_date",
)
OPENED = (IN_TIME, LATE, UNDATED)


@dataclass(frozen=True, slots=True)
class CentreTimeline:
    """One centre over time.

    name: of its region, where each of those beside it stands in another. works: when they began; None where that was
    not said. plans: the periods its opening was planned for, first to last. opened: its first and last possible day.
    closed: since when it is closed; None where it is not.
    kind: how the opening stands to the first plan. note: the same in words; state, short: in the few words of a tile.
    dates: what is drawn, in words.
    """

    code: str
    name: Text
    region: str
    works: date | None
    plans: tuple[tuple[date, date], ...]
    opened: tuple[date, date] | None
    closed: date | None
    is_span: bool
    kind: str
    note: str
    state: str
    short: str
    dates: str

    @property
    def is_open(self) -> bool:
        return self.kind in OPENED


@dataclass(frozen=True, slots=True)
class CentreTimelines:
    """Centres over time, those that opened first first. title: what the picture shows."""

    rows: tuple[CentreTimeline, ...]
    title: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def centre_timelines(
    centres: Iterable[CentreRow], on: date, withdrawals: Withdrawals
) -> CentreTimelines:
    """The centres announced by a day that were not withdrawn; annexes belong to their centres."""
    shown = [
        row
        for row in centres
        if row.centre.parent_id is None
        and row.on(on).state != CentreState.NOT_YET_ANNOUNCED
        and withdrawals.of("centre", row.centre.code) is None
    ]
    regions = {_region(row).pk for row in shown}
    rows = sorted(
        (_timeline(row, on, of_region=len(regions) == len(shown)) for row in shown), key=_order
    )
    return CentreTimelines(tuple(rows), _title(rows))


def _region(row: CentreRow) -> Territory:
    """The region that a centre stands in."""
    territory = row.centre.territory
    return certain(territory.parent) if territory.level > 1 else territory


def _order(row: CentreTimeline) -> tuple[int, date, str]:
    if row.opened:
        return 0, row.opened[1], row.code
    if row.plans:
        return 1, row.plans[0][1], row.code
    return 2, row.works or date.max, row.code


def _title(rows: Sequence[CentreTimeline]) -> str:
    words = {
        "open": sum(row.is_open for row in rows),
        "total": len(rows),
        "in_time": sum(row.kind == IN_TIME for row in rows),
        "late": sum(row.kind == LATE for row in rows),
    }
    return (
        _(
            "Openings: %(open)s of %(total)s, %(in_time)s within the dates announced, %(late)s after them"
        )
        % words
    )


def _timeline(row: CentreRow, on: date, *, of_region: bool) -> CentreTimeline:
    centre, standing = row.centre, row.on(on)
    kinds = MilestoneKind
    statements = [
        (one.kind, said)
        for one in row.milestones
        for said in standing_statements(one.statements)
        if said.first_day <= on and said.when.last
    ]
    planned = [
        said
        for one in row.milestones
        if one.kind is kinds.OPENING
        for said in plans_of(one.statements, on).dated
    ]
    opened = [
        said
        for one in row.milestones
        if one.kind is kinds.OPENING and (said := reached_by(one.statements, on)) and said.when.last
    ]
    works = [
        said.when.first or said.first_day
        for kind, said in statements
        if kind in (kinds.WORKS_START, kinds.LAUNCH) and said.kind is StatementKind.REACHED
    ]
    closings = [
        said
        for kind, said in statements
        if kind is kinds.CLOSING and said.kind is StatementKind.REACHED
    ]
    is_closed = standing.state is CentreState.CLOSED
    closed = max(closings, key=lambda said: said.first_day) if is_closed and closings else None
    kind, note, short = _opening_words(standing.opening)
    if closed:
        note = _("%(note)s; closed: %(date)s") % {"note": note, "date": date_words(closed.when)}
    is_open = kind in OPENED
    region = _region(row)
    return CentreTimeline(
        code=centre.code,
        name=translated(region if of_region else centre, "name"),
        region=region.code,
        works=min(works, default=None),
        plans=tuple(_days(said.when) for said in planned),
        opened=_days(opened[-1].when) if is_open and opened else None,
        closed=closed.first_day if closed else None,
        is_span=bool(opened) and opened[-1].when.precision is Precision.SPAN,
        kind=kind,
        note=note,
        state=_state(standing.state, kind),
        short=short,
        dates=_dates(planned, opened),
    )


def _state(state: CentreState, kind: str) -> str:
    """The state in the few letters of a tile."""
    if kind == OVERDUE:
        return _("Overdue")
    return _("Works") if state is CentreState.UNDER_CONSTRUCTION else str(STATE_WORDS[state])


def _days(when: PreciseDate) -> tuple[date, date]:
    """The first and the last day of what is dated."""
    return certain(when.first), certain(when.last)


def _dates(planned: Sequence[Any], opened: Sequence[Any]) -> str:
    """What is drawn of an opening, for those who do not see it."""
    found = [
        _("planned for %(date)s") % {"date": words}
        for words in dict.fromkeys(plan_words(said) for said in planned)
    ]
    if opened:
        found.append(_("opened: %(date)s") % {"date": date_words(opened[-1].when)})
    return _("; ").join(found)


def _opening_words(opening: MilestoneStanding | None) -> tuple[str, str, str]:
    """How an opening stands to its first plan: its kind, a note, and a few words."""
    states = MilestoneState
    if opening is None or opening.state in (states.NOT_ANNOUNCED, states.ANNOUNCED):
        return NO_DATE, _("no opening date announced"), _("no date")
    if opening.state is states.REACHED:
        if opening.after_original:
            length = delay_words(opening.after_original)
            return LATE, _("%(duration)s late") % {"duration": length}, f"+{length}"
        if opening.original_plan is None:
            return UNDATED, _("no date had been announced"), _("no date")
        if not opening.is_within_original:
            return UNDATED, _("perhaps late: the day is not known"), _("day unknown")
        return IN_TIME, _("within the date announced"), _("in time")
    if opening.state is states.OVERDUE and opening.overdue:
        length = delay_words(opening.overdue)
        return OVERDUE, _("%(duration)s overdue") % {"duration": length}, length
    if opening.state is states.CANCELLED:
        return NO_DATE, _("opening cancelled"), _("cancelled")
    date_text = date_words(opening.plan) if opening.plan else ""
    return AHEAD, _("planned for %(date)s") % {"date": date_text}, date_text
