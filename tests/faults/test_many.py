"""A hundred people at one record, readers who send slowly, and a full disk: nothing is lost, and nobody else waits."""

import http.client
import resource
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from programmes.admin.conflicts import SEEN
from programmes.models import DataFile, Organisation
from tests.admin.posting import boxes_shown
from tests.builders import make_organisation
from tests.faults.cluster import Cluster
from tests.faults.conftest import Site, wait_until
from tests.operations.machine import free_port, nginx, started, status_of, wait_for
from tests.spreadsheets.test_worker import Elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 100
SLOW, READERS = 200, 20
TOKEN = "a" * 32
MEANWHILE = "a enregistré cette fiche pendant que vous"


def _session(number: int) -> str:
    account = get_user_model().objects.create(
        username=f"staff-{number}", is_staff=True, is_superuser=True
    )
    client = Client()
    client.force_login(account)
    return client.cookies["sessionid"].value


def test_hundred_people_who_save_one_record_lose_and_cover_nothing(
    site: Site, settings: Any, account: Callable[..., None]
) -> None:
    settings.SECRET_KEY = site.environment["SECRET_KEY"]
    settings.SECOND_FACTOR_REQUIRED = False
    site.environment["SECOND_FACTOR_REQUIRED"] = "false"
    row = make_organisation("office", is_public=False)
    sessions = [_session(number) for number in range(PEOPLE)]
    client = Client()
    client.force_login(get_user_model().objects.get(username="staff-0"))
    address = f"/fr/admin/programmes/organisation/{row.pk}/change/"
    page = client.get(address)
    shown = boxes_shown(page) | {SEEN: page.context[SEEN]}
    port = site.server()

    def save(number: int) -> str:
        sent = shown | {"name_fr": f"Bureau {number}", "csrfmiddlewaretoken": TOKEN}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request(
            "POST",
            address,
            urlencode(sent, doseq=True),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"sessionid={sessions[number]}; csrftoken={TOKEN}",
            },
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status == 302:
            return f"Bureau {number}"
        # what was typed stands in the form that comes back
        return "told" if MEANWHILE in text and f'value="Bureau {number}"' in text else "lost"

    with ThreadPoolExecutor(PEOPLE) as people:
        answers = list(people.map(save, range(PEOPLE)))
    saved = [one for one in answers if one not in ("told", "lost")]
    assert [Organisation.objects.get(pk=row.pk).name_fr] == saved
    account(
        "a hundred people save one record at once",
        PEOPLE,
        lost=answers.count("lost"),
        doubled=len(saved) - 1,
    )


def _half_sent(port: int, count: int) -> list[socket.socket]:
    """Requests of which half was sent, each from an address of its own."""
    found = []
    for number in range(count):
        one = socket.create_connection(
            ("127.0.0.1", port), source_address=(f"127.0.2.{number + 1}", 0)
        )
        one.sendall(b"GET /fr/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        found.append(one)
    return found


def _answered(port: int, count: int) -> int:
    """How many of so many readers get a page within ten seconds."""

    def read(_number: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/fr/about/", headers={"X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except OSError:
            return False

    with ThreadPoolExecutor(count) as readers:
        return sum(readers.map(read, range(count)))


def test_readers_who_send_slowly_hold_nobody_up(
    site: Site, tmp_path: Path, account: Callable[..., None]
) -> None:
    web, port = site.server(), free_port()
    with started(nginx(tmp_path, port, [web])):
        wait_for(lambda: status_of(f"http://127.0.0.1:{port}/health/live") == 200)
        waiting = _half_sent(port, SLOW)
        answered = _answered(port, READERS)
        for one in waiting:
            one.close()
    account(
        f"{READERS} readers beside {SLOW} requests that are half sent",
        READERS,
        lost=READERS - answered,
        doubled=0,
    )


FIGURES = """
user = make_base(series=100)
job = jobs.check(jobs.send("measurements", as_xlsx(HEADER, rows(3000, series=100)), "a.xlsx", by=user))
jobs.apply(job, by=user)
"""


@pytest.mark.postgresql
def test_full_disk_leaves_no_half_file_and_files_are_made_once_there_is_room(
    cluster: Cluster, tmp_path: Path, account: Callable[..., None]
) -> None:
    """Files may not grow: as on a full disk, writing fails in the middle."""
    site = Site(cluster.address, tmp_path)
    ask = cluster.ask
    table = DataFile._meta.db_table
    made = f"SELECT count(*) FROM {table} WHERE stored <> ''"
    try:
        assert site.start("manage.py", "migrate", "-v0").wait(timeout=300) == 0
        Elsewhere(cluster.address).run(FIGURES)
        room = (2000, 2000)
        site.start(
            *("manage.py", "worker", "--interval=0.05", "--lease=1.5"),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, room),
        )
        wait_until(lambda: "File too large" in site.logs(), 120, site.logs)
        time.sleep(1)
        folder = tmp_path / "files"
        large = [one for one in folder.rglob("*") if one.is_file() and one.stat().st_size >= 2000]
        assert large == []
        site.end()
        before = ask(made)
        site.worker()
        seconds = wait_until(lambda: ask(made) > before, 120, site.logs)
    finally:
        site.end()
    account("the disk is full while public files are made", 1, lost=0, doubled=0, seconds=seconds)
