"""The API gives every public table, of any day and moment, and refuses with a problem document what it cannot say."""

import base64
import json
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from programmes.public.api import limits
from programmes.public.api.tables import openapi
from programmes.spreadsheets.sending.public_files.published import public_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
NAMES = [table.name for table in public_files()]
SCHEMA = schemathesis.openapi.from_dict(openapi())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def ask(path: str, status: int = 200, **headers: str) -> Any:
    response = Client().get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == status, response.content
    return response


def items(path: str) -> list[dict[str, Any]]:
    return ask(path).json()["items"]


def whole_file(name: str, query: str = "") -> list[dict[str, Any]]:
    response = Client().get(f"/fr/data/{name}.json?languages=all{query}")
    return json.loads(response.getvalue())


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_table_has_the_rows_of_its_file_page_by_page(name):
    found, path = [], f"{name}?limit=7"
    for _page in range(200):
        page = ask(path).json()
        found += page["items"]
        if page["next"] is None:
            break
        path = page["next"].removeprefix("http://localhost:8000/api/v1/")
    key = json.dumps
    assert sorted(found, key=key) == sorted(whole_file(name), key=key)


def test_list_is_of_a_day_and_of_a_moment():
    then = items("promises?on=2022-06-30&limit=500")
    assert {row["target"]: row["status"] for row in then} == {
        row["target"]: row["status"] for row in whole_file("promises", "&on=2022-06-30")
    }
    assert len(then) < len(items("promises?limit=500"))
    (row,) = items("standings?target=cmc-12&on=2022-06-30")
    assert (row["from_day"] <= "2022-06-30", row["status"]) == (
        True,
        next(one["status"] for one in then if one["target"] == "cmc-12"),
    )
    assert ask("promises?known=2001-01-01", 400).json()["detail"]


def test_list_is_narrowed_as_its_columns_allow():
    everything = whole_file("promises")
    missed = items("promises?status=missed&limit=500")
    assert [row["target"] for row in missed] == [
        row["target"] for row in everything if row["status"] == "missed"
    ]
    cities = items("promises?programme=cmc&limit=500")
    assert {row["target"] for row in cities} == {
        row["target"] for row in everything if row["programme"] == "cmc"
    }
    for wanted, question in (
        (lambda row: row["moved_after_due"], "moved_after_due=true"),
        (lambda row: not row["moved_after_due"], "moved_after_due=0"),
        (lambda row: row["moves"] == 0, "moves=0"),
        (lambda row: row["moves"] == 1, "moves=1"),
    ):
        found = {row["target"] for row in items(f"promises?{question}&limit=500")}
        assert found == {row["target"] for row in everything if wanted(row)} != set(), question
    inside = {row["territory"] for row in items("centres?territory=MA-09&limit=500")}
    assert inside
    assert "MA" not in inside


BAD = [
    ("promises?nothing=1", "nothing"),
    ("promises?STATUS=missed", "STATUS"),
    ("promises?status=missed&status=behind", "status"),
    ("promises?status=wonderful", "status"),
    ("promises?programme=nowhere", "programme"),
    ("promises?programme=%00", "programme"),
    ("promises?programme=" + "x" * 501, "programme"),
    ("promises?limit=0", "limit"),
    ("promises?limit=501", "limit"),
    ("promises?limit=-1", "limit"),
    ("promises?limit=1e3", "limit"),
    ("promises?limit=%D9%A3", "limit"),
    ("promises?cursor=abc", "cursor"),
    ("promises?cursor=%F0%9F%98%80", "cursor"),
    ("promises?cursor=" + base64.urlsafe_b64encode(b'["x", true]').decode(), "cursor"),
    ("promises?cursor=" + base64.urlsafe_b64encode(b'["x", 99999999999999999999]').decode(), "cursor"),
    ("promises?on=tomorrow", "on"),
    ("promises?on=2999-01-01", "on"),
    ("promises?on=2024-13-45", "on"),
    ("promises?known=yesterday", "known"),
    ("promises?known=2001-01-01", "known"),
    ("promises?moves=-1", "moves"),
    ("promises?moves=%D9%A3", "moves"),
    ("promises?moved_after_due=perhaps", "moved_after_due"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "parameter"), BAD)
def test_what_cannot_be_asked_is_refused_by_name(path, parameter):
    response = ask(path, 400)
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found.pop("parameter", "") == parameter
    assert found.pop("detail")
    assert found == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "instance": "/api/v1/promises",
    }


def test_cursor_of_another_question_is_refused():
    following = ask("promises?limit=2").json()["next"]
    cursor = following.partition("cursor=")[2]
    assert ask(f"promises?limit=5&cursor={cursor}").json()["items"]
    assert ask(f"promises?status=missed&cursor={cursor}", 400).json()["parameter"] == "cursor"
    assert ask(f"standings?cursor={cursor}", 400).json()["parameter"] == "cursor"


@pytest.mark.parametrize("more", ["x", "A", "AAAA", "=", "!"])
def test_cursor_that_was_changed_is_refused(more):
    cursor = ask("promises?limit=2").json()["next"].partition("cursor=")[2]
    refused = ask(f"promises?limit=2&cursor={cursor}{more}", 400).json()
    assert refused["parameter"] == "cursor"


def test_unknown_address_and_other_methods_are_problems():
    assert ask("nothing", 404)["Content-Type"] == "application/problem+json"
    assert ask("").json() == ask("openapi.json").json()
    for method in ("post", "put", "patch", "delete"):
        # as a browser of another site and a program do: without a token
        response = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/promises")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["title"] == "Method Not Allowed"


@pytest.mark.slow
def test_what_is_held_is_not_sent_again_and_any_site_may_read_it():
    response = ask("promises?status=missed")
    assert response["Access-Control-Allow-Origin"] == "*"
    held = ask("promises?status=missed", 304, **{"If-None-Match": response["ETag"]})
    assert (held.content, held["Access-Control-Allow-Origin"]) == (b"", "*")
    asked_before = Client().options("/api/v1/promises")
    assert asked_before.status_code == 204
    assert asked_before["Access-Control-Allow-Headers"] == "If-None-Match"
    assert ask("promises?limit=0", 400)["Access-Control-Allow-Origin"] == "*"
    assert Client().head("/api/v1/promises").status_code == 200
    for path in ("promises.csv", "package.zip", "status-history.csv", "catalogue.ttl"):
        assert Client().get(f"/fr/data/{path}")["Access-Control-Allow-Origin"] == "*"


def test_address_that_asks_too_often_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(limits, "MOST", 3)
    for _time in range(3):
        ask("sectors?limit=5")
    response = ask("sectors?limit=5", 429)
    assert (response["Retry-After"], response["Content-Type"]) == ("60", "application/problem+json")
    # another address, and what is held already, are not counted
    assert Client(REMOTE_ADDR="10.1.2.3").get("/api/v1/sectors?limit=5").status_code == 200


def test_description_says_of_what_kind_a_parameter_is():
    asked = openapi()["paths"]["/api/v1/promises"]["get"]["parameters"]
    kinds = {one["name"]: one["schema"] for one in asked}
    limit = kinds["limit"]
    assert (limit["type"], limit["minimum"], limit["maximum"]) == ("integer", 1, 500)
    assert (kinds["status"]["type"], "missed" in kinds["status"]["enum"]) == ("string", True)
    assert (kinds["moves"]["type"], kinds["moved_after_due"]["type"]) == ("integer", "boolean")


@pytest.mark.slow
def test_new_column_appears_without_new_code():
    found = openapi()["components"]["schemas"]
    for table in public_files():
        row = found[f"{table.name.title().replace('-', '')}Row"]["properties"]
        assert list(row) == list(whole_file(table.name)[0]) if whole_file(table.name) else True


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_questions_of_every_kind_are_answered_as_described(operation):
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case):
        query = {name: value for name, value in (case.query or {}).items() if value is not None}
        response = Client().get(f"/api/v1{case.formatted_path.removeprefix('/api/v1')}", query)
        assert response.status_code in (200, 400, 429), response.content

    asked()
