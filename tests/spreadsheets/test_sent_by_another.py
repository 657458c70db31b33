"""A file that one person sends and another applies: neither publishes its rows."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from programmes import services
from programmes.models import Measurement, State
from programmes.spreadsheets.importing import jobs
from tests.builders import make_series, make_source
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
FILE = b"series,as_of,value,source\ns,2024-01-31,5,source\n"


@pytest.fixture
def people() -> dict[str, Any]:
    """Two administrators of the country and a reviewer."""
    make_series("s", programme=None)
    make_source()
    roles = {"amal": "administrator", "badr": "administrator", "rachida": "reviewer"}
    return {name: make_member(name, role, "MA") for name, role in roles.items()}


def test_neither_who_sent_nor_who_applied_a_file_publishes_its_figure(
    people: dict[str, Any],
) -> None:
    job = jobs.check(jobs.send("measurements", FILE, "figures.csv", by=people["amal"]))
    jobs.apply(job, by=people["badr"])
    row = services.submit(Measurement.objects.get(), by=people["badr"])
    for name, sentence in (
        ("amal", "You changed this record: another reviewer must decide on it."),
        ("badr", "You entered this record: another reviewer must decide on it."),
    ):
        with pytest.raises(PermissionDenied) as refused:
            services.publish(row, by=people[name])
        assert str(refused.value) == sentence
    assert services.publish(row, by=people["rachida"]).state == State.PUBLISHED
