"""The points of a target's chart: what was measured, what is promised, what was first promised."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from programmes.calculations.figures import Promise, Status
from programmes.calculations.pace import projection
from programmes.calculations.progress import Current, promise_history
from programmes.calculations.trajectory import trajectory
from programmes.selectors.formats import Unit, date_words, month_words
from programmes.selectors.sentences import target_words
from programmes.selectors.standings import Standing

MOST_POINTS = 120
ON_THE_WAY = (Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND, Status.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day, with what is printed beside it."""

    on: date
    value: Fraction
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A promised line; it ends in a flag with the value and the due date. One point alone is a flag.

    The points before the last are the baseline and the steps on the way, with their values.
    """

    points: tuple[Point, ...]
    value: str
    due: str


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a chart draws. `original` only where it promised something else.

    ahead: where the recent pace leads from the last report, while the target is on the way; else None.
    """

    unit: Unit
    measured: tuple[Point, ...]
    present: Line | None
    original: Line | None
    is_level: bool
    ahead: Point | None = None


def trajectory_of(standing: Standing) -> Trajectory | None:
    """The chart of a target with its own series. None: too little to draw a line."""
    if standing.from_parts or standing.status is Status.NOT_YET_PROMISED:
        return None
    promise = standing.result.promise
    values = promise_history(
        promise, [row.figure for row in standing.rows], standing.rule, standing.on
    )
    measured = tuple(Point(one.as_of, one.value, standing.unit.bare(one.value)) for one in values)
    measured = thinned(measured)
    present = _line(standing, promise)
    against = standing.result.against_original
    original = _line(standing, against.promise) if against else None
    if not measured or (len(measured) < 2 and present is None and original is None):
        return None
    return Trajectory(
        standing.unit,
        measured,
        present,
        original,
        not standing.rule.measure.is_total,
        _ahead(standing, promise, values),
    )


def thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Points that still draw the same line: of a long series, the lowest and the highest of each stretch of time."""
    if len(points) <= MOST_POINTS:
        return points
    size = -(-2 * len(points) // MOST_POINTS)
    kept = {0, len(points) - 1}
    for start in range(0, len(points), size):
        stretch = range(start, min(start + size, len(points)))
        kept |= {pick(stretch, key=lambda at: points[at].value) for pick in (min, max)}
    return tuple(points[at] for at in sorted(kept))


def _ahead(standing: Standing, promise: Promise, values: tuple[Current, ...]) -> Point | None:
    if standing.status not in ON_THE_WAY:
        return None
    found = projection(promise, values)
    if found is None:
        return None
    on, value = found
    label = standing.unit.bare(value) if on == promise.due else month_words(on)
    return Point(on, value, label)


def _line(standing: Standing, promise: Promise) -> Line | None:
    """The promised line where both its ends are dated, else its flag alone; None without a due date."""
    if promise.due is None or promise.target is None:
        return None
    row = next(one for one in standing.revisions if one.number == promise.number)
    corners = trajectory(promise, standing.rule) or ((promise.due, promise.target),)
    return Line(
        points=tuple(Point(on, value, standing.unit.bare(value)) for on, value in corners),
        value=target_words(standing, row),
        due=date_words(row.due),
    )
