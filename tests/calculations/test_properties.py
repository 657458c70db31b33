"""What must hold for any input, not only for the cases of the tables."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programmes.calculations.figures import (
    Figure,
    Measure,
    Promise,
    Qualifier,
    Rule,
    Sense,
    Status,
    Waypoint,
)
from programmes.calculations.progress import promise_history, promise_progress
from programmes.calculations.rollup import Part, difference, roll_up
from programmes.calculations.verdict import assess
from tests.calculations.builders import LEVEL, TOTAL

EPOCH = date(2021, 1, 1)
MIRRORED = {
    Qualifier.EXACTLY: Qualifier.EXACTLY,
    Qualifier.ABOUT: Qualifier.ABOUT,
    Qualifier.MORE_THAN: Qualifier.LESS_THAN,
    Qualifier.LESS_THAN: Qualifier.MORE_THAN,
    Qualifier.AT_LEAST: Qualifier.UP_TO,
    Qualifier.UP_TO: Qualifier.AT_LEAST,
}
# From best to worst. What says nothing of the promise's keeping stands last.
RANK = [
    Status.ACHIEVED,
    Status.ACHIEVED_LATE,
    Status.ON_TRACK,
    Status.BEHIND,
    Status.FAR_BEHIND,
    Status.MISSED,
    Status.NO_RECENT_DATA,
]

days = st.integers(0, 2000).map(lambda count: EPOCH + timedelta(count))
amounts = st.decimals(-10_000, 10_000, places=2)
small = st.integers(-20, 20).map(Decimal)
qualifiers = st.sampled_from(list(Qualifier))
rules = st.builds(Rule, st.sampled_from([Measure.RUNNING_TOTAL, Measure.LEVEL]), st.integers(1, 24))


@st.composite
def figures(draw, values=amounts):
    found = draw(st.lists(days, unique=True, max_size=6))
    return [Figure(day, draw(values), qualifier=draw(qualifiers)) for day in found]


@st.composite
def promises(draw, values=amounts, known=False):
    """Promises; when `known`, none lacks its baseline, its baseline date or its due date."""
    missing = st.nothing() if known else st.none()
    start, due = sorted(draw(st.tuples(days, days)))
    between = [EPOCH + timedelta(count) for count in range(0, 2000, 97)]
    between = [day for day in between if start < day < due]
    chosen = draw(st.lists(st.sampled_from(between), unique=True, max_size=2)) if between else []
    return Promise(
        announced=EPOCH,
        number=1,
        value=draw(values),
        sense=Sense.AT_LEAST,
        due=draw(st.just(due) | missing),
        baseline=draw(values | missing),
        baseline_on=draw(st.just(start) | missing),
        waypoints=tuple(Waypoint(day, draw(values)) for day in chosen),
    )


@st.composite
def per_period(draw):
    ends = sorted(draw(st.lists(days, unique=True, min_size=2, max_size=6)))
    return [
        Figure(end, draw(amounts), period_start=start + timedelta(1))
        for start, end in pairwise(ends)
    ]


def scaled(amount, factor):
    return None if amount is None else amount * factor


def in_unit(promise, factor):
    """The promise in another unit; a negative factor also turns its sense round."""
    sense = promise.sense
    if factor < 0:
        sense = Sense.AT_MOST if sense is Sense.AT_LEAST else Sense.AT_LEAST
    return replace(
        promise,
        sense=sense,
        value=promise.value * factor,
        baseline=scaled(promise.baseline, factor),
        waypoints=tuple(Waypoint(one.on, one.value * factor) for one in promise.waypoints),
    )


def gist(result):
    return (result.status, result.progress, result.expected_progress, result.pace.projected)


@given(
    st.lists(promises(), min_size=1, max_size=2),
    figures(),
    rules,
    days,
    st.sampled_from(["1000", "100", "10", "0.1", "0.01", "3"]),
)
def test_progress_and_status_are_unchanged_under_a_change_of_unit(
    promised, found, rule, on, factor
):
    factor = Decimal(factor)
    promised = [replace(one, number=index) for index, one in enumerate(promised)]

    before = assess(promised, found, rule, on)
    after = assess(
        [in_unit(one, factor) for one in promised],
        [replace(one, value=one.value * factor) for one in found],
        rule,
        on,
    )

    assert gist(after) == gist(before)
    assert after.status_against_original == before.status_against_original


@given(promises(known=True), figures(), st.integers(1, 24), days)
def test_at_least_and_at_most_mirror_each_other(promise, found, interval, on):
    rule = Rule(Measure.LEVEL, interval)

    rising = assess([promise], found, rule, on)
    falling = assess(
        [in_unit(promise, -1)],
        [replace(one, value=-one.value, qualifier=MIRRORED[one.qualifier]) for one in found],
        rule,
        on,
    )

    assert gist(falling) == gist(rising)


@pytest.mark.parametrize("sense", list(Sense))
@given(
    promise=promises(known=True), values=st.tuples(amounts, amounts), on=days, qualifier=qualifiers
)
def test_nearer_the_target_is_never_less_progress(sense, promise, values, on, qualifier):
    low, high = sorted(values)
    worse, better = (low, high) if sense is Sense.AT_LEAST else (high, low)
    promise = replace(promise, sense=sense, baseline_on=None)

    def done(value):
        values = promise_history(promise, [Figure(on, value, qualifier=qualifier)], LEVEL, on)
        return promise_progress(values[-1], promise, LEVEL)

    assert done(better) >= done(worse)


def steady(promise, sense):
    """The promise without waypoints, on its way in the direction of `sense`."""
    low, high = sorted((promise.baseline, promise.value))
    start, target = (low, high) if sense is Sense.AT_LEAST else (high, low)
    return replace(promise, sense=sense, waypoints=(), baseline=start, value=target)


@pytest.mark.parametrize("measure", [Measure.RUNNING_TOTAL, Measure.LEVEL])
@given(
    promise=promises(values=small, known=True),
    value=small,
    two=st.tuples(days, days),
    wait=st.integers(0, 299),
)
def test_same_value_as_of_a_later_date_never_has_a_better_status(
    measure, promise, value, two, wait
):
    early, late = sorted(two)
    assume(early >= promise.baseline_on)
    promise, rule = steady(promise, Sense.AT_LEAST), Rule(measure)

    def status(as_of):
        on = as_of + timedelta(wait)
        return assess([promise], [Figure(as_of, value)], rule, on).status

    # An early figure may be called old where a late one is judged: that is not a better status.
    assume(status(early) is not Status.NO_RECENT_DATA)
    assert RANK.index(status(late)) >= RANK.index(status(early))


@given(
    promises(values=small, known=True),
    figures(values=small),
    small,
    rules,
    st.tuples(days, days, days),
)
def test_same_figures_never_have_a_better_status_on_a_later_day(promise, found, last, rule, three):
    reported, early, late = sorted(three)
    found = [one for one in found if one.as_of < reported] + [Figure(reported, last)]

    before, after = (assess([promise], found, rule, on).status for on in (early, late))

    if before in RANK:
        assert RANK.index(after) >= RANK.index(before)


@given(
    st.lists(promises(values=small), min_size=1, max_size=2),
    figures(values=small),
    rules,
    days,
    st.sampled_from(list(Sense)),
)
def test_roll_up_of_one_part_is_that_part(promised, found, rule, on, sense):
    if rule.measure is Measure.LEVEL and all(one.baseline is not None for one in promised):
        promised = [replace(one, sense=sense) for one in promised]
    promised = tuple(replace(one, number=index) for index, one in enumerate(promised))

    alone = assess(promised, found, rule, on)
    pooled = roll_up(promised, [Part("A", promised, tuple(found))], rule, on)

    assert_same(alone, pooled)
    assert_same(alone.against_original, pooled.against_original)


def assert_same(alone, pooled):
    if alone is None or pooled is None:
        assert alone is pooled
        return
    for name in ("status", "promise", "original", "progress", "expected_value"):
        assert getattr(alone, name) == getattr(pooled, name)
    assert pooled.expected_progress == alone.expected_progress
    for name in ("current", "stated", "decided_by"):
        one, other = getattr(alone, name), getattr(pooled, name)
        assert (one and (one.value, one.as_of, one.qualifier)) == (
            other and (other.value, other.as_of, other.qualifier)
        )


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=5), promises()
)
def test_roll_up_of_ratios_is_the_ratio_of_the_sums(parts, promise):
    rule = Rule(Measure.RATIO)
    promise = replace(promise, baseline_on=None, waypoints=())
    found = [
        Part(str(index), (promise,), (Figure(EPOCH, None, Decimal(part), Decimal(whole)),))
        for index, (part, whole) in enumerate(parts)
    ]
    single = Figure(
        EPOCH, None, Decimal(sum(one for one, _ in parts)), Decimal(sum(two for _, two in parts))
    )

    pooled = roll_up([promise], found, rule, EPOCH)

    assert pooled.current.value == single.amount
    assert pooled.status == assess([promise], [single], rule, EPOCH).status


@given(per_period(), days)
def test_periods_sum_to_the_running_total_they_make(found, on):
    running, total = [], Decimal(0)
    for one in found:
        total += one.value
        running.append(Figure(one.as_of, total))
    promise = Promise(EPOCH, 1, Decimal(100), Sense.AT_LEAST, date(2024, 1, 1), None, None)

    summed = assess([promise], found, Rule(Measure.PER_PERIOD), on)
    read = assess([promise], running, TOTAL, on)

    assert gist(summed) == gist(read)


@given(st.lists(amounts, min_size=1, max_size=6))
def test_difference_is_nothing_when_the_parts_make_the_whole(targets):
    def promise(value):
        return Promise(EPOCH, 1, value, Sense.AT_LEAST, None, None, None)

    parts = [Part(str(index), (promise(one),), ()) for index, one in enumerate(targets)]

    assert difference([promise(sum(targets))], parts, TOTAL, EPOCH) == 0
    assert difference([promise(sum(targets) - 1)], parts, TOTAL, EPOCH) == 1
