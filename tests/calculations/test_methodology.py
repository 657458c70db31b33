import re

import pytest

from programmes.calculations.assessment.examples import EXAMPLES
from programmes.calculations.choices import Status
from tests.calculations.methodology import PAGE, table


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
def test_methodology_states_the_numbers_that_the_code_computes(example):
    assert table(example) in PAGE.read_text(encoding="utf-8")


def test_methodology_has_the_examples_of_the_code_and_no_others():
    printed = re.findall(r"<!-- example: (\S+) -->", PAGE.read_text(encoding="utf-8"))

    assert printed == [example.key for example in EXAMPLES]


def test_methodology_explains_every_status():
    text = PAGE.read_text(encoding="utf-8")

    assert [status for status in Status if f"| {status.replace('_', ' ')} |" not in text] == []
