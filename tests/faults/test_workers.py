"""Workers that are killed, that fail, that are two: each piece of work is done once, or its owner is told."""

import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes.management.schedule import SCHEDULE, run_scheduled
from programmes.models import ImportJob, Measurement, ScheduledWork, Worker
from programmes.services import queue, schedule
from programmes.spreadsheets.importing import tasks
from programmes.spreadsheets.importing.stranded_jobs import take_up_stranded
from tests.faults import work
from tests.faults.conftest import Site, wait_until
from tests.spreadsheets.test_worker import Elsewhere, elsewhere

__all__ = ["elsewhere"]

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 1500
PREPARE = f"""
user = make_base(series=100)
content = as_xlsx(HEADER, rows({ROWS}, series=100))
job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
print(job.pk, user.pk)
"""
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture(autouse=True)
def queued(settings: Any) -> None:
    """What is handed over waits for a worker."""
    settings.TASKS = DATABASE


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def mails(folder: Path) -> str:
    """What was mailed, as far as it is written."""
    return "".join(one.read_text() for one in (folder / "mail").glob("*.log"))


def kill_while_applying(
    site: Site, elsewhere: Elsewhere, account: Callable[..., None], times: int
) -> None:
    """Kills workers while one of them applies a file; the file is whole in the end, and once."""
    job, user = map(int, elsewhere.run(PREPARE).split())
    lost = doubled = 0
    longest = 0.0
    for _time in range(times):
        ImportJob.objects.filter(pk=job).update(state=ImportJob.State.APPLYING)
        tasks.apply_job.enqueue(job, user)
        first, second = site.worker("--no-schedule"), site.worker("--no-schedule")
        entry = DBTaskResult.objects.latest("enqueued_at")

        def holds(worker: Any, key: Any = entry.pk) -> bool:
            names = DBTaskResult.objects.get(pk=key).worker_ids
            return bool(names) and f"-{worker.pid}-" in names[-1]

        wait_until(lambda: holds(first) or holds(second), 60, site.logs)  # noqa: B023
        time.sleep(random.uniform(0, 0.8))
        victim, other = (first, second) if holds(first) else (second, first)
        victim.send_signal(signal.SIGKILL)
        longest = max(longest, wait_until(lambda: _ended(entry.pk), 60, site.logs))  # noqa: B023
        other.terminate()
        assert other.wait(timeout=20) == 0
        assert ImportJob.objects.get(pk=job).state == ImportJob.State.APPLIED, site.logs()
        count = Measurement.objects.count()
        lost, doubled = lost + max(0, ROWS - count), doubled + max(0, count - ROWS)
        elsewhere.run(
            f"jobs.undo(ImportJob.objects.get(), by=get_user_model().objects.get(pk={user}))"
        )
        ImportJob.objects.filter(pk=job).update(state=ImportJob.State.CHECKED)
    assert DBTaskResult.objects.exclude(status="SUCCESSFUL").count() == 0
    account(
        "worker killed while it applies a file", times, lost=lost, doubled=doubled, seconds=longest
    )


def _ended(key: Any) -> bool:
    return DBTaskResult.objects.get(pk=key).status == "SUCCESSFUL"


def test_file_that_a_killed_worker_was_applying_is_applied_once_by_another(
    site: Site, elsewhere: Elsewhere, account: Callable[..., None]
) -> None:
    kill_while_applying(site, elsewhere, account, 2)


@pytest.mark.long
def test_file_is_applied_once_whenever_its_worker_is_killed(
    site: Site, elsewhere: Elsewhere, account: Callable[..., None]
) -> None:
    kill_while_applying(site, elsewhere, account, 20)


def test_work_that_ends_its_worker_three_times_is_given_up_and_told(
    site: Site, tmp_path: Path
) -> None:
    work.end_worker.enqueue("word")
    done = tmp_path / "done"
    for number in range(3):
        assert site.worker("--no-schedule").wait(timeout=60) == -signal.SIGKILL
        assert len(DBTaskResult.objects.get().worker_ids) == number + 1
    work.write_line.enqueue(str(done))
    site.worker("--no-schedule")
    wait_until(lambda: lines(done), 60, site.logs)
    wait_until(lambda: "end_worker('word',) was given up" in mails(tmp_path), 60, site.logs)
    assert "To: operator@example.ma" in mails(tmp_path)
    entry = DBTaskResult.objects.get(task_path=work.end_worker.module_path)
    assert (entry.status, entry.traceback) == ("FAILED", "its worker was gone each time")


def test_work_that_fails_is_tried_three_times_and_other_work_goes_on(
    site: Site, tmp_path: Path
) -> None:
    failing, done = tmp_path / "failing", tmp_path / "done"
    work.fail.enqueue(str(failing))
    work.write_line.enqueue(str(done))
    site.worker("--no-schedule")
    wait_until(lambda: "refused" in lines(failing), 60, site.logs)
    assert lines(failing) == ["tried"] * 3 + ["refused"]
    wait_until(lambda: lines(done), 60, site.logs)
    wait_until(lambda: "To: operator@example.ma" in mails(tmp_path), 60, site.logs)
    assert "RuntimeError: on purpose" in DBTaskResult.objects.get(status="FAILED").traceback


def test_two_workers_do_each_piece_of_work_once(
    site: Site, account: Callable[..., None], tmp_path: Path
) -> None:
    done = [tmp_path / f"done-{number}" for number in range(40)]
    for one in done:
        work.write_line.enqueue(str(one))
    started = time.monotonic()
    workers = site.worker(), site.worker()
    wait_until(lambda: all(map(lines, done)), 60, site.logs)
    wait_until(
        lambda: not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists(), 60, site.logs
    )
    for worker in workers:
        worker.terminate()
        assert worker.wait(timeout=20) == 0
    counts = [len(lines(one)) for one in done]
    by = {entry.worker_ids[-1] for entry in DBTaskResult.objects.all()}
    turns = [
        entry.args_kwargs["args"][0]
        for entry in DBTaskResult.objects.filter(task_path=run_scheduled.module_path)
    ]
    assert len(by) == 2
    minutes = int((time.monotonic() - started) // 60) + 1
    assert [turns.count(name) for name in ("files", "notices", "warm")] == [1, 1, 1]
    assert 1 <= turns.count("left") <= minutes
    assert set(turns) == {"files", "left", "notices", "warm"}
    assert set(ScheduledWork.objects.values_list("name", flat=True)) == {w.name for w in SCHEDULE}
    assert not Worker.objects.exists()
    account("two workers at one queue", 40, lost=counts.count(0), doubled=sum(counts) - 40)


def test_worker_that_was_thought_gone_changes_nothing_when_it_wakes() -> None:
    work.write_line.enqueue("never")
    held = queue.take("first")
    watch = queue.Watch(lease=-1)
    assert [one.pk for one in watch.take_up()] == [held.pk]
    again = queue.take("second")
    queue.end(held)
    assert queue.try_again(held) is False
    assert DBTaskResult.objects.get().status == "RUNNING"
    queue.end(again)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_worker_that_beats_keeps_its_work_and_one_that_does_not_loses_it() -> None:
    work.write_line.enqueue("never")
    queue.beat("first")
    queue.take("first")
    watch = queue.Watch(lease=0.2)
    assert watch.take_up() == []
    time.sleep(0.25)
    queue.beat("first")
    assert watch.take_up() == []
    time.sleep(0.25)
    assert len(watch.take_up()) == 1
    assert not Worker.objects.exists()


@pytest.mark.parametrize("moved", [timedelta(hours=-3), timedelta(days=-40), timedelta(days=40)])
def test_clock_that_was_wrong_neither_stops_work_nor_runs_it_twice(moved: timedelta) -> None:
    now = timezone.now()
    done: list[str] = []
    works = [
        schedule.Work("often", lambda: None, every=timedelta(minutes=1)),
        schedule.Work(
            "daily", lambda: None, at=(timezone.localtime(now) + timedelta(hours=1)).time()
        ),
    ]
    for at in (now, now + moved, now + moved, now + moved + timedelta(days=2)):
        done += schedule.hand_out(works, run_scheduled, at)
        DBTaskResult.objects.update(status="SUCCESSFUL")
    assert done.count("often") == 3
    assert 1 <= done.count("daily") <= 2


def test_daily_work_waits_for_its_time_and_weekday_work_for_a_weekday() -> None:
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    works = [
        schedule.Work("daily", lambda: None, at=datetime(2026, 1, 1, 14, 0).time()),
        schedule.Work(
            "working", lambda: None, at=datetime(2026, 1, 1, 14, 0).time(), weekdays=True
        ),
    ]
    found = [
        schedule.hand_out(works, work.write_line, saturday + timedelta(hours=hours))
        for hours in (0, 3, 4, 24 + 3, 48 + 3)
        if not DBTaskResult.objects.all().delete() or True
    ]
    assert found == [[], ["daily"], [], ["daily"], ["daily", "working"]]


@pytest.mark.parametrize(
    ("state", "ends", "sentence"),
    [
        ("checking", "failed", "The work on this import broke off and was given up: nothing was"),
        ("applying", "failed", "The work on this import broke off and was given up: nothing was"),
        (
            "undoing",
            "applied",
            "Undoing broke off and was given up: the import is applied as before",
        ),
        ("applied", "applied", ""),
    ],
)
def test_owner_of_an_import_that_was_tried_in_vain_is_told(
    state: str, ends: str, sentence: str, django_user_model: Any
) -> None:
    owner = django_user_model.objects.create_user("owner")
    job = ImportJob.objects.create(owner=owner, table="measurements", state=state, language="en")
    tasks.apply_job.enqueue(job.pk, owner.pk)
    DBTaskResult.objects.update(worker_ids=["first", "second"])
    queue.take("third")
    queue.Watch(lease=-1).take_up()
    job.refresh_from_db()
    assert job.state == ends
    assert job.message.startswith(sentence)
    assert DBTaskResult.objects.get().status == "FAILED"


def test_sender_of_a_file_whose_top_was_read_in_vain_is_told(django_user_model: Any) -> None:
    owner = django_user_model.objects.create_user("owner")
    job = ImportJob.objects.create(owner=owner, table="measurements", language="en")
    tasks.look_at_job.enqueue(job.pk, "Feuil2")
    DBTaskResult.objects.update(worker_ids=["first", "second"])
    queue.take("third")
    queue.Watch(lease=-1).take_up()
    job.refresh_from_db()
    assert (job.detected["top"]["sheet"], job.detected["top"]["message"]) == (
        "Feuil2",
        "Reading this file broke off three times and was given up. Send it again; if it breaks off again, tell whoever "
        f"runs the tracker the number of this import, {job.pk}.",
    )


def test_import_that_a_dead_web_process_left_is_taken_up_or_ended(django_user_model: Any) -> None:
    owner = django_user_model.objects.create_user("owner")
    now = timezone.now()
    found = {}
    for state in ("checking", "applying", "undoing", "checked"):
        for age in (1, 10):
            started = now - timedelta(minutes=age)
            found[state, age] = ImportJob.objects.create(
                owner=owner, table="measurements", state=state, started_at=started
            )
    held = ImportJob.objects.create(
        owner=owner, table="measurements", state="applying", started_at=now - timedelta(hours=1)
    )
    tasks.apply_job.enqueue(held.pk, owner.pk)
    assert take_up_stranded(now, tasks.check_job, tasks.apply_job, tasks.undo_job) == 3
    for job in (*found.values(), held):
        job.refresh_from_db()
    assert {key: job.state for key, job in found.items()} == {
        ("checking", 1): "checking",
        ("checking", 10): "checking",
        ("applying", 1): "applying",
        ("applying", 10): "failed",
        ("undoing", 1): "undoing",
        ("undoing", 10): "applied",
        ("checked", 1): "checked",
        ("checked", 10): "checked",
    }
    assert held.state == "applying"
    waiting = DBTaskResult.objects.filter(task_path=tasks.check_job.module_path)
    assert [one.args_kwargs["args"] for one in waiting] == [[found["checking", 10].pk]]
