"""Submitting, publishing, returning, setting aside, withdrawing, correcting."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse

from programmes import services
from programmes.models import Measurement, ReviewEvent
from tests.admin.builders import (
    make_measurement,
    make_series,
    make_superuser,
    make_target,
    published,
)
from tests.admin.conftest import confirm, signed_in

LIST = "/en/admin/programmes/measurement/"


def _act(user: Any, action: str, *rows: Measurement, **values: Any) -> Any:
    return confirm(user, "measurement", action, *rows, **values)


def _state(row: Any) -> str:
    return type(row).objects.values_list("state", flat=True).get(pk=row.pk)


@pytest.fixture
def draft(alice: Any, places: Any) -> Measurement:
    return make_measurement(make_series(places["MA-ERR"]), alice)


def test_step_is_asked_before_it_is_taken(alice: Any, draft: Measurement) -> None:
    response = signed_in(alice).post(
        LIST, {"action": "submit_rows", "_selected_action": [draft.pk], "confirmed": "1"}
    )
    assert response.status_code == 200
    assert "Jeunes formés" in response.content.decode()
    assert _state(draft) == "draft"
    _act(alice, "submit_rows", draft)
    assert _state(draft) == "submitted"


def test_submitted_then_published_is_public(alice: Any, reviewer: Any, draft: Measurement) -> None:
    assert draft not in Measurement.objects.published()
    _act(alice, "submit_rows", draft)
    _act(reviewer, "publish_rows", draft, show="on")
    assert list(Measurement.objects.published()) == [draft]


def test_returned_with_its_note_and_submitted_again(
    alice: Any, reviewer: Any, draft: Measurement
) -> None:
    services.submit(draft, by=alice)
    response = _act(reviewer, "return_rows", draft, note=" ")
    assert response.status_code == 200
    assert _state(draft) == "submitted"
    _act(reviewer, "return_rows", draft, note="Vérifier la date")
    assert _state(draft) == "returned"
    page = reverse("admin:programmes_measurement_change", args=[draft.pk])
    assert "Vérifier la date" in signed_in(alice).get(page).content.decode()
    assert "Vérifier la date" in ReviewEvent.objects.latest("id").note


def test_own_entry_is_not_published(draft: Measurement, alice: Any) -> None:
    alice.groups.add(*_groups("reviewer"))
    services.submit(draft, by=alice)
    response = _act(type(alice).objects.get(pk=alice.pk), "publish_rows", draft)
    assert _state(draft) == "submitted"
    assert "another reviewer" in str([str(one) for one in get_messages(response.wsgi_request)])


def test_refused_rows_are_named_and_the_others_go_on(
    alice: Any, reviewer: Any, places: Any
) -> None:
    series = make_series(places["MA-ERR"])
    first = published(make_measurement(series, alice), make_superuser("root"))
    good = services.submit(make_measurement(make_series(places["MA-ERR"]), alice), by=alice)
    twin = services.submit(make_measurement(series, alice, value=7), by=alice)
    draft = make_measurement(make_series(places["MA-ERR"]), alice)
    response = _act(reviewer, "publish_rows", good, twin, draft, show="on")
    said = [str(one) for one in get_messages(response.wsgi_request)]
    assert [_state(row) for row in (good, twin, draft)] == ["published", "submitted", "draft"]
    assert len(said) == 3
    assert first.ref in said[1]


def test_actions_are_offered_only_with_the_permission(
    alice: Any, reviewer: Any, draft: Measurement
) -> None:
    def offered(user: Any) -> set[str]:
        form = signed_in(user).get(LIST).context["action_form"]
        return {name for name, _title in form.fields["action"].choices if name}

    assert offered(alice) == {"submit_rows", "delete_selected"}
    assert offered(reviewer) == {"publish_rows", "return_rows", "set_aside_rows"}


@pytest.mark.parametrize("is_published", [False, True])
def test_what_is_submitted_or_published_is_read_only(
    is_published: bool, alice: Any, reviewer: Any, draft: Measurement
) -> None:
    row = services.submit(draft, by=alice)
    if is_published:
        services.publish(row, by=reviewer)
    page = reverse("admin:programmes_measurement_change", args=[draft.pk])
    client = signed_in(alice)
    assert client.get(page).context["adminform"].form.fields == {}
    assert client.post(page, {"value": "1"}).status_code == 403
    delete = reverse("admin:programmes_measurement_delete", args=[draft.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    signed_in(alice).post(
        LIST, {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"}
    )
    draft.refresh_from_db()
    assert draft.value == 1000


def test_returned_draft_can_be_removed_with_its_review_log(
    alice: Any, reviewer: Any, draft: Measurement
) -> None:
    services.submit(draft, by=alice)
    services.send_back(draft, by=reviewer, note="Non")
    page = reverse("admin:programmes_measurement_delete", args=[draft.pk])
    assert signed_in(alice).post(page, {"post": "yes"}).status_code == 302
    assert not Measurement.objects.exists()


def test_correction_starts_from_what_it_corrects_and_supersedes_it(
    alice: Any, reviewer: Any, draft: Measurement
) -> None:
    services.publish(services.submit(draft, by=alice), by=reviewer)
    client = signed_in(alice)
    page = client.get(reverse("admin:programmes_measurement_change", args=[draft.pk]))
    add = reverse("admin:programmes_measurement_add")
    assert f'href="{add}?supersedes={draft.pk}"' in page.content.decode()
    form = client.get(add, {"supersedes": draft.pk}).context["adminform"].form
    values = {
        name: form[name].value() or ""
        for name in ("series", "as_of", "qualifier", "source", "supersedes")
    }
    assert (form["value"].value(), values["as_of"]) == ("1000", "01/02/2026")
    response = client.post(
        add,
        values
        | {
            "value": "1 100",
            "reason_fr": "Chiffre corrigé",
            "shares-TOTAL_FORMS": 0,
            "shares-INITIAL_FORMS": 0,
            "_submit_for_review": "1",
        },
    )
    assert response.status_code == 302
    correction = Measurement.objects.exclude(pk=draft.pk).get()
    assert correction.state == "submitted"
    services.publish(correction, by=reviewer)
    assert (_state(draft), _state(correction)) == ("superseded", "published")


def test_page_of_a_target_shows_where_it_stands(alice: Any, reviewer: Any, places: Any) -> None:
    series = make_series(places["MA-ERR"])
    target = make_target(series, alice)
    page = reverse("admin:programmes_target_change", args=[target.pk])
    client = signed_in(alice)
    assert "standing" not in client.get(page).content.decode()
    revision = target.revisions.get()
    services.publish(services.submit(revision, by=alice), by=reviewer, show=True)
    figure = make_measurement(series, alice)
    services.publish(services.submit(figure, by=alice), by=reviewer)
    html = client.get(page).content.decode()
    assert 'class="standing"' in html
    assert f"targetrevision/{revision.pk}/change/" in html
    assert f"measurement/{figure.pk}/change/" in html
    assert f"targetrevision/add/?target={target.pk}" in html
    assert f"measurement/add/?series={series.pk}" in html


def test_note_of_a_megabyte_is_refused(reviewer: Any, alice: Any, draft: Measurement) -> None:
    services.submit(draft, by=alice)
    response = _act(reviewer, "return_rows", draft, note="x" * 1_000_000)
    assert response.status_code == 200
    assert _state(draft) == "submitted"


def test_review_log_and_source_of_a_reviewed_row_cannot_be_written(
    root: Any, draft: Measurement
) -> None:
    services.submit(draft, by=root)
    event = ReviewEvent.objects.get()
    client = signed_in(root)
    for page in ("change", "delete"):
        address = reverse(f"admin:programmes_reviewevent_{page}", args=[event.pk])
        assert client.post(address, {"post": "yes", "note": "x"}).status_code == 403
    assert client.get(reverse("admin:programmes_reviewevent_add")).status_code == 403


def _groups(*names: str) -> list[Any]:
    return list(Group.objects.filter(name__in=names))
