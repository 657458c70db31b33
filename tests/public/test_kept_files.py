"""Files that a worker made: whole, with length, digest and ranges; large ones are awaited, never built in a request."""

import json
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes.models import DataFile, Measurement
from programmes.models.data_version import forget_version
from programmes.public.open_data import data as data_views
from programmes.spreadsheets.sending.public_files import data_files, published
from programmes.spreadsheets.sending.public_files.data_files import make_due_files, remove_old_files
from programmes.spreadsheets.sending.tasks import make_asked
from tests.builders import make_measurement, make_target

pytestmark = pytest.mark.django_db
FILE = "/fr/data/measurements.csv"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """Where the files of one test lie."""
    settings.STORAGES = settings.STORAGES | {
        "public_files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path


@pytest.fixture(autouse=True)
def few_tables(monkeypatch: Any) -> None:
    """Two tables stand for all: each has twelve files."""
    tables = [one for one in data_files.public_files() if one.name in ("measurements", "series")]
    monkeypatch.setattr(data_files, "public_files", lambda: tables)


@pytest.fixture
def figures() -> list[Measurement]:
    series = make_target().series
    return [make_measurement(series, f"20{year}-01-01", year * 100) for year in range(20, 24)]


@pytest.fixture
def large(monkeypatch: Any) -> None:
    """Three rows are too many to be made at once."""
    monkeypatch.setattr(data_files, "MADE_AT_ONCE", 2)
    monkeypatch.setattr(data_views, "MADE_AT_ONCE", 2)


def get(address: str = FILE, **headers: str) -> Any:
    forget_version()
    return Client().get(address, headers=headers)


def make_all() -> None:
    while make_due_files():
        pass


def test_file_that_is_not_there_yet_is_no_error_that_operators_are_mailed(
    figures: Any, large: None, mailoutbox: Any, settings: Any, caplog: Any
) -> None:
    settings.ADMINS = [("Ops", "ops@example.ma")]
    answer = get()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not mailoutbox
    assert not [one for one in caplog.records if one.name == "django.request"]


def test_table_whose_rows_are_worked_out_is_left_to_a_worker_much_earlier(
    monkeypatch: Any,
) -> None:
    for number in range(3):
        make_measurement(make_target(f"promise-{number}").series, "2020-01-01", 5)
    promises, series = (
        next(one for one in published.public_files() if one.name == name)
        for name in ("promises", "series")
    )
    monkeypatch.setattr(data_files, "MADE_AT_ONCE", 100)
    today = timezone.localdate()
    assert data_files.is_large(promises, today, None)
    assert not data_files.is_large(series, today, None)


def test_kept_file_has_the_bytes_of_one_made_at_once_with_length_and_digest(figures):
    at_once = get().getvalue()
    make_all()
    kept = get()
    assert kept.getvalue() == at_once
    assert kept["Content-Length"] == str(len(at_once))
    assert kept["ETag"] == f'"{sha256(at_once).hexdigest()}"'
    assert kept["Content-Disposition"] == (
        f'attachment; filename="measurements-{timezone.localdate()}-fr.csv"'
    )
    assert get(if_none_match=kept["ETag"]).status_code == 304
    head = Client().head(FILE)
    assert (head["Content-Length"], head.getvalue()) == (str(len(at_once)), b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=3-999999", 3, None),
    ],
)
def test_part_of_a_kept_file_is_given(figures, asked, start, end):
    make_all()
    whole = get().getvalue()
    part = get(range=asked)
    content = part.getvalue()
    assert (part.status_code, content) == (206, whole[start:end])
    first = start % len(whole)
    assert part["Content-Range"] == f"bytes {first}-{first + len(content) - 1}/{len(whole)}"
    assert part["Content-Length"] == str(len(content))


def test_part_outside_is_refused_and_part_of_another_version_is_the_whole(figures):
    make_all()
    whole = get()
    outside = get(range="bytes=999999-")
    assert (outside.status_code, outside["Content-Range"]) == (
        416,
        f"bytes */{whole['Content-Length']}",
    )
    assert get(range="bytes=0-9", if_range='"another"').getvalue() == whole.getvalue()
    assert get(range="bytes=0-9", if_range=whole["ETag"]).status_code == 206
    for unknown in ("bytes=-", "bytes=1-2,4-5", "lines=1-2"):
        assert get(range=unknown).status_code == 200


@pytest.mark.slow
def test_publication_shows_in_a_small_file_at_once_and_in_the_kept_one_after_the_worker(figures):
    make_all()
    before = get()["ETag"]
    make_measurement(figures[0].series, "2024-01-01", 4321)
    shown = get().getvalue()
    assert b"4321" in shown
    make_all()
    kept = get()
    assert kept["ETag"] == f'"{sha256(shown).hexdigest()}"' != before


@pytest.mark.long
def test_large_file_is_the_last_whole_one_with_its_moment_until_the_worker_made_it(figures, large):
    first = get()
    assert (first.status_code, first["Retry-After"], first["Refresh"]) == (503, "60", "60")
    assert "volumineux et en cours de première préparation" in first.content.decode()
    make_all()
    whole = get().getvalue()
    make_measurement(figures[0].series, "2024-01-01", 4321)
    stale = get()
    moment = timezone.localtime(DataFile.objects.get(name="measurements.fr.csv").made_at)
    assert stale.getvalue() == whole
    assert stale["Content-Disposition"] == (
        f'attachment; filename="measurements-{moment:%Y-%m-%dT%H%M}-fr.csv"'
    )
    make_all()
    assert b"4321" in get().getvalue()


@pytest.mark.slow
def test_worker_writes_only_files_of_tables_that_changed(figures):
    make_all()
    made = dict(DataFile.objects.values_list("name", "made_at"))
    make_measurement(figures[0].series, "2024-01-01", 4321)
    make_all()
    state = data_files.state_of_files()
    assert not DataFile.objects.exclude(made_from=state).exists()
    changed = {
        name.split(".")[0]
        for name, at in DataFile.objects.values_list("name", "made_at")
        if at != made[name] and not name.endswith("all.json")
    }
    assert changed == {"ledger", "measurements", "package"}


@pytest.mark.slow
def test_each_file_has_its_turn_where_the_data_changes_sooner_than_all_are_made(
    figures, monkeypatch
):
    make_all()
    before = dict(DataFile.objects.values_list("name", "made_at"))
    series = figures[0].series
    for turn in range(16):
        make_measurement(series, f"2024-01-{turn + 1:02}", 4000 + turn)
        # the time of a turn is over after one file
        moments = chain((0, 0), repeat(100))
        monkeypatch.setattr(data_files, "monotonic", moments.__next__)
        assert make_due_files()
    made = {
        name
        for name, at in DataFile.objects.values_list("name", "made_at")
        if at != before[name] and not name.startswith("series")
    }
    assert made == {name for name in before if not name.startswith("series")}


@pytest.mark.slow
def test_one_generation_before_stays_for_those_who_are_taking_it(figures, own_folder):
    for year in (24, 25, 26):
        make_measurement(figures[0].series, f"20{year}-01-01", 4321)
        make_all()
    row = DataFile.objects.get(name="measurements.fr.csv")
    there = {f"data/{path.name}" for path in own_folder.glob("data/measurements-fr-*.csv")}
    assert there == {row.stored, row.before}
    assert not list(own_folder.glob("making-*"))


def test_file_of_another_day_that_is_large_is_made_by_a_worker(figures, large, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    address = f"{FILE}?on=2023-06-30"
    for language, title in (
        ("fr", "Fichier en cours de préparation"),
        ("ar", "الملف قيد الإعداد"),
        ("en", "The file is being made"),
    ):
        waits = get(address.replace("/fr/", f"/{language}/"))
        assert (waits.status_code, waits["Refresh"]) == (202, "5")
        assert f"<h1>{title}</h1>" in waits.content.decode()
    get(address)
    entries = DBTaskResult.objects.filter(task_path=make_asked.module_path)
    assert entries.count() == 3  # one a language, however often it is asked for
    for entry in entries:
        make_asked.call(*entry.args_kwargs["args"])
    made = get(address)
    assert made.status_code == 200
    assert made["Content-Disposition"] == 'attachment; filename="measurements-2023-06-30-fr.csv"'
    assert made["ETag"] == f'"{sha256(made.getvalue()).hexdigest()}"'


def test_more_files_of_other_days_than_can_be_made_are_asked_for_later(figures, large, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for day in range(1, data_files.MOST_ASKED + 1):
        assert get(f"{FILE}?on=2023-06-{day:02}").status_code == 202
    many = get(f"{FILE}?on=2023-07-01")
    assert (many.status_code, many["Retry-After"]) == (503, "120")


def test_files_that_were_asked_for_are_gone_after_a_day(figures, large, own_folder):
    get(f"{FILE}?on=2023-06-30")
    make_all()
    kept = DataFile.objects.exclude(name__startswith="asked-").count()
    remove_old_files(timezone.now())
    assert DataFile.objects.count() == kept + 1
    DataFile.objects.update(asked_at=timezone.now() - data_files.ASKED_KEPT * 2)
    remove_old_files(timezone.now())
    assert DataFile.objects.count() == kept
    assert not list(own_folder.glob("data/asked-*"))


@pytest.mark.slow
def test_manifest_names_each_kept_file_with_length_digest_and_whether_it_is_current(figures):
    make_all()
    listed = json.loads(get("/fr/data/manifest.json").content)["files"]
    assert len(listed) == DataFile.objects.count()
    for one in listed[::6]:
        content = get(one["address"].removeprefix("http://localhost:8000")).getvalue()
        assert (len(content), sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    assert {one["is_current"] for one in listed} == {True}
    assert len({one["version"] for one in listed}) == 1
    make_measurement(figures[0].series, "2024-01-01", 4321)
    listed = json.loads(get("/fr/data/manifest.json").content)["files"]
    assert {one["is_current"] for one in listed} == {False}


@pytest.mark.slow
@pytest.mark.parametrize("sent_by", ["proxy", "storage"])
def test_proxy_or_storage_sends_the_file_where_it_is_to(figures, settings, sent_by):
    make_all()
    settings.PUBLIC_FILES_SENT_BY = sent_by
    stored = DataFile.objects.get(name="measurements.fr.csv").stored
    response = get()
    if sent_by == "proxy":
        assert response["X-Accel-Redirect"] == f"/public-files/{stored}"
        assert response["Content-Type"] == "text/csv; charset=utf-8"
    else:
        assert response.status_code == 302
        assert response["Location"].endswith(stored)


@pytest.mark.slow
def test_full_disk_leaves_the_file_before_and_nothing_else(figures, own_folder, monkeypatch):
    make_all()
    whole = get().getvalue()
    make_measurement(figures[0].series, "2024-01-01", 4321)

    def full(*_args: Any, **_more: Any) -> Any:
        yield b"some"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data_files, "public_file", full)
    with pytest.raises(OSError, match="No space left"):
        make_all()
    row = DataFile.objects.get(name="measurements.fr.csv")
    assert (own_folder / row.stored).read_bytes() == whole
    assert not list(own_folder.glob("making-*"))


def test_manifest_tells_of_files_that_were_made_after_it_was_asked_for(figures):
    def told() -> dict[str, bool]:
        response = Client().get("/fr/data/manifest.json")
        assert response["Cache-Control"] == "no-store"
        return {one["name"]: one["is_current"] for one in response.json()["files"]}

    make_all()
    make_measurement(figures[0].series, "2024-06-01", 7)
    forget_version()
    assert told()["measurements.fr.csv"] is False
    make_all()
    assert told()["measurements.fr.csv"] is True
