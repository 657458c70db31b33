"""The closed sets of the tracker. Their values are stored, and written in files and addresses."""

from enum import StrEnum


class Measure(StrEnum):
    """How the figures of a series follow one another in time."""

    RUNNING_TOTAL = "running_total"
    PER_PERIOD = "per_period"
    LEVEL = "level"
    RATIO = "ratio"

    @property
    def is_total(self) -> bool:
        """Whether it adds up over time."""
        return self in (Measure.RUNNING_TOTAL, Measure.PER_PERIOD)

    @property
    def is_ratio(self) -> bool:
        """Whether its figures are shares of something."""
        return self is Measure.RATIO


class FiguresFrom(StrEnum):
    """Where the figures of a series come from: reported, added up from its parts, or counted from openings."""

    OWN = "own"
    PARTS = "parts"
    MILESTONES = "milestones"


class Sense(StrEnum):
    """Which side of the target is wanted."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Qualifier(StrEnum):
    """The word printed before a figure. Arithmetic uses the number alone.

    "Up to" and "less than" never meet an at-least target: the true figure may be far below.
    Mirrored, "more than" and "at least" never meet an at-most target. "Exactly" and "about"
    may meet both.
    """

    EXACTLY = "exactly"
    ABOUT = "about"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    UP_TO = "up_to"
    LESS_THAN = "less_than"

    def may_meet(self, sense: Sense) -> bool:
        return self not in _NEVER_MEET[sense]


# a figure that is said to be at least so much, or at most so much
LOWER_BOUNDS = frozenset({Qualifier.MORE_THAN, Qualifier.AT_LEAST})
UPPER_BOUNDS = frozenset({Qualifier.UP_TO, Qualifier.LESS_THAN})
_NEVER_MEET = {Sense.AT_LEAST: UPPER_BOUNDS, Sense.AT_MOST: LOWER_BOUNDS}


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    TRAINING_YEAR = "training_year"
    SPAN = "span"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a promise stands. The first that applies, in the order of the rules."""

    NOT_YET_PROMISED = "not_yet_promised"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    NOT_STARTED = "not_started"
    ACHIEVED = "achieved"
    ACHIEVED_DATE_NOT_SHOWN = "achieved_date_not_shown"
    ACHIEVED_LATE = "achieved_late"
    MISSED = "missed"
    RESULT_AWAITED = "result_awaited"
    DUE_DATE_PASSED = "due_date_passed"
    NO_DATA = "no_data"
    NO_RECENT_DATA = "no_recent_data"
    UNDER_WAY = "under_way"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"


class UnderWay(StrEnum):
    """Why a promise on its way is not compared with what was expected."""

    NO_DUE_DATE = "no_due_date"
    NO_EXPECTATION = "no_expectation"
    PARTS_MISSING = "parts_missing"
    JUST_STARTED = "just_started"
    NO_FIGURE_SINCE = "no_figure_since"


class BaselineOrigin(StrEnum):
    """Where the value that progress is counted from comes from."""

    ANNOUNCED = "announced"
    LAST_FIGURE = "last_figure"
    ZERO = "zero"
    NONE = "none"


class StatementKind(StrEnum):
    """What is said of a milestone."""

    PLANNED = "planned"
    REACHED = "reached"
    CANCELLED = "cancelled"


class MilestoneKind(StrEnum):
    """What a dated deliverable is."""

    SIGNATURE = "signature"
    WORKS_START = "works_start"
    HANDOVER = "handover"
    OPENING = "opening"
    INAUGURATION = "inauguration"
    LAUNCH = "launch"
    CLOSING = "closing"
    OTHER = "other"


class MilestoneState(StrEnum):
    """Where a milestone stands on a day."""

    NOT_ANNOUNCED = "not_announced"
    ANNOUNCED = "announced"
    PLANNED = "planned"
    OVERDUE = "overdue"
    REACHED = "reached"
    CANCELLED = "cancelled"


class CentreState(StrEnum):
    """What a centre is on a day. Open means trainees on site: an inauguration alone opens nothing."""

    NOT_YET_ANNOUNCED = "not_yet_announced"
    ANNOUNCED = "announced"
    PROJECT_LAUNCHED = "project_launched"
    UNDER_CONSTRUCTION = "under_construction"
    HANDED_OVER = "handed_over"
    INAUGURATED = "inaugurated"
    OPEN = "open"
    CLOSED = "closed"
