"""Published figures as rows, and which of them tell where a target stands: a list never reads whole series."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from programmes.calculations.dates import PreciseDate
from programmes.calculations.figures import Figure, Qualifier
from programmes.models import Measurement, State
from programmes.selectors.nested import (
    First,
    Nested,
    nested_amount,
    nested_day,
    nested_rows,
    stored_date,
)
from programmes.selectors.readable import READABLE

LATEST_FIRST = ("-as_of_on", "-id")
# Some of these never meet a target that is "at least" (calculations.figures.Qualifier).
UPPER_BOUNDS = (Qualifier.UP_TO, Qualifier.LESS_THAN)
# What a list needs of a figure; and all of it.
LISTED = (
    "id",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source_id",
    "note",
)
COLUMNS = (*LISTED, "ref", "state", "outcome_reason")
# What `deciding_figures` adds to an announcement.
DECIDING = ("first_counting", "first_when_due", "first_meeting", "a_year_before")


@dataclass(frozen=True, slots=True, eq=False)
class FigureRow:
    """One measurement: the figure for the arithmetic, and what is printed beside it.

    ref: empty in lists. state, outcome: what became of a figure that does not stand, and why. A row is itself alone:
    what follows from it is kept by it.
    """

    key: int
    figure: Figure
    as_of: PreciseDate
    source_id: int
    note: str
    ref: str = ""
    state: str = State.PUBLISHED
    outcome: str = ""


def figure_row(
    key: str | int,
    start: str | None,
    on: str,
    precision: str,
    first: str | None,
    value: Any,
    numerator: Any,
    denominator: Any,
    qualifier: str,
    source_id: str | int,
    note: str,
    *more: str,
) -> FigureRow:
    """A row from the columns above, as a `Nested` gives them."""
    figure = Figure(
        date.fromisoformat(on),
        nested_amount(value),
        nested_amount(numerator),
        nested_amount(denominator),
        nested_day(start),
        Qualifier(qualifier),
    )
    when = stored_date(on, precision, first)
    return FigureRow(int(key), figure, when, int(source_id), note, *more)


@lru_cache(maxsize=4096)
def figures_of(text: str | None) -> tuple[FigureRow, ...]:
    """The rows of a `Nested` of figures. The same text gives the same rows: they are made once by each process."""
    return tuple(figure_row(*columns) for columns in nested_rows(text))


def in_order(found: tuple[tuple[FigureRow, ...], ...], on: date) -> tuple[FigureRow, ...]:
    """Each row as of a day or earlier once, as it was first given; oldest first."""
    once: dict[int, FigureRow] = {}
    for row in chain.from_iterable(found):
        if row.figure.as_of <= on:
            once.setdefault(row.key, row)
    return tuple(sorted(once.values(), key=lambda row: (row.figure.as_of, row.key)))


def readable(series: Combinable, on: date | Expression) -> QuerySet[Measurement]:
    """What was ever published of a series, as of a day or earlier."""
    return Measurement.objects.filter(series=series, as_of_on__lte=on, state__in=READABLE)


def standing(series: Combinable, on: date | Expression) -> QuerySet[Measurement]:
    """What stands of it."""
    return Measurement.objects.filter(series=series, as_of_on__lte=on, state=State.PUBLISHED)


def deciding_figures(on: date | Expression) -> dict[str, Combinable]:
    """Of an announcement: the first figure that counts, the first at its due date, the first that meets a total.

    And of its series: the two as of a year before the last or earlier, for the recent pace. The first of these two may
    be one day short of a year, where a 29 February lies between.

    A first figure as of a later day than the one asked for stands for none: no earlier one does the same. (With that
    day as a second limit PostgreSQL would expect few rows, and sort a whole series for the first of it.)

    With the latest ones, these are all that the verdict, the expectation and the pace of a target rest on. Sums alone
    need more: of figures per period, and of parts, every figure is a term.
    """
    series = OuterRef(OuterRef("series"))
    published = Measurement.objects.filter(series=series, state=State.PUBLISHED)
    baseline = Coalesce(OuterRef("baseline_on"), Value(date.min), output_field=DateField())
    counting = published.filter(as_of_on__gte=baseline).order_by("as_of_on", "id")
    meeting = counting.filter(value__gte=OuterRef("value")).exclude(qualifier__in=UPPER_BOUNDS)
    # Whether there is any at all is answered by an index of values: most series need not be looked through.
    is_met = Exists(published.filter(value__gte=OuterRef("value")))
    own = standing(OuterRef(series), on).order_by(*LATEST_FIRST)
    last_day = Subquery(own.values("as_of_on")[:1])
    a_year_before = published.filter(as_of_on__lte=last_day - timedelta(days=365))
    return {
        "first_counting": First(counting, *LISTED),
        "first_when_due": First(counting.filter(as_of_on__gte=OuterRef("due_on")), *LISTED),
        "first_meeting": Case(When(is_met, then=First(meeting, *LISTED))),
        "a_year_before": Nested(a_year_before.order_by(*LATEST_FIRST)[:2], *LISTED),
    }
