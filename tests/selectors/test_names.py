"""Names of several tables in one query."""

import pytest
from django.utils.translation import override

from programmes.models import Sector, Stage
from programmes.selectors.lines.sources import source_line
from programmes.selectors.wording.names import Relation, read_names
from tests.builders import make_organisation, make_programme, make_source

pytestmark = pytest.mark.django_db


def test_names_of_translated_tables_keep_their_columns_apart() -> None:
    """A translated queryset orders its columns by a set: a union of two must not mix them up."""
    programme = make_programme(code="p", is_public=False)
    Stage.objects.create(
        programme=programme, number=1, name_fr="Éveil", name_ar="تحسيس", name_en="Awareness"
    )
    Sector.objects.create(code="digital", name_fr="Numérique", name_ar="الرقمنة", name_en="Digital")
    found = read_names(
        stages=Relation(Stage.objects.all(), code="number", order="number"),
        sectors=Relation(Sector.objects.filter(code="digital"), note="code"),
    )
    assert [(one.code, one.name.text, one.note) for one in found["stages"]] == [("1", "Éveil", "")]
    assert [(one.code, one.name.text, one.note) for one in found["sectors"]] == [
        ("digital", "Numérique", "digital")
    ]


@pytest.mark.parametrize(
    ("acronym", "name", "publisher"),
    [("OFPPT", "Office", "OFPPT"), ("", "Office", "Office"), ("OFPPT", "", "OFPPT")],
)
def test_source_without_a_publisher_is_that_of_its_body(acronym, name, publisher) -> None:
    office = make_organisation(acronym=acronym, name_fr=name)
    source = make_source(publisher="", organisation=office)
    with override("en"):
        assert source_line(source).label == f"{publisher}, 1 June 2024"
