"""What the database refuses by itself, and how its guards are made, lifted and made anew."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.utils import DatabaseError

from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Amendment,
    FrozenRowError,
    Measurement,
    Programme,
    PublicationClock,
    ReviewEvent,
    State,
    TargetRevision,
    Territory,
)
from programmes.models.guards import REPLACING, guards, guards_lifted, install
from programmes.models.review import OwnedByReviewed, Reviewed
from programmes.models.sealed import Sealed, Showable, sealed_models
from programmes.models.unique_keys import unique_keys
from programmes.services.lock import publication_lock
from tests.another_value import copied
from tests.models.guard_names import expected_guards, names_of_guards
from tests.sealed_rows import a_reviewed, a_sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


REVIEWED = [
    one for one in apps.get_app_config("programmes").get_models() if issubclass(one, Reviewed)
]


def tell(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def a_published(model: Any) -> Any:
    return model.objects.filter(state=State.PUBLISHED).order_by("pk").first()


def test_guards_stand_after_migrating_and_are_made_twice_the_same() -> None:
    assert names_of_guards() == expected_guards()
    install()
    assert names_of_guards() == expected_guards()


def test_guards_are_lifted_for_one_transaction_and_say_why() -> None:
    row = a_published(Measurement)
    with guards_lifted("a test"):
        row.value = Decimal(7)
        row.save()
    assert Measurement.objects.get(pk=row.pk).value == Decimal(7)
    row.value = Decimal(8)
    with pytest.raises(FrozenRowError):
        row.save()


def test_an_amendment_that_took_effect_opens_nothing_again() -> None:
    amendment = Amendment.objects.filter(state=State.PUBLISHED).first()
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        tell("UPDATE programmes_amendment SET applied_at = NULL WHERE id = %s", amendment.pk)
    amendment.applied_at = None
    with pytest.raises(FrozenRowError):
        amendment.save()


@pytest.mark.parametrize("state", ["withdrawn", "set_aside", "superseded"])
def test_published_row_does_not_end_without_amendment_or_correction(state: str) -> None:
    row = a_published(Measurement)
    with (
        pytest.raises(DatabaseError, match="correction or an amendment alone"),
        transaction.atomic(),
    ):
        tell("UPDATE programmes_measurement SET state = %s WHERE id = %s", state, row.pk)
    row.state = state
    with (
        pytest.raises(DatabaseError, match="correction or an amendment alone"),
        transaction.atomic(),
    ):
        row.save()


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("MA-AGD", "parent_id", "MA-REH"),  # a province under a province
        ("MA-09", "parent_id", "MA-AGD"),  # a cycle
        ("MA-09", "kind", "province"),
        ("MA", "kind", "region"),
    ],
)
def test_territory_is_never_misplaced(code: str, column: str, value: str) -> None:
    row = Territory.objects.get(code=code)
    with guards_lifted("an unsealed place"):
        models.QuerySet(Territory).filter(pk=row.pk).update(sealed_at=None)
    if column == "parent_id":
        value = Territory.objects.get(code=value).pk
    statement = f"UPDATE programmes_territory SET {column} = %s WHERE id = %s"
    with pytest.raises(DatabaseError, match="kind above"), transaction.atomic():
        tell(statement, value, row.pk)
    row.refresh_from_db()
    setattr(row, column, value)
    with pytest.raises(ValidationError):
        row.save()
    with pytest.raises(ValidationError):
        Territory.objects.filter(pk=row.pk).update(**{column: value})


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
    # on SQLite a guard is before it
    replaced = connection.vendor == "sqlite" and "unique" in constraint
    expected = "never edited" if replaced else constraint
    with pytest.raises(DatabaseError, match=expected), transaction.atomic():
        TargetRevision.objects.bulk_create([row])


def rows_of(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.sqlite  # PostgreSQL has no REPLACE
def test_replacing_a_kept_row_by_its_key_is_refused_in_every_table() -> None:
    models_by_table = {
        model._meta.db_table: model for model in apps.get_models(include_auto_created=True)
    }
    replaced = []
    for table in sorted({guard.table for guard in guards() if guard.detail == REPLACING}):
        a_kept(models_by_table[table])
        rows = rows_of(table)
        kept = [row for row in rows if row.get("sealed_at", row) and row.get("state") != "draft"]
        for row in kept[:5]:
            changed = row | ({"state": "draft"} if "state" in row else {})
            changed |= {"sealed_at": None, "is_public": 0} if "sealed_at" in row else {}
            names = ", ".join(f'"{name}"' for name in changed)
            marks = ", ".join(["%s"] * len(row))
            with contextlib.suppress(DatabaseError), transaction.atomic():
                tell(f"REPLACE INTO {table} ({names}) VALUES ({marks})", *changed.values())
                replaced.append((table, row))
        assert kept, table
        assert rows_of(table) == rows
    assert replaced == []


def a_kept(model: Any) -> None:
    """Makes sure of a row of a table that stays."""
    if issubclass(model, Sealed):
        a_sealed(model)
    elif issubclass(model, Reviewed):
        a_reviewed(model, State.PUBLISHED)
    elif issubclass(model, OwnedByReviewed):
        a_reviewed(model._meta.get_field(model.owner_name).related_model, State.PUBLISHED)
    elif model is PublicationClock:
        with publication_lock():
            pass
    elif not model._base_manager.exists():
        owner = next(field for field in model._meta.fields if field.is_relation)
        a_sealed(owner.related_model)


@pytest.mark.sqlite  # PostgreSQL has no REPLACE
def test_replacing_a_kept_row_by_what_else_is_unique_is_refused_in_every_table() -> None:
    tried = {
        model._meta.model_name: sum(tried_keys(model)) for model in (*sealed_models(), *REVIEWED)
    }
    assert [name for name, count in tried.items() if not count] == ["amendment"]


def tried_keys(model: Any) -> Iterator[int]:
    """Tries to replace a kept row through each unique key of its table but the first."""
    is_sealed = issubclass(model, Sealed)
    kept = a_sealed(model) if is_sealed else a_reviewed(model, State.PUBLISHED)
    empty = {"sealed_at": None} if is_sealed else {"state": State.DRAFT}
    empty |= {} if is_sealed else {"published_at": None, "ended_at": None}
    empty |= {"is_public": False} if issubclass(model, Showable) else {}
    empty |= dict.fromkeys(model.settled) if is_sealed else {}
    free = copied(kept, **empty, **({"code": "free"} if hasattr(model, "code") else {}))
    free.save()
    table, others = model._meta.db_table, [one.column for one in model._meta.concrete_fields[1:]]
    before = rows_of(table)
    for columns, same in unique_keys(model):
        # what is unique among published rows alone is tried below
        if columns == ["id"] or "published" in same or not getattr(kept, columns[-1]):
            continue
        sources = {name: kept.pk if name in columns else free.pk for name in others}
        chosen = {
            name: f'(SELECT "{name}" FROM {table} WHERE id = {key})'
            for name, key in sources.items()
        }
        values = ", ".join(f'"{name}" = {chosen[name]}' for name in columns)
        names = ", ".join(f'"{name}"' for name in others)
        for statement in (
            f"UPDATE OR REPLACE {table} SET {values} WHERE id = {free.pk}",
            f"INSERT OR REPLACE INTO {table} ({names}) SELECT {', '.join(chosen.values())}",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                tell(statement)
            yield 1
    assert rows_of(table) == before


@pytest.mark.sqlite  # PostgreSQL has no REPLACE
def test_publishing_a_second_figure_does_not_replace_the_first() -> None:
    first = a_published(Measurement)
    second = copied(first, state=State.DRAFT, published_at=None, ended_at=None)
    second.save()
    second.state = State.SUBMITTED
    second.save()
    before = rows_of("programmes_measurement")
    for constraint in ("REPLACE", "ABORT"):
        with pytest.raises(DatabaseError, match="never edited or removed"), transaction.atomic():
            tell(
                f"UPDATE OR {constraint} programmes_measurement SET state = 'published', "
                "published_at = (SELECT last FROM programmes_publicationclock) WHERE id = %s",
                second.pk,
            )
    assert rows_of("programmes_measurement") == before


def a_submitted() -> Measurement:
    row = copied(a_published(Measurement), state=State.DRAFT, published_at=None, ended_at=None)
    row.as_of = PreciseDate.parse("2019-03-07")
    row.save()
    row.state = State.SUBMITTED
    row.save()
    return row


@pytest.mark.parametrize("moment", ["2020-01-01 00:00:00+00:00", "2999-01-01 00:00:00+00:00"])
def test_nothing_is_published_at_another_moment_than_the_clocks(moment: str) -> None:
    row = a_submitted()
    with publication_lock() as at:
        pass
    statement = (
        "UPDATE programmes_measurement SET state = 'published', published_at = %s WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match="from the clock"), transaction.atomic():
        tell(statement, moment, row.pk)
    row.state, row.published_at = State.PUBLISHED, at - timedelta(microseconds=1)
    with pytest.raises(DatabaseError, match="from the clock"), transaction.atomic():
        row.save()
    row.published_at = at
    row.save()


def test_line_of_the_review_log_is_not_older_than_the_lines_and_the_entry_of_its_record() -> None:
    row = a_submitted()
    event = ReviewEvent.objects.create(measurement=row, from_state="draft", to_state="submitted")
    statement = (
        "INSERT INTO programmes_reviewevent (measurement_id, from_state, to_state, at, note) "
        "VALUES (%s, 'draft', 'draft', %s, '')"
    )
    for days in (1, 400):
        with (
            pytest.raises(DatabaseError, match="not older than what it follows"),
            transaction.atomic(),
        ):
            tell(statement, row.pk, event.at - timedelta(days=days))
    tell(statement, row.pk, event.at)
    assert ReviewEvent.objects.filter(measurement=row).count() == 2


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PUBLISHED, State.WITHDRAWN])
def test_moment_of_what_was_submitted_stays_but_for_a_step(state: str) -> None:
    row = a_reviewed(Measurement, state)
    statement = "UPDATE programmes_measurement SET changed_at = %s WHERE id = %s"
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        tell(statement, row.changed_at - timedelta(days=1), row.pk)
    before = Measurement.objects.get(pk=row.pk).changed_at
    Measurement.objects.get(pk=row.pk).save()
    assert Measurement.objects.get(pk=row.pk).changed_at == before, "saved without a change"


def test_nothing_is_sealed_or_withdrawn_at_another_moment_than_the_clocks() -> None:
    hidden = Programme.objects.create(code="hidden", name_fr="Caché")
    with publication_lock() as at:
        pass
    rows = models.QuerySet(Programme).filter(pk=hidden.pk)
    for sealed, withdrawn in (
        (at - timedelta(days=400), None),
        (at + timedelta(days=400), None),
        (at, at - timedelta(days=1)),
    ):
        with pytest.raises(DatabaseError, match="from the clock"), transaction.atomic():
            rows.update(is_public=True, sealed_at=sealed, withdrawn_at=withdrawn)
    rows.update(is_public=True, sealed_at=at)
    hidden.refresh_from_db()
    assert hidden.sealed_at == at
    with pytest.raises(DatabaseError, match="by an amendment alone"), transaction.atomic():
        rows.update(withdrawn_at=at)
