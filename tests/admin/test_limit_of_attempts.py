"""Attempts to sign in are counted by all processes together. What runs here empties the tables at its end, so it stands
in a file of its own: such files run last."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True)]

ATTEMPTS = """
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
if not User.objects.filter(username="root").exists():
    User.objects.create_superuser("root", "root@example.ma", "pass")
for number, (name, password) in enumerate({attempts}):
    client = Client(REMOTE_ADDR=f"10.0.{where}.{{number}}", headers={{"host": "{host}"}})
    answer = client.post("/en/account/login/", {{"login": name, "password": password}})
    print("in" if answer.status_code == 302 else "shut" if b"Too many failed" in answer.content else "wrong")
"""


def _in_a_process(database: str, where: int, *attempts: tuple[str, str]) -> list[str]:
    """What another process on the same database answers to attempts, each from another address."""
    host = ("localhost", "127.0.0.1")[where % 2]
    run = subprocess.run(
        [sys.executable, "-c", ATTEMPTS.format(attempts=attempts, where=where, host=host)],
        cwd=site.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": database, "DEBUG": "true"}
        | {"DJANGO_SETTINGS_MODULE": "tracker.settings"},
        capture_output=True,
        check=True,
        text=True,
    )
    return run.stdout.split()


def test_limit_of_attempts_is_one_for_all_processes(transactional_db: Any, tmp_path: Path) -> None:
    """The account is shut for a while: from any address, by any name of it, even for the right password."""
    base = connection.settings_dict
    database = f"sqlite:///{tmp_path}/shared.sqlite3"
    if connection.vendor == "postgresql":
        place = f"{base['HOST']}:{base['PORT']}/{base['NAME']}"
        database = f"postgres://{base['USER']}:{base['PASSWORD']}@{place}"
    wrong = ("root", "wrong")
    assert _in_a_process(database, 1, wrong, wrong, ("root", "pass")) == ["wrong", "wrong", "in"]
    assert _in_a_process(database, 2, wrong, wrong, wrong) == ["wrong"] * 3
    names = (("root", "pass"), ("Root", "pass"), ("ROOT@example.ma", "pass"))
    assert _in_a_process(database, 3, *names) == ["shut"] * 3
