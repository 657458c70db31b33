"""PgBouncer in transaction mode, as deploy/ has it, in front of the tracker. What runs here empties the tables at its
end, so it stands in a file of its own."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import address
from tests.operations.machine import (
    ROOT,
    free_port,
    manage,
    open_folder,
    pgbouncer,
    started,
    status_of,
    wait_for,
)
from tests.sample import put_sample

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PUBLIC_PAGES = ("", "programmes/", "regions/", "centres/", "agreements/", "updates/", "status/")
PUBLIC_PAGES += ("search/?q=formation", "data/measurements.csv", "ledger/", "updates.atom")


@contextmanager
def pooler(folder: Path) -> Iterator[str]:
    """The address of a running PgBouncer with two connections to the database."""
    command, place = pgbouncer(folder, address(), connections=2)
    with started(command, cwd="/"):
        yield place


@pytest.mark.long
def test_pooler_in_transaction_mode_serves_pages_and_imports() -> None:
    put_sample()
    port = free_port()
    with open_folder() as folder, pooler(folder) as place:
        environment = {
            "DATABASE_URL": place,
            "DATABASE_POOLED": "true",
            "DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "WEB_BIND": f"127.0.0.1:{port}",
            "WEB_PROCESSES": "1",
            "FILES_A_MINUTE": "0",
            "SEARCHES_A_MINUTE": "0",
        }
        done = wait_for(lambda: manage(environment, "load_reference"))
        assert done.returncode == 0, done.stderr
        gunicorn = [
            str(Path(sys.executable).parent / "gunicorn"),
            "--config",
            "deploy/gunicorn.conf.py",
        ]
        with started([*gunicorn, "tracker.wsgi"], cwd=ROOT, env=os.environ | environment):
            wait_for(lambda: status_of(f"http://127.0.0.1:{port}/health/live") == 200)
            pages = [
                f"http://127.0.0.1:{port}/{language}/{page}{'&' if '?' in page else '?'}n={turn}"
                for turn in range(2)
                for language in ("fr", "ar")
                for page in PUBLIC_PAGES
            ]
            with ThreadPoolExecutor(8) as readers:
                found = list(readers.map(status_of, pages))
    assert set(found) == {200}
