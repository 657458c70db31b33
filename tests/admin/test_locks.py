"""What locks an indicator and a series."""

from typing import Any

import pytest

from programmes import services
from programmes.services.indicators import is_locked, is_series_locked
from tests.admin.builders import (
    make_measurement,
    make_places,
    make_series,
    make_superuser,
    make_target,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Any:
    return make_superuser()


def test_drafts_and_submitted_rows_lock_nothing(root: Any) -> None:
    series = make_series(make_places()["MA"])
    services.submit(make_measurement(series, root), by=root)
    make_target(series, root)
    assert not is_locked(series.indicator)
    assert not is_series_locked(series)


def test_published_figure_locks_its_series_and_indicator_even_once_withdrawn(root: Any) -> None:
    series = make_series(make_places()["MA"])
    row = services.publish(services.submit(make_measurement(series, root), by=root), by=root)
    assert is_locked(series.indicator)
    services.withdraw(row, by=root, reason="Source retirée")
    assert is_locked(series.indicator)
    assert is_series_locked(series)


def test_published_promise_locks_its_series_and_indicator(root: Any) -> None:
    series = make_series(make_places()["MA"])
    other = make_series(series.territory)
    revision = make_target(series, root).revisions.get()
    services.publish(services.submit(revision, by=root), by=root)
    assert is_locked(series.indicator)
    assert is_series_locked(series)
    assert not is_locked(other.indicator)
    assert not is_series_locked(other)
