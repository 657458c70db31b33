"""A database that an earlier set of migrations made."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
def test_older_database_is_refused_with_a_sentence() -> None:
    MigrationRecorder(connection).record_applied("programmes", "0001_tables")
    with pytest.raises((SystemCheckError, CommandError)) as refusal:
        call_command("migrate", verbosity=0, skip_checks=False)
    assert (
        "The database “default” was made before the first release and cannot be brought up to date: "
        "export its tables from the version that made it, then import them into a new database."
    ) in str(refusal.value)
