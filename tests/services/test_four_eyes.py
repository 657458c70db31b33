"""Nobody publishes what they entered or changed, by whatever road; what was submitted stays as it was seen."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from programmes import services
from programmes.models import (
    Category,
    FrozenRowError,
    Measurement,
    MeasurementShare,
    ReviewEvent,
    State,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.models.review import RecordPart
from tests.admin.builders import make_world
from tests.builders import make_revision, make_source
from tests.services.conftest import a_figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

CHANGED = "Vous avez modifié cette fiche : la décision revient à un autre validateur."
ENTERED = "Vous avez saisi cette fiche : la décision revient à un autre validateur."


def changes(row: Any) -> list[tuple[str, Any]]:
    """Who changed the content, and where it stood then, oldest first."""
    events = row.events.order_by("pk")
    return [(one.from_state, one.by) for one in events if one.from_state == one.to_state]


def submitted(row: Any, by: Any) -> Any:
    return services.submit(row, by=by)


def returned_and_changed(author: Any, reviewer: Any, value: int) -> Measurement:
    """A figure that a reviewer returned to its author, then changed and submitted in their place."""
    row = submitted(services.record(a_figure(value=111), by=author), author)
    row = services.send_back(row, by=reviewer, note="Vraiment ?")
    row.value = Decimal(value)
    return submitted(services.change_draft(row, by=reviewer), reviewer)


def test_an_administrator_who_changes_what_was_returned_does_not_publish_it(
    alice: Any, hassan: Any, rachida: Any
) -> None:
    row = returned_and_changed(alice, hassan, 999999)
    assert changes(row) == [("returned", hassan)]
    with pytest.raises(PermissionDenied) as refused:
        services.publish(row, by=hassan, confirmation="Read again.")
    assert str(refused.value) == CHANGED
    assert services.publish(row, by=rachida, confirmation="Read again.").state == State.PUBLISHED


def test_the_desk_offers_no_answer_to_whoever_changed_what_another_entered(
    alice: Any, hassan: Any, rachida: Any
) -> None:
    row = returned_and_changed(alice, hassan, 112)
    address = reverse("admin:review_record", args=["figures", row.pk])
    pages = {}
    for person in (hassan, rachida):
        client = Client()
        client.force_login(person)
        pages[person] = client.get(address).content.decode()
    assert CHANGED in pages[hassan]
    assert 'name="do" value="publish"' not in pages[hassan]
    assert CHANGED not in pages[rachida]
    assert 'name="do" value="publish"' in pages[rachida]


def test_nobody_sets_aside_their_own_since_the_public_reads_it(hassan: Any) -> None:
    row = submitted(services.record(a_figure(value=111), by=hassan), hassan)
    with pytest.raises(PermissionDenied) as refused:
        services.set_aside(row, by=hassan, reason="Une autre source le dit")
    assert str(refused.value) == ENTERED
    assert Measurement.objects.get(pk=row.pk).state == State.SUBMITTED


@pytest.mark.parametrize("step", ["add", "change", "delete"])
def test_a_part_changed_in_its_own_list_is_content_of_whoever_changed_it(
    hassan: Any, step: str
) -> None:
    """Though the row itself still names the one who saved it last."""
    root = get_user_model().objects.create_superuser("root")
    target = Target.objects.get(code="cmc-12")
    row = make_revision(
        target, 9, value=14, due="2030", announced="2026-01-01", draft=True, reason="Retard",
        entered_by=hassan, changed_by=hassan, source=make_source("plan", on="2026-06-01"),
    )  # fmt: skip
    part = Waypoint.objects.create(revision=row, on="2028-01-01", value=100)
    paths = {"add": "add/", "change": f"{part.pk}/change/", "delete": f"{part.pk}/delete/"}
    sent = {"revision": row.pk, "on": "2027-01-01", "value": "50"}
    client = Client()
    client.force_login(root)
    response = client.post(
        f"/fr/admin/programmes/waypoint/{paths[step]}",
        {"post": "yes"} if step == "delete" else sent,
    )
    assert response.status_code == 302
    assert changes(row)[-1] == ("draft", root)
    row = submitted(row, hassan)
    with pytest.raises(PermissionDenied) as refused:
        services.publish(row, by=root, confirmation="Relu deux fois.")
    assert str(refused.value) == CHANGED


PARTS = [model for model in apps.get_models() if issubclass(model, RecordPart)]
STAYS = (
    "Ceci appartient à la fiche pour laquelle il a été créé et ne passe pas à une autre. Supprimez-le ici et "
    "ajoutez-le là-bas."
)


@pytest.mark.slow
@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_no_part_moves_to_another_record(hassan: Any, model: Any) -> None:
    """Whoever moved it would stand in the history of the other record alone, and could publish the one it left."""
    root = get_user_model().objects.create_superuser("root")
    part, other = (make_world(Territory.objects.get(code="MA-REH"), root)[model] for _one in "ab")
    before = getattr(part, f"{model.owner_name}_id")
    owner = getattr(other, model.owner_name)
    setattr(part, model.owner_name, owner)
    with pytest.raises(ValidationError) as invalid:
        part.full_clean()
    assert invalid.value.message_dict[model.owner_name] == [STAYS]
    for step in (
        part.save,
        lambda: model._default_manager.filter(pk=part.pk).update(**{model.owner_name: owner}),
        lambda: model._default_manager.bulk_update([part], [model.owner_name]),
    ):
        with pytest.raises(FrozenRowError) as refused, transaction.atomic():
            step()
        assert str(refused.value) == STAYS
    # past the model: the database refuses it
    parts = model._meta.get_field(model.owner_name).remote_field.related_name
    for road in (
        lambda: getattr(owner, parts).add(part),
        lambda: model._base_manager.filter(pk=part.pk).update(**{model.owner_name: owner}),
    ):
        with (
            pytest.raises(DatabaseError, match="a part stays with the record"),
            transaction.atomic(),
        ):
            road()
    client = Client()
    client.force_login(root)
    address = f"/fr/admin/programmes/{model._meta.model_name}/{part.pk}/change/"
    form = client.get(address).context["adminform"].form
    assert form.fields
    assert model.owner_name not in form.fields
    assert getattr(model._base_manager.get(pk=part.pk), f"{model.owner_name}_id") == before


def test_a_superuser_does_not_publish_their_own() -> None:
    root = get_user_model().objects.create_superuser("root")
    row = submitted(services.record(a_figure(), by=root), root)
    with pytest.raises(PermissionDenied) as refused:
        services.publish(row, by=root)
    assert str(refused.value) == ENTERED


def save(row: Measurement, by: Any) -> None:
    row.value, row.changed_by = Decimal(7), by
    row.save()


def update(row: Measurement, by: Any) -> None:
    Measurement.objects.filter(pk=row.pk).update(value=7, changed_by=by)


def bulk_update(row: Measurement, by: Any) -> None:
    row.value, row.changed_by = Decimal(7), by
    Measurement.objects.bulk_update([row], ["value", "changed_by"])


def named(row: Measurement, by: Any) -> Category:
    """The row is in somebody's hands; gives a category."""
    Measurement.objects.filter(pk=row.pk).update(changed_by=by)
    ReviewEvent.objects.filter(measurement=row)._raw_delete("default")
    return Category.objects.get(dimension__code="sex", code="female")


def add_share(row: Measurement, by: Any) -> None:
    MeasurementShare.objects.create(measurement=row, category=named(row, by), value=7)


def add_shares(row: Measurement, by: Any) -> None:
    part = MeasurementShare(measurement=row, category=named(row, by), value=7)
    MeasurementShare.objects.bulk_create([part])


def change_shares(row: Measurement, by: Any) -> None:
    add_share(row, by)
    named(row, by)
    row.shares.update(value=8)


def remove_shares(row: Measurement, by: Any) -> None:
    add_share(row, by)
    named(row, by)
    row.shares.all().delete()


@pytest.mark.parametrize(
    "road", [save, update, bulk_update, add_share, add_shares, change_shares, remove_shares]
)
def test_each_road_of_changing_a_draft_leaves_a_line_that_bars(
    alice: Any, hassan: Any, road: Any
) -> None:
    row = services.record(a_figure(), by=alice)
    road(row, hassan)
    row = submitted(Measurement.objects.get(pk=row.pk), alice)
    assert changes(row) == [("draft", hassan)]
    with pytest.raises(PermissionDenied) as refused:
        services.publish(row, by=hassan)
    assert str(refused.value) == CHANGED


def test_waypoints_are_content(nadia: Any, hassan: Any) -> None:
    target = Target.objects.get(code="cmc-12")
    row = make_revision(
        target, 50, draft=True, value=12, announced="2024-01-01", reason="x", entered_by=nadia
    )
    TargetRevision.objects.filter(pk=row.pk).update(changed_by=hassan)
    Waypoint.objects.create(revision=row, on="2025-01-01", value=3)
    assert changes(row)[-1] == ("draft", hassan)


def test_changes_of_one_person_that_follow_each_other_are_one_line(alice: Any) -> None:
    row = services.record(a_figure(), by=alice)
    for value in (1, 2, 3):
        row.value = Decimal(value)
        row = services.change_draft(row, by=alice)
    assert changes(row) == [("draft", alice)]


def test_what_is_submitted_is_frozen_with_its_parts(alice: Any) -> None:
    row = services.record(a_figure(), by=alice)
    category = Category.objects.get(dimension__code="sex", code="female")
    part = MeasurementShare.objects.create(measurement=row, category=category, value=7)
    row = submitted(row, alice)
    row.value = Decimal(5)
    with pytest.raises(FrozenRowError) as refused:
        row.save()
    assert str(refused.value) == (
        "Une fiche soumise reste en l’état jusqu’à sa publication ou son renvoi."
    )
    part.value = Decimal(5)
    with pytest.raises(FrozenRowError) as refused:
        part.save()
    assert str(refused.value) == (
        "Les éléments d’une fiche soumise ou publiée ne se modifient pas."
    )


def test_publishing_a_newer_submission_than_the_one_seen_is_a_conflict(
    alice: Any, rachida: Any
) -> None:
    seen = submitted(services.record(a_figure(value=111), by=alice), alice)
    row = services.send_back(seen, by=rachida, note="Vraiment ?")
    row.value = Decimal(999999)
    newer = submitted(services.change_draft(row, by=alice), alice)
    with pytest.raises(services.SubmissionChangedError) as refused:
        services.publish(seen, by=rachida, confirmation="Read again.")
    assert str(refused.value) == (
        "Cette fiche a été soumise de nouveau depuis que vous l’avez lue. Relisez-la."
    )
    assert services.publish(newer, by=rachida, confirmation="Read again.").value == Decimal(999999)


@pytest.mark.parametrize("step", [services.submit, services.publish])
def test_a_step_is_taken_once(alice: Any, rachida: Any, step: Any) -> None:
    row = submitted(services.record(a_figure(), by=alice), alice)
    by = alice if step is services.submit else rachida
    if step is services.publish:
        row = services.publish(row, by=by)
    with pytest.raises(FrozenRowError):
        step(row, by=by)
