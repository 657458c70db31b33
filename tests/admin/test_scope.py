"""Nobody sees or touches rows of another place, whatever address or hidden field is forged."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse

from programmes import access
from programmes.models import Assignment, Centre, Measurement, Milestone, Series, Site
from tests.admin.builders import (
    make_centre,
    make_measurement,
    make_programme,
    make_series,
    make_source,
    make_world,
)
from tests.admin.conftest import signed_in
from tests.conftest import make_member

ACCOUNTS = {User, Group, Assignment}
TABLES = [model for model in admin.site._registry if model not in ACCOUNTS]


def _address(model: type, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# there is one site at most: its list leads to it, and holds no rows
@pytest.mark.slow
@pytest.mark.parametrize(
    "model", [one for one in TABLES if one is not Site], ids=lambda model: model.__name__
)
def test_lists_show_only_what_is_in_scope(
    model: type, root: Any, alice: Any, bob: Any, charlie: Any, places: Any
) -> None:
    here = make_world(places["MA-ERR"], root)
    there = make_world(places["MA-REH"], root)
    for owned in access.OWNED:
        owned.objects.filter(pk=here[owned].pk).update(owner=alice)
        owned.objects.filter(pk=there[owned].pk).update(owner=bob)
    shared = model in access.SHARED
    for user, own, foreign in ((alice, here, there), (bob, there, here)):
        response = signed_in(user).get(_address(model, "changelist"))
        rows = list(response.context["cl"].result_list)
        assert own[model] in rows
        assert (foreign[model] in rows) is shared
    response = signed_in(charlie).get(_address(model, "changelist"))
    assert response.status_code == 403 or not list(response.context["cl"].result_list)


@pytest.mark.slow
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_pages_of_foreign_records_are_refused(
    model: type, root: Any, alice: Any, charlie: Any, places: Any
) -> None:
    row = make_world(places["MA-REH"], root)[model]
    people = (charlie,) if model in access.SHARED else (alice, charlie)
    for user in people:
        client = signed_in(user)
        for page in ("change", "history", "delete"):
            for response in (
                client.get(_address(model, page, row.pk)),
                client.post(_address(model, page, row.pk), {"post": "yes"}),
            ):
                assert response.status_code in (302, 403), (page, response.status_code)
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Measurement, "series"),
        (Centre, "programmes"),
        (Milestone, "centre"),
        (Milestone, "agreement"),
    ],
)
def test_autocomplete_offers_only_rows_in_scope(
    model: type, field: str, root: Any, alice: Any, charlie: Any, places: Any
) -> None:
    here, there = make_world(places["MA-ERR"], root), make_world(places["MA-REH"], root)
    target = model._meta.get_field(field).related_model
    query = {"app_label": "programmes", "model_name": model._meta.model_name, "field_name": field}
    results = signed_in(alice).get("/fr/admin/autocomplete/", query).json()["results"]
    assert {row["id"] for row in results} == {str(here[target].pk)}
    assert str(there[target].pk) not in {row["id"] for row in results}
    assert signed_in(charlie).get("/fr/admin/autocomplete/", query).json()["results"] == []


def test_figure_for_a_foreign_series_is_refused(root: Any, alice: Any, places: Any) -> None:
    series = make_series(places["MA-REH"])
    response = signed_in(alice).post(
        _address(Measurement, "add"),
        _figure(series, value="12"),
    )
    assert response.status_code == 200
    assert "series" in response.context["adminform"].form.errors
    assert not Measurement.objects.exists()


def test_record_placed_outside_the_scope_is_refused_and_undone(editor: Any, places: Any) -> None:
    response = signed_in(editor).post(
        _address(Centre, "add"),
        {
            "kind": "centre",
            "name_fr": "Centre de Rehamna",
            "territory": places["MA-REH"].pk,
            "seen_version": "",
        },
    )
    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()
    assert not Centre.objects.exists()
    assert "Centre de Rehamna" in response.content.decode()


def test_record_in_scope_gets_a_code_of_its_name(editor: Any, places: Any) -> None:
    response = signed_in(editor).post(
        _address(Centre, "add"),
        {"kind": "centre", "name_fr": "École de code", "territory": places["MA-ERR"].pk},
    )
    assert response.status_code == 302
    assert Centre.objects.get().code == "ecole-de-code"


def test_actions_leave_foreign_rows_alone(root: Any, alice: Any, places: Any) -> None:
    row = make_measurement(make_series(places["MA-REH"]), root)
    for action in ("submit_rows", "delete_selected"):
        signed_in(alice).post(
            _address(Measurement, "changelist"),
            {"action": action, "_selected_action": [row.pk], "confirmed": "1", "post": "yes"},
        )
    row.refresh_from_db()
    assert row.state == "draft"
    response = signed_in(alice).post(
        reverse("admin:programmes_measurement_review", args=[row.pk, "submit"]), {"confirmed": "1"}
    )
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.state == "draft"


def test_links_that_others_keep_survive_a_save(root: Any, editor: Any, places: Any) -> None:
    foreign = make_world(places["MA-REH"], root)
    centre = make_centre(places["MA-ERR"])
    centre.programmes.add(*[row for model, row in foreign.items() if model.__name__ == "Programme"])
    parent = make_centre(places["MA-REH"], name_fr="Cité")
    Centre.objects.filter(pk=centre.pk).update(kind="annex", parent=parent)
    response = signed_in(editor).post(
        _address(Centre, "change", centre.pk),
        {
            "kind": "annex",
            "name_fr": "Antenne",
            "territory": places["MA-ERR"].pk,
            "parent": parent.pk,
        },
    )
    assert response.status_code == 302
    centre.refresh_from_db()
    assert (centre.name_fr, centre.parent, centre.programmes.count()) == ("Antenne", parent, 1)


def test_correction_prefilled_from_a_foreign_figure_stays_empty(
    root: Any, alice: Any, places: Any
) -> None:
    row = make_measurement(make_series(places["MA-REH"]), root, value=4321)
    html = (
        signed_in(alice).get(_address(Measurement, "add"), {"supersedes": row.pk}).content.decode()
    )
    assert "4321" not in html
    assert Series.objects.get().code not in html


def test_nobody_assigns_more_than_they_have(alice: Any, bob: Any, places: Any) -> None:
    alice.groups.add(Group.objects.get(name="administrator"))
    client = signed_in(alice)
    charlie = make_member("charlie", "contributor")
    # an account that is assigned nothing yet is kept by those who have the country
    client.post(_address(Assignment, "add"), {"user": charlie.pk, "territory": places["MA-ERR"].pk})
    assert not charlie.assignments.exists()
    work = make_programme(places["MA-ERR"])
    charlie.assignments.create(territory=places["MA-ERR"], programme=work)
    for territory, count in ((places["MA-REH"], 0), (places["MA"], 0), (places["MA-ERR"], 1)):
        client.post(_address(Assignment, "add"), {"user": charlie.pk, "territory": territory.pk})
        given = Assignment.objects.filter(user=charlie, territory=territory, programme=None)
        assert given.count() == count
    client.post(_address(Assignment, "add"), {"user": bob.pk, "territory": places["MA-ERR"].pk})
    assert list(bob.assignments.values_list("territory__code", flat=True)) == ["MA-REH"]


def test_nobody_takes_away_what_is_not_theirs(alice: Any, bob: Any, places: Any) -> None:
    alice.groups.add(Group.objects.get(name="administrator"))
    row, client = bob.assignments.get(), signed_in(alice)
    assert client.post(_address(Assignment, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert Assignment.objects.filter(pk=row.pk).exists()
    form = {
        "username": "bob",
        "date_joined_0": "01/01/2026",
        "date_joined_1": "10:00:00",
        "preference-TOTAL_FORMS": 0,
        "preference-INITIAL_FORMS": 0,
        "assignments-TOTAL_FORMS": 1,
        "assignments-INITIAL_FORMS": 1,
        "assignments-0-id": row.pk,
        "assignments-0-user": bob.pk,
        "assignments-0-territory": places["MA-REH"].pk,
        "assignments-0-DELETE": "on",
    }
    assert client.post(_address(User, "change", bob.pk), form).status_code == 302
    assert Assignment.objects.filter(pk=row.pk).exists()
    root_form = signed_in(_superuser()).post(_address(User, "change", bob.pk), form)
    assert root_form.status_code == 302
    assert not Assignment.objects.filter(pk=row.pk).exists()


def test_administrator_cannot_touch_superusers_or_raise_anyone(
    root: Any, alice: Any, bob: Any, places: Any
) -> None:
    alice.groups.add(Group.objects.get(name="administrator"))
    alice.assignments.create(territory=places["MA-REH"])
    client = signed_in(alice)
    assert client.post(_address(User, "change", root.pk), {"username": "x"}).status_code == 302
    assert client.post(_address(User, "change", alice.pk), {"username": "x"}).status_code == 403
    assert set(User.objects.values_list("username", flat=True)) >= {"root", "alice"}
    form = client.get(_address(User, "change", bob.pk)).context["adminform"].form
    assert not {"is_superuser", "user_permissions"} & set(form.fields)


def _superuser() -> Any:
    return User.objects.create_superuser("chief", "chief@example.ma", "pass")


def _figure(series: Series, **values: Any) -> dict[str, Any]:
    return {
        "series": series.pk,
        "as_of": "01/02/2026",
        "qualifier": "exactly",
        "source": make_source().pk,
        "shares-TOTAL_FORMS": 0,
        "shares-INITIAL_FORMS": 0,
    } | values
