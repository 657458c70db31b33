"""A database that an earlier release filled is brought up to date as the operating guide says, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models
from django.test import Client

from programmes import services
from programmes.models import (
    FROZEN,
    Amendment,
    LedgerEntry,
    Measurement,
    MilestoneStatement,
    State,
    Target,
    TargetRevision,
)
from programmes.models.guards import guards_lifted, remove
from tests.databases import empty
from tests.models.guard_names import expected_guards, names_of_guards

HERE = Path(__file__).parent
# releases, and the last migration of each
RELEASES = {"0.2.0": "0009_import_cells"}
Rows = dict[str, tuple[str, list[Any]]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=RELEASES)
def upgraded(
    request: Any, django_db_setup: Any, django_db_blocker: Any
) -> Iterator[tuple[Rows, Rows]]:
    """The rows as the release left them, and as they are after the upgrade."""
    with django_db_blocker.unblock(), empty():
        call_command("migrate", "programmes", RELEASES[request.param], verbosity=0)
        put(HERE / f"{request.param}.sql")
        # those of today name columns that the release did not have, as its own did not
        remove()
        before = read()
        call_command("migrate", verbosity=0)
        after = read({table: names for table, (names, _rows) in before.items()})
        yield before, after


def put(file: Path) -> None:
    """Writes the rows of a release into tables as it had them."""
    with guards_lifted("the rows of a release"), connection.cursor() as cursor:
        for statement in file.read_text(encoding="utf-8").split(";\n\n"):
            cursor.execute(statement)
        there = connection.introspection.table_names(cursor)
        models = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.db_table in there
        ]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def read(columns: dict[str, str] | None = None) -> Rows:
    """What the tables of the tracker hold, in the columns that they had."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("programmes_", "auth_user")):
                continue
            told = connection.introspection.get_table_description(cursor, table)
            names = (columns or {}).get(table) or ", ".join(f'"{one.name}"' for one in told)
            cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY 1')
            found[table] = names, cursor.fetchall()
    return found


@pytest.fixture(autouse=True)
def _reachable(upgraded: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_every_row_is_still_there(upgraded: tuple[Rows, Rows]) -> None:
    before, after = ({**rows} for rows in upgraded)
    (_names, entries), (_same, entries_now) = (
        rows.pop("programmes_ledgerentry") for rows in (before, after)
    )
    assert len(entries) > 50
    assert entries_now[: len(entries)] == entries
    # what came with a migration is told at a moment of the clock, and gives the data another version
    for table in ("programmes_publicationclock", "programmes_dataversion"):
        assert len(before.pop(table)[1]) == len(after.pop(table)[1]) == 1
    assert {table: after[table] for table in before} == before


def test_reasons_stand_in_the_language_that_they_were_given_in(
    upgraded: tuple[Rows, Rows],
) -> None:
    told = LedgerEntry.objects.filter(event="migrated").order_by().values_list("table", flat=True)
    for model, table in (
        (TargetRevision, "target-revisions"),
        (MilestoneStatement, "milestone-statements"),
    ):
        rows = models.QuerySet(model).exclude(reason="")
        for given, kept in rows.values_list("reason", "reason_fr"):
            assert kept == given
        assert list(told).count(table) == rows.filter(state__in=FROZEN).count()


def test_notes_and_reasons_of_figures_stand_in_the_language_of_their_letters(
    upgraded: tuple[Rows, Rows],
) -> None:
    """The same words: the ledger has nothing to tell of it."""
    rows = models.QuerySet(Measurement)
    notes = rows.exclude(note="").values_list("note", "note_fr", "note_ar", "note_en")
    assert notes
    for given, *kept in notes:
        assert kept == [given, None, None]
    for given, *kept in rows.exclude(reason="").values_list("reason", "reason_fr", "reason_ar"):
        assert kept == [given, None]
    assert not LedgerEntry.objects.filter(event="migrated", table="measurements").exists()


def test_definitions_stand_in_the_language_of_their_letters_and_were_given_in_it(
    upgraded: tuple[Rows, Rows],
) -> None:
    rows = models.QuerySet(TargetRevision)
    names = ("definition", "definition_fr", "definition_ar", "definition_en")
    given = rows.exclude(definition="").values_list("published_at", "definition_languages", *names)
    assert len(given) > 2
    for published, language, text, *kept in given:
        assert (language, kept) == ("fr" if published else None, [text, None, None])
    others = rows.filter(definition="", published_at__isnull=False)
    assert {*others.values_list("definition_languages", flat=True)} == {""}


def test_outcomes_stand_in_the_language_of_their_letters(upgraded: tuple[Rows, Rows]) -> None:
    """Nothing is told of them: the words are the same."""
    told = []
    for model, name in ((Measurement, "outcome_reason"), (Amendment, "reason")):
        rows = models.QuerySet(model).exclude(**{name: ""})
        told += rows.values_list(name, *(f"{name}_{code}" for code in ("fr", "ar", "en")))
    assert told
    for text, *kept in told:
        assert kept == [text, None, None]
    assert not LedgerEntry.objects.filter(event="migrated", table="amendments").exists()


def test_guards_are_those_of_today() -> None:
    assert names_of_guards() == expected_guards()


def test_ledger_fits_and_statuses_follow_from_what_was_published(capsys: Any) -> None:
    services.restate_all()
    assert list(services.differences()) == []
    call_command("verify_ledger")
    assert capsys.readouterr().out.endswith("0 kept digests: all fit\n")


def test_pages_answer(client: Client) -> None:
    assert client.get("/fr/").status_code == 200
    for target in Target.objects.all():
        page = client.get(f"/fr/targets/{target.code}/")
        assert page.status_code == 200
    assert "4\u202f200" in client.get("/fr/targets/jobintech-15000/").content.decode()


def test_what_waited_is_published_and_the_ledger_goes_on(capsys: Any) -> None:
    entries = Measurement.objects.filter(state=State.SUBMITTED)
    reviewer = get_user_model().objects.get(username="rachida")
    services.publish(entries.get(), by=reviewer, confirmation="Vérifié dans la source citée.")
    assert not entries.exists()
    call_command("verify_ledger")
    assert capsys.readouterr().out.endswith("0 kept digests: all fit\n")
