"""Attempts to sign in are counted by all processes together. What runs here empties the tables at its end, so it stands
in a file of its own: such files run last."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site

from tests.databases import address

pytestmark = [pytest.mark.django_db(transaction=True)]

ATTEMPTS = """
import django
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # a new browser is mailed
django.setup()
from django.contrib.auth.models import User
from django.test import Client
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


@pytest.mark.long
def test_limit_of_attempts_is_one_for_all_processes(transactional_db: Any) -> None:
    """The account is shut for a while: from any address, by any name of it, even for the right password."""
    wrong = ("root", "wrong")
    assert _in_a_process(address(), 1, wrong, wrong, ("root", "pass")) == ["wrong", "wrong", "in"]
    assert _in_a_process(address(), 2, wrong, wrong, wrong) == ["wrong"] * 3
    names = (("root", "pass"), ("Root", "pass"), ("ROOT@example.ma", "pass"))
    assert _in_a_process(address(), 3, *names) == ["shut"] * 3
