"""The announcements of a target, first to last: the history that cannot be quietly moved."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.calculations.figures import Promise, Waypoint
from programmes.models import State, TargetRevision
from programmes.selectors.formats import Unit, by_words, day_words, said_words
from programmes.selectors.readable import STRUCK
from programmes.selectors.revision_rows import RevisionRow
from programmes.selectors.sources import SourceLine
from programmes.selectors.standings import Standing
from programmes.selectors.statuses import StatusLine, status_line
from programmes.selectors.texts import Text, stated_in


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One announcement.

    status: how the target stands against it, for the original and the present promise, where that differs.
    due_text: the due date as printed, unless the wording says it.
    steps: the values promised for the way, where it stands.
    struck: it no longer stands (a mistyped entry, a withdrawal). aside: another source was kept for the same
    announcement. `outcome` says why, in either case.
    """

    number: int
    kind: str
    title: str
    status: StatusLine | None
    target: str
    by: str
    due_text: Text
    baseline: str
    steps: tuple[str, ...]
    definition: str
    wording: Text
    announced: str
    source: SourceLine | None
    reason: str
    struck: bool
    aside: bool
    outcome: str


def against_each(standing: Standing) -> dict[int, StatusLine]:
    """The status against the present and the original revision, by their keys, where the two are not the same."""
    against = standing.result.status_against_original
    if standing.present is None or against in (None, standing.status):
        return {}
    return {
        standing.original.pk: status_line(against),
        standing.present.pk: status_line(standing.status),
    }


def revision_lines(
    rows: Iterable[RevisionRow],
    standing: Standing,
    statuses: dict[int, StatusLine],
    promises: Iterable[Promise],
) -> tuple[RevisionLine, ...]:
    """Announcements in words, first to last, also those that no longer stand. `promises`: those that do."""
    in_force = [row.pk for row in standing.revisions]
    steps = {one.number: one.waypoints for one in promises}
    return tuple(
        _line(row, standing, _title(row, in_force), statuses.get(row.pk), steps.get(row.number, ()))
        for row in rows
    )


def _title(row: RevisionRow, in_force: list[int]) -> str:
    if row.state == State.SET_ASIDE:
        return _("According to another source")
    if row.pk not in in_force:
        return _("Struck entry")
    if row.kind == TargetRevision.Kind.ABANDONED:
        return _("Abandoned")
    if len(in_force) == 1:
        return _("Only announcement")
    if row.pk == in_force[0]:
        return _("Original promise")
    return _("Present promise") if row.pk == in_force[-1] else _("Revision")


def _line(
    row: RevisionRow,
    standing: Standing,
    title: str,
    status: StatusLine | None,
    steps: Iterable[Waypoint],
) -> RevisionLine:
    unit = standing.unit
    return RevisionLine(
        number=row.number,
        kind=row.kind,
        title=title,
        status=status,
        target=unit.amount(row.value, row.qualifier, row.sense) if row.value is not None else "",
        by=by_words(row.due),
        due_text=stated_in(
            "" if row.due_text in row.wording else row.due_text, row.wording_language
        ),
        baseline=_baseline(row, unit),
        steps=tuple(
            _("%(value)s on %(day)s") % {"value": unit.amount(one.value), "day": day_words(one.on)}
            for one in steps
        ),
        definition=row.definition,
        wording=stated_in(row.wording, row.wording_language),
        announced=said_words(row.announced),
        source=standing.sources.get(row.source_id),
        reason=row.reason,
        struck=row.state in STRUCK
        or (row.state == State.PUBLISHED and row not in standing.revisions),
        aside=row.state == State.SET_ASIDE,
        outcome=row.outcome_reason,
    )


def _baseline(row: RevisionRow, unit: Unit) -> str:
    if row.baseline is None:
        return ""
    if row.baseline_on is None:
        return unit.amount(row.baseline)
    return _("%(value)s on %(day)s") % {
        "value": unit.amount(row.baseline),
        "day": day_words(row.baseline_on),
    }
