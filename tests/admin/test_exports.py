"""Long lists are taken out by a worker: a page waits, and the file is its owner's alone."""

from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes.admin.transfer import files
from programmes.admin.transfer.exports import make_export
from programmes.models import DataFile
from programmes.spreadsheets.sending.public_files.data_files import ASKED_KEPT, remove_old_files
from tests.admin.builders import make_measurement, make_series
from tests.admin.conftest import signed_in

LIST = "/en/admin/programmes/measurement/"
EXPORT = f"{LIST}export/?format=csv&headings=codes&state__exact=draft"


@pytest.fixture(autouse=True)
def queued(settings: Any, monkeypatch: Any, tmp_path: Any) -> None:
    """Two rows are many, and what is handed over waits for a worker."""
    monkeypatch.setattr(files, "EXPORTED_AT_ONCE", 2)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def drafts(places: Any, alice: Any, bob: Any) -> None:
    """Three figures of Alice's province, and one of another."""
    series = make_series(places["MA-ERR"])
    for year in (2020, 2021, 2022):
        make_measurement(series, alice, as_of=f"01/01/{year}", value=year)
    make_measurement(make_series(places["MA-REH"]), bob, as_of="01/01/2020", value=4444)


def work() -> None:
    for entry in DBTaskResult.objects.filter(status="READY"):
        make_export.call(*entry.args_kwargs["args"])
        DBTaskResult.objects.filter(pk=entry.pk).update(status="SUCCESSFUL")


def test_long_list_is_made_by_a_worker_as_filtered_and_within_the_owners_scope(
    drafts: Any, alice: Any, monkeypatch: Any
) -> None:
    client = signed_in(alice)
    waits = client.get(EXPORT, follow=True)
    assert waits.status_code == 202
    assert waits["Refresh"] == "3"
    assert "This list is long: its file is being made beside other work" in waits.content.decode()
    address = waits.redirect_chain[-1][0]
    work()
    made = client.get(address)
    assert made["Content-Disposition"] == 'attachment; filename="measurements.csv"'
    content = made.getvalue()
    assert made["Content-Length"] == str(len(content))
    monkeypatch.setattr(files, "EXPORTED_AT_ONCE", 20_000)
    at_once = client.get(EXPORT)
    assert at_once.getvalue() == content
    assert content.count(b"\n") == 4
    assert b"4444" not in content


def test_file_is_its_owners_alone_and_gone_after_a_day(
    drafts: Any, alice: Any, root: Any, tmp_path: Any
) -> None:
    client = signed_in(alice)
    address = client.get(EXPORT)["Location"]
    work()
    assert signed_in(root).get(address).status_code == 404
    DataFile.objects.update(asked_at=timezone.now() - ASKED_KEPT * 2)
    remove_old_files(timezone.now())
    assert client.get(address).status_code == 404
    assert not list(tmp_path.glob("data/*"))


def test_who_may_no_longer_take_the_list_out_is_told(drafts: Any, alice: Any) -> None:
    client = signed_in(alice)
    address = client.get(EXPORT)["Location"]
    groups = list(alice.groups.all())
    alice.groups.clear()
    work()
    alice.groups.set(groups)
    page = client.get(address, follow=True)
    assert [str(one) for one in page.context["messages"]] == [
        "You may no longer take this list out."
    ]


def test_address_that_asks_for_a_filter_that_is_none_gets_a_sentence(
    drafts: Any, alice: Any
) -> None:
    page = signed_in(alice).get(f"{LIST}export/?kind=csv", follow=True)
    assert page.redirect_chain == [(LIST, 302)]
    told = "The list cannot be taken out: its address asks for a filter that it does not have."
    assert told in page.content.decode()
