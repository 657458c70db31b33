"""What many tests start from."""

import gc
import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from math import inf
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache, caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from programmes.models import Assignment, Territory, guards
from programmes.models.data_version import forget_version
from programmes.public import caching
from tests.databases import copied
from tests.durations import Durations
from tests.faults.accounts import ACCOUNTS
from tests.sample import put_sample, taken_back

# the pages that this process built, and files that it made: nobody else's. What `make run` collected is not looked
# through by each test client either
KEPT = tempfile.TemporaryDirectory(prefix="tracker-tests-")
django_settings.STATIC_ROOT = f"{KEPT.name}/static"
django_settings.CACHES["pages"]["LOCATION"] = f"{KEPT.name}/pages"
django_settings.STORAGES["public_files"]["OPTIONS"]["location"] = f"{KEPT.name}/files"
# the quick suite tries the same examples each time, so that it says something of the change at hand;
# the long one looks for new ones; neither asserts a time
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("new", derandomize=False, deadline=None)
hypothesis_settings.load_profile("new" if "EXAMPLES" in os.environ else "same")


# What depends on which database it is, beside what drives a browser: the second run of `make test` keeps to it, and
# the first leaves it out (`.ci/run` runs it on both, `make test-long` runs all on both).
DEPENDS_ON_THE_DATABASE = (
    "tests/models/",
    "tests/operations/",
    "tests/releases/",
    "tests/selectors/",
    "tests/services/",
    "tests/test_forbidden_moves.py",
    "tests/test_older_database.py",
    "tests/admin/test_bulk.py",
    "tests/admin/test_record_search.py",
    "tests/admin/test_lists.py",
    "tests/admin/test_scope.py",
    "tests/admin/test_status_filter.py",
    "tests/public/test_clocks.py",
    "tests/public/test_compare.py",
    "tests/public/test_crawl.py",
    "tests/public/test_data.py",
    "tests/public/test_pages.py",
    "tests/public/test_status_history.py",
    "tests/public/test_updates.py",
    "tests/spreadsheets/test_at_once.py",
    "tests/spreadsheets/test_importing.py",
    "tests/spreadsheets/test_job_states.py",
    "tests/spreadsheets/test_proposals.py",
    "tests/spreadsheets/test_worker.py",
)


def pytest_addoption(parser: Any) -> None:
    parser.addoption(
        "--database-alone",
        action="store_true",
        help="only what depends on the database, for the second run of two on different databases",
    )
    parser.addoption(
        "--once",
        action="store_true",
        help="on SQLite, without what the second run tries on PostgreSQL",
    )
    parser.addoption(
        "--without-slow",
        action="store_true",
        help="of tests marked slow only the first of their cases, and none of those that have one",
    )
    parser.addoption(
        "--seconds",
        type=float,
        help="only the quickest tests: as many as took no longer together when they last ran here",
    )


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Durations(config))


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leaves out what speaks of one database when the other one is tested, and what was not asked for."""
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    alone = config.getoption("--database-alone")
    left_out = {
        item for item in items if item.get_closest_marker(other) or (alone and not _depends(item))
    }
    if config.getoption("--once") and connection.vendor == "sqlite":
        left_out |= {
            item for item in items if _depends(item) and not item.get_closest_marker("sqlite")
        }
    if config.getoption("--without-slow"):
        left_out |= set(_slow([item for item in items if item not in left_out]))
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """What was imported stays until the end, so that it is not looked through for what may go (a tenth of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Of the faults that were tried: what, how often, and what was lost."""
    if ACCOUNTS:
        terminalreporter.section("faults")
        for account in ACCOUNTS:
            terminalreporter.line(account.line)


def _depends(item: Any) -> bool:
    """Whether what a test shows may be another on another database."""
    marks = ("browser", "postgresql", "sqlite")
    return item.nodeid.startswith(DEPENDS_ON_THE_DATABASE) or any(
        item.get_closest_marker(mark) for mark in marks
    )


def _slow(items: list[Any]) -> Iterator[Any]:
    """Of those marked slow, all but the first case of each test that has several. each: that one is slow too."""
    begun = set()
    for item in items:
        if item.get_closest_marker("slow"):
            test = item.nodeid.partition("[")[0]
            each = item.get_closest_marker("slow").kwargs.get("each", False)
            if each or not hasattr(item, "callspec") or test in begun:
                yield item
            begun.add(test)


@pytest.fixture(autouse=True)
def no_limit_of_an_address(settings: Any) -> None:
    """All tests ask from one address. Those of the limits set their own."""
    settings.FILES_A_MINUTE = settings.SEARCHES_A_MINUTE = 0


@pytest.fixture(scope="session")
def django_db_setup(
    request: Any, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """The database of this worker: a copy of tables that are kept between runs (tests/databases.py)."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with django_db_blocker.unblock(), copied(worker):
        yield


@pytest.fixture(autouse=True, scope="session")
def tables_are_emptied() -> Iterator[None]:
    """Tests that commit end by emptying every table, which the guards would refuse; migrating makes them anew."""
    empty = TransactionTestCase._fixture_teardown

    def without_guards(case: Any) -> None:
        guards.remove()
        empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_guards)
        yield


@pytest.fixture(autouse=True)
def read_in_french() -> None:
    """Each test starts in the site's first language, whatever language the last page of another was in."""
    translation.activate("fr")


@pytest.fixture(autouse=True)
def no_page_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts as a new process would: what another test built or read is not kept.

    None takes so long to build, however busy this machine is, that it would be given once it is old.
    """
    monkeypatch.setattr(caching, "SLOW", inf)
    caches["pages"].clear()
    forget_version()
    # tests that empty the tables have numbered them anew
    ContentType.objects.clear_cache()


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
    """Tests that end by emptying every table leave them as migrations do: with roles, clock, and no attempts."""
    editor = SimpleNamespace(connection=connection)
    import_module("programmes.migrations.0006_roles").make_roles(apps, editor)
    import_module("programmes.migrations.0016_evidence").permit(apps, editor)
    import_module("programmes.migrations.0008_publication_clock").make_clock(apps, editor)
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
