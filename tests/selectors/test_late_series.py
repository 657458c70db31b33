"""What staff are told is late, beside what the public reads of it."""

from datetime import date

import pytest

from programmes.calculations.choices import Status
from programmes.models import Series, Standing
from programmes.selectors.desk.tasks import late_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
WITHOUT_RECENT = (
    Status.NO_RECENT_DATA,
    Status.NO_DATA,
    Status.RESULT_AWAITED,
    Status.DUE_DATE_PASSED,
)


def series_told(on, *statuses):
    told = Standing.objects.at(on).filter(status__in=statuses, target__series__figures="own")
    return set(told.values_list("target__series__code", flat=True))


@pytest.mark.parametrize(
    "on", [date(2023, 6, 30), date(2024, 12, 31), date(2025, 11, 30), date(2026, 11, 30)], ids=str
)
def test_figures_that_are_late_are_those_of_which_the_public_reads_that_none_is_recent(on):
    late = set(late_series(Series.objects.all(), on).values_list("code", flat=True))
    assert late
    assert series_told(on, Status.NO_RECENT_DATA) <= late <= series_told(on, *WITHOUT_RECENT)
