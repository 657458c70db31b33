"""Where a programme has something of its own: three ways of asking give one answer."""

import pytest

from programmes.models import Programme, Territory
from programmes.selectors.lines.places import series_among
from programmes.selectors.lines.programmes_in_places import (
    programmes_here,
    regions_of,
    regions_with_programmes,
)
from tests.builders import make_programme, make_region

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("sample")
def test_region_programme_and_sitemap_agree_on_the_sample():
    by_region = set()
    for region in Territory.objects.regions().select_related("parent__parent"):
        inside = Territory.objects.within({region.pk})
        here = programmes_here(inside, series_among(region))
        by_region |= {(region.code, one.code) for one in here}
    by_programme = {
        (region.code, one.code)
        for one in Programme.objects.published()
        for region in regions_of(one.pk)
    }
    assert by_region == by_programme == set(regions_with_programmes())
    assert ("MA-09", "cmc") in by_region
    assert ("MA-09", "jobintech") not in by_region


def test_hidden_programme_is_in_no_region():
    region = make_region()
    make_programme("shown", territories=[region])
    make_programme("hidden", territories=[region], is_public=False)
    found = [pair for pair in regions_with_programmes() if pair[1] in ("shown", "hidden")]
    assert found == [("MA-09", "shown")]
