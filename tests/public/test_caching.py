"""What caches may keep: the validator changes with every write that a page could show, with the day and the address."""

import gzip
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import services
from programmes.models import DataVersion, Programme
from programmes.models.data_version import forget_version
from programmes.public import caching
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
    forget_version()
    with CaptureQueriesContext(connection) as queries:
        response = get(held=held)
    assert (response.status_code, response.content, len(queries)) == (304, b"", 1)
    assert response["ETag"] == held
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    assert get(held=held.removeprefix("W/")).status_code == 304


def test_answers_carry_no_cookie_and_vary_by_compression_alone(target):
    first = get()
    for response in (first, get(held=first["ETag"])):
        assert not response.cookies
        assert response["Vary"] == "Accept-Encoding"


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


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}embed/", f"{PAGE}badge.svg", "/ar/status/"])
def test_page_built_before_is_answered_without_a_query(target, path):
    first = get(path)
    with CaptureQueriesContext(connection) as queries:
        again = get(path)
    assert (again.status_code, again.content, len(queries)) == (200, first.content, 0)
    assert dict(again.items()) == dict(first.items())


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}?on=2023-01-01", "/fr/updates.atom", "/sitemap.xml"]
)
def test_page_is_sent_compressed_to_whoever_takes_that_first_and_afterwards(target, path):
    plain = get(path)
    assert "Content-Encoding" not in plain
    for _time in range(2):
        for takes in ("gzip, deflate, br", "br;q=1.0, gzip;q=0.8"):
            response = Client().get(path, headers={"accept-encoding": takes})
            assert response["Content-Encoding"] == "gzip"
            assert gzip.decompress(response.content) == plain.content
            assert response["ETag"] == plain["ETag"]
            assert response["Content-Length"] == str(len(response.content))
        for takes in ("identity", "gzip;q=0", "br"):
            response = Client().get(path, headers={"accept-encoding": takes})
            assert "Content-Encoding" not in response
            assert response.content == plain.content


def test_page_built_before_is_answered_to_every_method_and_condition(target):
    first = get()
    head = Client().head(PAGE)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert get(held='"another"').content == first.content
    assert get(held=first["ETag"]).status_code == 304


def test_page_first_asked_for_by_head_is_whole_afterwards(target):
    assert Client().head(PAGE).content == b""
    assert "</html>" in get().content.decode()


def test_publication_by_another_process_shows_within_a_second(target, monkeypatch):
    before = get()
    version = DataVersion.objects.get()
    version.mark = "written elsewhere"
    version.save()
    assert get()["ETag"] == before["ETag"]
    now = monotonic() + 1.01
    monkeypatch.setattr("programmes.models.data_version.monotonic", lambda: now)
    assert get()["ETag"] != before["ETag"]


@pytest.mark.parametrize(
    "path", [f"{PAGE}?on=2023-01-01", f"{PAGE}?x=1", "/fr/search/?q=x", "/fr/targets/none/"]
)
def test_questions_and_pages_not_found_are_not_kept(target, path):
    get(path)
    assert not caches["pages"]._cache


def test_large_page_is_not_kept(target, monkeypatch):
    monkeypatch.setattr(caching, "LARGEST", 100)
    get()
    assert not caches["pages"]._cache


def test_pages_kept_are_bounded_and_the_last_ones_stay():
    for number in range(1000):
        request = RequestFactory().get(f"/fr/targets/{number}/")
        caching.keep_page(request, str(number), HttpResponse(b"x"))
    assert len(caches["pages"]._cache) <= settings.CACHES["pages"]["OPTIONS"]["MAX_ENTRIES"]
    assert caching.kept_page(request, "999").content == b"x"


def test_marks_stay_few():
    for number in range(20):
        make_series(f"series-{number}")
    assert DataVersion.objects.count() == 1
