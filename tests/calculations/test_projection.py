"""Where the recent pace leads, no further than the due date."""

from datetime import date
from fractions import Fraction

import pytest

from programmes.calculations.pace import projection
from programmes.calculations.progress import promise_history
from tests.calculations.builders import TOTAL, read_figure, read_promise, several

PROMISE = "2021-01-01 #1: at_least 1000 by 2024-12-31 from 0 on 2021-01-01"


@pytest.mark.parametrize(
    ("promise", "figures", "expected"),
    [
        # 400 in 730 days: 600 more in 1,095 days, a year after the due date, where 200.27 more are reached
        (
            PROMISE,
            "2021-01-01=0; 2023-01-01=400",
            (date(2024, 12, 31), 400 + Fraction(400 * 730, 730)),
        ),
        # 800 in 730 days: the remaining 200 in 182.5 days
        (PROMISE, "2021-01-01=0; 2023-01-01=800", (date(2023, 7, 3), Fraction(1000))),
        # one report has no pace; standing still or moving away leads nowhere
        (PROMISE, "2023-01-01=400", None),
        (PROMISE, "2022-01-01=400; 2023-01-01=400", None),
        (PROMISE, "2022-01-01=400; 2023-01-01=300", None),
        # already there
        (PROMISE, "2022-01-01=400; 2023-01-01=1000", None),
        # no due date, or none ahead
        ("2021-01-01 #1: at_least 1000 from 0 on 2021-01-01", "2021-01-01=0; 2023-01-01=400", None),
        (PROMISE, "2023-01-01=0; 2024-12-31=400", None),
    ],
)
def test_projection_follows_the_recent_pace(promise, figures, expected):
    found = read_promise(promise)
    values = promise_history(found, several(figures, read_figure), TOTAL, date(2030, 1, 1))
    assert projection(found, values) == expected
