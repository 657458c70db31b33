"""Three members of staff on the sample data: one of the province, one of another, one reviewer of all."""

from typing import Any

import pytest

from programmes.calculations.dates import PreciseDate
from programmes.models import Measurement, Series, Source
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


def a_figure(**overrides: Any) -> Measurement:
    """An unsaved figure of workstations in Benguerir, as of 2023."""
    values = {
        "series": Series.objects.get(code="1337-workstations"),
        "as_of": PreciseDate.parse("2023-06-30"),
        "value": 320,
        "source": Source.objects.get(code="afroplanete-2023-12-1337"),
    } | overrides
    return Measurement(**values)
