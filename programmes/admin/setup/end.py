"""The last page of setting up a programme: what is still missing, what awaits review, what the public does not see."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes import access, services
from programmes.admin.forms.labels import RELATED, find_records, label_of, review_label, state_mark
from programmes.admin.forms.panels import change_url
from programmes.admin.review.record import review_url
from programmes.admin.review.review_steps import (
    STEPS,
    Answer,
    doubts_to_submit,
    seen_mark,
    take_all,
    tell_outcomes,
    tick_value,
    ticked,
)
from programmes.admin.review.why_hidden import hidden_by
from programmes.admin.scope import keeps
from programmes.admin.setup.lines import SetupLine, step_url
from programmes.admin.setup.steps import BY_NAME, SetupStep, offered
from programmes.models import EDITABLE, Amendment, Programme, State
from programmes.models.review import Reviewed
from programmes.selectors.desk.queue import is_reviewer, table_address
from programmes.type_names import StaffRequest, certain

PROMISES = (BY_NAME["targets"], BY_NAME["milestones"])


def end_of(request: StaffRequest, programme: Programme, counts: dict[str, int]) -> dict[str, Any]:
    """What the last page prints."""
    rows = _undecided(request, programme)
    find_records(row for row in rows if isinstance(row, Amendment))
    reviews = is_reviewer(request.user)
    empty = [step for step in offered(counts) if not counts[step.name]]
    unsaid = [step for step in PROMISES if _is_unsaid(request, step, programme)]
    return {
        "drafts": [_draft(row) for row in rows if row.state in EDITABLE],
        "alone": [
            SetupLine(
                label_of(row),
                change_url(row),
                _kind(row),
                value=tick_value(str(row._meta.model_name), row.pk),
            )
            for row in _unshown(request, programme, rows)
        ],
        "submitted": [
            SetupLine(
                review_label(row),
                review_url(row) if reviews else change_url(row),
                _kind(row),
                state_mark(row),
            )
            for row in rows
            if row.state == State.SUBMITTED
        ],
        "empty": [(step.title, step_url(programme, step.name)) for step in empty],
        "unsaid": [(step.title, step_url(programme, step.name)) for step in unsaid],
        "hidden_by": hidden_by(admin.site, request, programme),
        "record_url": change_url(programme),
        "desk_url": f"{reverse('admin:review_desk')}?programme={programme.pk}" if reviews else "",
    }


def submit_ticked(request: StaffRequest, programme: Programme) -> None:
    """Submits what was ticked, as it was seen; what none of that shows, by a proposal to show it."""
    rows = _undecided(request, programme)
    drafts = {(table_address(type(row)), row.pk): row for row in rows}
    alone = {(row._meta.model_name, row.pk): row for row in _unshown(request, programme, rows)}
    chosen: dict[type[Reviewed], dict[int, int]] = {}
    for table, pk, seen in ticked(request.POST.getlist("ticked")):
        key = (table, pk)
        row = drafts.get(key)
        if key in alone and (row := _propose(request, alone[key])):
            seen = seen_mark(row)
        if row is not None:
            chosen.setdefault(type(row), {})[row.pk] = seen
    if not chosen:
        messages.info(request, _("Nothing was ticked: nothing was submitted."))
    answers: list[tuple[Reviewed, str]] = []
    for model, marks in chosen.items():
        found = model._default_manager.filter(pk__in=marks).select_related(*RELATED.get(model, ()))
        rows = list(found.order_by("pk"))
        answers += take_all(STEPS["submit"], rows, request.user, Answer(), marks)
    tell_outcomes(request, STEPS["submit"], answers)


def _propose(request: StaffRequest, record: Any) -> Amendment | None:
    try:
        return services.propose_showing(record, by=request.user)
    except (PermissionDenied, ValidationError) as error:
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        return None


def _undecided(request: StaffRequest, programme: Programme) -> list[Reviewed]:
    """All of the programme that awaits somebody: announcements, statements, and proposals to show its records."""
    found: list[Reviewed] = []
    for step in PROMISES:
        model, column, _boxes = certain(step.said)
        owners = step.rows(request, programme).order_by().values("pk")
        found += _open(request, model, models.Q(**{f"{column}__in": owners}))
    proposed = models.Q()
    for record in _records(request, programme):
        proposed |= models.Q(table=record._meta.model_name, record=record.pk)
    return found + _open(request, Amendment, proposed)


def _open(request: StaffRequest, model: Any, condition: models.Q) -> list[Reviewed]:
    rows = access.changeable(model._default_manager.filter(condition), request.user)
    rows = rows.filter(state__in=(*EDITABLE, State.SUBMITTED)).order_by("pk")
    return list(rows.select_related(*RELATED.get(model, ())))


def _records(request: StaffRequest, programme: Programme) -> list[Any]:
    """The programme with its centres and agreements: what is shown by a step where nothing on it is published."""
    steps = (BY_NAME["centres"], BY_NAME["agreements"])
    return [programme, *(row for step in steps for row in step.rows(request, programme))]


def _unshown(request: StaffRequest, programme: Programme, rows: Iterable[Reviewed]) -> list[Any]:
    """Records of the programme that the public would not see even with all that awaits review."""
    if not request.user.has_perm("programmes.add_amendment"):
        return []
    left = {
        (record._meta.model_name, record.pk): record
        for record in _records(request, programme)
        if not record.is_public and keeps(request, record)
    }
    for row in rows:
        if isinstance(row, Amendment):
            left.pop((row.table, row.record), None)
        elif left:
            for one in services.hidden_owners(row):
                left.pop((one._meta.model_name, one.pk), None)
    return list(left.values())


def _is_unsaid(request: StaffRequest, step: SetupStep, programme: Programme) -> bool:
    """Whether nothing was announced yet of some row of a step."""
    model, column, _boxes = certain(step.said)
    said = model._default_manager.filter(**{column: models.OuterRef("pk")})
    return step.rows(request, programme).exclude(models.Exists(said)).exists()


def _draft(row: Reviewed) -> SetupLine:
    return SetupLine(
        review_label(row),
        change_url(row),
        _kind(row),
        state_mark(row),
        notes=tuple(doubts_to_submit(row)),
        value=tick_value(table_address(type(row)), row.pk, seen_mark(row)),
    )


def _kind(row: models.Model) -> str:
    return str(capfirst(row._meta.verbose_name))
