"""What a territory is and what it is part of: for those with the whole country, and never against its kind."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from programmes.models import Territory
from programmes.spreadsheets.importing import jobs
from tests.admin.builders import make_superuser
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of, as_shown, post_as_shown, send_file
from tests.admin.test_shared_tables import EDITORS, NATIONALS, PEOPLE, ROADS, TERRITORY, person
from tests.conftest import make_member


@pytest.fixture
def chief(places: Any) -> Any:
    return make_superuser("chief")


def _send_row(user: Any, **cells: str) -> str:
    text = f"{','.join(cells)}\n{','.join(cells.values())}\n"
    return send_file("territories", user, text)


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    ("column", "value"), [("kind", "prefecture"), ("parent", "MA-07"), ("hcp_code", "08.999")]
)
def test_place_of_a_territory_is_national(
    column: str, value: str, who: str, road: str, places: Any, chief: Any
) -> None:
    row, user = places["MA-ERR"], person(who)
    before = getattr(row, column)
    after = places[value] if column == "parent" else value
    if road == "form":
        post_as_shown(
            row,
            "change",
            user,
            chief,
            **{column: places[value].pk if column == "parent" else value},
        )
    else:
        refusal = _send_row(user, code=row.code, **{column: value})
        if who == "editor elsewhere":
            assert refusal == TERRITORY
        elif who in EDITORS - NATIONALS:
            label = {"kind": "type", "parent": "fait partie de", "hcp_code": "code HCP"}[column]
            assert refusal == (
                f"{label} : seules les personnes à qui le pays entier est affecté peuvent modifier ceci."
            )
    row.refresh_from_db()
    assert getattr(row, column) == (after if who in NATIONALS else before)


def test_preview_names_the_column_that_is_not_ones_own(places: Any) -> None:
    content = b"code,name_fr,parent\nMA-ERR,Autre,MA-07\n"
    job = jobs.check(jobs.send("territories", content, "sent.csv", by=person("editor")))
    ((_row, errors),) = job.chunks.get(kind="refused").rows
    assert job.state == "refused"
    assert [(column, value) for column, value, *_said in errors] == [("parent", "MA-07")]


def test_scope_that_is_lost_after_the_preview_counts_when_it_is_applied(places: Any) -> None:
    editor = person("national editor")
    changed, new = (
        jobs.check(jobs.send("territories", content, "sent.csv", by=editor))
        for content in (
            b"code,parent\nMA-ERR,MA-07\n",
            b"code,kind,name_fr,parent\nMA-NEW,province,N,MA-07\n",
        )
    )
    editor.assignments.update(territory=places["MA-ERR"])
    with pytest.raises(PermissionDenied, match="fait partie de : seules les personnes"):
        jobs.apply(changed, by=editor)
    with pytest.raises(PermissionDenied, match=TERRITORY):
        jobs.apply(new, by=editor)
    assert Territory.objects.get(code="MA-ERR").parent == places["MA-08"]
    assert not Territory.objects.filter(code="MA-NEW").exists()


def test_code_of_a_territory_is_not_changed_by_a_forged_form(places: Any, chief: Any) -> None:
    for who in ("editor", "national editor"):
        user = make_member(who, *PEOPLE[who])
        post_as_shown(places["MA-ERR"], "change", user, chief, code="MA-XXX")
    assert not Territory.objects.filter(code="MA-XXX").exists()


def test_editor_of_a_province_does_not_take_another_into_it(places: Any, chief: Any) -> None:
    """Neither by the form, nor by the history, nor by a file."""
    editor = make_member("rehamna", "editor", "MA-REH")
    other = places["MA-ERR"]
    assert (
        post_as_shown(other, "change", editor, chief, parent=places["MA-REH"].pk).status_code == 403
    )
    state = other.history.create(
        **{field.attname: getattr(other, field.attname) for field in other._meta.concrete_fields}
        | {
            "parent_id": places["MA-07"].pk,
            "history_date": "2026-01-01T00:00:00Z",
            "history_type": "~",
        }
    )
    address = reverse(
        "admin:programmes_territory_simple_history", args=[other.pk, state.history_id]
    )
    data = as_shown(signed_in(chief), address_of(other, "change"))
    signed_in(editor).post(address, data | {"parent": places["MA-07"].pk})
    assert _send_row(editor, code=other.code, parent="MA-REH") != ""
    other.refresh_from_db()
    assert other.parent == places["MA-08"]


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    ("code", "parent", "sentence"),
    [
        ("MA-ERR", "MA-REH", "Une province fait partie d’une région."),
        ("MA-ERR", "MA", "Une province fait partie d’une région."),
        ("MA-08", "MA-ERR", "Une région fait partie du pays."),
        ("MA-08", "MA-08", "Une région fait partie du pays."),
    ],
)
def test_territory_is_part_of_the_kind_above(
    code: str, parent: str, sentence: str, road: str, places: Any, chief: Any
) -> None:
    editor, row = person("national editor"), places[code]
    before = row.parent
    if road == "form":
        response = post_as_shown(row, "change", editor, chief, parent=places[parent].pk)
        assert response.context["adminform"].form.errors["parent"] == [sentence]
    else:
        assert _send_row(editor, code=code, parent=parent) == sentence
    row.refresh_from_db()
    assert row.parent == before


@pytest.mark.parametrize("road", ROADS)
def test_territory_that_holds_others_keeps_its_kind(road: str, places: Any, chief: Any) -> None:
    editor, row = person("national editor"), places["MA-08"]
    sentence = (
        "Ce que ce territoire contient ne pourrait pas faire partie d’un territoire de ce type."
    )
    other = Territory.objects.create(code="MA-12", kind="region", name_fr="R", parent=places["MA"])
    if road == "form":
        changes = {"kind": "province", "parent": other.pk}
        response = post_as_shown(row, "change", editor, chief, **changes)
        assert response.context["adminform"].form.errors["kind"] == [sentence]
    else:
        assert _send_row(editor, code="MA-08", kind="province", parent="MA-12") == sentence
    row.refresh_from_db()
    assert row.kind == "region"


def test_model_itself_refuses_a_misplaced_territory(places: Any) -> None:
    row = places["MA-ERR"]
    row.parent = places["MA-REH"]
    with pytest.raises(ValidationError, match="Une province fait partie"):
        row.save()
    for values in ({"parent": places["MA-REH"]}, {"kind": "region"}):
        with pytest.raises(ValidationError, match="se modifient un par un"):
            Territory.objects.filter(pk=row.pk).update(**values)
    new = Territory(code="MA-NEW", kind="region", name_fr="N", parent=places["MA-08"])
    with pytest.raises(ValidationError, match="Une région fait partie du pays"):
        Territory.objects.bulk_create([new])
    assert Territory.objects.get(pk=row.pk).parent == places["MA-08"]


TAKEN = "Un autre territoire porte déjà ce code HCP."


@pytest.mark.parametrize("road", ROADS)
def test_hcp_code_of_another_territory_is_refused_beside_its_box(
    road: str, places: Any, chief: Any
) -> None:
    editor, row, taken = person("national editor"), places["MA-ERR"], "07"
    Territory.objects.create(
        code="MA-NEW", kind="region", name_fr="N", parent=places["MA"], hcp_code=taken
    )
    if road == "form":
        response = post_as_shown(row, "change", editor, chief, hcp_code=taken)
        assert response.context["adminform"].form.errors == {"hcp_code": [TAKEN]}
    else:
        content = f"code,hcp_code\n{row.code},{taken}\n".encode()
        job = jobs.check(jobs.send("territories", content, "sent.csv", by=editor))
        ((_row, errors),) = job.chunks.get(kind="refused").rows
        assert [(column, value, said) for column, value, said, *_more in errors] == [
            ("hcp_code", taken, TAKEN)
        ]
    row.refresh_from_db()
    assert row.hcp_code == ""


def test_hcp_code_that_two_new_rows_of_a_file_share_is_refused(places: Any) -> None:
    text = "code,kind,name_fr,parent,hcp_code\n" + "".join(
        f"MA-N{number},province,N{number},MA-08,08.999\n" for number in (1, 2)
    )
    editor = person("national editor")
    job = jobs.check(jobs.send("territories", text.encode(), "sent.csv", by=editor))
    with pytest.raises(ValidationError) as refusal:
        jobs.apply(job, by=editor)
    assert refusal.value.messages == [f"La ligne 3 est refusée : {TAKEN}"]
    assert not Territory.objects.filter(hcp_code="08.999").exists()
