"""No programme, agreement or annex is part of itself, over however many others."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from programmes.models import Centre
from tests.builders import make_agreement, make_centre, make_programme

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


def test_annex_belongs_to_a_centre_that_is_none():
    city = make_centre("city", is_public=False)
    annex = make_centre("annex", kind="annex", parent=city, name_en="Annex", is_public=False)
    annex.full_clean()
    with override("en"):
        with pytest.raises(ValidationError) as error:
            Centre(
                code="below",
                kind="annex",
                parent=annex,
                name_fr="Antenne",
                territory=city.territory,
            ).full_clean()
        assert error.value.message_dict == {
            "parent": ["“Annex” is an annex itself. Name the centre that both belong to."]
        }
        other = make_centre("other", is_public=False)
        city.kind, city.parent = "annex", other
        with pytest.raises(ValidationError) as error:
            city.full_clean()
        assert error.value.message_dict == {
            "kind": ["Annexes belong to this centre: it cannot be one."]
        }
