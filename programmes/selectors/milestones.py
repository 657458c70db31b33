"""Dated deliverables: what was planned and what was reached, each with its date and source."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Expression, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models import Milestone, MilestoneStatement, State
from programmes.selectors.formats import date_words, said_words
from programmes.selectors.prepared import Asked, Choice, Chosen, Prepared, Question
from programmes.selectors.readable import READABLE, STRUCK
from programmes.selectors.sources import COLUMNS as SOURCE_COLUMNS
from programmes.selectors.sources import SourceLine, line_of
from programmes.selectors.target_rows import LANGUAGES
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


# The columns of a statement; of its milestone, of which it keeps the key; of its source.
MILESTONE = ("pk", "code", "kind", *(f"title_{language}" for language in LANGUAGES))
SAID = (
    "kind",
    "date_on",
    "date_precision",
    "date_from",
    "date_text",
    "announced_on",
    "announced_precision",
    "announced_from",
    "wording",
    "wording_language",
    "reason",
    "state",
    "outcome_reason",
)
SOURCE = ("is_public", "date_on", "date_precision", "date_from", *SOURCE_COLUMNS)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    pk: int
    code: str
    kind: str
    title_fr: str
    title_ar: str
    title_en: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One thing said of a milestone. source: None where it is not public; source_date: its date all the same."""

    milestone: MilestoneRow
    kind: str
    date: PreciseDate
    date_text: str
    announced: PreciseDate
    wording: str
    wording_language: str
    reason: str
    state: str
    outcome_reason: str
    source: SourceLine | None
    source_date: PreciseDate


def ask_statements(milestones: QuerySet[Milestone] | Choice, on: date) -> Question | None:
    """Asks what was said by a day of the public ones among milestones, with the sources."""
    return STATEMENTS.ask(chosen=milestones, on=on)


def statements_of(answer: Iterable[tuple[Any, ...]]) -> tuple[StatementRow, ...]:
    """What the answer holds."""
    return tuple(_statement_row(*columns) for columns in answer)


def _rows() -> QuerySet[MilestoneStatement]:
    public = Milestone.objects.rewrite(False).published().filter(Chosen(Milestone))
    return (
        MilestoneStatement.objects.filter(
            said_by(Asked("on", date)), milestone__in=public.values("pk"), state__in=READABLE
        )
        .order_by("announced_on", "milestone_id", "number")
        .values_list(
            *(f"milestone__{name}" for name in MILESTONE),
            *SAID,
            *(f"source__{name}" for name in SOURCE),
        )
    )


STATEMENTS = Prepared(_rows)


def _statement_row(*columns: Any) -> StatementRow:
    said = columns[len(MILESTONE) : -len(SOURCE)]
    is_public, *dated = columns[-len(SOURCE) : -len(SOURCE_COLUMNS)]
    kind, on, precision, first, text, told_on, told_precision, told_first, *more = said
    return StatementRow(
        MilestoneRow(*columns[: len(MILESTONE)]),
        kind,
        PreciseDate.from_stored(on, precision, first),
        text,
        PreciseDate.from_stored(told_on, told_precision, told_first),
        *more,
        line_of(*columns[-len(SOURCE_COLUMNS) :]) if is_public else None,
        PreciseDate.from_stored(*dated),
    )


def said_by(on: date | Expression) -> Q:
    """The statements that speak of a day or earlier: of what was reached by then, or announced by then."""
    return Q(announced_on__lte=on) | Q(kind=KIND.REACHED, date_on__lte=on)


def milestone_lines(statements: Iterable[StatementRow]) -> tuple[MilestoneLine, ...]:
    """The milestones that statements speak of, in order of time."""
    said: dict[MilestoneRow, list[StatementRow]] = defaultdict(list)
    for row in statements:
        said[row.milestone].append(row)
    lines = (_milestone_line(milestone, rows) for milestone, rows in said.items())
    return tuple(sorted(lines, key=lambda line: (line.order, line.code)))


def _milestone_line(row: MilestoneRow, said: list[StatementRow]) -> MilestoneLine:
    return MilestoneLine(
        code=row.code,
        kind=row.kind,
        kind_words=str(Milestone.Kind(row.kind).label),
        title=translated(row, "title"),
        statements=tuple(_statement_line(one) for one in said),
    )


def _statement_line(row: StatementRow) -> StatementLine:
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
        announced="" if row.announced == row.source_date else said_words(row.announced),
        source=row.source,
        wording=stated_in(row.wording, row.wording_language),
        reason=row.reason,
        struck=row.state in STRUCK,
        aside=row.state == State.SET_ASIDE,
        outcome=row.outcome_reason,
    )
