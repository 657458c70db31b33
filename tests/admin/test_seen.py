"""What a reviewer looked at is what is published; what the public was never shown is named and shown by a tick."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from programmes import services
from programmes.admin.review import reviewed
from programmes.admin.review.record import review_url
from programmes.models import BulkReview, Measurement, Target, TargetRevision
from tests import builders as public
from tests.admin.builders import (
    make_measurement,
    make_programme,
    make_series,
    make_target,
    published,
)
from tests.admin.conftest import asked, confirm, signed_in


def _desk(row: Any, language: str = "en") -> str:
    return review_url(row).replace("/fr/", f"/{language}/", 1)


def _answer(page: Any, do: str = "publish") -> dict[str, str]:
    """What a form of the reviewer's desk carries by itself."""
    return {"do": do, "seen": str(page.context["seen"])}


def _said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.fixture
def submitted(alice: Any, places: Any) -> Measurement:
    return services.submit(make_measurement(make_series(places["MA-ERR"]), alice), by=alice)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "depuis que vous l’avez lue"), ("ar", "منذ أن اطلعتم عليها")],
)
def test_newer_submission_is_a_conflict_by_name(
    alice: Any, reviewer: Any, submitted: Measurement, language: str, sentence: str
) -> None:
    client, address = signed_in(reviewer), _desk(submitted, language)
    page = client.get(address)
    services.send_back(submitted, by=reviewer, note="Non")
    row = Measurement.objects.get()
    row.value = 999999
    services.submit(services.change_draft(row, by=alice), by=alice)
    response = client.post(address, _answer(page))
    row.refresh_from_db()
    assert row.state == "submitted"
    assert sentence in response.content.decode()
    # looked at anew, it goes through
    assert client.post(address, _answer(client.get(address))).status_code == 302
    row.refresh_from_db()
    assert row.state == "published"


def test_page_of_a_record_carries_what_it_showed(
    alice: Any, reviewer: Any, submitted: Measurement
) -> None:
    client = signed_in(reviewer)
    page = client.get(reverse("admin:programmes_measurement_change", args=[submitted.pk]))
    (link,) = (step.url for step in page.context["steps"] if "/admin/review/" in step.url)
    page = client.get(link)
    services.send_back(submitted, by=reviewer, note="Non")
    services.submit(Measurement.objects.get(), by=alice)
    for do in ("publish", "return", "set-aside"):
        client.post(link, _answer(page, do) | {f"{do}-note": "Non"})
        assert Measurement.objects.get().state == "submitted"


def test_bulk_work_keeps_what_was_seen(
    alice: Any, reviewer: Any, submitted: Measurement, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reviewed, "WAITED_FOR", 0)
    listed = reverse("admin:programmes_measurement_changelist")
    chosen = {"action": "publish_rows", "_selected_action": [submitted.pk]}
    page = signed_in(reviewer).post(listed, chosen)
    services.send_back(submitted, by=reviewer, note="Non")
    services.submit(Measurement.objects.get(), by=alice)
    signed_in(reviewer).post(page.context["address"], asked(page))
    job = BulkReview.objects.get()
    assert (job.done, [key for key, _name, _why in job.refused]) == (1, [submitted.pk])
    assert Measurement.objects.get().state == "submitted"


@pytest.mark.parametrize("waited_for", [100, 0])
def test_hidden_owners_are_named_and_shown_by_one_tick(
    alice: Any, reviewer: Any, places: Any, waited_for: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reviewed, "WAITED_FOR", waited_for)
    programme = make_programme(places["MA-ERR"], name_fr="Écoles")
    target = make_target(make_series(places["MA-ERR"], programme=programme), alice)
    row = services.submit(target.revisions.get(), by=alice)
    page = signed_in(reviewer).post(
        reverse("admin:programmes_targetrevision_changelist"),
        {"action": "publish_rows", "_selected_action": [row.pk]},
    )
    names = page.context["hidden"].names
    assert len(names) == 2
    assert any("Écoles" in name for name in names)
    response = confirm(reviewer, "targetrevision", "publish_rows", row)
    if waited_for:
        assert "Écoles" in _said(response)
    else:
        assert "Écoles" in BulkReview.objects.latest("pk").refused[0][2]
    assert not Target.objects.get().is_public
    confirm(reviewer, "targetrevision", "publish_rows", row, show="on")
    assert TargetRevision.objects.get().state == "published"
    assert (Target.objects.get().is_public, row.target.series.programme.pk) == (True, programme.pk)


def test_what_is_shown_already_asks_for_no_tick(
    reviewer: Any, submitted: Measurement, places: Any
) -> None:
    page = signed_in(reviewer).get(_desk(submitted))
    assert page.context["hidden"].names == ()
    assert 'name="publish-show"' not in page.content.decode()


def test_superuser_who_changed_a_returned_figure_does_not_publish_it(
    alice: Any, root: Any, submitted: Measurement
) -> None:
    services.send_back(submitted, by=root, note="Non")
    row = Measurement.objects.get()
    row.value = 999999
    services.submit(services.change_draft(row, by=root), by=root)
    response = confirm(root, "measurement", "publish_rows", row)
    assert Measurement.objects.get().state == "submitted"
    assert "You changed this record" in _said(response)


def test_correction_asks_for_its_own_reason_and_says_what_it_corrects(
    alice: Any, places: Any
) -> None:
    row = published(
        make_measurement(make_series(places["MA-ERR"]), alice, note="Phase pilote"), alice
    )
    add = reverse("admin:programmes_measurement_add").replace("/fr/", "/en/", 1)
    page = signed_in(alice).get(add, {"supersedes": row.pk})
    form = page.context["adminform"].form
    assert (form["value"].value(), form["note_fr"].value(), form["reason_fr"].value()) == (
        "1000",
        "Phase pilote",
        None,
    )
    assert "This corrects:" in page.content.decode()
    values = {
        "series": row.series_id,
        "as_of": "01/02/2026",
        "value": "1000",
        "qualifier": "exactly",
        "source": row.source_id,
        "supersedes": row.pk,
        "note_fr": "Phase pilote",
        "shares-TOTAL_FORMS": 0,
        "shares-INITIAL_FORMS": 0,
    }
    response = signed_in(alice).post(add, values)
    assert list(response.context["adminform"].form.errors) == ["reason_en"]
    assert "This corrects:" in response.content.decode()
    # the same once more with a reason: nothing is corrected by it
    response = signed_in(alice).post(add, values | {"reason_en": "x", "_submit_for_review": "1"})
    assert "the same as the entry it corrects" in _said(response)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_announcement_that_moves_a_promise_gives_its_reason_at_the_box(
    alice: Any, places: Any, language: str
) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    published(target.revisions.get(), alice)
    response = signed_in(alice).post(
        reverse("admin:programmes_targetrevision_add").replace("/fr/", f"/{language}/"),
        {
            "target": target.pk,
            "kind": "announced",
            "value": "15000",
            "qualifier": "exactly",
            "sense": "at_least",
            "due": "2028",
            "announced": "10/01/2026",
            "source": target.revisions.get().source_id,
            "waypoints-TOTAL_FORMS": 0,
            "waypoints-INITIAL_FORMS": 0,
        },
    )
    assert list(response.context["adminform"].form.errors) == [f"reason_{language}"]


def test_reviewer_looks_at_a_reason_in_each_language(
    alice: Any, reviewer: Any, places: Any
) -> None:
    target = make_target(make_series(places["MA-ERR"]), alice)
    published(target.revisions.get(), alice)
    row = public.make_revision(
        target, 2, value=9, announced="2024-05-01", draft=True, entered_by=alice,
        reason_fr="Retard des travaux", reason_ar="تأخر الأشغال",
    )  # fmt: skip
    services.submit(row, by=alice)
    page = signed_in(reviewer).get(review_url(row))
    facts = {fact.label: fact.now for fact in page.context["shown"].facts}
    assert facts["Motif de la révision – Français"] == "Retard des travaux"
    assert facts["Motif de la révision – العربية"] == "تأخر الأشغال"


def test_two_rows_with_the_same_day_differ_by_what_was_printed(root: Any, places: Any) -> None:
    target = public.make_target("pie", due="2026", due_text="à l'horizon 2026")
    public.make_revision(
        target, 2, value=1000, due="2026", announced="2022-01-01", due_text="d'ici fin 2026",
        reason="Autre échéance",
    )  # fmt: skip
    for address in (
        reverse("admin:programmes_targetrevision_changelist"),
        reverse("admin:programmes_target_change", args=[target.pk]),
    ):
        text = signed_in(root).get(address).content.decode()
        assert "à l&#x27;horizon 2026" in text
        assert "d&#x27;ici fin 2026" in text
