"""The staff's lists, search and forms at a million figures, beside a stock ModelAdmin of the same table.

`python -m tests.benchmarks.staff ROUNDS` prints, as JSON, the requests a second of each way, in turn and by their
medians, with the queries and the size of our pages. The floor reads the rows of a page and builds no page.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.site_settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - after Django is ready
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from programmes import services  # noqa: E402
from programmes.calculations.dates import read_date  # noqa: E402
from programmes.models import Centre, Measurement, Series, Source, Territory  # noqa: E402

CENTRES = 2_000
OURS, STOCK = "/fr/admin/programmes/measurement/", "/bench/admin/programmes/measurement/"
WORD = "agadir"


def fill() -> Any:
    """Centres, an administrator and a draft, beside what promises.py made. Returns the draft."""
    user = get_user_model().objects.create_superuser("staff")
    places = list(Territory.objects.filter(kind__in=("province", "prefecture")))
    Centre.objects.bulk_create(
        Centre(
            code=f"centre-{number:04}",
            kind="centre",
            name_fr=f"Centre {number} de {places[number % len(places)].name_fr}",
            territory=places[number % len(places)],
        )
        for number in range(CENTRES)
    )
    draft = Measurement(
        series=Series.objects.first(), value=12, source=Source.objects.first(), note="Banc"
    )
    draft.as_of = read_date("2026-05-31")
    services.record(draft, by=user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return draft


def read_page(**conditions: Any) -> None:
    """The fifty rows of a page with what is shown of them."""
    rows = Measurement.objects.filter(**conditions).select_related("series", "source", "entered_by")
    assert len(rows[:50]) <= 50


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(rounds: int) -> list[dict[str, Any]]:
    """Each case: ours, stock and floor in turn; a first round warms everything up and does not count."""
    draft = Measurement.objects.filter(note="Banc").first() or fill()
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.get(username="staff"))

    def page(path: str) -> Callable[[], Any]:
        def work() -> Any:
            response = client.get(path)
            assert response.status_code == 200, (path, response.status_code)
            return response

        return work

    cases: dict[str, tuple[str, Callable[[], Any]]] = {
        "admin-first-page-1m": ("", read_page),
        "admin-search-1m": (
            f"?q={WORD}",
            lambda: read_page(series__territory__name_fr__icontains=WORD),
        ),
        "admin-change-form-1m": (f"{draft.pk}/change/", lambda: read_page(pk=draft.pk)),
    }
    results = []
    for name, (path, floor) in cases.items():
        ways = {"ours": page(OURS + path), "stock": page(STOCK + path), "floor": floor}
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds + 1):
            for way, work in ways.items():
                took = seconds(work)
                if number:
                    spent[way].append(took)
        with CaptureQueriesContext(connection) as queries:
            response = ways["ours"]()
        rate = {way: 1 / statistics.median(found) for way, found in spent.items()}
        results.append(
            {
                "name": f"{name}-postgresql",
                "unit": "requests/s",
                **{way: round(one, 2) for way, one in rate.items()},
                "to_stock": round(rate["ours"] / rate["stock"], 2),
                "to_floor": round(rate["ours"] / rate["floor"], 2),
                "peak_mb": 0,
                "queries": len(queries),
                "kb": round(len(response.content) / 1000, 1),
            }
        )
    return results


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
