"""PostgreSQL's own programs, fed and read as they run."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import IO, BinaryIO

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from programmes.type_names import certain


class BackupError(Exception):
    """Why a backup was not made, or cannot be used; what to do."""


def database_argument() -> str:
    """The database as PostgreSQL's programs are told it; the password goes beside it, in the environment."""
    words, _more = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return f"--dbname={words[-1]}"


def server_arguments() -> list[str]:
    """The account, host and port of the database."""
    words, _more = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return words[1:-1]


@contextmanager
def running(command: list[str], source: BinaryIO | None = None) -> Iterator[IO[bytes]]:
    """What a program writes, while it is fed from a source.

    Raises:
        BackupError: it is missing or fails; in its own words.
        Exception: whatever reading the source raised.
    """
    _words, more = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    with tempfile.TemporaryFile() as faults:
        try:
            program = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if source else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=faults,
                env=os.environ | (more or {}),
            )
        except FileNotFoundError as error:
            raise BackupError(f"{command[0]} is missing: apt install postgresql-client") from error
        written = certain(program.stdout)
        feeder = _Feeder(source, certain(program.stdin)) if source else None
        try:
            yield written
            written.read()
            if feeder:
                feeder.join()
                if feeder.fault:
                    raise feeder.fault
            if program.wait():
                faults.seek(0)
                said = faults.read().decode(errors="replace").strip()
                raise BackupError(
                    f"{command[0]}: {said.splitlines()[0] if said else 'it was ended'}"
                )
        finally:
            program.kill()
            program.wait()
            written.close()


class _Feeder(Thread):
    """Copies a source into a program, and keeps what reading it raised."""

    def __init__(self, source: BinaryIO, target: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._source, self._target = source, target
        self.fault: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with self._target:
                shutil.copyfileobj(self._source, self._target, 1024 * 1024)
        except BrokenPipeError:
            pass  # the program ended: it says why
        except Exception as fault:  # noqa: BLE001  told where the program is waited for
            self.fault = fault
