"""Addresses are made of routes and settings; nothing that a request brings enters them."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import reverse, set_script_prefix
from django.utils import translation

from programmes.public import links
from programmes.public.urls import urlpatterns
from tests.builders import make_target


@pytest.fixture
def as_at_start() -> Any:
    """Addresses are made anew, as by a process that starts."""
    links.patterns.cache_clear()
    yield
    links.patterns.cache_clear()


def served(path: str, **environ: str) -> tuple[int, dict[str, str], bytes]:
    """What the application answers to a server: status, headers, content."""
    asked = RequestFactory().get(path, **environ).environ
    told: dict[str, Any] = {}
    # as Django's own client does: the test's transaction ends with the connection
    request_started.disconnect(close_old_connections)
    try:
        response = WSGIHandler()(asked, lambda status, headers: told.update(headers))
        return response.status_code, told, response.getvalue()
    finally:
        request_started.connect(close_old_connections)
        set_script_prefix("/")


def test_addresses_are_those_that_the_routes_answer() -> None:
    assert len(links.patterns()) == 3 * len(urlpatterns)
    for (language, page), address in links.patterns().items():
        codes = [mark for mark in (links.ANY, links.SECOND) if mark in address]
        with translation.override(language):
            assert reverse(f"public:{page}", args=codes) == address


@pytest.mark.django_db
def test_script_name_of_a_request_enters_no_page(as_at_start: Any) -> None:
    make_target()
    for path in ("/fr/targets/target/", "/fr/", "/fr/account/login/", "/fr/updates.atom"):
        _status, _headers, evil = served(path, SCRIPT_NAME="/evil")
        assert b"evil" not in evil, path
        assert served(path)[2].count(b"/fr/") == evil.count(b"/fr/") > 0


@pytest.mark.django_db
def test_site_below_its_host_links_to_itself(settings: Any, as_at_start: Any) -> None:
    settings.FORCE_SCRIPT_NAME = "/suivi"
    make_target()
    html = served("/fr/targets/target/")[2].decode()
    assert 'href="/suivi/fr/programmes/"' in html
    assert 'href="/suivi/ar/targets/target/"' in html
    assert 'href="/fr/' not in html
    assert served("/", HTTP_ACCEPT_LANGUAGE="ar")[1]["Location"] == "/suivi/ar/"
    assert served("/fr/admin/")[1]["Location"].startswith("/suivi/fr/admin/login/")
    login = served("/fr/account/login/")[2].decode()
    assert 'href="/suivi/ar/account/login/"' in login
    assert b"Disallow: /suivi/fr/admin/\n" in served("/robots.txt")[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["suivi", "/suivi/", "//suivi"])
def test_place_of_the_site_that_cannot_be_used_stops_the_start(name: str) -> None:
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"FORCE_SCRIPT_NAME": name},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 3
    assert (
        f"FORCE_SCRIPT_NAME={name!r} must start with a slash and not end with one, e.g. /suivi."
        in started.stderr
    )


@pytest.mark.long
def test_server_takes_no_script_name_from_a_request(tmp_path: Path) -> None:
    """gunicorn as `make run` and the operators' guide start it, in a process of its own."""
    makefile = (Path(django_settings.BASE_DIR) / "Makefile").read_text()
    assert "gunicorn tracker.wsgi --forwarder-headers '' --bind" in makefile
    served = (Path(django_settings.BASE_DIR) / "deploy" / "gunicorn.conf.py").read_text()
    assert 'forwarder_headers = ""' in served
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        check=True,
    )
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "tracker.wsgi"),
            *("--forwarder-headers", "", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        ],
        cwd=django_settings.BASE_DIR,
        env=environment,
    )
    try:
        evil = _answer(f"http://127.0.0.1:{port}/fr/about/", SCRIPT_NAME="/evil")
        within = _answer(f"http://127.0.0.1:{port}/fr/about/", SCRIPT_NAME="/fr")
        plain = _answer(f"http://127.0.0.1:{port}/fr/about/")
    finally:
        server.terminate()
        server.wait()
    assert evil == within == plain
    assert b'href="/fr/programmes/"' in plain


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _answer(address: str, **headers: str) -> bytes:
    """What the server answers, once it does."""
    for _turn in range(240):
        try:
            request = urllib.request.Request(address, headers=headers)
            with urllib.request.urlopen(request) as response:
                return response.read()
        except ConnectionError:
            time.sleep(0.25)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.25)
    raise TimeoutError(address)
