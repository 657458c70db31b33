"""One lock and one clock: whatever publishes takes its moment there, strictly rising."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from programmes import services
from programmes.models import Measurement, ReviewEvent
from tests.builders import make_measurement, make_series

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
@pytest.mark.postgresql
def test_ten_who_publish_at_once_take_ten_rising_moments() -> None:
    entered = get_user_model().objects.create_superuser("entered")
    reviewer = get_user_model().objects.create_superuser("reviewer")
    rows = []
    for number in range(30):
        # series that rest on the same records, none of which is sealed
        series = make_series(f"series-{number}", programme=None)
        row = make_measurement(series, "2024-01-01", number, draft=True, entered_by=entered)
        rows.append(services.submit(row, by=entered))

    def publish(row: Measurement) -> Any:
        try:
            return services.publish(row, by=reviewer, show=True).published_at
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        moments = list(threads.map(publish, rows))
    assert len(set(moments)) == len(rows)
    steps = ReviewEvent.objects.filter(to_state="published").order_by("pk")
    assert list(steps.values_list("measurement__published_at", flat=True)) == sorted(moments)
