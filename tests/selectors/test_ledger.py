"""A list reads only the figures that tell where a target stands: it must say the same as the whole series would."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from programmes.models import Target, Waypoint
from programmes.selectors.dossier import Dossier, read_dossier
from programmes.selectors.ledger import ask_ledger, ledger_of, read_ledger
from programmes.selectors.prepared import answers
from programmes.selectors.promises import PromiseLine
from tests.builders import (
    make_indicator,
    make_measurement,
    make_region,
    make_revision,
    make_series,
    make_source,
    make_target,
    publish,
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
    of_the_year = [date(2023, month, 1) for month in range(1, 13)]
    assert days == [date(2021, 1, 1), date(2022, 11, 1), date(2022, 12, 1), *of_the_year]


def test_list_reads_a_short_series_whole():
    target = make_target(baseline=0, baseline_on=date(2021, 1, 1))
    for month in range(1, 13):
        make_measurement(target.series, f"2021-{month:02}-01", month)
    ledger = read_ledger(Target.objects.all(), date(2021, 11, 15))
    days = [row.figure.as_of for row in ledger.rows_of(target)]
    assert days == [date(2021, month, 1) for month in range(1, 12)]


def test_announcements_and_the_steps_on_their_way_are_in_the_order_of_their_dates():
    terms = {"value": 100, "baseline": 0, "baseline_on": date(2021, 1, 1), "due": "2024-12-31"}
    target = make_target(**terms)
    later = make_revision(target, 2, announced="2022-06-01", draft=True, **terms)
    for on, value in (("2023-06-30", 60), ("2022-06-30", 10)):
        Waypoint.objects.create(revision=later, on=on, value=value)
    publish(later)
    make_revision(target, 3, announced="2022-01-01", **terms)
    make_measurement(target.series, "2022-06-30", 5)
    ledger = read_ledger(Target.objects.all(), date(2023, 1, 1))
    told = ledger.told[target.pk].standing
    assert [row.number for row in told] == [1, 3, 2]
    assert [(step.on, step.value) for step in told[-1].steps] == [
        (date(2022, 6, 30), 10),
        (date(2023, 6, 30), 60),
    ]
    (line,) = read_dossier(date(2023, 1, 1), targets=Target.objects.all()).promises()
    assert (line.percent, line.expected_bar) == ("5\u00a0%", 10)


def test_announcements_are_in_order_however_the_database_gives_them():
    target, on = make_target(), date(2023, 1, 1)
    make_revision(target, 2, announced="2022-06-01", value=2000)
    ((packed, is_chosen, announcements, *figures),) = answers(ask_ledger(Target.objects.all(), on))[
        0
    ]
    turned = json.dumps(json.loads(announcements)[::-1])
    assert turned != announcements
    for given in (announcements, turned):
        ledger = ledger_of([(packed, is_chosen, given, *figures)], on)
        assert [row.number for row in ledger.told[target.pk].standing] == [1, 2]


def test_targets_of_one_series_each_keep_the_figures_that_decide():
    series = make_series("monthly")
    make_target("early", series=series, value=2, due="2021-02-28")
    make_target("late", series=series, value=30, due="2023-12-31")
    for month in range(36):
        make_measurement(series, f"{2021 + month // 12}-{month % 12 + 1:02}-01", month + 1)
    lines = read_dossier(date(2024, 6, 1), targets=Target.objects.order_by("code")).promises()
    assert [(line.code, line.status.code) for line in lines] == [
        ("early", "achieved"),
        ("late", "achieved"),
    ]


def test_sums_read_every_figure_of_their_series():
    whole = make_target("whole", measured_by="parts")
    part = make_target("part", part_of=whole, series=make_series("part", territory=make_region()))
    indicator = make_indicator("each-month", measure="per_period")
    per_period = make_target("sum", series=make_series("sum", indicator=indicator))
    for month in range(1, 13):
        for year in (2021, 2022):
            first = date(year, month, 1)
            make_measurement(part.series, first.isoformat(), month)
            make_measurement(per_period.series, first.isoformat(), month, period_start=first)
    ledger = read_ledger(Target.objects.exclude(code="part"), date(2023, 12, 31))
    assert len(ledger.rows_of(part)) == 24
    assert len(ledger.rows_of(per_period)) == 24
