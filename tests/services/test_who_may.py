"""Every step asks whether a member of staff may take it, and whether the record lies in their territories."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from programmes import services
from programmes.models import Assignment, Measurement, Participation, TargetRevision, Territory
from tests.builders import (
    day,
    make_centre,
    make_milestone,
    make_organisation,
    make_programme,
    make_revision,
    make_series,
    make_source,
    make_statement,
    make_target,
)
from tests.conftest import make_member
from tests.services.conftest import a_figure, a_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

NOT_ALLOWED = "You are not allowed to do this with: measurements."
OUTSIDE = "This record lies outside your territories and programmes."


@pytest.fixture
def guest(db: Any, sample: None) -> Any:
    """A member of staff of the whole country with no role."""
    user = get_user_model().objects.create_user("guest", "guest@example.ma", "pass", is_staff=True)
    Assignment.objects.create(user=user, territory=Territory.objects.get(code="MA"))
    return user


@pytest.fixture
def azilal(db: Any, sample: None) -> Any:
    """The administrator of Azilal."""
    return make_member("azilal", "administrator", "MA-AZI")


Step = Callable[[Measurement, Any], object]
STEPS: dict[str, tuple[str, Step]] = {
    "change": ("draft", lambda row, by: services.change_draft(row, by=by)),
    "discard": ("draft", lambda row, by: services.discard(row, by=by)),
    "submit": ("draft", lambda row, by: services.submit(row, by=by)),
    "publish": ("submitted", lambda row, by: services.publish(row, by=by)),
    "send back": ("submitted", lambda row, by: services.send_back(row, by=by, note="Which day?")),
    "set aside": ("submitted", lambda row, by: services.set_aside(row, by=by, reason="Another.")),
}


@pytest.mark.parametrize("name", STEPS)
def test_step_is_refused_to_whoever_may_not_take_it(
    name: str, alice: Any, guest: Any, azilal: Any
) -> None:
    state, step = STEPS[name]
    row = services.record(a_figure(value=111), by=alice)
    if state == "submitted":
        row = services.submit(row, by=alice)
    for person, sentence in ((guest, NOT_ALLOWED), (azilal, OUTSIDE)):
        with override("en"), pytest.raises(PermissionDenied) as refused:
            step(row, person)
        assert str(refused.value) == sentence
        assert Measurement.objects.get(pk=row.pk).state == state


def test_nothing_more_is_said_of_what_was_withdrawn(nadia: Any, hassan: Any) -> None:
    target, milestone = (
        make_target("gone", value=100),
        make_milestone("gone", programme=make_programme()),
    )
    drafts = [
        make_revision(target, 2, value=50, announced="2023-01-01", reason_fr="Moins.", draft=True),
        make_statement(milestone, "reached", "2023-03-01", "2023-04-01", draft=True),
    ]
    for record in (target, milestone):
        proposal = services.propose_withdrawal(record, by=nadia, reason="Given up.")
        services.publish(services.submit(proposal, by=nadia), by=hassan)
    owners = ("Young people trained – Programme programme – Morocco", "Jalon gone")
    for draft, owner in zip(drafts, owners, strict=True):
        row = type(draft)._default_manager.get(pk=draft.pk)
        with override("en"), pytest.raises(ValidationError) as refused:
            services.submit(row, by=hassan)
        assert refused.value.messages == [
            f"{owner} was withdrawn: nothing more is published of it. Make a new one."
        ]


def test_what_the_public_does_not_rely_on_needs_no_proposal(nadia: Any) -> None:
    centre = make_centre()
    sentence = "latitude: change it in the record's own form, without a proposal."
    with override("en"), pytest.raises(ValidationError) as refused:
        services.propose_change(centre, {"latitude": "33.5"}, by=nadia, reason="Measured anew.")
    assert refused.value.messages == [sentence]
    # a draft that came by another road
    draft = services.propose_change(
        centre, {"locality": {"fr": "Tit Mellil"}}, by=nadia, reason="Moved."
    )
    draft.changes = {"latitude": [None, "33.5"]}
    draft.save()
    with override("en"), pytest.raises(ValidationError) as refused:
        services.submit(draft, by=nadia)
    assert refused.value.messages == [sentence]


def test_nothing_is_promised_on_a_series_of_others(alice: Any, azilal: Any) -> None:
    series = a_series("running_total")
    for person, raised in ((azilal, PermissionDenied), (alice, None)):
        revision = TargetRevision(
            number=1, value=10, announced=day("2024-01-01"), source=make_source()
        )
        if raised is None:
            assert services.promise(revision, by=person, series=series).series == series
            continue
        with override("en"), pytest.raises(raised) as refused:
            services.promise(revision, by=person, series=series)
        assert str(refused.value) == OUTSIDE


def test_structure_is_copied_into_ones_own_programme_alone(azilal: Any, hassan: Any) -> None:
    source, other = (make_programme(code, is_public=False) for code in ("source", "other"))
    for programme, code in ((source, "theirs"), (other, "else")):
        Participation.objects.create(
            programme=programme, organisation=make_organisation(code), role="lead"
        )
    into = make_programme("into", is_public=False)
    with pytest.raises(PermissionDenied):
        services.copy_structure(source, into, by=azilal)
    services.copy_structure(source, into, by=hassan)
    assert [one.organisation.code for one in into.participations.all()] == ["theirs"]


def test_targets_are_copied_by_those_who_may_add_them(guest: Any, hassan: Any) -> None:
    source, into = (make_programme(code, is_public=False) for code in ("source", "into"))
    make_target("theirs", series=make_series("theirs", programme=source), value=10, draft=True)
    with override("en"), pytest.raises(PermissionDenied) as refused:
        services.copy_structure(source, into, by=guest)
    assert str(refused.value) == "You are not allowed to do this with: targets."
    assert not into.series.exists()
    services.copy_structure(source, into, by=hassan)
    assert into.series.get().targets.count() == 1
