"""What a centre is on a day: it follows from all of its milestones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programmes.calculations.choices import (
    CentreState,
    MilestoneKind,
    MilestoneState,
    StatementKind,
)
from programmes.calculations.milestones import (
    MilestoneStanding,
    Statement,
    assess_milestone,
    standing_statements,
)

# What each milestone makes of a centre once it is reached, from the least to the furthest.
STATE_ONCE_REACHED = {
    MilestoneKind.LAUNCH: CentreState.PROJECT_LAUNCHED,
    MilestoneKind.WORKS_START: CentreState.UNDER_CONSTRUCTION,
    MilestoneKind.HANDOVER: CentreState.HANDED_OVER,
    MilestoneKind.INAUGURATION: CentreState.INAUGURATED,
    MilestoneKind.OPENING: CentreState.OPEN,
}
STATES_IN_ORDER = list(STATE_ONCE_REACHED.values())


@dataclass(frozen=True, slots=True)
class CentreMilestone:
    """A milestone of a centre, and what was said of it."""

    kind: MilestoneKind
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", MilestoneKind(self.kind))


@dataclass(frozen=True, slots=True)
class CentreStanding:
    """A centre on a day; opening: where its last opening stands, planned, overdue or cancelled too."""

    state: CentreState
    opening: MilestoneStanding | None = None


def centre_standing(
    milestones: Iterable[CentreMilestone],
    announced: date | None,
    on: date,
) -> CentreStanding:
    """What a centre is on a day.

    announced: the earliest date of anything else that was published on it: a source (or the day
    it was read), a figure, a target; None where nothing else was. Before that, and before
    anything said of its milestones, it is not yet announced.
    """
    found = tuple(milestones)
    standing = {at: standing_statements(one.statements) for at, one in enumerate(found)}
    days = [one.first_day for rows in standing.values() for one in rows]
    if announced is not None:
        days.append(announced)
    if not days or min(days) > on:
        return CentreStanding(CentreState.NOT_YET_ANNOUNCED)
    reached: dict[MilestoneKind, date] = {}
    for at, one in enumerate(found):
        for row in standing[at]:
            if row.kind is StatementKind.REACHED and row.first_day <= on:
                reached[one.kind] = max(row.first_day, reached.get(one.kind, row.first_day))
    return CentreStanding(_state(reached), _opening(found, on))


def _state(reached: dict[MilestoneKind, date]) -> CentreState:
    """The furthest reached; a closing until a later opening."""
    closed, opened = reached.get(MilestoneKind.CLOSING), reached.get(MilestoneKind.OPENING)
    if closed is not None and (opened is None or opened <= closed):
        return CentreState.CLOSED
    states = [STATE_ONCE_REACHED[kind] for kind in reached if kind in STATE_ONCE_REACHED]
    return max(states, key=STATES_IN_ORDER.index, default=CentreState.ANNOUNCED)


def _opening(found: tuple[CentreMilestone, ...], on: date) -> MilestoneStanding | None:
    """The opening still to come, if there is one, else the last that was reached."""
    openings = [
        assess_milestone(one.statements, on) for one in found if one.kind is MilestoneKind.OPENING
    ]
    said = [one for one in openings if one.state is not MilestoneState.NOT_ANNOUNCED]
    ahead = [one for one in said if one.state is not MilestoneState.REACHED]
    if ahead:
        return ahead[-1]
    return max(said, key=_happened, default=None)


def _happened(one: MilestoneStanding) -> date:
    return one.happened.last if one.happened and one.happened.last else date.min
