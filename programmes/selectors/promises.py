"""The promise line: one target in a few words, the same wherever it is printed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from programmes.calculations.amounts import bar, percent
from programmes.calculations.figures import Status
from programmes.calculations.rollup import RollUp
from programmes.calculations.verdict import Assessment
from programmes.models import Territory
from programmes.selectors.formats import (
    Unit,
    as_of_words,
    by_words,
    for_words,
    progress_words,
    remembered,
    said_words,
)
from programmes.selectors.names import Named, named
from programmes.selectors.revision_rows import RevisionRow
from programmes.selectors.sentences import (
    coverage_words,
    label_of,
    promised_words,
    sentence,
    stated_words,
)
from programmes.selectors.sources import SourceLine
from programmes.selectors.standings import Reached, Standing, last_promised
from programmes.selectors.statuses import StatusLine, status_line
from programmes.selectors.texts import Text


class PromiseLine(NamedTuple):
    """What was promised, where it stands, who says so, as of when. Everything is ready to print.

    value, value_date: the last figure; empty where nothing is reported. note: what its source adds, or of how many
    parts it is the total. is_current: whether it may be compared with
    the promise. percent, bar and expected_bar are empty (None) unless it is. bar and expected_bar run from 0 to 100.
    original_status: against the first announcement, where that promised something else.
    """

    code: str
    label: Text
    target: str
    by: str
    status: StatusLine
    value: str
    value_date: str
    note: str
    source: SourceLine | None
    is_current: bool
    percent: str
    bar: int | None
    expected_bar: int | None
    announced: str
    original_status: StatusLine | None
    standing: Standing

    @property
    def place(self) -> Named:
        return named(self.standing.target.series.territory)

    @property
    def is_national(self) -> bool:
        return self.standing.target.series.territory.kind == Territory.Kind.COUNTRY

    @property
    def programme(self) -> Named | None:
        programme = self.standing.target.series.programme
        return named(programme) if programme else None

    @property
    def centre(self) -> Named | None:
        centre = self.standing.target.series.centre
        return named(centre) if centre else None

    @property
    def sentence(self) -> str:
        """Where the target stands in one sentence, in the current language; worked out where it is printed."""
        return sentence(self.standing)


def promise_line(standing: Standing) -> PromiseLine:
    """The line of a target whose standing is known."""
    here, unit, last = standing.language, standing.unit, standing.last
    target, by, announced = _promised.spoken(here, unit, standing.revisions)
    status, original, value, value_date, is_current, *drawn = _stated.spoken(
        here, unit, standing.reached
    )
    return PromiseLine(
        standing.target.code,
        label_of(standing.target, here),
        target,
        by,
        status,
        value,
        value_date,
        last.note if last else coverage_words(standing),
        standing.sources.get(last.source_id) if last else None,
        is_current,
        *drawn,
        announced,
        original,
        standing,
    )


@remembered
def _promised(unit: Unit, revisions: tuple[RevisionRow, ...]) -> tuple[str, str, str]:
    """What is promised, by when, and how that was announced."""
    last = last_promised(revisions)
    return (
        promised_words(unit, last),
        by_words(last.due) if last else "",
        _announced(unit, revisions),
    )


@remembered
def _stated(unit: Unit, reached: Reached) -> tuple[Any, ...]:
    """A line from its status to its bars, without what rests on a source: see `PromiseLine`."""
    result = reached.result
    against = result.status_against_original
    return (
        status_line(result.status),
        status_line(against) if against else None,
        stated_words(unit, reached),
        as_of_words(reached.dated) if reached.dated else "",
        reached.is_current,
        *(_drawn(result) if reached.is_current else NOTHING_DRAWN),
    )


def _announced(unit: Unit, revisions: tuple[RevisionRow, ...]) -> str:
    """Annoncé pour 2023-2024, puis pour l'année de formation 2026-2027. The value is named where it changed too."""
    promised = [row for row in revisions if row.value is not None]
    if not promised:
        return ""
    values = [unit.amount(row.value, row.qualifier, row.sense) for row in promised]
    dues = [for_words(row.due) for row in promised]
    if len(set(values)) == 1:
        steps, first = dues, _("Announced %(step)s")
    elif len(set(dues)) == 1 and promised[0].due_on is None:
        steps, first = values, _("Announced: %(step)s")
    else:
        pairs = zip(values, dues, strict=True)
        steps = [_("%(target)s %(due)s") % {"target": one, "due": due} for one, due in pairs]
        first = _("Announced: %(step)s")
    steps = [step for step, before in zip(steps, [None, *steps], strict=False) if step != before]
    if len(steps) == 1:
        return _("%(announced)s (%(on)s)") % {
            "announced": first % {"step": steps[0]},
            "on": said_words(promised[0].announced),
        }
    words = first % {"step": steps[0]}
    for step in steps[1:]:
        words = _("%(before)s, then %(step)s") % {"before": words, "step": step}
    return words


NOTHING_DRAWN = ("", None, None)


def _drawn(result: Assessment | RollUp) -> tuple[str, int | None, int | None]:
    """Progress as a percentage; what is reached and what was expected as bars, where there is progress to draw."""
    progress, expected = result.progress, result.expected_progress
    if progress is None:
        return NOTHING_DRAWN
    return progress_words(progress), _bar(progress), None if expected is None else _bar(expected)


def _bar(progress: Fraction) -> int:
    """Whole hundredths of a bar, never rounded up to full."""
    return int(percent(bar(progress)))


SEVERITY = (
    Status.FAR_BEHIND,
    Status.MISSED,
    Status.BEHIND,
    Status.NO_RECENT_DATA,
    Status.NO_DATA,
    Status.UNDER_WAY,
    Status.ON_TRACK,
    Status.ACHIEVED_LATE,
    Status.ACHIEVED,
    Status.NOT_STARTED,
    Status.ABANDONED,
    Status.NOT_YET_PROMISED,
)


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many promises have a status."""

    status: StatusLine
    count: int


def count_by_status(statuses: Iterable[Status]) -> list[StatusCount]:
    """How many promises have each status that occurs, those that want attention first."""
    counts = Counter(statuses)
    return [
        StatusCount(status_line(status), counts[status]) for status in SEVERITY if counts[status]
    ]
