"""Restating targets after something was published: `python -m tests.benchmarks.restating`.

Prints the milliseconds of each case as JSON: one target of 100 figures after one more, 1,000 such targets in bulk, and
a whole of 75 parts of 100 figures after one more of a part. The database is that of DATABASE_URL; all is rolled back.
"""

import json
import os
import statistics
import time
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.db import transaction  # noqa: E402 - after Django is ready
from django.utils import timezone  # noqa: E402

from programmes.models import Measurement, Series, State, Target  # noqa: E402
from programmes.models.guards import guards_lifted  # noqa: E402
from programmes.services.lock import publication_lock  # noqa: E402
from programmes.services.standings import FROM_THE_BEGINNING, restate  # noqa: E402
from tests.builders import day, make_series, make_source, make_target  # noqa: E402

FIGURES, TARGETS, PARTS = 100, 1000, 75
FIRST, MONTH = date(2016, 1, 31), timedelta(30)
TIMES = 9


def fill(series: Iterable[Series]) -> None:
    """A hundred figures on each, a month apart, some days later on each next series."""
    source, now = make_source(on="2030-01-01"), timezone.now()
    for number, one in enumerate(series):
        first = FIRST + timedelta(number % 30)
        put(
            Measurement(
                series=one,
                as_of=day(str(first + MONTH * step)),
                value=Decimal(10 * step),
                source=source,
                state=State.PUBLISHED,
                published_at=now,
            )
            for step in range(FIGURES)
        )


def put(rows: Iterable[Measurement]) -> None:
    with guards_lifted("a benchmark"):
        Measurement.objects.bulk_create(list(rows))


def add_last(series: Series, number: int) -> date:
    """One more figure, of a later day. Returns its day."""
    on = FIRST + MONTH * (FIGURES + number)
    put(
        [
            Measurement(
                series=series,
                as_of=day(str(on)),
                value=Decimal(2000),
                source=make_source(),
                state=State.PUBLISHED,
                published_at=timezone.now(),
            )
        ]
    )
    return on


def promised(code: str, series: Series) -> Target:
    terms = {"value": 2000, "due": "2026-12-31", "announced": "2016-01-01"}
    return make_target(code, series=series, baseline=0, baseline_on=date(2016, 1, 1), **terms)


@transaction.atomic
def timed(targets: Iterable[int], since: date) -> float:
    """The milliseconds that restating takes."""
    with publication_lock() as at:
        begun = time.perf_counter()
        restate(targets, at, since)
        return (time.perf_counter() - begun) * 1000


def one_target() -> float:
    target = promised("one", make_series("one"))
    fill([target.series])
    timed([target.pk], FROM_THE_BEGINNING)
    return statistics.median(
        timed([target.pk], add_last(target.series, number)) for number in range(TIMES)
    )


def bulk() -> float:
    targets = [promised(f"bulk-{one}", make_series(f"bulk-{one}")) for one in range(TARGETS)]
    fill(target.series for target in targets)
    keys = [target.pk for target in targets]
    timed(keys, FROM_THE_BEGINNING)
    days = [add_last(target.series, 0) for target in targets]
    return timed(keys, min(days))


def whole() -> float:
    series = make_series("whole", figures=Series.Figures.PARTS)
    parts = [make_series(f"part-{one}", part_of=series) for one in range(PARTS)]
    fill(parts)
    target = promised("whole", series)
    return statistics.median(
        timed([target.pk], add_last(parts[number], number)) for number in range(TIMES)
    )


class Undone(Exception):
    """Raised at the end of a case: nothing of it stays."""


def main() -> None:
    cases = {"restate-one": one_target, "restate-bulk": bulk, "restate-whole": whole}
    found = {}
    for name, case in cases.items():
        try:
            with transaction.atomic():
                found[name] = round(case(), 1)
                raise Undone
        except Undone:
            pass
    print(json.dumps(found))


if __name__ == "__main__":
    main()
