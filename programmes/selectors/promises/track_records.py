"""What became of promises: how many were kept, are open, were missed, have no result, are silent, and have moved."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language_bidi, gettext_lazy

from programmes.calculations.choices import Status
from programmes.selectors.promises.promise_rows import PromiseRow

# what was not met when it was due, or is not known to have been
NOT_IN_TIME = (Status.MISSED, Status.DUE_DATE_PASSED, Status.ACHIEVED_LATE)
KEPT, OPEN, MISSED, NO_RESULT, SILENT, ENDED = (
    "kept",
    "open",
    "missed",
    "no_result",
    "silent",
    "ended",
)
GROUPS = {
    KEPT: (Status.ACHIEVED, Status.ACHIEVED_DATE_NOT_SHOWN, Status.ACHIEVED_LATE),
    OPEN: (
        Status.ON_TRACK,
        Status.BEHIND,
        Status.FAR_BEHIND,
        Status.UNDER_WAY,
        Status.NOT_STARTED,
        Status.RESULT_AWAITED,
    ),
    MISSED: (Status.MISSED,),
    NO_RESULT: (Status.DUE_DATE_PASSED,),
    SILENT: (Status.NO_RECENT_DATA, Status.NO_DATA),
    ENDED: (Status.ABANDONED, Status.WITHDRAWN),
}
GROUP_OF = {status: group for group, statuses in GROUPS.items() for status in statuses}
WORDS = {
    KEPT: gettext_lazy("Kept"),
    OPEN: gettext_lazy("Still running"),
    MISSED: gettext_lazy("Missed"),
    NO_RESULT: gettext_lazy("Due date passed, no result"),
    SILENT: gettext_lazy("Without a recent figure"),
    ENDED: gettext_lazy("Abandoned or withdrawn"),
}


@dataclass(frozen=True, slots=True)
class TrackRecordGroup:
    """One group of promises. start, width: its place on a bar, in per cent; middle: where its number stands."""

    code: str
    words: str
    count: int
    start: str
    width: str
    middle: str


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What became of some promises.

    moved: how many were moved since they were first made; moved_late: after their due date had passed. first_missed:
    how many were missed at the due date first promised, whether or not they were met later, or have no result of it.
    kept_late: how many of those kept were kept after their present due date.
    """

    total: int
    groups: tuple[TrackRecordGroup, ...]
    moved: int
    moved_late: int
    first_missed: int
    kept_late: int = 0

    def __bool__(self) -> bool:
        return self.total > 0


def track_record_of_counts(
    statuses: Mapping[str, int], moved: int, moved_late: int, first_missed: int
) -> TrackRecord:
    """The record of promises that were counted by status."""
    counts = Counter[str]()
    for status, count in statuses.items():
        if group := GROUP_OF.get(Status(status)):
            counts[group] += count
    total = counts.total()
    groups, at = [], 0.0
    for code in GROUPS:
        if not counts[code]:
            continue
        width = counts[code] * 100 / total
        # a bar fills from the side on which reading begins
        start = 100 - at - width if get_language_bidi() else at
        at += width
        groups.append(
            TrackRecordGroup(
                code,
                str(WORDS[code]),
                counts[code],
                f"{start:.2f}%",
                f"{width:.2f}%",
                f"{start + width / 2:.2f}%",
            )
        )
    return TrackRecord(
        total, tuple(groups), moved, moved_late, first_missed, statuses.get(Status.ACHIEVED_LATE, 0)
    )


def track_record(rows: Iterable[PromiseRow]) -> TrackRecord:
    """The record of promises that were read; what was not yet promised is none."""
    told = [row for row in rows if row.status != Status.NOT_YET_PROMISED]
    return track_record_of_counts(
        Counter(row.status for row in told),
        moved=sum(1 for row in told if row.moves),
        moved_late=sum(1 for row in told if row.moves and row.moved_after_due),
        first_missed=sum(1 for row in told if row.original_status in NOT_IN_TIME),
    )
