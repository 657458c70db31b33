"""A PostgreSQL cluster of one test, on a port of its own, that may be stopped and started."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import psycopg

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Cluster:
    """Made and started at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # PostgreSQL refuses to run as root
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", f"{folder}/data", "-U", "tracker", "-A", "trust", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tracker", "tracker")

    @property
    def address(self) -> str:
        return f"postgres://tracker:none@127.0.0.1:{self.port}/tracker"

    def ask(self, question: str) -> Any:
        """The first cell that a query finds."""
        with psycopg.connect(self.address) as connection:
            return connection.execute(question).fetchone()[0]

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        )
        self._control("start", "--wait", f"--log={self.folder}/log", "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stops it; `immediate` is as if it had died."""
        self._control("stop", "-m", mode)

    def remove(self) -> None:
        self.stop()

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", *words)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self.as_user, str(PROGRAMS[-1] / program), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
