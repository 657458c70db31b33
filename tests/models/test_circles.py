"""No programme or agreement is part of itself, over however many others."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from tests.builders import make_agreement, make_programme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_programme, "A programme cannot be part of itself."),
        (make_agreement, "An agreement cannot be made under itself."),
    ],
)
def test_record_below_itself_is_refused_and_in_a_line_is_not(make, sentence):
    first = make("a")
    second = make("b", parent=first)
    third = make("c", parent=second)
    with override("en"):
        third.full_clean()
        first.parent = third
        with pytest.raises(ValidationError) as error:
            first.full_clean()
        assert error.value.message_dict == {"parent": [sentence]}
