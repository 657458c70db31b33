"""A whole stays what was promised of it when a part of it is given up."""

from datetime import date

import pytest
from django.test import Client

from tests.builders import (
    make_measurement,
    make_region,
    make_revision,
    make_series,
    make_sum,
    make_target,
)
from tests.test_pages_agree import text

pytestmark = pytest.mark.django_db

PLACES = ["MA-01", "MA-02", "MA-03", "MA-04"]


def whole_of_four(reported: dict[str, int]) -> list:
    """A whole of 1,000 by the end of 2024 in four regions with an announced share each; returns the shares."""
    series = make_sum()
    whole = make_target("whole", series=series, value=1000, due="2024-12-31", baseline=0)
    shares = []
    for code in PLACES:
        part = make_series(code.lower(), territory=make_region(code, code), part_of=series)
        shares.append(
            make_target(code.lower(), series=part, value=250, due="2024-12-31", share_of=whole)
        )
        if code in reported:
            make_measurement(part, "2024-06-30", reported[code])
    return shares


def said(on: date) -> str:
    """The head of the page of the whole."""
    html = Client().get(f"/en/targets/whole/?on={on}").content.decode()
    head = html.split('<div class="promise promise--large">', 1)[1].split("</div>", 1)[0]
    return text(head)


@pytest.mark.long
@pytest.mark.parametrize("given_up", range(4))
@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2024, 7, 1), "Far behind Due in 5 months"),
        (date(2025, 1, 1), "Due date passed, no result "),
    ],
    ids=str,
)
def test_whole_is_no_better_because_a_part_was_given_up(given_up, on, status):
    shares = whole_of_four({"MA-01": 250, "MA-02": 250, "MA-03": 80})
    before = said(on)
    assert "580 as of 30 June 2024 " in before
    assert status in before
    assert "Total of 3 of 4 regions." in before

    make_revision(
        shares[given_up], 2, kind="abandoned", announced="2024-06-15", reason="Plus de budget."
    )

    assert said(on) == before
