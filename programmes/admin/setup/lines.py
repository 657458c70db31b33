"""Records as the pages of setting up list them: by name, with what was said of them and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes import access
from programmes.admin.forms.labels import label_of, promise_words, state_mark, written
from programmes.admin.forms.panels import Button, change_url
from programmes.admin.setup.steps import SetupStep
from programmes.models import EDITABLE, Programme, Signature, Target
from programmes.type_names import StaffRequest


@dataclass(frozen=True, slots=True)
class SetupLine:
    """One record. notes: what is missing, or unusual. button: what is done with it. value: what a tick carries."""

    name: str
    url: str
    detail: str = ""
    state: SafeString | str = ""
    notes: Sequence[str] = ()
    button: Button | None = None
    value: str = ""


def setup_lines(request: StaffRequest, step: SetupStep, programme: Programme) -> list[SetupLine]:
    """The rows of a step, each with the way to change it as long as that is not for review to decide."""
    rows = list(step.rows(request, programme))
    said = step.last_said(rows)
    open_rows = changed_here(request, step, rows, said)
    lines = []
    for row in rows:
        is_said = step.said is None or row.pk in said
        words = _("Change") if is_said else _("Fill in")
        button = Button(f"{step_url(programme, step.name)}?row={row.pk}", words)
        lines.append(
            SetupLine(
                name=name_of_row(row),
                url=change_url(row),
                detail=_said_words(said.get(row.pk)),
                state=state_mark(said[row.pk]) if row.pk in said else "",
                notes=() if is_said else (_("Its value, date and source are still missing."),),
                button=button if row.pk in open_rows else None,
            )
        )
    return lines


def changed_here(
    request: StaffRequest, step: SetupStep, rows: list[Any], said: dict[int, Any]
) -> set[int]:
    """Those of the rows that the person may type over, or what was said of them last, by key."""
    found = step.model._default_manager.filter(pk__in=[row.pk for row in rows])
    own = set(access.changeable(found, request.user).values_list("pk", flat=True))
    if step.said is not None:
        return {key for key in own if key not in said or said[key].state in EDITABLE}
    owners = {row.pk: getattr(row, getattr(row, "owner_name", ""), row) for row in rows}
    return {key for key in own if owners[key].sealed_at is None}


def name_of_row(row: Any) -> str:
    """A row by its name, never by its code; of what was said, what it speaks of."""
    row = getattr(row, "target", None) or getattr(row, "milestone", None) or row
    if isinstance(row, Target):
        return label_of(row.series)
    return str(row.organisation) if isinstance(row, Signature) else label_of(row)


def _said_words(said: Any) -> str:
    """The value and the date of what was said."""
    if said is None or not hasattr(said, "due"):
        return "" if said is None else written(said.date)
    return promise_words(said.target.series, said)


def step_url(programme: Programme, name: str) -> str:
    """The address of a step."""
    return reverse("admin:set_up_step", args=[programme.pk, name])
