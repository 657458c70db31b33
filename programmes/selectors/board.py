"""The status board: every promise on one page, by status."""

from dataclasses import dataclass
from datetime import date

from programmes.models import Series, Target
from programmes.selectors.dossier import read_dossier
from programmes.selectors.promises import SEVERITY, PromiseLine, promise_line
from programmes.selectors.statuses import StatusLine, rule_words, status_line


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """The promises that have one status, and the rule that gives it."""

    status: StatusLine
    rule: str
    lines: tuple[PromiseLine, ...]


def status_board(on: date) -> tuple[BoardGroup, ...]:
    """Every promise announced by a day, those that want attention first. Two queries."""
    targets = Target.objects.filter(series__role=Series.Role.PROGRESS).order_by(
        "series__programme__code", "series__territory__hcp_code", "code"
    )
    standings = read_dossier(on, targets=targets).standings
    groups = []
    for status in SEVERITY[:-1]:  # all but what is not yet promised
        lines = tuple(promise_line(one) for one in standings if one.status is status)
        if lines:
            groups.append(BoardGroup(status_line(status), rule_words(status), lines))
    return tuple(groups)
