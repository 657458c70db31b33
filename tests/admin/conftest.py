"""What the tests of the staff's screens start from: two provinces, and a person in each."""

from typing import Any

import pytest
from django.test import Client

from tests.admin.builders import make_places, make_superuser
from tests.conftest import make_member


@pytest.fixture
def places(db: Any) -> dict[str, Any]:
    return make_places()


@pytest.fixture
def root(places: Any) -> Any:
    return make_superuser()


@pytest.fixture
def alice(places: Any) -> Any:
    """Enters figures in Errachidia."""
    return make_member("alice", "contributor", "MA-ERR")


@pytest.fixture
def bob(places: Any) -> Any:
    """Enters figures in Rehamna."""
    return make_member("bob", "contributor", "MA-REH")


@pytest.fixture
def charlie(places: Any) -> Any:
    """Has the role of a contributor, and no assignment."""
    return make_member("charlie", "contributor")


@pytest.fixture
def reviewer(places: Any) -> Any:
    return make_member("rita", "reviewer", "MA")


@pytest.fixture
def editor(places: Any) -> Any:
    return make_member("ed", "editor", "MA-ERR")


def confirm(user: Any, table: str, action: str, *rows: Any, **values: Any) -> Any:
    """Chooses rows in a list, looks at the page that asks, and sends its form with a tick or a note."""
    client, address = signed_in(user), f"/en/admin/programmes/{table}/"
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    page = client.post(address, chosen)
    if page.status_code != 200:
        return page
    return client.post(page.context["address"], asked(page) | values)


def asked(page: Any) -> dict[str, str]:
    """What the form of a page that asks carries by itself."""
    return {"keys": page.context["keys"], "confirmed": "1"}


def signed_in(user: Any) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client
