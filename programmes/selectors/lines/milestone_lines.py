"""Dated deliverables: what was planned and what was reached, each with its date and source."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    plans_of,
    reached_by,
)
from programmes.models import STRUCK, Milestone, MilestoneStatement, State
from programmes.models.corrections import place_in_order
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
from programmes.selectors.wording.texts import Text, stated_in, translated
from programmes.type_names import certain

KIND = MilestoneStatement.Kind


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing said of a milestone.

    date: empty where none was given; printed: what was, where that is no date. announced: empty where it is the date of
    the source.
    found_later: the day on which it was entered, where something announced after it was entered before it. counts: it
    is one of the dates by which delays are told.
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
    counts: bool
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
        """Each date it was planned for that stands, first to last."""
        return [one for one in self._standing(KIND.PLANNED) if one.counts]

    @property
    def reached(self) -> StatementLine | None:
        """What says when it was reached: of several days, the earliest."""
        return next((one for one in self._standing(KIND.REACHED) if one.counts), None)

    @property
    def cancelled(self) -> StatementLine | None:
        """The cancellation, unless it was reached or planned anew since."""
        standing = [one for one in self.statements if one.stands]
        return standing[-1] if standing and standing[-1].kind == KIND.CANCELLED else None

    @property
    def order(self) -> date:
        """Where it stands in time: when it was reached, else the date it was last planned for."""
        said = self.reached or (self.planned[-1] if self.planned else None)
        return certain(said.when.first) if said else date.max


@dataclass(frozen=True, slots=True)
class StatementRows:
    """rows: what was said by a day, in the order it was said; told: all that was ever said, by key of the milestone."""

    rows: tuple[MilestoneStatement, ...] = ()
    told: Mapping[int, tuple[Statement, ...]] = field(default_factory=dict)


def read_statements(
    milestones: QuerySet[Milestone], on: date, *, known: datetime | None = None
) -> StatementRows:
    """What was said of the public ones among milestones, with the sources.

    One query. known: the moment as known at which; None: now.
    """
    public = Milestone.objects.published().filter(pk__in=milestones.order_by().values("pk"))
    rows = (
        MilestoneStatement.objects.readable(known)
        .filter(milestone__in=public.order_by().values("pk"))
        .select_related("milestone", "source__organisation")
        .order_by("announced_on", "milestone_id", "number")
    )
    entries = {row.pk: row.as_known(known) for row in rows}
    statements = {key: row.statement for key, row in entries.items()}
    told = defaultdict[int, list[Statement]](list)
    for row in entries.values():
        if row.published_at is not None:
            corrected = entries.get(row.corrects_id or 0)
            told[row.milestone_id].append(
                replace(statements[row.pk], corrects=corrected.number if corrected else None)
            )
    said = [row for row in entries.values() if statements[row.pk].told_day <= on]
    said.sort(key=lambda row: (*place_in_order(row, entries), row.number))
    return StatementRows(tuple(said), {key: tuple(some) for key, some in told.items()})


def said_by(on: date) -> Q:
    """The statements that speak of a day or earlier: of what happened by then, or was announced by then."""
    happened = Q(kind__in=(KIND.REACHED, KIND.CANCELLED)) & (
        Q(date_on__lte=on) | Q(source__date_on__lte=on)
    )
    return Q(announced_on__lte=on) | happened


def milestone_lines(
    said: StatementRows,
    sources: Mapping[int, SourceLine],
    on: date,
    withdrawals: Withdrawals,
) -> tuple[MilestoneLine, ...]:
    """The milestones of which something was said by a day, in order of time, as they stand on it."""
    by_milestone: dict[int, list[MilestoneStatement]] = defaultdict(list)
    for row in said.rows:
        by_milestone[row.milestone_id].append(row)
    lines = (
        _milestone_line(rows, said.told.get(key, ()), sources, on, withdrawals)
        for key, rows in by_milestone.items()
    )
    return tuple(sorted(lines, key=lambda line: (line.order, line.code)))


def _milestone_line(
    said: list[MilestoneStatement],
    told: tuple[Statement, ...],
    sources: Mapping[int, SourceLine],
    on: date,
    withdrawals: Withdrawals,
) -> MilestoneLine:
    row = said[0].milestone
    plans = plans_of(told, on)
    reached = reached_by(told, on)
    counted = {one.number for one in (*plans.dated, reached) if one is not None}
    return MilestoneLine(
        code=row.code,
        kind=row.kind,
        kind_words=row.get_kind_display(),
        title=translated(row, "title"),
        statements=tuple(
            _statement_line(
                one,
                sources.get(one.source_id),
                day_words(plans.found_later[one.number]) if one.number in plans.found_later else "",
                counts=one.number in counted,
            )
            for one in said
        ),
        note=milestone_note(assess_milestone(told, on)),
        mark=withdrawals.mark("milestone", row.code),
    )


def plan_words(said: Statement) -> str:
    """The date of a plan, and that it was withdrawn or set aside: the first one stays the first."""
    words = date_words(said.when)
    if said.stands:
        return words
    if said.aside:
        return _("%(date)s (another source, not kept)") % {"date": words}
    return _("%(date)s (withdrawn)") % {"date": words}


def milestone_note(standing: MilestoneStanding) -> str:
    """How far a milestone is behind its plans, in words; empty where there is nothing to say."""
    pieces = []
    if standing.overdue:
        pieces.append(
            _("%(duration)s overdue, nothing heard since")
            % {"duration": delay_words(standing.overdue)}
        )
    if standing.overdue_plan and not standing.overdue_plan.stands:
        pieces.append(
            _("the plan itself is not kept, in favour of another source")
            if standing.overdue_plan.aside
            else _("the plan itself was withdrawn")
        )
    if standing.after_original:
        pattern = (
            _("%(duration)s after its plan")
            if standing.original_plan == standing.plan
            else _("%(duration)s after its first plan")
        )
        pieces.append(pattern % {"duration": delay_words(standing.after_original)})
    if standing.after_plan and standing.original_plan != standing.plan:
        pieces.append(
            _("%(duration)s after its last plan") % {"duration": delay_words(standing.after_plan)}
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


def delay_words(delay: Delay) -> str:
    """How long after a date: 12 jours, 8 mois."""
    return in_months(delay.months) if delay.months is not None else in_days(delay.days or 0)


def _statement_line(
    row: MilestoneStatement, source: SourceLine | None, found_later: str, *, counts: bool
) -> StatementLine:
    words = {
        KIND.PLANNED: _("Planned for"),
        KIND.REACHED: _("Reached"),
        KIND.CANCELLED: _("Cancelled"),
    }
    return StatementLine(
        kind=row.kind,
        kind_words=words[KIND(row.kind)],
        date=date_words(row.date) if row.date.last else "",
        printed=stated_in("" if row.date.last else row.date_text, row.wording_language),
        when=row.date,
        announced="" if row.announced == row.source.date else said_words(row.announced),
        source=source,
        wording=stated_in(row.wording, row.wording_language),
        reason=translated(row, "reason"),
        found_later=found_later,
        counts=counts,
        struck=row.state in STRUCK,
        aside=row.state == State.SET_ASIDE,
        outcome=translated(row, "outcome_reason"),
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
