"""One lock and one clock for whatever is published, and for files that are applied."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from programmes.models import PublicationClock
from programmes.models.publication_clock import NEVER


@contextmanager
def publication_lock() -> Iterator[datetime]:
    """Holds the one lock until the caller's transaction ends, and gives a moment later than any it gave before.

    On PostgreSQL the row is locked; on SQLite a transaction that writes is alone anyway (settings: IMMEDIATE). The
    moment is now or, where a clock went back or two follow at once, a microsecond after the last one. Taken again in
    the same transaction it gives a later one.

    Raises:
        TransactionManagementError: outside a transaction, where nothing would be held.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("publication_lock() holds nothing outside a transaction.")
    clock = PublicationClock.objects.filter(pk=PublicationClock.ONLY)
    moments = clock.select_for_update().values_list("last", flat=True)
    last = moments.first()
    if last is None:
        PublicationClock.objects.get_or_create(pk=PublicationClock.ONLY, defaults={"last": NEVER})
        last = moments.get()
    moment = max(timezone.now(), last + timedelta(microseconds=1))
    clock.update(last=moment)
    yield moment
