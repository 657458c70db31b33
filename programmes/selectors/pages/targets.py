"""One target in full: the promise, the figures, what was announced when, and how the status comes about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.calculations.dates import add_months
from programmes.models import Reply, Series, Standing, Target
from programmes.selectors.lines.notes import Notes, read_notes
from programmes.selectors.lines.owner_changes import CountedCentres
from programmes.selectors.lines.page_rows import counted_by, records_of
from programmes.selectors.lines.series_lines import (
    SHOWN_ALONE,
    FigureLine,
    cut_words,
    figure_lines,
    without_corrected,
)
from programmes.selectors.lines.sources import SourceLine, read_sources
from programmes.selectors.lines.withdrawals import Withdrawals, read_withdrawals
from programmes.selectors.promises.breakdowns import Breakdown, breakdowns
from programmes.selectors.promises.promise_lines import PromiseLine, promise_line
from programmes.selectors.promises.promise_rows import PromiseRow, promise_rows, rows_of_standings
from programmes.selectors.promises.replies import ReplyLine, reply_lines
from programmes.selectors.promises.shares_check import shares_sentence
from programmes.selectors.promises.target.announcement_lines import RevisionLine, revision_lines
from programmes.selectors.promises.target.sentences import part_label, sentence
from programmes.selectors.promises.target.status_inputs import Input, moves, status_inputs
from programmes.selectors.promises.target.target_standing import TargetStanding, target_standing
from programmes.selectors.promises.target.trajectories import Trajectory, trajectory_of
from programmes.selectors.wording.formats import date_words, day_words
from programmes.selectors.wording.names import (
    NamedRecord,
    Record,
    named,
    named_if_public,
    record_of,
    series_label,
)
from programmes.selectors.wording.statuses import rule_words
from programmes.selectors.wording.texts import Text, translated


class TargetCard(NamedTuple):
    """A target for another site: its line, and where it stands in one sentence."""

    line: PromiseLine
    sentence: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the series of a target, or an announced share of it.

    value, day: empty where nothing was reported. promise: what was promised of it itself, None where nothing was.
    """

    name: Text
    value: str
    day: str
    source: SourceLine | None
    promise: PromiseLine | None


@dataclass(frozen=True, slots=True)
class TargetPage:
    """All that a target's page prints.

    inputs: what the status rests on. moved: how far the promise is from the first one. expected: what is still to come.
    cut: says that older figures are left out of the table, revisions_cut that announcements are; else empty. shares:
    says that the announced shares do not add up to it; else empty. is_sum: its series is the sum of the parts.
    """

    line: PromiseLine
    sentence: str
    rule: str
    inputs: tuple[Input, ...]
    moved: tuple[Input, ...]
    expected: tuple[Input, ...]
    definition: Text
    unit: Text
    is_context: bool
    trajectory: Trajectory | None
    figures: tuple[FigureLine, ...]
    others: tuple[FigureLine, ...]
    cut: str
    revisions: tuple[RevisionLine, ...]
    revisions_cut: str
    parts: tuple[PartLine, ...]
    is_sum: bool
    shares: str
    whole: NamedRecord | None
    breakdowns: tuple[Breakdown, ...]
    replies: tuple[ReplyLine, ...]
    responsible: NamedRecord | None
    agreement: NamedRecord | None
    programme: NamedRecord | None
    centre: NamedRecord | None
    place: NamedRecord
    sources: tuple[SourceLine, ...]
    notes: Notes

    @property
    def told(self) -> str:
        """Where the target stands, and first that it is withdrawn and why, in words that stand alone."""
        own = self.notes.own
        return f"{own.words} {own.why} {self.sentence}" if own else self.sentence


def target_page(code: str, on: date, *, known: datetime | None = None) -> TargetPage | None:
    """The page of a public target, or None. At most ten queries, a few more for shares, replies and breakdowns."""
    target = _target(code)
    standing = target_standing(target, on, known) if target else None
    if target is None or standing is None:
        return None
    row = _row(standing)
    if row is None:
        return None
    series, below = target.series, list[PromiseRow]()
    if target.has_shares or standing.parts:
        below = promise_rows(_below(standing), on, known=known)
    sources, _own = read_sources(_cited(standing, [row, *below]), None)
    whole, reported = _whole(target), standing.reported
    printed = _printed(row, below, standing, sources)
    printed += [record_of(one) for one in (whole, target.agreement, target.responsible) if one]
    withdrawals = read_withdrawals(
        [*row.owners, *printed],
        counted=counted_by([row, *below]) | _counted_parts(standing),
        known=known,
    )
    sources = {pk: withdrawals.with_change(line) for pk, line in sources.items()}
    revisions, revisions_cut = revision_lines(standing, sources)
    return TargetPage(
        line=promise_line(row, on, sources, withdrawals.of_target(row)),
        sentence=sentence(standing),
        rule=rule_words(standing.status, is_exceeded=standing.is_exceeded),
        inputs=status_inputs(standing),
        moved=moves(standing),
        expected=tuple(_due_next(standing)),
        definition=translated(series.indicator, "definition"),
        unit=translated(series.indicator, "unit"),
        is_context=series.role == Series.Role.CONTEXT,
        trajectory=trajectory_of(standing),
        figures=figure_lines(series, reported.figures, sources, reported.others),
        others=figure_lines(series, without_corrected(reported.figures, reported.others), sources),
        cut=cut_words(SHOWN_ALONE) if reported.is_cut else "",
        revisions=revisions,
        revisions_cut=revisions_cut,
        parts=_part_lines(standing, below, sources, withdrawals),
        is_sum=standing.is_sum,
        shares=shares_sentence(row, [one for one in below if one.share_of == target.pk]),
        whole=withdrawals.marked(whole),
        breakdowns=breakdowns(standing.last, standing.unit)
        if standing.last and getattr(standing.last, "is_broken_down", False)
        else (),
        replies=reply_lines(target.pk, on, known=known) if target.has_replies else (),
        responsible=named_if_public(target.responsible),
        agreement=withdrawals.marked(named_if_public(target.agreement, "title")),
        programme=withdrawals.marked(named_if_public(series.programme)),
        centre=withdrawals.marked(named_if_public(series.centre)),
        place=named(series.territory),
        sources=tuple(sources.values()),
        notes=read_notes(
            withdrawals,
            ("target", target.code),
            [*withdrawals.owners_of(row), *(record_of(one) for one in (whole,) if one)],
        ),
    )


def promise_of(code: str, on: date, *, known: datetime | None = None) -> TargetCard | None:
    """The line and the sentence of one public target, for another site, or None. Eight queries."""
    target = _target(code)
    standing = target_standing(target, on, known) if target else None
    row = _row(standing) if standing else None
    if standing is None or row is None:
        return None
    sources, _own = read_sources({row.source} if row.source else set(), None)
    withdrawals = read_withdrawals(known=known)
    line = promise_line(row, on, sources, withdrawals.of_target(row))
    return TargetCard(line, sentence(standing))


def _target(code: str) -> Any:
    """A target with what its query adds; None where there is none."""
    return (
        Target.objects.published()
        .filter(code=code)
        .select_related(
            "series__indicator",
            "series__territory__parent",
            "series__programme",
            "series__centre",
            "responsible",
            "agreement",
            "original",
        )
        # most have neither: what is not there is not asked for
        .annotate(
            has_shares=Exists(Target.objects.filter(share_of=OuterRef("pk"))),
            has_replies=Exists(Reply.objects.filter(target=OuterRef("pk"))),
        )
        .first()
    )


def _row(standing: TargetStanding) -> PromiseRow | None:
    """What was written down of a target; None where nothing was, as known at the moment. One query."""
    rows = Standing.objects.at(standing.on, standing.known).filter(target=standing.target)
    told, known = standing.revisions, standing.known
    return next(iter(rows_of_standings(rows, known=known, told=told)), None)


def _cited(standing: TargetStanding, rows: Iterable[PromiseRow]) -> set[int]:
    """The keys of the sources that the page names."""
    ids = {row.source for row in rows if row.source}
    ids |= {row.source_id for row in standing.revisions if row.announced_on <= standing.on}
    ids |= {row.source_id for row in (*standing.reported.figures, *standing.reported.others)}
    return ids | {last.source_id for _series, last in standing.parts if last}


def _counted_parts(standing: TargetStanding) -> set[CountedCentres]:
    """What the parts of a sum count of centres."""
    return {
        CountedCentres.of(one)
        for one, _figure in standing.parts
        if one.figures == Series.Figures.MILESTONES
    }


def _printed(
    row: PromiseRow,
    below: Iterable[PromiseRow],
    standing: TargetStanding,
    sources: Mapping[int, SourceLine],
) -> list[Record]:
    """The records that the page names or rests on."""
    found = [record for one in (row, *below) for record in records_of(one)]
    for series, _last in standing.parts:
        rests_on = (series, series.territory, series.centre)
        found += [record_of(one) for one in rests_on if one is not None]
    return [*found, *(("source", line.code) for line in sources.values())]


def _due_next(standing: TargetStanding) -> list[Input]:
    """What is still to come: the next figure, the next value on the way, the due date."""
    outcome, promised, rule = standing.outcome, standing.promised, standing.history.rule
    if outcome is None or promised is None or outcome.promise.abandoned:
        return []
    promise = outcome.promise
    found = []
    if standing.dated and standing.dated.last and not rule.counted:
        next_on = add_months(standing.dated.last, rule.interval_months)
        words = day_words(next_on)
        if next_on < standing.on:
            words = _("%(day)s, not received") % {"day": words}
        found.append(Input(_("Next figure expected by"), words))
    ahead = [one for one in promise.waypoints if one.on > standing.on]
    if ahead:
        step = min(ahead, key=lambda one: one.on)
        said = {"value": standing.unit.amount(step.value), "day": day_words(step.on)}
        found.append(Input(_("Next step"), _("%(value)s on %(day)s") % said))
    if promise.due and promise.due >= standing.on:
        found.append(Input(_("Due date"), date_words(promised.due)))
    return found


def _below(standing: TargetStanding) -> QuerySet[Target]:
    """Its announced shares, and what else was promised of the parts of its series."""
    parts = [series.pk for series, _last in standing.parts]
    rows = Target.objects.filter(Q(share_of=standing.target) | Q(series__in=parts))
    return rows.exclude(pk=standing.target.pk).order_by("series__territory__hcp_code", "code")


def _part_lines(
    standing: TargetStanding,
    below: Iterable[PromiseRow],
    sources: Mapping[int, SourceLine],
    withdrawals: Withdrawals,
) -> tuple[PartLine, ...]:
    """The parts of a target's series, each with what was promised of it; then its shares of other series."""
    promised: dict[int, PromiseLine] = {}
    for row in sorted(below, key=lambda row: row.share_of != standing.target.pk):
        marks = withdrawals.of_target(row)
        promised.setdefault(row.series, promise_line(row, standing.on, sources, marks))
    found = []
    for series, last in standing.parts:
        figures = figure_lines(standing.target.series, [last] if last else [], sources)
        found.append(
            PartLine(
                part_label(series),
                figures[0].value if figures else "",
                figures[0].day if figures else "",
                figures[0].source if figures else None,
                promised.pop(series.pk, None),
            )
        )
    for line in promised.values():
        day = date_words(line.row.dated) if line.row.dated else ""
        name = line.centre or line.place
        found.append(PartLine(name.name, line.value, day, line.source, line))
    return tuple(found)


def _whole(target: Target) -> NamedRecord | None:
    """The larger target, where it is public itself. One query, only for a part."""
    if target.share_of_id is None:
        return None
    rows = Target.objects.published().select_related("series__indicator")
    whole = rows.filter(pk=target.share_of_id).first()
    return NamedRecord(whole.code, series_label(whole.series), table="target") if whole else None
