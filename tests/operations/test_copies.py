"""A backup holds everything, is whole or says that it is not, and comes back as it was."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection

from operations.copies.checking import check_backup, write_list
from operations.copies.newest import newest_backup
from operations.copies.programs import BackupError
from programmes.models import LedgerEntry
from tests.databases import address
from tests.sample import put_sample

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KEY = "k" * 40
ROOT = Path(settings.BASE_DIR)


class Copies:
    """Runs commands as an operator does, on the database of the tests or on an empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.media = folder / "backups", folder / "media"
        self.media.mkdir()
        (self.media / "source-1.pdf").write_bytes(b"%PDF-1.4 " + bytes(range(256)) * 9000)
        self.environment = os.environ | {"DEBUG": "true", "MEDIA_ROOT": str(self.media)}
        self.here = {"DATABASE_URL": address()}

    def run(self, *words: str, **more: Any) -> tuple[int, str]:
        """The status of a command and what it said, its last line alone."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment | self.here | more.pop("env", {}),
            capture_output=True,
            text=True,
            **more,
        )
        return done.returncode, (done.stdout + done.stderr).strip()

    def backup(self, **more: Any) -> Path:
        status, said = self.run("backup", str(self.folder), **more)
        assert status == 0, said
        return sorted(self.folder.iterdir())[-1]

    def elsewhere(self, folder: Path) -> dict[str, str]:
        """The environment of an empty database and an empty folder of files."""
        if connection.vendor == "sqlite":
            place = f"sqlite:///{folder / 'empty.sqlite3'}"
        else:
            place = address().rpartition("/")[0] + "/copies_test"
        return {"DATABASE_URL": place, "MEDIA_ROOT": str(folder / "empty")}


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Copies]:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS copies_test")
            cursor.execute("CREATE DATABASE copies_test")
    yield Copies(tmp_path)
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS copies_test WITH (FORCE)")


@pytest.mark.slow
def test_backup_of_a_site_in_use_comes_back_whole(copies: Copies, tmp_path: Path) -> None:
    put_sample()
    ended, key = Event(), KEY

    def write() -> None:
        while not ended.is_set():
            Group.objects.create(name=f"g{ended}{os.urandom(6).hex()}")
        connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        place = copies.backup(env={"BACKUP_KEY": key})
    finally:
        ended.set()
        writer.join()
    listed = json.loads((place / "contents.json").read_text())
    told = newest_backup()
    assert told
    assert told.isoformat(timespec="seconds") == listed["made"]
    held = b"".join(path.read_bytes() for path in place.iterdir() if path.name != "contents.json")
    assert b"%PDF-1.4" not in held
    status, said = copies.run(
        "restore", str(place), env=copies.elsewhere(tmp_path) | {"BACKUP_KEY": key}
    )
    assert status == 0, said
    count = LedgerEntry.objects.count()
    assert f"\n{count} entries, " in said
    assert said.endswith("all fit")
    assert (tmp_path / "empty" / "source-1.pdf").read_bytes() == (
        copies.media / "source-1.pdf"
    ).read_bytes()
    asked = "from operations.copies.newest import newest_backup; print(newest_backup())"
    elsewhere = copies.elsewhere(tmp_path)
    _, said = copies.run("shell", "-v0", "-c", asked, env=elsewhere)
    assert said == str(told.replace(microsecond=0)), "of the one that was restored"
    again, refused = copies.run(
        "restore", str(place), env=copies.elsewhere(tmp_path) | {"BACKUP_KEY": key}
    )
    assert again == 1
    assert "A backup is restored into an empty one" in refused


def cut(place: Path) -> str:
    path = place / "database"
    path.write_bytes(path.read_bytes()[:-100])
    return "100 bytes are missing: the backup was cut."


def changed(place: Path) -> str:
    path = place / "files"
    content = bytearray(path.read_bytes())
    content[700] ^= 1
    path.write_bytes(content)
    return "it was changed after it was written."


def list_changed(place: Path) -> str:
    path = place / "contents.json"
    path.write_text(path.read_text().replace('"auth_group": 4', '"auth_group": 5'))
    return "its list was changed, or the backup was sealed with another key."


def list_cut(place: Path) -> str:
    path = place / "contents.json"
    path.write_text(path.read_text()[:200])
    return "it is no backup of the tracker, or its list was cut."


@pytest.mark.slow
def test_backup_that_was_harmed_is_refused(copies: Copies, tmp_path: Path) -> None:
    made = copies.backup()
    for harm in (cut, changed, list_changed, list_cut):
        place = tmp_path / harm.__name__
        shutil.copytree(made, place)
        sentence = harm(place)
        with pytest.raises(BackupError) as refused:
            check_backup(place, "")
        assert str(refused.value).endswith(sentence)


@pytest.mark.long
def test_backup_of_another_version_or_key_is_refused(copies: Copies, tmp_path: Path) -> None:
    sealed = copies.backup(env={"BACKUP_KEY": KEY})
    for key, sentence in (
        ("", "the backup is sealed: set BACKUP_KEY."),
        ("x" * 40, "its list was changed, or the backup was sealed with another key."),
    ):
        with pytest.raises(BackupError) as refused:
            check_backup(sealed, key)
        assert str(refused.value).endswith(sentence)
    listed = json.loads((sealed / "contents.json").read_text())
    listed["version"] = "9.9.0"
    listed["migrations"].append("programmes.9999_later")
    write_list(sealed / "contents.json", listed, KEY)
    status, said = copies.run(
        "restore", str(sealed), env=copies.elsewhere(tmp_path) | {"BACKUP_KEY": KEY}
    )
    assert (
        status,
        said.endswith("Install version 9.9.0, restore there, then upgrade."),
    ) == (1, True), said


@pytest.mark.long
def test_full_disk_leaves_nothing_and_takes_no_other_backup(copies: Copies) -> None:
    earlier = copies.backup()

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    status, said = copies.run(
        "backup", str(copies.folder), preexec_fn=no_room, env={"BACKUP_KEEP": "1"}
    )
    assert status == 1
    assert said.endswith("Nothing of it is left."), said
    assert list(copies.folder.iterdir()) == [earlier]


@pytest.mark.long
def test_oldest_are_removed_beyond_those_to_keep(copies: Copies) -> None:
    for day in ("01", "02", "03"):
        (copies.folder / f"tracker-202601{day}T000000Z").mkdir(parents=True)
    killed = copies.folder / "tracker-20260104T000000Z.part"
    killed.mkdir()
    os.utime(killed, (0, 0))
    made = copies.backup(env={"BACKUP_KEEP": "2"})
    assert sorted(copies.folder.iterdir()) == [copies.folder / "tracker-20260103T000000Z", made]
