"""One target in full: the promise, the figures, what was announced when, and how the status comes about."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.dates import add_months
from programmes.calculations.figures import Status
from programmes.calculations.rollup import RollUp
from programmes.models import Series, Target
from programmes.selectors.context import SHOWN_ALONE, FigureLine, cut_words, figure_lines
from programmes.selectors.dossier import read_dossier
from programmes.selectors.formats import date_words, day_words, progress_words
from programmes.selectors.names import Named, named, named_if_public
from programmes.selectors.promises import PromiseLine, promise_line
from programmes.selectors.replies import ReplyLine, reply_lines
from programmes.selectors.revisions import RevisionLine, against_each, revision_lines
from programmes.selectors.sentences import label_of, part_name
from programmes.selectors.shares import Breakdown, breakdowns
from programmes.selectors.sources import SourceLine
from programmes.selectors.standings import Standing, standings_of
from programmes.selectors.statuses import rule_words
from programmes.selectors.target_rows import TargetRow
from programmes.selectors.texts import Text, translated
from programmes.selectors.trajectories import Trajectory, trajectory_of


@dataclass(frozen=True, slots=True)
class Input:
    """One number that the status rests on: what it is, and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of a target measured by parts. `line.value` is empty where it has not reported."""

    name: Text
    line: PromiseLine
    day: str


@dataclass(frozen=True, slots=True)
class TargetPage:
    """All that a target's page prints. cut: says that older figures are left out of the table; else empty."""

    line: PromiseLine
    rule: str
    inputs: tuple[Input, ...]
    expected: tuple[Input, ...]
    definition: Text
    unit: Text
    is_context: bool
    trajectory: Trajectory | None
    figures: tuple[FigureLine, ...]
    others: tuple[FigureLine, ...]
    cut: str
    revisions: tuple[RevisionLine, ...]
    parts: tuple[PartLine, ...]
    whole: Named | None
    breakdowns: tuple[Breakdown, ...]
    replies: tuple[ReplyLine, ...]
    responsible: Named | None
    agreement: Named | None
    programme: Named | None
    centre: Named | None
    place: Named
    sources: tuple[SourceLine, ...]


def target_page(code: str, on: date) -> TargetPage | None:
    """The page of a public target, or None. At most five queries."""
    dossier = read_dossier(on, targets=Target.objects.filter(code=code), whole=True)
    if not dossier.standings:
        return None
    standing, ledger, sources = dossier.standings[0], dossier.ledger, dossier.sources
    target, series = standing.target, standing.target.series
    parts = [ledger.targets[key] for key in ledger.parts.get(target.pk, ())]
    return TargetPage(
        line=promise_line(standing),
        rule=rule_words(standing.status),
        inputs=tuple(_inputs(standing)),
        expected=tuple(_due_next(standing)),
        definition=translated(series.indicator, "definition"),
        unit=translated(series.indicator, "unit"),
        is_context=series.role == Series.Role.CONTEXT,
        trajectory=trajectory_of(standing),
        figures=figure_lines(series, standing.rows[-SHOWN_ALONE:], sources),
        others=figure_lines(series, ledger.others_of(target)[-SHOWN_ALONE:], sources),
        cut=cut_words(SHOWN_ALONE) if len(standing.rows) > SHOWN_ALONE else "",
        revisions=revision_lines(
            ledger.told[target.pk].all,
            standing,
            against_each(standing),
            ledger.told[target.pk].promises,
        ),
        parts=tuple(
            PartLine(
                part_name(one.target), promise_line(one), date_words(one.dated) if one.dated else ""
            )
            for one in standings_of(ledger, parts, on, sources)
        ),
        whole=_whole(target),
        breakdowns=breakdowns(standing.last.ref, standing.unit) if standing.last else (),
        replies=reply_lines(target, on),
        responsible=named_if_public(target.responsible),
        agreement=named_if_public(target.agreement),
        programme=named_if_public(series.programme),
        centre=named_if_public(series.centre),
        place=named(series.territory),
        sources=tuple(sources.values()),
    )


def promise_of(code: str, on: date) -> PromiseLine | None:
    """The line of one public target, or None. Two queries."""
    standings = read_dossier(on, targets=Target.objects.filter(code=code)).standings
    return promise_line(standings[0]) if standings else None


def _due_next(standing: Standing) -> list[Input]:
    """What is still to come: the next figure, the next value on the way, the due date."""
    promise, promised = standing.result.promise, standing.promised
    if promise is None or promised is None or promise.abandoned:
        return []
    found = []
    if standing.dated and standing.dated.last:
        next_on = add_months(standing.dated.last, standing.rule.interval_months)
        words = day_words(next_on)
        if next_on < standing.on:
            words = _("%(day)s, not received") % {"day": words}
        found.append(Input(_("Next figure expected by"), words))
    ahead = [one for one in promise.waypoints if one.on > standing.on]
    if ahead:
        step = min(ahead, key=lambda one: one.on)
        words = {"value": standing.unit.amount(step.value), "day": day_words(step.on)}
        found.append(Input(_("Next step"), _("%(value)s on %(day)s") % words))
    if promise.due and promise.due >= standing.on:
        found.append(Input(_("Due date"), date_words(promised.due)))
    return found


def _whole(target: TargetRow) -> Named | None:
    """The larger target, where it is public itself. One query, only for a part."""
    if target.part_of_id is None:
        return None
    rows = Target.objects.published().select_related("series__indicator")
    whole = rows.filter(pk=target.part_of_id).first()
    return Named(whole.code, label_of(whole)) if whole else None


def _inputs(standing: Standing) -> list[Input]:
    """The numbers filled into the rule, those that exist."""
    result, unit, revision = standing.result, standing.unit, standing.present
    if standing.status is Status.NO_RECENT_DATA:
        return _age(standing)
    if revision is None or not standing.reached.is_current:
        return []
    start = standing.rule.start_of(result.promise)
    found: list[tuple[str, str]] = []
    if start is not None:
        day = revision.baseline_on
        words = unit.amount(start)
        found.append(
            (
                _("Baseline"),
                _("%(value)s on %(day)s") % {"value": words, "day": day_words(day)}
                if day
                else words,
            )
        )
    if result.progress is not None:
        found.append((_("Progress"), progress_words(result.progress)))
    if result.expected_value is not None:
        found.append((_("Expected on that date"), unit.amount(result.expected_value)))
    if result.expected_progress is not None:
        found.append((_("Expected progress"), progress_words(result.expected_progress)))
    if isinstance(result, RollUp):
        found.append(
            (
                _("Coverage"),
                _("%(covered)s of %(total)s") % {"covered": result.covered, "total": result.total},
            )
        )
    else:
        found.extend(_paces(standing))
    return [Input(name, value) for name, value in found]


def _age(standing: Standing) -> list[Input]:
    """What a last figure is too old against: two reporting intervals, or the due date."""
    months, promise = standing.rule.interval_months, standing.result.promise
    found = [
        Input(
            _("Reporting interval"),
            ngettext("%(number)s month", "%(number)s months", months) % {"number": months},
        )
    ]
    if standing.value:
        until = add_months(standing.value.as_of, 2 * months)
        found.append(Input(_("Last figure taken as recent until"), day_words(until)))
    if promise and promise.due and promise.due < standing.on:
        found.append(Input(_("Due date"), date_words(standing.promised.due)))
    return found


def _paces(standing: Standing) -> list[tuple[str, str]]:
    pace, unit = standing.result.pace, standing.unit
    found = []
    if pace.recent is not None:
        found.append((_("Recent pace, a month"), unit.pace(pace.recent)))
    if pace.required is not None and pace.required != 0:
        found.append((_("Required pace, a month"), unit.pace(pace.required)))
    if pace.projected is not None:
        found.append((_("Projected date"), day_words(pace.projected)))
    return found
