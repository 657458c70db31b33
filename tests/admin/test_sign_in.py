"""Signing in: a password alone never enters where a second factor is set, codes serve once, attempts are limited."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.factors import (
    app_code,
    give_app,
    give_recovery_codes,
    is_signed_in,
    type_code,
    type_password,
)

WRONG = "Nom d’utilisateur ou mot de passe incorrect."
TOO_MANY = "Trop de tentatives sans succès."

# every page that could let somebody in, or let them change how they get in
INSIDE = [
    "/fr/admin/",
    "/fr/admin/login/",
    "/fr/admin/password_change/",
    "/fr/admin/auth/user/",
    "/fr/account/",
    "/fr/account/confirm/",
    "/fr/account/confirm/second-factor/",
    "/fr/account/confirm/key/",
    "/fr/account/password/",
    "/fr/account/app/remove/",
    "/fr/account/keys/",
    "/fr/account/keys/add/",
    "/fr/account/codes/",
    "/fr/account/codes/new/",
    "/fr/account/codes/file/",
    "/fr/account/sessions/",
]


def test_password_is_enough_where_no_factor_is_set(alice: Any) -> None:
    client = Client()
    assert type_password(client, "alice").url == "/fr/admin/"
    assert is_signed_in(client)


def test_admin_itself_signs_nobody_in(alice: Any) -> None:
    client = Client()
    credentials = {"username": "alice", "login": "alice", "password": "pass"}
    for address in ("/fr/admin/login/", "/fr/admin/", "/ar/admin/login/?next=/ar/admin/"):
        assert client.post(address, credentials).status_code == 302
        assert not is_signed_in(client)


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_password_alone_opens_nothing_where_a_factor_is_set(
    method: str, address: str, alice: Any
) -> None:
    give_app(alice)
    client = Client()
    assert type_password(client, "alice").url == "/fr/account/login/second-factor/"
    response = getattr(client, method)(address, {"password": "pass", "oldpassword": "pass"})
    assert response.status_code in (302, 403)
    if response.status_code == 302:
        assert response.url.startswith(("/fr/account/login/", "/fr/admin/login/"))
    assert not is_signed_in(client)
    assert "_auth_user_id" not in client.session


def test_code_of_the_app_lets_in_once(alice: Any) -> None:
    give_app(alice)
    code = app_code()
    for client, outcome in ((Client(), True), (Client(), False)):
        type_password(client, "alice")
        type_code(client, code)
        assert is_signed_in(client) is outcome


def test_wrong_code_is_told_on_its_field(alice: Any) -> None:
    give_app(alice)
    client = Client()
    type_password(client, "alice")
    html = type_code(client, "000000").content.decode()
    assert 'id="id_code_error"' in html
    assert 'aria-describedby="id_code_error"' in html
    assert "Code incorrect." in html


def test_each_recovery_code_lets_in_once(alice: Any) -> None:
    give_app(alice)
    first, second, *_rest = give_recovery_codes(alice)
    for code, outcome in ((first, True), (first, False), (second, True)):
        client = Client()
        type_password(client, "alice")
        type_code(client, code)
        assert is_signed_in(client) is outcome, code


def test_code_without_the_password_is_refused(alice: Any) -> None:
    give_app(alice)
    client = Client()
    assert type_code(client, app_code()).url == "/fr/account/login/"
    assert not is_signed_in(client)


def test_password_does_not_confirm_who_has_a_factor(alice: Any) -> None:
    """Whoever finds an open session and knows the password cannot take the factor away."""
    give_app(alice)
    client = Client()
    type_password(client, "alice")
    type_code(client, app_code())
    response = client.post(
        "/fr/account/confirm/?next=/fr/account/app/remove/", {"password": "pass"}
    )
    assert response.url.startswith("/fr/account/confirm/second-factor/")
    assert client.get("/fr/account/app/remove/").url.startswith("/fr/account/confirm/second-factor")
    client.post("/fr/account/app/remove/")
    assert alice.authenticator_set.filter(type="totp").exists()


def test_setting_up_a_factor_asks_for_the_password_again(alice: Any) -> None:
    client = Client()
    type_password(client, "alice")
    assert client.get("/fr/account/app/").url.startswith("/fr/account/confirm/?next=")
    client.post("/fr/account/confirm/?next=/fr/account/app/", {"password": "pass"})
    page = client.get("/fr/account/app/")
    assert "<svg" in page.content.decode()
    assert "data:" not in page.content.decode()
    secret = page.context["form"].secret
    assert client.post("/fr/account/app/", {"code": app_code(secret)}).url == "/fr/account/codes/"
    codes = client.get("/fr/account/codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert "no-store" in codes["Cache-Control"]


def test_address_of_an_account_serves_as_its_name(alice: Any, bob: Any) -> None:
    User.objects.filter(pk=alice.pk).update(email="Alice@Example.ma")
    client = Client()
    type_password(client, "alice@example.MA")
    assert is_signed_in(client)
    # an address that two accounts share names neither
    User.objects.filter(pk=bob.pk).update(email="alice@example.ma")
    client = Client()
    assert WRONG in type_password(client, "alice@example.ma").content.decode()


def test_nobody_but_active_staff_signs_in(alice: Any) -> None:
    for columns in ({"is_staff": False}, {"is_staff": True, "is_active": False}):
        User.objects.filter(pk=alice.pk).update(**columns)
        client = Client()
        assert type_password(client, "alice").url == "/fr/account/inactive/"
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example/x", "javascript:alert(1)", "/\\elsewhere"],
)
def test_nobody_is_led_to_another_site(target: str, alice: Any) -> None:
    client = Client()
    assert type_password(client, "alice", next=target).url == "/fr/admin/"


def test_person_is_led_where_they_wanted_to_go_in_the_language_they_choose(alice: Any) -> None:
    wanted = "/fr/admin/programmes/target/?q=cmc"
    client = Client()
    page = client.get(wanted, follow=True)
    links = {link["code"]: link["url"] for link in page.context["language_links"]}
    assert links["ar"] == "/ar/account/login/?next=%2Far%2Fadmin%2Fprogrammes%2Ftarget%2F%3Fq%3Dcmc"
    assert type_password(client, "alice", next=wanted).url == wanted


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "confirm-email/x/", "login/code/", "login/code/confirm/",
     "signup/passkey/", "2fa/", "social/connections/", "3rdparty/"],
)  # fmt: skip
def test_what_is_not_offered_does_not_exist(path: str, alice: Any) -> None:
    client = Client()
    assert client.get(f"/fr/account/{path}").status_code == 404
    assert client.post(f"/fr/account/{path}", {"email": "x@example.ma"}).status_code == 404
    assert User.objects.count() == 1


def test_logging_out_of_the_admin_ends_the_session(alice: Any) -> None:
    for address in ("/fr/account/logout/", "/fr/admin/logout/"):
        client = Client()
        type_password(client, "alice")
        client.post(address, follow=True)
        assert not is_signed_in(client)


def test_codes_cannot_be_tried_at_will(alice: Any) -> None:
    give_app(alice)
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.1.{number}")
        type_password(client, "alice")
        assert "Code incorrect." in type_code(client, "000000").content.decode()
    client = Client(REMOTE_ADDR="10.0.1.9")
    type_password(client, "alice")
    assert TOO_MANY in type_code(client, app_code()).content.decode()
    assert not is_signed_in(client)


def test_addresses_are_limited_too(alice: Any) -> None:
    client = Client()
    found = [type_password(client, f"nobody-{n}").content.decode() for n in range(11)]
    assert [TOO_MANY in html for html in found] == [False] * 10 + [True]
    # another reader is not held up
    other = Client(REMOTE_ADDR="10.0.2.1")
    type_password(other, "alice")
    assert is_signed_in(other)


def test_limit_has_a_page_in_the_language_of_the_reader(db: None) -> None:
    client = Client()
    answers = [client.post("/ar/account/login/", {"login": "x"}) for _n in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    html = answers[-1].content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert "محاولات كثيرة" in html


def test_reader_behind_a_proxy_is_told_by_the_last_address(alice: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"x-forwarded-for": "1.2.3.4, 41.140.0.7"})
    type_password(client, "alice")
    assert [session.ip for session in alice.usersession_set.all()] == ["41.140.0.7"]
