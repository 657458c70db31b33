"""The staff's lists, search, forms and grid at a million figures, beside a stock ModelAdmin of the same table.

The grid is opened and one figure of it submitted; the stock way is to open and to send the form that adds a figure.

`python -m tests.benchmarks.staff ROUNDS` prints, as JSON, the requests a second of each way, in turn and by their
medians, with the queries and the size of our pages. The floor reads the rows of a page and builds no page.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.site_settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - after Django is ready
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from programmes import services  # noqa: E402
from programmes.calculations.dates import PreciseDate, read_date  # noqa: E402
from programmes.models import Centre, Measurement, Series, Source, Territory  # noqa: E402
from tests.benchmarks.site import stock_site  # noqa: E402

CENTRES = 2_000
OURS, STOCK = "/fr/admin/programmes/measurement/", "/fr/admin/bench/programmes/measurement/"
GRID, FORM = "/fr/admin/figures/", f"{STOCK}add/"
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


class Figures:
    """One figure after another, each of another day: by the grid; in a second series by the stock form, and as a row.

    The grid goes on with the draft of its series where there is one: there is none in the first.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        totals = Series.objects.filter(
            indicator__measure="running_total", figures=Series.Figures.OWN
        )
        self.series, self.other = totals.exclude(measurements__state="draft")[:2]
        self.source = Source.objects.exclude(date_on=None).order_by("-date_on").first()
        self.day = self.source.date_on
        request = RequestFactory().get(FORM)
        request.user = get_user_model().objects.get(username="staff")
        form = stock_site.get_model_admin(Measurement).get_form(request)()
        asked = {name: form.get_initial_for_field(box, name) for name, box in form.fields.items()}
        self.blank = {name: "" if value is None else value for name, value in asked.items()}

    def next_day(self) -> date:
        self.day -= timedelta(days=1)
        return self.day

    def by_grid(self) -> Any:
        row = f"r{self.series.pk}"
        typed = {
            "as_of": f"{self.next_day():%d/%m/%Y}",
            "source": self.source.pk,
            f"{row}-value": 12,
            f"{row}-looked": "on",
            f"{row}-confirmation": "Banc",
            "do": "submit",
        }
        return sent(self.client, f"{GRID}?series={self.series.pk}", typed)

    def by_form(self) -> Any:
        typed = self.blank | {
            "series": self.other.pk,
            "source": self.source.pk,
            "value": 12,
            "as_of_on": f"{self.next_day():%d/%m/%Y}",
            "as_of_precision": "day",
        }
        return sent(self.client, FORM, typed)

    def as_row(self) -> None:
        row = Measurement(series=self.other, source=self.source, value=12)
        row.as_of = PreciseDate.of_day(self.next_day())
        row.save()


def sent(client: Client, path: str, typed: dict[str, Any]) -> Any:
    """The answer to a form, which has to be taken."""
    response = client.post(path, typed)
    assert response.status_code == 302, (path, response.status_code)
    return response


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

    def both(path: str, floor: Callable[[], Any]) -> tuple[Callable[[], Any], ...]:
        return page(OURS + path), page(STOCK + path), floor

    figures = Figures(client)
    cases: dict[str, tuple[Callable[[], Any], ...]] = {
        "admin-first-page-1m": both("", read_page),
        "admin-search-1m": both(
            f"?q={WORD}",
            lambda: read_page(series__territory__name_fr__icontains=WORD),
        ),
        "admin-change-form-1m": both(f"{draft.pk}/change/", lambda: read_page(pk=draft.pk)),
        "admin-grid-first-row-1m": (page(f"{GRID}?show=all"), page(FORM), read_page),
        "admin-grid-submit-1m": (figures.by_grid, figures.by_form, figures.as_row),
    }
    results = []
    for name, found in cases.items():
        ways = dict(zip(("ours", "stock", "floor"), found, strict=True))
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds + 1):
            for way, work in ways.items():
                took = seconds(work)
                if number:
                    spent[way].append(took)
        with CaptureQueriesContext(connection) as queries:
            response = ways["ours"]()
        rate = {way: 1 / statistics.median(times) for way, times in spent.items()}
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
