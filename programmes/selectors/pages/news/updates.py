"""What was published, shown, revised, corrected, changed or withdrawn, latest first: from the review log.

Without its notes, and without who did it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.calculations.assessment import assess
from programmes.calculations.entries import found_later, is_ended, places_in_order
from programmes.models import (
    FROZEN,
    Amendment,
    Measurement,
    Milestone,
    MilestoneStatement,
    Reply,
    ReviewEvent,
    Series,
    Standing,
    State,
    Target,
    TargetRevision,
)
from programmes.models.key_in_subquery import KeyInSubquery
from programmes.models.plausibility import joined_sum
from programmes.models.review_event import RECORDS
from programmes.models.sealed import sealed_models
from programmes.selectors.lines.amendments import AmendedColumn, ChangeLine, change_lines
from programmes.selectors.lines.series_lines import figure_words, period_words
from programmes.selectors.lines.sources import SourceLine, source_line
from programmes.selectors.pages.news.update_scopes import (
    UpdateScope,
    amendments_that_moved,
    target_scope,
)
from programmes.selectors.promises.moves import promise_words
from programmes.selectors.wording.formats import date_words, day_words, language, unit_of
from programmes.selectors.wording.names import Record, named, series_label
from programmes.selectors.wording.texts import (
    NOTHING,
    Sentence,
    Text,
    isolated,
    translated,
)
from programmes.type_names import certain

LATEST_OF_TARGET = 8
PER_PAGE = 50
# So many of the last steps of all are looked through for those of one programme or place.
RECENT = 20_000
FIRST_RULES = 1
ENDS = (State.WITHDRAWN, State.SET_ASIDE)
RELATIONS = (
    *(f"measurement__series__{name}" for name in ("indicator", "territory", "programme", "centre")),
    *(
        f"revision__target__series__{name}"
        for name in ("indicator", "territory", "programme", "centre")
    ),
    "measurement__series__part_of__territory",
    "measurement__supersedes",
    "statement__milestone__programme",
    "statement__milestone__centre",
    "statement__milestone__agreement",
    "measurement__source__organisation",
    "revision__source__organisation",
    "statement__source__organisation",
    "reply__organisation",
    "reply__source__organisation",
    "reply__target__series__indicator",
    "reply__target__series__territory",
    "reply__milestone__programme",
    "reply__milestone__centre",
    "reply__milestone__agreement",
    "amendment__source__organisation",
)


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One step that readers can see.

    page, code: where it is read in full; empty for a record without a page. reason: why it was taken back or
    changed. alters: whether it changes what was said before.
    """

    key: str
    at: datetime
    day: str
    what: str
    label: Text
    detail: str | Text | Sentence
    place: Text
    source: SourceLine | None
    reason: Text
    page: str
    code: str
    alters: bool


@dataclass(frozen=True, slots=True)
class Updates:
    """One page of them. `number` counts from one; older: whether there are more."""

    lines: tuple[UpdateLine, ...]
    number: int = 1
    older: bool = False


def read_updates(
    on: date,
    *,
    known: datetime | None = None,
    after: datetime | None = None,
    scope: UpdateScope | None = None,
    number: int = 1,
    count: int = PER_PAGE,
) -> Updates:
    """A page of what changed by a day, as known at a moment (None: now). after: and after another moment.

    Two queries, one more of a programme or place, and one for each table of which amendments name records, or whose
    announcements or plans are told.
    """
    first = (number - 1) * count
    events = _events(on, scope or UpdateScope(), _Period(after, known), first + count + 1)
    # the last one of the page before says where this one begins
    rows = list(events[max(first - 1, 0) : first + count + 1])
    before = rows.pop(0).at if first and rows else None
    shown, older = rows[:count], len(rows) > count
    lines = list(_lines(shown))
    if scope is None or scope.series is None:
        lines += _changes_of_rules(on, known, before, shown[-1].at if older else None)
        lines.sort(key=lambda line: line.at, reverse=True)
    return Updates(tuple(lines), number, older)


def target_updates(code: str, on: date, *, known: datetime | None = None) -> Updates:
    """What was published last of a target, and of what its figures are put together of."""
    return read_updates(on, known=known, scope=target_scope(code), count=LATEST_OF_TARGET)


def target_updates_since(code: str, moment: datetime) -> Updates:
    """What was published of a target, and of what it rests on, after a moment."""
    return read_updates(timezone.localdate(), after=moment, scope=target_scope(code))


class _Period(NamedTuple):
    """From after a moment until another, which is in it; None where there is no such bound."""

    after: datetime | None = None
    until: datetime | None = None

    def condition(self, column: str) -> Q:
        found = Q()
        if self.after is not None:
            found &= Q(**{f"{column}__gt": self.after})
        if self.until is not None:
            found &= Q(**{f"{column}__lte": self.until})
        return found

    def written(self) -> Q:
        """When steps of the period are in the review log: from the moment of their record on, within a day of it."""
        found = Q()
        if self.after is not None:
            found &= Q(at__gt=self.after)
        if self.until is not None:
            found &= Q(at__lt=self.until + timedelta(days=1))
        return found


def _events(on: date, scope: UpdateScope, between: _Period, count: int) -> QuerySet[ReviewEvent]:
    """The last steps to published, and from published to withdrawn or set aside; at least so many, if there are.

    A correction says by itself what it replaces. So does what an amendment withdrew or set aside: of these, the step of
    the row itself is told. Ordered by key, which is the order of time and has an index.
    """
    log = ReviewEvent.objects.filter(
        Q(to_state=State.PUBLISHED) | Q(from_state=State.PUBLISHED, to_state__in=ENDS),
        between.written(),
        at__lt=_end_of(on),
    )
    figures, *others = _told(scope, between)
    if scope.series is None and between.after is None:
        # nearly every step of the log is told, so that its end is read and no more
        rows = log.filter(reduce(or_, others, figures))
    else:
        # the figures of some promises are few
        last = _last if scope.targets is not None else _last_figures
        found = [_last(log.filter(one), count) for one in others]
        rows = log.filter(reduce(or_, found, last(log.filter(figures), count)))
    on_series = Target.objects.published().filter(series=OuterRef("measurement__series"))
    code = Subquery(on_series.order_by("code").values("code")[:1])
    return (
        rows.annotate(target_of_figure=code, joins=_may_join())
        .select_related(*RELATIONS)
        .order_by("-pk")
    )


def _told(scope: UpdateScope, between: _Period) -> list[Q]:
    """Which steps of the review log are public and of a scope and period: of figures, then of each other record."""
    series = scope.series if scope.series is not None else Series.objects.all()
    public = series.filter(pk__in=Series.objects.published().values("pk"))
    targets = Target.objects.published()
    of_series: Any = series  # or the keys of some
    if scope.targets is not None:
        of_series = targets.filter(pk__in=scope.targets.values("pk")).values("series")
    targets = targets.filter(series__in=of_series)
    milestones = Milestone.objects.published()
    if scope.milestones is not None:
        milestones = milestones.filter(pk__in=scope.milestones.values("pk"))
    frozen = {name: Q(**{f"{name}__state__in": FROZEN}) for name in RECORDS}
    told = {
        "measurement": frozen["measurement"] & Q(measurement__series__in=public.values("pk")),
        "revision": frozen["revision"] & Q(revision__target__in=targets.values("pk")),
        "statement": frozen["statement"] & Q(statement__milestone__in=milestones.values("pk")),
        "reply": frozen["reply"]
        & (
            Q(reply__target__in=targets.values("pk"))
            | Q(reply__milestone__in=milestones.values("pk"))
        ),
        "amendment": _of_records(scope, series, milestones),
    }
    if between == _Period():
        return list(told.values())
    # the review log is written a moment after the one that the record took
    return [
        condition
        & (
            (Q(to_state=State.PUBLISHED) & between.condition(f"{name}__published_at"))
            | (Q(to_state__in=ENDS) & between.condition(f"{name}__ended_at"))
        )
        for name, condition in told.items()
    ]


def _last(rows: QuerySet[ReviewEvent], count: int) -> Q:
    """The last so many of some steps. By their moment, which no index has: PostgreSQL would read the whole log along
    its key until it had met so many, though there may be none."""
    return Q(KeyInSubquery(rows.order_by("-at", "-pk").values("pk")[:count]))


def _last_figures(rows: QuerySet[ReviewEvent], count: int) -> Q:
    """The same of figures, of which there may be a million: among the last steps of all, if these are enough."""
    newest = ReviewEvent.objects.order_by("-pk").values("pk")[:1]
    recent = rows.filter(pk__gt=Subquery(newest) - RECENT).order_by("-pk")
    keys = list(recent.values_list("pk", flat=True)[:count])
    return Q(pk__in=keys) if len(keys) == count else _last(rows, count)


def _may_join() -> Q:
    """Whether a figure is the first of a series that no proposal made part of another sum since."""
    series = OuterRef("measurement__series")
    earlier = Measurement.objects.filter(
        series=series, published_at__lt=OuterRef("measurement__published_at")
    )
    moved = Amendment.objects.filter(
        state=State.PUBLISHED, table="series", record=series, changes__has_key="part_of"
    )
    return ~(Exists(earlier) | Exists(moved))


def _of_records(scope: UpdateScope, series: QuerySet[Series], milestones: QuerySet[Milestone]) -> Q:
    """The amendments of records, where they are not of figures, announcements, statements or replies."""
    told = Q(
        amendment__state=State.PUBLISHED,
        amendment__table__in=[model._meta.model_name for model in sealed_models()],
    )
    if scope.series is None:
        return told
    tables = {
        **scope.records,
        "series": series,
        "milestone": milestones,
        "target": Target.objects.filter(series__in=series)
        if scope.targets is None
        else scope.targets,
    }
    mine = Q()
    for table, rows in tables.items():
        mine |= Q(amendment__table=table, amendment__record__in=rows.values("pk"))
    return told & (mine | Q(amendment__in=amendments_that_moved(scope, tables)))


def _changes_of_rules(
    on: date, known: datetime | None, before: datetime | None, after: datetime | None
) -> list[UpdateLine]:
    """When where promises stand was written down anew by other rules, between two moments.

    No query under the first rules, then one.

    All is written down anew at one moment (services.restate_all): any promise that was there before tells it.
    """
    if assess.RULE_VERSION == FIRST_RULES:
        return []
    first = Standing.objects.order_by("target").values("target")[:1]
    moments = (
        Standing.objects.filter(target__in=first)
        .order_by("rule_version")
        .values_list("rule_version")
        .annotate(at=Min("known_from"))
    )
    found = list(moments)[1:]
    return [
        UpdateLine(
            key=f"rules-{version}",
            at=at,
            day=day_words(timezone.localdate(at)),
            what=_("Rules changed"),
            label=Text(_("How statuses are worked out")),
            detail=_("what was said before stays as it was said"),
            place=NOTHING,
            source=None,
            reason=NOTHING,
            page="methodology",
            code="",
            alters=True,
        )
        for version, at in found
        if at < _end_of(on)
        and (known is None or at <= known)
        and (before is None or at < before)
        and (after is None or at >= after)
    ]


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _lines(events: list[ReviewEvent]) -> tuple[UpdateLine, ...]:
    changes = {
        one.key: one for one in change_lines([row.amendment for row in events if row.amendment])
    }
    owners, said = _pages(changes.values()), _said_before(events)
    return tuple(
        _of_amendment(one, changes[one.amendment.pk], owners)
        if one.amendment
        else _line(one, said.get((one.revision or one.statement), EarlierEntries()))
        for one in events
    )


class _OrderedEntry(NamedTuple):
    """An announcement or a statement, as much of it as tells its place in order."""

    row: Any  # of the one table or of the other
    number: int
    announced: date
    corrects: int | None
    published_at: datetime
    ended_at: datetime | None


class EarlierEntries(NamedTuple):
    """What was said before an announcement or a statement, as known when it was published.

    row: what it corrects, or the one before it in order that stood then; of what was reached, an earlier report of it.
    is_late: whether it was entered on a later day than one announced after it. is_resumed: whether the promise had been
    abandoned meanwhile.
    """

    row: Any = None
    is_late: bool = False
    is_resumed: bool = False


def _said_before(
    events: list[ReviewEvent],
) -> dict[TargetRevision | MilestoneStatement | None, EarlierEntries]:
    """What was said before each announcement and statement of some steps. A query for either."""
    found: dict[TargetRevision | MilestoneStatement | None, EarlierEntries] = {}
    for table, owner in ((TargetRevision, "target_id"), (MilestoneStatement, "milestone_id")):
        name = "revision" if table is TargetRevision else "statement"
        told = [one for event in events if (one := getattr(event, name))]
        said = defaultdict[int, list[_OrderedEntry]](list)
        if told:
            owners = {getattr(one, owner) for one in told}
            rows = table.objects.filter(published_at__isnull=False, **{f"{owner}__in": owners})
            for row in rows.select_related("corrects"):
                at = timezone.localtime(row.published_at)
                corrects = row.corrects.number if row.corrects else None
                entry = _OrderedEntry(row, row.number, row.announced_on, corrects, at, row.ended_at)
                said[getattr(row, owner)].append(entry)
        for row in told:
            found[row] = _before(row, said[getattr(row, owner)])
    return found


def _before(
    row: TargetRevision | MilestoneStatement, entries: list[_OrderedEntry]
) -> EarlierEntries:
    places = places_in_order(entries)
    own = next((place for place in places if row in _rows(place)), ())
    late = found_later(places, None)
    then = places_in_order(entries, row.published_at)
    is_resumed = False
    if row.corrects_id:
        said = [one.row for one in entries if one.row.pk == row.corrects_id]
    elif isinstance(row, TargetRevision):
        at = next((n for n, place in enumerate(then) if row in _rows(place)), 0)
        stood = [place[0] for place in then[:at] if not is_ended(place[0], row.published_at)]
        said = [one.row for one in stood if one.row.value is not None]
        is_resumed = bool(stood) and stood[-1].row.value is None
    else:
        # a milestone is reached on the earliest day that was reported, whenever that was said
        kind = row.Kind.REACHED if row.kind == row.Kind.REACHED else None
        stood = [place[0] for place in then if not is_ended(place[0], row.published_at)]
        said = [one.row for one in stood if one.row != row and one.row.kind == kind]
    is_late = bool(own) and own[0].number in late
    return EarlierEntries(said[-1] if said else None, is_late, is_resumed)


def _rows(place: Iterable[_OrderedEntry]) -> list[TargetRevision | MilestoneStatement]:
    return [one.row for one in place]


def _line(event: ReviewEvent, before: EarlierEntries) -> UpdateLine:
    # of whichever table the step is
    row: Any = event.measurement or event.revision or event.statement or event.reply
    ended = event.to_state in ENDS
    what, label, detail, place, (page, code) = (
        _of_figure(event)
        if event.measurement
        else _of_revision(event.revision, before)
        if event.revision
        else _of_statement(event.statement, before)
        if event.statement
        else _of_reply(certain(event.reply))
    )
    if ended:
        what = _("Withdrawn") if event.to_state == State.WITHDRAWN else capfirst(_("set aside"))
    reason = translated(row, "outcome_reason" if ended else "reason")
    return UpdateLine(
        key=str(event.pk),
        at=event.at,
        day=day_words(timezone.localdate(event.at)),
        what=what,
        label=label,
        detail=detail,
        place=place,
        source=source_line(row.source) if row.source.is_public else None,
        reason=reason,
        page=page,
        code=code,
        alters=ended or _alters(row, before),
    )


def _alters(
    row: Measurement | TargetRevision | MilestoneStatement | Reply, said: EarlierEntries
) -> bool:
    if isinstance(row, Measurement):
        return row.supersedes_id is not None
    if isinstance(row, Reply):
        return False
    if isinstance(row, TargetRevision) and _repeats(row, said):
        return False
    return bool(row.corrects_id) or (row.number > 1 and row.kind != MilestoneStatement.Kind.REACHED)


UpdateContent = tuple[str, Text, str | Text | Sentence, Text, tuple[str, str]]


def _of_figure(event: Any) -> UpdateContent:
    """event: a step with what its query adds."""
    row: Measurement = event.measurement
    code = event.target_of_figure
    series = row.series
    what = _("Figure corrected") if row.supersedes_id else _("New figure")
    page = ("target", code) if code else _page_of_series(series)
    unit = unit_of(series.indicator)
    detail: str | Sentence = (
        f"{figure_words(row, unit)} {period_words(row.period_start, row.as_of)}"
    )
    if row.supersedes:
        before = figure_words(row.supersedes, unit)
        detail = _("%(detail)s, instead of %(before)s") % {"detail": detail, "before": before}
    elif event.joins and event.to_state == State.PUBLISHED and (whole := joined_sum(series)):
        detail = Sentence.of(
            _("%(detail)s; the sum “%(sum)s”, %(place)s, counts this series from now on"),
            detail=detail,
            sum=translated(whole, "name") or translated(series.indicator, "name"),
            place=translated(whole.territory, "name"),
        )
    return what, series_label(series), detail, translated(series.territory, "name"), page


def _of_revision(row: TargetRevision, said: EarlierEntries) -> UpdateContent:
    series, before = row.target.series, said.row
    if row.kind == TargetRevision.Kind.ABANDONED and not said.is_late:
        what = _("Promise abandoned")
    elif row.corrects_id:
        what = _("Announcement corrected")
    elif said.is_late:
        # it moves nothing: what it is before and after is not said
        what, before = _("Announcement found later"), None
    elif _repeats(row, said):
        what = _("Promise repeated")
    else:
        what = _("New promise") if row.number == 1 else _("Promise revised")
    detail = ""
    if row.value is not None:
        unit = unit_of(series.indicator)
        detail = promise_words(unit, row)
        if before and before.value is not None and (old := promise_words(unit, before)) != detail:
            detail = _("from %(before)s to %(after)s") % {"before": old, "after": detail}
    place = translated(series.territory, "name")
    return what, series_label(series), detail, place, ("target", row.target.code)


def _repeats(row: TargetRevision, said: EarlierEntries) -> bool:
    """Whether an announcement promises again what was promised before it."""
    is_new = not (row.corrects_id or said.is_late or said.is_resumed or said.row is None)
    return is_new and not row.moves(said.row)


def _of_statement(row: MilestoneStatement, said: EarlierEntries) -> UpdateContent:
    kind = MilestoneStatement.Kind
    what = {
        kind.PLANNED: _("Planned date found later")
        if said.is_late and not row.corrects_id
        else _("Milestone planned"),
        kind.REACHED: _("Milestone reached, found later")
        if said.is_late
        else _("Milestone reached"),
        kind.CANCELLED: _("Milestone cancelled"),
    }[kind(row.kind)]
    detail = _when(row)
    if row.corrects_id:
        what = _("Milestone corrected")
        now, before = (f"{one.get_kind_display()} {_when(one)}".strip() for one in (row, said.row))
        detail = _("%(detail)s, instead of %(before)s") % {"detail": now, "before": before}
    elif said.row and row.date.last and said.row.date.last and said.row.date != row.date:
        before = date_words(said.row.date)
        detail = _("%(detail)s; reported before: %(before)s") % {"detail": detail, "before": before}
    owner, page = _owner_of(certain(row.milestone))
    return what, translated(row.milestone, "title"), detail, owner, page


def _when(row: MilestoneStatement) -> str:
    """The date that a statement gives, or its printed words in the language of the page."""
    printed = row.date_text if row.wording_language == language() else ""
    return date_words(row.date) if row.date.last else printed


def _owner_of(milestone: Milestone) -> tuple[Text, tuple[str, str]]:
    """What a milestone belongs to: its name, and its page."""
    name = next(one for one in ("programme", "centre", "agreement") if getattr(milestone, one))
    owner = named(getattr(milestone, name), "title" if name == "agreement" else "name")
    return owner.name, (name, owner.code)


def _of_reply(row: Reply) -> UpdateContent:
    what = _("Reply published")
    speaker = named(row.organisation).name
    if row.target:
        series = row.target.series
        place = translated(series.territory, "name")
        return what, series_label(series), speaker, place, ("target", row.target.code)
    place, page = _owner_of(certain(row.milestone))
    return what, translated(row.milestone, "title"), speaker, place, page


def _of_amendment(
    event: ReviewEvent, line: ChangeLine, pages: dict[Record, tuple[str, str]]
) -> UpdateLine:
    kinds, amendment = Amendment.Kind, certain(event.amendment)
    what = {
        kinds.CHANGE: _("Record changed"),
        kinds.SHOWING: _("Shown to the public"),
        kinds.WITHDRAWAL: _("Withdrawn"),
        kinds.SETTING_ASIDE: capfirst(_("set aside")),
        kinds.BLANKING: _("Personal data removed"),
    }[kinds(amendment.kind)]
    page, code = pages.get((line.table, line.code), ("", ""))
    return UpdateLine(
        key=str(event.pk),
        at=event.at,
        day=day_words(timezone.localdate(event.at)),
        what=what,
        label=line.label,
        detail=_details(line.changes),
        place=Text(line.kind_words),
        source=line.source,
        reason=line.reason,
        page=page,
        code=code,
        alters=amendment.kind != kinds.SHOWING,
    )


def _details(changes: tuple[AmendedColumn, ...]) -> Sentence:
    parts = {f"change{number}": change_words(one) for number, one in enumerate(changes)}
    return Sentence.of(_("; ").join(f"%({name})s" for name in parts), **parts)


def change_words(change: AmendedColumn) -> Sentence:
    """What was changed in one column; each value keeps its own direction where it is read without HTML."""
    old, new = (replace(one, text=isolated(one.text)) for one in (change.old, change.new))
    return Sentence.of(
        _("%(column)s: from “%(old)s” to “%(new)s”"), column=change.column, old=old, new=new
    )


def _pages(lines: Iterable[ChangeLine]) -> dict[Record, tuple[str, str]]:
    """The page on which each record is read: its own, or that of what it belongs to. One query a table at most."""
    found: dict[Record, tuple[str, str]] = {}
    codes = defaultdict(set)
    for line in lines:
        if line.page:
            found[line.table, line.code] = (line.page, line.code)
        else:
            codes[line.table].add(line.code)
    if codes["series"]:
        rows = Series.objects.filter(code__in=codes["series"])
        for row in rows.select_related("centre", "programme", "territory"):
            found["series", row.code] = _page_of_series(row)
    if codes["milestone"]:
        milestones = Milestone.objects.filter(code__in=codes["milestone"])
        for one in milestones.select_related("centre", "programme", "agreement"):
            found["milestone", one.code] = _owner_of(one)[1]
    return found


def _page_of_series(series: Series) -> tuple[str, str]:
    if series.centre:
        return "centre", series.centre.code
    if series.programme:
        return "programme", series.programme.code
    return "territory", series.territory.code
