import dataclasses
from datetime import date, datetime
from decimal import Decimal
from enum import EnumType
from fractions import Fraction

import pytest

from programmes.calculations import choices
from programmes.calculations.assessment.assess import assess, assess_sum
from programmes.calculations.assessment.pace import NO_PACE
from programmes.calculations.assessment.promises import Promise, Waypoint, differ
from programmes.calculations.assessment.series import PartSeries
from programmes.calculations.choices import Measure, Qualifier, Sense, Status
from programmes.calculations.faults import Fault, FigureError, check_amount
from programmes.calculations.figures import Figure, Rule, known_figures, overlaps
from tests.calculations.builders import (
    LEVEL,
    PERIODS,
    RATIO,
    TOTAL,
    make_figure,
    make_promise,
    read_figure,
    several,
)
from tests.calculations.timelines import timeline

D = Decimal
DAY = date(2023, 6, 30)
ASSESSED = assess([make_promise()], [make_figure()], TOTAL, DAY)
POOLED = assess_sum([make_promise()], [PartSeries("A", (make_figure(),))], TOTAL, DAY)


def refusal(build, *args, **kwargs):
    with pytest.raises(FigureError) as refused:
        build(*args, **kwargs)
    assert str(refused.value).startswith(f"{refused.value.code.value}: ")
    return refused.value.code


@pytest.mark.parametrize(
    ("amount", "fault"),
    [
        (D("NaN"), Fault.NOT_A_NUMBER),
        (D("sNaN"), Fault.NOT_A_NUMBER),
        (D("Infinity"), Fault.NOT_A_NUMBER),
        (D("-Infinity"), Fault.NOT_A_NUMBER),
        (0.5, Fault.NOT_A_NUMBER),
        (5, Fault.NOT_A_NUMBER),
        (D("1" * 30), Fault.TOO_LONG),
        (D("0." + "1" * 30), Fault.TOO_LONG),
        (D("100000000000"), Fault.TOO_LONG),
        (D("1E+11"), Fault.TOO_LONG),
        (D("1E+999999999"), Fault.TOO_LONG),
        (D("1E-999999999"), Fault.TOO_LONG),
        (D("0.00001"), Fault.TOO_LONG),
        (D("1.23456"), Fault.TOO_LONG),
        (D("-1.23456"), Fault.TOO_LONG),
        (D("0.000010"), Fault.TOO_LONG),
    ],
)
def test_amount_refused_when_it_cannot_be_stored(amount, fault):
    assert refusal(check_amount, amount) == fault


@pytest.mark.parametrize(
    "amount",
    ["99999999999.9999", "-99999999999.9999", "0.0001", "1.23450000", "1E+10", "0", "0E+99", "-0"],
)
def test_amount_accepted_when_it_can_be_stored(amount):
    check_amount(D(amount))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: check_amount(D("NaN")), "not_a_number: Decimal('NaN')"),
        (lambda: check_amount(0.5), "not_a_number: 0.5"),
        (lambda: check_amount(D("0.00001")), "too_long: more than 11 digits or 4 decimals"),
        (lambda: make_figure(value=None), "no_value: a value, or numerator and denominator"),
        (
            lambda: make_figure(numerator=D(1), denominator=D(2)),
            "value_and_parts: a value, or numerator and denominator",
        ),
        (lambda: Figure(DAY, None, D(1), D(-2)), "denominator: -2 is not above 0"),
        (
            lambda: make_figure(period_start=date(2023, 7, 1)),
            "period_backwards: 2023-07-01 to 2023-06-30",
        ),
        (lambda: make_promise(corrects=2), "corrects_later: 1 corrects 2"),
        (
            lambda: make_promise(due=date(2020, 12, 31)),
            "due_before_baseline: 2020-12-31 < 2021-01-01",
        ),
        (lambda: make_promise(value=None), "no_target: only an abandoned promise has no value"),
        (
            lambda: make_promise(sense=Sense.AT_MOST, baseline=None),
            "at_most_without_baseline: at most needs a baseline",
        ),
        (
            lambda: make_promise(waypoints=(Waypoint(DAY, D(1)), Waypoint(DAY, D(2)))),
            "waypoints_same_date: two waypoints on one day",
        ),
        (
            lambda: make_promise(waypoints=(Waypoint(date(2024, 12, 31), D(1)),)),
            "waypoint_outside: 2024-12-31 is not before the due date",
        ),
        (lambda: Rule(Measure.LEVEL, 0), "interval: 0 months"),
        (lambda: Rule(Measure.LEVEL, 1, -1), "delay: -1 days"),
        (
            lambda: make_promise(announced_first=date(2021, 1, 2)),
            "announced_backwards: 2021-01-02 > 2021-01-01",
        ),
        (
            lambda: assess([make_promise(), make_promise()], [], TOTAL, DAY),
            "same_number: two entries of one number",
        ),
        (
            lambda: assess_sum(
                [make_promise()], [PartSeries("A", ()), PartSeries("A", ())], TOTAL, DAY
            ),
            "same_part: a part would be counted twice",
        ),
        (lambda: PERIODS.check_figures([make_figure()]), "period_missing: as of 2023-06-30"),
        (
            lambda: TOTAL.check_figures([make_figure(period_start=DAY)]),
            "period_unexpected: as of 2023-06-30",
        ),
        (
            lambda: TOTAL.check_figures([Figure(DAY, None, D(1), D(2))]),
            "parts_outside_ratio: as of 2023-06-30",
        ),
        (
            lambda: PERIODS.check_figures([make_figure(period_start=DAY)] * 2),
            "periods_overlap: a day would be counted twice",
        ),
        (
            lambda: TOTAL.check_figures([make_figure()] * 2),
            "same_date: one published figure a day",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_refusal_says_what_is_wrong(build, message):
    with pytest.raises(FigureError) as refused:
        build()

    assert str(refused.value) == message


def test_zero_with_a_huge_exponent_is_zero():
    assert make_figure(value=D("0E+999999999")).amount == 0


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"value": None}, Fault.NO_VALUE),
        ({"value": None, "numerator": D(1)}, Fault.NO_VALUE),
        ({"value": None, "denominator": D(1)}, Fault.NO_VALUE),
        ({"value": D(1), "numerator": D(1), "denominator": D(2)}, Fault.VALUE_AND_PARTS),
        ({"value": D(1), "numerator": D(1)}, Fault.VALUE_AND_PARTS),
        ({"value": D(1), "denominator": D(2)}, Fault.VALUE_AND_PARTS),
        ({"value": None, "numerator": D(1), "denominator": D(0)}, Fault.DENOMINATOR),
        ({"value": None, "numerator": D(1), "denominator": D(-2)}, Fault.DENOMINATOR),
        ({"value": None, "numerator": D("NaN"), "denominator": D(2)}, Fault.NOT_A_NUMBER),
        ({"value": None, "numerator": D(1), "denominator": D("NaN")}, Fault.NOT_A_NUMBER),
        ({"value": D("Infinity")}, Fault.NOT_A_NUMBER),
        ({"value": D("0.00001")}, Fault.TOO_LONG),
        ({"period_start": date(2023, 7, 1)}, Fault.PERIOD_BACKWARDS),
    ],
)
def test_figure_refused_when_impossible(overrides, fault):
    assert refusal(make_figure, **overrides) == fault


def test_figure_of_one_day_is_a_period():
    assert make_figure(period_start=DAY).period_start == DAY


def test_figure_with_a_zero_numerator():
    figure = Figure(DAY, None, D(0), D(60))

    assert (figure.amount, figure.part, figure.weight) == (0, 0, 60)


def test_figure_without_parts_has_no_weight():
    figure = make_figure(value=D("0.5"))

    assert (figure.amount, figure.part, figure.weight) == (Fraction(1, 2), 0, None)


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"value": None}, Fault.NO_TARGET),
        ({"value": D("NaN")}, Fault.NOT_A_NUMBER),
        ({"baseline": D("Infinity")}, Fault.NOT_A_NUMBER),
        ({"baseline": None, "sense": Sense.AT_MOST}, Fault.AT_MOST_WITHOUT_BASELINE),
        ({"due": date(2020, 12, 31)}, Fault.DUE_BEFORE_BASELINE),
        ({"due": date(2020, 12, 31), "abandoned": True}, Fault.DUE_BEFORE_BASELINE),
        ({"waypoints": (Waypoint(date(2021, 1, 1), D(1)),)}, Fault.WAYPOINT_OUTSIDE),
        ({"waypoints": (Waypoint(date(2024, 12, 31), D(1)),)}, Fault.WAYPOINT_OUTSIDE),
        ({"waypoints": (Waypoint(DAY, D(1)), Waypoint(DAY, D(2)))}, Fault.WAYPOINTS_SAME_DATE),
        ({"corrects": 1}, Fault.CORRECTS_LATER),
        ({"corrects": 2}, Fault.CORRECTS_LATER),
    ],
)
def test_promise_refused_when_impossible(overrides, fault):
    assert refusal(make_promise, **overrides) == fault


@pytest.mark.parametrize(
    "overrides",
    [
        {"due": date(2021, 1, 1)},
        {"due": None, "waypoints": (Waypoint(DAY, D(1)),)},
        {"baseline_on": None, "waypoints": (Waypoint(DAY, D(1)),)},
        {"baseline_on": None, "due": date(1999, 1, 1)},
        {"waypoints": (Waypoint(date(2021, 1, 2), D(1)), Waypoint(date(2024, 12, 30), D(2)))},
        {"value": None, "abandoned": True},
        {"value": None, "abandoned": True, "sense": Sense.AT_MOST, "baseline": None},
        {"number": 2, "corrects": 1},
    ],
)
def test_promise_accepted_at_the_limits(overrides):
    assert make_promise(**overrides).number == overrides.get("number", 1)


def test_waypoint_refused_when_not_a_number():
    assert refusal(Waypoint, DAY, D("NaN")) == Fault.NOT_A_NUMBER


def test_waypoints_are_kept_in_order_of_time():
    late, early = Waypoint(DAY, D(2)), Waypoint(date(2022, 1, 1), D(1))

    assert make_promise(waypoints=[late, early]).waypoints == (early, late)


def test_target_of_an_abandoned_promise_is_none_even_with_a_value():
    assert make_promise(abandoned=True).target is None


@pytest.mark.parametrize("months", [0, -1])
def test_rule_refused_with_an_interval_below_one_month(months):
    assert refusal(Rule, Measure.LEVEL, months) == Fault.INTERVAL


def test_rule_accepted_with_an_interval_of_one_month():
    assert Rule(Measure.LEVEL, 1).interval_months == 1


def test_rule_expects_a_figure_every_twelve_months_unless_said():
    assert Rule(Measure.LEVEL).interval_months == 12


def test_stored_strings_become_members():
    promise = Promise(DAY, 1, D(20), "at_most", None, D(40), None)
    figure = Figure(DAY, D(30), qualifier="about")

    assert promise.sense is Sense.AT_MOST
    assert figure.qualifier is Qualifier.ABOUT
    assert Rule("level").measure is Measure.LEVEL
    with pytest.raises(ValueError, match="not a valid Sense"):
        Promise(DAY, 1, D(20), "fewer", None, D(40), None)


@pytest.mark.parametrize("rule", [TOTAL, PERIODS, LEVEL, RATIO])
def test_at_most_accepted_on_every_measure(rule):
    assert assess([make_promise(sense=Sense.AT_MOST)], [], rule, DAY).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("published", "ended", "known", "stands"),
    [
        (None, None, 5, True),
        (None, None, None, True),
        (5, None, 4, False),
        (5, None, 5, True),
        (5, None, None, True),
        (5, 7, 6, True),
        (5, 7, 7, False),
        (5, 7, None, False),
        (None, 7, 6, True),
    ],
)
def test_figures_known_from_their_publication_until_their_end(published, ended, known, stands):
    def moment(hour):
        return None if hour is None else datetime(2024, 1, 1, hour)

    figure = make_figure(published_at=moment(published), ended_at=moment(ended))

    assert known_figures([figure], moment(known)) == ((figure,) if stands else ())


@pytest.mark.parametrize(
    ("overrides", "different"),
    [
        ({"announced": DAY, "number": 2, "announced_first": DAY}, False),
        ({"number": 2, "corrects": 1}, False),
        ({"published_at": datetime(2024, 1, 1), "ended_at": datetime(2024, 2, 1)}, False),
        ({"value": D("1000.0")}, False),
        ({"value": D(1001)}, True),
        ({"due": date(2025, 1, 1)}, True),
        ({"baseline": D(1)}, True),
        ({"baseline_on": date(2021, 1, 2)}, True),
        ({"sense": Sense.AT_MOST}, True),
        ({"qualifier": Qualifier.ABOUT}, True),
        ({"definition": (("en", "started"),)}, True),
        ({"waypoints": (Waypoint(DAY, D(1)),)}, True),
        ({"abandoned": True}, True),
    ],
)
def test_differ_of_two_announcements(overrides, different):
    other = make_promise(**overrides)

    assert (differ(make_promise(), other), differ(other, make_promise())) == (different, different)


FR, AR, OTHER_FR, OTHER_AR = ("fr", "inscrits"), ("ar", "المسجلون"), ("fr", "admis"), ("ar", "غيره")


@pytest.mark.parametrize(
    ("earlier", "later", "different"),
    [
        ((FR,), (FR,), False),
        ((FR,), (OTHER_FR,), True),
        ((FR,), (FR, AR), False),
        ((FR,), (AR,), True),
        ((AR,), (FR, AR), False),
        ((FR, AR), (FR,), False),
        ((FR, AR), (AR,), True),
        # a mistranslation is no other promise
        ((FR, AR), (FR, OTHER_AR), False),
        ((FR, AR), (OTHER_FR, AR), True),
    ],
)
def test_definitions_are_compared_in_the_first_language_of_the_earlier_one(
    earlier, later, different
):
    one, other = make_promise(definition=earlier), make_promise(number=2, definition=later)
    assert differ(one, other) == different


@pytest.mark.parametrize(
    ("measure", "decimals", "places"),
    [
        ("running_total", 0, 0),
        ("level", 2, 2),
        ("ratio", 0, 2),
        ("ratio", 1, 3),
        ("level", None, None),
    ],
)
def test_rule_cuts_a_ratio_to_the_decimals_of_its_percentage(measure, decimals, places):
    assert Rule(Measure(measure), decimals=decimals).places == places


def test_rule_never_leaves_the_calendar():
    rule = Rule(Measure.LEVEL, 12, 90)

    assert rule.recent_until(date(9998, 6, 1)) == date.max
    assert rule.later(date(9999, 12, 1)) == date.max


@pytest.mark.parametrize(
    ("rule", "figures", "fault"),
    [
        (TOTAL, "2023-01-01/2023-06-30=5", Fault.PERIOD_UNEXPECTED),
        (LEVEL, "2023-01-01/2023-06-30=5", Fault.PERIOD_UNEXPECTED),
        (PERIODS, "2023-06-30=5", Fault.PERIOD_MISSING),
        (TOTAL, "2023-06-30=5|6", Fault.PARTS_OUTSIDE_RATIO),
        (LEVEL, "2023-06-30=5|6", Fault.PARTS_OUTSIDE_RATIO),
        (PERIODS, "2023-01-01/2023-06-30=5|6", Fault.PARTS_OUTSIDE_RATIO),
        (TOTAL, "2023-06-30=5; 2023-06-30=6", Fault.SAME_DATE),
        (RATIO, "2023-06-30=5|6; 2022-06-30=1; 2023-06-30=0.5", Fault.SAME_DATE),
        (PERIODS, "2023-01-01/2023-06-30=5; 2023-06-30/2023-12-31=6", Fault.PERIODS_OVERLAP),
    ],
)
def test_figures_refused_when_they_contradict_their_measure(rule, figures, fault):
    promise = make_promise(baseline_on=None)
    found = several(figures, read_figure)

    assert refusal(assess, [promise], found, rule, date(2024, 1, 1)) == fault


def test_figures_are_checked_in_any_order():
    figures = [make_figure(DAY), make_figure(date(2022, 1, 1)), make_figure(DAY)]

    assert refusal(TOTAL.check_figures, figures) == Fault.SAME_DATE


@pytest.mark.parametrize(
    "thing",
    [
        make_figure(),
        make_promise(),
        Waypoint(DAY, D(1)),
        TOTAL,
        PartSeries("A", ()),
        NO_PACE,
        ASSESSED,
        ASSESSED.present,
        ASSESSED.present.start,
        ASSESSED.present.baseline,
        ASSESSED.present.value,
        POOLED.present.value.coverage,
        POOLED.present.value.coverage.reports[0],
        timeline([make_promise()], [], TOTAL)[0],
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_inputs_and_results_cannot_be_changed(thing):
    field = dataclasses.fields(thing)[0].name

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(thing, field, None)


@pytest.mark.parametrize(
    ("figures", "pairs"),
    [
        ("", ""),
        ("2023-01-01/2023-06-30=1", ""),
        ("2023-01-01/2023-06-30=1; 2023-07-01/2023-12-31=2", ""),
        ("2023-07-01/2023-12-31=2; 2023-01-01/2023-07-01=1", "12"),
        ("2023-01-01/2023-12-31=1; 2023-02-01/2023-02-28=2; 2023-04-01/2023-04-30=3", "12 13"),
        ("2023-01-01/2023-01-31=1; 2023-02-01/2023-12-31=2; 2023-04-01/2023-04-30=3", "23"),
        ("2023-01-01/2023-06-30=1; 2023-01-01/2023-06-30=2", "12"),
        ("2023-01-01/2023-12-31=2; 2023-01-01/2023-06-30=1; 2023-07-01/2024-01-31=3", "12 23"),
        ("2023-06-30=1; 2023-06-30=2", ""),
        ("2023-01-01/2023-06-30=1; 2023-02-01/2023-06-30=2; 2023-06-30/2023-07-31=3", "12 13"),
    ],
)
def test_overlaps_of_periods(figures, pairs):
    found = overlaps(several(figures, read_figure))

    assert " ".join(f"{one.value}{two.value}" for one, two in found) == pairs


def test_values_of_closed_sets_are_plain_lower_case_names():
    sets = [one for one in vars(choices).values() if isinstance(one, EnumType)]

    assert len(sets) > 8
    for closed in (*(one for one in sets if len(one)), Fault):
        for member in closed:
            assert (str(member), member.value) == (member.name.lower(), member.name.lower())
