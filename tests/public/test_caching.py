"""What caches may keep: the validator changes with every write that a page could show, with the day and the address."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import services
from programmes.models import DataVersion, Programme
from programmes.spreadsheets.sample import data_account
from tests.builders import make_measurement, make_programme, make_series, make_target

pytestmark = pytest.mark.django_db
PAGE = "/fr/targets/target/"


def get(path: str = PAGE, held: str = "") -> Any:
    return Client().get(path, headers={"if-none-match": held} if held else {})


@pytest.fixture
def target() -> Any:
    return make_target()


def test_page_held_is_answered_with_304_and_one_query(target):
    held = get()["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = get(held=held)
    assert (response.status_code, response.content, len(queries)) == (304, b"", 1)
    assert response["ETag"] == held
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    assert get(held=f"W/{held}").status_code == 304


def test_answers_carry_no_cookie_and_do_not_vary_by_it(target):
    first = get()
    for response in (first, get(held=first["ETag"])):
        assert not response.cookies
        assert "Vary" not in response


@pytest.mark.parametrize("step", ["publish", "set_aside", "withdraw", "supersede"])
def test_each_step_of_review_that_readers_see_gives_another_version(target, step):
    by = data_account()
    row = make_measurement(target.series, "2023-01-01", 400, draft=True)
    services.submit(row, by=by)
    if step in ("withdraw", "supersede"):
        row = services.publish(row, by=by)
    before = get()["ETag"]
    if step == "publish":
        services.publish(row, by=by)
    elif step == "supersede":
        other = make_measurement(
            target.series, "2023-01-01", 401, draft=True, supersedes=row, note="Erratum"
        )
        services.submit(other, by=by)
        services.publish(other, by=by)
    else:
        getattr(services, step)(row, by=by, reason="Autre source")
    assert get(held=before).status_code == 200


def test_publication_shows_at_once(target):
    held = get()["ETag"]
    make_measurement(target.series, "2023-01-01", 4321)
    response = get(held=held)
    assert response.status_code == 200
    assert "4\u202f321" in response.content.decode().replace("\u00a0", "\u202f")


def test_draft_and_submission_change_nothing(target):
    before = get()["ETag"]
    row = make_measurement(target.series, "2023-01-01", 400, draft=True)
    services.submit(row, by=data_account())
    assert get()["ETag"] == before


def test_saving_and_removing_an_editable_record_give_another_version(target):
    before = get()["ETag"]
    programme = make_programme("other")
    added = get()["ETag"]
    programme.name_fr = "Autre nom"
    programme.save()
    changed = get()["ETag"]
    Programme.objects.filter(pk=programme.pk).delete()
    removed = get()["ETag"]
    assert len({before, added, changed, removed}) == 4


def test_page_of_another_day_language_or_question_is_another(target, monkeypatch):
    found = {get(path)["ETag"] for path in (PAGE, "/ar/targets/target/", f"{PAGE}?on=2023-01-01")}
    assert len(found) == 3
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: tomorrow)
    assert get()["ETag"] not in found


def test_unknown_address_and_refused_day_carry_no_validator(target):
    for path in ("/fr/targets/none/", f"{PAGE}?on=never"):
        response = get(path)
        assert "ETag" not in response
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"


def test_marks_stay_few():
    for number in range(20):
        make_series(f"series-{number}")
    assert DataVersion.objects.count() == 1
