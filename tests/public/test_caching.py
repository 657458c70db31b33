"""What caches may keep: the validator changes with every write that a page could show, with the day and the address."""

import gzip
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import kept_pages, services
from programmes.kept_pages import KeptPage
from programmes.management.warming import warm_pages
from programmes.models import DataVersion, Programme
from programmes.models.data_version import forget_version
from programmes.public import caching, views
from programmes.selectors.wording.formats import moment_words
from programmes.spreadsheets.importing.sample import data_account, review_account
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
    assert response["Cache-Control"] == caching.PUBLIC
    assert get(held=held.removeprefix("W/")).status_code == 304


def test_answers_carry_no_cookie_and_vary_by_compression_alone(target):
    first = get()
    for response in (first, get(held=first["ETag"])):
        assert not response.cookies
        assert response["Vary"] == "Accept-Encoding"


@pytest.mark.slow
@pytest.mark.parametrize("step", ["publish", "set_aside", "withdraw", "supersede"])
def test_each_step_of_review_that_readers_see_gives_another_version(target, step):
    by, reviewer = data_account(), review_account()
    row = make_measurement(target.series, "2023-01-01", 400, draft=True)
    row = services.submit(row, by=by)
    if step in ("withdraw", "supersede"):
        row = services.publish(row, by=reviewer)
    before = get()["ETag"]
    if step == "publish":
        services.publish(row, by=reviewer)
    elif step == "supersede":
        other = make_measurement(
            target.series, "2023-01-01", 401, draft=True, supersedes=row, reason="Erratum"
        )
        services.publish(services.submit(other, by=by), by=reviewer)
    elif step == "withdraw":
        proposal = services.propose_withdrawal(row, by=by, reason="Autre source")
        services.publish(services.submit(proposal, by=by), by=reviewer)
    else:
        services.set_aside(row, by=reviewer, reason="Autre source")
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
    programme = make_programme("other", is_public=False)
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
        assert response["Cache-Control"] == caching.PUBLIC


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}embed/", f"{PAGE}badge.svg", "/ar/status/"])
def test_page_built_before_is_answered_without_a_query(target, path):
    first = get(path)
    with CaptureQueriesContext(connection) as queries:
        again = get(path)
    assert (again.status_code, again.content, len(queries)) == (200, first.content, 0)
    # but for what names each request anew
    assert dict(again.items()) == dict(first.items()) | {"X-Request-ID": again["X-Request-ID"]}


@pytest.mark.slow
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


def kept() -> int:
    """How many entries the store has."""
    return len(caches["pages"]._list_cache_files())


@pytest.mark.parametrize(
    "path", [f"{PAGE}?on=2023-01-01", f"{PAGE}?x=1", "/fr/search/?q=x", "/fr/targets/none/"]
)
def test_questions_and_pages_not_found_are_not_kept(target, path):
    get(path)
    assert kept_pages.kept_page(path) is kept_pages.kept_page(PAGE) is None


def test_large_page_is_not_kept(target, monkeypatch):
    monkeypatch.setattr(caching, "LARGEST", 100)
    get()
    assert kept_pages.kept_page(PAGE) is None


def test_pages_kept_are_bounded_and_the_last_one_stays(monkeypatch):
    monkeypatch.setattr(caches["pages"], "_max_entries", 100)
    monkeypatch.setattr(type(caches["pages"]), "LOOKED_AT", 1)
    page = KeptPage("validator", b"x", {}, timezone.now())
    for number in range(300):
        kept_pages.keep_page(f"/fr/targets/{number}/", page)
    assert kept() <= 100
    assert kept_pages.kept_page("/fr/targets/299/") == page


def test_of_one_address_the_last_page_is_kept(target):
    get()
    make_measurement(target.series, "2023-01-01", 4321)
    last = get()
    page = kept_pages.kept_page(PAGE)
    assert f"W/{page.validator}" == last["ETag"]


def test_page_that_somebody_builds_is_awaited_and_not_built_twice(target, monkeypatch):
    first = get()
    make_measurement(target.series, "2023-01-01", 4321)
    monkeypatch.setattr(caching, "WAITED_FOR", 0.1)
    with kept_pages.building(PAGE) as mine:
        assert mine
        assert get()["ETag"] == first["ETag"]  # the page before: the one who builds is slow
        with kept_pages.building(PAGE) as others:
            assert not others
    assert get()["ETag"] != first["ETag"]


def test_process_that_builds_a_page_gives_the_one_before(target, monkeypatch):
    first = get()
    make_measurement(target.series, "2023-01-01", 4321)
    with caching._turn(0) as mine:
        assert mine
        assert get()["ETag"] == first["ETag"]
        # whose page nobody holds waits longer for a turn, and is never sent away
        monkeypatch.setattr(caching, "NEW_WAITS", 0.1)
        assert get("/fr/about/").status_code == 200
        assert get(f"{PAGE}?on=2022-12-31").status_code == 200
    assert get()["ETag"] != first["ETag"]


def test_page_that_was_long_in_building_is_built_anew_by_the_worker(target, monkeypatch):
    monkeypatch.setattr(caching, "SLOW", 0.0)
    first = get()
    make_measurement(target.series, "2023-01-01", 4321)
    forget_version()
    assert get()["ETag"] == first["ETag"]
    kept_pages._add_counts()
    warm_pages()
    assert "4\u202f321" in get().content.decode()


def test_page_that_no_worker_builds_anew_is_built_for_a_reader_after_five_minutes(
    target, monkeypatch
):
    monkeypatch.setattr(caching, "SLOW", 0.0)
    first = get()
    make_measurement(target.series, "2023-01-01", 4321)
    forget_version()
    held = kept_pages.kept_page(PAGE)
    kept_pages.keep_page(PAGE, replace(held, built_at=held.built_at - timedelta(minutes=4)))
    assert get()["ETag"] == first["ETag"]
    kept_pages.keep_page(PAGE, replace(held, built_at=held.built_at - timedelta(minutes=5)))
    assert "4\u202f321" in get().content.decode()


def test_page_that_was_quickly_built_is_built_anew_at_once(target, monkeypatch):
    monkeypatch.setattr(caching, "SLOW", 60.0)
    get()
    make_measurement(target.series, "2023-01-01", 4321)
    forget_version()
    assert "4\u202f321" in get().content.decode()


def test_page_of_which_none_was_kept_is_built_by_all_who_waited(target, monkeypatch):
    monkeypatch.setattr(caching, "WAITED_FOR", 0.1)
    with kept_pages.building(PAGE):
        assert get().status_code == 200


def away(*_args: Any, **_more: Any) -> Any:
    raise OperationalError("connection refused")


def test_page_kept_is_given_with_a_notice_while_the_database_is_away(target, monkeypatch):
    first = get()
    forget_version()
    monkeypatch.setattr("programmes.models.data_version.data_state", away)
    response = Client().get(PAGE, headers={"accept-encoding": "gzip"})
    text = gzip.decompress(response.content).decode()
    moment = moment_words(kept_pages.kept_page(PAGE).built_at)
    told = (
        '<main id="main"><p class="as-of-day" role="note">La base de données est momentanément injoignable. '
        f"Cette page date du {moment}.</p>"
    )
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response["Warning"] == '110 - "Response is Stale"'
    assert text.replace(told, '<main id="main">') == first.content.decode() != text
    assert get(PAGE).content.decode() == text


def test_without_a_kept_page_the_reader_is_told_when_to_come_back(target, monkeypatch):
    monkeypatch.setattr("programmes.models.data_version.data_state", away)
    client = Client(raise_request_exception=False)
    for language, title in (
        ("fr", "Momentanément indisponible"),
        ("ar", "غير متاح حاليا"),
        ("en", "Not available at the moment"),
    ):
        for question in ("", "?on=2023-01-01"):
            response = client.get(f"/{language}/targets/target/{question}")
            assert (response.status_code, response["Retry-After"]) == (503, "30")
            assert f"<h1>{title}</h1>" in response.content.decode()


def test_store_that_fails_costs_nothing_but_time(target, monkeypatch):
    for name in ("get", "set", "add", "delete"):
        monkeypatch.setattr(type(caches["pages"]), name, away)
    assert get().status_code == get().status_code == 200


def test_pages_asked_for_most_are_built_after_a_publication(target, monkeypatch):
    monkeypatch.setattr(kept_pages, "COUNTED_EVERY", -1)
    for _time in range(3):
        get()
    make_measurement(target.series, "2023-01-01", 4321)
    warm_pages()
    forget_version()
    for path in (PAGE, "/fr/", "/ar/", "/en/status/"):
        get("/fr/about/")  # the state of the data is known
        with CaptureQueriesContext(connection) as queries:
            response = get(path)
        assert (response.status_code, len(queries)) == (200, 0)


def test_an_address_that_cannot_be_built_keeps_no_other_from_it(target, monkeypatch, caplog):
    """An address of the API among them: what the worker asks for is not counted as a reader's."""
    api = "/api/v1/promises"
    for _time in range(5):
        get("/fr/status/")
    for _time in range(4):
        assert get(api).status_code == 200
    for _time in range(3):
        get()
    kept_pages._add_counts()
    make_measurement(target.series, "2023-01-01", 4321)
    forget_version()
    monkeypatch.setattr(views, "status_board", None)
    warm_pages()
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [
        f"Not built before it is asked for: /{language}/status/" for language in ("fr", "ar", "en")
    ]
    get("/fr/about/")
    for path in (PAGE, api):
        with CaptureQueriesContext(connection) as queries:
            assert get(path).status_code == 200
        assert len(queries) == 0


def test_marks_stay_few():
    for number in range(20):
        make_series(f"series-{number}")
    assert DataVersion.objects.count() == 1


def test_pages_that_a_crowd_waits_for_are_built_in_the_order_they_were_asked_for():
    """Nobody is passed over: who came first is served first, and who gave up no longer holds up the others."""
    built = []

    def build(reader: int, seconds: float) -> None:
        with caching._turn(seconds) as has_turn:
            built.append((reader, has_turn))

    readers = [Thread(target=build, args=(one, 0.01 if one == 2 else 20)) for one in range(6)]
    with caching._turn(20):
        for place, reader in enumerate(readers):
            reader.start()
            while len(caching._waiting) < place + 2 - (place > 2) and reader.is_alive():
                sleep(0.001)
            if place == 2:
                reader.join()
    for reader in readers:
        reader.join()
    assert built == [(2, False), *((one, True) for one in (0, 1, 3, 4, 5))]
