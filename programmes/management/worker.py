"""The loop of a worker: beats, takes up what others left, hands out work by the clock, does what is next.

It never ends for want of a database: it waits, and goes on.
"""

import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep
from types import FrameType

from django.db import (
    Error,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connections,
)
from django.utils import timezone

from programmes.management.schedule import SCHEDULE, run_scheduled
from programmes.models import Worker
from programmes.services import queue
from programmes.services.schedule import hand_out

log = logging.getLogger(__name__)
LOST = (OperationalError, InterfaceError)
LONGEST_WAIT = 10.0
# So many seconds at most until a worker that waits sees that it is told to stop.
SLICE = 0.2
# Whoever waits for a page comes before what is made in the background.
NICENESS = 15


class WorkerLoop:
    """A worker. interval: seconds between looks at an empty queue. lease: seconds after which it counts as gone."""

    def __init__(
        self, *, interval: float = 1.0, lease: float = 20.0, scheduled: bool = True
    ) -> None:
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"
        self.interval = interval
        self.lease = lease
        self.scheduled = scheduled
        self.watch = queue.Watch(lease)
        self._is_told_to_stop = False
        self._looked = -lease
        self._waits = 0
        # what became of the work that was taken last, while the queue does not know of it yet
        self._report: Callable[[], object] | None = None

    def run(self) -> None:
        """Works until it is told to stop; what it does then, it ends first."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._told_to_stop)
        os.nice(NICENESS)
        with self._beating():
            while not self._is_told_to_stop:
                try:
                    busy = self._step()
                    self._waits = 0
                except LOST as error:
                    self._wait_for_database(error)
                except Exception:
                    log.exception("The worker met a fault of its own, and goes on.")
                    self._waits += 1
                    self._rest(min(self._waits, LONGEST_WAIT))
                else:
                    if not busy:
                        self._rest(self.interval)
            self._leave()

    def run_waiting(self) -> int:
        """Does what waits now, and ends. How many entries."""
        done = 0
        queue.beat(self.name)
        while self._work():
            done += 1
        self._leave()
        return done

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self._is_told_to_stop:
            raise SystemExit(1)  # told twice: what it does is left to others
        self._is_told_to_stop = True

    def _rest(self, seconds: float) -> None:
        """Waits, unless it is told to stop. Without an Event: one that is set by a signal while it begins to be waited
        for waits for ever."""
        until = monotonic() + seconds
        while not self._is_told_to_stop and (left := until - monotonic()) > 0:
            sleep(min(left, SLICE))

    def _step(self) -> bool:
        close_old_connections()
        self._report_left()
        if monotonic() - self._looked >= self.lease / 4:
            self._looked = monotonic()
            for entry in self.watch.take_up():
                log.warning("Taken up from a worker that is gone: %s", entry.task_path)
            if self.scheduled:
                hand_out(SCHEDULE, run_scheduled, timezone.now())
        return self._work()

    def _work(self) -> bool:
        entry = queue.take(self.name)
        if entry is None:
            return False
        if queue.is_gone(entry):
            log.warning("Put aside: this version has no task %s.", entry.task_path)
            self._report = partial(queue.put_aside, entry)
            self._report_left()
            return True
        try:
            entry.task.call(*entry.args_kwargs["args"], **entry.args_kwargs["kwargs"])
        except Exception as error:
            # whatever it is, it is tried again, and then told
            log.warning("%s failed.", entry.task_path, exc_info=True)
            self._report = partial(queue.try_again, entry, error)
            self._report_left()
            self._waits += 1
            self._rest(min(self._waits, LONGEST_WAIT))
        else:
            self._report = partial(queue.end, entry)
            self._report_left()
        return True

    def _report_left(self) -> None:
        if self._report is not None:
            self._report()
            self._report = None

    def _wait_for_database(self, error: Error) -> None:
        if self._waits == 0:
            log.warning("The database is away: %s", error)
        self._waits += 1
        connections.close_all()
        self._rest(min(0.5 * self._waits, LONGEST_WAIT))

    @contextmanager
    def _beating(self) -> Iterator[None]:
        ended = Event()
        thread = Thread(target=self._beat_until, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(timeout=self.lease)

    def _beat_until(self, ended: Event) -> None:
        """In a thread of its own, with a connection of its own: it beats while the work goes on."""
        while True:
            try:
                queue.beat(self.name)
            except Error:
                connections.close_all()
            if ended.wait(self.lease / 4):
                break
        connections.close_all()

    def _leave(self) -> None:
        try:
            Worker.objects.filter(pk=self.name).delete()
        except Error:
            log.info("The worker ends while the database is away.")
