"""The steps over the days say what a single day says; a sentence of the design for each step."""

import random
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.promises import Promise, Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Sense, Status
from programmes.calculations.figures import Figure, Rule
from tests.calculations.builders import TOTAL, make_figure, make_promise
from tests.calculations.timelines import assessment_on, timeline, timeline_of_sum

EPOCH = date(2020, 1, 1)
SPAN = 1500
FACTORS = (-1, 0, 1, 2, 3)


def some_day(rnd, first=0, last=SPAN):
    return EPOCH + timedelta(rnd.randint(first, last))


def some_moment(rnd):
    return datetime(2024, rnd.randint(1, 12), rnd.randint(1, 28), rnd.randint(0, 23))


def some_promises(rnd, measure):
    found = []
    for number in range(1, rnd.randint(1, 4) + 1):
        announced = some_day(rnd, 0, 1000)
        due = rnd.choice([None, announced + timedelta(rnd.randint(-30, 900))])
        baseline = rnd.choice([None, Decimal(rnd.randint(-5, 20))])
        sense = rnd.choice(list(Sense)) if baseline is not None else Sense.AT_LEAST
        baseline_on = announced + timedelta(rnd.randint(-300, 300)) if rnd.random() < 0.5 else None
        if due and baseline_on and due < baseline_on:
            baseline_on = None
        waypoints = ()
        if due and baseline_on and (due - baseline_on).days > 2 and rnd.random() < 0.3:
            between = baseline_on + timedelta(rnd.randint(1, (due - baseline_on).days - 1))
            waypoints = (Waypoint(between, Decimal(rnd.randint(-5, 40))),)
        published = some_moment(rnd) if rnd.random() < 0.7 else None
        ended = some_moment(rnd) if rnd.random() < 0.2 else None
        found.append(
            Promise(
                announced=announced,
                announced_first=announced - timedelta(rnd.choice([0, 0, 30])),
                number=number,
                value=Decimal(rnd.randint(-5, 40)),
                sense=sense,
                due=due,
                baseline=baseline,
                baseline_on=baseline_on,
                waypoints=waypoints,
                abandoned=rnd.random() < 0.1,
                corrects=number - 1 if number > 1 and rnd.random() < 0.15 else None,
                published_at=published,
                ended_at=ended,
            )
        )
    return found


def some_figures(rnd, measure, most=8):
    count = rnd.randint(0, most)
    days = sorted(rnd.sample(range(-200, SPAN), count))
    found, before = [], EPOCH + timedelta(-400)
    for at in days:
        as_of = EPOCH + timedelta(at)
        value, numerator, denominator, start = Decimal(rnd.randint(-5, 40)), None, None, None
        if measure is Measure.RATIO and rnd.random() < 0.7:
            value, numerator, denominator = None, Decimal(rnd.randint(0, 9)), Decimal(10)
        if measure is Measure.PER_PERIOD:
            first = before + timedelta(1)
            start = first + timedelta(rnd.choice([0, 0, (as_of - first).days // 2]))
            before = as_of
        found.append(
            Figure(
                as_of,
                value,
                numerator,
                denominator,
                start,
                rnd.choice([Qualifier.EXACTLY] * 3 + list(Qualifier)),
                published_at=some_moment(rnd) if rnd.random() < 0.3 else None,
                ended_at=some_moment(rnd) if rnd.random() < 0.1 else None,
            )
        )
    return found


def some_rule(rnd, measure):
    return Rule(
        measure,
        rnd.choice([1, 3, 6, 12]),
        rnd.choice([0, 0, 45]),
        rnd.choice([None, 0, 2]),
        counted=measure is Measure.RUNNING_TOTAL and rnd.random() < 0.2,
    )


def days_to_compare(rnd, steps):
    """The days around every step, and some others."""
    found = {some_day(rnd, -500, 3 * SPAN) for _ in range(15)}
    for step in steps[1:]:
        found |= {step.first - timedelta(1), step.first, step.first + timedelta(1)}
    return found


def assert_tiled(steps):
    assert steps[0].first == date.min
    assert steps[-1].last is None
    for one, two in pairwise(steps):
        assert two.first == one.last + timedelta(1)
        assert one.assessment != two.assessment


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_steps_say_what_each_day_says(seed):
    rnd = random.Random(seed)
    measure = rnd.choice(list(Measure))
    rule, promises = some_rule(rnd, measure), some_promises(rnd, measure)
    figures = some_figures(rnd, measure)
    known = some_moment(rnd) if rnd.random() < 0.5 else None
    original = rnd.choice([None, None, 1, 2])

    steps = timeline(promises, figures, rule, known=known, original=original)

    assert_tiled(steps)
    for on in days_to_compare(rnd, steps):
        told = [one for one in figures if one.as_of <= on]
        day = assess(promises, told, rule, on, known, original)
        assert assessment_on(steps, on) == day, on


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_steps_of_a_sum_say_what_each_day_says(seed):
    rnd = random.Random(1000 + seed)
    measure = rnd.choice(list(Measure))
    rule, promises = some_rule(rnd, measure), some_promises(rnd, measure)
    rule = Rule(measure, rule.interval_months, rule.delay_days, rule.decimals)
    parts = [
        PartSeries(str(key), tuple(some_figures(rnd, measure, 5)))
        for key in range(rnd.randint(0, 4))
    ]
    known = some_moment(rnd) if rnd.random() < 0.5 else None

    steps = timeline_of_sum(promises, parts, rule, known=known)

    assert_tiled(steps)
    for on in days_to_compare(rnd, steps):
        told = [
            PartSeries(one.key, tuple(f for f in one.figures if f.as_of <= on)) for one in parts
        ]
        assert assessment_on(steps, on) == assess_sum(promises, told, rule, on, known), on


@pytest.mark.parametrize("seed", range(50))
def test_steps_every_day_of_four_years(seed):
    rnd = random.Random(2000 + seed)
    measure = rnd.choice(list(Measure))
    rule, promises = some_rule(rnd, measure), some_promises(rnd, measure)
    figures = some_figures(rnd, measure)

    steps = timeline(promises, figures, rule)

    for count in range(0, SPAN, 7):
        on = EPOCH + timedelta(count)
        assert assessment_on(steps, on) == assess(promises, figures, rule, on)


@pytest.mark.parametrize("seed", range(100))
def test_steps_since_a_day_go_on_from_it(seed):
    rnd = random.Random(3000 + seed)
    measure = rnd.choice(list(Measure))
    rule, promises = some_rule(rnd, measure), some_promises(rnd, measure)
    figures, since = some_figures(rnd, measure), some_day(rnd)

    whole = timeline(promises, figures, rule)
    later = timeline(promises, figures, rule, since=since)

    assert later[0].first == since
    assert [one.assessment for one in later] == [
        one.assessment for one in whole if one.last is None or one.last >= since
    ]


def dated(steps):
    return [(step.first, step.assessment.status) for step in steps]


def test_steps_of_a_promise_from_its_announcement_to_after_its_due_date():
    figures = [make_figure(date(2021, 12, 31), Decimal(240))]

    steps = timeline([make_promise()], figures, Rule(Measure.RUNNING_TOTAL, 6, 30))

    assert dated(steps) == [
        (date.min, Status.NOT_YET_PROMISED),
        (date(2021, 1, 1), Status.NO_DATA),
        (date(2021, 12, 31), Status.ON_TRACK),
        (date(2023, 1, 31), Status.NO_RECENT_DATA),
        (date(2025, 1, 1), Status.RESULT_AWAITED),
        (date(2025, 1, 31), Status.DUE_DATE_PASSED),
    ]
    assert steps[3].assessment.present.when_measured is Status.ON_TRACK


def test_step_when_a_tenth_of_the_time_has_gone():
    promise = make_promise(due=date(2021, 4, 11))  # a hundred days
    figures = [make_figure(date(2021, 1, 2), Decimal(10))]

    steps = timeline([promise], figures, TOTAL)

    assert dated(steps)[2:4] == [
        (date(2021, 1, 2), Status.UNDER_WAY),
        (date(2021, 1, 11), Status.ON_TRACK),
    ]


def test_count_of_milestones_is_expected_anew_every_day():
    rule = Rule(Measure.RUNNING_TOTAL, decimals=0, counted=True)
    promise = make_promise(value=Decimal(4), due=date(2021, 4, 11))
    opened = [make_figure(date(2021, 1, 10), Decimal(1))]

    steps = timeline([promise], opened, rule)

    # one opened; 1 of 4 expected from the 25th day on, 2 from the 50th, 3 from the 75th
    assert dated(steps) == [
        (date.min, Status.NOT_YET_PROMISED),
        (date(2021, 1, 1), Status.UNDER_WAY),
        (date(2021, 1, 10), Status.UNDER_WAY),
        (date(2021, 1, 11), Status.ON_TRACK),
        (date(2021, 1, 26), Status.ON_TRACK),
        (date(2021, 2, 20), Status.FAR_BEHIND),
        (date(2021, 3, 17), Status.FAR_BEHIND),
        (date(2021, 4, 11), Status.MISSED),
    ]


def test_lookup_before_the_first_step_is_refused():
    steps = timeline([make_promise()], [], TOTAL, since=date(2022, 1, 1))

    with pytest.raises(LookupError, match="2021-12-31 lies before the first step"):
        assessment_on(steps, date(2021, 12, 31))


def calls_of(run):
    """How many functions it calls: what it takes, the same on every machine."""
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def test_timeline_of_twice_the_figures_takes_twice_the_steps():
    promise = make_promise(announced=EPOCH, baseline_on=EPOCH, due=date(2027, 12, 31))

    def run(many):
        figures = [Figure(EPOCH + timedelta(30 * at), Decimal(10 * at)) for at in range(many)]
        return calls_of(lambda: timeline([promise], figures, TOTAL))

    assert run(100) < 2.2 * run(50)


@pytest.mark.slow
def test_timeline_of_a_whole_of_twice_the_parts_takes_twice_the_steps():
    promise = make_promise(announced=EPOCH, baseline_on=EPOCH, due=date(2027, 12, 31))

    def run(many):
        rnd = random.Random(1)
        parts = [
            PartSeries(
                str(key),
                tuple(
                    Figure(EPOCH + timedelta(at), Decimal(at))
                    for at in rnd.sample(range(2400), 100)
                ),
            )
            for key in range(many)
        ]
        return calls_of(lambda: timeline_of_sum([promise], parts, TOTAL))

    assert run(40) < 2.2 * run(20)
