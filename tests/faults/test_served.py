"""What readers get over a real socket when something breaks: whole files or a cut, kept pages or a 503."""

import http.client
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from programmes.models import DataFile
from programmes.spreadsheets.sending.public_files import data_files
from programmes.spreadsheets.sending.public_files.data_files import make_due_files
from tests.builders import make_measurement, make_target
from tests.faults.cluster import Cluster
from tests.faults.conftest import Site, wait_until
from tests.spreadsheets.test_worker import Elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "/fr/data/measurements.csv"


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse()


@pytest.fixture
def files(site: Site, settings: Any) -> Path:
    """The folder of public files, which the site sends; the figures among them."""
    settings.STORAGES = settings.STORAGES | {
        "public_files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(site.folder / "files")},
        }
    }
    series = make_target().series
    for year in range(2000, 2024):
        make_measurement(series, f"{year}-01-01", year)
    return site.folder / "files"


def test_forty_downloads_at_once_are_whole(
    site: Site, files: Path, account: Callable[..., None], monkeypatch: Any
) -> None:
    port = site.server()
    row = DataFile(name="measurements.fr.csv", question={"table": "measurements"})
    content = random.Random(1).randbytes(6_000_000)
    data_files.make(row, data_files.state_of_files(), lambda: [content])

    def take(_number: int) -> bytes:
        return get(port, FILE).read()

    with ThreadPoolExecutor(40) as readers:
        taken = list(readers.map(take, range(40)))
        assert get(port, "/fr/about/").status == 200
    digests = [sha256(one).hexdigest() == row.digest for one in taken]
    account("forty downloads of 6 MB at once", 40, lost=digests.count(False), doubled=0)


@pytest.mark.parametrize("version", [10, 11])
def test_file_that_is_cut_breaks_the_connection(
    site: Site, files: Path, account: Callable[..., None], version: int, monkeypatch: Any
) -> None:
    row = DataFile(name="measurements.fr.csv", question={"table": "measurements"})
    data_files.make(row, data_files.state_of_files(), lambda: [bytes(3_000_000)])
    os.truncate(files / row.stored, 2_000_000)
    port = site.server()
    monkeypatch.setattr(http.client.HTTPConnection, "_http_vsn", version)
    monkeypatch.setattr(http.client.HTTPConnection, "_http_vsn_str", f"HTTP/1.{version - 10}")
    short = 0
    for _time in range(3):
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            short += len(get(port, FILE).read()) < 0
    account(f"a file cut on the disk, HTTP/1.{version - 10}", 3, lost=short, doubled=0)


def test_stream_that_fails_breaks_the_connection(site: Site, account: Callable[..., None]) -> None:
    port = site.server("tests.faults.streams")
    assert get(port, "/whole").read() == b"piece" * 20
    for _time in range(3):
        response = get(port, "/fails")
        assert (response.status, response.getheader("Transfer-Encoding")) == (200, "chunked")
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            response.read()
    account("a stream of unknown length that fails", 3, lost=0, doubled=0)


@pytest.mark.postgresql
def test_kept_pages_are_given_while_the_database_is_away_and_work_goes_on_after_it(
    cluster: Cluster, tmp_path: Path, account: Callable[..., None]
) -> None:
    site = Site(cluster.address, tmp_path)
    try:
        _stop_and_start(site, cluster, account)
    finally:
        site.end()


def _stop_and_start(site: Site, cluster: Cluster, account: Callable[..., None]) -> None:
    assert site.start("manage.py", "migrate", "-v0").wait(timeout=300) == 0
    port = site.server()
    worker = site.worker()
    assert get(port, "/fr/").status == 200
    done = site.folder / "done"
    longest = 0.0
    for number in range(3):
        cluster.stop()
        time.sleep(1.1)
        kept = get(port, "/fr/")
        text = kept.read().decode()
        assert (kept.status, kept.getheader("Warning")) == (200, '110 - "Response is Stale"')
        assert "La base de données est momentanément injoignable." in text
        nothing = get(port, f"/fr/status/?page={number + 2}")
        assert (nothing.status, nothing.getheader("Retry-After")) == (503, "30")
        assert "<h1>Momentanément indisponible</h1>" in nothing.read().decode()
        cluster.start()
        hand_over = (
            "import django; django.setup(); from tests.faults.work import write_line;"
            f"write_line.enqueue({str(done)!r})"
        )
        assert site.start("-c", hand_over).wait(timeout=60) == 0, site.logs()
        wait_until(lambda: _lines(done) == number + 1, 60, site.logs)  # noqa: B023
        longest = max(longest, wait_until(lambda: _is_fresh(port), 60, site.logs))
        assert worker.poll() is None, site.logs()
    account(
        "database ended and started again: the worker's work",
        3,
        lost=3 - _lines(done),
        doubled=0,
        seconds=longest,
    )


def _is_fresh(port: int) -> bool:
    response = get(port, "/fr/")
    return response.status == 200 and response.getheader("Warning") is None


def _lines(path: Path) -> int:
    return len(path.read_text().split()) if path.exists() else 0


ROWS = 1500
PREPARE = f"""
from programmes.spreadsheets.importing import tasks
user = make_base(series=100)
content = as_xlsx(HEADER, rows({ROWS}, series=100))
job = jobs.check(jobs.send("measurements", content, "figures.xlsx", by=user))
ImportJob.objects.update(state="applying")
tasks.apply_job.enqueue(job.pk, user.pk)
"""


@pytest.mark.postgresql
def test_file_that_was_being_applied_when_the_database_ended_is_applied_once(
    cluster: Cluster, tmp_path: Path, account: Callable[..., None]
) -> None:
    site = Site(cluster.address, tmp_path)
    ask = cluster.ask
    try:
        assert site.start("manage.py", "migrate", "-v0").wait(timeout=300) == 0
        Elsewhere(cluster.address).run(PREPARE)
        worker = site.worker("--no-schedule")
        entries = DBTaskResult._meta.db_table
        status = f"SELECT status FROM {entries} ORDER BY enqueued_at DESC LIMIT 1"
        wait_until(lambda: ask(status) == "RUNNING", 60, site.logs)
        time.sleep(0.3)
        cluster.stop()
        time.sleep(0.5)
        cluster.start()
        seconds = wait_until(lambda: ask(status) == "SUCCESSFUL", 60, site.logs)
        count = ask("SELECT count(*) FROM programmes_measurement")
        assert ask("SELECT state FROM programmes_importjob") == "applied"
        assert worker.poll() is None
    finally:
        site.end()
    lost, doubled = max(0, ROWS - count), max(0, count - ROWS)
    tried = f"database ended while {ROWS} rows are applied"
    account(tried, 1, lost=lost, doubled=doubled, seconds=seconds)


def _await_files(count: int, site: Site) -> None:
    wait_until(lambda: DataFile.objects.exclude(stored="").count() > count, 60, site.logs)


def build_and_kill(site: Site, files: Path, account: Callable[..., None], times: int) -> None:
    """Kills workers while they make files; whatever stands is whole all the time."""
    broken = looked = 0
    for number in range(times):
        make_measurement(make_target(f"more-{number}").series, "2023-01-01", number)
        worker = site.worker()
        _await_files(8 * number + 4, site)
        time.sleep(random.uniform(0, 1))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        for row in DataFile.objects.exclude(stored=""):
            looked += 1
            content = (files / row.stored).read_bytes()
            broken += (len(content), sha256(content).hexdigest()) != (row.size, row.digest)
    account(
        f"worker killed while it makes files ({looked} looked at)", times, lost=broken, doubled=0
    )
    while make_due_files():
        pass


def test_worker_killed_while_it_makes_files_leaves_whole_ones(
    site: Site, files: Path, account: Callable[..., None]
) -> None:
    build_and_kill(site, files, account, 2)


@pytest.mark.long
def test_worker_killed_twenty_times_while_it_makes_files_leaves_whole_ones(
    site: Site, files: Path, account: Callable[..., None]
) -> None:
    build_and_kill(site, files, account, 20)


@pytest.fixture(autouse=True)
def nothing_left(request: Any) -> Iterator[None]:
    """The rows of files go with the test's folder."""
    yield
    if "files" in request.fixturenames:
        DataFile.objects.all().delete()
