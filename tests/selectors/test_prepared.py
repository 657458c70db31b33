"""Statements that are kept: the same answer as when they are put together, for every value, on every connection."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from programmes.models import Series, Target
from programmes.selectors.keys import KeyIn
from programmes.selectors.ledger import read_ledger
from programmes.selectors.prepared import Choice
from programmes.selectors.programmes import programme_page
from tests.builders import make_measurement, make_programme, make_series, make_target

ON = date(2024, 1, 1)


def of_programme(programme: Any) -> QuerySet[Target]:
    return Target.objects.filter(series__programme=programme).order_by("-code")


def fill() -> tuple[int, int]:
    """Two programmes, of two targets and of one."""
    keys = []
    for name, count in (("one", 2), ("two", 1)):
        programme = make_programme(name)
        for number in range(count):
            code = f"{name}-{number}"
            target = make_target(code, series=make_series(code, programme=programme))
            make_measurement(target.series, "2023-06-01", 100 + number)
        keys.append(programme.pk)
    return keys[0], keys[1]


def codes(chosen: QuerySet[Target] | Choice) -> list[str]:
    return [row.code for row in read_ledger(chosen, ON).chosen]


@pytest.mark.django_db
def test_a_choice_is_kept_without_its_values():
    one, two = fill()
    assert codes(Choice(of_programme, one)) == ["one-1", "one-0"]
    assert codes(Choice(of_programme, two)) == ["two-0"]
    assert codes(Choice(of_programme, 0)) == []
    assert codes(of_programme(one)) == ["one-1", "one-0"]


@pytest.mark.django_db
def test_a_kept_statement_sees_what_was_published_since():
    one, _two = fill()
    before = read_ledger(Choice(of_programme, one), ON)
    make_measurement(Series.objects.get(pk=before.chosen[0].series_id), "2023-12-01", 150)
    after = read_ledger(Choice(of_programme, one), ON)
    values = [
        [row.figure.value for row in each.rows_of(each.chosen[0])] for each in (before, after)
    ]
    assert [len(each) for each in values] == [1, 2]
    assert values[1][-1] == 150
    earlier = read_ledger(Choice(of_programme, one), date(2023, 11, 30))
    assert [row.figure.value for row in earlier.rows_of(earlier.chosen[0])] == values[0]


@pytest.mark.django_db
def test_keys_that_another_query_gives():
    one, _two = fill()
    series = of_programme(one).values("series")
    assert Target.objects.filter(KeyIn("series", Series.objects.filter(pk__in=series))).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_answers_too():
    fill()
    first = programme_page("one", ON)
    connection.close()
    assert programme_page("one", ON) == first
