"""Announced shares that do not add up are told to staff."""

from datetime import date

import pytest

from programmes.models import Target
from programmes.selectors.promises.shares_check import sum_of_shares

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

TODAY = date(2026, 11, 21)


def test_shares_that_promise_less_than_the_whole_are_told() -> None:
    total = sum_of_shares(Target.objects.get(code="cmc-34000"), TODAY)
    assert (total.adds_up, total.difference) == (False, "−8\u202f655")


def test_target_without_shares_has_no_sum() -> None:
    assert sum_of_shares(Target.objects.get(code="jobintech-15000"), TODAY) is None
