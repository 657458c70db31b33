"""Personal data, limits and sign-ins from new browsers."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from operations import limits
from programmes.management.schedule import SCHEDULE
from programmes.models import ImportFile, ImportJob, Preference
from programmes.services.erasing.personal_data import erase_person, personal_data
from programmes.spreadsheets.importing import jobs
from tests.builders import make_measurement, make_series
from tests.conftest import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
FILE = b"code;target\nx;y\n"


def told(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_all_that_is_kept_of_a_person_is_given_out_but_what_lets_them_in() -> None:
    alice = make_member("alice", "contributor", "MA-REH")
    Preference.objects.create(user=alice, language="ar")
    jobs.send("replies", FILE, "replies.csv", by=alice)
    draft = make_measurement(make_series(), "2024-01-31", 10, draft=True, entered_by=alice)
    bob = make_member("bob", "contributor", "MA-REH")
    Preference.objects.create(user=bob, language="fr")
    jobs.send("replies", FILE, "bob.csv", by=bob)
    found = json.loads(told("personal_data", "export", "alice"))
    assert found["account"]["email"] == "alice@example.ma"
    assert "password" not in found["account"]
    assert found["roles"] == ["contributor"]
    assert [one["language"] for one in found["programmes.preference.user"]] == ["ar"]
    assert [one["file_name"] for one in found["programmes.importjob.owner"]] == ["replies.csv"]
    assert len(found["programmes.assignment.user"]) == 1
    assert found["programmes.measurement.entered_by"] == [draft.pk]
    with pytest.raises(CommandError) as refused:
        told("personal_data", "export", "nobody")
    assert str(refused.value) == "There is no account “nobody”."


def test_erased_person_leaves_a_number_and_what_they_entered() -> None:
    alice = make_member("alice", "contributor", "MA-REH")
    User.objects.filter(pk=alice.pk).update(first_name="Alice", last_name="Alaoui")
    alice.user_permissions.add(Permission.objects.get(codename="add_target"))
    job = jobs.send("replies", FILE, "alice-alaoui.csv", by=alice)
    boss = User.objects.create_superuser("boss", "boss@example.ma", "pass")
    others = jobs.send("replies", FILE, "boss.csv", by=boss)
    for account in (alice, boss):
        LogEntry.objects.create(
            user=boss,
            content_type=ContentType.objects.get_for_model(User),
            object_id=account.pk,
            object_repr=account.username,
            action_flag=CHANGE,
        )
    client = Client()
    client.force_login(alice)
    said = told("personal_data", "erase", "alice", "--no-input")
    assert said == f"The account is closed and has a number for a name: account-{alice.pk}\n"
    after = json.dumps(personal_data(User.objects.get(pk=alice.pk)), default=str)
    assert [word in after for word in ("alice", "Alice", "Alaoui")] == [False] * 3
    kept = ImportJob.objects.get(pk=job.pk)
    assert (kept.owner_id, kept.file_name) == (alice.pk, f"import-{job.pk}.csv")
    assert client.get("/fr/admin/").status_code == 302
    closed = User.objects.get(pk=alice.pk)
    assert not closed.has_usable_password()
    rights = [*closed.groups.all(), *closed.user_permissions.all(), *closed.assignments.all()]
    assert rights == []
    assert ImportJob.objects.get(pk=others.pk).file_name == "boss.csv"
    assert list(LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)) == [
        f"account-{alice.pk}",
        "boss",
    ]


@pytest.mark.parametrize(("answer", "is_erased"), [("no\n", False), ("", False), ("yes\n", True)])
def test_who_is_to_be_erased_is_shown_and_nobody_is_erased_unasked(
    answer: str, is_erased: bool, monkeypatch: Any, capsys: Any
) -> None:
    alice = make_member("alice", "contributor", "MA-REH")
    User.objects.filter(pk=alice.pk).update(first_name="Alice", last_name="Alaoui")
    jobs.send("replies", FILE, "alice-alaoui.csv", by=alice)
    monkeypatch.setattr("sys.stdin", StringIO(answer))
    if is_erased:
        call_command("personal_data", "erase", "alice")
    else:
        with pytest.raises(CommandError) as refused:
            call_command("personal_data", "erase", "alice")
        assert str(refused.value) == "Nothing was erased."
    said = capsys.readouterr().out.partition("Type “yes” to erase: ")
    assert said[0].splitlines() == [
        "alice, Alice Alaoui, alice@example.ma",
        "Erased for good: name, address, password, preferences, roles (contributor), 1 assignments, 0 second factors, "
        "0 sessions, 1 names of files sent in.",
        f"Stays, under account-{alice.pk}: what the account entered, submitted, published and changed.",
    ]
    assert said[1]
    assert User.objects.filter(username="alice").exists() is not is_erased


def test_last_superuser_is_not_erased() -> None:
    root = User.objects.create_superuser("root", "root@example.ma", "pass")
    with pytest.raises(CommandError) as refused:
        told("personal_data", "erase", "root", "--no-input")
    assert str(refused.value) == "C’est le dernier superutilisateur : créez-en d’abord un autre."
    User.objects.create_superuser("second", "second@example.ma", "pass")
    erase_person(root)


def test_administrator_takes_and_erases_the_data_of_whom_they_keep() -> None:
    boss = User.objects.create_superuser("boss", "boss@example.ma", "pass")
    alice = make_member("alice", "contributor", "MA-REH")
    client = Client()
    client.force_login(boss)
    chosen: dict[str, Any] = {"_selected_action": [alice.pk, boss.pk]}
    answer = client.post("/fr/admin/auth/user/", chosen | {"action": "take_data"})
    assert list(answer.json()) == ["alice"]
    asked = client.post("/fr/admin/auth/user/", chosen | {"action": "erase_data"})
    assert "<bdi>alice</bdi>" in asked.content.decode()
    assert User.objects.filter(username="alice").exists()
    client.post("/fr/admin/auth/user/", chosen | {"action": "erase_data", "confirmed": "1"})
    names = User.objects.filter(pk__in=(boss.pk, alice.pk)).order_by("pk")
    assert [one.username for one in names] == ["boss", f"account-{alice.pk}"]


def clean_up() -> None:
    next(work for work in SCHEDULE if work.name == "clean-up").do()


@pytest.mark.parametrize(
    "remove", [lambda: told("remove_old_uploads") == "1 files removed\n", clean_up]
)
def test_spreadsheets_that_were_sent_long_ago_go_and_what_they_did_stays(remove: Any) -> None:
    alice = make_member("alice", "contributor", "MA-REH")
    old, new = (jobs.send("replies", FILE, f"{name}.csv", by=alice) for name in ("old", "new"))
    ImportJob.objects.update(state="applied")
    ImportJob.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=366))
    ImportFile.objects.update(marked=b"marked")
    assert remove() is not False
    assert [jobs.sent_content(job) for job in (old, new)] == [b"", FILE]
    assert [bytes(ImportFile.objects.get(job=job).marked) for job in (old, new)] == [b"", b"marked"]
    assert ImportFile.objects.count() == 2


def test_address_that_searches_or_takes_too_much_is_told_to_wait(
    settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(limits, "time", lambda: 120.0)
    settings.SEARCHES_A_MINUTE = settings.FILES_A_MINUTE = 2
    client = Client()
    searches = [client.get("/fr/search/?q=a") for _ in range(3)]
    assert [answer.status_code for answer in searches] == [200, 200, 429]
    assert searches[-1]["Retry-After"] == "60"
    assert "plus de 2 recherches en une minute" in searches[-1].content.decode()
    files = [client.get("/fr/data/sectors.csv").status_code for _ in range(3)]
    assert files[-1] == 429
    assert client.get("/fr/about/").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get("/fr/search/?q=a").status_code == 200
    assert not limits.is_over("another", 1)


def test_sign_in_from_a_browser_not_used_before_is_mailed_once(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    make_member("alice", "contributor", "MA-REH")
    client = Client()
    for _ in range(2):
        client.post("/fr/account/login/", {"login": "alice", "password": "pass"})
        client.post("/fr/account/logout/")
    Client().post("/fr/account/login/", {"login": "alice", "password": "pass"})
    wait = [message for message in mail.outbox if "navigateur" in message.subject]
    assert [message.to for message in wait] == [["alice@example.ma"]] * 2
