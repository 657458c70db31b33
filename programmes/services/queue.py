"""The queue of work in the background: taken by one worker, tried three times, then refused to whoever waits for it.

The entries are those of django-tasks-db. An entry belongs to the last of the workers that it names; whatever is written
of it asks for that, so that a worker which was thought dead changes nothing when it wakes (decisions/0024).
"""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from traceback import format_exception
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from programmes.models import Worker

log = logging.getLogger(__name__)
TRIES = 3
_refusals: dict[str, Callable[..., bool | None]] = {}


def when_refused(
    task: Task[..., Any],
) -> Callable[[Callable[..., bool | None]], Callable[..., bool | None]]:
    """Says who is to be told, and how, when a task was tried three times in vain.

    The function gets the task's arguments, in the transaction that refuses it. Where it returns True, the operator
    knows already and is not mailed again.
    """

    def keep(function: Callable[..., bool | None]) -> Callable[..., bool | None]:
        _refusals[task.module_path] = function
        return function

    return keep


def waiting_or_running(task: Task[..., Any], first: Any) -> models.QuerySet[Any]:
    """The entries of a task with this first argument that are still to be done."""
    return DBTaskResult.objects.filter(
        task_path=task.module_path,
        args_kwargs__args__0=first,
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
    )


def take(worker: str) -> DBTaskResult[..., Any] | None:
    """The next entry, which this worker has from now on; None where nothing waits."""
    ready = DBTaskResult.objects.ready()
    if not ready.exists():  # asked without a lock: on SQLite others may write meanwhile
        return None
    with transaction.atomic():
        entry = ready.get_locked()
        if entry is not None:
            entry.claim(worker)
    return entry


def _held(entry: DBTaskResult[..., Any]) -> models.QuerySet[Any]:
    """The entry while its last worker is the one that it was read with."""
    return DBTaskResult.objects.filter(
        pk=entry.pk, status=TaskResultStatus.RUNNING, worker_ids=entry.worker_ids
    )


def end(entry: DBTaskResult[..., Any]) -> None:
    """An entry is done, unless another worker has it by now."""
    _held(entry).update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())


def try_again(entry: DBTaskResult[..., Any], error: BaseException | None = None) -> bool:
    """Puts an entry back whose worker failed, or is gone (error: None). The third time it is refused.

    False where another worker has it by now.
    """
    if len(entry.worker_ids) < TRIES:
        return bool(_held(entry).update(status=TaskResultStatus.READY))
    told = "".join(format_exception(error)) if error else "its worker was gone each time"
    path = f"{type(error).__module__}.{type(error).__qualname__}" if error else ""
    with transaction.atomic():
        refused = _held(entry).update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            exception_class_path=path,
            traceback=told,
        )
        if not refused:
            return False
        known = _tell_owner(entry)
    _tell_operator(entry, told, known=known)
    return True


def is_gone(entry: DBTaskResult[..., Any]) -> bool:
    """Whether there is no such task any more: an earlier version may have left the entry."""
    try:
        import_string(entry.task_path)
    except ImportError:
        return True
    return False


def put_aside(entry: DBTaskResult[..., Any]) -> None:
    """An entry whose task is gone is done with: trying again would not bring it back."""
    _held(entry).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now(), traceback="no such task"
    )


def _tell_owner(entry: DBTaskResult[..., Any]) -> bool:
    if is_gone(entry):  # whoever is to be told is known where the task is
        return False
    function = _refusals.get(entry.task_path)
    return bool(function and function(*entry.args_kwargs["args"]))


def _tell_operator(entry: DBTaskResult[..., Any], told: str, *, known: bool) -> None:
    """By the log, whose errors are mailed (operations/log.py); what is known already is no error again."""
    name = f"{entry.task_path.rsplit('.', 1)[-1]}{tuple(entry.args_kwargs['args'])}"
    level = logging.WARNING if known else logging.ERROR
    told_of = {"about": name}
    log.log(level, "%s was given up. It was tried %s times: %s", name, TRIES, told, extra=told_of)


def beat(name: str) -> None:
    """A worker says that it lives."""
    now = timezone.now()
    if not Worker.objects.filter(pk=name).update(beats=F("beats") + 1, seen_at=now):
        Worker.objects.create(name=name, started_at=now, seen_at=now)


class Watch:
    """What one worker sees of the others' beats, by its own clock.

    lease: after so many seconds without a beat, what a worker had taken is taken up.
    """

    def __init__(self, lease: float) -> None:
        self.lease = lease
        self._changed: dict[str, tuple[int | None, float]] = {}

    def take_up(self) -> list[DBTaskResult[..., Any]]:
        """Puts back what workers had taken that are gone; gives it."""
        beats = dict(Worker.objects.values_list("name", "beats"))
        held = list(DBTaskResult.objects.running())
        silent = self._silent({*beats, *(one.worker_ids[-1] for one in held)}, beats)
        left = [one for one in held if one.worker_ids[-1] in silent and try_again(one)]
        Worker.objects.filter(pk__in=silent).delete()
        return left

    def _silent(self, names: Iterable[str], beats: dict[str, int]) -> set[str]:
        now = monotonic()
        before = self._changed
        self._changed = {
            name: known
            if (known := before.get(name)) and known[0] == beats.get(name)
            else (beats.get(name), now)
            for name in names
        }
        return {name for name, (_beats, at) in self._changed.items() if now - at > self.lease}
