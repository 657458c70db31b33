"""The list of programmes is narrowed by place, sector, status and organisation, alone and together."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.models import Participation, Sector
from programmes.selectors.pages.programme_filters import (
    Filters,
    filter_choices,
    filtered_programmes,
)
from programmes.selectors.pages.programmes import programme_page
from tests.builders import (
    make_measurement,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_target,
)

pytestmark = pytest.mark.django_db

ON = date(2025, 6, 1)


def make_programmes() -> None:
    """One of a province with a promise that was missed, one of a sector and body, one of nothing."""
    province, sector = make_province(), Sector.objects.create(code="digital", name_fr="Numérique")
    body = make_organisation("ofppt")
    first = make_programme("first", is_public=False, territories=[province])
    second = make_programme("second", is_public=False, sectors=[sector])
    for programme in (first, second):
        Participation.objects.create(
            programme=programme, organisation=make_organisation("both"), role="partner"
        )
    Participation.objects.create(programme=second, organisation=body, role="lead")
    for programme in (first, second):
        series = make_series(programme.code, programme=programme)
        make_target(programme.code, series=series, value=100, baseline=0, due="2024-12-31")
        make_measurement(series, "2024-12-31", 50 if programme is first else 100)
    make_programme("third")


def listed(**filters: str) -> list[str]:
    with override("en"):
        return [line.code for line in filtered_programmes(ON, Filters(**filters)).lines]


def test_each_condition_narrows_the_list_and_two_narrow_it_further() -> None:
    make_programmes()
    region = make_region()
    assert listed() == ["first", "second", "third"]
    assert listed(territory=region.code) == ["first"]
    assert listed(sector="digital") == ["second"]
    assert listed(organisation="both") == ["first", "second"]
    assert listed(organisation="ofppt") == ["second"]
    assert listed(status="missed") == ["first"]
    assert listed(status="achieved") == ["second"]
    assert listed(organisation="both", status="missed") == ["first"]
    assert listed(territory=region.code, sector="digital") == []


def test_what_may_be_asked_for_is_what_a_programme_names() -> None:
    make_programmes()
    make_organisation("nobody")
    Sector.objects.create(code="unused", name_fr="Inutilisé")
    choices = filter_choices()
    assert [one.code for one in choices.sectors] == ["digital"]
    assert sorted(one.code for one in choices.organisations) == ["both", "ofppt"]
    assert choices.knows(Filters(sector="digital", organisation="both", status="missed"))
    assert not choices.knows(Filters(sector="unused"))
    assert not choices.knows(Filters(organisation="nobody"))
    assert not choices.knows(Filters(status="late"))


def test_place_of_a_programme_is_named_once_on_its_page() -> None:
    make_programmes()
    programme = make_programme("named", territories=[make_region(), make_province()])
    with override("en"):
        page = programme_page(programme.code, ON)
    regions = {one.code for one in page.regions}
    assert regions == {make_region().code}
    assert [one.code for one in page.elsewhere] == [make_province().code]
