"""Centres in lists: where they stand and in what state. The state follows from what was said of their milestones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.dates import PreciseDate
from programmes.models import Centre, Milestone, MilestoneStatement
from programmes.selectors.formats import date_words
from programmes.selectors.milestones import said_by
from programmes.selectors.names import Named, named
from programmes.selectors.nested import Nested, nested_rows, stored_date
from programmes.selectors.prepared import Asked, Choice, Chosen, Prepared, Question
from programmes.selectors.target_rows import LANGUAGES, PARENT, PLACE, PlaceRow, place_row
from programmes.selectors.texts import NOTHING, Text, translated

KIND = MilestoneStatement.Kind
SAID = ("kind", "milestone_kind", "date_on", "date_precision", "date_from")


class CentreState(StrEnum):
    """What a centre is on a day. Open means trainees on site; an inauguration alone does not open it."""

    ANNOUNCED = "announced"
    PLANNED = "planned"
    UNDER_CONSTRUCTION = "under_construction"
    OPEN = "open"
    CANCELLED = "cancelled"
    CLOSED = "closed"


STATE_WORDS = {
    CentreState.ANNOUNCED: gettext_lazy("Announced"),
    CentreState.PLANNED: gettext_lazy("Planned"),
    CentreState.UNDER_CONSTRUCTION: gettext_lazy("Under construction"),
    CentreState.OPEN: gettext_lazy("Open"),
    CentreState.CANCELLED: gettext_lazy("Cancelled"),
    CentreState.CLOSED: gettext_lazy("Closed"),
}


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state in words, and the name of its shape."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class CentreLine:
    """One centre in a list. planned: the dates its opening was planned for, first to last."""

    code: str
    name: Text
    kind: str
    kind_words: str
    state: StateLine
    planned: str
    opened: str
    place: Named
    locality: Text
    is_annex: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One published statement on a milestone of a centre: what kind it is, and of which kind of milestone."""

    kind: str
    milestone: str
    date: PreciseDate
    is_dated: bool


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A centre, and what was said of its milestones in the order it was said."""

    pk: int
    code: str
    kind: str
    name_fr: str
    name_ar: str
    name_en: str
    locality_fr: str
    locality_ar: str
    locality_en: str
    parent_id: int | None
    parent_code: str | None
    territory: PlaceRow
    said: tuple[Said, ...]


OWN = (
    "pk",
    "code",
    "kind",
    *(f"{name}_{language}" for name in ("name", "locality") for language in LANGUAGES),
    "parent_id",
    "parent__code",
)
AROUND = (
    *(f"territory__{name}" for name in PLACE),
    *(f"territory__parent__{name}" for name in PARENT),
)


def ask_centres(centres: QuerySet[Centre] | Choice, on: date) -> Question | None:
    """Asks for the public ones among centres, with what was said of their opening by a day."""
    return CENTRES.ask(chosen=centres, on=on)


def centres_of(answer: Iterable[tuple[Any, ...]]) -> tuple[CentreRow, ...]:
    """Those of the answer, by region; an annex after the centre it belongs to."""
    found = (
        CentreRow(
            *columns[: len(OWN)],
            place_row(tuple(columns[len(OWN) :])),
            tuple(_said(*one) for one in nested_rows(said)),
        )
        for said, *columns in answer
    )
    return tuple(sorted(found, key=_place_in_list))


def _rows() -> QuerySet[Centre]:
    statements = (
        MilestoneStatement.objects.published()
        .filter(said_by(Asked("on", date)), milestone__centre=OuterRef("pk"))
        .annotate(milestone_kind=F("milestone__kind"))
        .order_by("announced_on", "milestone_id", "number")
    )
    return (
        Centre.objects.rewrite(False)
        .published()
        .filter(Chosen(Centre))
        .annotate(said=Nested(statements, *SAID))
        .order_by()
        .values_list("said", *OWN, *AROUND)
    )


CENTRES = Prepared(_rows)


def _said(kind: str, milestone: str, on: str | None, precision: str, first: str | None) -> Said:
    return Said(kind, milestone, stored_date(on, precision, first), bool(on))


def _place_in_list(row: CentreRow) -> tuple[str, str, bool, str]:
    main = row.parent_code or row.code
    return row.territory.hcp_code[:2], main, row.parent_id is not None, row.code


def state_of(statements: Iterable[Said]) -> CentreState:
    """The state that follows from the published statements on a centre's milestones, in the order they were made."""
    said: dict[str, list[Said]] = defaultdict(list)
    for row in statements:
        said[row.milestone].append(row)

    def reached(kind: str) -> bool:
        return any(row.kind == KIND.REACHED for row in said[kind])

    if reached(Milestone.Kind.CLOSING):
        return CentreState.CLOSED
    if reached(Milestone.Kind.OPENING):
        return CentreState.OPEN
    opening = said[Milestone.Kind.OPENING]
    if opening and opening[-1].kind == KIND.CANCELLED:
        return CentreState.CANCELLED
    if reached(Milestone.Kind.WORKS_START) or reached(Milestone.Kind.HANDOVER):
        return CentreState.UNDER_CONSTRUCTION
    planned = (row for rows in said.values() for row in rows if row.kind == KIND.PLANNED)
    if any(row.is_dated for row in planned):
        return CentreState.PLANNED
    return CentreState.ANNOUNCED


def centre_line(row: CentreRow) -> CentreLine:
    """A centre in words, with the state that follows from what was said of its milestones."""
    said = row.said
    opening = [one for one in said if one.milestone == Milestone.Kind.OPENING]
    opened = [one for one in opening if one.kind == KIND.REACHED]
    planned = [date_words(one.date) for one in opening if one.kind == KIND.PLANNED and one.is_dated]
    state = state_of(said)
    place, locality = named(row.territory), translated(row, "locality")
    return CentreLine(
        code=row.code,
        name=translated(row, "name"),
        kind=row.kind,
        kind_words=str(Centre.Kind(row.kind).label),
        state=StateLine(state.value, str(STATE_WORDS[state])),
        planned=_(", then ").join(dict.fromkeys(planned)),
        opened=date_words(opened[-1].date) if opened else "",
        place=place,
        locality=NOTHING if locality == place.name else locality,
        is_annex=row.kind == Centre.Kind.ANNEX,
    )
