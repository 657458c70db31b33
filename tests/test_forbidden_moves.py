"""One list of forbidden moves, on every road: what the public relies on stays as it is, and says no.

The moves are made from the tables: a new column or table is tried without a new test. What must be sealed is named
here, not read from the models.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from programmes import services
from programmes.models import (
    FrozenRowError,
    Programme,
    ReviewEvent,
    State,
)
from programmes.models.guards import guards
from programmes.models.review import OwnedByReviewed, Reviewed, translated_columns
from programmes.models.sealed import (
    KEPT,
    Sealed,
    SealedPart,
    columns_of,
    parts_of,
    sealed_fields,
    sealed_models,
    sealed_sets,
)
from tests.another_value import another, copied
from tests.sealed_rows import (
    LOCKED,
    SEALED,
    a_part,
    a_reviewed,
    a_sealed,
    changed_value,
    make_members,
    name_of,
    stored,
    tables,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

# Rows that go through review: sealed whole.
REVIEWED = {"amendment", "measurement", "milestonestatement", "reply", "targetrevision"}
# Rows that belong to one of those, and are sealed with it.
PARTS = {"evidence", "measurementshare", "participation", "signature", "stage", "waypoint"}
# Nothing of these is read by the public, or it is only added to.
WORKINGS = {
    "assignment",
    "bulkreview",
    "dataversion",
    "columnmapping",
    "guardlift",
    "importchunk",
    "importfile",
    "importjob",
    "preference",
    "publicationclock",
    "reviewevent",
    "scheduledwork",
    "worker",
}
# Files made again from the other tables whenever those change.
MADE_AGAIN = {"datafile"}
# What the publisher says of itself: each page and file says what it says now.
SPOKEN_NOW = {"site"}
# written with what changes it, and never rewritten: tests/services/test_standings.py, test_ledger.py
WRITTEN_ONCE = {"ledgerentry", "standing"}
REFUSALS = (FrozenRowError, DatabaseError)
SENTENCES = {guard.sentence for guard in guards()}

Move = Callable[[], Any]


def test_each_table_is_sealed_reviewed_part_of_one_or_named_as_its_workings() -> None:
    known = {name_of(model) for model in apps.get_app_config("programmes").get_models()}
    kept = {name for name in known if not name.startswith("historical")}
    assert kept == {*SEALED, *REVIEWED, *PARTS, *WORKINGS, *WRITTEN_ONCE, *MADE_AGAIN, *SPOKEN_NOW}
    assert {name_of(param.values[0]) for param in tables(Sealed)} == set(SEALED)
    assert {name_of(param.values[0]) for param in tables(Reviewed)} == REVIEWED
    parts = {
        name_of(param.values[0]) for kind in (SealedPart, OwnedByReviewed) for param in tables(kind)
    }
    assert parts == PARTS


@pytest.mark.parametrize("model", tables(Sealed))
def test_each_column_is_sealed_or_open_for_a_reason(model: type[Sealed]) -> None:
    sets = {
        field.name
        for field in model._meta.many_to_many
        if field.remote_field.through._meta.auto_created
    }
    parts = {part._meta.get_field(part.owner_name).remote_field.name for part in parts_of(model)}
    own = {"id", *KEPT}
    assert set(model.sealed) == set(SEALED[name_of(model)].split())
    assert {*columns_of(model), *sets, *parts} - own == {*model.sealed, *model.open}
    assert not set(model.sealed) & set(model.open)
    assert all(str(reason).strip() for reason in model.open.values())


# How a move is tried


def try_each(row: models.Model, moves: Iterator[tuple[str, Move]]) -> None:
    """Each move is refused by a sentence of ours and leaves the row as it was."""
    before, tried, failed = stored(row), 0, []
    for what, move in moves:
        tried += 1
        try:
            # what is refused is taken back as a whole
            with transaction.atomic():
                move()
                failed.append(f"{what}: accepted")
                transaction.set_rollback(True)
        except (FrozenRowError, ValidationError):
            pass
        except DatabaseError as error:
            if not any(sentence in str(error) for sentence in SENTENCES):
                failed.append(f"{what}: {error}")
    assert tried
    assert failed == []
    assert stored(row) == before


def tell(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def written(row: models.Model, field: models.Field, value: Any) -> Iterator[tuple[str, Move]]:
    """The roads by which somebody writes a value into one column of a row."""
    model, column = type(row), connection.ops.quote_name(field.column)
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = field.get_db_prep_save(value, connection)

    def changed() -> Any:
        one = model._base_manager.get(pk=row.pk)
        setattr(one, field.attname, value)
        return one

    everything = model.objects.filter(pk=row.pk)
    yield f"{field.column} save", lambda: changed().save()
    yield f"{field.column} save alone", lambda: changed().save(update_fields=[field.name])
    yield f"{field.column} update", lambda: everything.update(**{field.attname: value})
    yield (
        f"{field.column} bulk_update",
        lambda: model.objects.bulk_update([changed()], [field.name]),
    )
    yield (
        f"{field.column} upsert",
        lambda: model.objects.bulk_create(
            [changed()], update_conflicts=True, update_fields=[field.name], unique_fields=["id"]
        ),
    )
    yield (
        f"{field.column} SQL",
        lambda: tell(f"UPDATE {table} SET {column} = %s WHERE id = %s", prepared, row.pk),
    )


def removed(row: models.Model) -> Iterator[tuple[str, Move]]:
    """The roads by which somebody removes a row, or adds one that is public already."""
    model, table = type(row), connection.ops.quote_name(type(row)._meta.db_table)
    one = model.objects.filter(pk=row.pk)
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    yield "delete", model._base_manager.get(pk=row.pk).delete
    yield "delete queryset", one.delete
    yield "delete all", model.objects.all().delete
    yield "delete raw", lambda: one._raw_delete("default")
    yield "delete SQL", lambda: tell(f"DELETE FROM {table} WHERE id = %s", row.pk)
    yield "insert save", copied(row).save
    yield "insert bulk", lambda: model.objects.bulk_create([copied(row)])
    yield (
        "insert SQL",
        lambda: tell(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = %s", row.pk
        ),
    )


# Records that something published rests on


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Sealed))
def test_no_road_changes_a_sealed_column(model: type[Sealed]) -> None:
    row = a_sealed(model)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = sealed_fields(model)
    assert set(names.values()) >= set(SEALED[name_of(model)].split()) & set(columns_of(model))

    def moves() -> Iterator[tuple[str, Move]]:
        for attname in names:
            value = getattr(row, attname)
            yield from written(row, fields[attname], another(fields[attname], value))
            if value and fields[attname].null:
                yield from written(row, fields[attname], None)

    try_each(row, moves())


@pytest.mark.parametrize("model", tables(Sealed))
def test_no_road_removes_a_sealed_record_or_adds_one(model: type[Sealed]) -> None:
    row = a_sealed(model)
    try_each(row, removed(row))


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(field, id=f"{name_of(model)}.{field.name}")
        for model in sealed_models()
        for field in sealed_sets(model)
    ],
)
def test_no_road_changes_a_sealed_set(field: models.ManyToManyField) -> None:
    row = a_sealed(field.model)
    members, through = getattr(row, field.name), field.remote_field.through
    inside = members.order_by("pk").first()
    outside = field.related_model.objects.exclude(pk__in=members.values("pk")).first()
    back = field.remote_field.get_accessor_name()
    table = connection.ops.quote_name(through._meta.db_table)
    mine, other = field.m2m_column_name(), field.m2m_reverse_name()
    link = {mine: row.pk, other: outside.pk}
    old = through.objects.filter(**{mine: row.pk, other: inside.pk})
    moves: dict[str, Move] = {
        "add": lambda: members.add(outside),
        "remove": lambda: members.remove(inside),
        "set": lambda: members.set([outside]),
        "clear": members.clear,
        "create": lambda: getattr(outside, back).add(row),
        "remove from the other side": lambda: getattr(inside, back).remove(row),
        "set from the other side": lambda: getattr(inside, back).set([]),
        "clear from the other side": lambda: getattr(inside, back).clear(),
        "link": lambda: through.objects.create(**link),
        "link in bulk": lambda: through.objects.bulk_create([through(**link)]),
        "unlink": old.delete,
        "unlink one": old.get().delete,
        "relink": lambda: old.update(**{other: outside.pk}),
        "INSERT": lambda: tell(
            f"INSERT INTO {table} ({mine}, {other}) VALUES (%s, %s)", row.pk, outside.pk
        ),
        "DELETE": lambda: tell(f"DELETE FROM {table} WHERE {mine} = %s", row.pk),
        "UPDATE": lambda: tell(
            f"UPDATE {table} SET {other} = %s WHERE {mine} = %s AND {other} = %s",
            outside.pk,
            row.pk,
            inside.pk,
        ),
    }
    try_each(row, iter(moves.items()))


# Rows of review, and parts of either


@pytest.mark.slow
@pytest.mark.parametrize("state", LOCKED)
@pytest.mark.parametrize("model", tables(Reviewed))
def test_no_road_changes_a_row_of_review(model: type[Reviewed], state: str) -> None:
    row = a_reviewed(model, state)
    steps = model.transitions.get(state, frozenset()) if state == State.SUBMITTED else frozenset()
    # what lies in the column of a translated text that has no language is what was saved last, and nobody reads it
    passed_over = {"id", *model.settled, *translated_columns(model)}

    def moves() -> Iterator[tuple[str, Move]]:
        for field in model._meta.concrete_fields:
            if field.attname == "state":
                for other in set(State) - {state} - steps:
                    yield from written(row, field, other)
            elif field.attname not in passed_over:
                yield from written(row, field, another(field, getattr(row, field.attname)))

    try_each(row, moves())


@pytest.mark.parametrize("state", LOCKED)
@pytest.mark.parametrize("model", tables(Reviewed))
def test_no_road_removes_a_row_of_review_or_adds_one(model: type[Reviewed], state: str) -> None:
    row = a_reviewed(model, state)
    try_each(row, removed(row))


@pytest.mark.parametrize("model", tables(Reviewed))
def test_no_road_leads_from_draft_past_review(model: type[Reviewed]) -> None:
    row = copied(
        a_reviewed(model, State.PUBLISHED), state=State.DRAFT, published_at=None, ended_at=None
    )
    row.save()
    field = model._meta.get_field("state")
    table = connection.ops.quote_name(model._meta.db_table)

    def moves() -> Iterator[tuple[str, Move]]:
        for state in set(LOCKED) - {State.SUBMITTED}:
            yield from written(row, field, state)
            yield (
                f"{state} at a moment",
                lambda state=state: tell(
                    f"UPDATE {table} SET state = %s, published_at = changed_at WHERE id = %s",
                    state,
                    row.pk,
                ),
            )

    try_each(row, moves())


@pytest.mark.parametrize("part", [*tables(SealedPart), *tables(OwnedByReviewed)])
def test_no_road_changes_parts(part: Any) -> None:
    model = part._meta.get_field(part.owner_name).related_model
    row = a_sealed(model) if issubclass(model, Sealed) else a_reviewed(model, State.PUBLISHED)
    one = part._base_manager.filter(**{part.owner_name: row}).order_by("pk").first()
    elsewhere = a_part(part, copied(row, **free(model)))
    getattr(elsewhere, part.owner_name).save()
    elsewhere.save()
    owner = part._meta.get_field(part.owner_name)
    new = [a_part(part, row), copied(one)]

    def moves() -> Iterator[tuple[str, Move]]:
        for field in part._meta.concrete_fields:
            if field.attname != "id":
                yield from written(one, field, another(field, getattr(one, field.attname)))
        yield from written(elsewhere, owner, row.pk)
        for made in new:
            yield "create", made.save
            yield "create in bulk", lambda made=made: part.objects.bulk_create([made])
        for what, move in removed(one):
            if not what.startswith("insert save"):
                yield what, move

    try_each(row, moves())


def free(model: type[models.Model]) -> dict[str, Any]:
    """The columns of a row that nobody relies on yet."""
    if issubclass(model, Sealed):
        return {"sealed_at": None, "is_public": False, "withdrawn_at": None}
    return {"state": State.DRAFT, "published_at": None, "ended_at": None}


def test_no_road_changes_the_review_log() -> None:
    row = ReviewEvent.objects.filter(amendment__state=State.PUBLISHED).first()
    assert row is not None

    def moves() -> Iterator[tuple[str, Move]]:
        for field in ReviewEvent._meta.concrete_fields:
            if field.attname != "id":
                yield from written(row, field, another(field, getattr(row, field.attname)))
        for what, move in removed(row):
            if not what.startswith("insert") and what != "delete raw":
                yield what, move

    try_each(row, moves())


@pytest.mark.postgresql
def test_no_table_is_truncated() -> None:
    for param in (*tables(Sealed), *tables(Reviewed)):
        (model,) = param.values
        a_sealed(model) if issubclass(model, Sealed) else a_reviewed(model, State.PUBLISHED)
    tell("SET CONSTRAINTS ALL IMMEDIATE")
    for table in sorted({guard.table for guard in guards()}):
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            tell(f'TRUNCATE "{table}" CASCADE')
        assert any(sentence in str(refused.value) for sentence in SENTENCES), table


# Nobody is shown or hidden by the way


@pytest.mark.parametrize("column", ["is_public", "sealed_at", "withdrawn_at"])
def test_no_road_shows_what_is_hidden(column: str) -> None:
    row = Programme.objects.create(code="hidden", name_fr="Caché")
    field = Programme._meta.get_field(column)
    value = True if column == "is_public" else timezone.now()
    roads = (move for what, move in written(row, field, value) if not what.endswith("SQL"))
    for move in roads:
        with pytest.raises((FrozenRowError, DatabaseError)), transaction.atomic():
            move()
    both = {"is_public": True, "sealed_at": timezone.now()}
    with pytest.raises(FrozenRowError):
        Programme.objects.filter(pk=row.pk).update(**both)


# By services, as each role


@pytest.fixture(scope="module")
def members(sample: None, django_db_blocker: Any) -> list[Any]:
    with django_db_blocker.unblock():
        return list(make_members().values())


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Sealed))
def test_a_change_by_service_becomes_an_amendment(model: type[Sealed], members: list[Any]) -> None:
    row = a_sealed(model)
    before, names = stored(row), SEALED[name_of(model)].split()
    for member in members:
        with transaction.atomic():
            for name in names:
                change = {name: changed_value(row, name)}
                try:
                    made = services.propose_change(row, change, by=member, reason="Mistyped.")
                except ValidationError:
                    # the original gives way to one found later alone (tests/services/test_announcements.py)
                    assert name in (*model.identity, "original")
                else:
                    assert name not in model.identity
                    assert (made.state, list(made.changes)) == (State.DRAFT, [name])
                assert stored(row) == before
            transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("model", tables(Reviewed))
def test_no_service_changes_a_row_of_review(model: type[Reviewed], members: list[Any]) -> None:
    for state in LOCKED:
        row = a_reviewed(model, state)
        before = stored(row)
        for member in members:
            for step in steps_of(row, member):
                with (
                    pytest.raises((FrozenRowError, ValidationError, PermissionDenied)),
                    transaction.atomic(),
                ):
                    step()
                assert stored(row) == before


def steps_of(row: Reviewed, member: Any) -> list[Move]:
    """What no service may do with a row that is submitted, or past it."""
    found: list[Move] = [
        lambda: services.change_draft(row, by=member),
        lambda: services.discard(row, by=member),
        lambda: services.discard_all(type(row)._base_manager.filter(pk=row.pk), by=member),
        lambda: services.submit(row, by=member),
    ]
    if row.state != State.SUBMITTED:
        found += [
            lambda: services.publish(row, by=member, show=True),
            lambda: services.send_back(row, by=member, note="No."),
            lambda: services.set_aside(row, by=member, reason="No."),
        ]
    return found
