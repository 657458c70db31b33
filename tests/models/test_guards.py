"""What is published cannot be changed or removed: not by the model, not by its queryset, not by SQL."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from programmes.models import (
    FrozenRowError,
    Measurement,
    MilestoneStatement,
    ReviewEvent,
    State,
    TargetRevision,
    Waypoint,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TABLES = [Measurement, TargetRevision, MilestoneStatement]


def a_published(model: Any) -> Any:
    return model.objects.filter(state=State.PUBLISHED).order_by("pk").first()


def save_changed(row: Any) -> None:
    row.qualifier = row.note = row.reason = "about"
    if hasattr(row, "wording"):
        row.wording = "moved"
    row.save()


def save_draft_state(row: Any) -> None:
    row.state = State.DRAFT
    row.save()


def save_reason_alone(row: Any) -> None:
    row.outcome_reason = "x"
    row.save()


WAYS: list[Callable[[Any], Any]] = [
    save_changed,
    save_draft_state,
    save_reason_alone,
    lambda row: row.delete(),
    lambda row: type(row).objects.filter(pk=row.pk).update(source=row.source_id),
    lambda row: type(row).objects.filter(pk=row.pk).update(state=State.DRAFT),
    lambda row: type(row).objects.filter(pk=row.pk).delete(),
    lambda row: type(row).objects.all().delete(),
    lambda row: type(row).objects.bulk_update([row], ["source"]),
    lambda row: type(row).objects.bulk_create(
        [row], update_conflicts=True, update_fields=["source"], unique_fields=["id"]
    ),
    lambda row: row.source.delete(),
]


@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize("way", range(len(WAYS)))
def test_published_row_withstands(model: Any, way: int) -> None:
    row = a_published(model)
    before = model.objects.filter(pk=row.pk).values().get()
    with pytest.raises((FrozenRowError, DatabaseError)), transaction.atomic():
        WAYS[way](row)
    assert model.objects.filter(pk=before["id"]).values().get() == before


def test_new_row_starts_as_a_draft() -> None:
    row = a_published(Measurement)
    row.pk = None
    row.ref = "mcopy"
    with pytest.raises(FrozenRowError):
        row.save()


def test_part_of_a_published_revision_is_frozen() -> None:
    revision = a_published(TargetRevision)
    with pytest.raises(FrozenRowError):
        Waypoint.objects.create(revision=revision, on="2025-01-01", value=3)
    with pytest.raises(FrozenRowError):
        Waypoint.objects.bulk_create([Waypoint(revision=revision, on="2025-01-01", value=3)])


def test_diary_is_only_added_to() -> None:
    event = ReviewEvent.objects.first()
    with pytest.raises(FrozenRowError):
        ReviewEvent.objects.update(note="x")
    with pytest.raises(FrozenRowError):
        event.save()


SQL = [
    "UPDATE {table} SET source_id = source_id + 1 WHERE id = {pk}",
    "UPDATE {table} SET state = 'draft' WHERE id = {pk}",
    "UPDATE {table} SET outcome_reason = 'x' WHERE id = {pk}",
    "DELETE FROM {table} WHERE id = {pk}",
]


@pytest.mark.postgresql
@pytest.mark.parametrize("model", TABLES)
@pytest.mark.parametrize("statement", SQL)
def test_published_row_withstands_sql_on_postgresql(model: Any, statement: str) -> None:
    row = a_published(model)
    sql = statement.format(table=model._meta.db_table, pk=row.pk)
    with (
        pytest.raises(DatabaseError, match="published row"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.postgresql
def test_part_of_a_published_row_withstands_sql_on_postgresql() -> None:
    revision = a_published(TargetRevision)
    sql = f"INSERT INTO programmes_waypoint (revision_id, \"on\", value) VALUES ({revision.pk}, '2025-01-01', 3)"
    with (
        pytest.raises(DatabaseError, match="published row"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"value": None}, "measurement_value_or_fraction"),
        ({"numerator": 1}, "measurement_value_or_fraction"),
        ({"value": None, "numerator": 1, "denominator": 0}, "measurement_denominator_positive"),
        ({"as_of_on": None, "as_of_precision": "unknown"}, "measurement_is_dated"),
        ({"as_of_precision": "unknown"}, "measurement_as_of_precision"),
        ({"period_start": "2030-01-01"}, "measurement_period_starts_before_its_end"),
    ],
)
def test_database_refuses_an_impossible_figure(values: dict[str, Any], constraint: str) -> None:
    model = a_published(Measurement)
    row = Measurement(series=model.series, source=model.source, value=Decimal(1))
    row.as_of = model.as_of
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Measurement.objects.bulk_create([row])


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"value": None}, "target_revision_has_value"),
        ({"sense": "at_most"}, "target_revision_at_most_has_baseline"),
        ({"baseline_on": "2020-01-01"}, "target_revision_baseline_date_has_value"),
        ({"baseline": 1, "baseline_on": "2030-01-01"}, "target_revision_due_after_baseline"),
        ({"kind": "correction"}, "target_revision_correction_names_revision"),
        ({"number": 1}, "target_revision_number_unique"),
    ],
)
def test_database_refuses_an_impossible_promise(values: dict[str, Any], constraint: str) -> None:
    first = TargetRevision.objects.get(target__code="cmc-7", number=1)
    row = TargetRevision(target=first.target, number=9, value=7, source=first.source)
    row.due, row.announced = first.due, first.announced
    for name, value in values.items():
        setattr(row, name, value)
    expected = (
        constraint if connection.vendor == "postgresql" or "unique" not in constraint else "UNIQUE"
    )
    with pytest.raises(DatabaseError, match=expected), transaction.atomic():
        TargetRevision.objects.bulk_create([row])
