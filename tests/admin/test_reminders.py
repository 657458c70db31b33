"""Reminders: what waits in each person's own scope, in their language, once a month, until they say no."""

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from programmes import services
from programmes.models import Preference
from programmes.services.reminders import claim_reminder, reminder_token
from tests import builders as public
from tests.admin.builders import make_measurement, make_series
from tests.admin.conftest import signed_in


@pytest.fixture
def late(root: Any, places: Any) -> Any:
    """A target in Errachidia that nobody reported on since 2021."""
    return public.make_target("late", series=make_series(places["MA-ERR"]), due="2040")


def _send() -> list[Any]:
    mail.outbox.clear()
    call_command("send_reminders", stdout=StringIO())
    return mail.outbox


def test_only_those_with_something_waiting_are_mailed(
    late: Any, alice: Any, bob: Any, charlie: Any, reviewer: Any
) -> None:
    assert [one.to for one in _send()] == [["alice@example.ma"]]


def test_reviewer_is_mailed_what_waits(root: Any, reviewer: Any, places: Any) -> None:
    services.submit(make_measurement(make_series(places["MA-ERR"]), root), by=root)
    (one,) = _send()
    assert one.to == ["rita@example.ma"]
    assert "Fiches en attente de ma validation (1)" in one.body


def test_second_run_in_a_month_sends_nothing(late: Any, alice: Any) -> None:
    assert len(_send()) == 1
    assert _send() == []
    Preference.objects.update(reminded_for="2020-01")
    assert len(_send()) == 1


def test_of_two_runs_at_once_one_sends(alice: Any) -> None:
    assert [claim_reminder(alice, period="2026-05") for _run in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("language", "subject", "path"),
    [("fr", "Ce qui vous attend", "/fr/"), ("ar", "ما ينتظركم", "/ar/"), ("en", "What", "/en/")],
)
def test_mail_is_in_the_language_of_its_reader(
    language: str, subject: str, path: str, late: Any, alice: Any
) -> None:
    Preference.objects.create(user=alice, language=language)
    (one,) = _send()
    assert one.subject.startswith(subject)
    assert f"{path}admin/programmes/series/?reporting=late" in one.body
    assert f"{path}admin/reminders/" in one.body


def test_accounts_without_an_address_or_closed_are_left_out(late: Any, alice: Any) -> None:
    for columns in ({"email": ""}, {"is_active": False}, {"is_staff": False}):
        kept = {name: getattr(alice, name) for name in columns}
        type(alice).objects.filter(pk=alice.pk).update(**columns)
        assert _send() == [], columns
        type(alice).objects.filter(pk=alice.pk).update(**kept)
    assert len(_send()) == 1


def test_mail_that_cannot_be_sent_is_tried_again(
    late: Any, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise OSError("no server")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(CommandError):
            _send()
    assert len(_send()) == 1


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_link_ends_reminders_without_signing_in(language: str, late: Any, alice: Any) -> None:
    address = f"/{language}/admin/reminders/{reminder_token(alice)}/"
    client = Client()
    assert client.get(address).status_code == 200
    assert len(_send()) == 1  # opening it changes nothing
    Preference.objects.update(reminded_for="")
    response = client.post(address)
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()
    assert _send() == []


def test_forged_link_is_not_found(alice: Any) -> None:
    for token in (str(alice.pk), reminder_token(alice)[:-1], "x:y:z"):
        assert Client().post(f"/fr/admin/reminders/{token}/").status_code == 404
    assert not Preference.objects.filter(reminders=False).exists()


def test_people_choose_for_themselves(late: Any, alice: Any) -> None:
    client = signed_in(alice)
    assert "checked" in client.get("/fr/account/mail/").content.decode()
    assert not Preference.objects.exists()  # looking changes nothing
    assert client.post("/fr/account/mail/", {"language": "ar"}).url == "/fr/account/"
    assert _send() == []
    assert "checked" not in client.get("/fr/account/mail/").content.decode()
    client.post("/fr/account/mail/", {"language": "ar", "reminders": "on"})
    (one,) = _send()
    assert "/ar/" in one.body


def test_choice_is_ones_own_alone(alice: Any, bob: Any) -> None:
    signed_in(alice).post("/fr/account/mail/", {"language": "ar", "user": bob.pk})
    assert [(one.user, one.reminders) for one in Preference.objects.all()] == [(alice, False)]
    assert Client().get("/fr/account/mail/").url == "/fr/account/login/?next=/fr/account/mail/"
