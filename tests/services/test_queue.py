"""The queue of work in the background, as a worker meets it."""

import logging
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes.management.schedule import run_scheduled
from programmes.management.worker import WorkerLoop
from programmes.services import queue
from programmes.services.schedule import Work, hand_out

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


@pytest.fixture
def stored(settings: Any) -> None:
    """What is handed over waits for a worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.usefixtures("stored")
def test_worker_that_was_thought_gone_does_not_give_up_what_another_has(caplog: Any) -> None:
    entry = waiting("programmes.management.schedule.run_scheduled", "left")
    DBTaskResult.objects.update(worker_ids=["first", "second"])
    held = queue.take("third")
    assert held is not None
    DBTaskResult.objects.update(worker_ids=["first", "second", "third", "fourth"])
    assert queue.try_again(held, ValueError("too late")) is False
    entry.refresh_from_db()
    assert (entry.status, entry.traceback, caplog.messages) == ("RUNNING", "", [])


MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.usefixtures("stored")
def test_work_by_the_clock_is_handed_out_once_until_it_is_done() -> None:
    works = [Work("often", lambda: None, every=timedelta(minutes=1))]
    later = [MONDAY + timedelta(minutes=minutes) for minutes in range(3)]
    assert hand_out(works, run_scheduled, later[0]) == ["often"]
    assert hand_out(works, run_scheduled, later[1]) == []
    DBTaskResult.objects.update(status="RUNNING")
    assert hand_out(works, run_scheduled, later[1]) == []
    DBTaskResult.objects.update(status="SUCCESSFUL")
    # another work that waits is no reason to wait
    waiting(run_scheduled.module_path, "other")
    assert hand_out(works, run_scheduled, later[2]) == ["often"]


@pytest.mark.usefixtures("stored")
def test_work_that_follows_the_data_has_no_turn_while_they_are_the_same() -> None:
    state = "one"
    works = [Work("warm", lambda: None, every=timedelta(seconds=5), follows=lambda: state)]
    found = []
    for seconds, now in enumerate(("one", "one", "two", "two")):
        state = now
        found.append(hand_out(works, run_scheduled, MONDAY + timedelta(seconds=10 * seconds)))
        DBTaskResult.objects.update(status="SUCCESSFUL")
    assert found == [["warm"], [], ["warm"], []]


@pytest.mark.usefixtures("stored")
def test_work_of_weekdays_has_a_turn_from_monday_to_friday() -> None:
    works = [Work("digest", lambda: None, at=time(8), weekdays=True)]
    assert hand_out(works, run_scheduled, MONDAY - timedelta(days=1)) == []  # the first waits
    found = []
    for days in range(7):
        now = MONDAY + timedelta(days=days)
        if hand_out(works, run_scheduled, now):
            found.append(f"{now:%a}")
        DBTaskResult.objects.update(status="SUCCESSFUL")
    assert found == ["Mon", "Tue", "Wed", "Thu", "Fri"]
