"""The ledger of the sample: every event has its entry, all fits, and whoever owns the database is found out."""

import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from programmes import verify
from programmes.management.commands.verify_ledger import lines
from programmes.models import Amendment, LedgerEntry, Measurement, ReviewEvent, State, Target
from programmes.models.guards import guards_lifted
from programmes.models.sealed import sealed_models
from programmes.models.sealed_values import value_of
from programmes.services.ledger import add_entries, last_entry, ledger_length, ledger_lines
from programmes.services.lock import publication_lock
from programmes.spreadsheets.sending.public_files.published import public_tables
from tests import builders
from tests.sample import taken_back
from tests.sealed_rows import changed_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_every_event_of_the_sample_has_its_entry() -> None:
    steps = Counter(
        ReviewEvent.objects.exclude(from_state=models.F("to_state")).values_list(
            "to_state", flat=True
        )
    )
    sealed = sum(model.objects.sealed().count() for model in sealed_models())
    told = Counter(LedgerEntry.objects.values_list("event", flat=True))
    assert told["published"] == steps[State.PUBLISHED] > 300
    assert told["set_aside"] == steps[State.SET_ASIDE] > 0
    assert told["corrected"] == steps[State.SUPERSEDED]
    assert told["shown"] + told["sealed"] == sealed
    assert told["settled"] == settled_again() > 0
    assert sum(told.values()) == sum(
        (
            steps[State.PUBLISHED],
            steps[State.SET_ASIDE],
            steps[State.SUPERSEDED],
            sealed,
            told["settled"],
        )
    )


def settled_again() -> int:
    """How often entries of the ledger name another original of a target than the one before; the last is the stored."""
    found: dict[str, list[str | None]] = {}
    for entry in LedgerEntry.objects.filter(table="targets").order_by("number"):
        (row,) = json.loads(entry.content)["rows"]["targets"]
        named = found.setdefault(entry.key, [])
        assert (entry.event == "settled") == (row["original"] not in named and named != [])
        named.append(row["original"])
    stored = Target.objects.filter(code__in=found).values_list("code", "original__number")
    assert {code: named[-1] for code, named in found.items()} == {
        code: None if number is None else str(number) for code, number in stored
    }
    return sum(len(named) - 1 for named in found.values())


def test_ledger_and_data_of_the_sample_fit(capsys: Any) -> None:
    number, digest = last_entry()
    call_command("verify_ledger", kept=[f"{number}:{digest}"])
    assert f"{number} entries" in capsys.readouterr().out
    with guards_lifted("somebody owns the database"):
        row = Measurement.objects.filter(state=State.PUBLISHED).first()
        models.QuerySet(Measurement).filter(pk=row.pk).update(value=row.value + 1)
    with pytest.raises(CommandError, match=f"{row.ref}: “(value|percent)” was .*; the data says"):
        call_command("verify_ledger")


@pytest.mark.slow
def test_every_change_in_the_open_is_what_its_entry_says() -> None:
    """Whatever can be amended, and everything that can be withdrawn: verify.py finds nothing in it."""
    before = last_entry()[0]
    with taken_back():
        for model in sealed_models():
            row = model.objects.sealed().order_by("pk").last()
            # a file has to be there
            fixed = {*model.identity, "file"}
            for name in (name for name in model.sealed if row and name not in fixed):
                value = changed_value(row, name)
                if value != value_of(row, name):
                    with suppress(ValidationError):
                        builders.amend(row, **{name: value})
        changed = Amendment.objects.published().filter(kind="change").count()
        for row in (Target.objects.first(), Measurement.objects.filter(state="published").first()):
            builders.withdraw(row)
        added = last_entry()[0] - before
        call_command("verify_ledger", verbosity=0)
    assert changed > 40
    assert added >= 2 * changed + 4


def test_length_is_that_of_the_lines() -> None:
    last = last_entry()[0]
    assert ledger_length(last) == len(b"".join(ledger_lines(last)))
    assert ledger_length(7) == len(b"".join(ledger_lines(7)))


# Tamperings by SQL, of somebody who owns the database

ENTRY = "programmes_ledgerentry"
KEPT = "published_at IS NOT NULL"
SEALED = "sealed_at IS NOT NULL"
# What is changed: table, column, to what, of which rows.
VALUES = (
    ("measurement", "value", "value + 1", f"{KEPT} AND value IS NOT NULL"),
    ("measurement", "note_fr", "note_fr || 'x'", f"{KEPT} AND note_fr <> ''"),
    ("measurement", "state", "'withdrawn'", "state = 'published'"),
    ("targetrevision", "value", "value + 1", f"{KEPT} AND value IS NOT NULL"),
    ("targetrevision", "wording", "wording || 'x'", KEPT),
    (
        "targetrevision",
        "announced_from",
        "'2001-01-01'",
        f"{KEPT} AND announced_precision = 'span'",
    ),
    ("milestonestatement", "wording", "wording || 'x'", KEPT),
    ("amendment", "reason_fr", "COALESCE(reason_fr, '') || 'x'", "state = 'published'"),
    ("source", "title", "title || 'x'", SEALED),
    ("indicator", "name_fr", "name_fr || 'x'", SEALED),
    ("series", "interval_months", "interval_months + 1", SEALED),
    ("programme", "name_fr", "name_fr || 'x'", SEALED),
    ("centre", "name_fr", "name_fr || 'x'", SEALED),
    ("agreement", "title_fr", "title_fr || 'x'", SEALED),
    ("milestone", "title_fr", "title_fr || 'x'", SEALED),
    ("territory", "hcp_code", "'99'", SEALED),
)


def tell(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def change_value(chance: random.Random) -> int:
    table, column, value, where = chance.choice(VALUES)
    keys = tell(f"SELECT id FROM programmes_{table} WHERE {where} ORDER BY id")
    if not keys:
        return change_value(chance)
    key = chance.choice(keys)[0]
    before = tell(f"SELECT {column} FROM programmes_{table} WHERE id = %s", key)
    tell(f"UPDATE programmes_{table} SET {column} = {value} WHERE id = %s", key)
    if before == tell(f"SELECT {column} FROM programmes_{table} WHERE id = %s", key):
        return change_value(chance)
    return 0


def change_date(chance: random.Random) -> int:
    row = chance.choice(
        Measurement.objects.filter(published_at__isnull=False, period_start=None).order_by("pk")
    )
    day = row.as_of_on - timedelta(400)
    tell(
        "UPDATE programmes_measurement SET as_of_on = %s, as_of_precision = 'day', as_of_from = NULL WHERE id = %s",
        day, row.pk,
    )  # fmt: skip
    return 0


def remove_row(chance: random.Random) -> int:
    row = chance.choice(Measurement.objects.filter(published_at__isnull=False).order_by("pk"))
    tell("DELETE FROM programmes_measurement WHERE id = %s", row.pk)
    return 0


def add_row(chance: random.Random) -> int:
    row = chance.choice(Measurement.objects.filter(published_at__isnull=False).order_by("pk"))
    columns = [f.column for f in Measurement._meta.concrete_fields if f.column != "id"]
    changed = {"ref": "'added'", "state": "'withdrawn'"}
    tell(
        f"INSERT INTO programmes_measurement ({', '.join(columns)}) "
        f"SELECT {', '.join(changed.get(one, one) for one in columns)} FROM programmes_measurement WHERE id = %s",
        row.pk,
    )
    return 0


def any_entry(chance: random.Random) -> int:
    return chance.randrange(1, last_entry()[0] + 1)


def change_content(chance: random.Random) -> int:
    number = any_entry(chance)
    tell(f"UPDATE {ENTRY} SET content = replace(content, 'rows', 'rowz') WHERE number = %s", number)
    return number


def change_moment(chance: random.Random) -> int:
    number = any_entry(chance)
    moment = LedgerEntry.objects.get(number=number).moment + timedelta(microseconds=1)
    tell(f"UPDATE {ENTRY} SET moment = %s WHERE number = %s", moment, number)
    return number


def change_digest(chance: random.Random) -> int:
    number = any_entry(chance)
    column = chance.choice(("digest", "previous", "content_digest"))
    tell(f"UPDATE {ENTRY} SET {column} = %s WHERE number = %s", "f" * 64, number)
    return number


def remove_entry(chance: random.Random) -> int:
    number, last = any_entry(chance), last_entry()[0]
    tell(f"DELETE FROM {ENTRY} WHERE number = %s", number)
    return number + (number < last)


def exchange_entries(chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(1, last_entry()[0] + 1), 2))
    for before, after in ((one, 0), (other, one), (0, other)):
        tell(f"UPDATE {ENTRY} SET number = %s WHERE number = %s", after, before)
    return one


def empty_entry(chance: random.Random) -> int:
    number = any_entry(chance)
    tell(f"UPDATE {ENTRY} SET content = '', salt = '' WHERE number = %s", number)
    return number


def rewrite_chain(chance: random.Random) -> int:
    """Another content, and every digest from there on made to fit."""
    number = any_entry(chance)
    rewrite_from(number, lambda content: content.update(why="nothing"))
    return number


def rewrite_both(chance: random.Random) -> int:
    """A figure and its entry, and every digest from there on: all fits but what was kept."""
    rows = Measurement.objects.filter(published_at__isnull=False, value__isnull=False)
    row = chance.choice(rows.exclude(series__indicator__measure="ratio").order_by("pk"))
    row.value = row.value.normalize() + 1
    tell("UPDATE programmes_measurement SET value = %s WHERE id = %s", row.value, row.pk)
    last = LedgerEntry.objects.filter(table="measurements", key=row.ref).latest("number").number
    value = format(row.value, "f")
    rewrite_from(last, lambda content: content["rows"]["measurements"][0].update(value=value))
    return last


def add_restated(chance: random.Random) -> int:
    """A figure changed, and an entry added that says so: chain, kept digests and data fit."""
    rows = Measurement.objects.filter(state=State.PUBLISHED, value__isnull=False)
    row = chance.choice(rows.exclude(series__indicator__measure="ratio").order_by("pk"))
    tell("UPDATE programmes_measurement SET value = value + 1 WHERE id = %s", row.pk)
    event = chance.choice(("published", "corrected", "withdrawn", "set_aside"))
    with publication_lock() as at:
        add_entries([(event, row)], at)
    return last_entry()[0]


def rewrite_from(number: int, change: Callable[[dict[str, Any]], None]) -> None:
    previous = (
        LedgerEntry.objects.filter(number=number - 1).values_list("digest", flat=True).first()
    )
    for entry in LedgerEntry.objects.filter(number__gte=number):
        content = json.loads(entry.content)
        if entry.number == number:
            change(content)
        entry.content = verify.canonical(content)
        entry.content_digest = verify.content_digest(entry.format, entry.salt, content)
        entry.previous = previous or verify.START
        entry.digest = previous = verify.entry_digest(entry.written)
        tell(
            f"UPDATE {ENTRY} SET content = %s, content_digest = %s, previous = %s, digest = %s WHERE number = %s",
            entry.content, entry.content_digest, entry.previous, entry.digest, entry.number,
        )  # fmt: skip


TAMPERINGS: tuple[Callable[[random.Random], int], ...] = (
    change_value, change_date, remove_row, add_row, change_content, change_moment, change_digest, remove_entry,
    exchange_entries, empty_entry, rewrite_chain, rewrite_both, add_restated,
)  # fmt: skip
OF_LEDGER = (
    change_content, change_moment, change_digest, remove_entry, exchange_entries, empty_entry, rewrite_chain
)  # fmt: skip


def data_files() -> list[tuple[str, str, list[bytes]]]:
    today = timezone.localdate()
    return [(one.name, one.name, list(lines(one, today))) for one in public_tables()]


def tampered(turns: int, seed: int) -> None:
    """Each kind in its turn. What touches the ledger is named by the entry, data by the last one of its record.

    Data is written out anew only where a tampering touches it: that takes most of the time.
    """
    chance = random.Random(seed)
    kept = [(*one, None) for one in LedgerEntry.objects.values_list("number", "digest")]
    untouched = data_files()
    lasts = {
        (entry.table, entry.key): entry.number for entry in LedgerEntry.objects.order_by("number")
    }
    for turn in range(turns):
        tamper = TAMPERINGS[turn % len(TAMPERINGS)]
        with taken_back(), guards_lifted("somebody owns the database"):
            number = tamper(chance)
            data = untouched if tamper in OF_LEDGER else data_files()
            report = verify.verify(ledger_lines(last_entry()[0]), data, kept)
        assert report.count, (tamper, turn)
        first = report.faults[0]
        if tamper is rewrite_both:
            assert [(one.entry, one.kind) for one in report.faults] == [(number, "kept_differs")]
        elif tamper is add_restated:
            assert {one.entry for one in report.faults} == {number}
        elif number:
            assert first.entry == number, (tamper, turn, first)
        elif tamper is add_row:
            assert first.said == {"table": "measurements", "key": "added"}
        else:
            assert first.entry in lasts.values()
            assert first.kind in ("row_differs", "row_missing")


@pytest.mark.long
def test_every_tampering_is_found_and_the_first_entry_named() -> None:
    tampered(len(TAMPERINGS), 17)


@pytest.mark.long
def test_a_thousand_tamperings_are_found() -> None:
    tampered(1000, 1017)
