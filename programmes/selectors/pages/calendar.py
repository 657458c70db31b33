"""The dates that were promised: due dates of promises and planned milestones, to come or passed without word."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.calculations.choices import Status
from programmes.models import Milestone, MilestoneStatement
from programmes.selectors.lines.amendments import record_name
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.promises.counts import standings_on
from programmes.selectors.promises.promise_lines import RUNNING, PromiseLine, promised_and_reached
from programmes.selectors.promises.promise_rows import rows_of_standings
from programmes.selectors.wording.formats import date_words, time_between
from programmes.selectors.wording.texts import NOTHING, Text, translated

MOST = 300
# What a due date leads to that has gone without word.
PASSED = (Status.DUE_DATE_PASSED, Status.RESULT_AWAITED)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """One date: its last day, the date as it was said, how far it is, the record, and what was to happen."""

    day: date
    words: str
    distance: str
    is_past: bool
    page: str
    code: str
    label: Text
    detail: str
    place: Text
    key: str


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Dates to come, the nearest first, and those that passed without word, the longest ago first."""

    coming: tuple[CalendarDate, ...]
    passed: tuple[CalendarDate, ...]
    notes: Notes


def calendar_page(on: date, *, known: datetime | None = None) -> CalendarPage:
    """The calendar of a day: what is not met, reached, cancelled or withdrawn. At most eight queries."""
    told = (
        standings_on(on, known)
        .filter(status__in=RUNNING, present__due_on__isnull=False)
        .filter(Q(present__due_on__gte=on) | Q(status__in=PASSED))
        .order_by("present__due_on", "target__code")[:MOST]
    )
    rows = rows_of_standings(told, known=known)
    plans = MilestoneStatement.objects.filter(kind=MilestoneStatement.Kind.PLANNED)
    reached = MilestoneStatement.objects.standing(known).filter(
        kind=MilestoneStatement.Kind.REACHED, announced_on__lte=on
    )
    milestones = Milestone.objects.filter(pk__in=plans.values("milestone")).exclude(
        pk__in=reached.values("milestone")
    )
    page_rows = read_page_rows(on, known=known, rows=rows, milestones=milestones)
    owners = (
        Milestone.objects.select_related("programme", "centre__territory", "agreement")
        .in_bulk({one.milestone_id for one in page_rows.statements.rows})
        .values()
    )
    by_code = {one.code: one for one in owners}
    found = [
        *(_of_promise(page_rows.promise(row), on) for row in rows),
        *(
            _of_milestone(line, by_code[line.code], on)
            for line in page_rows.milestones()
            if _is_open(line)
        ),
    ]
    found.sort(key=lambda one: (one.day, one.key))
    return CalendarPage(
        tuple(one for one in found if not one.is_past),
        tuple(one for one in found if one.is_past),
        page_rows.notes,
    )


def _is_open(line: MilestoneLine) -> bool:
    return bool(line.planned) and not (line.reached or line.cancelled or line.mark)


def _of_promise(line: PromiseLine, on: date) -> CalendarDate:
    due = line.row.said[-1].due
    day = due.last or on
    return CalendarDate(
        day=day,
        words=date_words(due),
        distance=distance_words(day, on),
        is_past=day < on,
        page="target",
        code=line.code,
        label=line.label,
        detail=promised_and_reached(line),
        place=NOTHING if line.is_national else line.place.name,
        key=f"target-{line.code}",
    )


def _of_milestone(line: MilestoneLine, row: Milestone, on: date) -> CalendarDate:
    plan = line.planned[-1].when
    page = next(one for one in ("programme", "centre", "agreement") if getattr(row, one))
    owner = getattr(row, page)
    day = plan.last or on
    return CalendarDate(
        day=day,
        words=date_words(plan),
        distance=distance_words(day, on),
        is_past=day < on,
        page=page,
        code=owner.code,
        label=line.title,
        detail=line.kind_words,
        place=translated(owner.territory, "name") if page == "centre" else record_name(owner),
        key=f"milestone-{line.code}",
    )


def distance_words(day: date, on: date) -> str:
    """How far a day is from another: dans 33 jours, il y a 35 mois, aujourd’hui."""
    if day == on:
        return _("today")
    words = time_between(min(day, on), max(day, on))
    return (_("in %(time)s") if day > on else _("%(time)s ago")) % {"time": words}
