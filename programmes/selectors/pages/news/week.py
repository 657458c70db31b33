"""What happened to promises in the last days without anyone publishing it, and which dates come next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.calculations.choices import Status
from programmes.selectors.lines.centre_timelines import CentreTimeline
from programmes.selectors.promises.promise_lines import PromiseLine, promised_and_reached
from programmes.selectors.wording.formats import day_words
from programmes.selectors.wording.texts import Text

LATELY, SOON = timedelta(7), timedelta(60)
PASSED, MOVED, OVERDUE, COMING = "passed", "moved", "overdue", "coming"
MOST = 12


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One thing that happened, or comes: its kind, in a word, the record, and what is said of it."""

    kind: str
    tag: str
    page: str
    code: str
    label: Text
    words: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """The last seven days and the next sixty. passed, moved, overdue: how many of each, listed or not."""

    items: tuple[WeekItem, ...]
    passed: int
    moved: int
    overdue: int


def of_the_week(on: date) -> Q:
    """Standings that the week tells of."""
    lately = (on - LATELY, on - timedelta(1))
    return (
        Q(present__due_on__range=lately)
        | Q(present__announced_on__range=(on - LATELY, on), moves__gt=0)
        | Q(status=Status.NO_RECENT_DATA, from_day__range=(on - LATELY, on))
        | Q(present__due_on__range=(on, on + SOON))
    )


def week_of(lines: Iterable[PromiseLine], centres: Iterable[CentreTimeline], on: date) -> WeekPage:
    """The week of a day. lines: of the standings that `of_the_week` finds, those of others are passed over."""
    found: list[tuple[int, date, WeekItem]] = []
    for line in lines:
        found += _of_promise(line, on)
    for row in centres:
        found += _of_centre(row, on)
    found.sort(key=lambda one: one[:2])
    kinds = [item.kind for _rank, _day, item in found]
    return WeekPage(
        tuple(item for _rank, _day, item in found[:MOST]),
        kinds.count(PASSED),
        kinds.count(MOVED),
        kinds.count(OVERDUE),
    )


def _of_promise(line: PromiseLine, on: date) -> list[tuple[int, date, WeekItem]]:
    row = line.row
    last = row.said[-1] if row.said else None
    due = last.due.last if last else None
    promised = promised_and_reached(line)
    found = []

    def add(rank: int, day: date, kind: str, tag: str, *words: str) -> None:
        told = _(", ").join(one for one in words if one)
        found.append((rank, day, WeekItem(kind, tag, "target", line.code, line.label, told)))

    if due and on - LATELY <= due < on:
        add(0, due, PASSED, _("Due date passed"), day_words(due), promised, line.status.words)
    elif due and on <= due <= on + SOON:
        add(3, due, COMING, day_words(due), promised)
    if last and line.move and last.announced.last and on - LATELY <= last.announced.last <= on:
        add(1, last.announced.last, MOVED, _("Promise moved"), line.move.words)
    if row.status == Status.NO_RECENT_DATA and on - LATELY <= row.from_day <= on:
        add(2, row.from_day, OVERDUE, _("Figure overdue"), line.last_known or line.value)
    return found


def _of_centre(row: CentreTimeline, on: date) -> list[tuple[int, date, WeekItem]]:
    """A planned opening that passed without word, or comes."""
    if row.is_open or not row.plans:
        return []
    due = row.plans[-1][1]
    if on - LATELY <= due < on:
        kind, tag, rank = PASSED, _("Due date passed"), 0
    elif on <= due <= on + SOON:
        kind, tag, rank = COMING, day_words(due), 3
    else:
        return []
    words = _("opening to trainees, %(note)s") % {"note": row.note}
    return [(rank, due, WeekItem(kind, tag, "centre", row.code, row.name, words))]
