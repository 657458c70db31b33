"""Every event leaves its entry; entries are only added to, and hold nothing that is not public."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from programmes import services, verify
from programmes.calculations.dates import written_moment
from programmes.models import (
    Evidence,
    FrozenRowError,
    LedgerEntry,
    Measurement,
    Organisation,
    Series,
    Signature,
    Target,
    TargetRevision,
)
from programmes.models.guards import guards_lifted
from programmes.models.sealed_values import value_of
from programmes.services.erasing.blanking import blank_personal_data
from programmes.services.ledger import (
    add_entries,
    last_entry,
    ledger_length,
    ledger_lines,
    rewrite,
    tell_rewritten,
)
from programmes.services.lock import publication_lock
from programmes.spreadsheets.importing.sample import data_account, review_account
from tests import builders
from tests.databases import address

pytestmark = pytest.mark.django_db
NAME = "Fatima Secrète"
DRAFT_VALUE = 43_214_321_432


def draft(value: int = 100, on: str = "2024-01-01", **columns: Any) -> Measurement:
    series = Series.objects.filter(code="s").first() or builders.make_series("s", programme=None)
    columns.setdefault("entered_by", data_account())
    return builders.make_measurement(series, on, value, draft=True, **columns)


def published(row: Any) -> Any:
    return builders.published_by_two(row, show=True, confirmation="Vérifié.")


def entries(after: int = 0) -> list[tuple[str, str, str]]:
    found = LedgerEntry.objects.filter(number__gt=after).order_by("number")
    return list(found.values_list("event", "table", "key"))


def content(number: int) -> dict[str, Any]:
    return json.loads(LedgerEntry.objects.get(number=number).content)


def chain() -> verify.Report:
    return verify.verify(ledger_lines(last_entry()[0]))


def test_a_figure_is_told_after_what_it_rests_on() -> None:
    row = published(draft(note="Une note"))
    found = entries()
    assert sorted(found[:-1]) == [
        ("sealed", "indicators", "people-trained"),
        ("sealed", "series", "s"),
        ("sealed", "sources", "source"),
        ("sealed", "territories", "MA"),
    ]
    assert found[-1] == ("published", "measurements", row.ref)
    assert content(5) == {
        "rows": {
            "measurements": [
                {
                    "ref": row.ref,
                    "series": "s",
                    "period_start": None,
                    "as_of": "2024-01-01",
                    "value": "100",
                    "percent": None,
                    "numerator": None,
                    "denominator": None,
                    "qualifier": row.qualifier,
                    "source": "source",
                    "note_fr": "Une note",
                    "note_ar": None,
                    "note_en": None,
                    "supersedes": None,
                    "reason_fr": None,
                    "reason_ar": None,
                    "reason_en": None,
                    "published_at": written_moment(row.published_at),
                    "state": "published",
                    "ended_at": None,
                    "outcome_reason_fr": None,
                    "outcome_reason_ar": None,
                    "outcome_reason_en": None,
                }
            ]
        }
    }
    moments = set(LedgerEntry.objects.values_list("moment", flat=True))
    assert moments == {row.published_at}
    assert chain().entries == 5


def test_a_correction_tells_what_it_corrects() -> None:
    first = published(draft())
    before = last_entry()[0]
    second = published(draft(101, supersedes=first, reason="Faute de frappe"))
    assert entries(before) == [
        ("corrected", "measurements", first.ref),
        ("published", "measurements", second.ref),
    ]
    assert content(before + 1)["rows"]["measurements"][0]["state"] == "superseded"


def test_what_is_set_aside_is_told_once_the_public_reads_of_it() -> None:
    row = services.submit(draft(5), by=data_account())
    services.set_aside(row, by=review_account(), reason="Une autre source")
    assert entries() == []  # nobody has heard of the series
    published(draft())
    told = ("set_aside", "measurements", row.ref)
    assert entries().count(told) == 1
    other = services.submit(draft(6), by=data_account())
    services.set_aside(other, by=review_account(), reason="Une autre source")
    assert entries()[-1] == ("set_aside", "measurements", other.ref)
    call_command("verify_ledger", verbosity=0)


def test_amendments_showings_and_withdrawals_are_told_with_their_record() -> None:
    target = builders.make_target("t", draft=True)
    proposal = services.propose_showing(target, by=data_account())
    published(proposal)
    found = entries()
    assert found[-2:] == [("shown", "targets", "t"), ("published", "amendments", str(proposal.pk))]
    assert ("sealed", "series", "t-series") in found
    change = builders.amend(target.series, name={"fr": "Un autre nom"})
    assert entries(len(found)) == [
        ("amended", "series", "t-series"),
        ("published", "amendments", str(change.pk)),
    ]
    assert content(len(found) + 1)["rows"]["series"][0]["name_fr"] == "Un autre nom"
    gone = builders.withdraw(target)
    assert entries(len(found) + 2) == [
        ("withdrawn", "targets", "t"),
        ("published", "amendments", str(gone.pk)),
    ]
    assert content(len(found) + 3)["rows"]["targets"][0]["withdrawn_at"] is not None


def test_the_original_is_told_when_it_is_settled() -> None:
    target = builders.make_target("t", draft=True)
    published(target.revisions.get())
    before = last_entry()[0]
    second = builders.make_revision(
        target,
        2,
        draft=True,
        value=9,
        announced="2020-02-01",
        reason="x",
        entered_by=data_account(),
    )
    published(second)
    assert entries(before)[-1] == ("settled", "targets", "t")
    assert content(last_entry()[0])["rows"]["targets"][0]["original"] == "2"


def test_a_source_is_told_with_the_digest_of_its_file(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = builders.make_source("s")
    source.file = ContentFile(b"%PDF-1.4 what was said", name="report.pdf")
    source.save()
    published(draft(source=source))
    digest = hashlib.sha256(b"%PDF-1.4 what was said").hexdigest()
    entry = LedgerEntry.objects.get(table="sources", key="s")
    assert content(entry.number)["rows"]["sources"][0]["file_digest"] == digest
    call_command("verify_ledger", verbosity=0)
    Path(source.file.path).write_bytes(b"%PDF-1.4 something else")
    with pytest.raises(
        CommandError, match="sources, s: its attached file is gone, or is not the one"
    ):
        call_command("verify_ledger", verbosity=0)


def test_evidence_is_told_with_its_source_and_what_is_added_later_with_its_proposal(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = builders.make_source("s")
    table = builders.make_evidence(
        source, "Tableau 3", url="", file=ContentFile(b"%PDF-1.4 table", name="table.pdf")
    )
    published(draft(source=source))
    digest = hashlib.sha256(b"%PDF-1.4 table").hexdigest()
    of_table = {
        "source": "s", "title": "Tableau 3", "language": "fr", "url": None, "file_digest": digest,
    }  # fmt: skip
    told = LedgerEntry.objects.get(table="sources", key="s")
    assert content(told.number)["rows"]["evidence"] == [of_table]
    before = value_of(source, "evidence")
    video = {
        "title": "Vidéo",
        "language": "ar",
        "url": "https://example.ma/v",
        "file": None,
        "file_digest": "",
    }
    builders.amend(source, evidence=[*before, video])
    assert entries(last_entry()[0] - 2)[0] == ("amended", "sources", "s")
    of_video = {
        "source": "s", "title": "Vidéo", "language": "ar", "url": "https://example.ma/v", "file_digest": None,
    }  # fmt: skip
    assert content(last_entry()[0] - 1)["rows"]["evidence"] == [of_table, of_video]
    # where a file is kept is nobody's business
    [said] = content(last_entry()[0])["rows"]["amendments"]
    assert [set(row) for row in json.loads(said["new"])] == [
        {"title", "language", "url", "file_digest"}
    ] * 2
    call_command("verify_ledger", verbosity=0)
    table = source.evidence.get(title="Tableau 3")
    assert table.file_digest == digest
    Path(table.file.path).unlink()
    sentence = "evidence, s · Tableau 3: its attached file is gone, or is not the one that the ledger speaks of."
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", verbosity=0)
    assert str(refused.value).splitlines() == [sentence, "Faults: 1."]


def test_evidence_that_another_takes_the_place_of_is_found(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = builders.make_source("s")
    builders.make_evidence(source, "Annexe")
    published(draft(source=source))
    with guards_lifted("another address"):
        models.QuerySet(Evidence).update(url="https://example.ma/autre")
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", verbosity=0)
    number = LedgerEntry.objects.get(table="sources", key="s").number
    assert str(refused.value).splitlines() == [
        f"Entry {number}: evidence, s · Annexe: “url” was https://example.ma/annexe; the data says "
        "https://example.ma/autre.",
        "Faults: 1.",
    ]


def test_a_status_that_does_not_follow_from_what_is_published_is_named() -> None:
    targets = [
        builders.make_target(
            code, draft=True, series=builders.make_series(f"{code}-series", programme=None)
        )
        for code in ("t", "u")
    ]
    for target in targets:
        published(target.revisions.get())
    call_command("verify_ledger", verbosity=0)
    with guards_lifted("somebody owns the database"):
        tell(
            "UPDATE programmes_standing SET status = 'achieved' WHERE target_id = %s", targets[1].pk
        )
    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger", verbosity=0)
    assert str(failure.value).splitlines() == [
        "targets, u: its status is not the one that follows from what is published.",
        "Faults: 1.",
    ]


def test_what_is_undone_leaves_no_entry() -> None:
    with transaction.atomic():
        published(draft())
        transaction.set_rollback(True)
    assert entries() == []


def test_no_name_of_a_person_no_draft_and_no_staff_stands_in_it() -> None:
    staff = get_user_model().objects.create_superuser("staff-marker", first_name="Prénom-marker")
    agreement = builders.make_agreement("a", is_public=False)
    builders.make_milestone("m", agreement=agreement, is_public=False)
    Signature.objects.create(
        agreement=agreement,
        organisation=builders.make_organisation(),
        person_fr=NAME,
        undertaking_fr="Former",
    )
    published(services.propose_showing(agreement, by=data_account()))
    # More digits than any digest or moment holds by chance.
    draft(DRAFT_VALUE, note="draft-marker", entered_by=staff, on="2023-01-01")
    row = draft()
    row = services.submit(row, by=data_account(), note="note-marker")
    services.publish(row, by=staff, note="note-marker", show=True, confirmation="why-marker")
    text = b"".join(ledger_lines(last_entry()[0])).decode()
    assert "Former" in text
    for hidden in (NAME, "marker", str(DRAFT_VALUE), '"m"', data_account().username):
        assert hidden not in text


def test_blanking_empties_what_holds_the_name_and_says_so() -> None:
    agreement = builders.make_agreement("a", is_public=False, title_fr=f"Convention de {NAME}")
    part = Signature.objects.create(
        agreement=agreement, organisation=builders.make_organisation(), person_fr=NAME
    )
    published(services.propose_showing(agreement, by=data_account()))
    builders.amend(agreement, title={"fr": "Convention"})
    before = last_entry()[0]
    holding = [one.number for one in LedgerEntry.objects.all() if NAME in one.content]
    assert len(holding) == 2  # the showing, and the amendment with the old title
    line = blank_personal_data(
        agreement,
        part.organisation,
        by=get_user_model().objects.create_superuser("root"),
        reason="Loi",
    )
    assert entries(before) == [
        ("blanked", "agreements", "a"),
        ("published", "amendments", str(line.pk)),
    ]
    assert content(before + 1)["emptied"] == holding
    assert NAME not in b"".join(ledger_lines(last_entry()[0])).decode()
    assert ledger_length(before) == len(b"".join(ledger_lines(before)))
    report = chain()
    assert (report.count, report.entries) == (0, before + 2)


def test_ledger_fits_after_each_signatory_of_an_agreement_was_removed_in_turn() -> None:
    agreement = builders.make_agreement("a", is_public=False, title_fr="Convention")
    offices = {"ofppt": "Directrice", "um6p": "Président", "anapec": "Directeur"}
    for code, office in offices.items():
        body = builders.make_organisation(code)
        Signature.objects.create(
            agreement=agreement, organisation=body, person_fr=f"{NAME} {code}", office_fr=office
        )
    published(services.propose_showing(agreement, by=data_account()))
    shown = [one.number for one in LedgerEntry.objects.all() if "Directrice" in one.content]
    root = get_user_model().objects.create_superuser("root")
    named = []
    for code in offices:
        before = last_entry()[0]
        blank_personal_data(
            agreement, Organisation.objects.get(code=code), by=root, reason="Demande"
        )
        named.append(content(before + 1)["emptied"])
        assert chain().count == 0
    first = named[0]
    assert first == shown
    assert named[1:] == [[*first, before - 3], [*first, before - 3, before - 1]]


def tell(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programmes_ledgerentry SET content = '', salt = '' WHERE number = 1",
        "UPDATE programmes_ledgerentry SET digest = previous WHERE number = 1",
        "DELETE FROM programmes_ledgerentry WHERE number = 2",
        'INSERT INTO programmes_ledgerentry SELECT number + 90, moment, day, event, "table", key, format, content,'
        " salt, content_digest, previous, digest, size FROM programmes_ledgerentry WHERE number = 2",
    ],
)
def test_database_only_adds_to_the_ledger(statement: str) -> None:
    published(draft())
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        tell(statement)
    assert chain().count == 0


def test_models_only_add_to_the_ledger() -> None:
    published(draft())
    entry = LedgerEntry.objects.first()
    for change in (
        entry.save,
        entry.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(salt=""),
        lambda: LedgerEntry.objects.bulk_update([entry], ["salt"]),
    ):
        with pytest.raises(FrozenRowError, match="qu’ajouter au registre"):
            change()
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        LedgerEntry.objects.empty([1])


def test_a_migration_that_rewrites_says_so() -> None:
    row = published(draft())
    hidden = draft(7, on="2020-01-01")

    def change() -> None:
        models.QuerySet(Measurement).update(note_fr="Unité précisée")

    before = last_entry()[0]
    keys = [row.pk, hidden.pk]
    rewrite("measurement", keys, change, why="Notes moved from another table")
    tell_rewritten()
    tell_rewritten()
    last = last_entry()[0]
    assert entries(before) == [("migrated", "measurements", row.ref)]
    assert content(last)["why"] == "Notes moved from another table"
    call_command("verify_ledger", verbosity=0)


@pytest.mark.parametrize(
    ("reason", "column"), [("Retard des travaux", "reason_fr"), ("تأخر الأشغال", "reason_ar")]
)
def test_reasons_given_in_one_column_are_kept_in_their_language(reason: str, column: str) -> None:
    series = builders.make_series("s", programme=None)
    target = builders.make_target("t", series=series, draft=True)
    row = published(target.revisions.get())
    with guards_lifted("as before the migration"):
        models.QuerySet(TargetRevision).filter(pk=row.pk).update(reason=reason)
    before = last_entry()[0]
    migration = import_module("programmes.migrations.0014_reasons_kept")
    state = MigrationExecutor(connection).loader.project_state(("programmes", "0014_reasons_kept"))
    migration.keep_reasons(state.apps, None)
    tell_rewritten()
    row = TargetRevision.objects.get()
    given = {one: getattr(row, one) for one in ("reason_fr", "reason_ar", "reason_en")}
    assert given == dict.fromkeys(given) | {column: reason}
    assert entries(before) == [("migrated", "target-revisions", "t · 1")]
    call_command("verify_ledger", verbosity=0)
    with guards_lifted("as nothing was ever there"):
        models.QuerySet(TargetRevision).update(reason="")
    migration.keep_one(state.apps, None)
    assert models.QuerySet(TargetRevision).values_list("reason", flat=True).get() == reason


def test_an_entry_of_a_moment_before_the_last_is_never_made() -> None:
    published(draft())
    row = Target.objects.first() or builders.make_target("t", draft=True)
    with publication_lock() as at:
        made = add_entries([("shown", row)], at)
    assert made[0].moment > LedgerEntry.objects.get(number=made[0].number - 1).moment


PUBLISH = """
from programmes import services
from programmes.models import Measurement
from programmes.spreadsheets.importing.sample import review_account
for row in Measurement.objects.filter(series__code__startswith="s{}-").order_by("pk"):
    services.publish(row, by=review_account(), show=True, confirmation="x")
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_processes_that_publish_at_once_make_one_chain() -> None:
    builders.make_country()
    review_account()
    for number in range(10):
        for turn in range(3):
            series = builders.make_series(f"s{number}-{turn}", programme=None)
            row = builders.make_measurement(
                series, "2024-01-01", turn + 1, draft=True, entered_by=data_account()
            )
            services.submit(row, by=data_account())
    environment = {"DEBUG": "true", "DATABASE_URL": address(), "PATH": ""}
    running = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", PUBLISH.format(number)],
            env=environment,
            stderr=subprocess.PIPE,
        )
        for number in range(10)
    ]
    assert [(one.communicate()[1], one.returncode) for one in running] == [(b"", 0)] * 10
    assert Counter(event for event, _table, _key in entries())["published"] == 30
    report = chain()
    assert (report.count, report.entries) == (0, LedgerEntry.objects.count())
    call_command("verify_ledger", verbosity=0)
