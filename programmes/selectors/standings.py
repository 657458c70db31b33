"""Where targets stand on a day: the rows of the ledger taken through the arithmetic."""

import logging
from collections.abc import Iterable
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
from programmes.selectors.ledger import Ledger, rule_of
from programmes.selectors.revision_rows import RevisionRow, promise_of
from programmes.selectors.sources import SourceLine
from programmes.selectors.target_rows import TargetRow

log = logging.getLogger(__name__)
NOT_COMPARED = (Status.NO_RECENT_DATA, Status.ABANDONED, Status.NOT_STARTED)


class Standing(NamedTuple):
    """A target on a day, with the rows that its pages print. (A tuple is quickly made: a page may hold hundreds.)

    revisions: announced by then and not corrected since, first to last. rows: of the ledger. published: how many
    figures are, up to a limit. last: the row of the figure printed beside the status; None where nothing is reported,
    or where the value is the sum of several series. dated: its date.
    language: of the words made of it.
    """

    target: TargetRow
    on: date
    rule: Rule
    unit: Unit
    result: Assessment | RollUp
    revisions: tuple[RevisionRow, ...]
    rows: tuple[FigureRow, ...]
    published: int
    last: FigureRow | None
    dated: PreciseDate | None
    parts: tuple[TargetRow, ...]
    sources: dict[int, SourceLine]
    language: str

    @property
    def status(self) -> Status:
        return self.result.status

    @property
    def value(self) -> Current | Pooled | None:
        """The value printed beside the status."""
        return self.result.stated

    @property
    def is_current(self) -> bool:
        """Whether the value may be compared with the promise: not an old one, nor that of an abandoned target."""
        return self.result.stated is not None and self.result.status not in NOT_COMPARED

    @property
    def from_parts(self) -> bool:
        return isinstance(self.result, RollUp)

    @property
    def followed(self) -> int:
        """How much was published of it: announcements and figures, these counted up to a limit."""
        return len(self.revisions) + self.published

    @property
    def present(self) -> RevisionRow | None:
        """The revision in force."""
        return self.revisions[-1] if self.revisions else None

    @property
    def original(self) -> RevisionRow | None:
        return self.revisions[0] if self.revisions else None

    @property
    def promised(self) -> RevisionRow | None:
        """The last revision that promises a value: the present one, or the one before it was abandoned."""
        return next((row for row in reversed(self.revisions) if row.value is not None), None)


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
    rule, rows = rule_of(target.series), ledger.rows_of(target)
    announced = ledger.announced.get(target.pk, ())
    result, parts = _result(ledger, target, rule, on)
    last, dated = _rows_behind(ledger, rows, result.stated, parts)
    return Standing(
        target,
        on,
        rule,
        unit,
        result,
        announced,
        rows,
        ledger.counts[target.series_id],
        last,
        dated,
        parts,
        sources,
        here,
    )


def _result(
    ledger: Ledger, target: TargetRow, rule: Rule, on: date
) -> tuple[Assessment | RollUp, tuple[TargetRow, ...]]:
    promises = ledger.promises.get(target.pk, ())
    try:
        if target.measured_by == Target.MeasuredBy.PARTS:
            parts = _leaves(ledger, target)
            return roll_up(promises, [_part(ledger, part) for part in parts], rule, on), parts
        announced = ledger.announced.get(target.pk, ())
        return _assess(announced, ledger.rows_of(target), rule, on), ()
    except FigureError:
        # The forms refuse such figures; a page still has to say something, and claims nothing.
        log.exception("the published rows of target %s contradict each other", target.code)
        return _unjudged(promises), ()


@lru_cache(maxsize=4096)
def _assess(
    announced: tuple[RevisionRow, ...], rows: tuple[FigureRow, ...], rule: Rule, on: date
) -> Assessment:
    """The same rows give the same result: it is worked out once by each process."""
    return assess(map(promise_of, announced), [row.figure for row in rows], rule, on)


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


def _part(ledger: Ledger, target: TargetRow) -> Part:
    return Part(
        key=target.code,
        promises=ledger.promises.get(target.pk, ()),
        figures=tuple(row.figure for row in ledger.rows_of(target)),
    )


def _rows_behind(
    ledger: Ledger,
    rows: tuple[FigureRow, ...],
    value: Current | Pooled | None,
    parts: tuple[TargetRow, ...],
) -> tuple[FigureRow | None, PreciseDate | None]:
    """The row that a value is, for a sum none; and its date as stated, for a sum that of its oldest part."""
    if isinstance(value, Current):
        row = _row(rows, value)
        return row, row.as_of if row else None
    if value is None:
        return None, None
    by_code = {part.code: part for part in parts}
    oldest = min(value.contributions, key=lambda one: one.current.as_of)
    row = _row(ledger.rows_of(by_code[oldest.key]), oldest.current)
    return None, row.as_of if row else None


def _row(rows: tuple[FigureRow, ...], value: Current) -> FigureRow | None:
    return next((row for row in reversed(rows) if row.figure is value.figure), None)
