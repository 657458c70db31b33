"""What the public was never shown stands at no address of the open data, whatever is asked."""

import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.test import Client

from programmes.spreadsheets.sending.public_files.published import public_files
from tests.public.test_data import ACCOUNTS, hide_everything, holds

pytestmark = pytest.mark.django_db
# planted by hide_everything in every private field and every draft
# the signatory is named on the page of the agreement; pages hide drawings from screen readers
PUBLIC = re.compile(r"hidden person|aria-hidden|<svg [^>]*\bhidden\b[^>]*>|type=\"hidden\"")
MARKERS = ("hidden", "4711", "4712", "4713", "4714", "secret", *ACCOUNTS)


def texts(path: str) -> list[str]:
    response = Client().get(path)
    assert response.status_code == 200, path
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not path.endswith(".zip"):
        return [content.decode()]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name).decode() for name in archive.namelist()]


@pytest.mark.slow
def test_planted_markers_are_nowhere():
    hide_everything()
    cache.clear()
    tables = [table.name for table in public_files()]
    addresses = [
        *(f"/api/v1/{name}" for name in (*tables, "openapi.json")),
        *(f"/en/data/{name}.{kind}?languages=all" for name in tables for kind in ("csv", "json")),
        *(f"/en/data/{name}" for name in ("package.zip", "catalogue.ttl", "catalogue.jsonld", "")),
        "/en/data/api/",
        "/en/agreements/open-agreement.atom",
        "/en/targets/followed.atom",
        "/en/targets/followed.csv",
    ]
    found = {
        (path, marker)
        for path in addresses
        for text in texts(path)
        for marker in MARKERS
        if holds(PUBLIC.sub("", text), marker)
    }
    assert found == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("series", "programme=hidden-programme"),
        ("centres", "territory=MA-07"),
        ("centres", "operator=hidden-office"),
        ("promises", "target=hidden-draft"),
        ("target-revisions", "source=hidden-draft-source"),
    ],
)
def test_asking_for_what_is_hidden_is_answered_as_for_what_is_not_there(table, question):
    hide_everything()
    cache.clear()
    name = question.partition("=")[0]
    answers = []
    for asked in (question, f"{name}=nowhere"):
        response = Client().get(f"/api/v1/{table}?{asked}")
        assert response.status_code == 400
        answers.append(response.json()["detail"].replace(asked.partition("=")[2], "CODE"))
    assert answers[0] == answers[1]
