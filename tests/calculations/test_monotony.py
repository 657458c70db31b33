"""What may not make a promise look better, for every measure, over all the days of its history."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure
from programmes.calculations.figures import Figure, Rule
from tests.calculations.builders import make_promise
from tests.calculations.test_properties import (
    RANK,
    claims_no_more,
    counts,
    days,
    growing,
    is_no_better,
    promises,
)
from tests.calculations.timelines import assessment_on, timeline, timeline_of_sum

pytestmark = pytest.mark.slow

MEASURES = list(Measure)


def numbered(promised):
    return [replace(one, number=number) for number, one in enumerate(promised, start=1)]


@st.composite
def announcements(draw, most=3):
    """Announcements of one promise, in the order they were made."""
    found = draw(st.lists(promises(values=counts), min_size=1, max_size=most))
    made = sorted(draw(days) for _ in found)
    return numbered([replace(one, announced=on) for one, on in zip(found, made, strict=True)])


@st.composite
def parts_of(draw, measure):
    return [PartSeries(str(key), tuple(draw(growing(measure)))) for key in range(3)]


def assert_no_step_improves(steps, rows):
    """That a status improves on no day without a row of its own: of the target, and against its original and present
    announcement. Against those between, a step is made by the days of the others alone."""
    for one, two in pairwise(steps):
        if two.first in rows:
            continue
        assert is_no_better(two.assessment.status, one.assessment.status), two.first
        for earlier, later in (
            (one.assessment.original, two.assessment.original),
            (one.assessment.present, two.assessment.present),
        ):
            assert (earlier is None) is (later is None), two.first
            if earlier and later:
                assert is_no_better(later.status, earlier.status), two.first


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@given(promised=announcements(), data=st.data(), delay=st.sampled_from([0, 60]))
def test_no_step_improves_without_a_row_of_its_day(measure, promised, data, delay):
    found = data.draw(growing(measure))
    rows = {one.announced for one in promised} | {one.as_of for one in found}

    assert_no_step_improves(timeline(promised, found, Rule(measure, 12, delay)), rows)


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@given(promised=announcements(), data=st.data())
def test_no_step_of_a_sum_improves_without_a_row_of_its_day(measure, promised, data):
    parts = data.draw(parts_of(measure))
    rows = {one.announced for one in promised}
    rows |= {figure.as_of for part in parts for figure in part.figures}

    assert_no_step_improves(timeline_of_sum(promised, parts, Rule(measure)), rows)


def test_whole_met_by_a_minority_of_its_parts_is_no_better_the_day_after_its_due_date():
    due = date(2023, 12, 31)
    promise = make_promise(value=Decimal(100), due=due, baseline=None, baseline_on=None)
    parts = [
        PartSeries("a", (Figure(due, Decimal(120)),)),
        PartSeries("b", ()),
        PartSeries("c", ()),
    ]

    steps = timeline_of_sum([promise], parts, Rule(Measure.LEVEL))

    assert_no_step_improves(steps, {promise.announced, due})


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@given(
    promise=promises(values=counts, known=True),
    data=st.data(),
    moved_on=days,
    later=st.integers(1, 3000),
)
def test_no_day_of_a_sum_improves_because_a_date_was_moved(measure, promise, data, moved_on, later):
    told = [
        replace(part, figures=tuple(one for one in part.figures if one.as_of < moved_on))
        for part in data.draw(parts_of(measure))
    ]
    moved = replace(promise, number=2, announced=moved_on, due=promise.due + timedelta(later))

    before = timeline_of_sum([promise], told, Rule(measure))
    after = timeline_of_sum([promise, moved], told, Rule(measure))

    assert_claims_no_more(after, before, moved_on)


@pytest.mark.parametrize("measure", [Measure.PER_PERIOD, Measure.RATIO])
@given(
    promise=promises(values=counts, known=True),
    data=st.data(),
    moved_on=days,
    later=st.integers(1, 3000),
)
def test_no_day_improves_because_a_date_was_moved(measure, promise, data, moved_on, later):
    told = [one for one in data.draw(growing(measure)) if one.as_of < moved_on]
    moved = replace(promise, number=2, announced=moved_on, due=promise.due + timedelta(later))

    before = timeline([promise], told, Rule(measure))
    after = timeline([promise, moved], told, Rule(measure))

    assert_claims_no_more(after, before, moved_on)


def assert_claims_no_more(after, before, since):
    """That no day from one on claims more than before, of a promise that its last figure does not keep."""
    firsts = {step.first for step in (*after, *before) if step.first > since} | {since}
    for day in sorted(firsts):
        two, one = assessment_on(after, day), assessment_on(before, day)
        present = one.present
        assume(present is not None)
        if one.status in RANK[:3] or (
            present.value and present.value.meets(present.promise.target, present.promise.sense)
        ):
            continue  # a target that its last figure meets is kept by any date
        assert claims_no_more(two.status, one.status), day


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@given(promised=announcements(), data=st.data(), rnd=st.randoms())
def test_order_of_rows_and_of_parts_does_not_matter(measure, promised, data, rnd):
    parts, rule = data.draw(parts_of(measure)), Rule(measure)
    shuffled = [replace(part, figures=_shuffled(part.figures, rnd)) for part in parts]

    whole = timeline_of_sum(promised, parts, rule)
    again = timeline_of_sum(_shuffled(promised, rnd), _shuffled(shuffled, rnd), rule)
    assert [_gist(step) for step in again] == [_gist(step) for step in whole]

    own = timeline(promised, parts[0].figures, rule)
    assert timeline(_shuffled(promised, rnd), shuffled[0].figures, rule) == own


def _shuffled(rows, rnd):
    found = list(rows)
    rnd.shuffle(found)
    return tuple(found)


def _gist(step):
    """What a step of a sum says, in whatever order its parts are named."""
    one = step.assessment
    said = [
        (outcome.status, outcome.progress, outcome.expected_progress) for outcome in one.outcomes
    ]
    value = one.present and one.present.value
    return step.first, one.status, said, value and (value.amount, value.as_of, set(value.missing))


def test_status_that_improves_without_a_row_would_be_seen():
    late = make_promise(due=date(2023, 12, 31))
    steps = timeline([late], [], Rule(Measure.RUNNING_TOTAL))

    assert_no_step_improves(steps[1:], set())
    with pytest.raises(AssertionError):
        assert_no_step_improves(steps[:0:-1], set())
