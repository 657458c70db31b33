"""Announcements as rows, as the pages print them and the arithmetic takes them."""

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import FigureError, Promise, Waypoint
from programmes.models import TargetRevision
from programmes.selectors.nested import (
    nested_amount,
    nested_day,
    nested_key,
    nested_rows,
    stored_date,
)

log = logging.getLogger(__name__)

# What a list needs of an announcement; steps: its waypoints, a `Nested` of on and value.
LISTED = (
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
    "baseline",
    "baseline_on",
    "announced_on",
    "announced_precision",
    "announced_from",
    "source_id",
    "state",
    "steps",
)
# And all that it says, for the page of a target.
SAID = ("due_text", "definition", "wording", "wording_language", "reason", "outcome_reason")


@dataclass(frozen=True, slots=True, eq=False)
class RevisionRow:
    """One announcement; the columns of `TargetRevision` under their own names. steps: its waypoints.

    In lists, what comes after these is empty. A row is itself alone: what follows from it is kept by it.
    """

    pk: int
    number: int
    kind: str
    corrects_id: int | None
    value: Decimal | None
    qualifier: str
    sense: str
    due: PreciseDate
    due_on: date | None
    baseline: Decimal | None
    baseline_on: date | None
    announced: PreciseDate
    announced_on: date
    source_id: int
    state: str
    steps: tuple[Waypoint, ...]
    due_text: str = ""
    definition: str = ""
    wording: str = ""
    wording_language: str = ""
    reason: str = ""
    outcome_reason: str = ""


def revision_row(
    pk: str | int,
    number: str | int,
    kind: str,
    corrects_id: str | int | None,
    value: Any,
    qualifier: str,
    sense: str,
    due_on: str | None,
    due_precision: str,
    due_from: str | None,
    baseline: Any,
    baseline_on: str | None,
    announced_on: str,
    announced_precision: str,
    announced_from: str | None,
    source_id: str | int,
    state: str,
    steps: Any,
    *said: str,
) -> RevisionRow:
    """A row from the columns above, as a `Nested` gives them."""
    return RevisionRow(
        int(pk),
        int(number),
        kind,
        nested_key(corrects_id),
        nested_amount(value),
        qualifier,
        sense,
        stored_date(due_on, due_precision, due_from),
        nested_day(due_on),
        nested_amount(baseline),
        nested_day(baseline_on),
        stored_date(announced_on, announced_precision, announced_from),
        date.fromisoformat(announced_on),
        int(source_id),
        state,
        # written as 2026-12-31: in the order of the dates
        tuple(
            Waypoint(date.fromisoformat(on), Decimal(value))
            for on, value in sorted(nested_rows(steps))
        ),
        *said,
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
