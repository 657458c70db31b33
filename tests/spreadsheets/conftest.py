"""Sentences are compared in English here: the catalogues are checked elsewhere."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def read_in_english(read_in_french: None) -> None:
    """The reader's language of these tests."""
    translation.activate("en")
