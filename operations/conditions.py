"""What has to be good for the tracker to run, each condition with what was found or what to do."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from operations.copies.newest import newest_backup
from operations.folders import existing
from programmes import verify
from programmes.models import LedgerEntry, Worker
from programmes.models.guards import REPLACING, guards
from programmes.models.publication_clock import PublicationClock

# the timer makes one each night, some minutes sooner or later
BACKUP_AGE = timedelta(hours=26)


class Condition(NamedTuple):
    """Whether something is good. said: what was found; where it is not good, also what to do.

    stops: without it no page can be answered for.
    """

    name: str
    good: bool
    said: str
    stops: bool = False


def database() -> Condition:
    """Whether the database answers."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        first = str(error).strip().partition("\n")[0]
        return Condition(
            "database", False, f"It does not answer ({first}). See DATABASE_URL.", True
        )
    return Condition("database", True, f"{connection.vendor} answers", True)


def migrations() -> Condition:
    """Whether the tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    except Error:
        return Condition("migrations", False, "They cannot be read from the database.", True)
    if waiting:
        said = f"{len(waiting)} wait. Run `migrate` as the owner of the tables."
        return Condition("migrations", False, said, True)
    if unknown:
        said = f"{len(unknown)} are of a later version. Start that version, or restore a backup of this one."
        return Condition("migrations", False, said, True)
    return Condition("migrations", True, "all are applied", True)


def worker() -> Condition:
    """Whether a worker lives, and whether what waits is done: nothing that is due waits for QUEUE_MAX_MINUTES."""
    try:
        waiting, seconds = queue()
        if not _a_worker_lives():
            said = "None has shown a sign of life for two minutes. See `systemctl status tracker-worker` and its log."
            return Condition("worker", False, said)
    except Error:
        return Condition("worker", False, "The queue cannot be read.")
    if seconds > settings.QUEUE_MAX_MINUTES * 60:
        said = (
            f"{waiting} tasks wait, the oldest for {int(seconds // 60)} minutes: no worker runs, or not enough do. "
            "See `systemctl status tracker-worker` and its log."
        )
        return Condition("worker", False, said)
    return Condition("worker", True, f"{waiting} tasks wait, the oldest for {int(seconds)} seconds")


def queue() -> tuple[int, float]:
    """How many tasks are due and wait, and for how many seconds the oldest has been waiting."""
    now = timezone.now()
    due = DBTaskResult.objects.ready().order_by()
    count, since = 0, now
    for enqueued, after in due.values_list("enqueued_at", "run_after"):
        count += 1
        since = min(since, max(enqueued, after) if after and after <= now else enqueued)
    return count, (now - since).total_seconds()


def _a_worker_lives() -> bool:
    return Worker.objects.filter(seen_at__gt=timezone.now() - timedelta(minutes=2)).exists()


def places() -> list[Path]:
    """Where files are written: attached files, the database of one office, backups."""
    found = [Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        found.append(Path(connection.settings_dict["NAME"]).parent)
    if settings.BACKUP_DIR:
        found.append(Path(settings.BACKUP_DIR))
    return found


def free_bytes() -> int:
    """What is free on the fullest of the disks that are written to."""
    return min(shutil.disk_usage(existing(place)).free for place in places())


def disk() -> Condition:
    """Whether there is room for what is written."""
    free = free_bytes()
    megabytes = free // 1024**2
    if free < settings.DISK_MIN_BYTES:
        said = f"{megabytes} MB are free. Make room, or move MEDIA_ROOT or BACKUP_DIR to a larger disk."
        return Condition("disk", False, said, True)
    return Condition("disk", True, f"{megabytes} MB are free", True)


def backup() -> Condition:
    """Whether the newest backup is of last night. Where BACKUP_DIR is not set, they are made in another way."""
    if not settings.BACKUP_DIR:
        return Condition("backup", True, "BACKUP_DIR is not set: the tracker makes none")
    try:
        made = newest_backup()
    except Error:
        return Condition("backup", False, "It cannot be read from the database.")
    if made is None:
        said = "None was made yet. Run `backup` as the owner of the tables, each night (tracker-backup.timer)."
        return Condition("backup", False, said)
    age = timezone.now() - made
    hours = f"The newest is {int(age.total_seconds() // 3600)} hours old"
    if age > BACKUP_AGE:
        said = f"{hours}. See `systemctl status tracker-backup.timer` and `tracker-backup`."
        return Condition("backup", False, said)
    return Condition("backup", True, hours.lower())


def guards_present() -> Condition:
    """Whether the database's own guards stand: every trigger that the models ask for, and none switched off."""
    if connection.vendor == "sqlite":
        wanted = {guard.name for guard in guards() if guard.event != "TRUNCATE"}
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {guard.name[:63] for guard in guards() if guard.detail != REPLACING}
        asked = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE relnamespace = current_schema()::regnamespace AND tgenabled IN ('O', 'A')"
        )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        missing = wanted - {name for (name,) in cursor.fetchall()}
    if missing:
        said = (
            f"{len(missing)} of {len(wanted)} are missing or switched off, e.g. {min(missing)}: what is published "
            "could have been changed. Run `migrate`, which makes them anew, then `verify_ledger`."
        )
        return Condition("guards", False, said)
    return Condition("guards", True, f"{len(wanted)} stand")


def ledger() -> Condition:
    """Whether the last thousand entries of the ledger follow from each other."""
    entries = list(LedgerEntry.objects.order_by("-number")[:1000])
    for entry, before in pairwise(entries):
        linked = entry.previous == before.digest and entry.number == before.number + 1
        if not linked or verify.entry_digest(entry.written) != entry.digest:
            said = f"Entry {entry.number} does not follow from the one before. Run `verify_ledger`."
            return Condition("ledger", False, said)
    if not entries:
        return Condition("ledger", True, "nothing was published yet")
    return Condition("ledger", True, f"{entries[0].number}:{entries[0].digest}")


def clock() -> Condition:
    """Whether the clock is that of the database, and not behind the last publication."""
    now, off = timezone.now(), timedelta(minutes=1)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - now)
        if apart > off:
            said = f"It is {int(apart.total_seconds())} seconds away from the database's. Set up NTP on both."
            return Condition("clock", False, said)
    last = PublicationClock.objects.values_list("last", flat=True).first()
    if last is not None and last > now + off:
        said = (
            f"It stands before the last publication ({last:%Y-%m-%d %H:%M} UTC). Set up NTP; what is published until "
            "then carries moments just after that one."
        )
        return Condition("clock", False, said)
    return Condition("clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def compiling() -> Condition:
    """Whether PostgreSQL compiles statements just in time, which costs those of the tracker ten times what it gives."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            if cursor.fetchone()[0] == "on":
                said = (
                    "PostgreSQL compiles statements (jit), and a page of a past day takes seconds. "
                    "ALTER ROLE … SET jit = off, as in deploy/postgresql/roles.sql."
                )
                return Condition("compiling", False, said)
    return Condition("compiling", True, "statements are run as they are")


def gauges() -> dict[str, tuple[float, str]]:
    """Figures of the state, by name, with what each is."""
    waiting, seconds = queue()
    last = LedgerEntry.objects.order_by("-number").values_list("number", flat=True).first()
    return {
        "queue_waiting": (waiting, "Tasks that are due and wait"),
        "queue_oldest_seconds": (seconds, "How long the oldest of them has been waiting"),
        "ledger_entries": (last or 0, "Entries of the ledger"),
        "newest_backup_timestamp_seconds": (
            made.timestamp() if (made := newest_backup()) else 0,
            "Of when the newest whole backup is; 0 where none was made",
        ),
        "disk_free_bytes": (free_bytes(), "Room on the fullest disk that is written to"),
    }


READY: tuple[Callable[[], Condition], ...] = (database, migrations, worker, disk, backup)
