"""The points of a target's chart: what was measured, what is promised, what was first promised."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from programmes.calculations.assessment.outcome import Outcome
from programmes.calculations.assessment.pace import projection
from programmes.calculations.assessment.promise_rules import PromiseRules
from programmes.calculations.assessment.promises import differ
from programmes.selectors.promises.promise_lines import ON_THE_WAY
from programmes.selectors.promises.target.target_standing import TargetStanding
from programmes.selectors.promises.value_words import promised_words
from programmes.selectors.wording.formats import Unit, date_words, month_words

MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day, with what is printed beside it."""

    on: date
    value: Fraction
    label: str = ""


@dataclass(frozen=True, slots=True)
class TrajectoryLine:
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
    present: TrajectoryLine | None
    original: TrajectoryLine | None
    is_level: bool
    ahead: Point | None = None


def trajectory_of(standing: TargetStanding) -> Trajectory | None:
    """The chart of a target with its own series, from its announcements. None: too little to draw a line."""
    if standing.is_sum or standing.outcome is None:
        return None
    history = standing.history.as_known(standing.known)
    present = history.rules_of(standing.outcome.promise)
    measured = tuple(
        Point(one.as_of, one.amount, standing.unit.bare(one.amount))
        for one in present.values
        if one.as_of <= standing.on
    )
    measured = thinned(measured)
    line, original = _line(standing, present), None
    against = standing.assessment.against_original
    if against and differ(against.promise, present.promise):
        original = _line(standing, history.rules_of(against.promise))
    if not measured or (len(measured) < 2 and line is None and original is None):
        return None
    return Trajectory(
        standing.unit,
        measured,
        line,
        original,
        not standing.history.rule.measure.is_total,
        _ahead(standing, standing.outcome),
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


def _ahead(standing: TargetStanding, outcome: Outcome) -> Point | None:
    if standing.status not in ON_THE_WAY or outcome.value is None:
        return None
    pace = standing.pace
    if pace.projected_after(standing.on) is None:
        return None
    # a count is known every day
    is_counted = standing.history.rule.counted
    last = replace(outcome.value, as_of=standing.on) if is_counted else outcome.value
    found = projection(outcome.promise, last, pace)
    if found is None:
        return None
    on, value = found
    label = standing.unit.bare(value) if on == outcome.promise.due else month_words(on)
    return Point(on, value, label)


def _line(standing: TargetStanding, rules: PromiseRules) -> TrajectoryLine | None:
    """The promised line where both its ends are dated, else its flag alone; None without a due date."""
    promise = rules.promise
    if promise.due is None or promise.target is None:
        return None
    row = next(one for one in standing.announced if one.number == promise.number)
    corners = rules.line or ((promise.due, promise.target),)
    return TrajectoryLine(
        points=tuple(Point(on, value, standing.unit.bare(value)) for on, value in corners),
        value=promised_words(standing.unit, row),
        due=date_words(row.due),
    )
