"""Dated deliverables: what was planned and what was reached, each with its date and source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.dates import PreciseDate
from programmes.calculations.milestones import (
    Delay,
    MilestoneStanding,
    Statement,
    assess_milestone,
    split_plans,
)
from programmes.models import STRUCK, TAKEN_BACK, Milestone, MilestoneStatement, State
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.lines.withdrawals import Withdrawals
from programmes.selectors.wording.formats import (
    date_words,
    day_words,
    in_days,
    in_months,
    number,
    said_words,
)
from programmes.selectors.wording.texts import Text, stated_in, translated, unlabelled

KIND = MilestoneStatement.Kind


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing said of a milestone.

    date: empty where none was given; printed: what was, where that is no date. announced: empty where it is the date of
    the source.
    found_later: the day on which it was entered, where the first plan was entered before it and announced after it.
    struck: it no longer stands. aside: another source was kept. `outcome` says why, in either case, and `ended` what
    became of it, and on which day.
    """

    kind: str
    kind_words: str
    date: str
    printed: Text
    when: PreciseDate
    announced: str
    source: SourceLine | None
    wording: Text
    reason: Text
    found_later: str
    struck: bool
    aside: bool
    outcome: Text
    ended: str

    @property
    def stands(self) -> bool:
        return not (self.struck or self.aside)


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone with all that was said of it by a day, in the order it was said.

    note: how long it is overdue, or how long after its plans it was reached, and how often it was postponed.
    mark: that it is withdrawn; empty where it stands.
    """

    code: str
    kind: str
    kind_words: str
    title: Text
    statements: tuple[StatementLine, ...]
    note: str
    mark: str = ""

    def _standing(self, kind: str) -> list[StatementLine]:
        return [one for one in self.statements if one.kind == kind and one.stands]

    @property
    def planned(self) -> list[StatementLine]:
        """Each date it was planned for, first to last."""
        plans = self._standing(KIND.PLANNED)
        return [one for one in plans if one.when.last and not one.found_later]

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


def read_statements(
    milestones: QuerySet[Milestone], on: date, *, known: datetime | None = None
) -> tuple[MilestoneStatement, ...]:
    """What was said by a day of the public ones among milestones, with the sources, in the order it was said.

    One query. known: the moment as known at which; None: now.
    """
    public = Milestone.objects.published().filter(pk__in=milestones.order_by().values("pk"))
    rows = (
        MilestoneStatement.objects.readable(known)
        .filter(said_by(on), milestone__in=public.order_by().values("pk"))
        .select_related("milestone", "source__organisation")
        .order_by("announced_on", "milestone_id", "number")
    )
    return tuple(row.as_known(known) for row in rows)


def said_by(on: date) -> Q:
    """The statements that speak of a day or earlier: of what happened by then, or was announced by then."""
    happened = Q(kind__in=(KIND.REACHED, KIND.CANCELLED)) & (
        Q(date_on__lte=on) | Q(source__date_on__lte=on)
    )
    return Q(announced_on__lte=on) | happened


def milestone_lines(
    statements: Iterable[MilestoneStatement],
    sources: Mapping[int, SourceLine],
    on: date,
    withdrawals: Withdrawals,
) -> tuple[MilestoneLine, ...]:
    """The milestones that statements speak of, in order of time, as they stand on a day."""
    said: dict[int, list[MilestoneStatement]] = defaultdict(list)
    for row in statements:
        said[row.milestone_id].append(row)
    lines = (_milestone_line(rows, sources, on, withdrawals) for rows in said.values())
    return tuple(sorted(lines, key=lambda line: (line.order, line.code)))


def _milestone_line(
    said: list[MilestoneStatement],
    sources: Mapping[int, SourceLine],
    on: date,
    withdrawals: Withdrawals,
) -> MilestoneLine:
    row = said[0].milestone
    entered = days_of_entry((one.pk, one.corrects_id, one.published_at) for one in said)
    told = [
        replace(one.statement, entered=entered[one.pk], ended_at=one.ended_at)
        for one in said
        if one.published_at and one.state in (State.PUBLISHED, *TAKEN_BACK)
    ]
    found_later = {one.number for one in split_plans(told)[0]}
    return MilestoneLine(
        code=row.code,
        kind=row.kind,
        kind_words=row.get_kind_display(),
        title=translated(row, "title"),
        statements=tuple(
            _statement_line(
                one,
                sources.get(one.source_id),
                day_words(entered[one.pk]) if one.number in found_later else "",
            )
            for one in said
        ),
        note=milestone_note(assess_milestone(told, on)),
        mark=withdrawals.mark("milestone", row.code),
    )


def days_of_entry(said: Iterable[tuple[int, int | None, datetime]]) -> dict[int, date]:
    """By key, the day on which each statement was first published, or the entry whose place it took.

    said: of each statement its key, that of the one it corrects, and when it was published.
    """
    rows = {key: (corrected, at) for key, corrected, at in said}
    found = {}
    for key, (corrected, at) in rows.items():
        while corrected in rows:
            corrected, at = rows[corrected]
        found[key] = timezone.localdate(at)
    return found


def plan_words(said: Statement) -> str:
    """The date of a plan, and that it was withdrawn: the first one stays the first."""
    words = date_words(said.when)
    return words if said.stands else _("%(date)s (withdrawn)") % {"date": words}


def milestone_note(standing: MilestoneStanding) -> str:
    """How far a milestone is behind its plans, in words; empty where there is nothing to say."""
    pieces = []
    if standing.overdue:
        pieces.append(
            _("%(duration)s overdue, nothing heard since")
            % {"duration": _duration(standing.overdue)}
        )
    if standing.after_original:
        pattern = (
            _("%(duration)s after its plan")
            if standing.original_plan == standing.plan
            else _("%(duration)s after its first plan")
        )
        pieces.append(pattern % {"duration": _duration(standing.after_original)})
    if standing.after_plan and standing.original_plan != standing.plan:
        pieces.append(
            _("%(duration)s after its last plan") % {"duration": _duration(standing.after_plan)}
        )
    if standing.is_on_time:
        pieces.append(
            _("on time") if standing.original_plan == standing.plan else _("within its last plan")
        )
    if standing.postponed:
        pieces.append(
            ngettext("postponed %(count)s time", "postponed %(count)s times", standing.postponed)
            % {"count": number(standing.postponed)}
        )
    return _("; ").join(pieces)


def _duration(delay: Delay) -> str:
    return in_months(delay.months) if delay.months is not None else in_days(delay.days or 0)


def _statement_line(
    row: MilestoneStatement, source: SourceLine | None, found_later: str
) -> StatementLine:
    words = {
        KIND.PLANNED: _("Planned for"),
        KIND.REACHED: _("Reached"),
        KIND.CANCELLED: _("Cancelled"),
    }
    return StatementLine(
        kind=row.kind,
        kind_words=words[row.kind],
        date=date_words(row.date) if row.date.last else "",
        printed=stated_in("" if row.date.last else row.date_text, row.wording_language),
        when=row.date,
        announced="" if row.announced == row.source.date else said_words(row.announced),
        source=source,
        wording=stated_in(row.wording, row.wording_language),
        reason=unlabelled(row.reason),
        found_later=found_later,
        struck=row.state in STRUCK,
        aside=row.state == State.SET_ASIDE,
        outcome=unlabelled(row.outcome_reason),
        ended=_ended(row),
    )


def _ended(row: MilestoneStatement) -> str:
    """What became of a statement that no longer stands, and on which day."""
    if row.ended_at is None or row.state not in STRUCK:
        return ""
    words = {
        State.SUPERSEDED: _("corrected on %(day)s"),
        State.WITHDRAWN: _("withdrawn on %(day)s"),
    }
    return words[State(row.state)] % {"day": day_words(timezone.localdate(row.ended_at))}
