"""Making a backup: the database as it stands at one moment, then the attached files; read again before it counts."""

import hashlib
import os
import shutil
import sqlite3
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from operations.copies.checking import (
    DATABASE,
    FILES,
    FORMAT,
    LIST,
    check_backup,
    digest_of,
    write_list,
)
from operations.copies.contents import LEFT_OUT, Contents, contents_of_database, contents_of_file
from operations.copies.newest import note_backup
from operations.copies.programs import BackupError, database_argument, running, server_arguments
from operations.copies.sealing import BackupTarget, SealedWriter
from programmes.models import Evidence, Source

NAMES = "tracker-*Z"
# the tables whose rows name a file
ATTACHED = (Source, Evidence)
# what a backup that was killed left is removed by the next one after so many seconds
LEFT_AFTER = 12 * 3600


def release() -> str:
    """The version of the tracker."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def applied() -> list[str]:
    """The migrations of the database: which tables its rows stand in."""
    return sorted(".".join(one) for one in MigrationRecorder(connection).applied_migrations())


def make_backup(folder: Path, *, key: str, keep: int) -> tuple[Path, dict[str, Any]]:
    """Makes a backup in a folder of its own, reads it again, then removes the oldest beyond `keep`.

    Args:
        key: seals what is written; empty: as it is.

    Returns:
        The folder of the backup, and its list.

    Raises:
        BackupError: it could not be made; nothing is left of it, and no other was removed.
    """
    made = datetime.now(UTC)
    place = folder / f"tracker-{made:%Y%m%dT%H%M%S}Z"
    part = folder / f"{place.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        part.mkdir(mode=0o700)
        try:
            _write(part, key, made)
            listed = check_backup(part, key)
            part.rename(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror or error}. Nothing of it is left.") from error
    except sqlite3.Error as error:
        raise BackupError(f"{folder}: {error}. Nothing of it is left.") from error
    for old in sorted(folder.glob(NAMES))[:-keep]:
        shutil.rmtree(old)
    for left in folder.glob(f"{NAMES}.part"):
        # of one that was killed; one that still runs is younger
        if left.stat().st_mtime < made.timestamp() - LEFT_AFTER:
            shutil.rmtree(left)
    note_backup(made)
    return place, listed


def _write(part: Path, key: str, made: datetime) -> None:
    with _writing(part, key, DATABASE) as target:
        dump = _dump_sqlite if connection.vendor == "sqlite" else _dump_postgresql
        contents, attached = dump(part, target)
    with _writing(part, key, FILES) as target:
        media = _pack(target)
    listed = {
        "format": FORMAT,
        "version": release(),
        "migrations": applied(),
        "database": connection.vendor,
        "made": made.isoformat(timespec="seconds"),
        "sealed": bool(key),
        "rows": contents.rows,
        "ledger": contents.ledger,
        "files": {name: digest_of(part / name) for name in (DATABASE, FILES)},
        "media": media,
        # what a row names and is not there
        "missing": sorted(attached - media.keys()),
    }
    write_list(part / LIST, listed, key)


@contextmanager
def _writing(part: Path, key: str, name: str) -> Iterator[BackupTarget]:
    """A file of a backup to write, that stays when the machine stops right after."""
    with (part / name).open("wb") as target:
        if key:
            with SealedWriter(target, key, name) as sealed:
                yield sealed
        else:
            yield target
        target.flush()
        os.fsync(target.fileno())


def _dump_postgresql(part: Path, target: BackupTarget) -> tuple[Contents, set[str]]:
    """pg_dump of the very snapshot whose rows are counted."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        options += [f"--exclude-table-data={table}" for table in LEFT_OUT]
        with running(["pg_dump", *options, *server_arguments(), database_argument()]) as dump:
            shutil.copyfileobj(dump, target, 1024 * 1024)
        names = (model.objects.values_list("file", flat=True) for model in ATTACHED)
        attached = {name for some in names for name in some if name}
        return contents_of_database(connection), attached


def _dump_sqlite(part: Path, target: BackupTarget) -> tuple[Contents, set[str]]:
    """SQLite's own copy of a file in use: others read and write meanwhile."""
    copy = part / "copy.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(copy, isolation_level=None)) as place:
        connection.connection.backup(place)
        for table in LEFT_OUT:
            place.execute(f"DELETE FROM {table}")
        place.execute("PRAGMA journal_mode = DELETE")
        place.execute("VACUUM")
        names = (place.execute(f"SELECT file FROM {one._meta.db_table}") for one in ATTACHED)
        attached = {name for some in names for (name,) in some if name}
    contents = contents_of_file(copy)
    with copy.open("rb") as source:
        shutil.copyfileobj(source, target, 1024 * 1024)
    copy.unlink()
    return contents, attached


def _pack(target: BackupTarget) -> dict[str, str]:
    """Writes the attached files as one archive. Their digests, by name."""
    root, digests = Path(settings.MEDIA_ROOT), {}
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for path in sorted(root.rglob("*")):
            try:
                if path.is_symlink() or not path.is_file():
                    continue
                with path.open("rb") as source:
                    name = path.relative_to(root).as_posix()
                    member = archive.gettarinfo(arcname=name, fileobj=source)
                    member.uid = member.gid = 0
                    member.uname = member.gname = ""
                    reading = _DigestReader(source)
                    archive.addfile(member, reading)
            except FileNotFoundError:  # removed meanwhile
                continue
            digests[name] = reading.digest.hexdigest()
    return digests


class _DigestReader:
    """Reads a file, and digests what is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data
