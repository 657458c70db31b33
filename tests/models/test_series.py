"""Where the figures of a series come from, and what that forbids."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from programmes.models import Measurement, Series, Target
from tests.builders import (
    make_indicator,
    make_measurement,
    make_province,
    make_region,
    make_series,
    make_source,
    make_sum,
    make_target,
)

pytestmark = pytest.mark.django_db

ITSELF = "A series cannot be part of itself, nor of its own parts."
ENTERED = (
    "No figure is entered for this series: it is the sum of its parts, or counted from openings. Enter the figures of "
    "its parts, or the openings."
)


def faults(row: Series | Target | Measurement) -> dict[str, list[str]]:
    with translation.override("en"):
        try:
            row.full_clean()
        except ValidationError as error:
            return error.message_dict
    return {}


def test_part_of_a_sum_inside_its_territory_is_accepted():
    whole = make_sum(territory=make_region())
    part = make_series("part", territory=make_province(), part_of=whole)
    assert (faults(whole), faults(part)) == ({}, {})


def test_part_of_itself_or_in_a_circle_is_refused():
    whole = make_sum("a")
    whole.part_of = whole
    assert faults(whole)["part_of"] == [ITSELF]
    below = make_sum("b", part_of=make_sum("a"))
    whole = Series.objects.get(code="a")
    whole.part_of = below
    assert faults(whole)["part_of"] == [ITSELF]


def test_database_refuses_a_part_of_itself():
    whole = make_sum()
    whole.part_of = whole
    with pytest.raises(IntegrityError), transaction.atomic():
        whole.save()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"indicator": "beds"}, "A part counts the same indicator as the sum."),
        ({"territory": "MA-01"}, "A part lies inside the territory of the sum."),
    ],
)
def test_part_of_another_indicator_or_outside_is_refused(columns, sentence):
    if "indicator" in columns:
        columns = {"indicator": make_indicator("beds"), "territory": make_region()}
    else:
        columns = {"territory": make_region("MA-01", "Tanger")}
    part = make_series("part", part_of=make_sum(territory=make_region()), **columns)
    assert faults(part) == {"part_of": [sentence]}


def test_part_of_a_series_that_is_no_sum_is_refused():
    part = make_series("part", territory=make_region(), part_of=make_series("whole"))
    assert faults(part) == {
        "part_of": [
            "The figures of that series are not the sum of its parts. Say so there first, or choose another."
        ]
    }


@pytest.mark.parametrize("figures", ["parts", "milestones"])
def test_figure_of_a_sum_or_a_count_is_refused(figures):
    kind = "city" if figures == "milestones" else ""
    series = make_series("series", figures=figures, counted_kind=kind)
    row = make_measurement(series, "2024-01-01", 5, draft=True, source=make_source())
    assert faults(row)["series"] == [ENTERED]


def test_series_with_figures_becomes_no_sum():
    series = make_series()
    make_measurement(series, "2024-01-01", 5, draft=True)
    series.figures = "parts"
    assert faults(series) == {
        "figures": [
            "Figures were entered for this series: it cannot be a sum or a count. Make a series of its own for it."
        ]
    }


def test_sum_with_parts_gets_no_figures_of_its_own():
    whole = make_sum()
    make_series("part", territory=make_region(), part_of=whole)
    whole.figures = "own"
    assert faults(whole) == {
        "figures": [
            "Other series are parts of this one: its figures are their sum as long as they are."
        ]
    }


def test_count_names_its_kind_and_is_a_running_total():
    series = make_series("count", figures="own")
    series.figures = "milestones"
    assert faults(series) == {
        "__all__": [
            "A series counted from openings names the kind of centres it counts; a sum names none."
        ]
    }
    level = make_indicator("level", measure="level")
    count = make_series("level", indicator=level, figures="milestones", counted_kind="city")
    assert faults(count) == {
        "figures": ["Openings are counted as a running total: choose another indicator."]
    }


def test_target_on_context_and_context_under_a_target_are_refused():
    context = make_series("jobs", role="context")
    assert faults(Target(code="jobs", series=context)) == {
        "series": [
            "This series is context, never progress: no target can be set on it. Choose the series of what is "
            "promised, or make one."
        ]
    }
    series = make_target().series
    series.role = "context"
    assert faults(series)["role"] == ["Targets are set on this series: it cannot be context."]


def test_target_is_no_share_of_its_own_share():
    whole = make_target("whole")
    share = make_target("share", share_of=whole)
    whole.share_of = share
    assert faults(whole)["share_of"] == [
        "A target cannot be a share of itself, nor of its own shares."
    ]
