"""No upgrade holds up or ends in an error whoever writes meanwhile: what its migrations do is looked at, one by one."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from programmes.models.online_index import AddIndexOnline
from tests.releases.test_upgrade import RELEASES

# what looks at every row of its table, or is not filled by the version before, and why it may
ALLOWED = {
    (
        "0012_translations",
        "Create constraint amendment_has_reason on model amendment",
    ): "there are few amendments",
    ("0010_notices", "Add field notices to preference"): "one row a person, who sends it again",
    ("0010_notices", "Add field told_until to preference"): "the same",
    ("0015_words_of_search", "Add field words to dataversion"): "its rows are made once",
}


def locks(name: str, operations: Iterable[Operation], state: ProjectState) -> Iterator[str]:
    """What of a migration reads or writes a whole table while nobody else may write to it. `state` is moved on."""
    new = {one.name_lower for one in operations if isinstance(one, migrations.CreateModel)}
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from locks(name, one.database_operations, state.clone())
        table = getattr(one, "model_name_lower", "")
        described = one.describe()
        before = state.clone()
        one.state_forwards("programmes", state)
        if table in new or (name, described) in ALLOWED:
            continue
        if isinstance(one, migrations.AddIndex) and not isinstance(one, AddIndexOnline):
            yield f"{name}: {described}: use AddIndexOnline"
        if isinstance(
            one, migrations.AddConstraint | migrations.RunSQL | migrations.AlterUniqueTogether
        ):
            yield f"{name}: {described}"
        if isinstance(one, migrations.AddField) and (one.field.unique or one.field.db_index):
            yield f"{name}: {described}: its index is made at once"
        if isinstance(one, migrations.AddField) and not _may_be_left_out(one.field):
            yield f"{name}: {described}: the version before does not fill it: null or db_default"
        if isinstance(one, migrations.AlterField):
            old, changed = (columns(where, table, one.name) for where in (before, state))
            if old != changed:
                yield f"{name}: {described}: {old} becomes {changed}"


def _may_be_left_out(field: models.Field[Any, Any]) -> bool:
    """Whether a row is written that does not say this column, as the web processes do until they are restarted."""
    return field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED


def columns(state: ProjectState, table: str, name: str) -> tuple[str | None, bool, bool]:
    """The type of a column, whether it may be empty, and whether it has an index."""
    field = state.apps.get_model("programmes", table)._meta.get_field(name)
    return field.db_type(connection), field.null, field.unique or field.db_index


def plan(after: str) -> Iterator[tuple[str, Any, ProjectState]]:
    """The migrations after one, each with the state of the models before it."""
    loader = MigrationLoader(None)
    names = [key for key in loader.graph.forwards_plan(loader.graph.leaf_nodes("programmes")[0])]
    own = [name for app, name in names if app == "programmes"]
    for name in own[own.index(after) + 1 :]:
        key = ("programmes", name)
        yield name, loader.graph.nodes[key], loader.project_state(key, at_end=False)


@pytest.mark.django_db
@pytest.mark.parametrize("release", RELEASES)
def test_no_migration_since_a_release_locks_a_table_while_it_reads_all_of_it(release: str) -> None:
    found = [
        fault
        for name, migration, state in plan(RELEASES[release])
        for fault in locks(name, migration.operations, state)
    ]
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (
            migrations.AddIndex("measurement", models.Index(fields=["note"], name="by_note")),
            "use AddIndexOnline",
        ),
        (
            migrations.AlterField("measurement", "note", models.CharField(max_length=9)),
            "becomes",
        ),
        (
            migrations.AddConstraint(
                "measurement",
                models.CheckConstraint(condition=models.Q(value__gt=0), name="more"),
            ),
            "Create constraint more on model measurement",
        ),
        (
            migrations.AddField(
                "measurement", "method", models.CharField(max_length=9, default="")
            ),
            "the version before does not fill it",
        ),
    ],
)
def test_what_locks_is_told(operation: Operation, told: str) -> None:
    state = MigrationLoader(None).project_state()
    (fault,) = locks("9999_new", [operation], state)
    assert told in fault
