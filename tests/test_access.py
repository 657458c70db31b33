"""Who changes what lies in several places: programmes, agreements, centres, and what belongs to them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import models

from programmes import access, services
from programmes.models import (
    Agreement,
    Assignment,
    Centre,
    Indicator,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Sector,
    Signature,
    Stage,
    Territory,
)
from tests.admin.builders import make_places, make_programme, make_source, make_superuser
from tests.admin.posting import post_as_shown, send_file
from tests.conftest import make_member

PROGRAMME = (
    "Un programme est modifié par les personnes à qui tous ses territoires, "
    "ou le programme lui-même, sont affectés."
)
AGREEMENT = (
    "Une convention est modifiée par les personnes qui peuvent modifier tous ses programmes."
)
CENTRE = "Un centre est modifié par les personnes à qui son territoire est affecté."
OUTSIDE = "Cette fiche se trouve hors de vos territoires et programmes."


@pytest.fixture
def places(db: Any) -> dict[str, Territory]:
    return make_places()


@pytest.fixture
def world(places: dict[str, Territory]) -> dict[str, models.Model]:
    """A programme of two provinces with its parts, an agreement on it and on one of a single province, centres."""
    here, there = places["MA-ERR"], places["MA-REH"]
    both = make_programme(here, there, code="both", name_fr="Deux provinces")
    parent = make_programme(places["MA"], code="parent", name_fr="Ensemble")
    Programme.objects.filter(pk=both.pk).update(parent=parent)
    one = make_programme(here, code="one", name_fr="Une province")
    nowhere = make_programme(code="nowhere", name_fr="Nulle part")
    partner = Organisation.objects.create(code="partner", kind="fund", name_fr="Fonds")
    agreements = {
        code: Agreement.objects.create(code=code, kind="framework", title_fr=code)
        for code in ("of-one", "of-two", "of-none")
    }
    agreements["of-one"].programmes.set([one])
    agreements["of-two"].programmes.set([one, both])
    centres = {
        code: Centre.objects.create(code=code, kind="centre", name_fr=code, territory=place)
        for code, place in (("centre-here", here), ("centre-there", there))
    }
    for centre in centres.values():
        centre.programmes.set([one, both])
    rows = {"both": both, "parent": parent, "one": one, "nowhere": nowhere, **agreements, **centres}
    for code, owner in list(rows.items()):
        name = type(owner)._meta.model_name
        milestone = Milestone.objects.create(
            code=f"m-{code}", kind="opening", title_fr="Jalon", **{name: owner}
        )
        rows[f"milestone of {code}"] = milestone
        rows[f"statement on {code}"] = MilestoneStatement.objects.create(
            milestone=milestone, number=1, kind="planned", announced_on="2026-01-05",
            announced_precision="day", source=make_source(),
        )  # fmt: skip
        if isinstance(owner, Programme):
            rows[f"participation in {code}"] = Participation.objects.create(
                programme=owner, organisation=partner, role="lead"
            )
            rows[f"stage of {code}"] = Stage.objects.create(
                programme=owner, number=1, name_fr="Étape"
            )
        if isinstance(owner, Agreement):
            rows[f"signature of {code}"] = Signature.objects.create(
                agreement=owner, organisation=partner
            )
    return rows


OWNERS = {
    "both", "parent", "one", "nowhere", "of-one", "of-two", "of-none", "centre-here", "centre-there",
}  # fmt: skip
# (territory, programme) pairs assigned, and the owners that are then changed
KEPT: dict[str, tuple[list[tuple[str, str]], set[str]]] = {
    "a province": ([("MA-ERR", "")], {"one", "of-one", "centre-here"}),
    "the other province": ([("MA-REH", "")], {"centre-there"}),
    "a region": ([("MA-08", "")], {"one", "of-one", "centre-here"}),
    "both provinces": (
        [("MA-ERR", ""), ("MA-REH", "")],
        {"one", "both", "of-one", "of-two", "centre-here", "centre-there"},
    ),
    "the programme": ([("", "both")], {"both"}),
    "its parent": ([("", "parent")], {"both", "parent"}),
    "both programmes": ([("", "both"), ("", "one")], {"both", "one", "of-one", "of-two"}),
    "the programme in a province": ([("MA-ERR", "both")], {"centre-here"}),
    "the programme in both": (
        [("MA-ERR", "both"), ("MA-REH", "both")],
        {"both", "centre-here", "centre-there"},
    ),
    "a province, the programme in the other": (
        [("MA-ERR", ""), ("MA-REH", "both")],
        {"one", "both", "of-one", "of-two", "centre-here", "centre-there"},
    ),
    "the parent in the country": (
        [("MA", "parent")],
        {"both", "parent", "centre-here", "centre-there"},
    ),
    "the country": ([("MA", "")], OWNERS),
    "nothing": ([], set()),
}


def _person(who: str, role: str = "editor") -> Any:
    user = make_member("somebody", role)
    for place, work in KEPT[who][0]:
        Assignment.objects.create(
            user=user,
            territory=Territory.objects.filter(code=place).first(),
            programme=Programme.objects.filter(code=work).first(),
        )
    return user


def _owner(name: str) -> str:
    return name.rpartition(" ")[2]


@pytest.mark.slow
@pytest.mark.parametrize("who", KEPT)
def test_rows_of_several_places_are_changed_by_those_who_keep_them_whole(
    who: str, world: dict[str, Any]
) -> None:
    user, kept = _person(who), KEPT[who][1]
    with access.remembering():
        for name, row in world.items():
            may = _owner(name) in kept
            assert access.may_change(user, row) is may, name
            table = type(row)._default_manager
            assert access.changeable(table.all(), user).filter(pk=row.pk).exists() is may, name
            if may:
                assert access.visible(table.all(), user).filter(pk=row.pk).exists(), name


def test_what_covers_a_province_is_still_seen_from_it(world: dict[str, Any]) -> None:
    user = _person("a province")
    for name in ("both", "parent", "of-two", "stage of both", "signature of of-two"):
        row = world[name]
        assert access.visible(type(row)._default_manager.all(), user).filter(pk=row.pk).exists()


def test_superuser_changes_all_and_closed_accounts_nothing(world: dict[str, Any]) -> None:
    chief, closed = make_superuser(), _person("the country")
    closed.is_active = False
    for row in world.values():
        assert access.may_change(chief, row)
        assert not access.may_change(closed, row)
    assert access.has_national_scope(chief)
    assert not access.has_national_scope(closed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "outcome"),
    [(who, who == "the country") for who in KEPT],
)
def test_national_scope_is_the_country_without_a_programme(
    who: str, outcome: bool, world: dict[str, Any]
) -> None:
    assert access.has_national_scope(_person(who)) is outcome


@pytest.mark.parametrize(
    ("who", "held"),
    [("a province", {"code", "hcp_code", "kind", "parent"}), ("the country", set())],
)
def test_where_a_territory_lies_is_changed_by_those_of_the_country_alone(
    who: str, held: set[str], world: dict[str, Any]
) -> None:
    user = _person(who)
    assert access.held_columns(user, Territory) == held
    assert access.held_columns(user, Centre) == set()


# The same by form, by file and by service


def _by_form(row: Any, user: Any, **changes: Any) -> None:
    post_as_shown(row, "change", user, make_superuser("chief"), **changes)


CHANGES: dict[str, tuple[str, str, str, str]] = {
    # row: table of the file, its cells, column, sentence
    "both": ("programmes", "code,name_fr\nboth,Autre\n", "name_fr", PROGRAMME),
    "stage of both": ("stages", "programme,number,name_fr\nboth,1,Autre\n", "name_fr", PROGRAMME),
    "of-two": ("agreements", "code,title_fr\nof-two,Autre\n", "title_fr", AGREEMENT),
    "signature of of-two": (
        "signatures",
        "agreement,organisation,person_fr\nof-two,partner,Autre\n",
        "person_fr",
        AGREEMENT,
    ),
    "centre-there": ("centres", "code,name_fr\ncentre-there,Autre\n", "name_fr", CENTRE),
    "milestone of both": ("milestones", "code,title_fr\nm-both,Autre\n", "title_fr", OUTSIDE),
}


@pytest.mark.slow
@pytest.mark.parametrize("road", ["form", "file"])
@pytest.mark.parametrize("who", ["a province", "both provinces", "the programme", "the country"])
@pytest.mark.parametrize("name", CHANGES)
def test_form_and_file_change_the_same_rows(
    name: str, who: str, road: str, world: dict[str, Any]
) -> None:
    row, user = world[name], _person(who)
    table, text, column, sentence = CHANGES[name]
    may = _owner(name) in KEPT[who][1]
    before = getattr(row, column)
    if road == "form":
        _by_form(row, user, **{column: "Autre"})
    elif _sees(user, row, table):
        assert send_file(table, user, text) == ("" if may else sentence)
    row.refresh_from_db()
    assert getattr(row, column) == ("Autre" if may else before)


def _sees(user: Any, row: Any, table: str) -> bool:
    """What cannot be named cannot be sent: rows that hang on others are found by them."""
    owner = (
        getattr(row, "programme", None) if table == "stages" else getattr(row, "agreement", None)
    )
    if owner is None or table == "milestones":
        return True
    return access.visible(type(owner)._default_manager.filter(pk=owner.pk), user).exists()


def test_editor_of_one_province_neither_hides_nor_cuts_a_programme_of_three(
    world: dict[str, Any], places: dict[str, Territory]
) -> None:
    programme, user = world["both"], _person("a province")
    _by_form(programme, user, is_public="", territories=[places["MA-ERR"].pk])
    assert send_file("programmes", user, "code,is_public\nboth,non\n") == PROGRAMME
    assert send_file("programmes", user, "code,territories\nboth,MA-ERR\n") == PROGRAMME
    programme.refresh_from_db()
    assert {place.code for place in programme.territories.all()} == {"MA-ERR", "MA-REH"}


@pytest.mark.slow
@pytest.mark.parametrize("road", ["form", "file"])
@pytest.mark.parametrize(
    ("name", "column", "value", "sentence"),
    [
        ("one", "territories", ["MA-ERR", "MA-REH"], PROGRAMME),
        ("one", "territories", [], PROGRAMME),
        ("of-one", "programmes", ["one", "both"], AGREEMENT),
        ("of-one", "programmes", [], AGREEMENT),
        ("centre-here", "territory", "MA-REH", CENTRE),
    ],
)
def test_nothing_is_moved_out_of_ones_own(
    name: str, column: str, value: Any, sentence: str, road: str, world: dict[str, Any]
) -> None:
    row, user = world[name], _person("a province")
    codes = value if isinstance(value, list) else [value]
    related = row._meta.get_field(column).related_model
    if road == "form":
        keys = [related.objects.get(code=code).pk for code in codes]
        _by_form(row, user, **{column: keys if isinstance(value, list) else keys[0]})
    else:
        table = f"{row._meta.model_name}s"
        refusal = send_file(table, user, f"code,{column}\n{name},{'|'.join(codes)}\n")
        assert refusal == "Cette fiche se trouverait hors de vos territoires et programmes."
    row.refresh_from_db()
    now = getattr(row, column)
    found = [now.code] if column == "territory" else [one.code for one in now.all()]
    assert found == {"one": ["MA-ERR"], "of-one": ["one"], "centre-here": ["MA-ERR"]}[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "text", "may"),
    [
        ("programmes", "code,name_fr,territories\nnew,N,MA-ERR\n", True),
        ("programmes", "code,name_fr,territories\nnew,N,MA-ERR|MA-REH\n", False),
        ("programmes", "code,name_fr\nnew,N\n", False),
        ("programmes", "code,name_fr,territories,parent\nnew,N,MA-ERR,both\n", True),
        ("agreements", "code,kind,title_fr,programmes\nnew,framework,N,one\n", True),
        ("agreements", "code,kind,title_fr,programmes\nnew,framework,N,one|both\n", False),
        ("centres", "code,kind,name_fr,territory,programmes\nnew,school,N,MA-ERR,both\n", True),
        ("centres", "code,kind,name_fr,territory,programmes\nnew,school,N,MA-REH,one\n", False),
        ("stages", "programme,number,name_fr\none,2,N\n", True),
        ("stages", "programme,number,name_fr\nboth,2,N\n", False),
        ("milestones", "code,kind,title_fr,programme\nnew,launch,N,both\n", False),
        ("milestones", "code,kind,title_fr,centre\nnew,launch,N,centre-here\n", True),
    ],
)
def test_new_rows_of_a_file_lie_in_ones_own(
    table: str, text: str, may: bool, world: dict[str, Any]
) -> None:
    refusal = send_file(table, _person("a province"), text)
    expected = "" if may else "Cette fiche se trouverait hors de vos territoires et programmes."
    assert refusal == expected


@pytest.mark.parametrize("who", ["the programme", "a province"])
def test_statement_on_a_centre_is_entered_by_those_who_keep_the_centre(
    who: str, world: dict[str, Any]
) -> None:
    def enter(name: str) -> Callable[[], Any]:
        row = MilestoneStatement(
            milestone=world[f"milestone of {name}"], kind="planned", source=make_source()
        )
        row.announced = row.source.date
        return lambda: services.state(row, by=user)

    user = _person(who, "contributor")
    for name in ("centre-here", "both"):
        if name in KEPT[who][1]:
            assert enter(name)().number == 2
        else:
            with pytest.raises(PermissionDenied, match="hors de vos territoires"):
                enter(name)()


def test_new_rows_are_placed_where_the_place_and_the_programme_are_ones_own(
    world: dict[str, Any], places: dict[str, Territory]
) -> None:
    here, there = places["MA-ERR"], places["MA-REH"]
    parent, part, other = world["parent"], world["both"], world["one"]
    user = make_member("worker", "editor", "MA-ERR", programme=parent)
    asked = {
        (here, parent): True,
        (here, part): True,
        (here, other): False,
        (here, None): False,
        (there, part): False,
        (None, part): False,
    }
    found = {
        (place, work): access.may_place(user, territory=place, programme=work)
        for place, work in asked
    }
    assert found == asked


def test_programmes_centres_and_agreements_are_placed_in_ones_own(
    world: dict[str, Any], places: dict[str, Territory]
) -> None:
    here, there = places["MA-ERR"], places["MA-REH"]
    keeper = make_member("keeper", "editor")
    Assignment.objects.create(user=keeper, programme=world["parent"])
    local = make_member("local", "editor", "MA-ERR")
    closed = make_member("closed", "editor", "MA-ERR")
    closed.is_active = False
    closed.save()

    def programme(user: Any, *where: Territory, of: Any = None) -> bool:
        return access.may_place_programme(user, territories=where, itself_and_parent=[of])

    # of a programme that is theirs whole, wherever
    assert programme(keeper, there, of=world["parent"])
    assert not programme(keeper, there, of=world["one"])
    assert [programme(local, here), programme(local, here, there), programme(local)] == [
        True, False, False,
    ]  # fmt: skip
    assert not programme(closed, here)

    def centre(user: Any, where: Territory | None) -> bool:
        return access.may_place_centre(user, territory=where, programmes=[])

    assert [centre(local, here), centre(local, there), centre(local, None)] == [True, False, False]
    assert not centre(closed, here)

    def agreement(user: Any, *works: Programme) -> bool:
        return access.may_place_agreement(user, programmes=works)

    assert agreement(local, world["one"])
    assert not agreement(local, world["one"], world["both"])
    assert agreement(local, Programme(code="new"))
    assert not agreement(local)
    assert agreement(make_member("chief", "editor", "MA"))


def test_closed_account_places_nothing(world: dict[str, Any], places: dict[str, Territory]) -> None:
    user = make_member("closed", "editor", "MA-ERR")
    here = {"territory": places["MA-ERR"], "programme": world["one"]}
    assert access.may_place(user, **here)
    user.is_active = False
    user.save()
    assert not access.may_place(user, **here)


def test_what_all_share_is_added_and_removed_by_those_of_the_whole_country(
    world: dict[str, Any], places: dict[str, Territory]
) -> None:
    chief, local = make_member("chief", "editor", "MA"), make_member("local", "editor", "MA-ERR")
    nobody = make_member("nobody", "editor")
    tables = (Territory, Sector, Indicator, Organisation, Programme, Centre)
    assert {user.username: [access.may_add(user, table) for table in tables]
            for user in (chief, local, nobody)} == {
        "chief": [True] * 6,
        "local": [False] * 3 + [True] * 3,
        "nobody": [False] * 6,
    }  # fmt: skip
    sector = Sector.objects.create(code="sector", name_fr="Secteur")
    rows = (places["MA-ERR"], sector, world["one"], world["both"])
    assert access.may_change(local, places["MA-ERR"])
    assert [access.may_delete(local, row) for row in rows] == [False, False, True, False]
    assert [access.may_delete(chief, row) for row in rows] == [True] * 4


def test_centre_is_placed_where_one_keeps_a_programme_that_uses_it(
    world: dict[str, Any], places: dict[str, Territory]
) -> None:
    here, there = places["MA-ERR"], places["MA-REH"]
    user = make_member("worker", "editor", "MA-ERR", programme=world["parent"])
    wide = make_member("wide", "editor")
    Assignment.objects.create(user=wide, programme=world["parent"])

    def centre(who: Any, where: Territory, *codes: str) -> bool:
        programmes = [world[code] for code in codes]
        return access.may_place_centre(who, territory=where, programmes=programmes)

    assert [centre(user, here, "both"), centre(user, here, "one", "parent")] == [True, True]
    assert [centre(user, here, "one"), centre(user, here), centre(user, there, "both")] == [
        False, False, False,
    ]  # fmt: skip
    # a programme without a territory is no territory
    assert not centre(wide, here, "both")


def test_second_factor_is_asked_of_whoever_could_harm_others(places: dict[str, Territory]) -> None:
    found = {}
    rights = (
        "view_user", "change_user", "delete_group", "view_authenticator", "delete_authenticator",
        "publish_measurement", "change_measurement", "add_programme", "change_programme",
    )  # fmt: skip
    for name in rights:
        user = make_member(name, "contributor", "MA")
        user.groups.clear()
        user.user_permissions.add(Permission.objects.get(codename=name))
        found[name] = access.needs_second_factor(user)
    assert [name for name, needed in found.items() if needed] == [
        "change_user", "delete_group", "delete_authenticator", "publish_measurement",
        "change_programme",
    ]  # fmt: skip
    root = make_superuser("root")
    assert access.needs_second_factor(root)
    root.is_staff = False
    assert not access.needs_second_factor(root)


def test_nobody_gives_roles_without_an_assignment(places: dict[str, Territory]) -> None:
    assert list(access.roles_to_give(make_member("nobody", "administrator"))) == []
    assert "administrator" in {
        one.name for one in access.roles_to_give(make_member("chief", "administrator", "MA"))
    }


def test_what_is_remembered_of_rights_is_forgotten_with_the_page(
    places: dict[str, Territory],
) -> None:
    user = make_member("chief", "editor", "MA")
    with access.remembering():
        assert access.has_national_scope(user)
        Assignment.objects.filter(user=user).delete()
        assert access.has_national_scope(user)
    assert not access.has_national_scope(user)
