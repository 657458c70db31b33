"""What awaits me: the first thing on the staff's home, each line a count that leads to its list."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from programmes.admin.labels import review_label
from programmes.admin.panels import change_url, list_url
from programmes.admin.workbooks import importable
from programmes.selectors.desk import desk_of
from programmes.selectors.desk_sentences import SENTENCES
from programmes.selectors.formats import number

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
    """What the home page prints. sends: whether the person may send files."""

    lines: tuple[DeskLine, ...]
    returned: tuple[ReturnedLine, ...]
    sends: bool


def home_desk(request: HttpRequest) -> HomeDesk:
    """What awaits the person who is signed in, today."""
    desk = desk_of(request.user, timezone.localdate())
    return HomeDesk(
        lines=tuple(
            DeskLine(
                url=list_url(task.model, **task.filters),
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
        sends=bool(importable(request.user)),
    )
