"""Which announcement is in force, which came first, and how far the promise was moved."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from programmes.calculations.assessment.announcements import announcement_history
from programmes.calculations.assessment.assess import assess
from programmes.calculations.assessment.slippage import Slippage
from programmes.calculations.choices import Qualifier, Status
from tests.calculations.builders import LEVEL, TOTAL, make_figure, make_promise

D = Decimal
ON = date(2023, 6, 30)
MARCH, APRIL, MAY = (datetime(2024, month, 1, 12) for month in (3, 4, 5))


def present_on(promises, day):
    outcome = assess(promises, [], TOTAL, day).present
    return outcome and outcome.promise


def numbers(history):
    return [one.number for one in history.announcements]


def test_announcements_are_in_order_of_their_day_then_their_number():
    late, second, first = (
        make_promise(announced=date(2023, 1, 1), number=1),
        make_promise(number=3),
        make_promise(number=2),
    )

    history = announcement_history([late, second, first])

    assert numbers(history) == [2, 3, 1]
    assert history.made_by(date(2022, 12, 31)) == (first, second)
    assert present_on([late, second, first], date(2022, 12, 31)) == second
    assert present_on([late, second, first], ON) == late
    assert present_on([late, second, first], date(2020, 12, 31)) is None
    assert history.original == first


def test_correction_takes_the_place_of_its_entry():
    first = make_promise()
    typo = make_promise(announced=date(2022, 1, 1), number=2, value=D(9))
    later = make_promise(announced=date(2022, 6, 1), number=3, value=D(2000))
    correction = make_promise(announced=date(2022, 9, 1), number=4, value=D(900), corrects=2)

    history = announcement_history([later, correction, typo, first])

    assert history.announcements == (first, correction, later)
    assert present_on([later, correction, typo, first], date(2023, 1, 1)) == later
    # its own day is another one than that of its entry: before that, nothing was announced
    assert history.made_by(date(2022, 6, 30)) == (first, later)


def test_correction_chain_of_a_hundred():
    chain = [
        make_promise(number=1),
        *(make_promise(number=n, corrects=n - 1) for n in range(2, 102)),
    ]
    other = make_promise(announced=date(2021, 6, 1), number=200)

    history = announcement_history([other, *reversed(chain)])

    assert numbers(history) == [101, 200]
    assert history.original == chain[-1]


def test_correction_is_known_from_its_publication_on():
    typo = make_promise(value=D(9000), published_at=MARCH, ended_at=APRIL)
    correction = make_promise(number=2, corrects=1, published_at=APRIL)

    assert announcement_history([typo, correction], MARCH).announcements == (typo,)
    assert announcement_history([typo, correction], APRIL).announcements == (correction,)
    assert announcement_history([typo, correction]).original == correction


def test_original_is_the_earliest_of_those_published_on_the_first_day():
    found_later = make_promise(announced=date(2019, 1, 1), number=3, published_at=APRIL)
    first = make_promise(announced=date(2020, 1, 1), number=2, published_at=MARCH.replace(hour=18))
    second = make_promise(number=1, published_at=MARCH)

    history = announcement_history([found_later, first, second])

    assert numbers(history) == [3, 2, 1]
    assert history.original == first


def test_original_as_stored():
    found_later = make_promise(announced=date(2019, 1, 1), number=2, published_at=APRIL)
    first = make_promise(published_at=MARCH)

    assert announcement_history([found_later, first], original=2).original == found_later


def test_original_as_stored_before_its_correction():
    typo = make_promise(published_at=MARCH, ended_at=APRIL)
    correction = make_promise(number=3, corrects=1, published_at=APRIL)
    other = make_promise(announced=date(2020, 1, 1), number=2, published_at=MAY)

    assert announcement_history([typo, correction, other], original=1).original == correction
    # the entry itself is not given: the correction names it
    assert announcement_history([correction, other], original=1).original == correction


def test_announcement_found_later_starts_on_its_own_day():
    found_later = make_promise(
        announced=date(2019, 1, 1), number=2, baseline_on=None, published_at=APRIL
    )
    first = make_promise(baseline_on=None, published_at=MARCH)

    result = assess([found_later, first], [], TOTAL, ON)

    assert [one.start.first for one in result.outcomes] == [date(2019, 1, 1), date(2021, 1, 1)]


def test_withdrawn_announcement_keeps_its_verdict_and_is_never_present():
    withdrawn = make_promise(number=2, value=D(400), ended_at=APRIL)

    before = assess([make_promise(), withdrawn], [make_figure()], TOTAL, ON, MARCH)
    after = assess([make_promise(), withdrawn], [make_figure()], TOTAL, ON, APRIL)

    assert (before.status, after.status) == (Status.ACHIEVED, Status.BEHIND)
    assert [(one.status, one.withdrawn) for one in after.outcomes] == [
        (Status.BEHIND, False),
        (Status.ACHIEVED, True),
    ]


def test_withdrawn_original_remains_the_original():
    first = make_promise(value=D(400), ended_at=MARCH, published_at=MARCH)
    second = make_promise(announced=date(2022, 1, 1), number=2, published_at=APRIL)

    result = assess([first, second], [make_figure()], TOTAL, ON)

    assert (result.original.promise, result.original.withdrawn) == (first, True)
    assert (result.original.status, result.status) == (Status.ACHIEVED, Status.BEHIND)
    assert result.against_original == result.original


def test_everything_withdrawn():
    result = assess([make_promise(ended_at=APRIL)], [make_figure()], TOTAL, ON)

    assert (result.status, result.present) == (Status.WITHDRAWN, None)
    assert result.original.status is Status.BEHIND


def test_what_ended_without_a_correction_keeps_its_verdict():
    aside = make_promise(published_at=MARCH, ended_at=APRIL)
    history = announcement_history([aside])

    assert (history.announcements, history.withdrawn) == ((aside,), frozenset({1}))
    assert assess([aside], [], TOTAL, ON, MARCH).status is Status.NO_DATA
    assert assess([aside], [], TOTAL, ON).original.status is Status.NO_DATA


def test_correction_of_the_original_that_was_set_aside_stays_the_original():
    entry = make_promise(published_at=MARCH, ended_at=APRIL)
    corrected = make_promise(
        number=2, value=D(900), corrects=1, published_at=APRIL, ended_at=datetime(2025, 5, 1)
    )
    history = announcement_history([entry, corrected], original=1)

    assert (history.announcements, history.original) == ((corrected,), corrected)


def test_present_original_has_no_second_status():
    result = assess([make_promise()], [make_figure()], TOTAL, ON)

    assert result.against_original is None
    assert result.original == result.present


def moved(number, on, **terms):
    return make_promise(number=number, announced=on, **terms)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([], None),
        ([moved(2, ON)], Slippage(0, 0, 0, False)),
        ([moved(2, ON, due=date(2027, 6, 30))], Slippage(1, 30, 0, False)),
        ([moved(2, ON, due=date(2023, 12, 31))], Slippage(1, -12, 0, False)),
        ([moved(2, ON, due=None)], Slippage(1, None, 0, False)),
        ([moved(2, ON, value=D(1250))], Slippage(1, 0, Fraction(1, 4), False)),
        ([moved(2, ON, value=D(900))], Slippage(1, 0, Fraction(-1, 10), False)),
        ([moved(2, ON, qualifier=Qualifier.ABOUT)], Slippage(1, 0, 0, False)),
        ([moved(2, ON, definition=(("en", "started"),))], Slippage(1, 0, 0, False)),
        ([moved(2, ON, baseline=D(1))], Slippage(1, 0, 0, False)),
        (
            [moved(2, date(2025, 1, 1), due=date(2025, 12, 31))],
            Slippage(1, 12, 0, True),
        ),
        (
            [moved(2, date(2024, 12, 31), due=date(2025, 12, 31))],
            Slippage(1, 12, 0, False),
        ),
        (
            [
                moved(2, date(2023, 1, 1), due=date(2025, 12, 31)),
                moved(3, date(2024, 1, 1), due=date(2026, 12, 31), value=D(2000)),
                moved(4, date(2025, 1, 1), value=None, abandoned=True),
            ],
            Slippage(2, 24, 1, False),
        ),
        ([moved(2, ON, due=date(2027, 6, 30), ended_at=APRIL)], None),
    ],
)
def test_slippage_since_the_first_promise(later, expected):
    on = date(2026, 1, 1)

    assert assess([*later, make_promise()], [], TOTAL, on).slippage == expected


def test_slippage_has_no_percentage_of_nothing():
    first, second = make_promise(value=D(0), baseline=None), moved(2, ON, value=D(5))

    assert assess([first, second], [], TOTAL, ON).slippage.value_change is None


def test_slippage_leaves_out_what_was_found_later_of_an_earlier_date():
    found_later = moved(3, date(2019, 1, 1), due=date(2022, 1, 1), published_at=APRIL)
    first = make_promise(published_at=MARCH)
    second = moved(2, date(2022, 1, 1), due=date(2025, 12, 31), published_at=MARCH)

    assert assess([found_later, first, second], [], TOTAL, ON).slippage == Slippage(1, 12, 0, False)


FIRST = make_promise(due=date(2021, 12, 31), published_at=MARCH)
SECOND = moved(2, date(2022, 6, 1), due=date(2024, 8, 31), published_at=MARCH)
# Announced between the two, before the due date of the first had passed, and entered on a later day.
BETWEEN = moved(3, date(2021, 9, 15), due=date(2024, 8, 31), published_at=APRIL)


@pytest.mark.parametrize(
    "on", [date(2021, 9, 15), date(2021, 12, 31), date(2022, 1, 1), date(2022, 6, 1), ON]
)
def test_announcement_found_later_between_two_others_changes_no_day_that_has_passed(on):
    before = assess([FIRST, SECOND], [make_figure()], TOTAL, on)
    after = assess([FIRST, BETWEEN, SECOND], [make_figure()], TOTAL, on)

    assert (after.status, after.present, after.original) == (
        before.status,
        before.present,
        before.original,
    )
    assert (after.slippage, after.announced) == (before.slippage, before.announced)
    # it keeps a verdict of its own
    assert 3 in [one.promise.number for one in after.outcomes]


def test_move_after_the_due_date_stays_one_whatever_is_found_later():
    assert assess([FIRST, BETWEEN, SECOND], [], TOTAL, ON).slippage == Slippage(1, 32, 0, True)


def test_announcement_entered_on_the_same_day_is_not_found_later():
    beside = moved(3, BETWEEN.announced, due=date(2024, 8, 31), published_at=MARCH)

    history = announcement_history([FIRST, beside, SECOND])

    assert (history.found_later, history.left_out) == (frozenset(), frozenset())


def test_announcement_found_later_counts_where_what_was_announced_after_it_was_withdrawn():
    second = moved(2, SECOND.announced, due=date(2026, 8, 31), published_at=MARCH, ended_at=MAY)
    terms = [FIRST, BETWEEN, second], [], TOTAL, ON

    before, after = assess(*terms, known=APRIL), assess(*terms)

    assert (before.present.promise.number, before.slippage.moved_after_due) == (2, True)
    assert (after.present.promise.number, after.slippage) == (3, Slippage(1, 32, 0, False))
    # found later it stays, for whoever reads the list
    assert announcement_history(terms[0]).found_later == {3}


def test_announcement_found_later_counts_while_nothing_else_was_announced():
    found = moved(3, date(2019, 1, 1), published_at=APRIL)

    result = assess([FIRST, found], [], TOTAL, date(2020, 6, 30))

    assert (result.present.promise.number, result.original) == (3, None)


def test_what_a_proposal_made_the_original_counts_as_such():
    found = moved(3, date(2019, 1, 1), due=date(2021, 6, 30), published_at=APRIL)

    result = assess([FIRST, found, SECOND], [], TOTAL, ON, original=3)

    assert (result.original.promise.number, result.slippage) == (3, Slippage(2, 38, 0, True))
    assert announcement_history([FIRST, found, SECOND], original=3).found_later == frozenset()


@pytest.mark.parametrize(
    ("as_of", "status", "as_last_measured"),
    [
        (date(2024, 12, 31), Status.ACHIEVED, False),
        (date(2024, 6, 30), Status.ACHIEVED, True),
        (date(2023, 6, 30), Status.DUE_DATE_PASSED, None),
    ],
)
def test_level_that_met_its_target_before_the_due_date_says_that_it_was_so_when_last_measured(
    as_of, status, as_last_measured
):
    figures = [make_figure(as_of, D(1000))]
    present = assess([make_promise()], figures, LEVEL, date(2025, 1, 1)).present
    verdict = present.verdict
    assert (present.status, verdict and verdict.as_last_measured) == (status, as_last_measured)
