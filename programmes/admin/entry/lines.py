"""What the page of the grid prints: its rows with what is known of them, and what stands above them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.admin.entry.grid_rows import SavedRow, boxes_of, common_errors
from programmes.admin.entry.sources import NewSource, source_name, source_names, usual_sources
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import label_of, measured_words, promise_words
from programmes.admin.review.review_steps import mark_of
from programmes.languages import own_name
from programmes.models import Indicator, Measurement, ReviewEvent, Series, Source, State
from programmes.models.named import own_first
from programmes.models.plausibility import doubts_of_figures
from programmes.models.target import Qualifier
from programmes.selectors.desk.entry import (
    EntryFilter,
    EntryRow,
    entered_series,
    entry_page,
    entry_programmes,
    entry_rows,
    entry_territories,
)
from programmes.selectors.wording.formats import as_of_words
from programmes.type_names import staff_request

# so many series are named in an address
MOST_CHOSEN = 200
MOST_LOST = 500
MOST_WAITING = 5


@dataclass(slots=True)
class GridLine:
    """One row as the page prints it. boxes: what stands in it, by name."""

    key: int
    name: str
    unit: str
    is_ratio: bool
    is_per_period: bool
    last: str
    promised: str
    boxes: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    state: str = ""
    reason: str = ""
    waiting: list[str] = field(default_factory=list)
    more_waiting: int = 0
    is_open: bool = True

    @property
    def stem(self) -> str:
        """Names its boxes."""
        return str(self.key)

    @property
    def is_apart(self) -> bool:
        """Whether the row says something of its own besides its figure."""
        names = ("as_of", "source", "note")
        return any(self.boxes.get(name) or self.errors.get(name) for name in names)


def grid_page(
    request: HttpRequest,
    wanted: EntryFilter,
    common: dict[str, str],
    typed: dict[int, dict[str, str]],
    entered: dict[int, SavedRow],
    new_source: NewSource,
) -> dict[str, Any]:
    user = staff_request(request).user
    today = timezone.localdate()
    page, rows = entry_page(user, today, wanted, request.GET.get("page"))
    shown = {row.series.pk for row in rows}
    # what was sent and is no longer among the rows keeps its place: nothing typed is lost
    lost = [key for key, one in entered.items() if key not in shown and (one.errors or one.doubts)]
    mine = entered_series(user).filter(pk__in=lost[:MOST_LOST]).values_list("pk", flat=True)
    rows += entry_rows(list(mine))
    sources = usual_sources(user)
    chosen = _chosen_source(sources, common["source"])
    if chosen is not None:
        common = common | {"source": str(chosen.pk)}
    if not common["as_of"] or chosen is None:
        common = _from_drafts([row for row in rows if _is_of(today, row.draft)], common)
    named = {"as_of": common["as_of"]}
    if source := _chosen_source(sources, common["source"]):
        named["source"] = source_name(source)
    doubts = doubts_of_figures(_with_series(rows))
    reasons = _reasons(rows)
    # a draft of another day keeps its own date and source, whatever the new ones above say
    lines = [
        _line(
            row, typed, entered, named if _is_of(today, row.draft) else {}, doubts, reasons, wanted
        )
        for row in rows
    ]
    foreign = [one for key, one in entered.items() if key not in {line.key for line in lines}]
    return {
        "title": _("Enter figures"),
        "lines": lines,
        "foreign": [text for one in foreign for found in one.errors.values() for text in found],
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number)
        if page.has_other_pages()
        else [],
        "query": _query(request),
        "wanted": wanted,
        "views": _views(wanted),
        "common": common,
        "common_errors": common_errors(entered.values()),
        "sources": source_names(sources),
        "may_add_source": request.user.has_perm("programmes.add_source"),
        "new_source": new_source,
        "qualifiers": Qualifier.choices,
        "own_language": own_name(own_first()[0]),
        "programmes": list(entry_programmes(user)),
        "territories": list(entry_territories(user)),
        "today": today,
        "month_end": today.replace(day=1) - timedelta(days=1),
    }


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _views(wanted: EntryFilter) -> list[tuple[str, str, bool]]:
    words = {
        "waiting": _("Due or late"),
        "late": _("Late only"),
        "all": _("All that is mine"),
    }
    return [(key, text, wanted.shown == key) for key, text in words.items()]


def _chosen_source(sources: list[Source], text: str) -> Source | None:
    """The source of a key, which may be none of the usual ones: it is put among them."""
    if not can_be_key(text):
        return None
    found = next((one for one in sources if str(one.pk) == text), None)
    if found is None and (found := Source.objects.filter(pk=text).first()):
        sources.append(found)
    return found


def _is_of(today: date, draft: Measurement | None) -> bool:
    return draft is not None and timezone.localdate(draft.changed_at) == today


def _from_drafts(rows: list[EntryRow], common: dict[str, str]) -> dict[str, str]:
    """The date and source that drafts have in common stand above them again."""
    drafts = [row.draft for row in rows if row.draft and row.draft.state == State.DRAFT]
    found = dict(common)
    if drafts and not common["as_of"]:
        days = [boxes_of(row.series, row.draft, {})["as_of"] for row in rows if row.draft in drafts]
        found["as_of"] = max(set(days), key=days.count)
    if drafts and not common["source"]:
        keys = [str(draft.source_id) for draft in drafts]
        found["source"] = max(set(keys), key=keys.count)
    return found


def _with_series(rows: list[EntryRow]) -> list[Measurement]:
    drafts = []
    for row in rows:
        if row.draft is not None:
            row.draft.series = row.series
            drafts.append(row.draft)
    return drafts


def _reasons(rows: list[EntryRow]) -> dict[int, str]:
    """Why figures were returned, by key."""
    returned = [row.draft.pk for row in rows if row.draft and row.draft.state == State.RETURNED]
    if not returned:
        return {}
    events = ReviewEvent.objects.filter(measurement__in=returned, to_state=State.RETURNED)
    events = events.exclude(from_state=State.RETURNED)
    return dict(events.order_by("pk").values_list("measurement", "note"))


def _line(
    row: EntryRow,
    typed: dict[int, dict[str, str]],
    entered: dict[int, SavedRow],
    named: dict[str, str],
    doubts: dict[int, list[str]],
    reasons: dict[int, str],
    wanted: EntryFilter,
) -> GridLine:
    series, one = row.series, entered.get(row.series.pk)
    measure = series.indicator.measure
    boxes = boxes_of(series, row.draft, named)
    if one is not None and (one.errors or one.doubts):
        boxes = typed[series.pk]
        if one.row is not None:
            boxes = boxes | {"draft": str(one.row.pk), "seen": str(mark_of(one.row.changed_at))}
    if measure == Indicator.Measure.PER_PERIOD and not boxes.get("period_start") and row.last:
        boxes = boxes | {"period_start": f"{_day_after(row.last):%d/%m/%Y}"}
    line = GridLine(
        key=series.pk,
        name=label_of(series),
        unit=_titled(series.indicator.unit or ""),
        is_ratio=measure == Indicator.Measure.RATIO,
        is_per_period=measure == Indicator.Measure.PER_PERIOD,
        last=_last_words(row),
        promised=_promise_words(row),
        boxes=boxes,
        is_open=not row.waiting
        or row.draft is not None
        or wanted.shown == "all"
        or bool(wanted.chosen),
    )
    if one is not None:
        line.errors, line.doubts = one.errors, one.doubts
    elif row.draft is not None:
        line.doubts = doubts.get(row.draft.pk, [])
    if row.draft is not None:
        line.state = row.draft.get_state_display()
        line.reason = reasons.get(row.draft.pk, "")
    line.waiting = [_waiting_words(series, one) for one in row.waiting[:MOST_WAITING]]
    line.more_waiting = len(row.waiting) - len(line.waiting)
    return line


def _waiting_words(series: Series, one: Measurement) -> str:
    one.series = series
    return _("%(figure)s, %(day)s: submitted by %(who)s, awaits review") % {
        "figure": measured_words(one),
        "day": as_of_words(one.as_of),
        "who": one.changed_by or one.entered_by or _("somebody"),
    }


def _titled(unit: str) -> str:
    """A unit over its box: words begin with a capital, a sign such as m² stays as it is."""
    return capfirst(unit) if unit.replace(" ", "").isalpha() else unit


def _day_after(last: Measurement) -> Any:
    return last.as_of_on + timedelta(days=1)


def _last_words(row: EntryRow) -> str:
    if row.last is None:
        return ""
    row.last.series = row.series
    return _("%(figure)s, %(day)s") % {
        "figure": measured_words(row.last),
        "day": as_of_words(row.last.as_of),
    }


def _promise_words(row: EntryRow) -> str:
    return "" if row.promise is None else promise_words(row.series, row.promise)


def entry_url(**asked: Any) -> str:
    """The address of the grid, narrowed."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("admin:entry") + (f"?{query}" if query else "")
