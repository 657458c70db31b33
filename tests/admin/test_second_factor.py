"""Whoever may publish, edit or keep accounts needs a second factor, where so set; a lost one is removed."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.services.reminders import reminder_token
from tests.admin.conftest import signed_in
from tests.admin.factors import (
    app_code,
    give_app,
    give_recovery_codes,
    is_signed_in,
    mails,
    type_code,
    type_password,
)
from tests.conftest import make_member

pytestmark = pytest.mark.django_db

STAFF_PAGES = [
    "",
    "quality/",
    "quality/export/",
    "jsi18n/",
    "autocomplete/?app_label=programmes&model_name=measurement&field_name=source",
    "password_change/",
    "auth/user/",
    "programmes/target/",
    "programmes/target/add/",
    "programmes/target/export/",
    "programmes/measurement/import/",
    "nothing/here/",
]
USERS = "/fr/admin/auth/user/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def keeper(places: Any) -> Any:
    """An administrator of accounts who is no superuser."""
    return make_member("karim", "administrator", "MA")


@pytest.mark.slow
@pytest.mark.parametrize("address", STAFF_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["reviewer", "editor", "keeper", "root"])
def test_staff_pages_are_closed_without_a_factor(
    who: str, method: str, address: str, required: None, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    response = getattr(client, method)(f"/fr/admin/{address}")
    assert (response.status_code, response.url) == (302, "/fr/account/")


@pytest.mark.slow
@pytest.mark.parametrize("who", ["reviewer", "editor", "keeper", "root"])
def test_factor_opens_them_and_recovery_codes_alone_do_not(
    who: str, required: None, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    give_recovery_codes(user)
    client = signed_in(user)
    assert not is_signed_in(client)
    assert "notice" in client.get("/fr/account/").content.decode()
    give_app(user)
    assert is_signed_in(client)
    assert "notice" not in client.get("/fr/account/").content.decode()


def test_those_who_only_enter_need_none(alice: Any, required: None) -> None:
    assert is_signed_in(signed_in(alice))


def test_permission_of_ones_own_counts_as_a_role(alice: Any, required: None) -> None:
    alice.user_permissions.add(Permission.objects.get(codename="publish_milestonestatement"))
    assert not is_signed_in(signed_in(alice))


def test_signing_out_and_ending_reminders_stay_open(reviewer: Any, required: None) -> None:
    client = signed_in(reviewer)
    assert client.get(f"/fr/admin/reminders/{reminder_token(reviewer)}/").status_code == 200
    client.post("/fr/admin/logout/", follow=True)
    assert "_auth_user_id" not in client.session


def test_nothing_is_asked_where_it_is_not_required(root: Any, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert is_signed_in(signed_in(root))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({}, True),
        ({"DEBUG": "true"}, False),
        ({"DEMO": "1"}, False),
        ({"DEBUG": "true", "SECOND_FACTOR_REQUIRED": "true"}, True),
        ({"SECOND_FACTOR_REQUIRED": "no"}, False),
    ],
)
def test_required_in_production_unless_said_otherwise(given: dict[str, str], outcome: bool) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "DEMO")}
    env |= {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "localhost"} | given
    read = "from tracker import settings; print(settings.SECOND_FACTOR_REQUIRED)"
    run = subprocess.run(
        [sys.executable, "-c", read], cwd=site.BASE_DIR, env=env, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == str(outcome)


def test_public_pages_ask_neither_session_nor_account(reviewer: Any, required: None) -> None:
    """The sign-in costs a reader nothing, not even one who is signed in."""
    client = signed_in(reviewer)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/fr/methodology/")
    assert response.status_code == 200
    assert "Cookie" not in response.get("Vary", "")
    tables = ("django_session", "auth_user", "mfa_", "usersessions_", "programmes_cache")
    assert [q["sql"] for q in queries if any(table in q["sql"] for table in tables)] == []


def _choose(client: Client, *accounts: Any, **more: str) -> Any:
    keys = [account.pk for account in accounts]
    fields = {"action": "remove_factors", "_selected_action": keys, **more}
    return client.post(USERS, fields, follow=True)


def test_administrator_removes_a_lost_factor(keeper: Any, reviewer: Any) -> None:
    give_app(reviewer)
    give_recovery_codes(reviewer)
    thief = Client()
    type_password(thief, "rita")
    type_code(thief, app_code())
    assert is_signed_in(thief)
    client = signed_in(keeper)
    asked = _choose(client, reviewer)
    assert "rita" in asked.content.decode()
    assert reviewer.authenticator_set.count() == 2  # asked first
    _choose(client, reviewer, confirmed="1")
    assert reviewer.authenticator_set.count() == 0
    assert not is_signed_in(thief)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (keeper, str(reviewer.pk))
    assert entry.get_change_message() == "Suppression\xa0: second facteur «\xa0rita\xa0»."
    entered, note = mails()
    assert entered.subject == "Connexion depuis un nouveau navigateur"
    assert (note.to, note.subject) == (["rita@example.ma"], "Votre second facteur a été retiré")
    # the password lets in again
    client = Client()
    type_password(client, "rita")
    assert is_signed_in(client)


def test_factor_of_a_superuser_or_ones_own_is_out_of_reach(keeper: Any, root: Any) -> None:
    for account in (keeper, root):
        give_app(account)
    _choose(signed_in(keeper), keeper, root, confirmed="1")
    _choose(signed_in(root), root, confirmed="1")
    assert keeper.authenticator_set.count() == root.authenticator_set.count() == 1
    _choose(signed_in(root), keeper, confirmed="1")
    assert keeper.authenticator_set.count() == 0


def test_action_is_for_those_with_the_permission(keeper: Any, reviewer: Any) -> None:
    give_app(reviewer)
    keeper.groups.get().permissions.remove(
        keeper.groups.get().permissions.get(codename="delete_authenticator")
    )
    client = signed_in(keeper)
    assert "remove_factors" not in client.get(USERS).content.decode()
    _choose(client, reviewer, confirmed="1")
    assert reviewer.authenticator_set.count() == 1
