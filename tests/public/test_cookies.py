"""Public pages read and send no cookies, whatever a request brings."""

from typing import Any

import pytest
from django.test import Client

from programmes.public.urls import urlpatterns
from tests.builders import make_target

pytestmark = pytest.mark.django_db

BROKEN = {
    "sessionid": "x",
    "csrftoken": "broken",
    "messages": "broken:broken:broken",
    "django_language": "xx",
}
WELL_MADE = {
    "sessionid": "a" * 32,
    "csrftoken": "b" * 32,
    "messages": "c" * 40,
    "django_language": "ar",
}
PAGES = [
    "/",
    "/robots.txt",
    "/sitemap.xml",
    "/fr/nowhere/",
    "/fr/admin",
    "/nowhere",
    "/fr/?on=never",
    *(f"/fr/{page.pattern}" for page in urlpatterns if "<" not in str(page.pattern)),
    "/fr/targets/target/",
    "/fr/targets/target/embed/",
    "/fr/targets/target/badge.svg",
    "/fr/targets/target.csv",
    "/fr/data/targets.csv",
    "/fr/programmes/programme.atom",
    "/fr/regions/MA/",
]


@pytest.fixture(autouse=True)
def target() -> Any:
    return make_target()


@pytest.mark.slow
@pytest.mark.parametrize("cookies", [BROKEN, WELL_MADE])
@pytest.mark.parametrize("path", PAGES)
def test_public_address_sends_no_cookie_and_does_not_vary_by_it(
    path: str, cookies: dict[str, str]
) -> None:
    client = Client()
    plain = client.get(path)
    for name, value in cookies.items():
        client.cookies[name] = value
    response = client.get(path)
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()
    assert response.status_code == plain.status_code
    assert response.get("Location") == plain.get("Location")
    assert response.get("ETag") == plain.get("ETag")


def test_public_address_asks_nothing_of_the_session_table(
    target: Any, django_assert_num_queries: Any
) -> None:
    client = Client()
    path = "/fr/about/"
    client.get(path)
    client.cookies["sessionid"] = "a" * 32
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


def test_staff_keep_their_session(admin_client: Any) -> None:
    assert admin_client.get("/fr/").status_code == 200
    assert admin_client.get("/fr/admin/").status_code == 200
    assert admin_client.get("/fr/account/").status_code == 200


def test_form_of_staff_still_gets_its_token() -> None:
    response = Client().get("/fr/account/login/")
    assert "csrftoken" in response.cookies
    client = Client()
    client.cookies["csrftoken"] = "broken"
    assert "csrftoken" in client.get("/fr/account/login/").cookies
