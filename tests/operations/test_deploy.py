"""The files of deploy/ are understood by what reads them, and agree with the settings and with each other."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.operations.machine import ROOT

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/operator-guide.en.md").read_text()
PATH = f"/usr/sbin:{os.environ['PATH']}"


@pytest.mark.parametrize("name", ["nginx/tracker.conf", "compose/nginx.conf"])
def test_nginx_understands_its_file(name: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=PATH)
    assert nginx, "nginx is missing: .ci/tools"
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout {key} -out {certificate}"
    subprocess.run(make.split(), check=True, stderr=subprocess.DEVNULL)
    text = (DEPLOY / name).read_text()
    for there, here in (
        ("/etc/tracker/tls/privkey.pem", str(key)),
        ("/etc/tracker/tls/fullchain.pem", str(certificate)),
        ("/etc/nginx/tracker-site.inc", str(DEPLOY / "nginx/tracker-site.inc")),
        ("/var/cache/nginx/tracker", str(tmp_path / "cache")),
        ("/var/log/nginx/", f"{tmp_path}/"),
        ("server web:8000", "server 127.0.0.1:8000"),
    ):
        text = text.replace(there, here)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{\n{text}\n}}\n")
    said = subprocess.run(
        [nginx, "-t", "-p", tmp_path, "-c", whole], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd is not installed here")
    for unit in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("/srv/tracker", "/"))
    units = sorted(str(path) for path in tmp_path.iterdir())
    said = subprocess.run([analyze, "verify", *units], capture_output=True, text=True)
    ours = [line for line in said.stderr.splitlines() if "tracker-" in line]
    assert (said.returncode, ours) == (0, [])


def test_services_restart_hold_memory_back_and_may_write_nothing_but_their_own() -> None:
    for name in ("web", "worker"):
        text = (DEPLOY / f"systemd/tracker-{name}.service").read_text()
        for line in (
            "Restart=always",
            "Environment=MALLOC_ARENA_MAX=2",
            "ProtectSystem=strict",
            "NoNewPrivileges=true",
            "StateDirectory=tracker",
        ):
            assert f"\n{line}\n" in text


def test_compose_has_web_worker_database_and_proxy() -> None:
    services = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())["services"]
    assert sorted(services) == ["backup", "database", "migrate", "nginx", "web", "worker"]
    assert services["web"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"}
    }


def test_proxy_lets_through_what_the_tracker_takes() -> None:
    text = (DEPLOY / "nginx/tracker-site.inc").read_text()
    found = re.search(r"client_max_body_size (\d+)m;", text)
    assert found
    largest = max(settings.IMPORT_MAX_BYTES, settings.SOURCE_FILE_MAX_BYTES)
    assert largest + 1024**2 <= int(found[1]) * 1024**2


def test_every_setting_of_the_environment_is_in_the_guide() -> None:
    source = (ROOT / "tracker/settings.py").read_text() + (DEPLOY / "gunicorn.conf.py").read_text()
    names = set(re.findall(r'(?:env\.\w+|_boolean|_whole|_database)\(\s*"([A-Z_]+)"', source)) - {
        "DEMO"
    }
    assert {name for name in names if f"`{name}`" not in GUIDE} == set()


def test_every_setting_of_the_example_is_one() -> None:
    known = (ROOT / "tracker/settings.py").read_text()
    lines = (DEPLOY / "env.example").read_text().splitlines()
    names = {line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)}
    assert {name for name in names if f'"{name}"' not in known} == set()
