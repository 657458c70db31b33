"""One document for a steering committee: what was promised of a programme, a place, an agreement or a body, and what
became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from programmes.calculations.choices import Status
from programmes.models import (
    Agreement,
    Milestone,
    Organisation,
    Programme,
    TargetRevision,
    Territory,
)
from programmes.selectors.lines.amendments import record_name
from programmes.selectors.lines.ledger_entries import ledger_days
from programmes.selectors.lines.milestone_lines import MilestoneLine
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import read_page_rows
from programmes.selectors.lines.places import PromisesBeside, read_promises_beside
from programmes.selectors.lines.sources import SourceLine, public_source
from programmes.selectors.promises.own_targets import OWNERS, Owner, own_targets
from programmes.selectors.promises.promise_lines import PromiseLine
from programmes.selectors.promises.track_records import (
    GROUP_OF,
    GROUPS,
    WORDS,
    TrackRecord,
    track_record,
)
from programmes.selectors.wording.texts import Text


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A promise. announced_in: the source of what is promised now, first_announced_in: that of what was promised at
    first, where it was moved since; each where it is public."""

    promise: PromiseLine
    announced_in: SourceLine | None
    first_announced_in: SourceLine | None


@dataclass(frozen=True, slots=True)
class ReportSection:
    """The promises of which the same became."""

    code: str
    words: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report as of a day.

    kind: the page of its record. beside: of a territory, what touches it without being its own. digest: of the last
    ledger entry by then; empty: none.
    """

    kind: str
    code: str
    name: Text
    record: TrackRecord
    beside: PromisesBeside | None
    sections: tuple[ReportSection, ...]
    milestones: tuple[MilestoneLine, ...]
    sources: tuple[SourceLine, ...]
    digest: str
    notes: Notes


def report_page(
    kind: str, code: str, on: date, *, known: datetime | None = None
) -> ReportPage | None:
    """The report of a public record, as known at a moment (None: now); None: there is none. At most eleven queries,
    of a territory fourteen."""
    row = OWNERS[kind].objects.published(known).filter(code=code).first()
    if row is None:
        return None
    page_rows = read_page_rows(
        on,
        known=known,
        own=row,
        targets=own_targets(row).order_by(
            "series__territory__hcp_code", "series__indicator__code", "code"
        ),
        milestones=_milestones(row),
    )
    promises = page_rows.promises()
    announced = _announced_in(promises)
    lines = [_report_line(one, announced) for one in promises]
    sources = {one.code: one for one in (*page_rows.sources.values(), *announced.values())}
    last_day = next(iter(ledger_days(1, on=on, known=known)), None)
    return ReportPage(
        kind=kind,
        code=code,
        name=record_name(row),
        record=track_record(page_rows.promised()),
        beside=read_promises_beside(row, on, known=known) if isinstance(row, Territory) else None,
        sections=tuple(
            ReportSection(group, str(WORDS[group]), some)
            for group in GROUPS
            if (
                some := tuple(
                    one for one in lines if GROUP_OF.get(Status(one.promise.row.status)) == group
                )
            )
        ),
        milestones=page_rows.milestones(),
        sources=tuple(sources[code] for code in sorted(sources)),
        digest=last_day.kept if last_day else "",
        notes=page_rows.notes,
    )


def _report_line(line: PromiseLine, announced: Mapping[int, SourceLine]) -> ReportLine:
    row = line.row
    return ReportLine(
        promise=line,
        announced_in=announced.get(row.said[-1].key) if row.said else None,
        first_announced_in=announced.get(row.original or 0) if line.move else None,
    )


def _announced_in(promises: Iterable[PromiseLine]) -> dict[int, SourceLine]:
    """The public sources of what is promised now and was at first, by the key of the announcement. One query."""
    keys = {one.row.said[-1].key for one in promises if one.row.said}
    keys |= {one.row.original for one in promises if one.move and one.row.original}
    said = TargetRevision.objects.filter(pk__in=keys).select_related("source__organisation")
    found = {row.pk: public_source(row.source) for row in said}
    return {key: line for key, line in found.items() if line is not None}


def _milestones(row: Owner) -> QuerySet[Milestone]:
    """Those of a record, and of what is part of it."""
    match row:
        case Programme():
            own = Q(programme=row) | Q(centre__programmes=row) | Q(agreement__programmes=row)
        case Territory():
            own = Q(centre__territory__in=Territory.objects.within({row.pk}))
        case Agreement():
            own = Q(agreement=row)
        case Organisation():
            own = Q(centre__operator=row)
    return Milestone.objects.filter(own)
