"""Centres in lists: where they stand and in what state. The state follows from what was said of their milestones."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.calculations.centres import CentreMilestone, CentreStanding, centre_standing
from programmes.calculations.choices import (
    CentreState,
    MilestoneKind,
    MilestoneState,
    StatementKind,
)
from programmes.calculations.dates import PreciseDate
from programmes.calculations.milestones import Statement, plans_of, reached_by, standing_statements
from programmes.models import (
    Centre,
    Measurement,
    Milestone,
    MilestoneStatement,
    Source,
    State,
    TargetRevision,
)
from programmes.selectors.lines.milestone_lines import milestone_note, plan_words
from programmes.selectors.lines.withdrawals import Withdrawals
from programmes.selectors.wording.formats import date_words
from programmes.selectors.wording.names import NamedRecord, named
from programmes.selectors.wording.texts import NOTHING, Text, translated

# Stands for what has no date.
NEVER = Value(date.max, output_field=DateField())

STATE_WORDS = {
    CentreState.NOT_YET_ANNOUNCED: gettext_lazy("Not yet announced"),
    CentreState.ANNOUNCED: gettext_lazy("Announced"),
    CentreState.PROJECT_LAUNCHED: gettext_lazy("Project launched"),
    CentreState.UNDER_CONSTRUCTION: gettext_lazy("Under construction"),
    CentreState.HANDED_OVER: gettext_lazy("Handed over"),
    CentreState.INAUGURATED: gettext_lazy("Inaugurated"),
    CentreState.OPEN: gettext_lazy("Open"),
    CentreState.CLOSED: gettext_lazy("Closed"),
}


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state in words, and the name of its shape."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class CentreLine:
    """One centre in a list. planned: the dates its opening was planned for, first to last; note: how that stands.

    milestones: what else was planned or reached, in words. marks: that it is withdrawn, or the centre it belongs to.
    is_withdrawn: itself; it is counted as such alone.
    """

    code: str
    name: Text
    kind: str
    kind_words: str
    state: StateLine
    planned: str
    opened: str
    note: str
    place: NamedRecord
    locality: Text
    is_annex: bool
    milestones: str = ""
    marks: tuple[str, ...] = ()
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A centre, what was ever said of its milestones, and when it was first announced."""

    centre: Centre
    milestones: tuple[CentreMilestone, ...]
    announced: date

    def on(self, day: date) -> CentreStanding:
        """What it is on a day."""
        return centre_standing(self.milestones, self.announced, day)


# What is read of each statement on a centre, by the name that its column takes beside the centre's own.
SAID = {
    "milestone": "milestones",
    "milestone_kind": "milestones__kind",
    "milestone_is_public": "milestones__is_public",
    "corrects": "milestones__statements__corrects__number",
    **{
        name: f"milestones__statements__{name}"
        for name in (
            "number",
            "kind",
            "state",
            "date_on",
            "date_precision",
            "date_from",
            "announced_on",
            "published_at",
            "ended_at",
            "source__date_on",
        )
    },
}


def read_centres(
    centres: QuerySet[Centre], *, known: datetime | None = None
) -> tuple[CentreRow, ...]:
    """The public ones among centres with what was ever said of them, by region; an annex after its centre.

    One query. known: the moment as known at which; None: now.
    """
    public_ones: QuerySet[Any] = Centre.objects.published(known)  # with what the query adds
    rows = (
        public_ones.filter(pk__in=centres.order_by().values("pk"))
        .select_related("territory__parent", "parent")
        .annotate(
            announced=_first_published(known),
            **{f"said_{name}": F(path) for name, path in SAID.items()},
        )
        .order_by("said_announced_on", "said_milestone", "said_number")
    )
    public: dict[int, Any] = {}
    said: dict[int, dict[int, CentreMilestone]] = defaultdict(dict)
    for row in rows:
        public.setdefault(row.pk, row)
        statement = _statement(row, known)
        if statement:
            before = said[row.pk].get(row.said_milestone)
            said[row.pk][row.said_milestone] = CentreMilestone(
                MilestoneKind(row.said_milestone_kind),
                (*(before.statements if before else ()), statement),
            )
    found = (
        CentreRow(row, tuple(said[pk].values()), _announced(row)) for pk, row in public.items()
    )
    return tuple(sorted(found, key=_place_in_list))


def _statement(row: Any, known: datetime | None) -> Statement | None:
    """What a row says of a milestone, as known at a moment; None where it says nothing."""
    published, ended = row.said_published_at, row.said_ended_at
    if published is None or not row.said_milestone_is_public:
        return None
    if known is not None and published > known:
        return None
    if ended is not None and known is not None and known < ended:
        ended = None
    return Statement(
        StatementKind(row.said_kind),
        row.said_number,
        PreciseDate.from_stored(row.said_date_on, row.said_date_precision, row.said_date_from),
        row.said_announced_on,
        row.said_source__date_on,
        corrects=row.said_corrects,
        published_at=timezone.localtime(published),
        ended_at=ended,
        aside=ended is not None and row.said_state == State.SET_ASIDE,
    )


def _first_published(known: datetime | None) -> Least:
    """The earliest date of anything published on a centre: a source (or when it was read), a figure, a statement.

    A statement that was taken back counts too: something had been said of the centre.
    """
    centre = OuterRef("pk")
    statements = MilestoneStatement.objects.once_published()
    taken_back = statements.filter(state__in=(State.WITHDRAWN, State.SET_ASIDE))
    if known is not None:
        taken_back = taken_back.filter(published_at__lte=known)
    dated = Source.objects.published().annotate(day=Coalesce("date_on", "read_on"))
    days = (
        dated.filter(centres=centre, day__isnull=False).order_by("day").values("day"),
        (statements.standing(known) | taken_back)
        .filter(milestone__centre=centre)
        .order_by("announced_on")
        .values("announced_on"),
        Measurement.objects.standing(known)
        .filter(series__centre=centre)
        .order_by("as_of_on")
        .values("as_of_on"),
        TargetRevision.objects.standing(known)
        .filter(target__series__centre=centre)
        .order_by("announced_on")
        .values("announced_on"),
    )
    return Least(*(Coalesce(Subquery(one[:1]), NEVER, output_field=DateField()) for one in days))


def _announced(row: Any) -> date:
    """When it was first announced: the earliest day of anything published on it, its own record at the latest."""
    dated = row.announced
    shown = timezone.localdate(row.sealed_at)
    return min(date.fromisoformat(dated) if isinstance(dated, str) else dated, shown)


def _place_in_list(row: CentreRow) -> tuple[str, str, bool, str]:
    centre = row.centre
    main = centre.parent.code if centre.parent else centre.code
    return centre.territory.hcp_code[:2], main, centre.parent_id is not None, centre.code


def centre_line(row: CentreRow, on: date, withdrawals: Withdrawals) -> CentreLine:
    """A centre in words, with the state that follows from what was said of its milestones."""
    centre, standing = row.centre, row.on(on)
    openings = [one for one in row.milestones if one.kind is MilestoneKind.OPENING]
    opened = [said for one in openings if (said := reached_by(one.statements, on))]
    planned = [plan_words(said) for one in openings for said in plans_of(one.statements, on).dated]
    place, locality = named(centre.territory), translated(centre, "locality")
    above = [("centre", centre.parent.code)] if centre.parent else []
    return CentreLine(
        code=centre.code,
        name=translated(centre, "name"),
        kind=centre.kind,
        kind_words=centre.get_kind_display(),
        state=StateLine(standing.state.value, str(STATE_WORDS[standing.state])),
        planned=_(", then ").join(dict.fromkeys(planned)),
        opened=date_words(opened[-1].when) if opened else "",
        note=_note(standing),
        place=place,
        locality=NOTHING if locality == place.name else locality,
        is_annex=centre.kind == Centre.Kind.ANNEX,
        milestones=_milestones(row, on),
        marks=withdrawals.marks(("centre", centre.code), above),
        is_withdrawn=withdrawals.of("centre", centre.code) is not None,
    )


def _milestones(row: CentreRow, on: date) -> str:
    """What was last said of each milestone but the opening: started: June 2021; inauguration: 30 May 2023."""
    found = []
    for one in row.milestones:
        plans = plans_of(one.statements, on)
        said = [
            said
            for said in standing_statements(one.statements)
            if said.first_day <= on and said.when.last and said.number not in plans.left_out
        ] or plans.dated
        if one.kind is MilestoneKind.OPENING or not said:
            continue
        last = reached_by(one.statements, on) or said[-1]
        words = {"what": Milestone.Kind(one.kind.value).label, "date": plan_words(last)}
        pattern = {
            StatementKind.PLANNED: _("%(what)s, planned for %(date)s"),
            StatementKind.REACHED: _("%(what)s, %(date)s"),
            StatementKind.CANCELLED: _("%(what)s, cancelled %(date)s"),
        }[last.kind]
        found.append((last.when.last, pattern % words))
    return _("; ").join(words for _day, words in sorted(found))


def _note(standing: CentreStanding) -> str:
    """That an opening is overdue or cancelled; empty else."""
    opening = standing.opening
    if opening is None:
        return ""
    if opening.state is MilestoneState.CANCELLED:
        return _("opening cancelled")
    return milestone_note(opening) if opening.state is MilestoneState.OVERDUE else ""
