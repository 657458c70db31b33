"""What a target's page says of how its status comes about."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.selectors.targets import target_page
from tests.builders import (
    make_agreement,
    make_measurement,
    make_organisation,
    make_series,
    make_target,
)

pytestmark = pytest.mark.django_db


def inputs(on: date) -> list[tuple[str, str]]:
    with override("en"):
        return [(one.name, one.value) for one in target_page("target", on).inputs]


def test_old_figure_says_until_when_it_was_recent():
    target = make_target(series=make_series(interval_months=6), due="2030-12-31")
    make_measurement(target.series, "2022-01-31", 400)
    assert inputs(date(2023, 6, 1)) == [
        ("Reporting interval", "6 months"),
        ("Last figure taken as recent until", "31 January 2023"),
    ]
    assert ("Progress", "40%") in inputs(date(2022, 6, 1))


def test_figure_older_than_a_due_date_that_has_passed_names_it():
    target = make_target(due="2022-03-31")
    make_measurement(target.series, "2022-01-31", 400)
    assert inputs(date(2022, 6, 1))[-1] == ("Due date", "31 March 2022")


@pytest.mark.parametrize("is_public", [True, False])
def test_who_is_responsible_and_the_agreement_are_named_where_they_are_public(is_public):
    make_target(
        responsible=make_organisation("office", is_public=is_public),
        agreement=make_agreement("agreement", is_public=is_public),
    )
    found = target_page("target", date(2023, 6, 1))
    named = [found.responsible and found.responsible.code, found.agreement and found.agreement.code]
    assert named == (["office", "agreement"] if is_public else [None, None])
