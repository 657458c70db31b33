"""The ledger in public: anyone takes it, keeps a digest, and finds out later what was changed."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone, translation
from django.utils.feedgenerator import rfc3339_date

from programmes import verify
from programmes.languages import CODES
from programmes.models import Amendment, DataFile, LedgerEntry, Measurement, Target
from programmes.models.data_version import forget_version, mark_change
from programmes.models.guards import guards_lifted
from programmes.models.publication_clock import PublicationClock
from programmes.selectors.lines.ledger_entries import entries_of_target, ledger_days
from programmes.selectors.wording.formats import day_words
from programmes.services.ledger import last_entry, ledger_length
from programmes.spreadsheets.sending.public_files import data_files
from programmes.spreadsheets.sending.public_files.data_files import (
    LEDGER,
    file_name,
    make_asked,
    make_public,
    state_of_files,
)
from programmes.spreadsheets.sending.public_files.published import public_columns, public_tables
from tests.sampling import first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
LANGUAGES = ("fr", "ar", "en")


def body(address: str) -> bytes:
    response = Client().get(address)
    assert response.status_code == 200, address
    return b"".join(response) if response.streaming else response.content


def kept() -> str:
    return "{}:{}".format(*last_entry())


PLACEHOLDERS = {"fr": "VOTRE-EMPREINTE", "ar": "بصمتك", "en": "YOUR-DIGEST"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_gives_the_digest_and_the_command_for_that_of_the_reader(language: str) -> None:
    html = body(f"/{language}/ledger/").decode()
    assert f'<bdi class="code digest">{kept()}</bdi>' in html
    text = re.sub("</?bdi[^>]*>", "", html)
    command = "python3 verify.py ledger.jsonl *.json --kept"
    assert f"{command} {PLACEHOLDERS[language]} --language {language}" in text
    assert f"{command} {kept()}" not in text


@pytest.mark.parametrize(
    ("language", "label"), [("fr", "Modifications"), ("ar", "التعديلات"), ("en", "Changes")]
)
def test_file_of_changes_is_called_as_elsewhere(language: str, label: str) -> None:
    html = body(f"/{language}/ledger/").decode()
    on = timezone.localdate()
    address = f"/{language}/data/amendments.json?on={on}&amp;languages=all"
    assert f'<a href="{address}">{label}</a>' in html


def test_columns_that_no_entry_holds_are_those_that_the_page_names() -> None:
    found: dict[str, set[str]] = {}
    for table in public_tables():
        for column in public_columns(table):
            if column.code not in verify.COLUMNS[table.name]:
                found.setdefault(column.code, set()).add(table.name)
    # looked up in what has entries of its own: the series of a target, the change that withdrew
    whys = (f"withdrawn_reason_{code}" for code in CODES)
    for code in ("indicator", "territory", "programme", "centre", *whys):
        del found[code]
    assert found == {
        "other_spellings": {"territories", "organisations", "programmes", "centres"},
        "summary_fr": {"programmes"},
        "summary_ar": {"programmes"},
        "summary_en": {"programmes"},
        "website": {"organisations"},
        "latitude": {"centres"},
        "longitude": {"centres"},
        "population": {"territories"},
        "population_year": {"territories"},
        "archived_url": {"sources"},
        "read_on": {"sources"},
        "position": {"categories"},
    }
    page = body("/en/ledger/").decode()
    assert "Nor are summaries, other spellings, websites and coordinates" in page
    assert (
        "Nor are a territory’s population and its year, where a copy of a source is archived and when it was read, "
        "the order of categories, and records on which nothing published rests."
    ) in page


@pytest.fixture
def kept_files(settings: Any, tmp_path: Path) -> None:
    """The ledger and the figures as a worker made them."""
    settings.STORAGES = settings.STORAGES | {
        "public_files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "kept")},
        }
    }
    forget_version()
    for name in (LEDGER, file_name("measurements", "json", None)):
        make_public(name, state_of_files())


def whole_ledger(query: str = "") -> None:
    response = Client().get(f"/fr/data/ledger.jsonl{query}")
    lines = b"".join(response)
    assert response["Content-Length"] == str(len(lines))
    assert response["Content-Disposition"] == 'attachment; filename="ledger.jsonl"'
    assert verify.verify(lines.splitlines(True)).entries == LedgerEntry.objects.count()


def test_whole_ledger_comes_with_its_length_and_the_name_that_the_command_gives() -> None:
    whole_ledger()
    whole_ledger(f"?on={timezone.localdate()}")


def test_kept_ledger_has_that_name_too(kept_files: None) -> None:
    whole_ledger()
    assert DataFile.objects.get(name=LEDGER).size == ledger_length(last_entry()[0])
    mark_change()
    whole_ledger()


def test_programme_is_served_as_it_is() -> None:
    assert body("/ar/ledger/verify.py") == Path(verify.__file__).read_bytes()


@pytest.fixture
def three_days() -> Iterator[date]:
    """As if the entries were of today, yesterday and the day before."""
    today, entries = timezone.localdate(), models.QuerySet(LedgerEntry)
    with transaction.atomic():
        with guards_lifted("days gone by"):
            entries.update(day=today)
            entries.filter(number__lte=200).update(day=today - timedelta(1))
            entries.filter(number__lte=100).update(day=today - timedelta(2))
        yield today
        transaction.set_rollback(True)


def test_days_are_told_by_their_last_entry(three_days: date) -> None:
    digest = dict(LedgerEntry.objects.values_list("number", "digest"))
    last = last_entry()[0]
    found = [(one.day, one.count, one.kept) for one in ledger_days()]
    assert found == [
        (three_days, str(last - 200), f"{last}:{digest[last]}"),
        (three_days - timedelta(1), "100", f"200:{digest[200]}"),
        (three_days - timedelta(2), "100", f"100:{digest[100]}"),
    ]
    assert [one.number for one in ledger_days(2)] == [last, 200]
    assert body("/fr/ledger/digests.txt").decode().splitlines() == [
        f"{day.isoformat()} {line}" for day, _count, line in found
    ]
    assert [one.number for one in verify_kept(body("/fr/ledger/digests.txt"))] == [last, 200, 100]


def verify_kept(text: bytes) -> list[Any]:
    return [
        LedgerEntry.objects.get(number=int(number), digest=digest)
        for number, digest in verify.KEPT.findall(text.decode())
    ]


def test_page_of_an_earlier_day_gives_the_digest_of_then(three_days: date) -> None:
    html = body(f"/fr/ledger/?on={three_days - timedelta(1)}").decode()
    digest = LedgerEntry.objects.get(number=200).digest
    assert f'<bdi class="code digest">200:{digest}</bdi>' in html
    assert kept() not in html


def test_whole_ledger_of_an_earlier_day_ends_there(three_days: date) -> None:
    """Page, file, digests and feed of a day or a moment end with it; the files to check are always those of today."""
    on = f"?on={three_days - timedelta(1)}"
    assert body(f"/fr/data/ledger.jsonl{on}").count(b"\n") == 200
    assert [one.number for one in verify_kept(body(f"/fr/ledger/digests.txt{on}"))] == [200, 100]
    assert [one.number for one in verify_kept(body(f"/fr/ledger.atom{on}"))] == [200, 100]
    html = body(f"/en/ledger/{on}").decode()
    assert "This is the digest of then." in html
    assert f'href="/en/data/ledger.jsonl?on={timezone.localdate()}" download' in html
    moment = LedgerEntry.objects.get(number=last_entry()[0] - 5).moment
    last = LedgerEntry.objects.filter(moment=moment).latest("number")
    known = f"?known={last.moment:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert body(f"/fr/data/ledger.jsonl{known}").splitlines(True)[-1] == last.line
    assert f'<bdi class="code digest">{last}</bdi>' in body(f"/fr/ledger/{known}").decode()
    assert body(f"/fr/ledger/digests.txt{known}").decode().splitlines()[0].endswith(f" {last}")


def test_feed_without_a_line_is_as_old_as_the_last_publication() -> None:
    at = PublicationClock.objects.get().last
    updated = f"<updated>{rfc3339_date(at)}</updated>".encode()
    assert updated in body("/en/ledger.atom")
    assert updated in body("/en/ledger.atom?on=1990-01-01")


def test_feed_has_the_days_that_ended(three_days: date) -> None:
    feed = body("/en/ledger.atom").decode()
    assert [one.number for one in verify_kept(feed.encode())] == [200, 100]
    assert f"Digest of {day_words_in_english(three_days - timedelta(1))}" in feed


def day_words_in_english(day: date) -> str:
    with translation.override("en"):
        return day_words(day)


def changes_of(target: Target) -> list[str]:
    """The keys of what was changed, shown or withdrawn of a target and its series."""
    found = {*Amendment.objects.of(target), *Amendment.objects.of(target.series)}
    return [str(one.pk) for one in found]


def test_target_tells_its_entries_newest_first_and_leads_to_the_rest() -> None:
    html = body("/en/targets/cmc-12/").decode()
    section = html.split("In the ledger</h2>")[1].split("</section>")[0]
    numbers = [int(one) for one in re.findall(r"entry (\d+)", section)]
    assert numbers == sorted(numbers, reverse=True)
    target = Target.objects.get(code="cmc-12")
    figures = target.series.measurements.values("ref")
    own = set(
        LedgerEntry.objects.filter(
            models.Q(table="targets", key="cmc-12")
            | models.Q(table="series", key=target.series.code)
            | models.Q(table="target-revisions", key__startswith="cmc-12 · ")
            | models.Q(table="measurements", key__in=figures)
            | models.Q(table="amendments", key__in=changes_of(target))
        ).values_list("number", flat=True)
    )
    assert numbers == sorted(own, reverse=True)[: len(numbers)]
    assert "Publication</span> target revision <bdi>cmc-12 · 1</bdi>" in section
    labels = dict.fromkeys(LedgerEntry.objects.values_list("table", flat=True), "x")
    first = entries_of_target("cmc-12", timezone.localdate(), labels, limit=1)
    assert [one.number for one in first.lines] == [max(own)]
    assert first.older == max(own)
    rest = body(f"/en/targets/cmc-12/ledger/?before={first.older}").decode()
    assert [int(one) for one in re.findall(r"entry (\d+)", rest)] == sorted(own, reverse=True)[1:]
    assert Client().get("/en/targets/cmc-12/ledger/?before=x").status_code == 400
    assert Client().get("/en/targets/nowhere/ledger/").status_code == 404


def test_an_earlier_day_tells_no_later_entries() -> None:
    html = body("/en/targets/cmc-12/?on=2023-12-31").decode()
    assert "In the ledger</h2>" not in html


FITS = {"fr": "Tout concorde.", "ar": "كل شيء متطابق.", "en": "Everything fits."}
FAULTS = {"fr": "Anomalies : 1.", "ar": "عدد الاختلالات: 1.", "en": "Faults: 1."}


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("language", first(LANGUAGES))
def test_whoever_has_only_the_page_convicts_an_update_on_the_same_day(
    language: str, tmp_path: Path, kept_files: None
) -> None:
    """Neither files that were made before nor what a browser holds stand between the database and who checks it."""
    before, command = follow(tmp_path / "before", language)
    assert run(before, command) == (0, FITS[language])
    row = Measurement.objects.filter(published_at__isnull=False, value__isnull=False).first()
    try:
        with guards_lifted("somebody owns the database"), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE programmes_measurement SET value = value + 1 WHERE id = %s", [row.pk]
            )
        whole = before / f"measurements-{timezone.localdate()}-all.json"
        assert body(f"/{language}/data/measurements.json?languages=all") == whole.read_bytes()
        after, command = follow(tmp_path / "after", language)
    finally:
        with guards_lifted("as it was"):
            models.QuerySet(Measurement).filter(pk=row.pk).update(value=row.value)
    rows = {one["ref"]: one["value"] for one in json.loads((after / whole.name).read_bytes())}
    assert rows[row.ref] == row.value + 1
    status, last = run(after, command)
    assert status == 1
    assert last.startswith(FAULTS[language])


def test_what_the_database_holds_is_kept_by_nobody() -> None:
    held = Client().get(f"/fr/data/measurements.json?languages=all&on={timezone.localdate()}")
    assert held["Cache-Control"] == "no-store"
    assert "ETag" not in held


def test_large_table_is_made_anew_for_who_checks(
    monkeypatch: Any, settings: Any, kept_files: None
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(data_files, "MADE_AT_ONCE", 2)
    address = f"/fr/data/measurements.json?languages=all&on={timezone.localdate()}"
    response = Client().get(address)
    assert (response.status_code, response["Cache-Control"]) == (202, "no-store")
    make_asked(DataFile.objects.get(name__startswith="asked-").pk)
    response = Client().get(address)
    name = f"measurements-{timezone.localdate()}-all.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Cache-Control"] == "no-store"


def follow(folder: Path, language: str) -> tuple[Path, str]:
    """What somebody has who does what the page says: takes every link of the steps, keeps its name; the command."""
    page = unescape(body(f"/{language}/ledger/").decode())
    steps = page[page.index('<ol class="steps">') : page.index("</ol>")]
    addresses = re.findall(r'href="([^"]*)"', steps)
    assert len(addresses) == 2 + len(public_tables())
    folder.mkdir()
    for address in addresses:
        response = Client().get(address)
        name = re.search(r'filename="([^"]*)"', response["Content-Disposition"])[1]
        (folder / name).write_bytes(b"".join(response))
    assert len(list(folder.iterdir())) == len(addresses)
    printed = re.search(r"python3 verify.py [^<]*", re.sub("</?bdi[^>]*>", "", steps))[0]
    assert f" {PLACEHOLDERS[language]} " in printed
    return folder, printed.replace(PLACEHOLDERS[language], kept())


def run(folder: Path, command: str) -> tuple[int, str]:
    """The command of the page: its status and its last line."""
    _python, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-I", "-S", *arguments], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode().splitlines()[-1]


def test_witnesses_are_mailed_the_digest(settings: Any) -> None:
    settings.LEDGER_WITNESSES = ["one@example.ma", "two@example.ma"]
    settings.SITE_URL = "https://suivi.example.ma"
    call_command("send_digest", verbosity=0)
    assert [one.to for one in mail.outbox] == [["one@example.ma"], ["two@example.ma"]]
    first = mail.outbox[0]
    assert first.body.startswith(f"{kept()}\n\nVoici l’empreinte du registre")
    for language in LANGUAGES:
        assert f"https://suivi.example.ma/{language}/ledger/" in first.body
