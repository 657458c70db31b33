"""Dated deliverables: what was planned and what was reached, each with its date and source."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Expression, Q
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models import Milestone, MilestoneStatement, State
from programmes.selectors.formats import date_words, said_words
from programmes.selectors.readable import READABLE, STRUCK
from programmes.selectors.sources import SourceLine, source_line
from programmes.selectors.texts import Text, stated_in, translated

KIND = MilestoneStatement.Kind


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing said of a milestone.

    announced: empty where it is the date of the source.
    struck: it no longer stands. aside: another source was kept. `outcome` says why, in either case.
    """

    kind: str
    kind_words: str
    date: str
    when: PreciseDate
    announced: str
    source: SourceLine | None
    wording: Text
    reason: str
    struck: bool
    aside: bool
    outcome: str

    @property
    def stands(self) -> bool:
        return not (self.struck or self.aside)


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone with all that was said of it by a day, in the order it was said."""

    code: str
    kind: str
    kind_words: str
    title: Text
    statements: tuple[StatementLine, ...]

    def _standing(self, kind: str) -> list[StatementLine]:
        return [one for one in self.statements if one.kind == kind and one.stands]

    @property
    def planned(self) -> list[StatementLine]:
        """Each date it was planned for, first to last."""
        return [one for one in self._standing(KIND.PLANNED) if one.when.last]

    @property
    def reached(self) -> StatementLine | None:
        return next(iter(reversed(self._standing(KIND.REACHED))), None)

    @property
    def cancelled(self) -> StatementLine | None:
        """The cancellation, unless it was reached or planned anew since."""
        standing = [one for one in self.statements if one.stands]
        return standing[-1] if standing and standing[-1].kind == KIND.CANCELLED else None

    @property
    def order(self) -> date:
        """Where it stands in time: when it was reached, else the date it was last planned for."""
        said = self.reached or (self.planned[-1] if self.planned else None)
        return said.when.first if said else date.max


def read_statements(chosen: Q, on: date) -> tuple[MilestoneStatement, ...]:
    """What was said by a day of the public milestones under a condition, with their sources. One query."""
    rows = (
        MilestoneStatement.objects.filter(
            chosen, said_by(on), milestone__in=Milestone.objects.published(), state__in=READABLE
        )
        .select_related("milestone", "source__organisation")
        .order_by("announced_on", "milestone_id", "number")
        .distinct()
    )
    return tuple(rows)


def said_by(on: date | Expression) -> Q:
    """The statements that speak of a day or earlier: of what was reached by then, or announced by then."""
    return Q(announced_on__lte=on) | Q(kind=KIND.REACHED, date_on__lte=on)


def milestone_lines(statements: Iterable[MilestoneStatement]) -> tuple[MilestoneLine, ...]:
    """The milestones that statements speak of, in order of time."""
    said: dict[int, list[MilestoneStatement]] = defaultdict(list)
    for row in statements:
        said[row.milestone_id].append(row)
    lines = (_milestone_line(rows[0].milestone, rows) for rows in said.values())
    return tuple(sorted(lines, key=lambda line: (line.order, line.code)))


def _milestone_line(row: Milestone, said: list[MilestoneStatement]) -> MilestoneLine:
    return MilestoneLine(
        code=row.code,
        kind=row.kind,
        kind_words=row.get_kind_display(),
        title=translated(row, "title"),
        statements=tuple(_statement_line(one) for one in said),
    )


def _statement_line(row: MilestoneStatement) -> StatementLine:
    words = {
        KIND.PLANNED: _("Planned for"),
        KIND.REACHED: _("Reached"),
        KIND.CANCELLED: _("Cancelled"),
    }
    return StatementLine(
        kind=row.kind,
        kind_words=words[row.kind],
        date=date_words(row.date) if row.date.last else row.date_text or _("no date given"),
        when=row.date,
        announced="" if row.announced == row.source.date else said_words(row.announced),
        source=source_line(row.source) if row.source.is_public else None,
        wording=stated_in(row.wording, row.wording_language),
        reason=row.reason,
        struck=row.state in STRUCK,
        aside=row.state == State.SET_ASIDE,
        outcome=row.outcome_reason,
    )
