"""Making promises: the series is found or made, and nothing is promised nowhere."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Indicator,
    Programme,
    Series,
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
)
from tests.services.conftest import a_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def an_announcement(**overrides: Any) -> TargetRevision:
    """An unsaved announcement of a thousand people by 2027."""
    return TargetRevision(
        **{
            "value": 1000,
            "due": PreciseDate.of_year(2027),
            "announced": PreciseDate.parse("2024-05-29"),
            "source": Source.objects.get(code="le360-2024-05-jobintech"),
        }
        | overrides
    )


def a_place(territory: str = "MA-REH") -> services.SeriesIdentity:
    return services.SeriesIdentity(
        indicator=Indicator.objects.get(code="young-people-trained"),
        territory=Territory.objects.get(code=territory),
        programme=Programme.objects.get(code="jobintech"),
    )


def test_promise_makes_target_series_and_a_draft(alice: Any) -> None:
    target = services.promise(an_announcement(), by=alice, place=a_place())
    assert target.code == "jobintech-young-people-trained-ma-reh"
    assert (target.series.territory.code, target.series.indicator.code) == (
        "MA-REH",
        "young-people-trained",
    )
    assert [(one.number, one.state) for one in target.revisions.all()] == [(1, State.DRAFT)]
    assert target not in Target.objects.published()


def test_second_promise_at_one_place_shares_the_series_and_takes_a_free_code(alice: Any) -> None:
    first = services.promise(an_announcement(), by=alice, place=a_place())
    second = services.promise(an_announcement(value=2000), by=alice, place=a_place())
    assert second.series == first.series
    assert second.code == f"{first.code}-2"


def test_promise_without_a_place_is_refused(alice: Any) -> None:
    with pytest.raises(ValidationError):
        services.promise(an_announcement(), by=alice)


def test_promise_outside_the_scope_is_refused_and_leaves_nothing(alice: Any) -> None:
    before = Series.objects.count()
    with pytest.raises(PermissionDenied):
        services.promise(an_announcement(), by=alice, place=a_place("MA-AZI"))
    with pytest.raises(PermissionDenied):
        services.promise(
            an_announcement(), by=alice, series=Series.objects.get(code="jobintech-trained")
        )
    assert Series.objects.count() == before


def test_promise_that_breaks_a_rule_leaves_nothing(alice: Any) -> None:
    with pytest.raises(ValidationError):
        services.promise(an_announcement(sense="at_most"), by=alice, place=a_place())
    assert not Target.objects.filter(
        series__territory__code="MA-REH", revisions__value=1000
    ).exists()


def test_nothing_is_promised_on_what_is_followed_as_context(alice: Any) -> None:
    series = a_series("running_total")
    Series.objects.filter(pk=series.pk).update(role="context")
    series.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        services.promise(an_announcement(), by=alice, series=series)
    with override("en"):
        assert refused.value.message_dict == {
            "series": [
                "This series is context, never progress: no target can be set on it. Choose the series of what is "
                "promised, or make one."
            ]
        }
    assert not series.targets.exists()


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"announced": PreciseDate.parse("2024-06-01")}, "announced_on"),  # after its source
        ({"announced": PreciseDate.unknown()}, "__all__"),
        ({"value": None}, "__all__"),
        ({"sense": "at_most", "baseline": 5}, "sense"),  # a total only grows
        ({"baseline": 5, "baseline_on": PreciseDate.parse("2028-01-01").last}, "__all__"),
        ({"value": "NaN"}, "value"),
        ({"value": "1" * 30}, "value"),
    ],
)
def test_promise_refuses_what_cannot_be(alice: Any, overrides: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.promise(an_announcement(**overrides), by=alice, place=a_place())
    assert field in refused.value.message_dict
