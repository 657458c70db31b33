"""What was published, revised, corrected or withdrawn, latest first: from the diary of review, without its notes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.calculations.figures import Figure
from programmes.calculations.figures import Qualifier as Exactness
from programmes.models import (
    Measurement,
    Milestone,
    MilestoneStatement,
    Programme,
    ReviewEvent,
    Series,
    State,
    Target,
    TargetRevision,
    Territory,
)
from programmes.selectors.context import period_words
from programmes.selectors.formats import date_words, day_words, for_words, unit_of
from programmes.selectors.names import named
from programmes.selectors.readable import READABLE
from programmes.selectors.sources import SourceLine, source_line
from programmes.selectors.texts import Text, translated

PER_PAGE = 50
ENDS = (State.WITHDRAWN, State.SET_ASIDE)
RELATIONS = (
    *(f"measurement__series__{name}" for name in ("indicator", "territory", "programme", "centre")),
    *(
        f"revision__target__series__{name}"
        for name in ("indicator", "territory", "programme", "centre")
    ),
    "measurement__supersedes",
    "statement__milestone__programme",
    "statement__milestone__centre",
    "statement__milestone__agreement",
    "measurement__source__organisation",
    "revision__source__organisation",
    "statement__source__organisation",
)


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One step that readers can see.

    page, code: where it is read in full. reason: why it was taken back. alters: whether it changes what was said
    before.
    """

    key: int
    at: datetime
    day: str
    what: str
    label: Text
    detail: str
    place: Text
    source: SourceLine | None
    reason: str
    page: str
    code: str
    alters: bool


@dataclass(frozen=True, slots=True)
class Updates:
    """One page of them. `number` counts from one; older: whether there are more."""

    lines: tuple[UpdateLine, ...]
    number: int = 1
    older: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed speaks of: everything, or one programme or territory."""

    series: QuerySet[Series] | None = None
    milestones: QuerySet[Milestone] | None = None
    name: Text | None = None


def programme_scope(code: str) -> Scope | None:
    """A public programme, None where there is none of that code."""
    row = Programme.objects.published().filter(code=code).first()
    if row is None:
        return None
    milestones = Milestone.objects.filter(
        Q(programme=row) | Q(centre__programmes=row) | Q(agreement__programmes=row)
    )
    return Scope(Series.objects.filter(programme=row), milestones, translated(row, "name"))


def territory_scope(code: str) -> Scope | None:
    """A public territory with the places in it, None where there is none of that code."""
    row = Territory.objects.published().filter(code=code).first()
    if row is None:
        return None
    inside = Territory.objects.within({row.pk})
    milestones = Milestone.objects.filter(centre__territory__in=inside)
    return Scope(Series.objects.filter(territory__in=inside), milestones, translated(row, "name"))


def read_updates(
    on: date, *, scope: Scope | None = None, number: int = 1, count: int = PER_PAGE
) -> Updates:
    """A page of what changed by a day. Two queries at most."""
    first = (number - 1) * count
    rows = list(_events(on, scope or Scope())[first : first + count + 1])
    shown = rows[:count]
    return Updates(_lines(shown), number, older=len(rows) > count)


def _events(on: date, scope: Scope) -> QuerySet[ReviewEvent]:
    """Steps to published, and from published to withdrawn or set aside. A correction says by itself what it replaces.

    Ordered by key, which is the order of time and has an index.
    """
    series = scope.series if scope.series is not None else Series.objects.all()
    milestones = Milestone.objects.published()
    if scope.milestones is not None:
        milestones = milestones.filter(pk__in=scope.milestones.values("pk"))
    seen = Q(to_state=State.PUBLISHED) | Q(from_state=State.PUBLISHED, to_state__in=ENDS)
    public = (
        Q(
            measurement__state__in=READABLE,
            measurement__series__in=series.filter(
                pk__in=Series.objects.published().values("pk")
            ).values("pk"),
        )
        | Q(
            revision__state__in=READABLE,
            revision__target__in=Target.objects.published().filter(series__in=series).values("pk"),
        )
        | Q(statement__state__in=READABLE, statement__milestone__in=milestones.values("pk"))
    )
    return (
        ReviewEvent.objects.filter(seen, public, at__lt=_end_of(on))
        .select_related(*RELATIONS)
        .order_by("-pk")
    )


def _end_of(day: date) -> datetime:
    midnight = datetime.combine(day, datetime.max.time())
    return timezone.make_aware(midnight)


def _lines(events: list[ReviewEvent]) -> tuple[UpdateLine, ...]:
    figures = [one.measurement.series_id for one in events if one.measurement]
    targets: dict[int, str] = {}
    if figures:
        rows = Target.objects.published().filter(series__in=figures).order_by("-code")
        targets = dict(rows.values_list("series_id", "code"))
    return tuple(_line(one, targets) for one in events)


def _line(event: ReviewEvent, targets: dict[int, str]) -> UpdateLine:
    row = event.measurement or event.revision or event.statement
    ended = event.to_state in ENDS
    what, label, detail, place, (page, code) = (
        _of_figure(event.measurement, targets)
        if event.measurement
        else _of_revision(event.revision)
        if event.revision
        else _of_statement(event.statement)
    )
    if ended:
        what = _("Withdrawn") if event.to_state == State.WITHDRAWN else _("Set aside")
    return UpdateLine(
        key=event.pk,
        at=event.at,
        day=day_words(timezone.localdate(event.at)),
        what=what,
        label=label,
        detail=detail,
        place=place,
        source=source_line(row.source) if row.source.is_public else None,
        reason=row.outcome_reason if ended else "",
        page=page,
        code=code,
        alters=ended or _alters(row),
    )


def _alters(row: Measurement | TargetRevision | MilestoneStatement) -> bool:
    if isinstance(row, Measurement):
        return row.supersedes_id is not None
    return row.number > 1 and row.kind != MilestoneStatement.Kind.REACHED


Told = tuple[str, Text, str, Text, tuple[str, str]]


def _of_figure(row: Measurement, targets: dict[int, str]) -> Told:
    series = row.series
    what = _("Figure corrected") if row.supersedes_id else _("New figure")
    code = targets.get(series.pk)
    page = ("target", code) if code else _page_of_series(series)
    detail = f"{_value(row, series)} {period_words(row.period_start, row.as_of)}"
    if row.supersedes:
        before = _value(row.supersedes, series)
        detail = _("%(detail)s, instead of %(before)s") % {"detail": detail, "before": before}
    return what, _label(series), detail, translated(series.territory, "name"), page


def _value(row: Measurement, series: Series) -> str:
    figure = Figure(
        row.as_of_on,
        row.value,
        row.numerator,
        row.denominator,
        row.period_start,
        Exactness(row.qualifier),
    )
    return unit_of(series.indicator).amount(figure.amount, figure.qualifier)


def _of_revision(row: TargetRevision) -> Told:
    series = row.target.series
    if row.kind == TargetRevision.Kind.ABANDONED:
        what = _("Promise abandoned")
    elif row.corrects_id:
        what = _("Announcement corrected")
    else:
        what = _("New promise") if row.number == 1 else _("Promise revised")
    value = (
        unit_of(series.indicator).amount(row.value, row.qualifier, row.sense)
        if row.value is not None
        else ""
    )
    detail = f"{value} {for_words(row.due)}".strip() if value else ""
    place = translated(series.territory, "name")
    return what, _label(series), detail, place, ("target", row.target.code)


def _of_statement(row: MilestoneStatement) -> Told:
    kind = MilestoneStatement.Kind
    what = {
        kind.PLANNED: _("Milestone planned"),
        kind.REACHED: _("Milestone reached"),
        kind.CANCELLED: _("Milestone cancelled"),
    }[row.kind]
    milestone = row.milestone
    name = next(one for one in ("programme", "centre", "agreement") if getattr(milestone, one))
    owner = named(getattr(milestone, name), "title" if name == "agreement" else "name")
    detail = date_words(row.date) if row.date.last else row.date_text
    return what, translated(milestone, "title"), detail, owner.name, (name, owner.code)


def _label(series: Series) -> Text:
    return translated(series, "name") or translated(series.indicator, "name")


def _page_of_series(series: Series) -> tuple[str, str]:
    if series.centre:
        return "centre", series.centre.code
    if series.programme:
        return "programme", series.programme.code
    return "territory", series.territory.code
