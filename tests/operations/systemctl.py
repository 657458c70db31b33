#!/usr/bin/env python3
"""Stands in for systemctl where nothing boots: starts and stops what units say, under the folder in MACHINE."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MACHINE = Path(os.environ["MACHINE"])


def main() -> None:
    step, *words = [word for word in sys.argv[1:] if word != "--now"]
    for name in words:
        if name.endswith(".timer"):
            continue
        if name == "nginx":
            nginx()
            continue
        if step in ("stop", "restart"):
            stop(name)
        if step in ("enable", "start", "restart"):
            start(name)


def nginx() -> None:
    number = MACHINE / "run/nginx.pid"
    running = number.exists() and number.read_text().strip()
    more = ["-s", "reload"] if running else []
    subprocess.run(["nginx", *more], check=True)


def start(name: str) -> None:
    said: dict[str, list[str]] = {}
    for line in (MACHINE / f"etc/systemd/system/{name}.service").read_text().splitlines():
        key, _, value = line.partition("=")
        said.setdefault(key, []).append(value)
    environment = dict(one.split("=", 1) for one in said.get("Environment", ()))
    runtime = MACHINE / "run" / said.get("RuntimeDirectory", ["none"])[0]
    runtime.mkdir(exist_ok=True)
    with (MACHINE / f"log-{name}").open("a") as log:
        program = subprocess.Popen(
            said["ExecStart"][0].split(),
            cwd=said["WorkingDirectory"][0],
            env=os.environ | environment | {"RUNTIME_DIRECTORY": str(runtime)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    pid(name).write_text(str(program.pid))


def stop(name: str) -> None:
    if not pid(name).exists():
        return
    number = int(pid(name).read_text())
    pid(name).unlink()
    try:
        os.kill(number, signal.SIGTERM)
        for _ in range(300):
            os.kill(number, 0)
            if Path(f"/proc/{number}/stat").read_text().split()[2] == "Z":
                return
            time.sleep(0.1)
        os.killpg(number, signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError):
        return


def pid(name: str) -> Path:
    return MACHINE / "run" / f"{name}.pid"


main()
