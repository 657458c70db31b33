"""From draft to published, and what may follow."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError

from programmes import services
from programmes.calculations.dates import PreciseDate
from programmes.models import (
    Category,
    Dimension,
    FrozenRowError,
    Measurement,
    MeasurementShare,
    ReviewEvent,
    Source,
    State,
    TargetRevision,
)
from tests.services.conftest import a_figure, a_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def published(alice: Any, rachida: Any, **overrides: Any) -> Measurement:
    row = services.submit(services.record(a_figure(**overrides), by=alice), by=alice)
    return services.publish(row, by=rachida, confirmation="Read in its source.")


def test_record_enters_a_draft(alice: Any) -> None:
    row = services.record(a_figure(), by=alice)
    assert (row.state, row.entered_by, row.value) == (State.DRAFT, alice, 320)
    assert row not in Measurement.objects.published()


def test_record_outside_the_scope_is_refused(bob: Any) -> None:
    with pytest.raises(PermissionDenied):
        services.record(a_figure(), by=bob)
    assert not Measurement.objects.filter(value=320).exists()


def test_record_by_a_reviewer_is_refused(rachida: Any) -> None:
    with pytest.raises(PermissionDenied):
        services.record(a_figure(), by=rachida)


def test_publish_makes_a_submitted_figure_public(alice: Any, rachida: Any) -> None:
    row = published(alice, rachida)
    assert row in Measurement.objects.published()
    steps = ReviewEvent.objects.filter(measurement=row).order_by("id")
    assert [(step.from_state, step.to_state, step.by) for step in steps] == [
        ("draft", "submitted", alice),
        ("submitted", "published", rachida),
    ]


@pytest.mark.parametrize(
    ("confirmation", "note", "told"),
    [
        ("Read twice.", "Which campus?", "Read twice.\nWhich campus?"),
        ("", "Which campus?", "Which campus?"),
        ("Read twice.", " ", "Read twice."),
        ("", "", ""),
    ],
)
def test_reviewers_get_what_was_written_of_the_value_with_the_note(
    alice: Any, confirmation: str, note: str, told: str
) -> None:
    row = services.record(a_figure(confirmation=confirmation), by=alice)
    assert services.submit(row, by=alice, note=note).events.latest("pk").note == told


def test_publish_of_a_draft_is_refused(alice: Any, rachida: Any) -> None:
    row = services.record(a_figure(), by=alice)
    with pytest.raises(FrozenRowError):
        services.publish(row, by=rachida)
    row.refresh_from_db()
    assert row.state == State.DRAFT


def test_publish_by_the_contributor_is_refused(alice: Any) -> None:
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    with pytest.raises(PermissionDenied):
        services.publish(row, by=alice)


def test_publish_of_a_second_figure_for_the_same_date_is_refused(alice: Any, rachida: Any) -> None:
    published(alice, rachida)
    other = services.submit(services.record(a_figure(value=400), by=alice), by=alice)
    with pytest.raises(ValidationError):
        services.publish(other, by=rachida)
    kept = services.set_aside(other, by=rachida, reason="The operator's own count is preferred.")
    assert (kept.state, kept.outcome_reason) == (
        State.SET_ASIDE,
        "The operator's own count is preferred.",
    )


def test_send_back_needs_a_note_and_opens_the_record_again(alice: Any, rachida: Any) -> None:
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    with pytest.raises(ValidationError):
        services.send_back(row, by=rachida, note="  ")
    row = services.send_back(row, by=rachida, note="Which campus?")
    row.note = "Benguérir only."
    row = services.change_draft(row, by=alice)
    assert (row.state, row.note) == (State.RETURNED, "Benguérir only.")
    assert services.submit(row, by=alice).state == State.SUBMITTED


def test_amend_of_a_submitted_figure_is_refused(alice: Any) -> None:
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    row.value = 5
    with pytest.raises(FrozenRowError):
        services.change_draft(row, by=alice)


def test_publish_of_a_correction_supersedes_what_it_corrects(alice: Any, rachida: Any) -> None:
    wrong = published(alice, rachida, value=3200)
    right = published(
        alice, rachida, value=320, supersedes=wrong, reason="Typed with a zero too many."
    )
    wrong.refresh_from_db()
    assert (wrong.state, wrong.outcome_reason) == (State.SUPERSEDED, "Typed with a zero too many.")
    assert list(
        Measurement.objects.published().filter(series=right.series, as_of_on=right.as_of_on)
    ) == [right]


def test_discard_removes_a_draft_only(alice: Any) -> None:
    row = services.record(a_figure(), by=alice)
    services.discard(row, by=alice)
    assert not Measurement.objects.filter(value=320).exists()
    row = services.submit(services.record(a_figure(), by=alice), by=alice)
    with pytest.raises(FrozenRowError):
        services.discard(row, by=alice)


def test_discard_outside_the_scope_is_refused(alice: Any, bob: Any) -> None:
    row = services.record(a_figure(), by=alice)
    rows = Measurement.objects.filter(pk=row.pk)
    for discard in (
        lambda: services.discard(row, by=bob),
        lambda: services.discard_all(rows, by=bob),
    ):
        with pytest.raises(PermissionDenied):
            discard()
    assert rows.exists()


def test_overlapping_periods_are_refused(alice: Any, rachida: Any) -> None:
    """Two published amounts of one series may not count the same days twice."""
    series = a_series("per_period")
    year = {"period_start": "2022-01-01", "as_of": PreciseDate.parse("2022-12-31")}
    half = {"period_start": "2022-07-01", "as_of": PreciseDate.parse("2023-06-30")}
    row = services.record(a_figure(series=series, **year), by=alice)
    services.publish(services.submit(row, by=alice), by=rachida)
    other = services.submit(services.record(a_figure(series=series, **half), by=alice), by=alice)
    with pytest.raises(ValidationError):
        services.publish(other, by=rachida)


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        (
            {"as_of": PreciseDate.parse("2024-01-15")},
            "as_of_on",
        ),  # the source is of 6 December 2023
        ({"as_of": PreciseDate.unknown()}, "__all__"),
        ({"value": None}, "__all__"),
        ({"value": "NaN"}, "value"),
        ({"value": "Infinity"}, "value"),
        ({"value": "1" * 30}, "value"),
        ({"value": None, "numerator": 1, "denominator": 2}, "numerator"),
        ({"period_start": "2023-01-01"}, "period_start"),
    ],
)
def test_record_refuses_what_cannot_be(alice: Any, overrides: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(**overrides), by=alice)
    assert field in refused.value.message_dict


def test_record_refuses_a_count_below_zero(alice: Any) -> None:
    series = a_series("running_total")
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(series=series, value=-5), by=alice)
    assert list(refused.value.message_dict) == ["value"]


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"value": 73}, "value"),
        ({"value": None, "numerator": 3, "denominator": 0}, "__all__"),
        ({"value": None, "numerator": 5, "denominator": 4}, "numerator"),
        ({"value": None, "numerator": 5, "denominator": None}, "__all__"),
    ],
)
def test_record_refuses_an_impossible_ratio(
    alice: Any, overrides: dict[str, Any], field: str
) -> None:
    series = a_series("ratio")
    with pytest.raises(ValidationError) as refused:
        services.record(a_figure(series=series, **overrides), by=alice)
    assert field in refused.value.message_dict


def test_record_takes_the_day_of_the_source_for_a_whole_year(alice: Any) -> None:
    row = services.record(a_figure(as_of=PreciseDate.parse("2023")), by=alice)
    assert (row.as_of_on.isoformat(), row.as_of.notation) == ("2023-12-06", "2023")


def test_revise_numbers_the_announcement_after_the_others(rachida: Any) -> None:
    editor = rachida
    editor.groups.set([rachida.groups.model.objects.get(name="editor")])
    first = TargetRevision.objects.get(target__code="cmc-7", number=1)
    revision = TargetRevision(
        target=first.target,
        value=7,
        due=PreciseDate.parse("2024-2025"),
        announced=PreciseDate.parse("2024-02-01"),
        source=Source.objects.get(code="map-2024-09-tanger"),
        reason="New date.",
    )
    revision = services.revise(revision, by=editor)
    assert (revision.number, revision.state) == (2, State.DRAFT)


# Shares of a figure


def shared(alice: Any, **parts: int) -> Measurement:
    """A draft of 320 workstations with shares by sex."""
    row = services.record(a_figure(), by=alice)
    for code, value in parts.items():
        category = Category.objects.get(dimension__code="sex", code=code)
        MeasurementShare.objects.create(measurement=row, category=category, value=value)
    return row


def test_submit_of_shares_above_their_total_is_refused(alice: Any) -> None:
    row = shared(alice, female=200, male=121)
    with pytest.raises(ValidationError, match="321"):
        services.submit(row, by=alice)
    row.refresh_from_db()
    assert row.state == State.DRAFT


@pytest.mark.parametrize("men", [120, 50, 0])
def test_submit_of_shares_up_to_their_total_is_taken(alice: Any, men: int) -> None:
    row = services.submit(shared(alice, female=200, male=men), by=alice)
    assert row.state == State.SUBMITTED


def test_dimension_and_category_in_use_cannot_be_removed(alice: Any) -> None:
    shared(alice, female=200)
    with pytest.raises(ProtectedError):
        Category.objects.get(dimension__code="sex", code="female").delete()
    with pytest.raises(ProtectedError):
        Dimension.objects.get(code="sex").delete()
