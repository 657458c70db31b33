"""Geometry of the charts: pure functions from points to coordinates. The templates draw; classes colour.

Time runs from left to right in every language, so nothing here is mirrored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import count

from django.utils.translation import gettext as _

from programmes.selectors.lines.milestone_lines import MilestoneLine, StatementLine
from programmes.selectors.promises.target.trajectories import Point, Trajectory, TrajectoryLine
from programmes.type_names import certain

WIDTH, HEIGHT = 400, 270
LEFT, RIGHT, BOTTOM = 50, 12, 26
# Two rows above the drawing hold what the flags say.
FLAG_ROW, TOP = 18, 52
# So much room a label takes at least, and for each of its signs.
DOT_LABEL_GAP, SIGN = 30, 8
MOST_YEARS, MOST_STEPS = 7, 4
# A single date has nothing to stand beside: a strip starts at two, each with a first and a last day.
ENDS_OF_TWO = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A real report. The label is empty where it would touch its neighbour's."""

    x: float
    y: float
    label: str
    label_y: float
    left: int

    @property
    def label_x(self) -> float:
        """The middle of the label, which keeps off the signs of the axis and inside the drawing."""
        half = len(self.label) * SIGN / 2
        return min(max(self.x, self.left + half), WIDTH - half)


@dataclass(frozen=True, slots=True)
class Flag:
    """A promise: a pole on the due date, at its foot zero, a mark at the value, words above it.

    steps: the baseline and what was promised for the way; labelled where no report stands near.
    """

    x: float
    y: float
    top: float
    line: str
    value: str
    due: str
    ends_left: bool
    steps: tuple[Dot, ...] = ()

    @property
    def words(self) -> str:
        """What it says: the value promised and its date."""
        return _("Promised: %(target)s") % {"target": f"{self.value} · {self.due}"}

    @property
    def first_words(self) -> str:
        """The same of the original promise."""
        return _("First promised: %(target)s") % {"target": f"{self.value} · {self.due}"}

    @property
    def words_x(self) -> float:
        """Where the words stand: beside the pole, towards the middle of the drawing."""
        return round(self.x - 6 if self.ends_left else self.x + 6, 1)


@dataclass(frozen=True, slots=True)
class TrajectoryChart:
    """Coordinates in a box of `width` by `height`."""

    width: int
    height: int
    left: int
    right: float
    floor: float
    years: tuple[Tick, ...]
    steps: tuple[Tick, ...]
    measured: str
    dots: tuple[Dot, ...]
    present: Flag | None
    original: Flag | None
    from_zero: bool
    ahead: str = ""
    ahead_end: Dot | None = None


def trajectory_chart(data: Trajectory | None) -> TrajectoryChart | None:
    """The chart of a target; None where there is nothing to draw."""
    if data is None:
        return None
    lines = [line for line in (data.present, data.original) if line]
    ahead = [data.ahead] if data.ahead else []
    points = [*data.measured, *ahead, *(point for line in lines for point in line.points)]
    first, last = _whole_years(points)
    low, high, steps = _scale([point.value for point in points], may_leave_zero=data.is_level)
    floor = HEIGHT - BOTTOM
    # so much as the signs of the axis need
    left = max(LEFT, *(len(data.unit.bare(step)) * SIGN + 10 for step in steps))

    def x(day: date) -> float:
        share = (day - first).days / (last - first).days
        return round(left + share * (WIDTH - left - RIGHT), 1)

    def y(value: Fraction) -> float:
        return round(float(floor - (value - low) / (high - low) * (floor - TOP)), 1)

    at = [(x(one.on), y(one.value)) for one in data.measured]

    def flag(line: TrajectoryLine | None, row: int) -> Flag | None:
        if line is None:
            return None
        end = line.points[-1]
        return Flag(
            x=x(end.on),
            y=y(end.value),
            top=FLAG_ROW * (row + 1) - 6,
            line=_path((x(one.on), y(one.value)) for one in line.points)
            if len(line.points) > 1
            else "",
            value=line.value,
            due=line.due,
            ends_left=x(end.on) > (left + WIDTH) / 2,
            steps=_steps(
                line.points[:-1], [(x(one.on), y(one.value)) for one in line.points], at, left
            ),
        )

    return TrajectoryChart(
        width=WIDTH,
        height=HEIGHT,
        left=left,
        right=WIDTH - RIGHT,
        floor=floor,
        years=tuple(
            Tick(x(date(year, 1, 1)), str(year)) for year in years_of(first.year, last.year)
        ),
        steps=tuple(Tick(y(step), data.unit.bare(step)) for step in steps),
        measured=_path(at) if len(at) > 1 else "",
        dots=_dots(data.measured, at, left),
        present=flag(data.present, 1),
        original=flag(data.original, 0),
        from_zero=low == 0,
        ahead=_path([at[-1], (x(data.ahead.on), y(data.ahead.value))]) if data.ahead else "",
        ahead_end=_ahead_end(data, x(data.ahead.on), y(data.ahead.value), left)
        if data.ahead
        else None,
    )


def _ahead_end(data: Trajectory, x: float, y: float, left: int) -> Dot:
    """Where the recent pace leads; its label stands on the side away from what is promised."""
    point = certain(data.ahead)
    is_short = data.present is not None and point.value < data.present.points[-1].value
    label_y = y + 22 if is_short and y + 22 < HEIGHT - BOTTOM else y - 9
    return Dot(x, y, point.label, round(label_y, 1), left)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _whole_years(points: Sequence[Point]) -> tuple[date, date]:
    days = [point.on for point in points]
    return date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)


def years_of(first: int, last: int, most: int = MOST_YEARS) -> range:
    """The years between two, or as many of them in even steps as there is room for."""
    step = next(step for step in count(1) if (last - first) / step <= most)
    return range(first, last + 1, step)


def _scale(
    values: Sequence[Fraction], *, may_leave_zero: bool
) -> tuple[Fraction, Fraction, list[Fraction]]:
    """The lowest and highest value of the axis, and its steps: from zero, unless a level stays far from it."""
    low, high = min(values), max(values)
    start = Fraction(0)
    if low < 0 or (may_leave_zero and low > (high - low) * 2 and high > low):
        start = low
    step = _round_step((high - start) or Fraction(1))
    bottom = start // step * step
    steps = [bottom]
    while steps[-1] < high or len(steps) < 2:
        steps.append(steps[-1] + step)
    return bottom, steps[-1], steps


def _round_step(extent: Fraction) -> Fraction:
    """The smallest step of 1, 2 or 5 times a power of ten that needs no more than four steps."""
    power = Fraction(10) ** (len(str(int(extent))) - 1 if extent >= 1 else -6)
    while True:
        for factor in (1, 2, 5):
            if extent / (power * factor / 10) <= MOST_STEPS:
                return power * factor / 10
        power *= 10


def _steps(
    points: Sequence[Point],
    at: Sequence[tuple[float, float]],
    reports: Sequence[tuple[float, float]],
    left: int,
) -> tuple[Dot, ...]:
    """The baseline and the steps of a promised line, under it; the label of one beside a report or another is left
    out."""
    dots, taken = [], 0.0
    for point, (x, y) in zip(points, at, strict=False):
        half = _half(point.label)
        is_free = x - half >= taken and not any(
            abs(x - other) < half + DOT_LABEL_GAP / 2 for other, _y in reports
        )
        taken = x + half if is_free else taken
        label_y = y + 16 if y + 16 < HEIGHT - BOTTOM else y - 9
        dots.append(Dot(x, y, point.label if is_free else "", round(label_y, 1), left))
    return tuple(dots)


def _half(label: str) -> float:
    """Half of the room that a label takes."""
    return max(DOT_LABEL_GAP, len(label) * SIGN) / 2


def _dots(points: Sequence[Point], at: Sequence[tuple[float, float]], left: int) -> tuple[Dot, ...]:
    """Each report; from the last backwards, labels that would touch are left out."""
    dots, free = [], float("inf")
    for point, (x, y) in reversed(list(zip(points, at, strict=True))):
        half = _half(point.label)
        dot = Dot(x, y, point.label, round(y - 9, 1), left)
        is_free = dot.label_x + half <= free
        free = dot.label_x - half if is_free else free
        dots.append(dot if is_free else replace(dot, label=""))
    return tuple(reversed(dots))


@dataclass(frozen=True, slots=True)
class Mark:
    """A period on the strip, in per cent of its width. A single day has no width."""

    start: str
    width: str
    middle: str
    is_day: bool


@dataclass(frozen=True, slots=True)
class StripRow:
    """One milestone: where it was planned, where it was reached; silent: since its last plan passed without word."""

    milestone: MilestoneLine
    planned: tuple[Mark, ...]
    reached: Mark | None
    late_from: str
    late_width: str
    silent_from: str
    silent_width: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Milestones over time, to the day asked."""

    years: tuple[Tick, ...]
    rows: tuple[StripRow, ...]
    today: str


def _first(said: StatementLine) -> date:
    return certain(said.when.first)


def _last(said: StatementLine) -> date:
    return certain(said.when.last)


def _length(said: StatementLine) -> int:
    return (_last(said) - _first(said)).days


def strip(milestones: Sequence[MilestoneLine], on: date) -> Strip | None:
    """The strip of a record's milestones; None where fewer than two dates are known."""
    days = [
        day
        for line in milestones
        for said in (*line.planned, line.reached)
        if said is not None
        for day in (_first(said), _last(said))
    ]
    if len(days) < ENDS_OF_TWO:
        return None
    first, last = date(min(*days, on).year, 1, 1), date(max(*days, on).year + 1, 1, 1)

    def share(day: date) -> float:
        return (day - first).days / (last - first).days * 100

    def mark(said: StatementLine) -> Mark:
        start, end = share(_first(said)), share(_last(said))
        return Mark(
            f"{start:.2f}%",
            f"{end - start:.2f}%",
            f"{(start + end) / 2:.2f}%",
            is_day=_first(said) == _last(said),
        )

    rows = []
    for line in milestones:
        reached = line.reached
        late = line.planned and reached and _first(reached) > _last(line.planned[0])
        since = share(_last(line.planned[0])) if late else 0.0
        plan = _last(line.planned[-1]) if line.planned else None
        silent = plan is not None and plan < on and reached is None and line.cancelled is None
        unheard = share(certain(plan)) if silent else 0.0
        rows.append(
            StripRow(
                milestone=line,
                # The longest periods first, so that none covers a more exact date.
                planned=tuple(
                    mark(said) for said in sorted(line.planned, key=_length, reverse=True)
                ),
                reached=mark(reached) if reached else None,
                late_from=f"{since:.2f}%" if late else "",
                late_width=f"{share(_first(certain(reached))) - since:.2f}%" if late else "",
                silent_from=f"{unheard:.2f}%" if silent else "",
                silent_width=f"{share(on) - unheard:.2f}%" if silent else "",
            )
        )
    return Strip(
        years=tuple(
            Tick(round(share(date(year, 1, 1)), 2), str(year))
            for year in years_of(first.year, last.year - 1)
        ),
        rows=tuple(rows),
        today=f"{share(on):.2f}%",
    )
