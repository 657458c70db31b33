"""The operators' guide, followed line by line: install, backup, upgrade, restore; and what then stands there.

The French and Arabic editions have the same commands: tests/test_architecture.py holds them to it.

What this machine cannot do is left out: packages, accounts of the system, and systemd, for which a small program stands
in that starts what the units say. Everything else is real: PostgreSQL, gunicorn, the worker, nginx with TLS.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.operations.machine import (
    ROOT,
    Cluster,
    cluster,
    free_port,
    mail_server,
    open_folder,
    wait_for,
)

pytestmark = [pytest.mark.long, pytest.mark.postgresql]
GUIDE = (ROOT / "docs/operator-guide.en.md").read_text()
BLOCK = re.compile(r"<!-- followed by the tests -->\n```sh\n(.*?)```", re.DOTALL)
MOVED = (
    "/srv/tracker",
    "/etc/tracker",
    "/etc/nginx",
    "/etc/pgbouncer",
    "/etc/systemd",
    "/usr/local/bin",
    "/var/lib/tracker",
)
MOVED += ("/var/backups/tracker", "/var/cache/nginx", "/var/log/nginx")
STAND_INS = {
    "apt-get": "exit 0",
    "useradd": "exit 0",
    "usermod": "exit 0",
    "chown": "exit 0",
    # no accounts: who owns a file is left out
    "install": 'words=(); while [ $# -gt 0 ]; do case $1 in -o|-g) shift 2;; *) words+=("$1"); shift;; esac; done; '
    'exec /usr/bin/install "${words[@]}"',
    "runuser": 'shift 3; exec "$@"',
    "nginx": 'exec /usr/sbin/nginx -p "$MACHINE" -c "$MACHINE/nginx.conf" "$@"',
}
# it refuses to be root, and files of tests have no other owner
POOLER = "/usr/sbin/pgbouncer" + (" -u postgres" if os.getuid() == 0 else "")
NGINX = """
user root;
pid {machine}/run/nginx.pid;
error_log {machine}/var/log/nginx/error.log;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types;
  client_body_temp_path {machine}/run/body; proxy_temp_path {machine}/run/proxy; fastcgi_temp_path {machine}/run/f;
  uwsgi_temp_path {machine}/run/u; scgi_temp_path {machine}/run/s;
  include {machine}/etc/nginx/conf.d/*.conf;
}}
"""


class Machine:
    """Folders that stand for a machine's, and a shell that follows the guide in them."""

    def __init__(self, folder: Path, database: Cluster, mail: int) -> None:
        self.folder, self.database = folder, database
        self.ports = {name: free_port() for name in ("https", "http", "web", "pooler")}
        self.changes = {
            "127.0.0.1:5432": f"127.0.0.1:{database.port}",
            "127.0.0.1:6432": f"127.0.0.1:{self.ports['pooler']}",
            "host=127.0.0.1 port=5432": f"host=127.0.0.1 port={database.port}",
            "listen_port = 6432": f"listen_port = {self.ports['pooler']}\nunix_socket_dir =",
            "127.0.0.1:8000": f"127.0.0.1:{self.ports['web']}",
            "listen 443": f"listen 127.0.0.1:{self.ports['https']}",
            "listen 80": f"listen 127.0.0.1:{self.ports['http']}",
            "https://suivi.example.ma": f"https://localhost:{self.ports['https']}",
            "suivi.example.ma": "localhost",
            "smtp+tls://USER:PASSWORD@mail.example.ma:587": f"smtp://127.0.0.1:{mail}",
            "BEHIND_TLS_PROXY=true": f"BEHIND_TLS_PROXY=true\nWEB_BIND=127.0.0.1:{self.ports['web']}\n"
            f"METRICS_TOKEN={'m' * 20}\nDISK_MIN_BYTES=0\nLOG_FORMAT=json",
            **{place: f"{folder}{place}" for place in MOVED},
        }
        for name in (
            "stand-ins",
            "run",
            "var/backups",
            "var/log/nginx",
            "etc/nginx/conf.d",
        ):
            (folder / name).mkdir(parents=True)
        for name in ("usr/local/bin", "etc/systemd/system", "etc/tracker/tls", "etc/pgbouncer"):
            (folder / name).mkdir(parents=True)
        # as its package has it
        (folder / "etc/systemd/system/pgbouncer.service").write_text(
            f"WorkingDirectory=/\nExecStart={POOLER} {folder}/etc/pgbouncer/pgbouncer.ini\n"
        )
        for name, body in STAND_INS.items():
            path = folder / "stand-ins" / name
            path.write_text(f"#!/bin/bash\n{body}\n")
            path.chmod(0o755)
        shutil.copy(ROOT / "tests/operations/systemctl.py", folder / "stand-ins/systemctl")
        (folder / "nginx.conf").write_text(NGINX.format(machine=folder))
        key, certificate = (
            folder / "etc/tracker/tls/privkey.pem",
            folder / "etc/tracker/tls/fullchain.pem",
        )
        subprocess.run(
            f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}",
            shell=True,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        self._pack()
        self.environment = (
            os.environ
            | database.environment
            | {
                "MACHINE": str(folder),
                "PATH": f"{folder}/stand-ins:{folder}/usr/local/bin:/usr/sbin:{os.environ['PATH']}",
                "DJANGO_SUPERUSER_PASSWORD": "a-long-password-of-tests",
            }
        )
        for name in ("DEBUG", "DATABASE_URL", "DEMO", "DJANGO_SETTINGS_MODULE"):
            self.environment.pop(name, None)

    def _pack(self) -> None:
        """The program as it is handed out, with the places and ports of this machine."""
        names = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\n")  # fmt: skip
        tree = self.folder / "tree"
        for name in filter(None, names):
            if name.startswith(("tests/", ".")) or not (ROOT / name).is_file():
                continue
            target = tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
            if name.startswith("deploy/") and target.suffix != ".py":
                target.write_text(self.here(target.read_text()))
        with tarfile.open(
            self.folder / "programme-tracker.tar.gz", "w:gz", compresslevel=1
        ) as archive:
            archive.add(tree, arcname=".")

    def here(self, text: str) -> str:
        """A text of the guide with the places and ports of this machine."""
        for there, here in self.changes.items():
            text = text.replace(there, here)
        return text.replace("listen [::]:", "#")

    def follow(self, commands: str) -> str:
        """What the commands said; each has to end well."""
        commands = commands.replace(
            "tracker createsuperuser",
            "tracker createsuperuser --noinput --username root --email root@example.ma",
        )
        commands = commands.replace(
            "-xzf programme-tracker", f"-xzf {self.folder}/programme-tracker"
        )
        commands = commands.replace(
            "cd /srv/tracker\n", "cd /srv/tracker\nln -sfn " + sys.prefix + " .venv\n"
        )
        place = (
            "" if not (self.folder / "srv/tracker").exists() else f"cd {self.folder}/srv/tracker\n"
        )
        done = subprocess.run(
            [
                "bash",
                "-eu",
                "-c",
                "owner=${owner:-}; serving=${serving:-}\n" + place + self.here(commands),
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def ask(self, path: str, **options: Any) -> tuple[int, dict[str, str], bytes]:
        """The status, headers and bytes of an address, through nginx."""
        request = urllib.request.Request(
            f"https://localhost:{self.ports['https']}{path}", **options
        )
        trusting = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(request, context=trusting, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read()


def chapter(title: str) -> str:
    """The commands of a chapter that are followed."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    assert found, title
    return "\n".join(BLOCK.findall(found[1]))


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with (
        open_folder() as folder,
        cluster(folder / "postgresql") as database,
        mail_server() as (port, _taken),
    ):
        made = Machine(folder, database, port)
        try:
            yield made
        finally:
            made.follow(
                "systemctl stop tracker-web tracker-worker pgbouncer; nginx -s quit || true"
            )


def test_guide_leads_to_a_served_site_that_is_upgraded_backed_up_and_restored(
    machine: Machine,
) -> None:
    said = machine.follow(chapter("Install on one machine"))
    assert "BAD" not in said, said
    assert wait_for(lambda: machine.ask("/fr/")[0] == 200)
    collected = machine.folder / "srv/tracker/staticfiles"
    closed = [path for path in (collected, *collected.rglob("*")) if not path.stat().st_mode & 0o4]
    assert closed == [], "the account of the web processes reads all that was collected"
    stands_up(machine)
    said = machine.follow(chapter("Install on several machines"))
    assert "BAD" not in said, said
    assert (
        f"127.0.0.1:{machine.ports['pooler']}/" in (machine.folder / "etc/tracker/env").read_text()
    )
    assert wait_for(lambda: machine.ask("/ar/?pooled=1")[0] == 200)
    said = machine.follow("tracker load_sample\n" + chapter("Backup"))
    assert said.count(", 0 files, whole") == 2
    said = machine.follow(chapter("Upgrade"))
    assert "BAD" not in said, said
    before = machine.ask("/fr/ledger/digests.txt")[2]
    said = machine.follow(chapter("Restore"))
    assert "all fit" in said
    assert "BAD" not in said, said
    wait_for(lambda: machine.ask("/fr/ledger/digests.txt?again=1")[2] == before)
    serving = "SET ROLE tracker_serving; "
    for statement, refusal in (
        ("TRUNCATE programmes_measurement", "permission denied for table programmes_measurement"),
        (
            "ALTER TABLE programmes_measurement DISABLE TRIGGER ALL",
            "must be owner of table programmes_measurement",
        ),
        (
            "INSERT INTO programmes_guardlift (why) VALUES ('x')",
            "permission denied for table programmes_guardlift",
        ),
    ):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            machine.database.psql("-c", serving + statement, database="tracker")
        assert refusal in refused.value.stderr


def stands_up(machine: Machine) -> None:
    """What the table of the guide promises of nginx and gunicorn."""
    # too large: said in three languages, over both HTTPs
    large = machine.folder / "large"
    large.write_bytes(b"x" * (28 * 1024**2))
    address = f"https://localhost:{machine.ports['https']}/fr/admin/"
    for version in ("1.1", "2"):
        sent = subprocess.run(
            [
                "curl",
                "-sk",
                f"--http{version}",
                "--data-binary",
                f"@{large}",
                "-w",
                "%{http_version} %{http_code}",
                address,
            ],
            capture_output=True,
            text=True,
        ).stdout
        assert sent.endswith(f"{version} 413"), sent
        assert [
            "Le fichier est trop volumineux" in sent,
            "كبير جدا" in sent,
            "too large" in sent,
        ] == [True] * 3
    large.unlink()
    # kept pages, and what is given inside alone
    assert machine.ask("/public-files/x")[0] == 404
    assert machine.ask("/health/live")[::2] == (200, b"ok\n")
    assert b'"ready": true' in machine.ask("/health/ready")[2]
    assert machine.ask("/metrics")[0] == 401
    figures = machine.ask("/metrics", headers={"Authorization": f"Bearer {'m' * 20}"})[2].decode()
    assert 'tracker_good{condition="worker"} 1.0' in figures
    assert "tracker_requests_total{" in figures
    # readers who send half a request, or read nothing, hold nobody up
    trusting = ssl._create_unverified_context()
    slow = []
    for _ in range(30):
        one = socket.create_connection(("127.0.0.1", machine.ports["https"]))
        slow.append(trusting.wrap_socket(one))
        slow[-1].sendall(b"GET /fr/ HTTP/1.1\r\nHost: local")
    start = time.monotonic()
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(lambda n: machine.ask(f"/fr/about/?n={n}")[0], range(24)))
    took = time.monotonic() - start
    for one in slow:
        one.close()
    assert set(found) == {200}
    assert took < 30
    # more than it serves an address at once: said in three languages, and over a moment later
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(lambda _n: machine.ask("/health/live"), range(400)))
    refused = next(page.decode() for status, _headers, page in found if status == 429)
    assert [
        "Trop de demandes à la fois" in refused,
        "طلبات كثيرة في وقت واحد" in refused,
        "Too many requests at once" in refused,
    ] == [True] * 3
    wait_for(lambda: machine.ask("/fr/about/")[0] == 200)
    # logs hold neither address nor question
    log = (machine.folder / "var/log/nginx/tracker.log").read_text()
    assert '"uri":"/fr/about/"' in log
    assert "n=3" not in log + (machine.folder / "log-tracker-web").read_text()
    assert "127.0.0.1" not in log + (machine.folder / "log-tracker-web").read_text()
    # a web process that is gone: another one takes its place
    machine.follow("systemctl restart tracker-web")
    wait_for(lambda: machine.ask("/fr/about/?after=1")[0] == 200)
