"""What many tests start from."""

import os
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache, caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from programmes.models import Assignment, Territory
from programmes.models.data_version import forget_version
from tests.sample import put_sample, taken_back

# the quick suite tries the same examples each time, so that it says something of the change at hand;
# the long one looks for new ones
hypothesis_settings.register_profile("same", derandomize=True)
hypothesis_settings.register_profile("new", derandomize=False)
hypothesis_settings.load_profile("new" if "EXAMPLES" in os.environ else "same")


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leaves out what speaks of one database when the other one is tested; `make test` runs both."""
    if connection.vendor == "postgresql":
        return
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def read_in_french() -> None:
    """Each test starts in the site's first language, whatever language the last page of another was in."""
    translation.activate("fr")


@pytest.fixture(autouse=True)
def no_page_kept() -> None:
    """Each test starts as a new process would: what another test built or read is not kept."""
    caches["pages"].clear()
    forget_version()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are hashed quickly in tests: what is tested is who may do what."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def work_at_once(settings: Any) -> None:
    """What a worker would do is done at once; tests that need a worker start a real one."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@receiver(post_migrate, sender=apps.get_app_config("programmes"))
def refill(**options: Any) -> None:
    """Tests that end by emptying every table leave them as migrations do: with the roles, and no attempts counted."""
    for name, step in (
        ("0003_roles", "make_roles"),
        ("0007_bulk_review", "let_administrators_see_all"),
        ("0011_lost_factors", "allow_removal"),
    ):
        migration = import_module(f"programmes.migrations.{name}")
        getattr(migration, step)(apps, SimpleNamespace(connection=connection))
    cache.clear()


@pytest.fixture(scope="module")
def sample(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The reference tables and the published sample dataset, put there for a module and taken back after it."""
    with django_db_blocker.unblock(), taken_back():
        put_sample()
        yield


def make_member(name: str, role: str, *territories: str, programme: Any = None) -> Any:
    """A member of staff of one role, assigned to the territories of those codes."""
    user = get_user_model().objects.create_user(name, f"{name}@example.ma", "pass", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    for code in territories:
        Assignment.objects.create(
            user=user, territory=Territory.objects.get(code=code), programme=programme
        )
    return user
