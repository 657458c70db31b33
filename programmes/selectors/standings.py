"""Where targets stand on a day: the rows of the ledger taken through the arithmetic."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import FigureError, Promise, Rule, Status
from programmes.calculations.progress import Current
from programmes.calculations.rollup import Part, Pooled, RollUp, roll_up
from programmes.calculations.verdict import Assessment, assess
from programmes.models import Target
from programmes.selectors.figure_rows import FigureRow
from programmes.selectors.formats import Unit, language, unit_of
from programmes.selectors.ledger import FOLLOWED, Ledger, Told, rule_of
from programmes.selectors.revision_rows import RevisionRow
from programmes.selectors.sources import SourceLine
from programmes.selectors.target_rows import TargetRow

log = logging.getLogger(__name__)
NOT_COMPARED = (Status.NO_RECENT_DATA, Status.ABANDONED, Status.NOT_STARTED)


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What follows from the rows of a target on a day. One is itself alone: words made of it are found by it.

    last: the row of the figure printed beside the status; None where nothing is reported, or where the value is the
    sum of several series. dated: its date; of a sum, that of its oldest part.
    """

    result: Assessment | RollUp
    last: FigureRow | None = None
    dated: PreciseDate | None = None

    @property
    def is_current(self) -> bool:
        """Whether the value may be compared with the promise: not an old one, nor that of an abandoned target."""
        return self.result.stated is not None and self.result.status not in NOT_COMPARED


class Standing(NamedTuple):
    """A target on a day, with the rows that its pages print. (A tuple is quickly made: a page may hold hundreds.)

    revisions: announced by then and not corrected since, first to last. rows: of the ledger. language: of the words
    made of it.
    """

    target: TargetRow
    on: date
    rule: Rule
    unit: Unit
    reached: Reached
    revisions: tuple[RevisionRow, ...]
    rows: tuple[FigureRow, ...]
    parts: tuple[TargetRow, ...]
    sources: dict[int, SourceLine]
    language: str

    @property
    def result(self) -> Assessment | RollUp:
        return self.reached.result

    @property
    def last(self) -> FigureRow | None:
        return self.reached.last

    @property
    def dated(self) -> PreciseDate | None:
        return self.reached.dated

    @property
    def status(self) -> Status:
        return self.reached.result.status

    @property
    def value(self) -> Current | Pooled | None:
        """The value printed beside the status."""
        return self.result.stated

    @property
    def from_parts(self) -> bool:
        return isinstance(self.result, RollUp)

    @property
    def followed(self) -> int:
        """How much was published of it: announcements and figures, these counted up to a limit."""
        return len(self.revisions) + min(len(self.rows), FOLLOWED)

    @property
    def present(self) -> RevisionRow | None:
        """The revision in force."""
        return self.revisions[-1] if self.revisions else None

    @property
    def original(self) -> RevisionRow | None:
        return self.revisions[0] if self.revisions else None

    @property
    def promised(self) -> RevisionRow | None:
        return last_promised(self.revisions)


def last_promised(revisions: tuple[RevisionRow, ...]) -> RevisionRow | None:
    """The last revision that promises a value: the present one, or the one before it was abandoned."""
    return next((row for row in reversed(revisions) if row.value is not None), None)


def standings_of(
    ledger: Ledger, targets: Iterable[TargetRow], on: date, sources: dict[int, SourceLine]
) -> tuple[Standing, ...]:
    """Where targets of a ledger stand on a day, in their order. `sources` may be filled in afterwards."""
    here, units = language(), dict[int, Unit]()
    found = []
    for target in targets:
        indicator = target.series.indicator
        if indicator.pk not in units:
            units[indicator.pk] = unit_of(indicator)
        found.append(_standing(ledger, target, on, sources, units[indicator.pk], here))
    return tuple(found)


def _standing(
    ledger: Ledger,
    target: TargetRow,
    on: date,
    sources: dict[int, SourceLine],
    unit: Unit,
    here: str,
) -> Standing:
    rule, rows, told = rule_of(target.series), ledger.rows_of(target), ledger.told[target.pk]
    parts: tuple[TargetRow, ...] = ()
    try:
        if target.measured_by == Target.MeasuredBy.PARTS:
            leaves = _leaves(ledger, target)
            reached = _summed(told, tuple(_term(ledger, one) for one in leaves), rule, on)
            parts = leaves
        else:
            reached = _reached(told, rows, rule, on)
    except FigureError:
        # The forms refuse such figures; a page still has to say something, and claims nothing.
        log.exception("the published rows of target %s contradict each other", target.code)
        reached = Reached(_unjudged(told.promises))
    return Standing(
        target,
        on,
        rule,
        unit,
        reached,
        told.standing,
        rows,
        parts,
        sources,
        here,
    )


@lru_cache(maxsize=4096)
def _reached(told: Told, rows: tuple[FigureRow, ...], rule: Rule, on: date) -> Reached:
    """By a target's own figures. The same rows give the same: it is worked out once by each process."""
    result = assess(told.promises, [row.figure for row in rows], rule, on)
    last = _row(rows, result.stated) if result.stated else None
    return Reached(result, last, last.as_of if last else None)


# A part of a target by its code, with what was announced of it and its figures.
Term = tuple[str, Told, tuple[FigureRow, ...]]


@lru_cache(maxsize=4096)
def _summed(told: Told, terms: tuple[Term, ...], rule: Rule, on: date) -> Reached:
    """By the parts of a target. The same rows give the same."""
    parts = [
        Part(key=code, promises=announced.promises, figures=tuple(row.figure for row in rows))
        for code, announced, rows in terms
    ]
    result = roll_up(told.promises, parts, rule, on)
    if result.stated is None:
        return Reached(result)
    oldest = min(result.stated.contributions, key=lambda one: one.current.as_of)
    row = _row({code: rows for code, _told, rows in terms}[oldest.key], oldest.current)
    return Reached(result, dated=row.as_of if row else None)


def _term(ledger: Ledger, part: TargetRow) -> Term:
    return part.code, ledger.told[part.pk], ledger.rows_of(part)


def _unjudged(promises: tuple[Promise, ...]) -> Assessment:
    if not promises:
        return Assessment(Status.NOT_YET_PROMISED)
    return Assessment(Status.NO_DATA, promise=promises[-1], original=promises[0])


def _leaves(ledger: Ledger, target: TargetRow) -> tuple[TargetRow, ...]:
    """The parts that have figures of their own: a part measured by parts stands for its own."""
    found: dict[int, TargetRow] = {}
    edge, seen = list(ledger.parts.get(target.pk, ())), {target.pk}
    while edge:
        key = edge.pop(0)
        if key in seen:
            continue
        seen.add(key)
        part = ledger.targets[key]
        if part.measured_by == Target.MeasuredBy.PARTS and ledger.parts.get(key):
            edge.extend(ledger.parts[key])
        else:
            found[key] = part
    return tuple(found.values())


def _row(rows: tuple[FigureRow, ...], value: Current) -> FigureRow | None:
    return next((row for row in reversed(rows) if row.figure is value.figure), None)
