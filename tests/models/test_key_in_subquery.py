"""Keys that a subquery finds are found before the rest of a query is planned."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Standing, Target
from tests.builders import make_measurement, make_target

pytestmark = pytest.mark.django_db


def test_standings_of_some_targets_are_those_of_a_day_and_are_found_target_by_target() -> None:
    target, other = make_target("one"), make_target("other")
    make_measurement(target.series, "2023-06-01", 400)
    day = date(2023, 7, 1)
    some = Target.objects.filter(code="one")
    with CaptureQueriesContext(connection) as queries:
        found = list(Standing.objects.of(some, day))
    assert found == list(Standing.objects.at(day).filter(target=target))
    assert list(Standing.objects.of(Target.objects.order_by("-code"), day).order_by("pk")) == list(
        Standing.objects.at(day).order_by("pk")
    )
    assert other.code in {one.target.code for one in Standing.objects.at(day)}
    if connection.vendor == "postgresql":
        # without this it reads all standings of all days
        assert '"id" = ANY(ARRAY(SELECT' in queries[0]["sql"]


def test_of_no_target_there_is_no_standing() -> None:
    make_target()
    assert list(Standing.objects.of(Target.objects.none(), date(2023, 7, 1))) == []
    assert list(Standing.objects.of(Target.objects.filter(pk__in=[]), date(2023, 7, 1))) == []
