"""Real processes on a real database, and an account of each fault: what was tried, how often, what was lost."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.databases import address
from tests.faults.accounts import ACCOUNTS, Account
from tests.faults.cluster import Cluster

ROOT = Path(django_settings.BASE_DIR)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.fault)
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def account() -> Callable[..., None]:
    """Notes what was tried, how often, and what was lost and doubled; any loss fails the test."""

    def note(
        tried: str, times: int, *, lost: int, doubled: int, seconds: float | None = None
    ) -> None:
        ACCOUNTS.append(Account(tried, times, lost, doubled, seconds))
        assert (lost, doubled) == (0, 0)

    return note


class Site:
    """The tracker's processes, on one database and one set of folders."""

    def __init__(self, database: str, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "tests.faults.site_settings",
            "DEBUG": "false",
            "SECRET_KEY": "faults" * 10,
            "ALLOWED_HOSTS": "127.0.0.1",
            "FAULTS_MAIL": f"{folder}/mail",
            "ADMINS": "operator@example.ma",
            "PAGES_CACHE": f"{folder}/pages",
            "PUBLIC_FILES_OPTIONS": f'{{"location": "{folder}/files"}}',
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **more: Any) -> subprocess.Popen[bytes]:
        """Starts a process; it is ended with the test."""
        with (self.folder / f"{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **more,
            )
        self.running.append(process)
        return process

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        """A worker that counts as gone after a second and a half."""
        return self.start("manage.py", "worker", "--interval=0.05", "--lease=1.5", *options)

    def server(self, application: str = "tracker.wsgi") -> int:
        """gunicorn on a port of its own, once it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.start(
            *("-m", "gunicorn", application, "--workers=2", "--threads=4"),
            f"--bind=127.0.0.1:{port}",
            "--log-level=error",
        )
        for _time in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.1)
        raise AssertionError(self.logs())

    def logs(self) -> str:
        """What all processes said."""
        return "\n".join(one.read_text() for one in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def site(transactional_db: Any, tmp_path: Path) -> Iterator[Site]:
    """The tracker on the test's own database."""
    one = Site(address(), tmp_path)
    yield one
    one.end()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the test's own, which it may stop and start."""
    with tempfile.TemporaryDirectory(prefix="tracker-cluster-", dir="/var/tmp") as folder:
        one = Cluster(Path(folder))
        yield one
        one.remove()


def wait_until(is_so: Callable[[], Any], seconds: float, told: Callable[[], str]) -> float:
    """Waits until something is so, and gives how many seconds that took."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if is_so():
            return time.monotonic() - start
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s:\n{told()[-4000:]}")
