"""No page asks more of the database when it has more to show."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import Participation, Series, Signature
from programmes.models.data_version import forget_version
from tests.builders import (
    amend,
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
    make_sum,
    make_target,
    show,
)

pytestmark = pytest.mark.django_db
MOST = 10  # the version of the data is one of them
# what the board, the map and the updates ask, and when the rules changed
MOST_OF_HOME = 11
# the parts of a sum, their last figures, what was promised of them, and what was published of them last
MOST_OF_A_SUM = 16
# all words are read again here: else six, promises and figures of what was found among them
MOST_OF_A_SEARCH = 17


def fill(count: int) -> None:
    """One programme, region, centre, agreement and organisation, each with `count` of everything that hangs on them."""
    region, province, office = make_region(), make_province(), make_organisation()
    make_region("MA-01", "Tanger")
    programme = make_programme(
        "programme", territories=[region], sources=[make_source("source-0")], is_public=False
    )
    agreement = make_agreement(
        programmes=[programme], sources=[make_source("source-0")], is_public=False
    )
    for number in range(count):
        other = make_organisation(f"office-{number}")
        Participation.objects.create(programme=programme, organisation=other, role="partner")
        Signature.objects.create(agreement=agreement, organisation=other)
    show(agreement)
    whole = make_target("whole", series=make_sum("whole", programme=programme))
    main = make_centre(
        "main",
        territory=province,
        operator=office,
        programmes=[programme],
        sources=[make_source("source-0")],
    )
    for number in range(count):
        source = make_source(f"source-{number}")
        other = make_programme(f"other-{number}", is_public=False)
        Participation.objects.create(programme=other, organisation=office, role="operator")
        show(other)
        under = make_agreement(f"agreement-{number}", parent=agreement, is_public=False)
        Signature.objects.create(agreement=under, organisation=office)
        show(under)
        here = {"territory": province, "programmes": [programme]}
        make_centre(f"centre-{number}", operator=office, **here)
        make_centre(f"annex-{number}", kind="annex", parent=main, **here)
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
            (
                "regional",
                region,
                {"share_of": whole, "agreement": agreement, "responsible": office},
            ),
            ("central", province, {"series_centre": main}),
        ):
            series = make_series(
                f"{name}-{number}",
                territory=place,
                programme=programme,
                centre=columns.pop("series_centre", None),
                part_of=whole.series if name == "regional" else None,
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
    for year in range(count):  # five figures are a long series
        make_measurement(Series.objects.get(code="national-0"), f"{1990 + year}-01-01", year)


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
    "/fr/data/api/",
    "/fr/targets/national-0.atom",
    "/fr/agreements/agreement.atom",
    "/fr/ledger/",
    "/fr/ledger.atom",
    "/fr/targets/national-0/ledger/",
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


@pytest.mark.slow
def test_changes_of_one_table_take_as_many_queries_at_one_as_at_ten():
    target = make_target()
    make_measurement(target.series, "2023-01-01", 5)
    found = []
    for number in range(11):
        amend(target.series, interval_months=20 + number)
        forget_version()
        with CaptureQueriesContext(connection) as queries:
            html = Client().get("/en/targets/target/").content.decode()
        assert html.count('id="change-') == number + 1
        found.append(len(queries))
    assert set(found) == {found[0]}


@pytest.mark.slow
def test_number_of_queries_is_the_same_at_one_and_at_five_rows():
    one, five = count_queries(1), count_queries(5)
    assert one == five
    assert five.pop("/fr/") <= MOST_OF_HOME
    assert five.pop("/fr/targets/whole/") <= MOST_OF_A_SUM
    assert five.pop("/fr/search/?q=programme") <= MOST_OF_A_SEARCH
    assert {page: count for page, count in five.items() if count > MOST} == {}
