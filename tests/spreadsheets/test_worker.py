"""A worker that dies while it applies a file leaves all of it or nothing, and the job can be run again.

Everything here happens in processes of their own, on a database that they share.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.databases import address

pytestmark = [pytest.mark.django_db(transaction=True)]

ROWS = 3000
PRELUDE = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.db import transaction
from time import monotonic
from programmes.models import ImportJob, Measurement
from programmes.spreadsheets.importing import jobs
from tests.benchmarks.figures import HEADER, as_xlsx, make_base, rows
"""
PREPARE = """
user = make_base(series=200)
content = as_xlsx(HEADER, rows({rows}, series=200))
job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
print(job.state, job.counts["new"])
with transaction.atomic():
    start = monotonic()
    jobs.apply(job, by=user)
    print(monotonic() - start)
    transaction.set_rollback(True)
ImportJob.objects.update(state="checked")
"""
APPLY = """
job, user = ImportJob.objects.get(), get_user_model().objects.get(username="bench")
print("ready", flush=True)
jobs.apply(job, by=user)
"""
AFTERWARDS = """
def look():
    print(ImportJob.objects.get().state, Measurement.objects.count())

job, user = ImportJob.objects.get(), get_user_model().objects.get(username="bench")
look()
jobs.apply(job, by=user)
look()
jobs.undo(job, by=user)
look()
ImportJob.objects.update(state="checked")
"""


class Elsewhere:
    """Runs code in another process, on one database."""

    def __init__(self, address: str) -> None:
        self.environment = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "DEBUG": "true",
        }

    def start(self, code: str) -> subprocess.Popen[str]:
        """A process that runs the code."""
        return subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code],
            cwd=Path(django_settings.BASE_DIR),
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """What the code prints."""
        process = self.start(code)
        printed, _errors = process.communicate()
        assert process.returncode == 0
        return printed.strip()

    def kill(self, code: str, seconds: float) -> None:
        """Runs the code and kills its process that long after it said that it is ready."""
        process = self.start(code)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def elsewhere(transactional_db: Any) -> Elsewhere:
    """Processes on the test's own database."""
    return Elsewhere(address())


def check_all_or_nothing(elsewhere: Elsewhere, moments: list[float]) -> list[str]:
    """Kills at those parts of the time that applying takes. Returns what was found after each."""
    checked, seconds = elsewhere.run(PREPARE.format(rows=ROWS)).splitlines()
    assert checked == f"checked {ROWS}"
    states = []
    for moment in moments:
        elsewhere.kill(APPLY, moment * float(seconds))
        found, run_again, undone = elsewhere.run(AFTERWARDS).splitlines()
        assert found in ("checked 0", "applying 0", f"applied {ROWS}")
        assert (run_again, undone) == (f"applied {ROWS}", "undone 0")
        states.append(found)
    return states


@pytest.mark.long
def test_worker_killed_while_it_applies_leaves_all_or_nothing(elsewhere: Elsewhere) -> None:
    check_all_or_nothing(elsewhere, [0.5])


@pytest.mark.long
def test_worker_killed_at_twenty_moments_leaves_all_or_nothing(elsewhere: Elsewhere) -> None:
    states = check_all_or_nothing(elsewhere, [random.uniform(0, 1.2) for _moment in range(20)])
    assert "applying 0" in states
