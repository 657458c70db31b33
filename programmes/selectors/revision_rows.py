"""Announcements as rows, as the pages print them and the arithmetic takes them."""

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import FigureError, Promise, Waypoint
from programmes.models import TargetRevision
from programmes.selectors.nested import nested_amount, nested_day, nested_rows

log = logging.getLogger(__name__)

REVISION_COLUMNS = (
    "id",
    "number",
    "kind",
    "corrects_id",
    "value",
    "qualifier",
    "sense",
    "due_on",
    "due_precision",
    "due_from",
    "due_text",
    "baseline",
    "baseline_on",
    "definition",
    "wording",
    "wording_language",
    "announced_on",
    "announced_precision",
    "announced_from",
    "source_id",
    "reason",
    "state",
    "outcome_reason",
)


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One announcement; the columns of `TargetRevision` under their own names. steps: its waypoints."""

    pk: int
    number: int
    kind: str
    corrects_id: int | None
    value: Decimal | None
    qualifier: str
    sense: str
    due: PreciseDate
    due_on: date | None
    due_text: str
    baseline: Decimal | None
    baseline_on: date | None
    definition: str
    wording: str
    wording_language: str
    announced: PreciseDate
    announced_on: date
    source_id: int
    reason: str
    state: str
    outcome_reason: str
    steps: tuple[Waypoint, ...]


def revision_row(columns: list[Any], steps: Any) -> RevisionRow:
    """A row from the columns above, as a `Nested` gives them, and from its waypoints, a `Nested` of on and value."""
    told = dict(zip(REVISION_COLUMNS, columns, strict=True))
    due_on, announced_on = nested_day(told["due_on"]), date.fromisoformat(told["announced_on"])
    return RevisionRow(
        pk=told["id"],
        number=told["number"],
        kind=told["kind"],
        corrects_id=told["corrects_id"],
        value=nested_amount(told["value"]),
        qualifier=told["qualifier"],
        sense=told["sense"],
        due=PreciseDate.from_stored(due_on, told["due_precision"], nested_day(told["due_from"])),
        due_on=due_on,
        due_text=told["due_text"],
        baseline=nested_amount(told["baseline"]),
        baseline_on=nested_day(told["baseline_on"]),
        definition=told["definition"],
        wording=told["wording"],
        wording_language=told["wording_language"],
        announced=PreciseDate.from_stored(
            announced_on, told["announced_precision"], nested_day(told["announced_from"])
        ),
        announced_on=announced_on,
        source_id=told["source_id"],
        reason=told["reason"],
        state=told["state"],
        outcome_reason=told["outcome_reason"],
        steps=tuple(
            Waypoint(date.fromisoformat(on), Decimal(value)) for on, value in nested_rows(steps)
        ),
    )


def promise_of(row: RevisionRow) -> Promise:
    """An announcement as the arithmetic takes it."""
    terms = {
        "announced": row.announced_on,
        "number": row.number,
        "value": row.value,
        "sense": row.sense,
        "due": row.due_on,
        "baseline": row.baseline,
        "baseline_on": row.baseline_on,
        "abandoned": row.kind == TargetRevision.Kind.ABANDONED,
    }
    try:
        return Promise(**terms, waypoints=row.steps)
    except FigureError:
        # A waypoint outside its dates is refused by the forms, not by the database.
        log.exception("the waypoints of revision %s cannot be used", row.pk)
        return Promise(**terms)
