"""Restoring a backup into an empty database and an empty folder of attached files, and nowhere else."""

import os
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from operations.copies.checking import DATABASE, FILES, check_backup, unpacked
from operations.copies.contents import contents_of_database
from operations.copies.making import release
from operations.copies.newest import note_backup
from operations.copies.programs import BackupError, database_argument, running, server_arguments
from operations.copies.sealing import open_backup_file


def restore_backup(place: Path, *, key: str) -> dict[str, Any]:
    """Restores a backup that is whole and of this version. Gives its list.

    Raises:
        BackupError: something is there already, the backup is not whole or of another version, or what was restored
            is not what it held.
    """
    _refuse_filled()
    listed = check_backup(place, key)
    _refuse_other(place, listed)
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        connection.close()
        with unpacked(place, key) as copy:
            shutil.copyfile(copy, target)
    else:
        options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        command = ["pg_restore", *options, *server_arguments(), database_argument()]
        with open_backup_file(place / DATABASE, key, DATABASE) as source, running(command, source):
            pass
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (
        open_backup_file(place / FILES, key, FILES) as source,
        tarfile.open(fileobj=source, mode="r|") as archive,
    ):
        _unpack(archive, root)
    found = contents_of_database(connection)
    if found.rows != listed["rows"] or found.ledger != listed["ledger"]:
        raise BackupError(
            "What was restored is not what the backup held. Empty the database, and try again."
        )
    # what it holds knows of the one before
    note_backup(datetime.fromisoformat(listed["made"]))
    return listed


def _unpack(archive: tarfile.TarFile, root: Path) -> None:
    """Writes the files of a backup below a folder, and nothing beside it.

    `extractall` has a filter for this, but not in the Python of Debian 12 (3.11.2).
    """
    for member in archive:
        target = (root / member.name).resolve()
        if not target.is_relative_to(root.resolve()):
            raise BackupError(f"The backup names a file outside of {root}: {member.name}")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
        elif content := archive.extractfile(member):
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            os.utime(target, (member.mtime, member.mtime))


def _refuse_filled() -> None:
    tables = connection.introspection.table_names()
    if tables:
        raise BackupError(
            f"The database holds {len(tables)} tables. A backup is restored into an empty one: make another, and name "
            "it in DATABASE_URL."
        )
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        raise BackupError(f"{root} holds files. Empty or move it, or name another in MEDIA_ROOT.")


def _refuse_other(place: Path, listed: dict[str, Any]) -> None:
    """Refuses a backup of another database, or of another version's tables."""
    if listed["database"] != connection.vendor:
        raise BackupError(
            f"{place}: a backup of {listed['database']}; DATABASE_URL names {connection.vendor}."
        )
    ours = sorted(".".join(one) for one in MigrationLoader(None).disk_migrations)
    if listed["migrations"] != ours:
        raise BackupError(
            f"{place}: made by version {listed['version']}, whose tables are not those of this version ({release()}). "
            f"Install version {listed['version']}, restore there, then upgrade."
        )
