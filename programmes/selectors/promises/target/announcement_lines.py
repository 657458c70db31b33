"""The announcements of a target, first to last: the history that cannot be quietly moved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.languages import CODES
from programmes.models import State, TargetRevision
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.promises.corrected_since import corrected_words, entries_corrected_since
from programmes.selectors.promises.target.target_standing import TargetStanding
from programmes.selectors.wording.formats import Unit, by_words, day_words, number, said_words
from programmes.selectors.wording.statuses import StatusLine, status_line
from programmes.selectors.wording.texts import (
    NOTHING,
    Sentence,
    Text,
    first_of,
    stated_in,
    translated,
)

# So many announcements are printed at most, beside the first and the original.
MOST = 40


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry that was mistyped: the day it was corrected, what it said instead, and why it was wrong."""

    day: str
    was: tuple[tuple[str, Text], ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One announcement.

    status: how the target stands against it, where there are several announcements, or it was withdrawn.
    found_later: the day on which it was entered, where one announced after it was entered before it.
    due_text: the due date as printed, unless the wording says it.
    steps: the values promised for the way, where it stands. corrections: of the entry, the latest first.
    withdrawn: it was taken back. aside: another source was kept for the same announcement. `ended` says on which day,
    `outcome` why, in either case. since: what became of an entry that was corrected since to be of a later day than
    that of the page; else empty.
    """

    number: int
    kind: str
    title: str
    status: StatusLine | None
    found_later: str
    target: str
    by: str
    due_text: Text
    baseline: str
    steps: tuple[str, ...]
    definition: Text
    wording: Text
    announced: str
    source: SourceLine | None
    reason: Text
    corrections: tuple[Correction, ...]
    withdrawn: bool
    aside: bool
    ended: str
    outcome: Text
    since: Sentence | str = ""


def revision_lines(
    standing: TargetStanding, sources: Mapping[int, SourceLine]
) -> tuple[tuple[RevisionLine, ...], str]:
    """Announcements in words, first to last, each with its verdict; those of another source, never
    published, where they were dated.

    Of a promise that was moved very often the first, the original and the latest, and words that say so; else empty.
    """
    by_key = {row.pk: row for row in standing.revisions}
    shown = [(_entries(row, by_key)[-1], row) for row in standing.announced]
    shown += [(row, row) for row in standing.revisions if _is_of_another_source(row, standing.on)]
    shown.sort(key=_day_and_number)
    cut = ""
    if len(shown) > MOST:
        cut = _(
            "Of %(all)s announcements, the first, the original and the latest %(count)s are shown here."
        ) % {"all": number(len(shown)), "count": number(MOST)}
        kept = {shown[0][1], standing.original, *(row for _first, row in shown[-MOST:])}
        shown = [pair for pair in shown if pair[1] in kept]
    statuses = _status_of_each(standing)
    lines = [
        (first, _line(row, standing, _entries(row, by_key), statuses.get(row.number), sources))
        for first, row in shown
    ]
    lines += [
        (before, _corrected_since(before, after, standing, sources))
        for before, after in entries_corrected_since(standing.revisions, standing.on)
    ]
    lines.sort(key=_day_and_number)
    return tuple(line for _first, line in lines), cut


def _is_of_another_source(row: TargetRevision, on: date) -> bool:
    """Whether it was set aside without ever being published: it was never an announcement of the target."""
    return row.state == State.SET_ASIDE and row.published_at is None and row.announced_on <= on


def _day_and_number(pair: tuple[TargetRevision, Any]) -> tuple[date, int]:
    return pair[0].announced_on, pair[0].number


def _corrected_since(
    before: TargetRevision,
    after: TargetRevision,
    standing: TargetStanding,
    sources: Mapping[int, SourceLine],
) -> RevisionLine:
    """An entry that the day of the page does not count any more."""
    line = _line(before, standing, [before], None, sources)
    return replace(
        line,
        title=_("Entry corrected since"),
        reason=NOTHING,
        outcome=NOTHING,
        since=corrected_words(before, after),
    )


def _entries(row: TargetRevision, by_key: dict[int, TargetRevision]) -> list[TargetRevision]:
    """An announcement and the mistyped entries whose place it took, the first of them last."""
    found = [row]
    while (before := by_key.get(found[-1].corrects_id or 0)) is not None:
        found.append(before)
    return found


def _status_of_each(standing: TargetStanding) -> dict[int, StatusLine]:
    """The status against each announcement, by number, where that is not the status of the page alone."""
    outcomes = standing.assessment.outcomes
    if len(outcomes) < 2 and not any(one.withdrawn for one in outcomes):
        return {}
    return {one.promise.number: status_line(one.status) for one in outcomes}


def _title(row: TargetRevision, standing: TargetStanding) -> str:
    original = standing.original
    is_original = original is not None and row.pk == original.pk
    if row.state == State.SET_ASIDE and row.published_at is None:
        return _("According to another source")
    if row.state == State.SET_ASIDE:
        return _("Original promise, set aside") if is_original else _("Announcement set aside")
    if row.state == State.WITHDRAWN:
        return _("Original promise, withdrawn") if is_original else _("Announcement withdrawn")
    if row.kind == TargetRevision.Kind.ABANDONED:
        return _("Abandoned")
    if len(standing.announced) == 1:
        return _("Only announcement")
    if is_original:
        return _("Original promise")
    if row is standing.present:
        return _("Present promise")
    if row.number in standing.found_later:
        return _("Announcement found later")
    return _("Revision")


def _line(
    row: TargetRevision,
    standing: TargetStanding,
    entries: list[TargetRevision],
    status: StatusLine | None,
    sources: Mapping[int, SourceLine],
) -> RevisionLine:
    unit, first = standing.unit, entries[-1]
    found_later = row.number in standing.found_later
    return RevisionLine(
        number=row.number,
        kind=row.kind,
        title=_title(row, standing),
        status=status,
        found_later=_day(first.published_at) if found_later else "",
        target=_target(row, unit),
        by=by_words(row.due),
        due_text=_due_text(entries),
        baseline=_baseline(row, unit),
        steps=tuple(
            _("%(value)s on %(day)s") % {"value": unit.amount(one.value), "day": day_words(one.on)}
            for one in row.waypoints.all()
        ),
        definition=translated(row, "definition"),
        wording=_wording(entries),
        announced=said_words(row.announced),
        source=sources.get(row.source_id),
        reason=translated(first, "reason"),
        corrections=tuple(
            _correction(entries[at:], standing.unit, sources) for at in range(len(entries) - 1)
        ),
        withdrawn=row.state == State.WITHDRAWN,
        aside=row.state == State.SET_ASIDE,
        ended=_day(row.ended_at),
        outcome=translated(row, "outcome_reason"),
    )


def _day(moment: datetime | None) -> str:
    return day_words(timezone.localdate(moment)) if moment else ""


def _correction(
    entries: list[TargetRevision], unit: Unit, sources: Mapping[int, SourceLine]
) -> Correction:
    """What the entries before a correction, the first of these, said: only what is not the same now."""
    after, before = entries[:2]
    said, now = _said(entries[1:], unit, sources), _said(entries, unit, sources)
    was = [(name, text) for name, text in said.items() if text != now[name]]
    # in the languages in which it says it no more: what was translated since says it still
    defined = {
        code: text
        for code in CODES
        if (text := getattr(before, f"definition_{code}"))
        and text != getattr(after, f"definition_{code}")
    }
    if defined or (after.given_definition and not before.given_definition):
        was.append((_("definition"), first_of(defined)))
    return Correction(
        day=_day(after.published_at),
        was=tuple((name, text or Text(_("nothing"))) for name, text in was),
        reason=translated(after, "reason"),
    )


def _said(
    entries: list[TargetRevision], unit: Unit, sources: Mapping[int, SourceLine]
) -> dict[str, Text]:
    """What the first of some entries says, but for its definition, by its name on the page. It corrects the others."""
    row = entries[0]
    source = sources.get(row.source_id)
    steps = (f"{unit.amount(one.value)} {day_words(one.on)}" for one in row.waypoints.all())
    return {
        _("promised"): Text(f"{_target(row, unit)} {by_words(row.due)}".strip()),
        _("date of the announcement"): Text(said_words(row.announced)),
        _("source"): Text(source.label if source else ""),
        _("counted from"): Text(_baseline(row, unit)),
        _("on the way"): Text(_(", ").join(steps)),
        _("due date as printed"): _due_text(entries),
        _("wording as printed"): _wording(entries),
    }


def _target(row: TargetRevision, unit: Unit) -> str:
    return "" if row.value is None else unit.amount(row.value, row.qualifier, row.sense)


def _wording(entries: list[TargetRevision]) -> Text:
    row = _printed_in(entries, "wording", "source_id")
    return stated_in(row.wording, row.wording_language)


def _due_text(entries: list[TargetRevision]) -> Text:
    row = _printed_in(entries, "due_text", "source_id", "due")
    printed = "" if row.due_text in _wording(entries).text else row.due_text
    return stated_in(printed, row.wording_language)


def _printed_in(entries: list[TargetRevision], name: str, *same: str) -> TargetRevision:
    """The entry whose printed words stand: a correction that types none keeps those of the entry that it corrects.

    same: where one of these was corrected too, the words were printed of something else.
    """
    for row, before in pairwise(entries):
        if getattr(row, name) or any(getattr(row, one) != getattr(before, one) for one in same):
            return row
    return entries[-1]


def _baseline(row: TargetRevision, unit: Unit) -> str:
    if row.baseline is None:
        return ""
    if row.baseline_on is None:
        return unit.amount(row.baseline)
    return _("%(value)s on %(day)s") % {
        "value": unit.amount(row.baseline),
        "day": day_words(row.baseline_on),
    }
