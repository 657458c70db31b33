from datetime import date
from decimal import Decimal

import pytest

from programmes.calculations.figures import (
    Fault,
    Figure,
    FigureError,
    Qualifier,
    Sense,
    Status,
)
from programmes.calculations.rollup import Part, difference, roll_up
from tests.calculations.builders import (
    LEVEL,
    RATIO,
    TOTAL,
    day,
    make_figure,
    make_promise,
    name_of,
    read_part,
    read_promise,
    read_rule,
    rows,
    several,
)
from tests.calculations.test_cases import computed

D = Decimal
ON = date(2023, 6, 30)


def parts_of(row):
    return [read_part(text.strip()) for text in row["parts"].split("&") if text.strip()]


def rolled(row, backwards=False):
    promises, parts = several(row["whole"], read_promise), parts_of(row)
    if backwards:
        parts = [Part(one.key, one.promises[::-1], one.figures[::-1]) for one in parts]
    rule = read_rule(row["measure"], row["interval"])
    return roll_up(promises, parts, rule, day(row["on"]))


@pytest.mark.parametrize("row", rows("rollup"), ids=name_of)
def test_roll_up_of_each_case(row):
    result = rolled(row)
    current = result.current

    assert (
        current.value if current else None,
        current.as_of if current else None,
        f"{result.covered}/{result.total}",
        " ".join(result.missing),
        result.progress,
        result.expected_value,
        result.reported_progress,
        result.expected_progress,
        result.status,
        result.against_original,
    ) == (
        computed(row["value"]),
        day(row["as_of"]),
        row["covered"],
        row["missing"],
        computed(row["progress"]),
        computed(row["expected_value"]),
        computed(row["reported_progress"]),
        computed(row["expected_progress"]),
        Status(row["status"]),
        None,
    )


@pytest.mark.parametrize("row", rows("rollup"), ids=name_of)
def test_roll_up_does_not_depend_on_the_order_of_input(row):
    assert rolled(row, backwards=True) == rolled(row)


def part(key, *figures, **overrides):
    return Part(key, (make_promise(**overrides),), figures)


def test_coverage_is_complete_only_with_every_part():
    one, other = part("A", make_figure()), part("B")

    assert roll_up([make_promise()], [one, other], TOTAL, ON).complete is False
    assert roll_up([make_promise()], [one], TOTAL, ON).complete is True
    assert roll_up([make_promise()], [], TOTAL, ON).complete is False


def test_coverage_is_complete_with_any_number_of_parts():
    many = [part(str(key), make_figure()) for key in range(1000)]

    assert roll_up([make_promise()], many, TOTAL, ON).complete is True


def test_part_given_twice_is_refused():
    with pytest.raises(FigureError) as refused:
        roll_up([make_promise()], [part("A"), part("A")], TOTAL, ON)

    assert refused.value.code == Fault.SAME_PART
    assert str(refused.value) == "same_part: a part would be counted twice"


def test_at_most_refused_on_a_total_and_on_its_parts():
    at_most = {"sense": Sense.AT_MOST}
    for whole, one in [
        (make_promise(**at_most), part("A")),
        (make_promise(), part("A", **at_most)),
    ]:
        with pytest.raises(FigureError) as refused:
            roll_up([whole], [one], TOTAL, ON)
        assert refused.value.code == Fault.AT_MOST_TOTAL


def test_abandoned_and_unweighted_parts_are_named():
    promise = make_promise(value=D("0.8"), baseline=D(0))
    given_up = Part("A", (promise, make_promise(number=2, value=None, abandoned=True)), ())
    bare = Part("B", (promise,), (make_figure(value=D("0.5")),))
    silent = Part("C", (promise,), ())

    result = roll_up([promise], [given_up, bare, silent], RATIO, ON)

    assert (result.abandoned, result.unweighted, result.missing) == (("A",), ("B",), ("B", "C"))


def test_pooled_value_names_its_parts_and_dates():
    late = part("A", make_figure(value=D(300)))
    early = part("B", make_figure(date(2022, 6, 30), D("100.5"), qualifier=Qualifier.MORE_THAN))

    pooled = roll_up([make_promise()], [late, early], TOTAL, ON).current

    assert [(one.key, one.current.value) for one in pooled.contributions] == [
        ("A", 300),
        ("B", D("100.5")),
    ]
    assert (pooled.as_of, pooled.newest) == (date(2022, 6, 30), ON)
    assert (pooled.shown, pooled.qualifier) == (D("400.5"), Qualifier.MORE_THAN)


def test_promise_and_original_of_a_whole():
    first, last = make_promise(), make_promise(number=2, value=D(2000))

    result = roll_up([last, first], [], TOTAL, ON)

    assert (result.promise, result.original) == (last, first)
    assert (result.against_original.promise, result.against_original.original) == (first, first)
    assert result.status_against_original is Status.NO_DATA


def test_status_against_original_takes_the_original_promises_of_the_parts():
    first = make_promise(due=date(2022, 12, 31))
    later = make_promise(number=2, due=date(2024, 12, 31))
    one = Part("A", (first, later), (make_figure(date(2022, 12, 31), D(500)),))

    result = roll_up([first, later], [one], TOTAL, ON)

    assert (result.status, result.status_against_original) == (Status.ON_TRACK, Status.MISSED)
    assert result.against_original.expected_value == 1000


def test_status_against_original_is_none_for_the_same_terms():
    same = [make_promise(), make_promise(number=2)]

    assert roll_up(same, [], TOTAL, ON).status_against_original is None


def test_value_that_settled_a_missed_level_is_stated():
    promise = make_promise(value=D(500))
    judged, later = make_figure(date(2025, 1, 31), D(400)), make_figure(date(2025, 6, 30), D(600))

    result = roll_up([promise], [Part("A", (promise,), (judged, later))], LEVEL, date(2025, 12, 31))

    assert result.status is Status.MISSED
    assert (result.current.value, result.stated.value, result.decided_by.value) == (600, 400, 400)


def test_value_without_a_verdict_is_settled_by_nothing():
    result = roll_up([make_promise()], [part("A", make_figure())], TOTAL, ON)

    assert (result.decided_by, result.stated) == (None, result.current)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [(("600", "400"), "0"), (("600", "300.5"), "-99.5"), (("600", "600"), "200")],
)
def test_difference_of_the_parts_from_the_whole(targets, expected):
    parts = [part(str(index), value=D(target)) for index, target in enumerate(targets)]

    assert difference([make_promise()], parts, TOTAL, ON) == D(expected)


def test_difference_leaves_out_parts_abandoned_or_not_yet_promised():
    parts = [
        part("A"),
        part("B", value=None, abandoned=True),
        part("C", announced=date(2023, 7, 1)),
    ]

    assert difference([make_promise()], parts, TOTAL, ON) == 0


@pytest.mark.parametrize(
    ("whole", "parts", "rule"),
    [
        ([make_promise()], [part("A")], RATIO),
        ([], [part("A")], TOTAL),
        ([make_promise(value=None, abandoned=True)], [part("A")], TOTAL),
        ([make_promise()], [], TOTAL),
        ([make_promise()], [part("A", value=None, abandoned=True)], TOTAL),
    ],
)
def test_difference_is_none_when_there_is_nothing_to_add(whole, parts, rule):
    assert difference(whole, parts, rule, ON) is None


def test_pooled_ratio_with_a_zero_numerator():
    promise = make_promise(value=D("0.8"))
    one = Part("A", (promise,), (Figure(ON, None, D(0), D(10)),))
    other = Part("B", (promise,), (Figure(ON, None, D(5), D(10)),))

    assert roll_up([promise], [one, other], RATIO, ON).current.shown == D("0.25")
