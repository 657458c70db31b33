"""A role or an assignment lets an account in; a mailed link sets its password."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from programmes.models import Assignment
from tests.admin.builders import make_superuser
from tests.admin.conftest import signed_in
from tests.admin.posting import as_shown
from tests.builders import make_site

PASSWORD = "un-mot-de-passe-assez-long-7"


@pytest.fixture
def chief(places: Any) -> Any:
    return make_superuser("chief")


def _new(chief: Any, **boxes: Any) -> User:
    typed = {"username": "naima", "usable_password": "false"} | boxes
    assert signed_in(chief).post(reverse("admin:auth_user_add"), typed).status_code == 302
    return User.objects.get(username="naima")


def _save(chief: Any, account: User, **boxes: Any) -> Any:
    client, address = signed_in(chief), reverse("admin:auth_user_change", args=[account.pk])
    return client.post(address, as_shown(client, address) | boxes, follow=True)


def _mails(count: int) -> list[Any]:
    for _round in range(100):
        if len(mail.outbox) == count:
            break
        time.sleep(0.02)
    return mail.outbox


@pytest.mark.django_db
def test_a_role_opens_a_new_account_and_mails_the_link_that_sets_its_password(chief: Any) -> None:
    account = _new(chief, email="naima@example.org")
    assert not account.is_staff

    role = Group.objects.get(name="contributor")
    page = _save(chief, account, groups=[role.pk])

    account.refresh_from_db()
    assert account.is_staff
    said = "Une invitation à choisir un mot de passe a été envoyée à naima@example.org."
    assert said in page.content.decode()
    (invitation,) = _mails(1)
    assert invitation.to == ["naima@example.org"]
    path = re.search(r"https?://[^/]+(/\S+)", invitation.body)[1]
    browser = Client()
    form = browser.get(path, follow=True)
    address = form.redirect_chain[-1][0]
    done = browser.post(address, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert [str(page.context["title"]) for page in (form, done)] == ["Nouveau mot de passe"] * 2
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


@pytest.mark.django_db
def test_an_account_that_finds_nothing_to_do_is_said_to(chief: Any, places: Any) -> None:
    account = _new(chief)
    role = Group.objects.get(name="reviewer")
    page = _save(chief, account, groups=[role.pk]).content.decode()
    no_place = (
        "Le compte «\xa0naima\xa0» a un rôle mais encore aucun territoire ni programme, et n’a rien à faire : "
        "choisissez-en un sous «\xa0Affectations\xa0»."
    ).replace(" :", "\xa0:")
    assert no_place in page
    Assignment.objects.create(user=account, territory=places["MA"])
    assert no_place not in _save(chief, account).content.decode()
    page = _save(chief, account, groups=[]).content.decode()
    no_role = (
        "Le compte «\xa0naima\xa0» a un territoire ou un programme mais encore aucun rôle, et ne peut rien y faire : "
        "choisissez un rôle."
    )
    assert no_role.replace(" :", "\xa0:") in page


@pytest.mark.django_db
def test_the_link_is_what_a_new_account_gets_unless_a_password_is_typed(chief: Any) -> None:
    html = signed_in(chief).get(reverse("admin:auth_user_add")).content.decode()
    boxes = re.findall(r'<input type="radio" name="usable_password" value="(\w+)"([^>]*)>', html)
    assert [(value, "checked" in rest) for value, rest in boxes] == [
        ("false", True),
        ("true", False),
    ]


@pytest.mark.django_db
def test_the_invitation_speaks_the_language_of_the_account_and_not_of_who_invites(
    chief: Any,
) -> None:
    account = _new(chief, email="naima@example.org")
    with translation.override("ar"):
        _save(chief, account, groups=[Group.objects.get(name="contributor").pk])
    (invitation,) = _mails(1)
    assert (
        "Suivi des programmes de formation\xa0: un compte a été ouvert pour vous, naima."
        in invitation.body
    )


@pytest.mark.django_db
def test_mail_about_accounts_names_the_site_as_its_record_does(chief: Any) -> None:
    make_site(name_fr="L’office & ses promesses")
    account = _new(chief, email="naima@example.org")
    _save(chief, account, groups=[Group.objects.get(name="contributor").pk])
    _mails(1)
    account.refresh_from_db()
    account.set_password(PASSWORD)
    account.save()
    Client().post("/fr/account/password/reset/", {"email": "naima@example.org"})
    invitation, password = _mails(2)
    assert invitation.subject == "Votre compte\xa0: L’office & ses promesses"
    assert (
        "L’office & ses promesses\xa0: un compte a été ouvert pour vous, naima." in invitation.body
    )
    assert password.subject == "Nouveau mot de passe\xa0: L’office & ses promesses"
    assert "programmes de formation" not in invitation.body + password.body


@pytest.mark.django_db
def test_an_assignment_alone_opens_an_account(chief: Any, places: Any) -> None:
    account = _new(chief)
    typed = {"user": account.pk, "territory": places["MA-ERR"].pk}
    signed_in(chief).post(reverse("admin:programmes_assignment_add"), typed)
    assert Assignment.objects.filter(user=account).exists()
    account.refresh_from_db()
    assert account.is_staff


@pytest.mark.django_db
def test_an_assignment_in_its_own_list_invites_as_one_on_the_account(
    chief: Any, places: Any
) -> None:
    account = _new(chief, email="naima@example.org")
    typed = {"user": account.pk, "territory": places["MA-ERR"].pk}
    address = reverse("admin:programmes_assignment_add")
    page = signed_in(chief).post(address, typed, follow=True)
    said = "Une invitation à choisir un mot de passe a été envoyée à naima@example.org."
    assert said in page.content.decode()
    (invitation,) = _mails(1)
    assert invitation.to == ["naima@example.org"]


@pytest.mark.django_db
def test_a_closed_account_stays_closed_where_nothing_new_is_given(chief: Any) -> None:
    account = _new(chief)
    account.groups.add(Group.objects.get(name="contributor"))
    _save(chief, account, first_name="Naïma")
    account.refresh_from_db()
    assert (account.first_name, account.is_staff) == ("Naïma", False)


@pytest.mark.django_db
def test_an_invitation_is_sent_again_to_open_accounts_with_an_address(chief: Any) -> None:
    account = _new(chief, email="naima@example.org")
    address = reverse("admin:auth_user_changelist")
    chosen = {"action": "send_invitations", "_selected_action": [account.pk]}
    page = signed_in(chief).post(address, chosen, follow=True)
    assert "Aucun de ces comptes n’est ouvert" in page.content.decode()
    User.objects.filter(pk=account.pk).update(is_staff=True)
    page = signed_in(chief).post(address, chosen, follow=True)
    assert "1 invitation a été envoyée." in page.content.decode()
    assert len(_mails(1)) == 1
