"""What awaits me: the first thing on the staff's home, each line a count that leads to its list."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from programmes.admin.labels import review_label
from programmes.admin.panels import change_url, list_url
from programmes.models import (
    Agreement,
    Centre,
    ImportJob,
    Indicator,
    Measurement,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    Series,
    TargetRevision,
)
from programmes.selectors.desk import desk_of
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
    """What the home page prints."""

    lines: tuple[DeskLine, ...]
    returned: tuple[ReturnedLine, ...]


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
    )


SENTENCES: dict[tuple[str, Any], Any] = {
    ("late", Series): _("Figures late: none published for more than two intervals"),
    ("due", Series): _("Figures due: the interval has passed since the last one"),
    ("returned", Measurement): _("My measurements returned for correction"),
    ("returned", TargetRevision): _("My target announcements returned for correction"),
    ("returned", MilestoneStatement): _("My milestone statements returned for correction"),
    ("draft", Measurement): _("My measurements still in draft, to be submitted"),
    ("draft", TargetRevision): _("My target announcements still in draft, to be submitted"),
    ("draft", MilestoneStatement): _("My milestone statements still in draft, to be submitted"),
    ("review", Measurement): _("Measurements awaiting my review"),
    ("review", TargetRevision): _("Target announcements awaiting my review"),
    ("review", MilestoneStatement): _("Milestone statements awaiting my review"),
    ("past", Milestone): _("Milestones past their planned date, not reached as far as is known"),
    ("soon", Milestone): _("Milestones planned within 60 days"),
    ("untranslated", Programme): _("Programmes whose name lacks a translation"),
    ("untranslated", Centre): _("Centres whose name lacks a translation"),
    ("untranslated", Agreement): _("Agreements whose title lacks a translation"),
    ("untranslated", Milestone): _("Milestones whose title lacks a translation"),
    ("untranslated", Organisation): _("Organisations whose name lacks a translation"),
    ("untranslated", Indicator): _("Indicators whose name lacks a translation"),
    ("stopped", ImportJob): _("My imports refused or in conflict"),
    ("checked", ImportJob): _("My imports checked, to be applied"),
    ("running", ImportJob): _("My imports still running"),
}
