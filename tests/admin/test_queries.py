"""No list asks the database more often because it has more rows."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Assignment, Site
from tests.admin.builders import make_world
from tests.admin.conftest import signed_in

MOST_QUERIES = 25
# the one row of the site has no list
TABLES = [model for model in admin.site._registry if model not in (User, Group, Assignment, Site)]


@pytest.fixture
def lists(root: Any, editor: Any) -> dict[type, str]:
    return {
        model: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in TABLES
    }


def _counts(client: Any, lists: dict[type, str]) -> dict[str, int]:
    found = {}
    client.get("/fr/admin/")  # the name of the site is read once
    for model, address in lists.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[model.__name__] = len(queries)
    return found


@pytest.mark.slow
def test_queries_of_lists_do_not_grow_with_rows(
    lists: dict[type, str], root: Any, editor: Any, places: Any
) -> None:
    clients = [signed_in(root), signed_in(editor)]
    make_world(places["MA-ERR"], root)
    few = [_counts(client, lists) for client in clients]
    for _more in range(4):
        make_world(places["MA-ERR"], root)
    many = [_counts(client, lists) for client in clients]
    # pages are cut at fifty rows, and a count is asked once more where there are several
    for before, after in zip(few, many, strict=True):
        assert after == before
    assert max(max(counts.values()) for counts in many) <= MOST_QUERIES


@pytest.mark.long
def test_queries_of_a_record_stay_few_with_many_parts(root: Any, editor: Any, places: Any) -> None:
    world = make_world(places["MA-ERR"], root)
    for _more in range(4):
        make_world(places["MA-ERR"], root)
    clients = (signed_in(root), signed_in(editor))
    for client in clients:
        for model, row in world.items():
            expected = (403,) if model is Site and client is not clients[0] else (200, 302)
            address = reverse(f"admin:programmes_{model._meta.model_name}_change", args=[row.pk])
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code in expected
            assert len(queries) <= MOST_QUERIES, (model, len(queries))
