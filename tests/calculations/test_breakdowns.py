from decimal import Decimal

import pytest

from programmes.calculations.breakdowns import publishable_breakdown


@pytest.mark.parametrize(
    ("shares", "total", "published"),
    [
        ({"women": 60, "men": 40}, 100, ({"women": 60, "men": 40}, None)),
        ({"women": 5, "men": 95}, 100, ({"women": 5, "men": 95}, None)),
        ({"women": 0, "men": 100}, 100, ({"women": 0, "men": 100}, None)),
        # women 98 of 100 gives two men away
        ({"women": 98}, 100, None),
        ({"women": 95}, 100, ({"women": 95}, None)),
        ({"women": 4, "men": 96}, 100, None),
        ({"a": 4, "b": 3, "c": 93}, 100, ({"c": 93}, 7)),
        ({"a": 4, "b": 1, "c": 95}, 100, ({"c": 95}, 5)),
        ({"a": 2, "b": 2, "c": 96}, 100, None),
        # a small share and a small remainder are others together
        ({"a": 3, "b": 95}, 100, ({"b": 95}, 5)),
        ({"a": 2, "b": 96}, 100, None),
        ({"a": 4, "b": 93}, 100, ({"b": 93}, 7)),
        # without a total there is no remainder; shares that exceed it leave none
        ({"women": 98}, None, ({"women": 98}, None)),
        ({"women": 98, "men": 98}, 100, ({"women": 98, "men": 98}, None)),
        ({}, 100, ({}, None)),
        ({}, 3, None),
    ],
)
def test_small_groups_are_joined_or_not_published(shares, total, published):
    found = publishable_breakdown(
        {key: Decimal(value) for key, value in shares.items()},
        None if total is None else Decimal(total),
    )

    assert (found and (dict(found.shares), found.others)) == published
