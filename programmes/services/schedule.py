"""Work by the clock, handed to the queue by whichever worker comes first: each turn once, over all machines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from programmes.models import ScheduledWork
from programmes.models.worker import NEVER
from programmes.services.queue import waiting_or_running

# A turn that lies so far ahead was written by a clock that was wrong.
CLOCK_FAULT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """Work that comes round: `every` so often, or `at` a time of the day by the clock of the site, on weekdays alone or
    on all days.

    follows: the state of the data that it follows; it has no turn while that is the same.
    """

    name: str
    do: Callable[[], object]
    every: timedelta | None = None
    at: time | None = None
    weekdays: bool = False
    follows: Callable[[], str] | None = None

    def is_due(self, taken_at: datetime, now: datetime) -> bool:
        """Whether its turn has come since it was last handed out."""
        if taken_at > now + CLOCK_FAULT:
            return True
        if self.every is not None:
            return not now - self.every < taken_at <= now
        return self.at is not None and taken_at < self._last_turn(self.at, now)

    def _last_turn(self, at: time, now: datetime) -> datetime:
        local = timezone.localtime(now)
        turn = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        if turn > local:
            turn -= timedelta(1)
        while self.weekdays and turn.weekday() > 4:
            turn -= timedelta(1)
        return turn


def hand_out(works: Iterable[Work], task: Task[..., Any], now: datetime) -> list[str]:
    """Hands what is due to the queue, as entries of `task` with the name of the work. Gives the names.

    Work whose last entry is not done yet is left alone. Of two workers at once, one gets the turn.
    """
    rows = {row.name: row for row in ScheduledWork.objects.all()}
    given = []
    for work in works:
        row = rows.get(work.name) or _first(work, now)
        if not work.is_due(row.taken_at, now):
            continue
        state = work.follows() if work.follows else ""
        if (work.follows and state == row.for_state) or (
            waiting_or_running(task, work.name).exists()
        ):
            continue
        with transaction.atomic():
            mine = ScheduledWork.objects.filter(name=work.name, taken_at=row.taken_at)
            if mine.update(taken_at=now, for_state=state):
                task.enqueue(work.name)
                given.append(work.name)
    return given


def _first(work: Work, now: datetime) -> ScheduledWork:
    """The row of work that was never handed out: what has its time of the day waits for it."""
    first = {"taken_at": NEVER if work.every else now}
    return ScheduledWork.objects.get_or_create(name=work.name, defaults=first)[0]


def note_end(name: str) -> None:
    """Work was done."""
    ScheduledWork.objects.filter(name=name).update(finished_at=timezone.now(), failing="")


def note_failure(name: str, told: str) -> bool:
    """Work was given up; what follows the data is tried again at its next turn. True where it failed before too."""
    row = ScheduledWork.objects.filter(name=name)
    known = row.exclude(failing="").exists()
    row.update(failing=told, for_state="")
    return known
