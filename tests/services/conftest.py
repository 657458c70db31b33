"""Members of staff on the sample data: one of the province, one of another, those of the whole country."""

from typing import Any

import pytest

from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Source
from tests.builders import make_indicator, make_series
from tests.conftest import make_member


@pytest.fixture
def alice(db: Any, sample: None) -> Any:
    """The contributor of Rehamna."""
    return make_member("alice", "contributor", "MA-REH")


@pytest.fixture
def bob(db: Any, sample: None) -> Any:
    """The contributor of Azilal."""
    return make_member("bob", "contributor", "MA-AZI")


@pytest.fixture
def rachida(db: Any, sample: None) -> Any:
    """The reviewer of the whole country."""
    return make_member("rachida", "reviewer", "MA")


@pytest.fixture
def nadia(db: Any, sample: None) -> Any:
    """The editor of the whole country."""
    return make_member("nadia", "editor", "MA")


@pytest.fixture
def hassan(db: Any, sample: None) -> Any:
    """The administrator of the whole country."""
    return make_member("hassan", "administrator", "MA")


def a_figure(**overrides: Any) -> Measurement:
    """An unsaved figure of workstations in Benguerir, as of 2023."""
    values = {
        "series": Series.objects.get(code="1337-workstations"),
        "as_of": PreciseDate.parse("2023-06-30"),
        "value": 320,
        "source": Source.objects.get(code="afroplanete-2023-12-1337"),
    } | overrides
    return Measurement(**values)


def a_series(measure: str) -> Series:
    """A series of Benguerir on an indicator of its own."""
    known = a_figure().series
    return make_series(
        f"own-{measure}",
        indicator=make_indicator(f"own-{measure}", measure=measure),
        territory=known.territory,
        programme=known.programme,
    )
