"""Every address of the staff's site, those added later too, against people of another place and of none."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLResolver

from programmes import access
from programmes.models import (
    Agreement,
    Assignment,
    Centre,
    ImportFile,
    ImportJob,
    Measurement,
    Milestone,
    Organisation,
    Programme,
    Reply,
    Stage,
)
from programmes.spreadsheets.columns.tables import TABLES
from tests.admin.builders import make_world
from tests.admin.conftest import signed_in
from tests.sampling import first

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Ouarzazate-confidentiel"
WORDS = {
    Agreement: "title_fr",
    Centre: "name_fr",
    Measurement: "note_fr",
    Milestone: "title_fr",
    Programme: "name_fr",
    Reply: "text_fr",
    Stage: "name_fr",
}
FILES = re.compile("/(?:import|export|workbook)/")
UNREAD = ("script", "style", "code", "textarea", "option", "title")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
# they change who is signed in, or their own password, and hold no record
OWN_ACCOUNT = ("login/", "logout/", "password_change/")


def routes(urls: list[Any], before: str = "") -> Iterator[str]:
    """Every route of the staff's site, as its configuration has it."""
    for one in urls:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern)


def addresses(world: dict[type, Any], sent: dict[str, ImportJob]) -> list[str]:
    """The routes with the keys of a foreign place's records. A part that is not known here fails the test."""
    by_name = {model._meta.model_name: row for model, row in world.items()}
    found = []
    for route in routes(admin.site.urls[0]):
        if route in ("(?P<url>.*)$",) or route.startswith(OWN_ACCOUNT):
            continue
        if route.startswith("^(?P<app_label>"):
            found += ["programmes/", "auth/"]
            continue
        row = by_name.get(route.split("/")[1]) if route.count("/") > 1 else None
        known: dict[str, Any] = {
            "name": "publish",
            "kind": "change",
            "token": "forged",
            "content_type_id": ContentType.objects.get_for_model(Programme).pk,
            "object_id": world[Programme].pk,
            "organisation_id": world[Organisation].pk,
            "table": "figures",
            "key": world[Measurement].pk,
            "number": 0,
        }
        if row is not None:
            known |= {
                "object_id": row.pk,
                "id": row.pk,
                "job_id": getattr(sent.get(type(row).__name__), "pk", 0),
            }
            if hasattr(row, "history"):
                known["history_id"] = row.history.first().pk
        route = route.replace("^([^/]+)/history/([^/]+)/$", "<object_id>/history/<history_id>/")
        found.append(PART.sub(lambda part, known=known: str(known[part[1]]), route))
    assert len(found) > 150
    return found


def text_of(response: Any) -> str:
    """All that a response tells: a page, a stream, the parts of a workbook."""
    content = response.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace")


def stored() -> dict[str, Any]:
    """Every stored row of every table that the staff's site has."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list())
        for model in admin.site._registry
    }


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """So many addresses are asked at once that the limit of a minute would answer in their place."""
    settings.FILES_A_MINUTE = settings.SEARCHES_A_MINUTE = 0


@pytest.fixture
def world(root: Any, places: Any) -> dict[type, Any]:
    """One row of every table in Errachidia; its words are nobody else's business."""
    rows = make_world(places["MA-ERR"], root)
    for model, column in WORDS.items():
        model._base_manager.filter(pk=rows[model].pk).update(**{column: SECRET})
    rows |= {User: root, Group: Group.objects.first()}
    rows[Assignment] = Assignment.objects.create(user=root, territory=places["MA-ERR"])
    return rows


@pytest.fixture
def sent(world: dict[type, Any], root: Any) -> dict[str, ImportJob]:
    """A file of the administrator's for every table, by the name of its model."""
    found = {}
    for name, table in TABLES.items():
        job = ImportJob.objects.create(
            owner=root,
            table=name,
            file_name=f"{SECRET}.csv",
            state="checked",
            columns=[table().columns[0].code],
            counts={"new": 0, "changed": 0, "unchanged": 0, "refused": 0},
        )
        ImportFile.objects.create(job=job, content=zlib.compress(f"code\n{SECRET}\n".encode()))
        found[table.model.__name__] = job
    return found


def told(world: dict[type, Any]) -> list[str]:
    """What would give a record of the place away: its words, and the codes and references of what is not shared."""
    codes = [
        getattr(row, "code", "") or getattr(row, "ref", "")
        for model, row in world.items()
        if model not in (*access.SHARED, *access.OWNED) and row != world.get(Group)
    ]
    return [SECRET, *filter(None, codes)]


def _queries(address: str) -> list[str]:
    """What may be asked of an address beside itself: a list is searched, and leaves as a file."""
    record = re.search(r"/(\d+|add|publish|forged)/", address)
    return [""] if record else ["", "?format=csv", f"?q={SECRET[:10]}"]


@pytest.mark.slow(each=True)
@pytest.mark.parametrize("who", first(["bob", "nobody", "charlie"], 2))
def test_no_address_tells_or_changes_anything_of_another_place(
    who: str, request: Any, world: dict[type, Any], sent: dict[str, ImportJob]
) -> None:
    client = Client() if who == "nobody" else signed_in(request.getfixturevalue(who))
    secrets, before = told(world), stored()
    keys = ",".join(f"{row.pk}:1" for row in world.values())
    forged = {
        "post": "yes",
        "confirmed": "1",
        "do": "apply",
        "keys": keys,
        "note": "x",
        "reason": "x",
        "reason_fr": "x",
        "action": "delete_selected",
        "index": "0",
        "_selected_action": [row.pk for row in world.values()],
        "select_across": "1",
    }
    for address in addresses(world, sent):
        for query in _queries(address):
            response = client.get(f"/fr/admin/{address}{query}")
            text = text_of(response)
            assert response.status_code < 500, (address, query)
            # what was asked for is said back in the search box
            text = text.replace(f'value="{SECRET[:10]}"', "").replace(f"q={SECRET[:10]}", "")
            assert not [secret for secret in secrets if secret in text], (address, query)
            if who == "nobody":
                assert response.status_code in (302, 404) or address.startswith(
                    ("reminders/", "jsi18n/")
                ), address
        response = client.post(f"/fr/admin/{address}", forged)
        assert response.status_code < 500, address
        text = text_of(response)
        assert not [secret for secret in secrets if secret in text], address
    assert stored() == before


@pytest.mark.long
def test_their_own_keeper_opens_every_address(
    root: Any, world: dict[type, Any], sent: dict[str, ImportJob]
) -> None:
    client = signed_in(root)
    for address in addresses(world, sent):
        if address.startswith("reminders/"):
            continue
        response = client.get(f"/fr/admin/{address}")
        assert response.status_code in (200, 302, 403, 404), address
        if address.endswith(("change/", "history/", "import/", "export/", "workbook/")):
            assert response.status_code in (200, 302), address


class _Texts(HTMLParser):
    """What a page says, to the eye and to the ear, but for what is typed into it or chosen in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._unread += tag in UNREAD
        names = ["aria-label", "title", "alt", "placeholder"]
        if tag == "input" and said.get("type") in ("submit", "button"):
            names.append("value")
        self.found |= {said[name] or "" for name in names if name in said}

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.add(" ".join(data.split()))


# The catalogue's words that French and English write in the same way, and one of Django's own.
SAID_ALIKE = {
    one.msgid.lower().replace(" ", "")
    for one in polib.pofile(str(ROOT / "locale/fr/LC_MESSAGES/django.po"))
    if one.msgid.lower() in (one.msgstr.lower(), one.msgstr_plural.get(0, "").lower())
} | {"permissions"}


def said_on(client: Client, address: str) -> set[str]:
    response = client.get(address)
    if not response.get("Content-Type", "").startswith("text/html") or response.status_code != 200:
        return set()
    reader = _Texts()
    reader.feed(text_of(response))
    return reader.found


@pytest.mark.slow
def test_every_address_speaks_the_language_of_its_reader(
    root: Any, world: dict[type, Any], sent: dict[str, ImportJob]
) -> None:
    """What a page says as the English page does is a record's own word, or one of both languages."""
    client = signed_in(root)
    tables = [table._base_manager.values_list() for table in apps.get_models()]
    values = {str(value) for rows in tables for row in rows for value in row}
    names = {one for value in values if len(value) > 2 for one in value.split("\n")}
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    own = re.compile(rf"{longest_first}|\w*\*+|\d+|[ ›:]", re.IGNORECASE)
    both = {"français", "english", "code"}
    found = set()
    for address in addresses(world, sent):
        if FILES.search(address) and not address.startswith("programmes/sector/"):
            continue  # the pages of files are the same for every table
        english = said_on(client, f"/en/admin/{address}")
        for language, alike in {"ar": both, "fr": both | SAID_ALIKE}.items():
            for text in said_on(client, f"/{language}/admin/{address}") & english:
                rest = own.sub("", text).lower()
                if re.search("[a-z]{3}", rest) and rest not in alike:
                    found.add(f"{language} {address}: {text}")
    assert found == set(), "\n".join(sorted(found))
