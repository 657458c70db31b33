"""Promises to measure pages with: one programme of 150 targets, many targets beside it, and figures on all of them.

`python -m tests.benchmarks.promises TARGETS FIGURES` fills the empty database of DATABASE_URL.
"""

import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.site_settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - after Django is ready
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from programmes.models import (  # noqa: E402
    Indicator,
    Organisation,
    Programme,
    Series,
    Source,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.guards import guards_lifted  # noqa: E402
from programmes.models.measurement import new_reference  # noqa: E402
from programmes.models.sealed import Showable, sealed_models  # noqa: E402
from programmes.services.standings import restate_all  # noqa: E402
from programmes.spreadsheets.importing.sample import load_reference  # noqa: E402
from tests.benchmarks.figures import ENTERED, SET, insert  # noqa: E402

LISTED, LISTED_FIGURES = 150, 1000
FIRST_DAY, LAST_DAY = date(2016, 1, 31), date(2026, 6, 30)


def make_promises(targets: int, figures: int) -> None:
    """So many targets, the first 150 of one programme, and so many published figures.

    The first thousand figures are those of the listed programme, so that its page is the same however many there are.
    """
    load_reference()
    user = get_user_model().objects.create_user("bench")
    office = Organisation.objects.create(
        code="office", name_fr="Office de la formation", acronym="OFP", kind="public_operator"
    )
    Source.objects.bulk_create(
        Source(
            code=f"source-{number}",
            kind="report",
            title=f"Rapport annuel {number}",
            organisation=office,
            publisher="Office de la formation",
            url=f"https://example.ma/rapports/{number}",
            language="fr",
            date_on=date(2026, 6, 30),
            date_precision="day",
        )
        for number in range(50)
    )
    sources = list(Source.objects.order_by("pk").values_list("pk", flat=True))
    with guards_lifted("figures to measure pages with"):
        series = list(_make_series(targets))
        _make_targets(series, sources)
        few = min(figures, LISTED_FIGURES)
        rows = chain(
            _figures(series[:LISTED], few, user.pk, sources),
            _figures(series[LISTED:], figures - few, user.pk, sources),
        )
        insert(rows, (*SET, *ENTERED, "published_at"))
        _log_figures()
        _show_all()
    restate_all()
    with connection.cursor() as cursor:
        # as autovacuum would leave the tables
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _log_figures() -> None:
    """The two steps of review that each figure took."""
    with connection.cursor() as cursor:
        for step in (("draft", "submitted"), ("submitted", "published")):
            cursor.execute(
                "INSERT INTO programmes_reviewevent (measurement_id, from_state, to_state, by_id, at, note) "
                "SELECT id, %s, %s, entered_by_id, published_at, '' FROM programmes_measurement ORDER BY published_at",
                step,
            )


def _make_series(count: int) -> Iterator[int]:
    """The keys of new series, those of the listed programme first."""
    listed, other = (
        Programme.objects.create(code=code, name_fr=f"Programme {code}", name_ar="برنامج")
        for code in ("listed", "other")
    )
    indicators = [
        Indicator.objects.create(
            code="trained",
            name_fr="Jeunes formés",
            name_ar="الشباب المكوَّنون",
            unit_fr="personnes",
            measure="running_total",
        ),
        Indicator.objects.create(
            code="places",
            name_fr="Places pédagogiques",
            name_ar="المقاعد البيداغوجية",
            unit_fr="places",
            measure="level",
        ),
    ]
    places = list(Territory.objects.filter(kind__in=("province", "prefecture")))
    Series.objects.bulk_create(
        (
            Series(
                code=f"serie-{number:05}",
                indicator=indicators[number % 2],
                territory=places[number % len(places)],
                programme=listed if number < LISTED else other,
                name_fr=f"{indicators[number % 2].name_fr}, {places[number % len(places)].name_fr}",
                interval_months=6,
            )
            for number in range(count)
        ),
        batch_size=5000,
    )
    yield from Series.objects.order_by("code").values_list("pk", flat=True)


def _make_targets(series: list[int], sources: list[int]) -> None:
    """A target for each series, announced twice by every third one."""
    Target.objects.bulk_create(
        (Target(code=f"cible-{place:05}", series_id=key) for place, key in enumerate(series)),
        batch_size=5000,
    )
    keys = list(Target.objects.order_by("code").values_list("pk", flat=True))
    TargetRevision.objects.bulk_create(
        (
            TargetRevision(
                target_id=key,
                number=number,
                value=10_000 + place * 7 % 5000 + 500 * number,
                baseline=1000,
                baseline_on=date(2016, 1, 1),
                due_on=date(2026 + number, 12, 31),
                due_precision="year",
                announced_on=date(2015 + number, 3, 1),
                announced_precision="day",
                source_id=sources[place % len(sources)],
            )
            for place, key in enumerate(keys)
            for number in range(1, 3 if place % 3 == 0 else 2)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programmes_targetrevision SET state = 'published', published_at = %s",
            [timezone.now()],
        )


def _show_all() -> None:
    """As if each had been shown, or sealed, when the first thing was published on it."""
    now = timezone.now()
    for model in sealed_models():
        shown = {"is_public": True} if issubclass(model, Showable) else {}
        QuerySet(model).update(sealed_at=now, **shown)


def _figures(
    series: list[int], count: int, user: int, sources: list[int]
) -> Iterator[tuple[Any, ...]]:
    """So many figures, spread evenly over series, in the order of their dates."""
    each = -(-count // len(series)) if series else 0
    for step in range(each):
        for place, series_id in enumerate(series):
            if step * len(series) + place < count:
                yield _figure(series_id, user, sources, step, each - 1)


def _figure(
    series_id: int, user: int, sources: list[int], step: int, steps: int
) -> tuple[Any, ...]:
    """One published figure; the last is as of the last day, whatever their number."""
    days = (LAST_DAY - FIRST_DAY).days
    day = FIRST_DAY + timedelta(days=days * (step + 1) // (steps + 1))
    now = timezone.now()
    value = 1000 + (step + 1) * (6000 + series_id % 3000) // (steps + 1)
    qualifier = "about" if series_id % 3 == 0 else "exactly"
    source = sources[series_id % len(sources)]
    told = (series_id, None, day, "day", None, value, None, None, qualifier, source)
    return (*told, "", None, None, "", new_reference(), "published", "", user, user, now, now, now)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    make_promises(int(sys.argv[1]), int(sys.argv[2]))
