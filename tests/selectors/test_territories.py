"""What belongs to a territory, what it shares, and what is only national."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes.models import Series, Territory
from programmes.selectors.lines.places import read_promises_beside
from programmes.selectors.lines.series_lines import read_series
from programmes.selectors.pages.places.region_tiles import region_tiles
from programmes.selectors.pages.places.territories import territory_page
from tests.builders import (
    make_centre,
    make_country,
    make_measurement,
    make_milestone,
    make_province,
    make_region,
    make_series,
    make_source,
    make_statement,
    make_target,
)

pytestmark = pytest.mark.django_db
TODAY = date(2024, 1, 1)


def page(code: str = "MA-09"):
    with override("fr"):
        return territory_page(code, TODAY)


def codes(lines) -> list[str]:
    return [line.code for line in lines]


def test_own_targets_are_those_of_the_region_and_of_its_provinces():
    region, province = make_region(), make_province()
    make_target("own", series=make_series("own", territory=region))
    make_target("below", series=make_series("below", territory=province))
    make_target("other", series=make_series("other", territory=make_region("MA-01", "Tanger")))
    assert codes(page().promises) == ["own", "below"]


def test_national_target_without_shares_stands_outside():
    make_region()
    make_target("national", series=make_series("national", territory=make_country()))
    found = page()
    assert (codes(found.promises), codes(found.wider)) == ([], ["national"])
    beside = read_promises_beside(Territory.objects.get(code="MA-09"), TODAY)
    assert (beside.shared, beside.wider, bool(beside)) == (0, 1, True)


def test_national_target_with_a_share_here_is_not_repeated():
    region = make_region()
    whole = make_target("whole")
    make_target("share", series=make_series("share", territory=region), share_of=whole)
    found = page()
    assert (codes(found.promises), codes(found.wider)) == (["share"], [])


def test_target_of_several_regions_is_shared_by_them_and_no_other():
    here, there = make_region(), make_region("MA-01", "Tanger")
    make_region("MA-02", "Oriental")
    series = make_series("several", territory=make_country())
    series.areas.set([here, there])
    make_target("several", series=series)
    assert (codes(page().shared), codes(page().wider)) == (["several"], [])
    assert (codes(page("MA-02").shared), codes(page("MA-02").wider)) == ([], [])


def test_target_of_the_region_is_wider_for_its_province():
    make_province()
    make_target("regional", series=make_series("regional", territory=make_region()))
    assert codes(page("MA-AGD").wider) == ["regional"]


def test_context_figure_is_shown_as_context():
    series = make_series("jobs", territory=make_region(), role="context")
    make_measurement(series, "2023-01-01", 69900)
    (line,) = page().series
    assert (line.is_context, line.last.value, line.cut) == (True, "69\u202f900", "")


def test_unknown_territory_has_no_page():
    assert page("MA-99") is None


def test_tile_counts_open_centres_of_those_announced():
    province = make_province()
    city = make_centre("city", territory=province)
    make_centre("annex", territory=province, kind="annex", parent=city)
    make_centre("second", territory=make_region(), sources=[make_source("said", "2021-02-01")])
    make_statement(make_milestone(centre=city), "reached", "2022-10-04", "2022-10-04")
    with override("fr"):
        (tile,) = region_tiles(TODAY).tiles
    assert (tile.figure, tile.shape) == ("1/2", "open")
    assert tile.centres == "Ouvert\u00a0: 1, Annoncé\u00a0: 1"


def test_tile_without_a_centre_has_no_figure():
    make_region()
    with override("fr"):
        (tile,) = region_tiles(TODAY).tiles
    assert (tile.figure, tile.shape) == ("", "")


def test_figures_of_centres_and_places_in_a_region_stand_on_its_page_with_where_they_are():
    region, province = make_region(), make_province()
    centre = make_centre(territory=province)
    for code, columns in (
        ("a-region", {"territory": region}),
        ("b-province", {"territory": province}),
        ("c-centre", {"territory": province, "centre": centre}),
    ):
        make_measurement(make_series(code, **columns), "2023-01-01", 10)
    assert [(one.code, str(one.where)) for one in page().series] == [
        ("a-region", ""),
        ("b-province", "Agadir"),
        ("c-centre", "Cité centre"),
    ]
    assert codes(page("MA").series) == []
    make_measurement(make_series("d-country", territory=make_country()), "2023-01-01", 10)
    assert codes(page("MA").series) == ["d-country"]


def test_figures_stand_by_themselves_also_where_something_is_promised_of_them():
    series = make_series(territory=make_region())
    make_measurement(series, "2020-06-30", 10)
    make_target(series=series, announced="2021-01-01")
    with override("fr"):
        before, after = (territory_page("MA-09", on) for on in (date(2020, 12, 31), TODAY))
    assert (codes(before.series), codes(before.promises)) == (["series"], [])
    assert (codes(after.series), codes(after.promises)) == (["series"], ["target"])


def test_figures_of_a_hidden_promise_stand_alone():
    series = make_series(territory=make_region())
    make_measurement(series, "2020-06-30", 10)
    make_target(series=series, draft=True)
    assert codes(page().series) == ["series"]


def test_figures_of_a_long_list_are_counted_without_series_that_have_none():
    for code in ("a", "b", "c"):
        series = make_series(code, territory=make_region())
        if code != "a":
            make_measurement(series, "2023-01-01", 10)
    found = read_series(Series.objects.all(), TODAY, first=0, most=2)
    assert [one.series.code for one in found] == ["b", "c"]
