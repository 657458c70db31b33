"""Targets in the staff's list are filtered and counted by where they stand today."""

from typing import Any

import pytest
from django.urls import reverse

from tests.admin.builders import make_series, make_target, published
from tests.admin.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def targets(root: Any, places: Any) -> list[Any]:
    """Four promises of which nothing is known yet, one of them in another region."""
    rows = [make_target(make_series(places["MA-ERR"]), root) for _one in range(3)]
    rows.append(make_target(make_series(places["MA-REH"]), root))
    for row in rows:
        published(row.revisions.get(), root)
    return rows


def page(user: Any, question: str = "") -> Any:
    return signed_in(user).get(reverse("admin:programmes_target_changelist") + question)


def choices(response: Any) -> list[str]:
    chosen = next(
        spec for spec in response.context["cl"].filter_specs if spec.parameter_name == "status"
    )
    return [str(label) for _value, label in chosen.lookup_choices]


def test_counts_are_of_the_targets_in_sight(root: Any, alice: Any, targets: list[Any]) -> None:
    assert choices(page(root)) == ["Aucune donnée (4)"]
    assert choices(page(alice)) == ["Aucune donnée (3)"]


def test_list_is_narrowed_to_a_status(root: Any, targets: list[Any]) -> None:
    found = page(root, "?status=no_data").context["cl"].result_list
    assert {row.pk for row in found} == {row.pk for row in targets}
    assert not page(root, "?status=missed").context["cl"].result_list
    assert "Aucune donnée" in page(root).content.decode()
