"""What must hold for any input, not only for the cases of the tables."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.promises import Promise, Waypoint
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Sense, Status
from programmes.calculations.figures import Figure, Rule
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
# From best to worst. What makes no claim (not started, under way) has no rank.
RANK = [
    Status.ACHIEVED,
    Status.ACHIEVED_DATE_NOT_SHOWN,
    Status.ACHIEVED_LATE,
    Status.ON_TRACK,
    Status.BEHIND,
    Status.FAR_BEHIND,
    Status.NO_RECENT_DATA,
    Status.NO_DATA,
    Status.RESULT_AWAITED,
    Status.DUE_DATE_PASSED,
    Status.MISSED,
]

days = st.integers(0, 2000).map(lambda count: EPOCH + timedelta(count))
amounts = st.decimals(-10_000, 10_000, places=2)
small = st.integers(-20, 20).map(Decimal)
counts = st.integers(0, 40).map(Decimal)
qualifiers = st.sampled_from(list(Qualifier))
rules = st.builds(
    Rule,
    st.sampled_from([Measure.RUNNING_TOTAL, Measure.LEVEL]),
    st.integers(1, 24),
    st.sampled_from([0, 60]),
)
senses = st.sampled_from(list(Sense))


def is_no_better(after, before):
    """Whether a status is no better than another, as far as both have a rank."""
    if before not in RANK or after not in RANK:
        return True
    return RANK.index(after) >= RANK.index(before)


def claims_no_more(after, before):
    """Whether a status that claims how a promise does claims nothing better than another did."""
    return after not in RANK[:6] or is_no_better(after, before)


@st.composite
def figures(draw, values=amounts):
    found = draw(st.lists(days, unique=True, max_size=6))
    return [Figure(day, draw(values), qualifier=draw(qualifiers)) for day in found]


@st.composite
def promises(draw, values=amounts, known=False, sense=None):
    """Promises; when `known`, none lacks its baseline, its baseline date or its due date."""
    missing = st.nothing() if known else st.none()
    start, due = sorted(draw(st.tuples(days, days)))
    between = [EPOCH + timedelta(count) for count in range(0, 2000, 97)]
    between = [day for day in between if start < day < due]
    chosen = draw(st.lists(st.sampled_from(between), unique=True, max_size=2)) if between else []
    baseline = draw(values | missing)
    wanted = sense or draw(senses)
    return Promise(
        announced=EPOCH,
        number=1,
        value=draw(values),
        sense=Sense.AT_LEAST if baseline is None else wanted,
        due=draw(st.just(due) | missing),
        baseline=baseline,
        baseline_on=draw(st.just(start) | missing),
        waypoints=tuple(Waypoint(day, draw(values)) for day in chosen),
    )


@st.composite
def per_period(draw, values=amounts):
    ends = sorted(draw(st.lists(days, unique=True, min_size=2, max_size=6)))
    return [
        Figure(end, draw(values), period_start=start + timedelta(1))
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
    one = result.present
    return result.status, one and (one.progress, one.expected_progress, one.pace.projected)


@pytest.mark.slow
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
    promised = [replace(one, number=number) for number, one in enumerate(promised, start=1)]

    before = assess(promised, found, rule, on)
    after = assess(
        [in_unit(one, factor) for one in promised],
        [replace(one, value=one.value * factor) for one in found],
        rule,
        on,
    )

    assert gist(after) == gist(before)
    assert [one.status for one in after.outcomes] == [one.status for one in before.outcomes]


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
    promise = replace(promise, sense=sense, baseline_on=None, announced=EPOCH)

    def done(value):
        figure = Figure(on, value, qualifier=qualifier)
        return assess([promise], [figure], LEVEL, on).present.progress

    assert done(better) >= done(worse)


@given(
    st.lists(promises(values=small), min_size=1, max_size=2),
    figures(values=small),
    rules,
    st.tuples(days, days, days),
)
def test_no_status_improves_as_days_pass_without_a_new_row(promised, found, rule, three):
    reported, early, late = sorted(three)
    promised = [replace(one, number=number) for number, one in enumerate(promised, start=1)]
    told = [one for one in found if one.as_of <= reported]

    before, after = (assess(promised, told, rule, on) for on in (early, late))

    assert is_no_better(after.status, before.status)
    for one, two in zip(before.outcomes, after.outcomes, strict=True):
        assert is_no_better(two.status, one.status)


@given(promises(values=small), st.data(), rules, st.tuples(days, days, days))
def test_no_status_of_a_sum_improves_as_days_pass_without_a_new_row(promise, data, rule, three):
    reported, early, late = sorted(three)
    parts = [
        PartSeries(
            str(key), tuple(one for one in data.draw(figures(small)) if one.as_of <= reported)
        )
        for key in range(3)
    ]

    before, after = (assess_sum([promise], parts, rule, on).status for on in (early, late))

    assert is_no_better(after, before)


@given(
    promises(values=counts, known=True),
    st.sampled_from(list(Measure)),
    days,
    st.integers(0, 2),
    st.data(),
)
def test_no_status_improves_because_a_part_went_missing(promise, measure, on, gone, data):
    rule = Rule(measure)
    parts = [PartSeries(str(key), tuple(data.draw(growing(measure)))) for key in range(3)]
    missing = [replace(one, figures=()) if at == gone else one for at, one in enumerate(parts)]

    before = assess_sum([promise], parts, rule, on).status
    after = assess_sum([promise], missing, rule, on).status

    assert claims_no_more(after, before)


@st.composite
def growing(draw, measure):
    """Figures as a part reports them: totals that grow, levels and ratios that do not fall below 0."""
    if measure is Measure.PER_PERIOD:
        return draw(per_period(counts))
    found = sorted(draw(st.lists(days, unique=True, max_size=4)))
    values = [draw(counts) for _ in found]
    if measure is Measure.RUNNING_TOTAL:
        values = sorted(values)
    if measure is Measure.RATIO:
        return [
            Figure(day, None, value, Decimal(40)) for day, value in zip(found, values, strict=True)
        ]
    return [Figure(day, value) for day, value in zip(found, values, strict=True)]


@given(
    promises(values=small, known=True),
    figures(values=small),
    rules,
    st.tuples(days, days),
    st.integers(1, 3000),
)
def test_no_status_improves_because_a_date_was_moved_without_a_new_figure(
    promise, found, rule, two, later
):
    moved_on, on = sorted(two)
    told = [one for one in found if one.as_of < moved_on]
    due = promise.due + timedelta(later)
    moved = replace(promise, number=2, announced=moved_on, due=due)
    before = assess([promise], told, rule, on)
    # A target that its last figure meets is kept by any date.
    assume(before.status not in RANK[:3])
    assume(before.present.value is None or not _meets(before.present))

    after = assess([promise, moved], told, rule, on)

    assert claims_no_more(after.status, before.status)
    assert after.original.status is before.status


def _meets(outcome):
    return outcome.value.meets(outcome.promise.target, outcome.promise.sense)


@given(
    st.lists(promises(values=small), min_size=1, max_size=3),
    figures(values=small),
    rules,
    days,
    st.randoms(),
)
def test_order_of_rows_does_not_matter(promised, found, rule, on, rnd):
    promised = [replace(one, number=number) for number, one in enumerate(promised, start=1)]
    shuffled = list(promised), list(found)
    for rows in shuffled:
        rnd.shuffle(rows)

    assert assess(*shuffled, rule, on) == assess(promised, found, rule, on)


@given(
    st.lists(promises(values=small), min_size=1, max_size=2),
    figures(values=small),
    rules,
    days,
)
def test_sum_of_one_part_is_that_part(promised, found, rule, on):
    promised = [replace(one, number=number) for number, one in enumerate(promised, start=1)]
    # Before every part is as of the due date, a falling level is not called achieved.
    assume(all(one.sense is Sense.AT_LEAST for one in promised))

    alone = assess(promised, found, rule, on)
    pooled = assess_sum(promised, [PartSeries("A", tuple(found))], rule, on)

    assert gist(pooled) == gist(alone)
    assert [one.status for one in pooled.outcomes] == [one.status for one in alone.outcomes]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=5),
    promises(sense=Sense.AT_LEAST),
)
def test_sum_of_ratios_is_the_ratio_of_the_sums(parts, promise):
    rule = Rule(Measure.RATIO)
    promise = replace(promise, baseline_on=None, waypoints=(), due=None)
    found = [
        PartSeries(str(key), (Figure(EPOCH, None, Decimal(part), Decimal(whole)),))
        for key, (part, whole) in enumerate(parts)
    ]
    single = Figure(
        EPOCH, None, Decimal(sum(one for one, _ in parts)), Decimal(sum(two for _, two in parts))
    )

    pooled = assess_sum([promise], found, rule, EPOCH)

    assert pooled.present.value.amount == single.amount
    assert pooled.status == assess([promise], [single], rule, EPOCH).status


@given(per_period(), days)
def test_periods_sum_to_the_running_total_they_make(found, on):
    running, total = [], Decimal(0)
    for one in found:
        total += one.value
        running.append(Figure(one.as_of, total))
    start = found[0].period_start
    promise = Promise(
        EPOCH, 1, Decimal(100), Sense.AT_LEAST, start + timedelta(500), Decimal(0), start
    )

    summed = assess([promise], found, Rule(Measure.PER_PERIOD), on)
    read = assess([promise], running, TOTAL, on)

    assert gist(summed) == gist(read)
