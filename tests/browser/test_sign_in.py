"""Signing in, in a real browser: an app and a passkey are set up and used, with nothing the content policy refuses."""

from typing import Any

import pytest

from tests.admin.builders import make_places
from tests.admin.factors import app_code
from tests.browser.conftest import follow
from tests.conftest import make_member
from tests.sampling import first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def rita(transactional_db: Any, settings: Any) -> Any:
    """A reviewer, where reviewers need a second factor."""
    settings.SECOND_FACTOR_REQUIRED = True
    make_places()
    return make_member("rita", "reviewer", "MA")


def confirm(page: Any) -> None:
    page.fill("#content input[name=password]", "pass")
    follow(page, "#content form [type=submit]")


def sign_out(page: Any) -> None:
    if page.is_visible(".menu-switch"):
        page.click(".menu-switch summary")
    follow(page, "#logout-form button")
    page.wait_for_selector("#login-form")


def type_password(page: Any) -> None:
    page.fill("input[name=login]", "rita")
    page.fill("input[name=password]", "pass")
    follow(page, "#login-form [type=submit]")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), first([("ar", 390), ("fr", 1280)]))
def test_reviewer_sets_up_an_app_and_signs_in_with_it(
    language: str, width: int, visit: Any, rita: Any
) -> None:
    window = visit(width=width)
    page = window.open(f"/{language}/admin/programmes/target/")
    type_password(page)
    # the role asks for a factor: nothing else opens
    page.wait_for_selector(".notice")
    assert page.url.endswith(f"/{language}/account/")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    page.click(f"a[href='/{language}/account/app/']")
    confirm(page)
    assert page.locator(".qr svg path").count() == 1
    box = page.locator(".qr svg").bounding_box()
    assert box["width"] > 150
    page.fill("input[name=code]", app_code(page.inner_text("#totp-secret")))
    secret = page.inner_text("#totp-secret")
    follow(page, "#content form [type=submit]")
    page.wait_for_selector(".codes")
    recovery = page.inner_text(".codes li:first-child")
    sign_out(page)
    # and from now on: password, then code
    type_password(page)
    page.wait_for_selector("input[name=code]")
    page.fill("input[name=code]", app_code(secret))
    follow(page, "#content form [type=submit]")
    page.wait_for_selector(".groups")
    sign_out(page)
    type_password(page)
    page.fill("input[name=code]", recovery)
    follow(page, "#content form [type=submit]")
    page.wait_for_selector(".groups")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.slow
def test_passkey_signs_in_with_and_without_the_password(visit: Any, rita: Any) -> None:
    window = visit(width=390)
    page = window.open("/ar/admin/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    type_password(page)
    page.click("a[href='/ar/account/keys/add/']")
    confirm(page)
    page.check("input[name=passwordless]")
    page.click("#key-button")
    page.wait_for_selector(".codes")
    sign_out(page)
    type_password(page)
    page.wait_for_selector("input[name=code]")
    page.click("#key-button")
    page.wait_for_selector(".groups")
    sign_out(page)
    page.click("#key-button")
    page.wait_for_selector(".groups")


def test_key_that_does_not_answer_is_told_in_words(visit: Any, rita: Any) -> None:
    window = visit()
    page = window.open("/fr/account/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"isUserVerified": False}})
    page.click("#key-button")
    page.wait_for_selector("#key-error:not([hidden])")
    assert "n’a pas répondu" in page.inner_text("#key-error")
