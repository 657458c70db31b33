"""Two web processes, two workers, a pooler, a database with a replica, nginx with its cache: each is killed in turn.

Readers go on asking meanwhile, and a file is being applied each time.
"""

import http.client
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Site, wait_until
from tests.operations.machine import Cluster, cluster, free_port, nginx, open_folder, pgbouncer
from tests.spreadsheets.test_worker import Elsewhere

pytestmark = [pytest.mark.long, pytest.mark.postgresql]

PARTS = ("web", "worker", "replica", "pooler", "nginx", "primary")
PUBLISHED, ROWS = 24, 300
LATER = "later"
FILE, TARGET = "/fr/data/measurements.csv", "/fr/targets/target/"
PREPARE = f"""
from tests.builders import make_measurement, make_target
user = make_base(series=100)
series = make_target().series
for year in range({PUBLISHED}):
    make_measurement(series, f"{{2000 + year}}-01-01", year)
lines = list(rows({ROWS} * {len(PARTS)}, series=100))
for number in range({len(PARTS)}):
    content = as_xlsx(HEADER, lines[number * {ROWS} : (number + 1) * {ROWS}])
    job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
    print(job.pk)
print(user.pk)
"""
APPLY = """
from programmes.spreadsheets.importing import tasks
ImportJob.objects.filter(pk={job}).update(state="applying")
tasks.apply_job.enqueue({job}, {user})
"""


class Topology:
    """All parts, each started and killed by its name."""

    def __init__(self, folder: Path, primary: Cluster, replica: Cluster) -> None:
        self.folder = folder
        self.clusters = {"primary": primary, "replica": replica}
        self.pooler, place = pgbouncer(folder, place_of(primary), connections=6)
        self.ports = {"web": free_port(), "second web": free_port(), "nginx": free_port()}
        self.site = Site(place, folder)
        self.site.environment |= {
            "DATABASE_POOLED": "true",
            "DATABASE_REPLICA_URL": place_of(replica),
            "PUBLIC_FILES_SENT_BY": "proxy",
            "FILES_A_MINUTE": "0",
            "SEARCHES_A_MINUTE": "0",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, part: str) -> None:
        if part in self.clusters:
            self.clusters[part].control("start")
        elif part.endswith("web"):
            port = self.ports[part]
            words = ("tracker.wsgi", "--workers=1", "--threads=4", f"--bind=127.0.0.1:{port}")
            self.running[part] = self.site.start("-m", "gunicorn", *words, "--log-level=error")
        elif part.endswith("worker"):
            self.running[part] = self.site.worker()
        else:
            web = [self.ports["web"], self.ports["second web"]]
            before = nginx(self.folder, self.ports["nginx"], web)
            command = self.pooler if part == "pooler" else before
            self.running[part] = subprocess.Popen(command, start_new_session=True, cwd="/")

    def kill(self, part: str) -> None:
        if part in self.clusters:
            self.clusters[part].control("stop")
        else:
            os.killpg(self.running[part].pid, signal.SIGKILL)
            self.running[part].wait()

    def end(self) -> None:
        for part in self.running:
            if self.running[part].poll() is None:
                self.kill(part)


def place_of(one: Cluster) -> str:
    return f"postgres://postgres:{one.password}@127.0.0.1:{one.port}/tracker"


class Readers:
    """Some who ask for pages and files all the time, and what they got."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.found: Counter[str] = Counter()
        self.told: list[str] = []
        self.ended = Event()
        self.threads = [Thread(target=self._read) for _number in range(4)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def take(self) -> Counter[str]:
        """What was found since the last time."""
        found, self.found = self.found, Counter()
        return found

    def _read(self) -> None:
        # as many a second as nginx lets one address ask
        while not self.ended.wait(0.25):
            path = random.choice(("/fr/", TARGET, FILE, a_day()))
            self.found["asked"] += 1
            try:
                fault = fault_of(path, *ask(self.port, path))
            except http.client.IncompleteRead:
                fault = "short"
            except (OSError, http.client.HTTPException):
                fault = "unanswered"
            if fault:
                self.found[fault] += 1
                self.told.append(f"{path}: {fault}")


def a_day() -> str:
    """A page that nobody keeps yet."""
    return f"/fr/status/?on={random.randint(2001, 2023)}-0{random.randint(1, 9)}-{random.randint(10, 28)}"


def ask(port: int, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=70)
    connection.request("GET", path)
    response = connection.getresponse()
    return response, response.read()


def fault_of(path: str, response: http.client.HTTPResponse, content: bytes) -> str:
    """What is wrong with an answer; empty where it is whole, LATER where it says when to come again."""
    if response.status == 503 and response.getheader("Retry-After"):
        return LATER
    if response.status != 200:
        return f"status {response.status}"
    if path == FILE:
        return "" if content.count(b"\n") == PUBLISHED + 1 else "short"
    return "" if content.rstrip().endswith(b"</html>") else "short"


@contextmanager
def topology() -> Iterator[Topology]:
    """Everything up, with tables and figures."""
    with open_folder() as folder, cluster(folder / "primary") as primary:
        primary.psql("-c", "CREATE DATABASE tracker")
        with cluster(folder / "replica", copy_of=primary) as replica:
            one = Topology(folder, primary, replica)
            try:
                yield one
            finally:
                one.end()
                one.site.end()


def test_each_part_is_killed_in_turn(account: Callable[..., None]) -> None:
    with topology() as one:
        primary = one.clusters["primary"]
        elsewhere = Elsewhere(place_of(primary))
        elsewhere.run(
            "from django.core.management import call_command; call_command('migrate', verbosity=0)"
        )
        *jobs, user = map(int, elsewhere.run(PREPARE).split())
        for part in ("pooler", "web", "second web", "worker", "second worker", "nginx"):
            one.start(part)
        port = one.ports["nginx"]
        wait_until(lambda: is_fresh(port, FILE), 60, one.site.logs)
        readers = Readers(port)
        try:
            for part, job in zip(PARTS, jobs, strict=True):
                elsewhere.run(APPLY.format(job=job, user=user))
                time.sleep(random.uniform(0, 0.5))
                kill_and_tell(one, part, job, readers, account)
        finally:
            readers.end()


def kill_and_tell(
    one: Topology, part: str, job: int, readers: Readers, account: Callable[..., None]
) -> None:
    """Kills a part, starts it again as systemd would, and tells what came of readers and rows."""
    readers.take()
    start = time.monotonic()
    one.kill(part)
    time.sleep(2)
    one.start(part)
    wait_until(lambda: is_fresh(one.ports["nginx"], a_day()), 60, one.site.logs)
    wait_until(lambda: state_of(one, job) == "applied", 60, one.site.logs)
    seconds = time.monotonic() - start
    # what breaks a moment later counts too
    time.sleep(5)
    found = readers.take()
    if part == "nginx":
        # nobody else listens there: such a request is asked again by its reader
        del found["unanswered"]
    asked, later = found.pop("asked"), found.pop(LATER, 0)
    expected = PUBLISHED + ROWS * (PARTS.index(part) + 1)
    count = ask_database(one, "SELECT count(*) FROM programmes_measurement")
    assert seconds <= 60
    assert not found, readers.told
    account(
        f"{part} killed while {asked} requests are answered, {later} with “later”, and {ROWS} rows applied",
        1,
        lost=max(0, expected - count) + found.total(),
        doubled=max(0, count - expected),
        seconds=seconds,
    )


def is_fresh(port: int, path: str) -> bool:
    """Whether a page or file is given whole, and not the one from before."""
    try:
        response, content = ask(port, path)
    except (OSError, http.client.HTTPException):
        return False
    is_whole = response.status == 200 and not fault_of(path, response, content)
    return is_whole and response.getheader("Warning") is None


def state_of(one: Topology, job: int) -> Any:
    return ask_database(one, f"SELECT state FROM programmes_importjob WHERE id = {job}")


def ask_database(one: Topology, question: str) -> Any:
    with psycopg.connect(place_of(one.clusters["primary"])) as connection:
        found = connection.execute(question).fetchone()
    return found and found[0]
