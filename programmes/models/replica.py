"""Reading from a replica of the database (DATABASE_REPLICA_URL): public pages alone, and never what is behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import Error

from programmes.models.data_version import DataVersion, data_state

_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)


@contextmanager
def reading_replica(version: str) -> Iterator[None]:
    """Within it queries read from the replica, if there is one that holds that very version of the data.

    Whoever just published is never shown the past: a replica that lags behind is passed over, as is one that is away.
    """
    token = _reads_replica.set("replica" in settings.DATABASES and _holds(version))
    try:
        yield
    finally:
        _reads_replica.reset(token)


def _holds(version: str) -> bool:
    try:
        return data_state(using="replica").version == version
    except Error:
        return False


class ReplicaRouter:
    """Sends the reads of public pages to the replica, everything else to the database itself."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "replica" if _reads_replica.get() and model is not DataVersion else None

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
