"""What machines, logs and operators are told of the tracker."""

import gzip
import json
import logging
import os
import socket
import subprocess
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from operations import conditions
from operations.copies.newest import note_backup
from operations.log import ErrorMail, JsonFormatter, request_number
from operations.management.commands import doctor
from operations.management.commands.doctor import examined
from programmes.models import Worker, guards
from programmes.models.publication_clock import PublicationClock
from programmes.services import queue
from tests.databases import address
from tests.operations.machine import mail_server, manage, wait_for

pytestmark = pytest.mark.django_db
GOOD = {"ready": True, "database": "good", "migrations": "good", "worker": "good", "disk": "good"}
GOOD |= {"backup": "good"}


@pytest.fixture(autouse=True)
def room_enough(settings: Any) -> None:
    settings.DISK_MIN_BYTES = 0


@pytest.fixture(autouse=True)
def a_worker_that_lives() -> None:
    queue.beat("of-tests")


def a_task_that_waits(minutes: int) -> DBTaskResult:
    task = DBTaskResult.objects.create(
        task_path="programmes.spreadsheets.importing.tasks.check_job",
        args_kwargs={"args": [1], "kwargs": {}},
        queue_name="default",
        backend_name="default",
        run_after=timezone.now() - timedelta(minutes=minutes),
    )
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=minutes))
    return task


def test_process_says_that_it_lives_and_can_answer_whatever_its_name() -> None:
    assert Client().get("/health/live", HTTP_HOST="10.0.0.7").content == b"ok\n"
    answer = Client().get("/health/ready", HTTP_HOST="10.0.0.7", secure=False)
    assert (answer.status_code, answer.json()) == (200, GOOD)
    assert answer["Cache-Control"] == "no-store"


def test_work_that_waits_is_told_and_takes_no_page_away() -> None:
    a_task_that_waits(minutes=11)
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, GOOD | {"worker": "bad"})


def test_worker_without_a_sign_of_life_is_told_and_takes_no_page_away() -> None:
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=121))
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, GOOD | {"worker": "bad"})
    assert conditions.worker().said == (
        "None has shown a sign of life for two minutes. See `systemctl status tracker-worker` and its log."
    )


def test_full_disk_is_not_ready(settings: Any) -> None:
    settings.DISK_MIN_BYTES = 10**18
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, GOOD | {"ready": False, "disk": "bad"})


def test_figures_are_given_for_the_token_alone(settings: Any) -> None:
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t" * 20
    assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    Client().get("/fr/about/")
    text = (
        Client().get("/metrics", headers={"Authorization": f"Bearer {'t' * 20}"}).content.decode()
    )
    assert 'tracker_requests_total{kind="public",method="GET",status="200"}' in text
    assert "tracker_queue_waiting 0.0" in text
    assert 'tracker_good{condition="migrations"} 1.0' in text


@pytest.mark.parametrize(
    ("hours", "is_good", "said"),
    [
        (
            None,
            False,
            "None was made yet. Run `backup` as the owner of the tables, each night (tracker-backup.timer).",
        ),
        (25.9, True, "the newest is 25 hours old"),
        (
            49,
            False,
            "The newest is 49 hours old. See `systemctl status tracker-backup.timer` and `tracker-backup`.",
        ),
    ],
)
def test_age_of_the_newest_backup_is_told(
    settings: Any, hours: float | None, is_good: bool, said: str
) -> None:
    settings.BACKUP_DIR, settings.METRICS_TOKEN = "/nowhere", "t" * 20
    made = hours and timezone.now() - timedelta(hours=hours)
    if made:
        note_backup(made - timedelta(days=1))
        note_backup(made)
    assert {one for one in examined() if one.name == "backup"} == {
        conditions.Condition("backup", is_good, said)
    }
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["backup"]) == (200, "good" if is_good else "bad")
    headers = {"Authorization": f"Bearer {'t' * 20}"}
    lines = Client().get("/metrics", headers=headers).content.decode().splitlines()
    assert f'tracker_good{{condition="backup"}} {float(is_good)}' in lines
    (line,) = (one for one in lines if one.startswith("tracker_newest_backup_timestamp_seconds "))
    assert float(line.split()[1]) == (made.timestamp() if made else 0)


def test_doctor_says_what_to_do_and_fails(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(doctor, "STARTS_WITHIN", 1)
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    (tmp_path / "file").touch()
    made = settings.STORAGES["public_files"] | {
        "OPTIONS": {"location": str(tmp_path / "file/made")}
    }
    settings.STORAGES = settings.STORAGES | {"public_files": made}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    ahead = timezone.now() + timedelta(days=400)
    with guards.guards_lifted("a clock that ran ahead"):
        PublicationClock.objects.update(last=ahead)
    a_task_that_waits(minutes=61)
    found = {one.name: one for one in examined()}
    assert found["database"].good
    assert found["migrations"].good
    assert found["guards"].good
    assert found["ledger"].said == "nothing was published yet"
    assert found["worker"].said.startswith(
        "1 tasks wait, the oldest for 61 minutes: no worker runs"
    )
    assert f"{settings.MEDIA_ROOT} is missing or cannot be written" in found["files"].said
    assert f"{tmp_path}/file/made cannot be written" in found["files"].said
    assert found["clock"].said.startswith("It stands before the last publication")
    assert found["mail"].said.startswith("127.0.0.1:1 does not answer")
    with pytest.raises(CommandError):
        call_command("doctor")


def test_doctor_warns_of_what_suits_no_site_that_is_served(settings: Any, monkeypatch: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setitem(
        settings.DATABASES["default"], "NAME", str(settings.BASE_DIR / "db.sqlite3")
    )
    found = {one.said for one in examined() if one.name == "settings"}
    assert {
        "ALLOWED_HOSTS is *: anybody's address may stand in links. Name the hosts.",
        "DATABASE_URL is not set: what is entered lies in db.sqlite3 beside the code.",
    } <= found


def test_doctor_says_which_folder_of_pages_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = manage({"DEBUG": "true", "PAGES_CACHE": f"{tmp_path}/file/pages"}, "doctor")
    assert f"BAD   settings: {tmp_path}/file/pages cannot be made" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.postgresql
def test_doctor_says_that_statements_are_compiled() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        assert conditions.compiling().good
        cursor.execute("SET LOCAL jit = on")
    assert conditions.compiling().said.startswith("PostgreSQL compiles statements (jit)")


def test_doctor_misses_a_guard_that_was_taken_away() -> None:
    wanted = conditions.guards_present().said.partition(" ")[0]
    one = sorted(guard.name for guard in guards.guards() if guard.event == "DELETE")[0]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP TRIGGER "{one}"')
        else:
            table = next(guard.table for guard in guards.guards() if guard.name == one)
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{one}"')
    found = conditions.guards_present()
    assert (found.good, found.said.partition(":")[0]) == (
        False,
        f"1 of {wanted} are missing or switched off, e.g. {one[:63]}",
    )


def test_line_of_the_log_has_the_number_of_its_request_and_nothing_of_a_person() -> None:
    record = logging.LogRecord(
        "django.request",
        logging.ERROR,
        "x.py",
        1,
        "Internal Server Error: %s for %s from %s",
        ("/fr/account/password/reset/1a-c0ffee/?q=Fatima", "fatima@example.ma", "196.12.7.33"),
        None,
    )
    try:
        raise ValueError("Key (email) fails\nDETAIL:  Failing row contains (7, fatima@example.ma).")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    token = request_number.set("abcd1234")
    line = JsonFormatter().format(record)
    request_number.reset(token)
    told = json.loads(line)
    assert told["request"] == "abcd1234"
    assert told["time"].endswith("Z")
    assert told["message"].startswith("Internal Server Error: /fr/account/password/reset/(removed)")
    assert [text in line for text in ("fatima", "196.12", "c0ffee", "Fatima")] == [False] * 4


def test_answer_carries_the_number_that_the_proxy_gave() -> None:
    assert (
        Client().get("/fr/about/", headers={"X-Request-ID": "a1b2c3d4e5"})["X-Request-ID"]
        == "a1b2c3d4e5"
    )
    other = Client().get("/fr/about/", headers={"X-Request-ID": "<script>"})["X-Request-ID"]
    assert len(other) == 32


def test_error_is_mailed_once_and_a_server_that_hangs_holds_nobody_up(settings: Any) -> None:
    settings.ADMINS, settings.EMAIL_TIMEOUT = [("", "operations@example.ma")], 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    record = logging.LogRecord("tracker", logging.ERROR, "x.py", 1, "lost for a@b.ma", (), None)
    with mail_server() as (settings.EMAIL_PORT, taken):
        handler = ErrorMail()
        handler.emit(record)
        handler.emit(record)
        wait_for(lambda: taken)
    assert len(taken) == 1
    assert "lost for (removed)" in taken[0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        start = timezone.now()
        ErrorMail().emit(record)
        assert (timezone.now() - start).total_seconds() < 0.5


def test_work_that_is_given_up_is_mailed_once_each_and_not_again_while_it_is_known(
    settings: Any, monkeypatch: Any
) -> None:
    """By one road, the log; two pieces of work within ten minutes are two mails."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.ADMINS = [("", "operations@example.ma")]
    handler = ErrorMail()
    monkeypatch.setattr(queue.log, "handlers", [handler])
    for about, known in (("one", False), ("one", True), ("other", False)):
        entry = a_task_that_waits(minutes=1)
        entry.status, entry.worker_ids = "RUNNING", ["a", "b", "c"]
        entry.args_kwargs = {"args": [about], "kwargs": {}}
        entry.save()
        monkeypatch.setitem(queue._refusals, entry.task_path, lambda _one, known=known: known)
        assert queue.try_again(entry, ValueError("lost for a@b.ma"))
    wait_for(lambda: len(mail.outbox) == 2)
    first, second = sorted(mail.outbox, key=lambda one: "('other'" in one.body)
    assert first.subject.endswith("ERROR: programmes.services.queue")
    assert "check_job('one',) was given up. It was tried 3 times: " in first.body
    assert "ValueError: lost for (removed)" in first.body
    assert "check_job('other',) was given up." in second.body


@pytest.mark.long
def test_error_is_sent_to_an_address_like_sentrys_without_who_met_it() -> None:
    taken: list[bytes] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            taken.append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        code = "import logging, sentry_sdk as s; logging.getLogger('x').error('lost for a@b.ma'); s.flush(5)"
        environment = {
            "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
            "DATABASE_URL": address(),
            "DEBUG": "true",
        }
        done = manage(environment, "shell", "-v0", "-c", code)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    sent = b"".join(taken)
    assert b"lost for (removed)" in sent
    assert b"a@b.ma" not in sent


BAD = (
    ({"ADMINS": "nobody"}, "ADMINS must be mail addresses"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT='xml' is not understood. Accepted: json, text."),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN must have at least 20 random characters."),
    ({"BACKUP_KEY": "short"}, "BACKUP_KEY must have at least 40 random characters."),
    (
        {"BACKUP_KEY": "REPLACE_WITH_ANOTHER_60_RANDOM_CHARACTERS"},
        "BACKUP_KEY must have at least 40",
    ),
    ({"MEDIA_ROOT": "media"}, "MEDIA_ROOT='media' must be a whole path"),
    ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS must be earlier values"),
    (
        {"DATABASE_REPLICA_URL": "sqlite:///x"},
        "DATABASE_REPLICA_URL must name a replica on PostgreSQL",
    ),
    ({"TRACKER_ENV": "/nowhere/env"}, "TRACKER_ENV names /nowhere/env, which cannot be read"),
    (
        {"PUBLIC_FILES_OPTIONS": "{"},
        "PUBLIC_FILES_OPTIONS is not understood. Accepted: the storage",
    ),
    (
        {"PUBLIC_FILES_OPTIONS": "[]"},
        "PUBLIC_FILES_OPTIONS is not understood. Accepted: the storage",
    ),
    ({"DATABASE_POOLED": "perhaps"}, "DATABASE_POOLED='perhaps' is not understood."),
)


@pytest.mark.slow
def test_setting_that_cannot_be_used_stops_the_start_with_a_sentence() -> None:
    for environment, sentence in BAD:
        base = {"DEBUG": "true", "DATABASE_URL": "postgres://a:b@127.0.0.1:1/c"}
        code = "import tracker.settings"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=django_settings.BASE_DIR,
            env=os.environ | base | environment,
            capture_output=True,
            text=True,
        )
        assert sentence in done.stderr.splitlines()[-1], environment


@pytest.mark.slow
def test_settings_come_from_the_files_that_are_named_the_first_before_the_second(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "owner.env", tmp_path / "env"
    first.write_text("EMAIL_FROM=first@example.ma\n")
    second.write_text("EMAIL_FROM=second@example.ma\nSECRET_KEY='" + "k" * 60 + "'\nDEBUG=true\n")
    environment = {
        "TRACKER_ENV": f"{first}:{second}",
        "DATABASE_URL": "sqlite:///x",
        "DEBUG": "true",
    }
    done = manage(
        environment,
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings as s; print(s.DEFAULT_FROM_EMAIL, len(s.SECRET_KEY))",
    )
    assert done.stdout.strip() == "first@example.ma 60", done.stderr
