"""No page asks more of the database when it has more to show."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import Participation, Series, Signature
from programmes.models.data_version import forget_version
from tests.builders import (
    make_agreement,
    make_centre,
    make_country,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_source,
    make_statement,
    make_target,
)

pytestmark = pytest.mark.django_db
MOST = 8  # the version of the data is one of them


def fill(count: int) -> None:
    """One programme, region, centre, agreement and organisation, each with `count` of everything that hangs on them."""
    programme, office = make_programme("programme"), make_organisation()
    region, province = make_region(), make_province()
    make_region("MA-01", "Tanger")
    agreement = make_agreement()
    agreement.programmes.add(programme)
    programme.territories.add(region)
    whole = make_target(
        "whole", series=make_series("whole", programme=programme), measured_by="parts"
    )
    main = make_centre("main", territory=province, operator=office)
    main.programmes.add(programme)
    for number in range(count):
        source = make_source(f"source-{number}")
        other = make_organisation(f"office-{number}")
        Participation.objects.create(programme=programme, organisation=other, role="partner")
        Participation.objects.create(
            programme=make_programme(f"other-{number}"), organisation=office, role="operator"
        )
        Signature.objects.create(agreement=agreement, organisation=other)
        Signature.objects.create(
            agreement=make_agreement(f"agreement-{number}", parent=agreement), organisation=office
        )
        centre = make_centre(f"centre-{number}", territory=province, operator=office)
        annex = make_centre(f"annex-{number}", kind="annex", parent=main, territory=province)
        for place in (centre, annex):
            place.programmes.add(programme)
        for name, owner in (
            ("c", {"centre": main}),
            ("p", {"programme": programme}),
            ("a", {"agreement": agreement}),
        ):
            milestone = make_milestone(f"{name}-{number}", "other", **owner)
            make_statement(milestone, "planned", "2022", "2021-01-01", source=source)
            make_statement(milestone, "reached", "2022-10-04", "2022-11", number=2, source=source)
        for name, place, columns in (
            ("national", make_country(), {}),
            ("regional", region, {"part_of": whole, "agreement": agreement, "responsible": office}),
            ("central", province, {"series_centre": main}),
        ):
            series = make_series(
                f"{name}-{number}",
                territory=place,
                programme=programme,
                centre=columns.pop("series_centre", None),
            )
            target = make_target(f"{name}-{number}", series=series, source=source, **columns)
            make_measurement(target.series, "2023-01-01", number, source=source)
        for name, columns in (
            ("x", {"territory": region}),
            ("y", {"centre": main, "territory": province}),
        ):
            context = make_series(
                f"{name}-{number}", role="context", programme=programme, **columns
            )
            make_measurement(context, "2023-01-01", number, source=source)
    for year in range(count):  # thirty figures are a long series
        make_measurement(Series.objects.get(code="national-0"), f"{1990 + year}-01-01", year)
    for record in (programme, agreement, main):
        record.sources.add(make_source("source-0"))


PAGES = [
    "/fr/",
    "/fr/programmes/",
    "/fr/programmes/programme/",
    "/fr/targets/whole/",
    "/fr/targets/whole/embed/",
    "/fr/targets/whole/badge.svg",
    "/fr/targets/national-0/",
    "/fr/regions/",
    "/fr/regions/MA/",
    "/fr/regions/MA-09/",
    "/fr/regions/MA-AGD/",
    "/fr/regions/MA-09/programmes/programme/",
    "/fr/compare/",
    "/fr/compare/?region=MA-09&region=MA-01",
    "/fr/centres/",
    "/fr/centres/main/",
    "/fr/agreements/",
    "/fr/agreements/agreement/",
    "/fr/organisations/ofppt/",
    "/fr/methodology/",
    "/fr/data/",
    "/fr/status/",
    "/fr/updates/",
    "/fr/updates.atom",
    "/fr/programmes/programme.atom",
    "/fr/regions/MA-09.atom",
    "/fr/search/?q=programme",
    "/fr/programmes/?territory=MA-09&status=no_data",
]


def count_queries(rows: int) -> dict[str, int]:
    """Fills the tables, counts the queries of every page, and takes it all back."""
    found = {}
    with transaction.atomic():
        fill(rows)
        for page in PAGES:
            forget_version()  # it is read at most once a second: here for each page
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(page).status_code == 200
            found[page] = len(queries)
        transaction.set_rollback(True)
    return found


def test_number_of_queries_is_the_same_at_one_and_at_thirty_rows():
    one, thirty = count_queries(1), count_queries(30)
    assert one == thirty
    assert {page: count for page, count in thirty.items() if count > MOST} == {}
