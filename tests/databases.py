"""Test databases: made once, kept between runs, copied for each run.

Making all tables takes ten seconds, so it is done when models, migrations or settings have changed since and not
otherwise: into a file on SQLite, into a template database on PostgreSQL. Each worker of a run starts from a copy, so
that nothing a killed run left behind is met again.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
KEPT = ROOT / "build" / "test-databases"
# What the tables are made from.
TABLES = (
    "programmes/models",
    "programmes/migrations",
    "programmes/translation.py",
    "tracker/settings.py",
    "requirements.txt",
)


def fingerprint(places: Iterable[str], *, but: tuple[str, ...] = ()) -> str:
    """A short digest of the files at those places of the checkout, but for some of its folders."""
    digest = blake2b(digest_size=8)
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(ROOT).as_posix()
            if file.is_file() and file.suffix != ".pyc" and not name.startswith(but):
                digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def alone(name: str) -> Iterator[Path]:
    """One process at a time within it; gives the folder of what is kept between runs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield KEPT


def address() -> str:
    """The DATABASE_URL of the database that this process tests on, for processes that share it."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{now['NAME']}"
    return f"postgres://{now['USER']}:{now['PASSWORD']}@{now['HOST']}:{now['PORT']}/{now['NAME']}"


@contextmanager
def copied(worker: str) -> Iterator[None]:
    """Within it, this process is connected to a copy of its own of the empty tables. Gone after it."""
    connection.close()
    copy = _copy_of_file if connection.vendor == "sqlite" else _copy_of_template
    with copy(worker):
        yield
        connection.close()


@contextmanager
def empty() -> Iterator[None]:
    """Within it, this process is connected to a database without tables. Gone after it."""
    stood, name = connection.settings_dict["NAME"], f"empty_{os.getpid()}"
    if connection.vendor == "sqlite":
        name = str(KEPT / f"{name}.sqlite3")
    else:
        _tell(f'CREATE DATABASE "{name}"')
    _use(name)
    try:
        yield
    finally:
        _use(stood)
        if connection.vendor == "sqlite":
            for file in KEPT.glob(f"{Path(name).name}*"):
                file.unlink()
        else:
            _tell(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _copy_of_file(worker: str) -> Iterator[None]:
    with alone("sqlite") as folder:
        template = folder / f"tables-{fingerprint(TABLES)}.sqlite3"
        if not template.exists():
            for old in folder.glob("tables-*"):
                old.unlink()
            making = folder / "making.sqlite3"
            making.unlink(missing_ok=True)
            _use(str(making))
            _make_tables()
            making.rename(template)
        copy = folder / f"{worker}-{os.getpid()}.sqlite3"
        shutil.copyfile(template, copy)
    _use(str(copy))
    try:
        yield
    finally:
        for file in KEPT.glob(f"{copy.name}*"):
            file.unlink()


@contextmanager
def _copy_of_template(worker: str) -> Iterator[None]:
    checkout = blake2b(str(ROOT).encode(), digest_size=4).hexdigest()
    template = f"tables_{checkout}_{fingerprint(TABLES)}"
    copy = f"test_{checkout}_{worker}_{os.getpid()}"
    with alone("postgresql"):
        if template not in _databases(f"tables_{checkout}_%"):
            for old in _databases(f"tables_{checkout}_%"):
                _tell(f'DROP DATABASE "{old}"')
            making = f"making_{checkout}"
            _tell(f'DROP DATABASE IF EXISTS "{making}"')
            _tell(f'CREATE DATABASE "{making}"')
            _use(making)
            _make_tables()
            _tell(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
        for left in _databases(f"test_{checkout}_%"):
            if not _is_running(int(left.rpartition("_")[2])):
                _tell(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')
        _tell(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    _use(copy)
    try:
        yield
    finally:
        _tell(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _make_tables() -> None:
    """Migrates in a process of its own, as an installation does."""
    environment = os.environ | {"DATABASE_URL": address(), "DEBUG": "true"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)


def _tell(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _databases(pattern: str) -> list[str]:
    """The databases of those names."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        return [name for (name,) in cursor.fetchall()]


def _is_running(process: int) -> bool:
    """Whether a run of tests still goes on: one that has just made its copy is not connected to it yet."""
    return Path(f"/proc/{process}").exists()
