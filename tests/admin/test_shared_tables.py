"""The tables that all use: each is changed by the same people on every road, whatever is forged."""

from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from programmes import access
from programmes.models import (
    Category,
    Evidence,
    Indicator,
    Organisation,
    Site,
    Source,
    Territory,
)
from programmes.spreadsheets.columns.tables import TABLES
from tests.admin.builders import make_superuser, make_world
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of, as_shown, post_as_shown, send_file
from tests.conftest import make_member

# the one row of the site has no code and no file; evidence is a part of its source (test_evidence.py)
SHARED = [model for model in access.SHARED if model not in (Site, Evidence)]
FILES = {table.model: name for name, table in TABLES.items()}
NATIONAL = "Ceci est tenu pour tout le pays : seules les personnes à qui le pays entier est affecté peuvent le faire."
TERRITORY = (
    "Un territoire est modifié par les personnes à qui il est affecté. Seules celles à qui le pays entier est affecté "
    "en ajoutent, en déplacent ou en suppriment."
)
ENTERED = "Cette fiche est modifiée par la personne qui l’a saisie, et par celles à qui le pays entier est affecté."
SENTENCES = {Territory: TERRITORY, Organisation: ENTERED, Source: ENTERED}
# role, and the territory that is assigned
PEOPLE = {
    "contributor": ("contributor", "MA-ERR"),
    "reviewer": ("reviewer", "MA-ERR"),
    "editor": ("editor", "MA-ERR"),
    "administrator": ("administrator", "MA-ERR"),
    "editor of a region": ("editor", "MA-08"),
    "editor elsewhere": ("editor", "MA-REH"),
    "unassigned": ("editor", ""),
    "national editor": ("editor", "MA"),
    "national administrator": ("administrator", "MA"),
}
EDITORS = {
    name for name, (role, place) in PEOPLE.items() if role in ("editor", "administrator") and place
}
NATIONALS = {"national editor", "national administrator"}
ROADS = ("form", "file")


def _changers(model: type[models.Model]) -> set[str]:
    """Who changes the names of a row that somebody else entered."""
    return EDITORS - {"editor elsewhere"} if model is Territory else NATIONALS


def _adders(model: type[models.Model]) -> set[str]:
    if model is Source:
        return EDITORS | {"contributor"}
    return EDITORS if model is Organisation else NATIONALS


def person(name: str) -> Any:
    """Somebody of a role, with what is assigned to them."""
    role, place = PEOPLE[name]
    return make_member(name, role, *([place] if place else []))


def _naming(model: type[models.Model]) -> str:
    return "title" if model is Source else "name_fr"


def _send(model: type[models.Model], user: Any, **cells: str) -> str:
    """Sends one row and applies it. Returns why it was refused; empty where it went through."""
    text = f"{','.join(cells)}\n{','.join(cells.values())}\n"
    return send_file(FILES[model], user, text)


def _key(row: models.Model) -> dict[str, str]:
    return {"dimension": row.dimension.code} if isinstance(row, Category) else {}


@pytest.fixture
def chief(places: Any) -> Any:
    return make_superuser("chief")


@pytest.fixture
def world(places: Any, chief: Any) -> dict[type, Any]:
    return make_world(places["MA-ERR"], chief)


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("model", SHARED, ids=lambda model: model.__name__)
def test_row_is_renamed_by_the_same_people_on_every_road(
    model: type, road: str, world: Any, chief: Any
) -> None:
    row, column = world[model], _naming(model)
    before = getattr(row, column)
    for who in PEOPLE:
        user = person(who)
        if road == "form":
            post_as_shown(row, "change", user, chief, **{column: "Autre"})
        else:
            refusal = _send(model, user, **_key(row), code=row.code, **{column: "Autre"})
            assert bool(refusal) is (who not in _changers(model))
            if who in EDITORS and refusal:
                assert refusal == SENTENCES.get(model, NATIONAL)
        row.refresh_from_db()
        assert getattr(row, column) == ("Autre" if who in _changers(model) else before), who
        model.objects.filter(pk=row.pk).update(**{column: before})


NEW_CELLS: dict[type, dict[str, str]] = {
    Territory: {"kind": "province", "parent": "MA-08"},
    Organisation: {"kind": "ministry"},
    Source: {"kind": "article"},
    Indicator: {"unit_fr": "personnes", "measure": "level"},
}


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("model", SHARED, ids=lambda model: model.__name__)
def test_row_is_added_by_the_same_people_on_every_road(
    model: type, road: str, world: Any, chief: Any
) -> None:
    row, column = world[model], _naming(model)
    for who in PEOPLE:
        user, number = person(who), list(PEOPLE).index(who)
        code = f"MA-N{number}" if model is Territory else f"new-{number}"
        if road == "form":
            post_as_shown(row, "add", user, chief, code=code, hcp_code="", **{column: "Autre"})
        else:
            cells = {**_key(row), "code": code, column: "Autre", **NEW_CELLS.get(model, {})}
            assert bool(_send(model, user, **cells)) is (who not in _adders(model))
        made = model._default_manager.filter(code=code)
        assert made.exists() is (who in _adders(model)), who
        if model in (Organisation, Source) and who in _adders(model):
            assert made.get().entered_by == user


def _spare(model: type, world: dict[type, Any]) -> Any:
    """A row on which nothing depends."""
    values = {
        Territory: {"kind": "province", "parent": world[Territory].parent, "code": "MA-OLD"},
        Category: {"dimension": world[Category].dimension},
        Organisation: {"kind": "fund"},
        Source: {"kind": "article"},
        Indicator: {"unit_fr": "personnes", "measure": "level"},
    }.get(model, {})
    return model.objects.create(**{"code": "old", _naming(model): "Ancienne", **values})


@pytest.mark.slow
@pytest.mark.parametrize("model", SHARED, ids=lambda model: model.__name__)
def test_row_is_removed_only_by_those_who_keep_it(model: type, world: Any, chief: Any) -> None:
    for who in PEOPLE:
        row = _spare(model, world)
        client = signed_in(person(who))
        client.post(
            reverse(f"admin:programmes_{model._meta.model_name}_changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )
        client.post(address_of(row, "delete"), {"post": "yes"})
        assert model.objects.filter(pk=row.pk).exists() is (who not in NATIONALS), who
        model.objects.filter(pk=row.pk).delete()


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("model", [Organisation, Source])
def test_whoever_entered_a_row_changes_it(model: type, road: str, world: Any, chief: Any) -> None:
    row, user, column = world[model], person("editor"), _naming(model)
    model.objects.filter(pk=row.pk).update(entered_by=user)
    if road == "form":
        post_as_shown(row, "change", user, chief, **{column: "Autre"})
    else:
        assert _send(model, user, code=row.code, **{column: "Autre"}) == ""
    row.refresh_from_db()
    assert getattr(row, column) == "Autre"
    assert row.entered_by == user


@pytest.mark.slow
@pytest.mark.parametrize("model", SHARED, ids=lambda model: model.__name__)
def test_row_returns_to_an_earlier_state_by_those_who_change_it(
    model: type, world: Any, chief: Any
) -> None:
    row, column = world[model], _naming(model)
    earlier = getattr(row, column)
    state = row.history.first()
    for who in PEOPLE:
        user = person(who)
        setattr(row, column, "Depuis")
        row.save()
        address = reverse(
            f"admin:programmes_{model._meta.model_name}_simple_history", args=[row.pk, state.pk]
        )
        data = as_shown(signed_in(chief), address_of(row, "change"))
        signed_in(user).post(address, data | {column: earlier})
        row.refresh_from_db()
        assert getattr(row, column) == (earlier if who in _changers(model) else "Depuis")
