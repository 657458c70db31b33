"""The queue of a reviewer, and the screen on which one submission is decided."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes import access, services
from programmes.admin.forms.keys import can_be_key
from programmes.admin.forms.labels import (
    RELATED,
    find_records,
    person_words,
    review_label,
    state_mark,
)
from programmes.admin.forms.panels import change_url
from programmes.admin.review.hidden_owners import hidden_below
from programmes.admin.review.record import review_url, submission_page
from programmes.admin.review.review_steps import (
    STEPS,
    Answer,
    NoteForm,
    ReviewStep,
    seen_mark,
    take_all,
    take_piece,
    tell_outcomes,
    tick_value,
    ticked,
)
from programmes.admin.scope import rows_of
from programmes.models import Amendment, Measurement, State, Territory
from programmes.models.plausibility import doubts_of, doubts_of_figures
from programmes.models.review import Reviewed
from programmes.selectors.desk.queue import (
    TABLES,
    QueuedSubmission,
    QueueFilter,
    is_reviewer,
    people_in,
    queue_of,
    queue_programmes,
)
from programmes.type_names import staff_request

ROWS_A_PAGE = 50
DECIDED = ("publish", "return", "set-aside")


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One submission in the list. value: what a tick of it carries."""

    url: str
    label: str
    kind: str
    person: str
    since: Any
    doubts: list[str]
    value: str


def queue_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The queue; on POST publishes what was ticked in it."""
    user = staff_request(request).user
    _require_reviewer(request)
    wanted, query = _wanted(request)
    if request.method == "POST":
        _publish_ticked(request)
        return HttpResponseRedirect(request.get_full_path())
    everything = queue_of(user, QueueFilter())
    queue = everything if wanted == QueueFilter() else queue_of(user, wanted)
    page = Paginator(queue, ROWS_A_PAGE).get_page(request.GET.get("page"))
    lines = _lines(page, query)
    return TemplateResponse(
        request,
        "admin/programmes/review_queue.html",
        {
            **context,
            "title": _("Awaiting my review"),
            "page": page,
            "lines": lines,
            "may_tick": any(not line.doubts for line in lines),
            "wanted": wanted,
            "query": query,
            "is_narrowed": wanted != QueueFilter(),
            "people": people_in(everything),
            "programmes": list(queue_programmes(user)),
            "territories": list(rows_of(request, Territory)),
            "tables": _tables(everything),
        },
    )


def record_view(
    request: HttpRequest, context: dict[str, Any], table: str, key: int
) -> HttpResponse:
    """One submission with all that helps to decide, and the three answers; then the next one."""
    user = staff_request(request).user
    _require_reviewer(request)
    row, screen = _row(request, table, key)
    wanted, query = _wanted(request)
    queue = queue_of(user, wanted)
    place = _place(queue, table, key)
    onwards = _onwards(queue, place, query)
    if row.state != State.SUBMITTED:
        return _gone(request, context, row, onwards)
    doubts = doubts_of(row)
    step = STEPS.get(request.POST.get("do", "")) if request.method == "POST" else None
    forms = {name: _form(STEPS[name], request, step, doubts) for name in DECIDED}
    if step is not None and step.name in DECIDED and forms[step.name].is_valid():
        answer, seen = forms[step.name].answer(), _seen(request)
        ((_taken, refusal),) = take_piece(step, [row], user, answer, {row.pk: seen})
        if not refusal:
            messages.success(request, _done(step, row))
            return HttpResponseRedirect(onwards)
        forms[step.name].add_error(None, refusal)
        row, screen = _row(request, table, key)
    return TemplateResponse(
        request,
        "admin/programmes/review_record.html",
        {
            **context,
            "title": _("Review"),
            "subtitle": review_label(row),
            "row": row,
            "kind": capfirst(row._meta.verbose_name),
            "record_url": change_url(row),
            "shown": submission_page(screen, row),
            "changes": screen.changes_shown(row) if isinstance(row, Amendment) else "",
            "doubts": doubts,
            "own": services.own_content(row, user),
            "seen": seen_mark(row),
            "events": row.events.select_related("by").order_by("at", "id"),
            "hidden": hidden_below(type(row)._default_manager.filter(pk=row.pk)),
            "publish": forms["publish"],
            "send_back": forms["return"],
            "aside": forms["set-aside"],
            "wrong": [error for form in forms.values() for error in _errors(form)],
            "number": place + 1 if place is not None else None,
            "count": len(queue),
            "onwards": onwards,
            "desk": _desk_url(query),
            "query": query,
        },
    )


def _errors(form: NoteForm) -> list[tuple[str, Any]]:
    """What is wrong with an answer, each with the box in which it is corrected; None: none in particular."""
    return [
        (str(text), form[name] if name in form.fields else None)
        for name, found in form.errors.items()
        for text in found
    ]


def _require_reviewer(request: HttpRequest) -> None:
    if not is_reviewer(staff_request(request).user):
        raise PermissionDenied


def _row(request: HttpRequest, table: str, key: int) -> tuple[Any, Any]:
    """The record of an address, with its screen. Raises Http404 where it is nobody's to decide here."""
    if table not in TABLES:
        raise Http404
    model = TABLES[table][0]
    if not request.user.has_perm(f"programmes.publish_{model._meta.model_name}"):
        raise PermissionDenied
    related = (*RELATED.get(model, ()), "source", "entered_by", "changed_by")
    rows = access.changeable(model._default_manager.all(), staff_request(request).user)
    row = rows.select_related(*related).filter(pk=key).first()
    if row is None:
        raise Http404(_("This record lies outside your territories and programmes, or is gone."))
    return row, admin.site.get_model_admin(model)


def _wanted(request: HttpRequest) -> tuple[QueueFilter, str]:
    """The filter of an address, and the part of the address that says it."""
    asked = request.GET
    keys = {
        name: int(text)
        for name in ("programme", "territory", "person")
        if can_be_key(text := asked.get(name, ""))
    }
    table = asked.get("table", "")
    wanted = QueueFilter(**keys, table=table if table in TABLES else "")
    return wanted, urlencode(keys | ({"table": wanted.table} if wanted.table else {}))


def _desk_url(query: str) -> str:
    return reverse("admin:review_desk") + (f"?{query}" if query else "")


def _place(queue: list[QueuedSubmission], table: str, key: int) -> int | None:
    return next(
        (place for place, one in enumerate(queue) if (one.table, one.key) == (table, key)), None
    )


def _onwards(queue: list[QueuedSubmission], place: int | None, query: str) -> str:
    """The next of the queue, from its beginning again behind the last one; the queue itself where nothing is left."""
    rest = queue[place + 1 :] + queue[:place] if place is not None else queue
    if not rest:
        return _desk_url(query)
    address = reverse("admin:review_record", args=[rest[0].table, rest[0].key])
    return f"{address}?{query}" if query else address


def _gone(request: HttpRequest, context: dict[str, Any], row: Any, onwards: str) -> HttpResponse:
    """Somebody else decided, or its author took it back: that is said, and the next one is offered."""
    last = row.events.select_related("by").order_by("-id").first()
    return TemplateResponse(
        request,
        "admin/programmes/review_gone.html",
        {
            **context,
            "title": _("Already decided"),
            "label": review_label(row),
            "record_url": change_url(row),
            "state": state_mark(row),
            "last": last,
            "onwards": onwards,
        },
    )


def _form(
    step: ReviewStep, request: HttpRequest, taken: ReviewStep | None, doubts: list[str]
) -> NoteForm:
    data = request.POST if taken is step else None
    is_doubtful = bool(doubts) and step.name == "publish"
    return NoteForm(step, data, is_doubtful=is_doubtful, prefix=step.name)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if can_be_key(text) else 0


def _done(step: ReviewStep, row: Reviewed) -> str:
    words = {
        "publish": _("Published: %(record)s"),
        "return": _("Returned: %(record)s"),
        "set-aside": _("Set aside: %(record)s"),
    }
    return words[step.name] % {"record": review_label(row)}


def _lines(page: Page[QueuedSubmission], query: str) -> list[QueueLine]:
    """The rows of a page of the queue. Two queries a table, and three for what is unusual of figures."""
    found: dict[tuple[str, int], Any] = {}
    for table, (model, _column) in TABLES.items():
        keys = [one.key for one in page.object_list if one.table == table]
        if keys:
            rows = model._default_manager.select_related(*RELATED.get(model, ()), "entered_by")
            found |= {(table, key): row for key, row in rows.in_bulk(keys).items()}
    find_records(row for row in found.values() if isinstance(row, Amendment))
    figures = doubts_of_figures(row for row in found.values() if isinstance(row, Measurement))
    lines = []
    for one in page.object_list:
        row = found.get((one.table, one.key))
        if row is None:
            continue
        doubts = figures.get(row.pk, []) if isinstance(row, Measurement) else doubts_of(row)
        lines.append(
            QueueLine(
                url=review_url(row, query),
                label=review_label(row),
                kind=capfirst(row._meta.verbose_name),
                person=person_words(row.entered_by) or "–",
                since=row.changed_at,
                doubts=doubts,
                value=tick_value(one.table, row.pk, seen_mark(row)),
            )
        )
    return lines


def _tables(queue: list[QueuedSubmission]) -> list[tuple[str, str]]:
    """The tables of which something waits, by name."""
    present = {one.table for one in queue}
    return [
        (name, str(capfirst(model._meta.verbose_name_plural)))
        for name, (model, _column) in TABLES.items()
        if name in present
    ]


def _publish_ticked(request: HttpRequest) -> None:
    """Publishes what was ticked, as it was seen. What is unusual, or rests on what is hidden, is refused by name."""
    user = staff_request(request).user
    chosen: dict[str, dict[int, int]] = {}
    for table, key, mark in ticked(request.POST.getlist("ticked")[:ROWS_A_PAGE]):
        if table in TABLES:
            chosen.setdefault(table, {})[key] = mark
    if not chosen:
        messages.info(request, _("Nothing was ticked: nothing was published."))
    answers: list[tuple[Reviewed, str]] = []
    for table, seen in chosen.items():
        model = TABLES[table][0]
        if not request.user.has_perm(f"programmes.publish_{model._meta.model_name}"):
            raise PermissionDenied
        rows: Any = access.changeable(model._default_manager.filter(pk__in=seen), user)
        rows = rows.select_related(*RELATED.get(model, ())).order_by("pk")
        answers += take_all(STEPS["publish"], list(rows), user, Answer(), seen)
    tell_outcomes(request, STEPS["publish"], answers)
