"""Whether a backup is whole: its list, the digests of its files, its rows, its ledger and the attached files."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from operations.copies.contents import Contents, contents_of_file, contents_of_script
from operations.copies.programs import BackupError, running
from operations.copies.sealing import CannotOpenError, mac, open_backup_file

FORMAT = 1
LIST, DATABASE, FILES = "contents.json", "database", "files"


def check_backup(place: Path, key: str) -> dict[str, Any]:
    """Reads a backup as a whole: digests, rows, ledger and files are as its list says. Gives the list.

    Raises:
        BackupError: it was cut or changed, is of another format, or is sealed with another key.
    """
    listed = read_list(place, key)
    for name, found in listed["files"].items():
        path = place / name
        size = path.stat().st_size if path.exists() else 0
        if (missing := found[0] - size) > 0:
            raise BackupError(f"{path}: {missing} bytes are missing: the backup was cut.")
        if digest_of(path) != found:
            raise BackupError(f"{path}: it was changed after it was written.")
    try:
        with open_backup_file(place / FILES, key, FILES) as source:
            media = _digests_of(source)
        with _database(place, listed, key) as contents:
            rows, ledger = contents
    except (CannotOpenError, tarfile.TarError, sqlite3.Error) as error:
        raise BackupError(f"{place}: it cannot be read ({error}).") from error
    differ = [name for name, count in listed["rows"].items() if rows.get(name, 0) != count]
    if ledger != listed["ledger"]:
        differ.append("the ledger")
    if media != listed["media"]:
        differ.append("the attached files")
    if differ:
        raise BackupError(f"{place}: it does not hold what its list says: {', '.join(differ)}.")
    return listed


def write_list(path: Path, listed: dict[str, Any], key: str) -> None:
    """Writes the list of a backup, with what shows that it was not changed."""
    listed["mac"] = mac(key, _canonical(listed))
    with path.open("w", encoding="utf-8") as target:
        json.dump(listed, target, ensure_ascii=False, indent=1)
        target.flush()
        os.fsync(target.fileno())


def read_list(place: Path, key: str) -> dict[str, Any]:
    """The list of a backup, as it was written.

    Raises:
        BackupError: it is none, or was changed, or the key is another.
    """
    try:
        listed: dict[str, Any] = json.loads((place / LIST).read_text(encoding="utf-8"))
        form, version, sealed = listed["format"], listed["version"], listed["sealed"]
        whole = mac(key, _canonical(listed)) == listed["mac"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            f"{place}: it is no backup of the tracker, or its list was cut."
        ) from error
    if form != FORMAT:
        raise BackupError(
            f"{place}: a backup of format {form}, made by version {version}; this version reads {FORMAT}."
        )
    if sealed != bool(key):
        raise BackupError(
            f"{place}: the backup is sealed: set BACKUP_KEY."
            if sealed
            else f"{place}: the backup is not sealed: unset BACKUP_KEY."
        )
    if not whole:
        raise BackupError(
            f"{place}: its list was changed, or the backup was sealed with another key."
        )
    return listed


def digest_of(path: Path) -> list[Any]:
    """The size of a file and its SHA-256."""
    with path.open("rb") as source:
        return [path.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest()]


@contextmanager
def unpacked(place: Path, key: str) -> Iterator[Path]:
    """The database of a backup on SQLite, as a file beside it; gone after."""
    copy = place / "read.sqlite3"
    try:
        with open_backup_file(place / DATABASE, key, DATABASE) as source, copy.open("wb") as target:
            copy.chmod(0o600)
            shutil.copyfileobj(source, target, 1024 * 1024)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _database(place: Path, listed: dict[str, Any], key: str) -> Iterator[Contents]:
    """What the database of a backup holds: on PostgreSQL, as it would be put back."""
    if listed["database"] == "sqlite":
        with unpacked(place, key) as copy:
            yield contents_of_file(copy)
    else:
        with (
            open_backup_file(place / DATABASE, key, DATABASE) as source,
            running(["pg_restore", "--data-only", "--file=-"], source) as script,
        ):
            yield contents_of_script(script)


def _digests_of(source: BinaryIO) -> dict[str, str]:
    found = {}
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                assert isinstance(content, io.BufferedReader)
                found[member.name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def _canonical(listed: dict[str, Any]) -> bytes:
    said = {name: value for name, value in listed.items() if name != "mac"}
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
