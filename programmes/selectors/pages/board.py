"""The status board: every promise, by status, page by page; or those that moved or are overdue, the furthest first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Case, Count, F, Q, Value, When

from programmes.calculations.choices import Status
from programmes.selectors.lines.notes import Notes
from programmes.selectors.lines.page_rows import PROMISES_A_PAGE, read_page_rows
from programmes.selectors.promises.counts import standings_on, taken_back
from programmes.selectors.promises.promise_lines import SEVERITY, PromiseLine
from programmes.selectors.promises.promise_rows import rows_of_standings
from programmes.selectors.promises.track_records import (
    NOT_IN_TIME,
    TrackRecord,
    track_record_of_counts,
)
from programmes.selectors.wording.statuses import StatusLine, rule_words, status_line

# All but what is not yet promised.
TOLD = SEVERITY[:-1]
MOVED, OVERDUE = "moved", "overdue"
# Which promises each order lists, and how.
SORTS = {
    MOVED: (Q(moves__gt=0), (F("months_moved").desc(nulls_last=True), F("moves").desc())),
    OVERDUE: (
        Q(status__in=(Status.MISSED, Status.DUE_DATE_PASSED, Status.RESULT_AWAITED)),
        (F("present__due_on").asc(nulls_last=True),),
    ),
}


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """The promises that have one status, as far as they stand on the page, and the rule that gives it.

    count: how many have it in all; withdrawn: how many of these are.
    """

    status: StatusLine
    rule: str
    count: int
    withdrawn: int
    lines: tuple[PromiseLine, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the promises announced by a day, those that want attention first. `number` counts from one.

    record: what became of the promises as they stand now; originals: as they were first made. sort: empty, or the
    order of `lines`, which then stand in place of the groups.
    """

    groups: tuple[BoardGroup, ...]
    record: TrackRecord
    originals: TrackRecord
    sort: str
    lines: tuple[PromiseLine, ...]
    notes: Notes
    number: int
    older: bool

    @property
    def here(self) -> tuple[BoardGroup, ...]:
        """The groups with promises on this page."""
        return tuple(one for one in self.groups if one.lines)


def status_board(
    on: date, *, number: int = 1, known: datetime | None = None, sort: str = ""
) -> Board:
    """A page of the board of a day, by status or in an order of SORTS. At most eight queries."""
    told = standings_on(on, known).filter(status__in=TOLD).order_by()
    found = told.values_list("status", "original_status").annotate(
        count=Count("pk"),
        withdrawn=Count("pk", filter=taken_back(known)),
        moved=Count("pk", filter=Q(moves__gt=0)),
        late=Count("pk", filter=Q(moves__gt=0, moved_after_due=True)),
    )
    counts, withdrawn, originals = Counter[str](), Counter[str](), Counter[str]()
    moved = moved_late = 0
    for status, original, count, gone, shifted, late in found:
        counts[status] += count
        withdrawn[status] += gone
        originals[original or status] += count
        moved, moved_late = moved + shifted, moved_late + late
    first_missed = sum(originals[status] for status in NOT_IN_TIME)
    rank = Case(*(When(status=one, then=Value(place)) for place, one in enumerate(TOLD)))
    if sort:
        condition, order = SORTS[sort]
        ordered = told.filter(condition).order_by(*order, "target__code")
        total = ordered.count()
    else:
        ordered = told.order_by(
            rank,
            "target__series__programme__code",
            "target__series__territory__hcp_code",
            "target__code",
        )
        total = counts.total()
    first = (number - 1) * PROMISES_A_PAGE
    rows = rows_of_standings(ordered[first : first + PROMISES_A_PAGE], known=known)
    page_rows = read_page_rows(on, known=known, rows=rows)
    lines = {
        status: tuple(map(page_rows.promise, group))
        for status, group in groupby(rows if not sort else (), key=lambda row: row.status)
    }
    groups = tuple(
        BoardGroup(
            status_line(status),
            rule_words(status),
            counts[status],
            withdrawn[status],
            lines.get(status, ()),
        )
        for status in TOLD
        if counts[status]
    )
    return Board(
        groups=groups,
        record=track_record_of_counts(counts, moved, moved_late, first_missed),
        originals=track_record_of_counts(originals, 0, 0, 0),
        sort=sort,
        lines=tuple(map(page_rows.promise, rows)) if sort else (),
        notes=page_rows.notes,
        number=number,
        older=first + PROMISES_A_PAGE < total,
    )
