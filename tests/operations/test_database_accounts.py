"""PostgreSQL as ministries run it: an account that serves and may do no more, a pooler in between, a replica."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import Error, connection, transaction

from operations.roles import faults_of_account, grant_serving
from programmes.models import LedgerEntry, Measurement, Organisation, Standing
from programmes.models.data_version import mark_change
from tests.databases import address
from tests.operations.machine import (
    ROOT,
    cluster,
    open_folder,
    wait_for,
)

pytestmark = [pytest.mark.postgresql]


@contextmanager
def serving() -> Iterator[None]:
    """Within it the connection has the rights of an account that was granted what serving takes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE serving_of_tests")
        grant_serving(connection, "serving_of_tests")
        cursor.execute("SET LOCAL ROLE serving_of_tests")
        yield
        cursor.execute("RESET ROLE")


def refused(statement: str) -> str:
    """What the database says to a statement that it refuses."""
    with pytest.raises(Error) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value).partition("\n")[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
def test_account_that_serves_goes_past_no_guard() -> None:
    with serving():
        assert faults_of_account(connection) == []
        table = Measurement._meta.db_table
        denied, owner = "permission denied for table", "must be owner of table"
        assert refused(f"TRUNCATE {table}") == f"{denied} {table}"
        assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL") == f"{owner} {table}"
        assert refused(f"ALTER TABLE {table} ADD COLUMN x int") == f"{owner} {table}"
        assert refused(f"DROP TABLE {table}") == f"{owner} {table}"
        assert refused("CREATE TABLE mine (x int)") == "permission denied for schema public"
        assert refused("INSERT INTO programmes_guardlift (why) VALUES ('x')").startswith(denied)
        assert refused("DELETE FROM programmes_ledgerentry").startswith(denied)
        assert refused("UPDATE programmes_ledgerentry SET digest = 'x'").startswith(denied)
        assert refused("DELETE FROM programmes_standing").startswith(denied)
        assert refused("DELETE FROM django_migrations").startswith(denied)
        assert refused("DELETE FROM programmes_historicaltarget").startswith(denied)
        assert refused("SET session_replication_role = replica").startswith("permission denied")
        # a table of its own before the table of lifts is not looked at
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE programmes_guardlift (why text)")
            cursor.execute("INSERT INTO pg_temp.programmes_guardlift VALUES ('x')")
        kept = "what was published or submitted is never edited or removed"
        assert refused(f"DELETE FROM {table} WHERE state = 'published'") == kept


@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
def test_account_that_serves_can_serve() -> None:
    entries, standings = LedgerEntry.objects.count(), Standing.objects.count()
    with serving():
        Organisation.objects.create(code="of-tests", kind="association", name_fr="Essai")
        mark_change()
        Organisation.objects.filter(code="of-tests").delete()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE import_changes ON COMMIT DROP AS SELECT 1")
        assert LedgerEntry.objects.count() == entries
        assert Standing.objects.count() == standings


@pytest.mark.django_db
def test_owner_is_told_that_it_may_do_too_much() -> None:
    assert faults_of_account(connection) == ["do everything, as a superuser"]


REPLICA = """
import json, sys
import django
django.setup()
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from programmes.models.data_version import mark_change

def read(n):
    with CaptureQueriesContext(connections["replica"]) as replica, CaptureQueriesContext(connections["default"]) as own:
        status = Client().get(f"/fr/regions/?n={n}").status_code
    print(json.dumps([status, len(replica) > 1, len(own) > 3]), flush=True)

for turn, line in enumerate(sys.stdin):
    if line.strip() == "change":
        mark_change()
    read(turn)
"""


@pytest.mark.long
@pytest.mark.django_db
def test_public_pages_are_read_from_a_replica_that_is_level_and_from_no_other() -> None:
    with open_folder() as folder, cluster(folder / "primary") as primary:
        primary.psql("-c", "CREATE DATABASE tracker")
        dump = subprocess.run(["pg_dump", "-O", "-x", address()], capture_output=True, check=True)
        (folder / "tables.sql").write_bytes(dump.stdout)
        primary.psql("-q", "-f", str(folder / "tables.sql"), database="tracker")
        with cluster(folder / "standby", copy_of=primary) as standby:
            urls = [
                f"postgres://postgres:{primary.password}@127.0.0.1:{one.port}/tracker"
                for one in (primary, standby)
            ]
            environment = {
                "DATABASE_URL": urls[0],
                "DATABASE_REPLICA_URL": urls[1],
                "ALLOWED_HOSTS": "testserver",
                "DEBUG": "true",
            }
            environment["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
            reader = subprocess.Popen(
                [sys.executable, "-c", REPLICA],
                cwd=ROOT,
                env=os.environ | environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

            def answers(step: str) -> str:
                reader.stdin.write(f"{step}\n")
                reader.stdin.flush()
                return reader.stdout.readline().strip()

            def is_level() -> bool:
                marks = "SELECT string_agg(mark, ',' ORDER BY id) FROM programmes_dataversion"
                one, other = (
                    server.psql("-c", marks, database="tracker") for server in (primary, standby)
                )
                return one == other

            from_replica, from_itself = "[200, true, false]", "[200, false, true]"
            try:
                wait_for(is_level)
                assert answers("read") == from_replica
                standby.psql("-c", "SELECT pg_wal_replay_pause()")
                assert answers("change") == from_itself
                standby.psql("-c", "SELECT pg_wal_replay_resume()")
                wait_for(is_level)
                assert answers("read") == from_replica
                standby.control("stop")
                assert answers("read") == from_itself
                standby.control("start")
            finally:
                reader.stdin.close()
                reader.wait(20)
