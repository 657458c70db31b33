"""A programme in a region: what is its own there, and no page where there is nothing."""

import pytest
from django.test import Client

from programmes.models import Programme
from tests.builders import (
    make_centre,
    make_country,
    make_measurement,
    make_milestone,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_statement,
    make_target,
)

pytestmark = pytest.mark.django_db
HERE = "/fr/regions/MA-09/programmes/cmc/"


@pytest.fixture
def programme() -> Programme:
    make_region()
    return make_programme("cmc")


def page(path: str = HERE) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_promises_of_the_region_and_centres_with_promised_and_real_opening(programme):
    series = make_series("places", territory=make_region(), programme=programme)
    make_target("places", series=series, value="3250")
    other = make_series("other", territory=make_region(), programme=make_programme("pie"))
    make_target("other", series=other)
    centre = make_centre(
        "cmc-agadir", territory=make_province(), name_fr="Cité d’Agadir", programmes=[programme]
    )
    opening = make_milestone("opening", centre=centre)
    make_statement(opening, "planned", "2021", "2020-01-01")
    make_statement(opening, "reached", "2022-10-04", "2022-11", number=2)
    html = page()
    assert "/fr/targets/places/" in html
    assert "/fr/targets/other/" not in html
    assert "Ouverture annoncée\u00a0: 2021" in html
    assert "4 octobre 2022" in html
    # the strip of milestones is there as well, not only the line of the centre
    assert 'class="strip' in html


def test_national_promise_stands_outside():
    programme = make_programme("cmc", territories=[make_region()])
    make_target("national", series=make_series("n", territory=make_country(), programme=programme))
    html = page()
    assert "n’a publié aucun engagement chiffré" in html
    assert "/fr/targets/national/" in html.split("National, sans part annoncée", 1)[1]


@pytest.mark.parametrize(
    "path",
    [
        HERE,
        "/fr/regions/MA/programmes/cmc/",
        "/fr/regions/MA-99/programmes/cmc/",
        "/fr/regions/MA-09/programmes/none/",
    ],
)
def test_pair_that_has_nothing_of_its_own_is_not_found(programme, path):
    make_target("national", series=make_series("n", territory=make_country(), programme=programme))
    assert Client().get(path).status_code == 404


def test_draft_figure_and_hidden_centre_make_no_page(programme):
    series = make_series("figure", territory=make_region(), programme=programme)
    make_measurement(series, "2023-12-31", 5, draft=True)
    make_centre("hidden", territory=make_province(), is_public=False, programmes=[programme])
    assert Client().get(HERE).status_code == 404


def test_programme_that_was_never_shown_has_no_page():
    make_programme("cmc", territories=[make_region()], is_public=False)
    assert Client().get(HERE).status_code == 404


def test_region_and_programme_lead_to_the_pair_only_where_it_has_a_page(programme):
    make_programme("pie", territories=[make_country()])
    make_centre("cmc-agadir", territory=make_province(), programmes=[programme])
    region = page("/fr/regions/MA-09/")
    assert f'href="{HERE}"' in region
    assert 'href="/fr/programmes/pie/"' in region
    assert f'href="{HERE}"' in page("/fr/programmes/cmc/")
    assert "/fr/regions/MA-09/programmes/" not in page("/fr/programmes/pie/")
