"""No sequence of operations through services, admin, import and ORM changes or loses a published row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    ReviewEvent,
    State,
    TargetRevision,
)
from programmes.models.review import STEP_COLUMNS
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.importing import jobs
from programmes.spreadsheets.importing.jobs import CannotUndoError, UnreadableFileError
from programmes.spreadsheets.sending.exporting import export_file
from tests.services.conftest import a_figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

REFUSALS = (
    FrozenRowError,
    PermissionDenied,
    ValidationError,
    ProtectedError,
    DatabaseError,
    CannotUndoError,
    UnreadableFileError,
)
KINDS = (Measurement, TargetRevision, MilestoneStatement)
# what may be written on a row that is published or past it
OUTCOME = STEP_COLUMNS - {"published_at", "ended_at", "confirmation"}
PASSED_ON = {
    State.PUBLISHED: {State.PUBLISHED, State.SUPERSEDED, State.SET_ASIDE, State.WITHDRAWN},
    State.SUPERSEDED: {State.SUPERSEDED},
    State.SET_ASIDE: {State.SET_ASIDE},
    State.WITHDRAWN: {State.WITHDRAWN},
}


def frozen_rows() -> dict[tuple[type[models.Model], int], dict[str, Any]]:
    """Every row that is published or past it, with all its columns."""
    return {
        (kind, values["id"]): values
        for kind in KINDS
        for values in kind.objects.filter(state__in=list(PASSED_ON)).values()
    }


class World:
    """Who acts, and on what: each operation takes a number that chooses its row."""

    def __init__(self, root: Any, client: Client) -> None:
        self.root, self.client = root, client
        self.jobs: list[Any] = []

    def row(self, number: int) -> Any:
        kind = KINDS[number % 3]
        rows = kind.objects.order_by("-pk")
        return rows[number % rows.count()]

    def enter(self, number: int) -> None:
        services.record(
            a_figure(value=number, as_of=PreciseDate.of_year(2010 + number % 13)), by=self.root
        )

    def correct(self, number: int) -> None:
        row = Measurement.objects.order_by("-pk")[number % Measurement.objects.count()]
        services.record(
            Measurement(
                series=row.series,
                period_start=row.period_start,
                as_of_on=row.as_of_on,
                as_of_precision=row.as_of_precision,
                value=number if row.value is None or row.value > 1 else row.value,
                source=row.source,
                supersedes=row,
            ),
            by=self.root,
        )

    def submit(self, number: int) -> None:
        services.submit(self.row(number), by=self.root)

    def publish(self, number: int) -> None:
        services.publish(self.row(number), by=self.root)

    def send_back(self, number: int) -> None:
        services.send_back(self.row(number), by=self.root, note="again")

    def set_aside(self, number: int) -> None:
        services.set_aside(self.row(number), by=self.root, reason="another source")

    def withdraw(self, number: int) -> None:
        services.propose_withdrawal(self.row(number), by=self.root, reason="mistaken")

    def amend(self, number: int) -> None:
        row = self.row(number)
        row.source_id = row.source_id
        row.note = row.reason = "changed"
        services.change_draft(row, by=self.root)

    def discard(self, number: int) -> None:
        services.discard(self.row(number), by=self.root)

    def save(self, number: int) -> None:
        row = self.row(number)
        row.as_of_on = row.announced_on = "2001-01-01"
        row.value = number
        row.save()

    def delete(self, number: int) -> None:
        self.row(number).delete()

    def update_all(self, number: int) -> None:
        KINDS[number % 3].objects.update(source=self.row(number).source_id)

    def delete_all(self, number: int) -> None:
        KINDS[number % 3].objects.all().delete()

    def delete_owner(self, number: int) -> None:
        row = self.row(number)
        owner = next(
            getattr(row, name) for name in ("series", "target", "milestone") if hasattr(row, name)
        )
        owner.delete()

    def post_change(self, number: int) -> None:
        row = self.row(number)
        address = reverse(f"admin:programmes_{row._meta.model_name}_change", args=[row.pk])
        self.client.post(
            address, {"value": number, "as_of": "2001", "source": row.source_id, "_save": "1"}
        )

    def post_delete(self, number: int) -> None:
        row = self.row(number)
        address = reverse(f"admin:programmes_{row._meta.model_name}_delete", args=[row.pk])
        self.client.post(address, {"post": "yes"})

    def import_changed(self, number: int) -> None:
        name = ("measurements", "target-revisions", "milestone-statements")[number % 3]
        table = TABLES[name]()
        row = self.row(number)
        rows = table.queryset(self.root).filter(pk=row.pk)
        text = export_file(table, rows, kind="csv", headings="codes").decode("utf-8-sig")
        head, *lines = text.splitlines()
        changed = "\n".join([head, *(line.replace("2", "3") for line in lines)])
        job = jobs.check(jobs.send(name, changed.encode(), "x.csv", by=self.root))
        self.jobs.append(jobs.apply(job, by=self.root))

    def undo_import(self, number: int) -> None:
        if self.jobs:
            jobs.undo(self.jobs[number % len(self.jobs)], by=self.root)

    def forge_event(self, number: int) -> None:
        ReviewEvent.objects.order_by("pk")[number % 5].save()


OPERATIONS: list[Callable[[World, int], None]] = [
    operation
    for name, operation in vars(World).items()
    if callable(operation) and name not in ("__init__", "row")
]


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(OPERATIONS), st.integers(min_value=0, max_value=200)),
        min_size=8,
        max_size=25,
    )
)
def test_no_sequence_of_operations_changes_or_loses_a_published_row(
    admin_user: Any, client: Client, steps: list[tuple[Callable[[World, int], None], int]]
) -> None:
    client.force_login(admin_user)
    world = World(admin_user, client)
    with transaction.atomic():
        for operation, number in steps:
            before = frozen_rows()
            try:
                with transaction.atomic():
                    operation(world, number)
            except REFUSALS:
                pass
            after = frozen_rows()
            for key, values in before.items():
                now = after.get(key)
                assert now is not None, f"{operation.__name__}({number}) lost {key}"
                assert now["state"] in PASSED_ON[values["state"]], operation.__name__
                kept = {
                    name
                    for name in values
                    if name not in OUTCOME or now["state"] == values["state"]
                }
                kept -= {"changed_at"}
                changed = {name for name in kept if now[name] != values[name]}
                assert changed == set(), (
                    f"{operation.__name__}({number}) changed {changed} of {key}"
                )
        transaction.set_rollback(True)
