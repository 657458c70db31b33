"""Public files as nginx sends them, with the file of deploy/: the same as if the tracker had sent them itself."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler

from programmes.spreadsheets.sending.public_files import data_files
from tests.builders import make_measurement, make_target
from tests.operations.machine import free_port, nginx, started, status_of, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "/fr/data/measurements.csv"
# what differs with who answers, and with each answer
OWN = {"server", "date", "connection", "x-request-id"}


def ask(port: int, **headers: str) -> tuple[int, Message, bytes]:
    """The status, headers and bytes of the file, asked over TLS."""
    address = f"http://127.0.0.1:{port}{FILE}"
    asked = {"X-Forwarded-Proto": "https"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=asked)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as other:
        return other.code, other.headers, other.read()


def compared(headers: Message) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in headers.items() if name.lower() not in OWN)


@pytest.fixture
def ports(settings: Any, monkeypatch: Any, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Where the tracker listens and where nginx does, with a kept file of some figures."""
    settings.STORAGES = settings.STORAGES | {
        "public_files": settings.STORAGES["public_files"]
        | {"OPTIONS": {"location": str(tmp_path / "files")}}
    }
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    tables = [one for one in data_files.public_files() if one.name == "measurements"]
    monkeypatch.setattr(data_files, "public_files", lambda: tables)
    make_measurement(make_target().series, "2024-01-01", 7)
    while data_files.make_due_files():
        pass
    with ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler) as server:
        server.set_app(WSGIHandler())
        Thread(target=server.serve_forever, daemon=True).start()
        port = free_port()
        with started(nginx(tmp_path, port, [server.server_port])):
            wait_for(lambda: status_of(f"http://127.0.0.1:{port}/health/live") == 200)
            yield server.server_port, port
        server.shutdown()


def test_public_file_is_the_same_from_nginx_as_from_the_tracker(
    ports: tuple[int, int], settings: Any
) -> None:
    tracker, proxy = ports
    status, headers, whole = ask(tracker)
    assert (status, headers["ETag"]) == (200, f'"{sha256(whole).hexdigest()}"')
    assert headers["Strict-Transport-Security"] == "max-age=3600"
    settings.PUBLIC_FILES_SENT_BY = "proxy"
    assert "X-Accel-Redirect" in ask(tracker)[1]
    found = ask(proxy)
    assert (found[0], found[2]) == (200, whole)
    assert compared(found[1]) == compared(headers)
    assert found[1]["X-Request-ID"]
    ours, earlier = headers["ETag"], '"' + 64 * "0" + '"'
    # whoever has the file takes nothing again
    for held in (ours, f"{earlier}, {ours}", f"W/{ours}", f"{ours}, {earlier}"):
        answer = ask(proxy, If_None_Match=held, If_Modified_Since=headers["Last-Modified"])
        assert (answer[0], answer[1]["ETag"], answer[2]) == (304, ours, b""), held
    # the date alone says too little, as files are made several times a minute
    for held in ({"If_None_Match": earlier}, {"If_Modified_Since": headers["Last-Modified"]}):
        assert ask(proxy, **held)[::2] == (200, whole)
    # a part, and the whole where the part is of another file
    for part in ({}, {"If_Range": ours}):
        answer = ask(proxy, Range="bytes=3-9", **part)
        assert answer[::2] == (206, whole[3:10])
        assert answer[1]["Content-Range"] == f"bytes 3-9/{len(whole)}"
        assert answer[1]["ETag"] == ours
    assert ask(proxy, Range="bytes=3-9", If_Range=earlier)[::2] == (200, whole)
    # a refusal too may be read by a page elsewhere, and binds the browser to encrypted connections
    beyond = ask(proxy, Range="bytes=999999-")
    assert beyond[0] == 416
    for name in (
        "Access-Control-Allow-Origin",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
    ):
        assert beyond[1][name] == headers[name], name
