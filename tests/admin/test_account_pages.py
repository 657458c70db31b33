"""The pages of an account: sessions, forgotten password, and how they are written."""

import re
from typing import Any

import pytest
from django.test import Client

from programmes.models import Preference
from tests.admin.conftest import signed_in
from tests.admin.factors import (
    SECRET,
    app_code,
    give_app,
    give_recovery_codes,
    is_signed_in,
    mails,
    type_code,
    type_password,
)
from tests.admin.test_pages import LOADED

RESET = "/fr/account/password/reset/"
LINK = re.compile(r"https?://[^/]+(/\S+)")
# data that a script reads is no script
INLINE = re.compile(r"<script(?![^>]*(\ssrc=|application/json))|\sstyle=|<style|\son[a-z]+=\"")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
PAGES = [
    "login/", "password/reset/", "password/reset/sent/", "password/reset/done/",
    "password/reset/1-x/", "inactive/",
]  # fmt: skip
OWN_PAGES = ["", "logout/", "password/", "sessions/", "mail/", "keys/", "app/", "keys/add/"]


def _ask(email: str, language: str = "fr") -> tuple[int, str, str]:
    """What somebody sees who asks for a new password: status, address and page."""
    client = Client()
    response = client.post(f"/{language}/account/password/reset/", {"email": email})
    html = client.get(response.url).content.decode()
    return response.status_code, response.url, re.sub(r'value="[^"]{64}"', "", html)


def _link() -> str:
    (note,) = mails()
    found = LINK.search(note.body)
    assert found is not None
    return found[1]


def test_answer_does_not_tell_whether_an_address_has_an_account(alice: Any) -> None:
    assert _ask("alice@example.ma") == _ask("nobody@example.ma")
    assert [note.to for note in mails()] == [["alice@example.ma"]]


def test_mail_goes_to_the_address_as_stored(alice: Any) -> None:
    type(alice).objects.filter(pk=alice.pk).update(email="Alice@Example.ma")
    _ask("ALICE@example.MA")
    assert [note.to for note in mails()] == [["Alice@Example.ma"]]


def test_requests_for_an_address_are_limited(alice: Any) -> None:
    for email in ("alice@example.ma", "nobody@example.ma"):
        answers = [Client().post(RESET, {"email": email}).status_code for _n in range(6)]
        assert answers == [302] * 5 + [429]


def test_mail_server_that_is_away_gives_the_same_answer(alice: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert _ask("alice@example.ma") == _ask("nobody@example.ma")
    assert mails() == []


@pytest.mark.parametrize("columns", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_closed_accounts_get_no_link(columns: dict[str, Any], alice: Any) -> None:
    type(alice).objects.filter(pk=alice.pk).update(**columns)
    _ask("alice@example.ma")
    assert mails() == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Nouveau mot de passe\xa0: Suivi des programmes de formation"),
        ("ar", "كلمة مرور جديدة: تتبع برامج التكوين"),
        ("en", "A new password: Training programmes tracker"),
    ],
)
def test_mail_is_in_the_language_of_its_reader(language: str, subject: str, alice: Any) -> None:
    """The language set on the account; that of the page where none is set."""
    _ask("alice@example.ma", language)
    Preference.objects.create(user=alice, language=language)
    _ask("alice@example.ma", "en" if language != "en" else "fr")
    for note in mails():
        assert note.subject == subject
        assert f"http://localhost:8000/{language}/account/password/reset/" in note.body
        assert "alice" in note.body
        assert note.alternatives == []  # plain text


@pytest.mark.slow
def test_link_works_once_and_the_factor_is_still_asked_for(alice: Any) -> None:
    give_app(alice)
    old = signed_in(alice)
    _ask("alice@example.ma")
    client, link = Client(), _link()
    form = client.get(link, follow=True)
    assert b"id_password1" in form.content
    typed = {"password1": "pour-le-maroc-2026", "password2": "pour-le-maroc-2026"}
    done = client.post(form.redirect_chain[-1][0], typed)
    assert done.url == "/fr/account/password/reset/done/"
    assert not is_signed_in(client)
    assert not is_signed_in(old)
    again = Client().get(link, follow=True).content.decode()
    assert "Ce lien a déjà servi" in again
    client = Client()
    answer = type_password(client, "alice", "pour-le-maroc-2026")
    assert answer.url == "/fr/account/login/second-factor/"
    type_code(client, app_code())
    assert is_signed_in(client)


def test_weak_password_is_refused(alice: Any) -> None:
    client = signed_in(alice)
    typed = {"oldpassword": "pass", "password1": "123456789012", "password2": "123456789012"}
    html = client.post("/fr/account/password/", typed).content.decode()
    assert 'id="id_password1_error"' in html
    alice.refresh_from_db()
    assert alice.check_password("pass")


def test_change_of_sign_in_is_mailed(alice: Any) -> None:
    client = Client(headers={"user-agent": FIREFOX})
    type_password(client, "alice")
    typed = {"oldpassword": "pass", "password1": "pour-le-maroc", "password2": "pour-le-maroc"}
    client.post("/fr/account/password/", typed)
    entered, note = mails()
    assert entered.subject == "Connexion depuis un nouveau navigateur"
    assert (note.to, note.subject) == (["alice@example.ma"], "Mot de passe modifié")
    assert "Votre mot de passe a été modifié." in note.body
    assert "Firefox, Windows" in note.body
    assert is_signed_in(client)


def _sessions(alice: Any) -> tuple[Client, Client, Client]:
    desk, phone, tablet = (
        Client(headers={"user-agent": agent}) for agent in (FIREFOX, PHONE, "Something")
    )
    for client in (desk, phone, tablet):
        type_password(client, "alice")
    return desk, phone, tablet


def test_sessions_are_listed_with_their_device(alice: Any) -> None:
    desk, _phone, _tablet = _sessions(alice)
    lines = desk.get("/fr/account/sessions/").context["lines"]
    assert [(line.device, line.ip, line.is_current) for line in lines] == [
        ("Firefox, Windows", "127.0.0.1", True),
        ("Appareil inconnu", "127.0.0.1", False),
        ("Chrome, Android", "127.0.0.1", False),
    ]


def test_one_session_is_ended(alice: Any) -> None:
    desk, phone, tablet = _sessions(alice)
    lines = desk.get("/fr/account/sessions/").context["lines"]
    desk.post("/fr/account/sessions/", {"session": lines[-1].key})
    assert [is_signed_in(client) for client in (desk, phone, tablet)] == [True, False, True]


def test_all_other_sessions_are_ended(alice: Any) -> None:
    desk, phone, tablet = _sessions(alice)
    desk.post("/fr/account/sessions/")
    assert [is_signed_in(client) for client in (desk, phone, tablet)] == [True, False, False]


def test_session_of_another_is_not_ones_to_end(alice: Any, bob: Any) -> None:
    desk, *_others = _sessions(alice)
    stranger = Client()
    type_password(stranger, "bob")
    key = bob.usersession_set.get().pk
    desk.post("/fr/account/sessions/", {"session": key})
    assert is_signed_in(stranger)


def _check(html: str, language: str, address: str) -> None:
    assert not INLINE.search(html), address
    assert not LOADED.search(html), address
    assert "placeholder=" not in html, address
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html, address
    fields = set(
        re.findall(r'<input type="(?:text|password|email|checkbox)"[^>]* id="([^"]+)"', html)
    )
    assert fields <= set(re.findall(r'<label for="([^"]+)"', html)), address
    other = "fr" if language != "fr" else "ar"
    assert f'href="/{other}/account/' in html, address


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_is_in_the_frame_without_inline_code(language: str, alice: Any) -> None:
    stranger, own = Client(), Client()
    for page in PAGES:
        response = stranger.get(f"/{language}/account/{page}")
        assert response.status_code == 200, page
        _check(response.content.decode(), language, page)
    type_password(own, "alice")
    own.post(f"/{language}/account/confirm/?next=/{language}/account/", {"password": "pass"})
    for page in OWN_PAGES:
        response = own.get(f"/{language}/account/{page}")
        assert response.status_code == 200, page
        assert "no-store" in response["Cache-Control"], page
        _check(response.content.decode(), language, page)
    give_app(alice, SECRET)
    give_recovery_codes(alice)
    for page in ("", "app/remove/", "codes/", "codes/new/"):
        _check(own.get(f"/{language}/account/{page}").content.decode(), language, page)
    type_password(stranger, "alice")
    html = stranger.get(f"/{language}/account/login/second-factor/").content.decode()
    _check(html, language, "second-factor/")
    assert "key-button" not in html  # this account has no key
