"""A step of review on many records: in the background, each by itself, and its page says what became of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programmes import services
from programmes.admin.review import review_steps, reviewed
from programmes.admin.review.bulk import bulk_review
from programmes.admin.review.review_steps import seen_mark
from programmes.admin.transfer import files
from programmes.models import (
    BulkReview,
    ImportJob,
    LedgerEntry,
    Measurement,
    ReviewEvent,
    Standing,
    State,
)
from tests.admin.builders import (
    make_measurement,
    make_series,
    make_source,
    make_target,
    published,
)
from tests.admin.conftest import signed_in


@pytest.fixture
def few(monkeypatch: Any) -> None:
    """Three records are many."""
    monkeypatch.setattr(reviewed, "WAITED_FOR", 2)


@pytest.fixture
def submitted(alice: Any, places: Any) -> list[Measurement]:
    series = make_series(places["MA-ERR"])
    rows = [make_measurement(series, alice, as_of=f"0{n}/02/2026") for n in range(1, 5)]
    return [services.submit(row, by=alice) for row in rows]


def ask(user: Any, step: str, rows: list[Measurement], note: str = "", **values: str) -> Any:
    """Asks for a step on rows as they were seen: as they stand in `rows`."""
    return signed_in(user).post(
        reverse("admin:programmes_measurement_bulk", args=[step]),
        {"keys": keys_of(rows), "confirmed": "1", "note": note, **values},
        follow=True,
    )


def keys_of(rows: list[Measurement]) -> str:
    return ",".join(f"{row.pk}:{seen_mark(row)}" for row in rows)


def test_list_asks_once_and_a_worker_publishes(
    few: None, reviewer: Any, submitted: list[Measurement]
) -> None:
    client = signed_in(reviewer)
    asked = client.post(
        f"{reverse('admin:programmes_measurement_changelist')}?state__exact=submitted",
        {"action": "publish_rows", "_selected_action": [row.pk for row in submitted]},
    )
    page = asked.content.decode()
    assert f'name="keys" value="{keys_of(submitted)}"' in page
    assert (
        'action="/fr/admin/programmes/measurement/review/publish/?state__exact=submitted"' in page
    )
    # one of them is refused: a figure of the same day is published meanwhile
    other = make_measurement(submitted[0].series, submitted[0].entered_by, as_of="01/02/2026")
    other = services.submit(other, by=submitted[0].entered_by)
    services.publish(other, by=reviewer, confirmation="Des deux, celui-ci est définitif")
    response = ask(reviewer, "publish", submitted)
    job = BulkReview.objects.get()
    assert response.redirect_chain == [(f"/fr/admin/programmes/bulkreview/{job.pk}/change/", 302)]
    assert (job.done, [key for key, _name, _why in job.refused]) == (4, [submitted[0].pk])
    assert job.finished_at is not None
    text = response.content.decode()
    assert "4 sur 4, refus\xa0: 1" in text
    assert other.ref in text
    states = [Measurement.objects.get(pk=row.pk).state for row in submitted]
    assert states == ["submitted", "published", "published", "published"]
    assert _told() == [other.ref, *(row.ref for row in submitted[1:])]


def _told() -> list[str]:
    """The figures whose publication stands in the ledger."""
    entries = LedgerEntry.objects.filter(event="published", table="measurements")
    return list(entries.values_list("key", flat=True))


def _state(row: Measurement) -> str:
    return Measurement.objects.get(pk=row.pk).state


def test_few_records_are_done_at_once(reviewer: Any, submitted: list[Measurement]) -> None:
    response = ask(reviewer, "return", submitted[:2], "Vérifier la date")
    assert not BulkReview.objects.exists()
    assert [Measurement.objects.get(pk=row.pk).state for row in submitted[:2]] == ["returned"] * 2
    assert response.redirect_chain == [("/fr/admin/programmes/measurement/", 302)]


def test_work_that_was_interrupted_goes_on_and_repeats_nothing(
    reviewer: Any, submitted: list[Measurement], monkeypatch: Any
) -> None:
    job = BulkReview.objects.create(
        owner=reviewer,
        table="measurement",
        step="publish",
        keys=[row.pk for row in submitted],
        seen=[seen_mark(row) for row in submitted],
    )
    # the work stops in the second piece: of that nothing stays
    taken = iter([0.0, 2.0, 0.0])
    monkeypatch.setattr(review_steps, "monotonic", lambda: next(taken))
    with pytest.raises(StopIteration):
        bulk_review.call(job.pk)
    monkeypatch.undo()
    job.refresh_from_db()
    assert job.done == 1
    assert [_state(row) for row in submitted] == ["published", *["submitted"] * 3]
    assert _told() == [submitted[0].ref]
    bulk_review.call(job.pk)
    assert _told() == [row.ref for row in submitted]
    job.refresh_from_db()
    assert (job.done, job.refused) == (4, [])
    assert set(Measurement.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert ReviewEvent.objects.filter(to_state="published").count() == 4
    bulk_review.call(job.pk)
    assert ReviewEvent.objects.filter(to_state="published").count() == 4


def test_targets_are_restated_once_for_a_piece_of_work(
    alice: Any, reviewer: Any, submitted: list[Measurement]
) -> None:
    target = make_target(submitted[0].series, alice)
    published(target.revisions.get(), alice)
    last = Standing.objects.latest("known_from").known_from
    job = BulkReview.objects.create(
        owner=reviewer,
        table="measurement",
        step="publish",
        keys=[row.pk for row in submitted],
        seen=[seen_mark(row) for row in submitted],
    )
    bulk_review.call(job.pk)
    job.refresh_from_db()
    assert (job.done, job.refused) == (4, [])
    written = Standing.objects.filter(known_from__gt=last)
    assert written.values("known_from").distinct().count() == 1
    assert Standing.objects.at(date(2026, 2, 3)).get().figure_id == submitted[2].pk
    assert not list(services.differences())


def test_foreign_rows_forged_keys_and_missing_permissions_are_refused(
    few: None, alice: Any, bob: Any, reviewer: Any, submitted: list[Measurement]
) -> None:
    foreign = [
        make_measurement(submitted[0].series, alice, as_of=f"1{n}/02/2026", value=Decimal(n))
        for n in range(3)
    ]
    ask(bob, "submit", foreign)
    assert not ReviewEvent.objects.filter(by=bob).exists()
    assert ask(alice, "publish", submitted).status_code == 403
    client = signed_in(reviewer)
    for keys in ("", "x", "1,2", "1:1,,2:1", "1:1;DROP", "٣:٣", "9" * 400, "1:" + "9" * 400):
        address = reverse("admin:programmes_measurement_bulk", args=["publish"])
        response = client.post(address, {"keys": keys, "confirmed": "1"})
        assert response.status_code in (302, 400), keys
    assert (
        client.post("/fr/admin/programmes/measurement/review/none/", {"keys": "1"}).status_code
        == 302
    )
    assert set(Measurement.objects.values_list("state", flat=True)) == {"draft", "submitted"}


def test_page_of_another_person_is_closed(
    few: None, alice: Any, bob: Any, reviewer: Any, root: Any, submitted: list[Measurement]
) -> None:
    ask(reviewer, "return", submitted, "À revoir")
    address = f"/fr/admin/programmes/bulkreview/{BulkReview.objects.get().pk}/change/"
    assert [signed_in(user).get(address).status_code for user in (reviewer, root)] == [200, 200]
    assert [signed_in(user).get(address).status_code for user in (alice, bob)] == [302, 302]
    assert (
        "À revoir" not in signed_in(alice).get("/fr/admin/programmes/bulkreview/").content.decode()
    )


def test_large_import_is_undone_by_a_worker_or_says_why_not(
    alice: Any, places: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(files, "WAITED_FOR_ROWS", 0)
    series, source = make_series(places["MA-ERR"]), make_source()
    client = signed_in(alice)
    for number, undone in ((1, True), (2, False)):
        content = f"series;as_of;value;source\n{series.code};0{number}/02/2026;5;{source.code}\n"
        sent = SimpleUploadedFile("a.csv", content.encode())
        client.post("/fr/admin/programmes/measurement/import/", {"file": sent})
        job = ImportJob.objects.latest("pk")
        address = f"/fr/admin/programmes/measurement/import/{job.pk}/"
        client.post(address, {"do": "apply"})
        row = Measurement.objects.latest("pk")
        if not undone:
            services.submit(row, by=alice)
        client.post(address, {"do": "undo"})
        job.refresh_from_db()
        assert job.state == ("undone" if undone else "applied")
        assert ("soumise à validation ou publiée par alice" in job.message) is not undone
        assert Measurement.objects.filter(pk=row.pk).exists() is not undone


def test_step_leads_back_to_the_list_as_it_was_filtered(reviewer: Any) -> None:
    query = "?q=formation+%26+emploi&state__exact=submitted&model=x"
    address = reverse("admin:programmes_measurement_bulk", args=["publish"])
    answer = signed_in(reviewer).post(address + query, {"keys": ""})
    assert answer.url == reverse("admin:programmes_measurement_changelist") + query
