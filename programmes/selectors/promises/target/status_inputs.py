"""The numbers that a status rests on, and how far a promise was moved: what stands beside the rule."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.calculations.assessment.outcome import Outcome
from programmes.calculations.choices import BaselineOrigin, Status
from programmes.selectors.promises.promise_lines import OLD
from programmes.selectors.promises.target.target_standing import TargetStanding
from programmes.selectors.promises.value_words import months_of
from programmes.selectors.wording.formats import (
    date_words,
    day_words,
    in_months,
    number,
    percentage,
    progress_words,
)
from programmes.type_names import certain


@dataclass(frozen=True, slots=True)
class Input:
    """One number that the status rests on: what it is, and its value."""

    name: str
    value: str


def status_inputs(standing: TargetStanding) -> tuple[Input, ...]:
    """The numbers filled into the rule, those that exist."""
    outcome = standing.outcome
    if outcome is None:
        return ()
    found = _before(standing, outcome)
    if standing.status in OLD:
        found += _age(standing, outcome)
    elif standing.is_current:
        found += _comparison(standing, outcome) + _coverage(outcome) + _paces(standing)
    return tuple(Input(name, value) for name, value in found)


def _before(standing: TargetStanding, outcome: Outcome) -> list[tuple[str, str]]:
    """What had been reported before the promise, which gives no status."""
    if outcome.before is None:
        return []
    words = {
        "value": standing.unit.amount(outcome.before.amount, outcome.before.qualifier),
        "day": day_words(outcome.before.as_of),
    }
    pattern = (
        _("%(value)s on %(day)s: already met when announced")
        if outcome.met_when_announced
        else _("%(value)s on %(day)s")
    )
    return [(_("Before the promise"), pattern % words)]


def _comparison(standing: TargetStanding, outcome: Outcome) -> list[tuple[str, str]]:
    unit, found = standing.unit, _baseline(standing, outcome)
    if outcome.progress is not None:
        found.append((_("Progress"), progress_words(outcome.progress)))
    gone = outcome.time_gone(standing.on)
    if gone is not None:
        found.append((_("Time gone"), progress_words(gone)))
    if outcome.expected_value is not None:
        words = unit.amount(outcome.expected_value)
        if outcome.is_even:
            words = _("%(value)s, by even progress, which nobody promised") % {"value": words}
        name = _("Expected on that date")
        if standing.history.rule.counted:
            name = _("Expected on %(day)s") % {"day": day_words(standing.on)}
        found.append((name, words))
    if outcome.expected_progress is not None:
        found.append((_("Expected progress"), progress_words(outcome.expected_progress)))
    return found


def _baseline(standing: TargetStanding, outcome: Outcome) -> list[tuple[str, str]]:
    """What progress is counted from, and why, where no starting point was given."""
    baseline, start = outcome.baseline, outcome.start
    if baseline.value is None:
        return []
    words = {"value": standing.unit.amount(baseline.value), "day": _start_words(standing)}
    if baseline.origin is BaselineOrigin.LAST_FIGURE:
        pattern = _(
            "%(value)s, the last figure by the day of the announcement (%(day)s), as no starting point was given"
        )
    elif baseline.origin is BaselineOrigin.ZERO and not start.is_stated:
        pattern = _(
            "%(value)s on the day of the announcement (%(day)s), as no starting point was given"
        )
    else:
        pattern = _("%(value)s on %(day)s")
    return [(_("Baseline"), pattern % words)]


def _start_words(standing: TargetStanding) -> str:
    """When a promise starts, as exactly as it was said: an announcement may name its month alone."""
    start = certain(standing.outcome).start
    if start.is_stated or start.first == start.last:
        return day_words(start.last)
    dates = (row.announced for row in standing.announced)
    return date_words(
        next((one for one in dates if one.last == start.last), months_of(start.first, start.last))
    )


def _coverage(outcome: Outcome) -> list[tuple[str, str]]:
    coverage = outcome.value.coverage if outcome.value else None
    if coverage is None:
        return []
    words = {"covered": coverage.covered, "total": coverage.total}
    return [(_("Coverage"), _("%(covered)s of %(total)s") % words)]


def _age(standing: TargetStanding, outcome: Outcome) -> list[tuple[str, str]]:
    """What a last figure is too old against: two reporting intervals, or the due date."""
    months = standing.history.rule.interval_months
    interval = ngettext("%(number)s month", "%(number)s months", months) % {"number": months}
    found = [] if standing.history.rule.counted else [(_("Reporting interval"), interval)]
    value = outcome.value
    if value and value.recent_from and standing.status is Status.NO_RECENT_DATA:
        until = standing.history.rule.recent_until(value.recent_from)
        name = (
            _("Figures of most parts taken as recent until")
            if value.coverage
            else _("Last figure taken as recent until")
        )
        found.append((name, day_words(until)))
    if outcome.promise.due and standing.promised:
        found.append((_("Due date"), date_words(standing.promised.due)))
    return found


def _paces(standing: TargetStanding) -> list[tuple[str, str]]:
    pace, unit = standing.pace, standing.unit
    found = []
    if pace.recent is not None:
        found.append((_("Recent pace, a month"), unit.pace(pace.recent)))
    if pace.required is not None and pace.required != 0:
        found.append((_("Required pace, a month"), unit.pace(pace.required)))
    if projected := pace.projected_after(standing.on):
        found.append((_("Projected date"), day_words(projected)))
    return found


def moves(standing: TargetStanding) -> tuple[Input, ...]:
    """How far the present promise is from the first one; empty where nothing was moved."""
    slippage = standing.assessment.slippage
    if slippage is None or not slippage.moves:
        return ()
    found = [(_("Times it was moved"), number(slippage.moves))]
    if slippage.months:
        name = (
            _("Due date put back by") if slippage.months > 0 else _("Due date brought forward by")
        )
        found.append((name, in_months(abs(slippage.months))))
    if slippage.value_change:
        sign = "+" if slippage.value_change > 0 else "−"
        found.append((_("Target changed by"), sign + percentage(abs(slippage.value_change))))
    if slippage.moved_after_due:
        found.append((_("Moved after its due date had passed"), _("yes")))
    return tuple(Input(name, value) for name, value in found)
