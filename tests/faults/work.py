"""Tasks for workers that are to fail."""

import os
import signal

from django_tasks import task

from programmes.services.queue import when_refused


@task()
def end_worker(word: str) -> None:
    """Takes its worker with it."""
    os.kill(os.getpid(), signal.SIGKILL)


@task()
def write_line(path: str) -> None:
    """Adds a line to a file."""
    with open(path, "a") as file:
        file.write("done\n")


@task()
def fail(path: str) -> None:
    """Fails each time, and leaves a line."""
    with open(path, "a") as file:
        file.write("tried\n")
    raise RuntimeError("on purpose")


@when_refused(fail)
def tell(path: str) -> None:
    """Whoever waits is told."""
    with open(path, "a") as file:
        file.write("refused\n")
