"""Whoever loses the staff flag, or whose account is closed, is signed out at the next request, at every address."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from programmes.admin.signin.urls import urlpatterns as account
from programmes.models import Assignment, ImportJob
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from tests.admin.builders import make_world
from tests.admin.conftest import signed_in
from tests.admin.test_every_address import addresses

TOLD = {
    "fr": "Ce compte ne peut pas se connecter. Adressez-vous à un administrateur.",
    "ar": "لا يمكن الدخول بهذا الحساب. اتصل بأحد المسؤولين عن الموقع.",
}


@pytest.fixture
def every_address(root: Any, places: Any) -> list[str]:
    """Every address of the staff's site and of accounts, imports and downloads included."""
    world = make_world(places["MA-ERR"], root) | {User: root, Group: Group.objects.first()}
    world[Assignment] = Assignment.objects.create(user=root, territory=places["MA-ERR"])
    sent = {
        table.model.__name__: ImportJob.objects.create(owner=root, table=name, file_name="x.csv")
        for name, table in TABLES.items()
    }
    found = [f"/fr/admin/{address}" for address in addresses(world, sent)]
    assert any("/import/" in address and "/marked/" in address for address in found)
    assert any(address.endswith("/file/") for address in found)
    own = [str(page.pattern) for page in account if "<" not in str(page.pattern)]
    return found + [f"/fr/account/{address}" for address in own if "(" not in address]


@pytest.mark.long
@pytest.mark.parametrize(("who", "method"), [("alice", "get"), ("root", "post")])
def test_flag_removed_refuses_every_address(
    who: str, method: str, every_address: list[str], request: Any
) -> None:
    account = request.getfixturevalue(who)
    User.objects.filter(pk=account.pk).update(is_staff=False)
    for address in every_address:
        if "/reminders/" in address or address.endswith("/password/set/"):
            continue
        client = signed_in(account)
        response = getattr(client, method)(address)
        told = (response.status_code, response.get("Location"))
        assert told == (302, "/fr/account/inactive/"), address
        assert "_auth_user_id" not in client.session, address


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_page_says_so_and_another_account_may_sign_in(language: str, alice: Any, bob: Any) -> None:
    client = signed_in(alice)
    User.objects.filter(pk=alice.pk).update(is_staff=False)
    page = client.get(f"/{language}/admin/programmes/target/", follow=True)
    assert page.redirect_chain == [(f"/{language}/account/inactive/", 302)]
    assert TOLD[language] in page.content.decode()
    client.post(f"/{language}/account/login/", {"login": "bob", "password": "pass"})
    assert client.get(f"/{language}/admin/").status_code == 200


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fr",
            "Un administrateur l’ouvre de nouveau sur la page du compte\u00a0: "
            "«\u00a0Actif\u00a0» et «\u00a0Accès\u00a0».",
        ),
        ("ar", "يعيد مسؤول فتحه من صفحة الحساب: خانتا «مفعل» و«الولوج»."),
    ],
)
def test_boxes_that_open_it_again_are_called_as_on_the_form(
    language: str, told: str, client: Any, root: Any
) -> None:
    assert told in client.get(f"/{language}/account/inactive/").content.decode()
    page = signed_in(root).get(f"/{language}/admin/auth/user/{root.pk}/change/")
    labels = [page.context["adminform"].form[name].label for name in ("is_active", "is_staff")]
    assert all(str(label) in told for label in labels)


def test_closed_account_is_nobody(every_address: list[str], alice: Any) -> None:
    client = signed_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for address in ("/fr/admin/", "/fr/account/", "/fr/account/sessions/", "/fr/admin/quality/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(("/fr/admin/login/", "/fr/account/login/")), address


def test_own_import_is_no_longer_opened_or_applied(alice: Any) -> None:
    job = jobs.send("measurements", b"series,as_of,value,source\nx,2025,1,y\n", "x.csv", by=alice)
    jobs.check(job)
    User.objects.filter(pk=alice.pk).update(is_staff=False)
    for step in ("", "progress/", "marked/"):
        response = signed_in(alice).get(f"/fr/admin/programmes/measurement/import/{job.pk}/{step}")
        assert response.url == "/fr/account/inactive/"


def test_public_pages_stay_open(alice: Any) -> None:
    client = signed_in(alice)
    User.objects.filter(pk=alice.pk).update(is_staff=False)
    assert client.get("/fr/").status_code == 200
