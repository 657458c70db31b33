"""Geometry of the pictures over time: centres, and what became of promises by quarter.

Places are in per cent of the width, so that one drawing serves a telephone, a wide page and a file of its own. Time
runs from left to right in every language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from programmes.public.pictures.charts import Tick, years_of
from programmes.selectors.lines.centre_timelines import CentreTimeline, CentreTimelines
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.status_history import StatusHistory
from programmes.selectors.wording.formats import date_words, day_words

MOST_YEARS = 8
HEIGHT = 150
FEWEST_STACKED = 3


def _percent(share: float) -> str:
    return f"{share:.2f}%"


class Scale:
    """Days as per cents of a width: whole years from the first to the last."""

    def __init__(self, days: Iterable[date]) -> None:
        days = list(days)
        self.first, self.end = date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)
        self.length = (self.end - self.first).days

    def share(self, day: date) -> float:
        return (day - self.first).days / self.length * 100

    def at(self, day: date) -> str:
        return _percent(self.share(day))

    def width(self, first: date, last: date) -> str:
        return _percent(self.share(last) - self.share(first))

    @property
    def years(self) -> tuple[Tick, ...]:
        return tuple(
            Tick(round(self.share(date(year, 1, 1)), 2), str(year))
            for year in years_of(self.first.year, self.end.year, MOST_YEARS)
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time on a lane."""

    x: str
    width: str
    end: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One centre: works, the periods planned, the delay since the first of them, its opening and being open.

    between: the days on one of which it opened, in place of a dot on a day that nobody gave.
    """

    row: CentreTimeline
    works: Span | None
    plans: tuple[Span, ...]
    late: Span | None
    dot: str
    between: Span | None
    open: Span | None

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of its parts that there are."""
        parts = {
            "plan": self.plans,
            "later": self.plans[1:],
            "works": self.works,
            "late": self.late,
            "open": self.dot or self.open,
            "between": self.between,
        }
        return tuple(name for name, part in parts.items() if part)


@dataclass(frozen=True, slots=True)
class Pole:
    """The due date of a promise, or today: a line over all lanes with its words."""

    at: str
    words: str
    kind: str
    anchor: str
    y: int


@dataclass(frozen=True, slots=True)
class LaneChart:
    """Centres over time. undrawn: those of which no date is known."""

    title: str
    undrawn: tuple[CentreTimeline, ...]
    lanes: tuple[Lane, ...]
    years: tuple[Tick, ...]
    poles: tuple[Pole, ...]
    top: int

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """The parts of a lane that occur, with what each means."""
        words = {
            "plan": _("first date announced"),
            "later": _("date announced later"),
            "works": _("works"),
            "late": _("past the first date"),
            "open": _("open to trainees"),
            "between": _("opened on one of these days"),
        }
        drawn = {name for lane in self.lanes for name in lane.drawn}
        return tuple(one for one in words.items() if one[0] in drawn)


def lane_chart(
    found: CentreTimelines, on: date, promise: PromiseLine | None = None
) -> LaneChart | None:
    """Centres over time, with the due dates of the promise that counts them; None where there are too few dates."""
    if not found:
        return None
    dues = _dues(promise)
    days = [on, *(day for day, _words, _kind in dues)]
    rows = [row for row in found.rows if row.works or row.plans or row.opened]
    for row in rows:
        days += [day for plan in row.plans for day in plan]
        days += [*(row.opened or ()), *(day for day in (row.works, row.closed) if day)]
    if len(set(days)) < 3:
        return None
    scale = Scale(days)

    def span(first: date, last: date) -> Span:
        return Span(scale.at(first), scale.width(first, last), scale.at(last))

    def lane(row: CentreTimeline) -> Lane:
        until = row.opened[0] if row.opened else on
        due = row.plans[0][1] if row.plans else None
        opened = row.opened[0] + (row.opened[1] - row.opened[0]) / 2 if row.opened else None
        sure = row.opened[1] if row.opened and row.is_span else opened
        return Lane(
            row=row,
            works=span(row.works, until) if row.works and row.works < until else None,
            plans=tuple(span(*plan) for plan in row.plans),
            late=span(due, until)
            if due and due < until and row.kind in ("late", "overdue")
            else None,
            dot=scale.at(opened) if opened and not row.is_span else "",
            between=span(*row.opened) if row.opened and row.is_span else None,
            open=span(sure, end) if sure and sure < (end := row.closed or on) else None,
        )

    poles = [(day, words, kind) for day, words, kind in (*dues, (on, day_words(on), "today"))]
    return LaneChart(
        title=found.title,
        undrawn=tuple(row for row in found.rows if row not in rows),
        lanes=tuple(map(lane, rows)),
        years=scale.years,
        poles=tuple(
            Pole(
                scale.at(day),
                words,
                kind,
                "end" if scale.share(day) > 45 else "start",
                14 + 17 * place,
            )
            for place, (day, words, kind) in enumerate(poles)
        ),
        top=17 * len(poles) + 4,
    )


def _dues(promise: PromiseLine | None) -> list[tuple[date, str, str]]:
    """The due dates of the original and the present announcement, with what they promised."""
    if promise is None:
        return []
    row, found = promise.row, []
    for one in row.said:
        kind = "present" if one is row.said[-1] else "original" if one.key == row.original else ""
        if kind and one.due.last and one.value is not None:
            words = {"target": f"{promise.promised_of(one)} · {date_words(one.due)}"}
            pattern = (
                _("First promised: %(target)s") if kind == "original" else _("Promised: %(target)s")
            )
            found.append((one.due.last, pattern % words, kind))
    return found


@dataclass(frozen=True, slots=True)
class Block:
    """Promises of one group over some quarters."""

    group: str
    x: str
    width: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class HistoryChart:
    """What became of promises, stacked, by quarter. most: the highest number, at the top."""

    history: StatusHistory
    blocks: tuple[Block, ...]
    years: tuple[Tick, ...]
    most: int
    height: int = HEIGHT


def history_chart(history: StatusHistory | None) -> HistoryChart | None:
    """The picture of a history; None where there are too few quarters, or too few promises to be stacked."""
    if history is None or len(history.quarters) < 2:
        return None
    quarters = history.quarters
    most = max(one.total for one in quarters)
    if most < FEWEST_STACKED:
        return None
    step, blocks, tops = 100 / len(quarters), [], [0] * len(quarters)
    for group in history.groups:
        runs: list[list[int]] = []
        for place, one in enumerate(quarters):
            count, base = one.counts.get(group, 0), tops[place]
            tops[place] += count
            if runs and runs[-1][1] == place and runs[-1][2:] == [base, count]:
                runs[-1][1] += 1
            else:
                runs.append([place, place + 1, base, count])
        blocks += [
            Block(
                group,
                _percent(first * step),
                _percent((last - first) * step),
                round(HEIGHT - (base + count) * HEIGHT / most, 1),
                round(count * HEIGHT / most, 1),
            )
            for first, last, base, count in runs
            if count
        ]
    return HistoryChart(history, tuple(blocks), _year_ticks(quarters, step), most)


def _year_ticks(quarters: Sequence[Any], step: float) -> tuple[Tick, ...]:
    starts: dict[int, int] = {}
    for place, one in enumerate(quarters):
        starts.setdefault(one.day.year, place)
    years = [year for year, place in starts.items() if place or quarters[0].day.month <= 3]
    if not years:
        return ()
    wanted = years_of(years[0], years[-1], MOST_YEARS)
    return tuple(
        Tick(round(starts[year] * step, 2), str(year)) for year in wanted if year in starts
    )
