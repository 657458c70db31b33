"""How much a reader on a telephone has to fetch: pages, styles, and pages of very long series."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from programmes.models import Target
from programmes.models.guards import guards_lifted
from programmes.models.measurement import new_reference
from programmes.spreadsheets.importing.sample import data_account
from tests.benchmarks.figures import ENTERED, SET, insert
from tests.builders import make_source, make_target

HTML, CSS, FIRST_VIEW = 30_000, 12_000, 75_000
LINKED = re.compile(rf'(?:href|src)="{re.escape("/" + settings.STATIC_URL.strip("/"))}/([^"]+)"')


def fetched(path: str) -> tuple[int, int, int]:
    """What is sent of a page: HTML, styles, and everything that it needs, compressed as a proxy would."""
    html = Client().get(path).content
    files = {name: Path(finders.find(name)).read_bytes() for name in LINKED.findall(html.decode())}
    assert files
    sizes = {name: len(gzip.compress(content, 6)) for name, content in files.items()}
    page = len(gzip.compress(html, 6))
    return (
        page,
        sum(sizes[one] for one in sizes if one.endswith(".css")),
        page + sum(sizes.values()),
    )


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_pages_of_the_sample_are_light(language):
    targets = Target.objects.published().filter(series__role="progress")
    codes = ["", "programmes/", "regions/", "status/", "regions/MA/", "regions/MA-09/"]
    codes += [f"targets/{code}/" for code in targets.values_list("code", flat=True)[:5]]
    codes += [
        f"programmes/{code}/"
        for code in targets.filter(series__programme__isnull=False)
        .values_list("series__programme__code", flat=True)
        .order_by()
        .distinct()
    ]
    heavy = {}
    for code in codes:
        html, css, whole = fetched(f"/{language}/{code}")
        if html > HTML or css > CSS or whole > FIRST_VIEW:
            heavy[code] = (html, css, whole)
    assert heavy == {}


@pytest.mark.django_db
def test_page_of_thousands_of_figures_stays_light_and_says_what_it_leaves_out():
    target = make_target(baseline=0, baseline_on=date(2010, 1, 1))
    source, by, now = make_source("daily", "2020-12-31"), data_account().pk, timezone.now()
    rows = (
        (
            *(target.series_id, None, date(2011, 1, 1) + timedelta(days=step), "day", None),
            *(step, None, None, "exactly", source.pk, "", None, None, ""),
            *(new_reference(), "published", "", by, by, now, now),
        )
        for step in range(3000)
    )
    with guards_lifted("a test of long series"):
        insert(rows, (*SET, *ENTERED))
    html = Client().get("/fr/targets/target/").content.decode()
    assert "Seuls les 200 derniers chiffres sont affichés ici." in html
    assert html.count('<tr><th scope="row">') == 200
    assert html.count("<circle") < 200
    assert fetched("/fr/targets/target/")[0] < HTML
