"""The roads of people to what the public relies on: forms, forged ones, lists, history. Each leaves it as it is.

tests/test_forbidden_moves.py tries those of the program. Tables, columns, lists inside forms and actions are read from
the models and the screens: a new one is tried without a new test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client

from programmes.models import Amendment, State
from programmes.models.guards import guards_lifted
from programmes.models.review import STEP_COLUMNS, OwnedByReviewed, Reviewed
from programmes.models.sealed import Sealed, SealedError, SealedPart, Showable, columns_of, parts_of
from tests import forged
from tests.admin.conftest import signed_in
from tests.admin.posting import address_of, boxes_shown, take
from tests.another_value import another, copied
from tests.sealed_rows import (
    LOCKED,
    SEALED,
    a_part,
    a_reviewed,
    a_sealed,
    make_members,
    name_of,
    stored,
    tables,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
# whoever changes the columns of all sealed tables while nobody relies on them
KEEPERS = ("editor", "administrator", "superuser")
REVIEWERS = ("reviewer", "administrator", "superuser")


@pytest.fixture(scope="module")
def clients(sample: None, django_db_blocker: Any) -> dict[str, Client]:
    """A browser for each role, with the whole country."""
    with django_db_blocker.unblock():
        return {role: signed_in(user) for role, user in make_members().items()}


@contextmanager
def undone() -> Iterator[None]:
    """What was written inside is not there after."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Forms


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Sealed))
def test_form_of_a_sealed_record_changes_nothing_sealed(
    model: type[Sealed], clients: dict[str, Client]
) -> None:
    row = a_sealed(model)
    before, address = stored(row), address_of(row, "change")
    boxes = {name: forged.boxes(row, name) for name in SEALED[name_of(model)].split()}
    sent = {box: value for some in boxes.values() for box, value in some.items()}
    typed = boxes_before_sealing(row, clients["superuser"])
    refused = [name for name, some in boxes.items() if some.keys() & typed]
    assert refused
    for role, client in clients.items():
        page = client.get(address)
        assert page.status_code == 200, role
        assert not boxes_of(page) & sent.keys(), role
        answer = client.post(address, boxes_shown(page) | sent)
        if role in KEEPERS:
            errors = answer.context["adminform"].form.non_field_errors()
            assert errors == [str(SealedError(model, refused))], role
        else:
            assert answer.status_code == 403, role
        assert stored(row) == before, role


def boxes_before_sealing(row: Sealed, client: Client) -> set[str]:
    """The boxes and lists that the form of a record has while nobody relies on it."""
    with undone():
        with guards_lifted("as if nobody relied on it"):
            hidden = {"is_public": False} if isinstance(row, Showable) else {}
            models.QuerySet(type(row)).filter(pk=row.pk).update(sealed_at=None, **hidden)
        page = client.get(address_of(row, "change"))
        return boxes_of(page)


def boxes_of(page: HttpResponse) -> set[str]:
    """The boxes of the form on a page, and its lists to which lines can be added, by their count."""
    lists = page.context["inline_admin_formsets"]
    added = {f"{one.formset.prefix}-TOTAL_FORMS" for one in lists if one.has_add_permission}
    return set(page.context["adminform"].form.fields) | added


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Reviewed))
def test_form_of_a_row_of_review_changes_nothing(
    model: type[Reviewed], clients: dict[str, Client]
) -> None:
    for state in LOCKED:
        with undone():
            refuse_form(model, state, clients)


def refuse_form(model: type[Reviewed], state: str, clients: dict[str, Client]) -> None:
    """Sends other values for a row of review in a state, as each role."""
    row = a_reviewed(model, state)
    before, address = stored(row), address_of(row, "change")
    names = [name for name in columns_of(model) if name != "id"]
    sent = {box: value for name in names for box, value in forged.boxes(row, name).items()}
    for part in parts_of(model):
        sent |= forged.lines(row, part)
    page = clients["superuser"].get(address)
    assert page.context["adminform"].form.fields == {}
    assert not boxes_of(page)
    for role, client in clients.items():
        assert client.post(address, sent).status_code == 403, role
        assert stored(row) == before, role


@pytest.mark.slow
@pytest.mark.parametrize("part", [*tables(SealedPart), *tables(OwnedByReviewed)])
def test_page_of_a_part_changes_and_removes_nothing(part: Any, clients: dict[str, Client]) -> None:
    row = owner_of(part)
    one = part._base_manager.filter(**{part.owner_name: row}).order_by("pk").first()
    before = stored(row)
    sent = {
        box: value
        for name in columns_of(part)
        if name != "id"
        for box, value in forged.boxes(one, name).items()
    }
    for role, client in clients.items():
        assert client.post(address_of(one, "change"), sent).status_code == 403, role
        assert client.post(address_of(one, "delete"), {"post": "yes"}).status_code == 403, role
        added = forged.boxes_of_new(a_part(part, row))
        answer = client.post(address_of(one, "add"), added)
        assert answer.status_code in (200, 403), role
        assert stored(row) == before, role


def owner_of(part: Any) -> Any:
    """A record that nobody may change, with such a part."""
    model = part._meta.get_field(part.owner_name).related_model
    return a_sealed(model) if issubclass(model, Sealed) else a_reviewed(model, State.SUBMITTED)


# Lists inside forms


LISTS = [
    pytest.param(model, inline.model, id=f"{name_of(model)}.{name_of(inline.model)}")
    for model, screen in admin.site._registry.items()
    if issubclass(model, Sealed | Reviewed)
    for inline in screen.inlines
]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "part"), LISTS)
def test_lines_of_a_list_inside_a_form_change_nothing(
    model: Any, part: Any, clients: dict[str, Client]
) -> None:
    row = a_sealed(model) if issubclass(model, Sealed) else a_reviewed(model, State.SUBMITTED)
    line = a_sealed(part) if issubclass(part, Sealed) else None
    row = row if line is None else getattr(line, name_of(model))
    kept = [one for one in (row, line) if one is not None]
    before, address = [stored(one) for one in kept], address_of(row, "change")
    shown = boxes_shown(clients["superuser"].get(address))
    for role, client in clients.items():
        for removed in (False, True):
            answer = client.post(address, shown | forged.lines(row, part, removed=removed))
            assert answer.status_code in (200, 403), (role, removed)
            assert [stored(one) for one in kept] == before, (role, removed)


# Lists


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Sealed))
def test_no_action_of_a_list_changes_or_removes_a_sealed_record(
    model: type[Sealed], clients: dict[str, Client]
) -> None:
    row = a_sealed(model)
    before = stored(row)
    for role, client in clients.items():
        for name in actions_of(model):
            with undone():
                take(client, name, row)
                assert stored(row) == before, (role, name)
        assert client.post(address_of(row, "delete"), {"post": "yes"}).status_code == 403, role
        assert stored(row) == before, role


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("model", tables(Reviewed))
def test_no_action_of_a_list_changes_or_removes_a_row_of_review(
    model: type[Reviewed], clients: dict[str, Client]
) -> None:
    rows = [one_in(model, state) for state in LOCKED]
    before, moved = [what_stays(row) for row in rows], set()
    for role, client in clients.items():
        for name in actions_of(model):
            # a step takes or refuses each row of a list by itself; a removal takes all or none
            for chosen in [[row] for row in rows] if name == "delete_selected" else [rows]:
                with undone():
                    take(client, name, *chosen)
                    assert [what_stays(row) for row in rows] == before, (role, name)
                    now = stored(rows[0])["state"]
                    moved |= {role} if now != State.SUBMITTED else set()
        for row in rows:
            answer = client.post(address_of(row, "delete"), {"post": "yes"})
            assert answer.status_code == 403, role
    assert [what_stays(row) for row in rows] == before
    assert moved == set(REVIEWERS)


def one_in(model: type[Reviewed], state: str) -> Any:
    """A row of review of its own in a state."""
    row = a_reviewed(model, State.PUBLISHED)
    if state == State.PUBLISHED:
        return row
    at = None if state == State.SUBMITTED else row.published_at
    made = copied(row, state=state, published_at=at, ended_at=at)
    for name, value in (("code", state), ("ref", state), ("number", 500 + LOCKED.index(state))):
        if hasattr(made, name):
            setattr(made, name, value)
    with guards_lifted("a row in that state"):
        made.save()
    made.refresh_from_db()
    return made


def what_stays(row: Any) -> dict[str, Any]:
    """A row as stored, but for what a step may write of a submitted one: it moves on; what it says does not."""
    moves = STEP_COLUMNS | {*row.settled} if row.state == State.SUBMITTED else frozenset()
    return {name: value for name, value in stored(row).items() if name not in moves}


def actions_of(model: type[models.Model]) -> list[str]:
    """The actions of a list, whoever is offered them."""
    own = admin.site.get_model_admin(model).actions or ()
    return ["delete_selected", *(getattr(one, "__name__", one) for one in own)]


# History


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Sealed))
def test_return_to_an_earlier_state_proposes_what_is_sealed(
    model: type[Sealed], clients: dict[str, Client]
) -> None:
    row = a_sealed(model)
    before, proposed = stored(row), 0
    single = returned(row)
    together = {column: value for columns in single.values() for column, value in columns.items()}
    for role, client in clients.items():
        page = client.get(address_of(row, "change"))
        for names, columns in [
            *(([name], single[name]) for name in single if role == "editor"),
            (list(single), together),
        ]:
            with undone():
                address = address_of(
                    row, "simple_history", forged.an_earlier_state(row, columns).pk
                )
                answer = client.post(address, boxes_shown(page))
                assert answer.status_code in (200, 302, 403), (role, names)
                assert stored(row) == before, (role, names)
                made = [
                    (one.state, sorted(one.changes)) for one in Amendment.objects.open().of(row)
                ]
                new = [name for name in names if name not in (*model.identity, *model.settled)]
                if role in KEEPERS and new:
                    assert made == [("draft", sorted(new))] or is_refused(answer), (
                        role,
                        names,
                        made,
                    )
                    proposed += len(made)
                else:
                    assert made == [], (role, names)
    assert proposed


def returned(row: Sealed) -> dict[str, dict[str, Any]]:
    """By sealed name, the columns of an earlier state that differs in it. Sets and child rows are not part of one."""
    fields = {
        name: columns
        for name, columns in columns_of(type(row)).items()
        if name in SEALED[name_of(type(row))].split()
    }
    return {
        name: {one.attname: another(one, getattr(row, one.attname)) for one in columns}
        if name not in getattr(row, "precise_dates", {})
        else forged.columns_of_date(row, name)
        for name, columns in fields.items()
    }


def is_refused(answer: HttpResponse) -> bool:
    """Whether a return was refused with a sentence: what it would propose breaks a rule of the table."""
    if answer.status_code == 200:
        return bool(answer.context["adminform"].form.errors)
    return any(one.level == messages.ERROR for one in messages.get_messages(answer.wsgi_request))
