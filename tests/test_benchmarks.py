"""The pages that `make bench` compares with answer, so that it does not fail after minutes of preparing."""

from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from tests.builders import make_measurement, make_programme, make_series, make_target

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["stock", "floor", "trivial"])
def test_page_that_is_compared_with_answers(name: str, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.site"
    folder = project.BASE_DIR / "tests" / "benchmarks" / "templates"
    settings.TEMPLATES = [{**one, "DIRS": [*one["DIRS"], folder]} for one in settings.TEMPLATES]
    series = make_series("listed", programme=make_programme("listed"))
    make_target("listed", series=series, value=12_000)
    make_measurement(series, "2023-06-30", 3_456)
    response = Client().get(f"/bench/{name}/")
    assert response.status_code == 200
    page = response.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert ("/fr/targets/listed/" in page) == (name != "trivial")
