"""`manage.py doctor`: whether everything that the tracker needs is there, each line good or with what to do."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from operations import conditions
from operations.conditions import Condition
from operations.folders import can_be_written, written_folders
from operations.roles import faults_of_account

# seconds
STARTS_WITHIN = 15


class Command(BaseCommand):
    help = "Looks at settings, database, guards, ledger, worker, backup, files, disk, mail and clock. Changes nothing."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for found in examined():
            bad += not found.good
            self.stdout.write(f"{'good' if found.good else 'BAD '}  {found.name}: {found.said}")
        if bad:
            raise CommandError(f"{bad} to mend.")


def examined() -> Iterator[Condition]:
    """Each condition. Without a database, only what does not need one."""
    yield from _settings()
    found = conditions.database()
    yield found
    if found.good:
        tables = conditions.migrations()
        yield tables
        if tables.good:
            for check in _WITH_TABLES:
                yield _told(check)
    yield files()
    yield _told(conditions.disk)
    yield mail()


def _told(check: Callable[[], Condition]) -> Condition:
    """A condition, or why it cannot be told."""
    try:
        return check()
    except (Error, OSError) as error:
        first = str(error).strip().partition("\n")[0]
        return Condition(check.__name__.partition("_")[0], False, f"It cannot be told: {first}.")


def _settings() -> Iterator[Condition]:
    """What Django's own checks say for a site in production, and settings files that others may read."""
    try:
        checked = run_checks(include_deployment_checks=True)
    except OSError as error:
        yield Condition("settings", False, f"{error.filename} cannot be made: {error.strerror}.")
        return
    said = [
        one.msg.partition("\n")[0]
        for one in checked
        if one.level >= WARNING and not one.is_silenced()
    ]
    if settings.SITE_URL.startswith("http://"):
        said.append("SITE_URL is plain http: passwords travel in the open.")
    if not settings.SECOND_FACTOR_REQUIRED:
        said.append("SECOND_FACTOR_REQUIRED is off: a stolen password is enough to publish.")
    if "*" in settings.ALLOWED_HOSTS:
        said.append("ALLOWED_HOSTS is *: anybody's address may stand in links. Name the hosts.")
    if settings.DATABASES["default"]["NAME"] == str(settings.BASE_DIR / "db.sqlite3"):
        said.append("DATABASE_URL is not set: what is entered lies in db.sqlite3 beside the code.")
    for name in filter(None, os.environ.get("TRACKER_ENV", "").split(":")):
        if Path(name).stat().st_mode & 0o007:
            said.append(f"Everyone on this machine may read {name}: chmod o= {name}")
    for sentence in said:
        yield Condition("settings", False, sentence)
    if not said:
        yield Condition("settings", True, f"for {settings.SITE_URL}")


def account() -> Condition:
    """Whether the account of the database may do more than serve."""
    faults = faults_of_account(connection)
    if faults:
        said = f"The account of the database may {', '.join(faults)}. Serve with another: `grant_serving_role`."
        return Condition("account", False, said)
    return Condition("account", True, "may serve, and nothing past the guards")


def worker() -> Condition:
    """As `conditions.worker`; one that was started a moment ago has some seconds to show that it lives."""
    for _ in range(STARTS_WITHIN):
        found = conditions.worker()
        if found.good:
            break
        sleep(1)
    return found


def files() -> Condition:
    """Whether attached files can be written, and are nobody else's to read; whether static files were collected."""
    said = []
    media = Path(settings.MEDIA_ROOT)
    if not media.is_dir() or not can_be_written(media):
        said.append(
            f"{media} is missing or cannot be written: mkdir, and chown to the account of the tracker."
        )
    elif media.stat().st_mode & 0o007:
        said.append(f"Everyone on this machine may read attached files: chmod o= {media}")
    for name, place in written_folders().items():
        if name != "MEDIA_ROOT" and not can_be_written(place):
            said.append(
                f"{place} cannot be written, and what is kept there is made again for each reader: mkdir, and chown "
                "to the account of the tracker."
            )
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        said.append("Static files are missing: run `collectstatic --noinput`.")
    if any(not po.with_suffix(".mo").exists() for po in settings.BASE_DIR.glob("locale/*/*/*.po")):
        said.append("Messages are not compiled: see “Install” in docs/operator-guide.en.md.")
    if said:
        return Condition("files", False, " ".join(said))
    return Condition("files", True, f"attached files in {media}")


def mail() -> Condition:
    """Whether the mail server answers. Nothing is sent."""
    try:
        server = get_connection()
        server.open()
        server.close()
    except OSError as error:
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return Condition("mail", False, f"{place} does not answer ({error}). See EMAIL_URL.")
    return Condition("mail", True, settings.EMAIL_HOST)


_WITH_TABLES = (
    account,
    conditions.guards_present,
    conditions.ledger,
    worker,
    conditions.backup,
    conditions.clock,
    conditions.compiling,
)
