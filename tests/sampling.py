"""Which of many examples `make test` tries; `make test-long` tries all."""

from collections.abc import Iterable
from typing import Any

import pytest


def first(values: Iterable[Any], count: int = 1) -> list[Any]:
    """The values as parameters of a test; those after the first few take minutes together, and are left to
    `make test-long`.

    A tuple is the values of several parameters.
    """
    rows = (value if isinstance(value, tuple) else (value,) for value in values)
    return [
        pytest.param(*row, marks=[pytest.mark.long] if place >= count else [])
        for place, row in enumerate(rows)
    ]
