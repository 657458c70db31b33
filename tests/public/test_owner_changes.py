"""What came to a record or left it, and what moved a count of openings, is told on its page and in its feed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from programmes.models import Programme, Series
from programmes.selectors.lines.owner_changes import referring_columns
from programmes.selectors.wording.formats import day_words
from tests.builders import (
    amend,
    make_agreement,
    make_centre,
    make_country,
    make_milestone,
    make_organisation,
    make_programme,
    make_province,
    make_region,
    make_series,
    make_statement,
    make_target,
    publish,
    published_by_two,
    show,
    withdraw,
)
from tests.public.test_changes import changes
from tests.public.test_withdrawn import html_of, words_of

pytestmark = pytest.mark.django_db


def test_every_column_that_names_a_record_with_a_page_is_known() -> None:
    """One that is added later is told as these are; whether it should be is decided here."""
    assert {
        table: {f"{of}.{name}" for of, name in some} for table, some in referring_columns().items()
    } == {
        "programme": {
            "agreement.programmes",
            "centre.programmes",
            "milestone.programme",
            "programme.parent",
        },
        "centre": {"centre.parent", "milestone.centre"},
        "agreement": {"agreement.parent", "milestone.agreement", "target.agreement"},
        "territory": {
            "centre.serves",
            "centre.territory",
            "organisation.territory",
            "programme.territories",
            "series.areas",
            "territory.parent",
        },
        "organisation": {
            "agreement.signatures",
            "centre.operator",
            "programme.participations",
            "source.organisation",
            "target.responsible",
        },
        "series": {"series.part_of"},
        "target": {"target.share_of"},
    }


def told(path: str, reason: str) -> bool:
    return any(reason in line for line in changes(f"/en/{path}/"))


def fed(path: str, reason: str) -> bool:
    return reason in Client().get(f"/en/{path}.atom").content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "move",
    [
        "centre.programmes",
        "agreement.programmes",
        "agreement.parent",
        "centre.territory",
        "territory.parent",
        "programme.territories",
        "target.responsible",
        "centre.operator",
        "agreement.signatures",
    ],
)
def test_what_left_is_told_where_it_was_read(move: str) -> None:
    here, there = make_region(), make_region("MA-01", "Tanger")
    province = make_province()
    programme = make_programme("cmc", territories=[here])
    office, other = make_organisation(), make_organisation("anapec", name_fr="Agence")
    frame = make_agreement("frame", title_fr="Cadre")
    agreement = make_agreement(
        "accord", title_fr="Accord", parent=frame, programmes=[programme], is_public=False
    )
    agreement.signatures.create(organisation=office)
    show(agreement)
    centre = make_centre("fez", territory=province, operator=office, programmes=[programme])
    series = make_series("trainees", programme=programme, territory=here)
    target = make_target("promise", series=series, responsible=office)
    signed = [{"organisation": other.code, "person": {}, "office": {}, "undertaking": {}}]
    row, value, left, feed = {
        "centre.programmes": (centre, [], "programmes/cmc", "programmes/cmc"),
        "agreement.programmes": (agreement, [], "programmes/cmc", "programmes/cmc"),
        "agreement.parent": (agreement, None, "agreements/frame", "agreements/frame"),
        "centre.territory": (centre, there.code, f"regions/{here.code}", f"regions/{here.code}"),
        "territory.parent": (province, there.code, f"regions/{here.code}", f"regions/{here.code}"),
        "programme.territories": (programme, ["MA-01"], f"regions/{here.code}", ""),
        "target.responsible": (target, other.code, "organisations/ofppt", ""),
        "centre.operator": (centre, other.code, "organisations/ofppt", ""),
        "agreement.signatures": (agreement, signed, "organisations/ofppt", ""),
    }[move]
    amend(row, "Rattaché ailleurs", **{move.split(".")[1]: value})
    assert told(left, "Rattaché ailleurs")
    assert not feed or fed(feed, "Rattaché ailleurs")


def test_what_moved_between_two_places_is_not_told_of_a_third() -> None:
    regions = [make_region(), make_region("MA-01", "Tanger"), make_region("MA-02", "Oriental")]
    centre = make_centre("fez", territory=regions[0])
    amend(centre, "Rattaché ailleurs", territory="MA-01")
    assert [told(f"regions/{one.code}", "Rattaché ailleurs") for one in regions] == [
        True,
        True,
        False,
    ]
    assert [fed(f"regions/{one.code}", "Rattaché ailleurs") for one in regions] == [
        True,
        True,
        False,
    ]


@pytest.fixture
def cities() -> Any:
    """Two cities of a programme, opened, and the promise that counts them."""
    country, programme = make_country(), make_programme("cmc")
    series = make_series(
        "cities",
        programme=programme,
        territory=country,
        figures=Series.Figures.MILESTONES,
        counted_kind="city",
    )
    make_target("twelve", series=series, value=12)
    for code in ("fez", "agadir"):
        centre = make_centre(code, territory=make_region(), programmes=[programme])
        make_statement(
            make_milestone(f"opening-{code}", centre=centre), "reached", "2022-09-01", "2022-10-01"
        )
    return series


def counted_in(region: Any) -> Any:
    """The same count in one region alone, promised too."""
    series = make_series(
        "in-region",
        programme=Programme.objects.get(code="cmc"),
        territory=region,
        figures=Series.Figures.MILESTONES,
        counted_kind="city",
    )
    make_target("in-region", series=series, value=1)
    return series


@pytest.mark.slow
@pytest.mark.parametrize(
    "move",
    [
        "kind",
        "programmes",
        "place",
        "part of a sum",
        "other centre",
        "other step",
        "milestone withdrawn",
        "centre withdrawn",
        "statement withdrawn",
        "statement corrected",
    ],
)
def test_what_moves_a_count_of_openings_is_told_with_the_promise(cities: Any, move: str) -> None:
    fez = cities.programme.centres.get(code="fez")
    opening, why = fez.milestones.get(), "Mal classée d’abord"
    other = make_centre("institute", kind="institute", territory=make_region())
    match move:
        case "place":
            province = make_province()
            amend(fez, "Lieu précisé", territory=province.code)
            counted_in(make_region())
            amend(province, why, parent=make_region("MA-01", "Tanger").code)
        case "part of a sum":
            whole = make_series(
                "whole", figures="parts", territory=cities.territory, programme=None
            )
            make_target("twelve-in-all", series=whole)
            amend(cities, "Compté dans l’ensemble", part_of=whole.code)
            amend(fez, why, kind="institute")
            assert told("targets/twelve-in-all", why)
            assert fed("targets/twelve-in-all", why)
        case "kind":
            amend(fez, why, kind="institute")
        case "programmes":
            amend(fez, why, programmes=[])
        case "other centre":
            amend(opening, why, centre=other.code)
        case "other step":
            amend(opening, why, kind="inauguration")
        case "milestone withdrawn":
            withdraw(opening, why)
        case "statement withdrawn":
            withdraw(opening.statements.get(), why)
        case "statement corrected":
            said = opening.statements.get()
            corrected = make_statement(
                opening,
                "planned",
                "2028",
                "2022-10-01",
                number=2,
                corrects=said,
                reason=why,
                draft=True,
            )
            published_by_two(corrected)
            page = html_of("/en/targets/twelve/")
            assert "Milestone corrected" in page.split("Published last of it", 1)[1]
            assert why in page.split("Published last of it", 1)[1]
            return
        case "centre withdrawn":
            withdraw(fez, why)
    path = "targets/in-region" if move == "place" else "targets/twelve"
    assert told(path, why)
    assert fed(path, why)
    # what has nothing to do with the count is not told
    amend(other, "Autre adresse", name={"fr": "Institut", "ar": "", "en": ""})
    assert not told("targets/twelve", "Autre adresse")


def test_what_moves_no_count_is_not_told_with_its_promise(cities: Any) -> None:
    other = make_centre("institute", kind="institute", territory=make_region())
    opening = make_milestone("opening-i", centre=other)
    make_statement(opening, "reached", "2022-09-01", "2022-10-01")
    works = make_milestone("works", "works_start", centre=cities.programme.centres.get(code="fez"))
    withdraw(opening, "Pas une cité")
    withdraw(works, "Pas une ouverture")
    for why in ("Pas une cité", "Pas une ouverture"):
        assert not told("targets/twelve", why)
        assert not fed("targets/twelve", why)


def test_centre_that_joins_a_count_is_told_with_the_promise(cities: Any) -> None:
    other = make_centre("institute", kind="institute", territory=make_region())
    make_statement(make_milestone("opening-i", centre=other), "reached", "2022-09-01", "2022-10-01")
    amend(other, "C’est une cité", kind="city", programmes=["cmc"])
    assert told("targets/twelve", "C’est une cité")
    assert fed("targets/twelve", "C’est une cité")


def test_of_two_days_on_which_it_opened_the_earlier_counts_everywhere_and_is_said_to_be_found_later() -> (
    None
):
    """Whenever it was announced; that it was entered after one announced later is said beside it."""
    centre = make_centre("fez", territory=make_region())
    opening = make_milestone("opening-fez", centre=centre)
    day_before = timezone.now() - timedelta(days=1)
    first = make_statement(opening, "reached", "2022-10-04", "2022-10-05", draft=True)
    publish(first, day_before)
    make_statement(
        opening, "reached", "2022-09-01", "2022-09-02", number=2, reason="Rentrée anticipée"
    )
    for path in ("/en/centres/fez/", "/en/centres/fez/?on=2022-09-15"):
        assert "Opened: 1 September 2022" in words_of(path)
    today = day_words(timezone.localdate())
    assert f"Found later, entered on {today}" in words_of("/en/centres/fez/")


def test_why_a_milestone_was_withdrawn_is_told_on_the_page_of_its_centre(cities: Any) -> None:
    withdraw(cities.programme.centres.get(code="fez").milestones.get(), "Ouverture démentie")
    [line] = changes("/en/centres/fez/")
    assert line.startswith("Withdrawal on ")
    assert "Reason: Ouverture démentie" in line
