"""An administrator keeps the accounts of their own territories and programmes, and gives no more than they have."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from programmes.admin.signin.factors import has_second_factor
from programmes.models import Assignment
from tests.admin.builders import make_programme, make_superuser
from tests.admin.conftest import signed_in
from tests.admin.factors import give_app, is_signed_in, type_password
from tests.admin.posting import as_shown
from tests.conftest import make_member

INCOMPLETE = (
    "Les affectations de ce compte ont changé entre-temps, ou n’ont pas été envoyées avec le formulaire. "
    "Rien n’est enregistré : ouvrez le compte de nouveau."
)
NOT_YOURS = "Vous ne pouvez affecter que ce qui relève de vos propres territoires et programmes."


def _address(page: str, *args: Any) -> str:
    return reverse(f"admin:{page}", args=args)


@pytest.fixture
def chief(places: Any) -> Any:
    return make_superuser("chief")


@pytest.fixture
def keeper(places: Any) -> Any:
    """Keeps the accounts of Errachidia."""
    return make_member("karim", "administrator", "MA-ERR")


@pytest.fixture
def unassigned(places: Any) -> Any:
    return make_member("salma", "administrator")


def _account(name: str, places: dict[str, Any]) -> Any:
    """An account by what makes it more, or no more, than what the administrator of Errachidia keeps."""
    if name == "superuser":
        return make_superuser("boss")
    if name == "one's own":
        return User.objects.get(username="karim")
    role = "administrator" if name == "national administrator" else "contributor"
    codes = {
        "of another province": ["MA-REH"],
        "of the region": ["MA-08"],
        "of both provinces": ["MA-ERR", "MA-REH"],
        "national administrator": ["MA"],
        "without assignment": [],
    }.get(name, ["MA-ERR"])
    account = make_member("target", role, *codes)
    if name == "of a whole programme":
        account.assignments.create(programme=make_programme(places["MA-ERR"]))
    if name == "with a right of its own":
        account.user_permissions.add(Permission.objects.get(codename="change_group"))
    if name == "with a role of more rights":
        more = Group.objects.create(name="more")
        more.permissions.add(Permission.objects.get(codename="delete_group"))
        account.groups.add(more)
    if name == "of a programme in the province":
        account.assignments.all().update(programme=make_programme(places["MA-ERR"]))
    if name == "closed, of another province":
        account.assignments.all().update(territory=places["MA-REH"])
        User.objects.filter(pk=account.pk).update(is_active=False)
    return account


OUT_OF_REACH = [
    "superuser",
    "one's own",
    "of another province",
    "of the region",
    "of both provinces",
    "national administrator",
    "of a whole programme",
    "with a right of its own",
    "with a role of more rights",
    "closed, of another province",
    # whoever is assigned nothing yet may be assigned the whole country tomorrow
    "without assignment",
]
WITHIN_REACH = ["of the province", "of a programme in the province"]


def _state(account: Any) -> Any:
    fresh = User.objects.get(pk=account.pk)
    return (
        {
            name: value
            for name, value in vars(fresh).items()
            if name not in ("_state", "last_login")
        },
        set(fresh.groups.all()),
        set(fresh.user_permissions.all()),
        set(fresh.assignments.values_list("territory", "programme")),
        has_second_factor(fresh),
    )


def _try_everything(by: Any, account: Any, chief: Any, places: Any) -> None:
    """Every road that leads to an account, as if its form had been shown."""
    client = signed_in(by)
    change = _address("auth_user_change", account.pk)
    data = as_shown(signed_in(chief), change)
    rowless = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
    for forged in (
        {"email": "mine@example.ma"},
        {"email": "mine@example.ma", **rowless},
        {"is_active": "", "groups": [], **rowless},
        {"groups": [group.pk for group in Group.objects.all()]},
    ):
        client.post(change, data | forged)
    password = {"password1": "Nouveau-2026", "password2": "Nouveau-2026", "usable_password": "true"}
    client.post(_address("auth_user_password_change", account.pk), password)
    client.post(
        _address("auth_user_changelist"),
        {"action": "remove_factors", "_selected_action": [account.pk], "confirmed": "1"},
    )
    client.post(
        _address("programmes_assignment_add"),
        {"user": account.pk, "territory": places["MA-ERR"].pk, "programme": ""},
    )
    for row in account.assignments.all():
        own = {"user": account.pk, "territory": places["MA-ERR"].pk, "programme": ""}
        client.post(_address("programmes_assignment_change", row.pk), own)
        client.post(_address("programmes_assignment_delete", row.pk), {"post": "yes"})
        state = row.history.first()
        client.post(_address("programmes_assignment_simple_history", row.pk, state.pk), own)
    client.post(
        _address("auth_user_changelist"),
        {"action": "delete_selected", "_selected_action": [account.pk], "post": "yes"},
    )
    client.post(_address("auth_user_delete", account.pk), {"post": "yes"})


@pytest.mark.slow
@pytest.mark.parametrize("who", OUT_OF_REACH)
def test_account_that_is_more_is_left_alone_on_every_road(
    who: str, keeper: Any, chief: Any, places: Any
) -> None:
    account = _account(who, places)
    give_app(account)
    before = _state(account)
    _try_everything(keeper, account, chief, places)
    assert _state(account) == before


@pytest.mark.parametrize("who", ["of the province", "without assignment", "superuser"])
def test_administrator_without_an_assignment_keeps_no_account(
    who: str, unassigned: Any, chief: Any, places: Any
) -> None:
    account = _account(who, places)
    give_app(account)
    before = _state(account)
    _try_everything(unassigned, account, chief, places)
    assert _state(account) == before
    client = signed_in(unassigned)
    assert client.get(_address("auth_user_changelist")).status_code == 403
    new = {"username": "new", "password1": "Nouveau-2026", "password2": "Nouveau-2026"}
    assert client.post(_address("auth_user_add"), new).status_code == 403
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize("who", WITHIN_REACH)
def test_account_within_ones_own_is_kept(who: str, keeper: Any, chief: Any, places: Any) -> None:
    account = _account(who, places)
    give_app(account)
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    data = as_shown(client, change) | {"email": "new@example.ma"}
    assert client.post(change, data).status_code == 302
    password = {"password1": "Nouveau-2026", "password2": "Nouveau-2026", "usable_password": "true"}
    assert (
        client.post(_address("auth_user_password_change", account.pk), password).status_code == 302
    )
    client.post(
        _address("auth_user_changelist"),
        {"action": "remove_factors", "_selected_action": [account.pk], "confirmed": "1"},
    )
    account.refresh_from_db()
    assert account.email == "new@example.ma"
    assert account.check_password("Nouveau-2026")
    assert not has_second_factor(account)


def test_list_shows_only_the_accounts_one_keeps(keeper: Any, chief: Any, places: Any) -> None:
    mine = make_member("mine", "contributor", "MA-ERR")
    make_member("other", "contributor", "MA-REH")
    found = signed_in(keeper).get(_address("auth_user_changelist")).context["cl"].result_list
    assert {account.username for account in found} == {"karim", mine.username}
    found = signed_in(chief).get(_address("auth_user_changelist")).context["cl"].result_list
    assert {account.username for account in found} == {"karim", "mine", "other", "chief"}


@pytest.mark.parametrize("lost", ["rows", "one row", "form of the rows"])
def test_account_is_not_saved_without_the_rows_of_its_assignments(
    lost: str, keeper: Any, places: Any
) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    account.assignments.create(
        territory=places["MA-ERR"], programme=make_programme(places["MA-ERR"])
    )
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    data = as_shown(client, change) | {"email": "new@example.ma"}
    if lost == "rows":
        data |= {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
    elif lost == "one row":
        data |= {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 1}
    else:
        data = {name: value for name, value in data.items() if not name.startswith("assignments")}
    response = client.post(change, data)
    assert response.status_code == 200
    (formset,) = [
        shown.formset
        for shown in response.context["inline_admin_formsets"]
        if shown.formset.prefix == "assignments"
    ]
    assert formset.non_form_errors() == [INCOMPLETE]
    account.refresh_from_db()
    assert account.email == "mine@example.ma"


@pytest.mark.slow
@pytest.mark.parametrize("road", ["inline", "list"])
@pytest.mark.parametrize("code", ["MA-REH", "MA-08", "MA"])
def test_nothing_beyond_ones_own_is_assigned(
    code: str, road: str, keeper: Any, places: Any
) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    if road == "inline":
        data = as_shown(client, change) | {
            "assignments-TOTAL_FORMS": 2,
            "assignments-1-user": account.pk,
            "assignments-1-territory": places[code].pk,
        }
        response = client.post(change, data)
        (formset,) = [
            shown.formset
            for shown in response.context["inline_admin_formsets"]
            if shown.formset.prefix == "assignments"
        ]
        assert formset.errors[1] == {"__all__": [NOT_YOURS]}
    else:
        data = {"user": account.pk, "territory": places[code].pk}
        response = client.post(_address("programmes_assignment_add"), data)
        assert response.context["adminform"].form.non_field_errors() == [NOT_YOURS]
    assert Assignment.objects.filter(user=account).count() == 1


def test_history_of_an_assignment_takes_nothing_from_another_account(
    keeper: Any, places: Any
) -> None:
    mine = make_member("mine", "contributor")
    other = make_member("other", "contributor", "MA-REH")
    row = Assignment.objects.create(user=mine, territory=places["MA-ERR"])
    state = row.history.first()
    row.user = other
    row.save()
    address = _address("programmes_assignment_simple_history", row.pk, state.pk)
    data = {"user": mine.pk, "territory": places["MA-ERR"].pk, "programme": ""}
    assert signed_in(keeper).post(address, data).status_code == 403
    row.refresh_from_db()
    assert row.user == other


def test_national_administrator_assigns_a_programme_of_the_whole_country(places: Any) -> None:
    keeper = make_member("nadia", "administrator", "MA")
    account = make_member("mine", "contributor", "MA-ERR")
    data = {"user": account.pk, "programme": make_programme(places["MA"]).pk}
    assert signed_in(keeper).post(_address("programmes_assignment_add"), data).status_code == 302
    assert account.assignments.count() == 2


def test_role_of_more_rights_than_ones_own_is_not_given(keeper: Any, places: Any) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    more = Group.objects.create(name="more")
    more.permissions.add(Permission.objects.get(codename="change_group"))
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    offered = client.get(change).context["adminform"].form.fields["groups"].queryset
    assert {group.name for group in offered} == {
        "contributor",
        "reviewer",
        "editor",
        "administrator",
    }
    response = client.post(change, as_shown(client, change) | {"groups": [more.pk]})
    assert list(response.context["adminform"].form.errors) == ["groups"]
    assert [group.name for group in account.groups.all()] == ["contributor"]


def test_nobody_makes_a_superuser_or_gives_single_rights(keeper: Any, places: Any) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    right = Permission.objects.get(codename="change_group")
    forged = {"is_superuser": "on", "user_permissions": [right.pk]}
    assert client.post(change, as_shown(client, change) | forged).status_code == 302
    account.refresh_from_db()
    assert not account.is_superuser
    assert not account.user_permissions.exists()


# Groups


@pytest.mark.parametrize("rights", ["of the role", "for groups"])
def test_groups_are_for_superusers(rights: str, chief: Any, places: Any) -> None:
    keeper = make_member("nadia", "administrator", "MA")
    if rights == "for groups":
        steps = ("add", "change", "delete", "view")
        codes = [f"{step}_group" for step in steps]
        keeper.user_permissions.set(Permission.objects.filter(codename__in=codes))
    role = Group.objects.get(name="contributor")
    before = set(role.permissions.all())
    client = signed_in(keeper)
    change = _address("auth_group_change", role.pk)
    data = as_shown(signed_in(chief), change)
    answers = [
        client.get(_address("auth_group_changelist")),
        client.get(change),
        client.post(change, data | {"name": "mine", "permissions": []}),
        client.post(_address("auth_group_delete", role.pk), {"post": "yes"}),
        client.post(_address("auth_group_add"), data | {"name": "new"}),
        client.post(
            _address("auth_group_changelist"),
            {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    role.refresh_from_db()
    assert (role.name, set(role.permissions.all())) == ("contributor", before)
    assert not Group.objects.filter(name="new").exists()
    assert signed_in(chief).post(change, data | {"name": "renamed"}).status_code == 302


def test_no_role_holds_a_right_over_groups(db: Any) -> None:
    assert not Group.objects.filter(permissions__content_type__model="group").exists()


# Sessions


@pytest.mark.parametrize("flag", ["is_staff", "is_active"])
def test_account_that_loses_its_flag_is_signed_out_everywhere(
    flag: str, keeper: Any, places: Any
) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    phone, office = signed_out = [signed_in(account).__class__() for _number in range(2)]
    for browser in signed_out:
        type_password(browser, "mine")
        assert is_signed_in(browser)
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    assert client.post(change, as_shown(client, change) | {flag: ""}).status_code == 302
    assert account.usersession_set.count() == 0
    # given back, what was open before stays shut
    User.objects.filter(pk=account.pk).update(is_staff=True, is_active=True)
    for browser in (phone, office):
        assert not is_signed_in(browser)


@pytest.mark.parametrize("page", ["/fr/account/", "/fr/admin/", "/fr/account/password/"])
def test_account_that_lost_its_flag_outside_the_form_opens_no_page(page: str, places: Any) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    client = signed_in(account)
    User.objects.filter(pk=account.pk).update(is_staff=False)
    response = client.get(page, follow=True)
    assert response.redirect_chain == [("/fr/account/inactive/", 302)]
    assert "_auth_user_id" not in client.session


def test_role_that_no_table_has_room_for_is_refused(keeper: Any, places: Any) -> None:
    account = make_member("mine", "contributor", "MA-ERR")
    client, change = signed_in(keeper), _address("auth_user_change", account.pk)
    response = client.post(change, as_shown(client, change) | {"groups": ["9" * 30]})
    assert list(response.context["adminform"].form.errors) == ["groups"]
