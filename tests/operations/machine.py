"""A machine for tests: a PostgreSQL cluster, a mail server, and the commands of the guide on folders of their own."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(what: Any, seconds: float = 60) -> Any:
    """The first true answer of a function, asked again and again."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := what():
                return found
        except OSError:
            pass
        if time.monotonic() > end:
            raise AssertionError(f"{what} was never so")
        time.sleep(0.1)


def status_of(address: str, **headers: str) -> int:
    """The status that an address answers with."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the account of PostgreSQL may pass, as those of pytest's may not; gone after."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="tracker-machine-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


class Cluster:
    """A PostgreSQL cluster of its own, whose superuser is `postgres`."""

    def __init__(self, folder: Path, *, copy_of: "Cluster | None" = None) -> None:
        self.folder, self.port = folder, free_port()
        self.password = copy_of.password if copy_of else secrets.token_hex(12)
        folder.mkdir(mode=0o700)
        secret = folder / "password"
        secret.write_text(self.password)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
            shutil.chown(secret, "postgres")
        data = str(folder / "data")
        if copy_of:
            source = f"host=127.0.0.1 port={copy_of.port} user=postgres password={self.password}"
            self.run("pg_basebackup", "-D", data, "-R", "-d", source, "--checkpoint=fast")
        else:
            words = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
            self.run("initdb", "-D", data, *words, "--locale=C.UTF-8", "--no-sync")
        self.control("start")

    def run(self, program: str, *words: str) -> None:
        """Runs a program of PostgreSQL, which refuses to be root."""
        first = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*first, str(PROGRAMS[0] / program), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def control(self, step: str) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off "
            "-c max_connections=60 -c wal_level=replica -c hot_standby=on"
        )
        words = ["-m", "immediate"] if step == "stop" else ["-o", options]
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-l", log, *words, step)

    @property
    def environment(self) -> dict[str, str]:
        """How psql finds it."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.password,
        }

    def psql(self, *words: str, database: str = "postgres") -> str:
        """What psql says."""
        command = ["psql", "-AtX", "-v", "ON_ERROR_STOP=1", "-d", database, *words]
        done = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@contextmanager
def cluster(folder: Path, **options: Any) -> Iterator[Cluster]:
    """A cluster that is stopped after."""
    made = Cluster(folder, **options)
    try:
        yield made
    finally:
        made.control("stop")


class _Session(StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                self.server.taken.append(content.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """The port of a server that takes every mail, and what it took."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.taken = []  # type: ignore[attr-defined]
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.taken  # type: ignore[attr-defined]
        server.shutdown()


@contextmanager
def started(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs meanwhile, and is ended with all that it started."""
    program = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield program
    finally:
        if program.poll() is None:
            os.killpg(program.pid, 15)
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, 9)
            program.wait()


def pgbouncer(folder: Path, database: str, *, connections: int) -> tuple[list[str], str]:
    """The command that runs PgBouncer in transaction mode, as deploy/ has it, and the address of what it pools."""
    server, port = urlsplit(database), free_port()
    users = folder / "userlist.txt"
    users.write_text(f'"{server.username}" "{server.password}"\n')
    text = (ROOT / "deploy/postgresql/pgbouncer.ini").read_text()
    for there, here in (
        (
            "host=127.0.0.1 port=5432 dbname=tracker",
            f"host=127.0.0.1 port={server.port} dbname={server.path[1:]}",
        ),
        ("listen_port = 6432", f"listen_port = {port}\nunix_socket_dir ="),
        ("/etc/pgbouncer/userlist.txt", str(users)),
        ("default_pool_size = 20", f"default_pool_size = {connections}"),
        ("reserve_pool_size = 5", "reserve_pool_size = 0"),
    ):
        assert there in text
        text = text.replace(there, here)
    (folder / "pgbouncer.ini").write_text(text)
    program = shutil.which("pgbouncer", path=f"/usr/sbin:{os.environ['PATH']}") or "pgbouncer"
    # it refuses to be root
    first = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    place = f"postgres://{server.username}:{server.password}@127.0.0.1:{port}/tracker"
    return [*first, program, "-q", str(folder / "pgbouncer.ini")], place


def nginx(folder: Path, port: int, behind: list[int]) -> list[str]:
    """The command that runs nginx as deploy/ has it, without TLS, before web processes on the ports behind it."""
    site = (ROOT / "deploy/nginx/tracker-site.inc").read_text()
    site = site.replace("/var/lib/tracker/public-files/", f"{folder}/files/")
    (folder / "site.inc").write_text(site.replace("/srv/tracker/deploy", f"{ROOT}/deploy"))
    text = (ROOT / "deploy/compose/nginx.conf").read_text()
    servers = "".join(f"server 127.0.0.1:{one} max_fails=3 fail_timeout=5s;" for one in behind)
    text, replaced = re.subn(r"server web:8000 [^;]*;", servers, text)
    assert replaced == 1
    for there, here in (
        ("/etc/nginx/tracker-site.inc", f"{folder}/site.inc"),
        ("/var/cache/nginx/tracker", f"{folder}/cache"),
        ("/dev/stdout", f"{folder}/nginx-access"),
        ("/dev/stderr", f"{folder}/nginx-error"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
    ):
        assert there in text
        text = text.replace(there, here)
    whose = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{whose} daemon off; pid {folder}/nginx-pid; error_log {folder}/nginx-error;"
        f" events {{}} http {{ {text} }}"
    )
    program = shutil.which("nginx", path=f"/usr/sbin:{os.environ['PATH']}") or "nginx"
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def manage(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py, ended."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
