"""What awaits me: the first thing on the staff's home, each line a count that leads to its list."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from programmes.admin.entry.lines import entry_url
from programmes.admin.forms.labels import find_records, review_label
from programmes.admin.forms.panels import change_url, list_url
from programmes.admin.setup.views import sets_up
from programmes.admin.transfer.operator_workbook import importable
from programmes.models import Amendment
from programmes.selectors.desk.task_sentences import SENTENCES
from programmes.selectors.desk.tasks import Task, desk_of
from programmes.selectors.wording.formats import number
from programmes.type_names import staff_request

LONGEST_NOTE = 160
# What is late or was sent back stands out; its words say so too.
URGENT = frozenset({"late", "returned", "past", "stopped"})


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A count with its sentence, and the list that it leads to. No noun is inflected by the count."""

    url: str
    count: str
    text: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A record that was sent back, and why."""

    url: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class HomeDesk:
    """What the home page prints. sends: whether the person may send files; enters: figures; sets_up: programmes."""

    lines: tuple[DeskLine, ...]
    returned: tuple[ReturnedLine, ...]
    sends: bool
    enters: bool
    sets_up: bool


def home_desk(request: HttpRequest) -> HomeDesk:
    """What awaits the person who is signed in, today."""
    user = staff_request(request).user
    desk = desk_of(user, timezone.localdate())
    find_records(row for row, _note in desk.returned if isinstance(row, Amendment))
    return HomeDesk(
        lines=tuple(
            DeskLine(
                url=_address(task),
                count=number(task.count),
                text=str(SENTENCES[task.kind, task.model]),
                is_urgent=task.kind in URGENT,
            )
            for task in desk.tasks
            if task.count
        ),
        returned=tuple(
            ReturnedLine(change_url(row), review_label(row), Truncator(note).chars(LONGEST_NOTE))
            for row, note in desk.returned
        ),
        sends=bool(importable(user)),
        enters=request.user.has_perm("programmes.add_measurement"),
        sets_up=sets_up(request),
    )


def _address(task: Task) -> str:
    """Where a task is done: figures in the grid, reviews at the desk, the rest from its list."""
    if task.kind in ("late", "due"):
        return entry_url(show=task.kind)
    if task.kind == "review":
        return reverse("admin:review_desk")
    return list_url(task.model, **task.filters)
