"""A list reads only the figures that tell where a target stands: it must say the same as the whole series would."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from programmes.models import Target
from programmes.selectors.dossier import Dossier, read_dossier
from programmes.selectors.ledger import read_ledger
from programmes.selectors.promises import PromiseLine
from tests.builders import (
    make_indicator,
    make_measurement,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_target,
)

pytestmark = pytest.mark.django_db
QUALIFIERS = ("exactly", "about", "more_than", "at_least", "up_to", "less_than")
DAYS = [date(2020, 2, 29) + timedelta(days=number) for number in (-400, -366, -365, -364, -1, 0)]
DAYS += [one + timedelta(days=days) for one in DAYS for days in (365, 366, 730, 1100, 1461)]
ASKED = (date(2019, 6, 1), date(2020, 2, 29), date(2021, 2, 28), date(2023, 5, 5), date(2026, 1, 1))


def make_any_target(number: int, draw: random.Random) -> None:
    """A target of any measure with up to three announcements, and up to two dozen figures that rise and fall."""
    measure = draw.choice(("running_total", "per_period", "level", "ratio"))
    indicator = make_indicator(f"indicator-{measure}", measure=measure, unit_fr="")
    is_ratio, at_most = measure == "ratio", draw.random() < 0.4

    def amount() -> Decimal:
        return Decimal(draw.randrange(1, 100)) / (100 if is_ratio else 1)

    terms = []
    for _announced in range(draw.choice((1, 1, 2, 3))):
        baseline = amount() if at_most or draw.random() < 0.6 else None
        dated = baseline is not None and draw.random() < 0.8
        terms.append(
            {
                "value": amount(),
                "sense": "at_most" if at_most and measure in ("level", "ratio") else "at_least",
                "baseline": baseline,
                "baseline_on": draw.choice(DAYS[:6]) if dated else None,
                "due": draw.choice(("2021-02-28", "2022", "2023-05", "2024-12-31", "")),
            }
        )
    series = make_series(f"series-{number}", indicator=indicator)
    target = make_target(f"target-{number}", series=series, announced="2019-01-01", **terms[0])
    for place, columns in enumerate(terms[1:], start=2):
        make_revision(target, place, announced=f"{2018 + place}-03-01", **columns)
    source = make_source("recent", "2025-01-01")
    last = date(2000, 1, 1)
    for day in sorted(draw.sample(sorted(set(DAYS)), draw.randrange(25))):
        columns = {"qualifier": draw.choice(QUALIFIERS), "source": source}
        if measure == "per_period":
            if (day - last).days < 40:
                continue
            columns["period_start"] = max(last + timedelta(days=1), day - timedelta(days=200))
        last = day
        if is_ratio and draw.random() < 0.5:
            columns |= {"numerator": draw.randrange(50), "denominator": 50}
        else:
            columns["value"] = amount()
        make_measurement(series, day.isoformat(), **columns)


def printed(dossier: Dossier) -> list[PromiseLine]:
    """The lines without the rows behind them."""
    return [line._replace(standing=None) for line in dossier.promises()]


@pytest.mark.parametrize("seed", range(4))
def test_list_says_of_a_target_what_its_whole_series_says(seed):
    draw = random.Random(seed)
    for number in range(40):
        make_any_target(number, draw)
    targets = Target.objects.order_by("code")
    for on in ASKED:
        few = read_dossier(on, targets=targets)
        every = read_dossier(on, targets=targets, whole=True)
        assert printed(few) == printed(every)
        assert [(one.result, one.followed) for one in few.standings] == [
            (one.result, one.followed) for one in every.standings
        ]


def test_list_reads_few_figures_of_a_long_series():
    target = make_target(baseline=0, baseline_on=date(2021, 1, 1))
    for month in range(1, 13):
        for year in (2021, 2022, 2023):
            make_measurement(target.series, f"{year}-{month:02}-01", year - 2000 + month)
    ledger = read_ledger(Target.objects.all(), date(2023, 12, 31))
    days = [row.figure.as_of for row in ledger.rows_of(target)]
    assert days == [date(2021, 1, 1), date(2022, 11, 1), date(2022, 12, 1), date(2023, 12, 1)]


def test_list_reads_a_short_series_whole():
    target = make_target(baseline=0, baseline_on=date(2021, 1, 1))
    for month in range(1, 13):
        make_measurement(target.series, f"2021-{month:02}-01", month)
    ledger = read_ledger(Target.objects.all(), date(2021, 11, 15))
    days = [row.figure.as_of for row in ledger.rows_of(target)]
    assert days == [date(2021, month, 1) for month in range(1, 12)]
    assert ledger.counts == {target.series_id: 11}


def test_sum_of_parts_reads_every_figure_of_its_parts():
    whole = make_target("whole", measured_by="parts")
    part = make_target("part", part_of=whole, series=make_series("part", territory=make_region()))
    for month in range(1, 13):
        make_measurement(part.series, f"2023-{month:02}-01", month)
    ledger = read_ledger(Target.objects.filter(code="whole"), date(2023, 12, 31))
    assert len(ledger.rows_of(part)) == 12
