"""The queue of work in the background, as a worker meets it."""

import logging
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes.management.worker import WorkerLoop

pytestmark = pytest.mark.django_db
GONE = "programmes.spreadsheets.sending.tasks.make_files"


def waiting(path: str, *arguments: Any) -> DBTaskResult:
    """An entry of the queue."""
    return DBTaskResult.objects.create(
        task_path=path,
        args_kwargs={"args": arguments, "kwargs": {}},
        backend_name="default",
        run_after=timezone.now(),
    )


@pytest.mark.parametrize("path", [GONE, "programmes.of_before.tasks.make_files"])
def test_entry_of_a_task_that_is_gone_is_put_aside_with_one_line(
    path: str, settings: Any, caplog: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    gone = waiting(path, "turn")
    after = waiting("programmes.management.schedule.run_scheduled", "left")
    with caplog.at_level(logging.INFO):
        assert WorkerLoop().run_waiting() == 2
    said = [(one.levelname, one.getMessage(), one.exc_info) for one in caplog.records]
    assert said == [("WARNING", f"Put aside: this version has no task {path}.", None)]
    gone.refresh_from_db()
    after.refresh_from_db()
    assert (gone.status, len(gone.worker_ids), after.status) == ("FAILED", 1, "SUCCESSFUL")
    assert gone.finished_at, "so that it is removed with what is done"
    assert WorkerLoop().run_waiting() == 0
