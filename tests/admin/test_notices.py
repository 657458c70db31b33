"""Notices: what was decided of one's own, and what awaits one's review, by mail once, and on the home page."""

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from programmes import services
from programmes.models import Measurement, Preference
from tests.admin.builders import make_measurement, make_series
from tests.admin.conftest import signed_in


@pytest.fixture
def row(alice: Any, places: Any) -> Measurement:
    """A figure that Alice submitted."""
    return services.submit(make_measurement(make_series(places["MA-ERR"]), alice), by=alice)


def told() -> dict[str, str]:
    """Runs the command. Gives the mails by their reader."""
    mail.outbox.clear()
    call_command("send_notices", stdout=StringIO())
    return {one.to[0]: one.body for one in mail.outbox}


def lines(body: str) -> list[str]:
    return [one.removeprefix("- ") for one in body.splitlines() if one.startswith("- ")]


def test_reviewer_is_told_once_of_what_was_submitted(
    row: Measurement, reviewer: Any, alice: Any, bob: Any
) -> None:
    found = told()
    assert found.keys() == {"rita@example.ma"}
    assert lines(found["rita@example.ma"]) == ["Fiches en attente de ma validation (1)"]
    assert "/fr/admin/review/" in found["rita@example.ma"]
    assert told() == {}


@pytest.mark.parametrize(
    ("decide", "line"),
    [
        ("publish", "Mes relevés publiés récemment (1)"),
        ("send_back", "Mes relevés renvoyés pour correction (1)"),
    ],
)
def test_author_is_told_of_what_was_decided_and_its_reviewer_is_not(
    row: Measurement, reviewer: Any, alice: Any, decide: str, line: str
) -> None:
    told()
    if decide == "publish":
        services.publish(row, by=reviewer, show=True, confirmation="Relu sur la source.")
    else:
        services.send_back(row, by=reviewer, note="Mauvaise date.")
    found = told()
    assert found.keys() == {"alice@example.ma"}
    assert lines(found["alice@example.ma"]) == [line]
    page = signed_in(alice).get("/fr/admin/").content.decode()
    assert line.partition(" (")[0] in page


def test_line_of_the_home_page_leads_to_what_was_published(
    row: Measurement, reviewer: Any, alice: Any
) -> None:
    services.publish(row, by=reviewer, show=True, confirmation="Relu sur la source.")
    client = signed_in(alice)
    [line] = [
        one
        for one in client.get("/fr/admin/").context["desk"].lines
        if one.text == "Mes relevés publiés récemment"
    ]
    assert line.count == "1"
    assert client.get(line.url).context["cl"].result_count == 1


def test_each_person_chooses(row: Measurement, reviewer: Any) -> None:
    client = signed_in(reviewer)
    page = client.get("/fr/account/mail/").content.decode()
    assert "Courriel quand une saisie est renvoyée, publiée ou attend ma validation" in page
    client.post("/fr/account/mail/", {"reminders": "on", "language": "fr"})
    assert told() == {}
    client.post("/fr/account/mail/", {"reminders": "on", "notices": "on", "language": "ar"})
    [body] = told().values()
    assert "/ar/admin/review/" in body


def test_link_in_the_mail_ends_it(row: Measurement, reviewer: Any) -> None:
    [body] = told().values()
    address = next(one for one in body.splitlines() if "/reminders/" in one)
    assert "Ne plus rien m’envoyer" in Client().get(address).content.decode()
    Client().post(address)
    stored = Preference.objects.get(user=reviewer)
    assert (stored.reminders, stored.notices) == (False, False)


def test_what_could_not_be_sent_is_told_by_the_next_run(
    row: Measurement, reviewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", away)
        with pytest.raises(CommandError):
            told()
    assert told().keys() == {"rita@example.ma"}
