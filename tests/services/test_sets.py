"""A change of a many-to-many set is a change of its record: it stands in its history, and counts where it is shown."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from programmes import services
from programmes.models import Territory
from programmes.models.data_version import data_state
from programmes.models.guards import guards_lifted
from programmes.models.sealed import Sealed, Showable, sealed_models, sealed_sets
from tests.another_value import copied
from tests.sealed_rows import a_sealed
from tests.services.conftest import a_figure, a_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

SETS = [
    pytest.param(field, id=f"{model._meta.model_name}.{field.name}")
    for model in sealed_models()
    for field in sealed_sets(model)
]


def moves(row: Sealed, field: Any) -> list[Any]:
    """Ways of changing a set, one after the other, each of which changes it."""
    rows = list(field.related_model._base_manager.order_by("pk")[:2])
    members, back = getattr(row, field.name), field.remote_field.get_accessor_name()
    return [
        lambda: members.add(rows[0]),
        lambda: members.set(rows[1:]),
        lambda: members.remove(rows[1]),
        lambda: members.add(rows[1]),
        members.clear,
        lambda: getattr(rows[0], back).add(row),
        lambda: getattr(rows[0], back).remove(row),
        lambda: getattr(rows[1], back).add(row),
        lambda: getattr(rows[1], back).clear(),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("field", SETS)
def test_each_change_of_a_set_stands_in_the_history_of_its_record(field: Any) -> None:
    kept = a_sealed(field.model)
    hidden = {"is_public": False, "withdrawn_at": None} if issubclass(field.model, Showable) else {}
    row = copied(kept, sealed_at=None, **hidden)
    row.save()
    for number, move in enumerate(moves(row, field)):
        before, version = row.history.count(), data_state().version
        with guards_lifted("others have the same member"):
            move()
        added = row.history.count() - before
        assert (number, added) == (number, 2 if number == 1 else 1)
        assert row.history.first().history_type == "~"
        assert data_state().version != version, "pages built before are built anew"


def test_what_changes_nothing_leaves_no_line() -> None:
    row = a_series("level")
    place = Territory.objects.get(code="MA-09")
    row.areas.set([place])
    before = row.history.count()
    row.areas.set([place])
    row.areas.add(place)
    row.areas.remove(Territory.objects.get(code="MA-01"))
    assert row.history.count() == before


def test_set_changed_since_the_submission_is_looked_at_anew(
    alice: Any, nadia: Any, rachida: Any
) -> None:
    series = a_series("level")
    row = services.submit(services.record(a_figure(series=series), by=alice), by=alice)
    series._history_user = nadia
    series.areas.add(Territory.objects.get(code="MA-01"))
    with pytest.raises(ValidationError) as refused:
        services.publish(row, by=rachida, show=True)
    assert refused.value.messages == [
        f"« série {series} » a été modifié depuis la soumission. Renvoyez la fiche, pour qu’elle soit relue et soumise "
        "de nouveau."
    ]
    row = services.send_back(row, by=rachida, note="Regardez")
    row = services.submit(row, by=alice)
    services.publish(row, by=rachida, show=True)


def test_whoever_changed_a_set_does_not_seal_it(alice: Any, rachida: Any) -> None:
    series = a_series("level")
    series._history_user = rachida
    series.areas.add(Territory.objects.get(code="MA-01"))
    row = services.submit(services.record(a_figure(series=series), by=alice), by=alice)
    with pytest.raises(PermissionDenied):
        services.publish(row, by=rachida, show=True)
